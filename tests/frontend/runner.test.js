import assert from "node:assert/strict";
import { test } from "node:test";
import { FRESH, makeRunner } from "../../frontend/live/runner.js";
import { settle } from "./fakes.js";

// A cell's runner, the words that it showed, and the requests that its kernel got.
function setUp({ meant = false, code = "1 + 1" } = {}) {
  const told = [];
  const requests = [];
  let cleared = 0;
  const kernel = {
    requestExecute(content) {
      const request = { content, hooks: [] };
      const done = new Promise((resolve, reject) => Object.assign(request, { resolve, reject }));
      requests.push(request);
      return { done, registerMessageHook: (hook) => request.hooks.push(hook) };
    },
  };
  const runner = makeRunner({ area: {}, clear: () => cleared++, meant, text: () => code, tell: (words) => told.push(words) });
  const execute = (getKernel = async () => kernel) => runner.execute(getKernel, () => {});
  return { ...runner, execute, told, requests, cleared: () => cleared };
}

const answer = (request, content) => request.resolve({ content });

test("a cell waits, runs and is done", async () => {
  const { execute, told, requests, cleared } = setUp();
  const end = execute();
  await settle();
  assert.deepEqual(told, ["Waiting."]);
  assert.equal(requests[0].hooks[0]({ header: { msg_type: "status" } }), true);
  assert.equal(requests[0].hooks[0]({ header: { msg_type: "execute_input" } }), true);
  assert.deepEqual(told, ["Waiting.", "Running."]);
  answer(requests[0], { status: "ok" });
  assert.equal(await end, "ok");
  assert.deepEqual(told, ["Waiting.", "Running.", "Done."]);
  assert.deepEqual(requests[0].content, { code: "1 + 1", stop_on_error: true });
  assert.equal(cleared(), 1);
});

for (const [meant, content, due, said] of [
  [false, { status: "error", ename: "ValueError" }, "error", "Failed."],
  [true, { status: "error", ename: "ValueError" }, "meant", "Failed, as it was meant to."],
  [true, { status: "ok" }, "ok", "Done."],
  [false, { status: "error", ename: "KeyboardInterrupt" }, "interrupted", "Interrupted."],
  [true, { status: "error", ename: "KeyboardInterrupt" }, "interrupted", "Interrupted."],
  [false, { status: "aborted" }, "aborted", "Not run, since a cell before it failed."],
]) {
  test(`${content.status} ${content.ename ?? ""} is ${due} where that was ${meant ? "" : "not "}meant`, async () => {
    const { execute, told, requests } = setUp({ meant });
    const end = execute();
    await settle();
    assert.equal(requests[0].content.stop_on_error, !meant);
    answer(requests[0], content);
    assert.equal(await end, due);
    assert.equal(told.at(-1), said);
  });
}

test("a kernel that goes meanwhile cuts the cell off", async () => {
  const { execute, told, requests } = setUp();
  const end = execute();
  await settle();
  requests[0].reject(new Error("Canceled future"));
  assert.equal(await end, "gone");
  assert.equal(told.at(-1), "Cut off: its kernel is gone.");
});

test("without a kernel nothing runs, and what the cell put out stays", async () => {
  const { execute, told, cleared } = setUp();
  assert.equal(await execute(async () => null), "never");
  assert.equal(told.at(-1), "Not run: there is no kernel.");
  assert.equal(cleared(), 0);
});

test("a cell that runs isn't run a second time until it has ended", async () => {
  const { execute, requests } = setUp();
  const first = execute();
  assert.equal(await execute(), null);
  answer(requests[0], { status: "ok" });
  await first;
  execute();
  await settle();
  assert.equal(requests.length, 2);
});

test("a new kernel is told by the cells that ran in the old one, and by no other", async () => {
  const { execute, forget, told, requests } = setUp();
  forget();
  assert.deepEqual(told, []);
  const end = execute();
  await settle();
  forget(); // it runs: its own end will be told
  assert.deepEqual(told, ["Waiting."]);
  answer(requests[0], { status: "ok" });
  await end;
  forget();
  assert.equal(told.at(-1), "Ran in a kernel that is gone.");
  assert.equal(FRESH, "Not run yet.");
});
