import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { openStore } from "../../frontend/live/kept.js";

let kept;

beforeEach(() => {
  kept = new Map();
  globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
});

test("a cell that nobody changed has the book's text", () => {
  assert.equal(openStore("a").get("x = 1"), "x = 1");
});

test("a change is kept for the page that it was made on", () => {
  assert.equal(openStore("a").set("x = 1", "x = 2"), true);
  assert.equal(openStore("a").get("x = 1"), "x = 2");
  assert.equal(openStore("b").get("x = 1"), "x = 1");
  assert.equal(openStore("a").get("y = 1"), "y = 1");
});

test("the book's text again leaves nothing of that cell, and the others alone", () => {
  const store = openStore("a");
  store.set("x = 1", "x = 2");
  store.set("y = 1", "y = 2");
  store.set("x = 1", "x = 1");
  assert.deepEqual(
    [...kept.values()].map((text) => JSON.parse(text)),
    [{ "y = 1": "y = 2" }],
  );
});

test("what another program left under the name is taken for nothing", () => {
  openStore("a").set("x = 1", "x = 2");
  for (const text of ["{", "null", "7"]) {
    for (const name of kept.keys()) kept.set(name, text);
    assert.equal(openStore("a").get("x = 1"), "x = 1");
  }
});

test("a browser that keeps nothing loses the change and no more", () => {
  const refuse = () => {
    throw new Error("QuotaExceededError");
  };
  globalThis.localStorage = { getItem: refuse, setItem: refuse };
  assert.equal(openStore("a").set("x = 1", "x = 2"), false);
  assert.equal(openStore("a").get("x = 1"), "x = 1");
});
