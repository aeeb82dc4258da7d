import assert from "node:assert/strict";
import { test } from "node:test";
import { makeOrder } from "../../frontend/live/order.js";

// A page whose cells end so, the order in which they ran, and the words that were shown.
function setUp(...ends) {
  const ran = [];
  const told = [];
  const focused = [];
  const cells = ends.map((end, index) => ({
    number: index + 1,
    focus: () => focused.push(index + 1),
    async execute(_kernel, onStart) {
      onStart();
      ran.push(index + 1);
      return end;
    },
  }));
  return { ...makeOrder({ cells, kernel: async () => ({}), tell: (words) => told.push(words) }), cells, ran, told, focused };
}

test("all cells run in their order, and the last one is named", async () => {
  const { runAll, ran, told } = setUp("ok", "meant", "ok");
  await runAll();
  assert.deepEqual(ran, [1, 2, 3]);
  assert.deepEqual(told.slice(0, 2), ["Running cell 1 of 3.", "Cell 1 is done."]);
  assert.equal(told.at(-1), "Cell 3 is done. It is the last one.");
});

for (const [end, said] of [
  ["error", "Cell 2 failed: its error stands beneath it."],
  ["interrupted", "Cell 2 was interrupted."],
  ["aborted", "Cell 2 was not run, since a cell before it failed."],
  ["never", "No kernel runs. Restart starts one; then run the cells from the top."],
]) {
  test(`where a cell ends with "${end}", those after it don't run`, async () => {
    const { runAll, ran, told } = setUp("ok", end, "ok");
    await runAll();
    assert.deepEqual(ran, [1, 2]);
    assert.equal(told.at(-1), said);
  });
}

test("where the kernel goes, or the cell runs already, that isn't told twice", async () => {
  for (const end of ["gone", null]) {
    const { runAll, ran, told } = setUp(end, "ok");
    await runAll();
    assert.deepEqual(ran, [1]);
    assert.deepEqual(told, ["Running cell 1 of 2."]);
  }
});

test("run all above leaves the cell itself", async () => {
  const { runAbove, cells, ran } = setUp("ok", "ok", "ok");
  await runAbove(cells[2]);
  assert.deepEqual(ran, [1, 2]);
});

test("the next cell is gone to where that was asked, and there is one", async () => {
  const { run, cells, focused } = setUp("ok", "ok");
  await run(cells[0], true);
  await run(cells[1], true);
  await run(cells[0], false);
  assert.deepEqual(focused, [2]);
});
