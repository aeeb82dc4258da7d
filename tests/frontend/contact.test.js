import assert from "node:assert/strict";
import { test } from "node:test";
import { keepContact } from "../../frontend/live/contact.js";
import { SAYS } from "../../frontend/live/words.js";
import { makeSession, refusal, stopTime } from "./fakes.js";

// A page in contact with its kernel. `server.find` answers for the server.
function setUp(t) {
  const pass = stopTime(t);
  const told = [];
  const session = makeSession();
  const server = { find: async () => ({ id: session.kernel.id }), asked: 0, restarting: false };
  const services = {
    findKernel(id) {
      assert.equal(id, session.kernel.id);
      server.asked++;
      return server.find();
    },
  };
  keepContact({ session, services, tell: (words) => told.push(words), restarting: () => server.restarting });
  const change = (status) => {
    session.kernel.connectionStatus = status;
    session.connectionStatusChanged.emit(session, status);
  };
  return { pass, told, session, server, change };
}

const unreachable = async () => {
  throw new TypeError("Failed to fetch");
};

test("a hiccup of the connection is told nobody", async (t) => {
  const { pass, told, server, change } = setUp(t);
  change("connecting");
  await pass(1000);
  change("connected");
  await pass(20000);
  assert.deepEqual(told, []);
  assert.equal(server.asked, 0);
});

test("a server that is gone is told, asked again and again, and when it is back the page goes on", async (t) => {
  const { pass, told, session, server, change } = setUp(t);
  server.find = unreachable;
  change("connecting");
  await pass(10000);
  assert.ok(server.asked > 1);
  assert.deepEqual(new Set(told), new Set([SAYS.lost]));
  assert.deepEqual(session.kernel.calls, []);
  server.find = async () => ({});
  await pass(5000);
  assert.ok(session.kernel.calls.includes("reconnect"));
  change("connected");
  await pass(1000);
  assert.equal(told.at(-1), SAYS.back);
  const { asked } = server;
  await pass(60000);
  assert.equal(server.asked, asked);
});

test("a connection that is lost for good is looked at without a pause", async (t) => {
  const { pass, told, server, change } = setUp(t);
  server.find = unreachable;
  change("disconnected");
  await pass(0);
  assert.deepEqual(told, [SAYS.lost]);
});

test("who was logged out is told to log in", async (t) => {
  const { pass, told, server, change } = setUp(t);
  server.find = async () => {
    throw refusal(403);
  };
  change("disconnected");
  await pass(0);
  assert.deepEqual(told, [SAYS.stranger]);
});

test("a kernel that the server doesn't know any more ends the session, and nobody looks further", async (t) => {
  const { pass, told, session, server, change } = setUp(t);
  server.find = async () => undefined;
  change("disconnected");
  await pass(20000);
  assert.ok(session.isDisposed);
  assert.equal(server.asked, 1);
  assert.deepEqual(told, []);
});

test("a connection that goes for a restart is no loss", async (t) => {
  const { pass, told, server, change } = setUp(t);
  server.restarting = true;
  change("connecting");
  await pass(20000);
  assert.deepEqual([told, server.asked], [[], 0]);
});

test("many changes of the connection start one look", async (t) => {
  const { pass, server, change } = setUp(t);
  server.find = unreachable;
  for (let times = 0; times < 5; times++) change("disconnected");
  await pass(0);
  assert.equal(server.asked, 1);
});

test("a reconnection that fails is tried again", async (t) => {
  const { pass, session, change } = setUp(t);
  session.kernel.reconnect = async () => {
    session.kernel.calls.push("reconnect");
    throw new Error("no");
  };
  change("disconnected");
  await pass(25000);
  assert.ok(session.kernel.calls.length > 1);
});
