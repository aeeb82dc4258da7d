import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { connect } from "../../frontend/live/kernel.js";
import { SAYS } from "../../frontend/live/words.js";
import { makeKernel, makeSession, refusal, settle, stopTime } from "./fakes.js";

const SERVER = "http://127.0.0.1:1/secret/";
let listeners;

beforeEach(() => {
  listeners = {};
  globalThis.addEventListener = (name, listener) => (listeners[name] = listener);
  globalThis.document = { cookie: "a=1; _xsrf=token; b=2" };
});

// A page whose server starts sessions, one after the other.
function setUp(t) {
  t.mock.method(console, "warn", () => {});
  const told = [];
  const followed = [];
  const started = [];
  const server = { refuse: null, disposed: false };
  const services = {
    async startSession(options) {
      if (server.refuse) throw server.refuse;
      const number = started.length + 1;
      started.push({ options, session: makeSession(makeKernel(`k${number}`), `s${number}`) });
      return started.at(-1).session;
    },
    findKernel: async () => ({}),
    dispose: () => (server.disposed = true),
  };
  const page = connect({
    services,
    server: SERVER,
    page: "05",
    tell: (words) => told.push(words),
    follow: (kernel) => followed.push(kernel),
  });
  return { ...page, told, followed, started, server };
}

test("a kernel is started, told and followed", async (t) => {
  const { restart, kernel, told, followed, started } = setUp(t);
  await restart();
  assert.deepEqual(told, [SAYS.starting, SAYS.ready]);
  const current = await kernel();
  assert.equal(current.id, "k1");
  assert.deepEqual(followed, [current]);
  assert.match(started[0].options.path, /^05-in-the-book-/);
  assert.equal(started[0].options.type, "book");
});

test("two pages have sessions of different paths", async (t) => {
  const [one, other] = [setUp(t), setUp(t)];
  await one.restart();
  await other.restart();
  assert.notEqual(one.started[0].options.path, other.started[0].options.path);
});

test("pressed twice, one kernel is started", async (t) => {
  const { restart, started } = setUp(t);
  await Promise.all([restart(), restart()]);
  assert.equal(started.length, 1);
});

test("a kernel that is there is restarted, and not replaced", async (t) => {
  const { restart, kernel, told, started } = setUp(t);
  await restart();
  await restart();
  assert.deepEqual((await kernel()).calls, ["restart"]);
  assert.deepEqual(told.slice(2), [SAYS.restarting, SAYS.ready]);
  assert.equal(started.length, 1);
});

test("a server that knows no such kernel any more starts another one", async (t) => {
  const { restart, kernel } = setUp(t);
  await restart();
  (await kernel()).restart = async () => {
    throw refusal(404);
  };
  await restart();
  assert.equal((await kernel()).id, "k2");
});

for (const [error, said] of [
  [new TypeError("Failed to fetch"), SAYS.silent],
  [refusal(403), SAYS.stranger],
  [refusal(500), "The server started no kernel: HTTP 500"],
]) {
  test(`where no kernel starts for ${error.message}, the page says why and may try again`, async (t) => {
    const { restart, kernel, told, server } = setUp(t);
    server.refuse = error;
    await restart();
    assert.equal(told.at(-1), said);
    assert.equal(await kernel(), null);
    server.refuse = null;
    await restart();
    assert.equal(told.at(-1), SAYS.ready);
  });
}

test("a restart that the server refuses leaves the kernel, and says so", async (t) => {
  const { restart, kernel, told, started } = setUp(t);
  await restart();
  (await kernel()).restart = async () => {
    throw refusal(500);
  };
  await restart();
  assert.equal(told.at(-1), "The server started no kernel: HTTP 500");
  assert.equal(started.length, 1);
});

test("a kernel that died is told, and cells wait until the next one answers", async (t) => {
  const pass = stopTime(t);
  const { restart, kernel, told, followed, started } = setUp(t);
  await restart();
  const { session } = started[0];
  let answers = false;
  session.kernel.requestKernelInfo = () => (answers ? Promise.resolve({}) : new Promise(() => {}));
  session.statusChanged.emit(session, "autorestarting");
  assert.equal(told.at(-1), SAYS.died);
  assert.equal(followed.at(-1), session.kernel);
  let got;
  kernel().then((given) => (got = given));
  await pass(5000);
  assert.equal(got, undefined);
  answers = true;
  await pass(5000);
  assert.equal(got, session.kernel);
});

test("a kernel that has ended is told, followed by none, and replaced by the next restart", async (t) => {
  const { restart, kernel, told, followed, started } = setUp(t);
  await restart();
  started[0].session.dispose();
  assert.equal(told.at(-1), SAYS.dead);
  assert.equal(followed.at(-1), null);
  assert.equal(await kernel(), null);
  await restart();
  assert.equal((await kernel()).id, "k2");
});

test("a kernel whose status is dead is none", async (t) => {
  const { restart, kernel, started } = setUp(t);
  await restart();
  started[0].session.kernel.status = "dead";
  started[0].session.statusChanged.emit(started[0].session, "dead");
  assert.equal(await kernel(), null);
});

test("the page that is left ends its session, with the cookie's proof that it may", async (t) => {
  const { restart } = setUp(t);
  const asked = t.mock.method(globalThis, "fetch", async () => ({}));
  listeners.pagehide();
  assert.equal(asked.mock.callCount(), 0); // it has none yet
  await restart();
  listeners.pagehide();
  const [url, options] = asked.mock.calls[0].arguments;
  assert.equal(url, `${SERVER}api/sessions/s1`);
  assert.deepEqual(options, { method: "DELETE", keepalive: true, headers: { "X-XSRFToken": "token" } });
});

test("a page that comes back from the browser's memory has no kernel any more", async (t) => {
  const { restart, started, told } = setUp(t);
  await restart();
  listeners.pageshow({ persisted: false });
  assert.equal(started[0].session.isDisposed, false);
  listeners.pageshow({ persisted: true });
  assert.equal(told.at(-1), SAYS.dead);
});

test("interrupt reaches the kernel, and is silent where the server is gone or no kernel runs", async (t) => {
  const { restart, interrupt, kernel } = setUp(t);
  interrupt();
  await restart();
  await interrupt();
  assert.deepEqual((await kernel()).calls, ["interrupt"]);
  (await kernel()).interrupt = async () => {
    throw new TypeError("Failed to fetch");
  };
  await interrupt();
});

test("a page that could not be made live leaves nothing open", async (t) => {
  const { leave, server } = setUp(t);
  leave();
  await settle();
  assert.equal(server.disposed, true);
});
