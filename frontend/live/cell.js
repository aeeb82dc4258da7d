// One cell of a live page: its editor, its buttons, its state in words, and what it puts out.

import { OutputArea, OutputAreaModel } from "@jupyterlab/outputarea";
import { Widget } from "@lumino/widgets";
import { makeEditor } from "./editor.js";
import { button, element } from "./elements.js";
import { FRESH, makeRunner } from "./runner.js";

const MEANT_TO_FAIL = "tag_raises-exception"; // how the book marks a cell of that tag

// What the cell put out when the book was made stays until the cell runs.
function makeOutput({ label, stored, rendermime, place }) {
  const box = element("div", { class: "live-output", role: "group", "aria-label": `${label}, output`, tabindex: "0" });
  box.hidden = true;
  place(box);
  // It is trusted, since it comes from the reader's own code.
  const area = new OutputArea({ model: new OutputAreaModel({ trusted: true }), rendermime });
  Widget.attach(area, box);
  const clear = () => {
    stored?.remove();
    box.hidden = false;
    area.model.clear();
  };
  return { area, clear };
}

// The reader's text, which the browser keeps, and a button that gives back the book's.
function makeText({ label, original, store, onRun }) {
  const frame = element("div", { class: "live-editor highlight" });
  const onChange = (text) => {
    store.set(original, text);
    restore.hidden = text === original;
  };
  const editor = makeEditor({ parent: frame, text: store.get(original), label: `${label}, code`, onChange, onRun });
  const restore = button("Book's text", () => {
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: original } });
    editor.focus(); // the button is going
  });
  restore.hidden = store.get(original) === original;
  return { frame, editor, restore };
}

export function makeCell({ cell, number, store, rendermime, run, runAbove }) {
  const label = `Cell ${number}`;
  const [input, stored] = ["input", "output"].map((part) => cell.querySelector(`:scope > .cell_${part}`));
  const original = input.querySelector("pre").textContent.replace(/\n$/, "");
  const { frame, editor, restore } = makeText({ label, original, store, onRun: (next) => run(self, next) });
  const state = element("span", { class: "live-state" }, FRESH);
  const above = button("Run all above", () => runAbove(self), { "aria-label": `Run all above cell ${number}` });
  above.hidden = number === 1;
  const runs = button("Run", () => run(self), { "aria-label": `Run cell ${number}` });
  const tools = element("div", { class: "live-tools" }, runs, above, restore, state);
  input.hidden = true;
  input.after(frame, tools);
  const { area, clear } = makeOutput({ label, stored, rendermime, place: (box) => tools.after(box) });
  const { execute, forget } = makeRunner({
    area,
    clear,
    meant: cell.classList.contains(MEANT_TO_FAIL),
    text: () => editor.state.doc.toString(),
    tell: (words) => (state.textContent = words),
  });
  const self = { number, execute, forget, focus: () => editor.focus() };
  return self;
}
