// Runs the cells of a live page, alone or one after the other, and says how that goes.

import { ended } from "./words.js";

// `cells` may still be filled; `kernel` promises the kernel, and `tell` shows words.
export function makeOrder({ cells, kernel, tell }) {
  // Gives whether it ended as it was meant to.
  async function run(cell, next) {
    if (next) cells[cell.number]?.focus();
    const end = await cell.execute(kernel, () => tell(`Running cell ${cell.number} of ${cells.length}.`));
    const said = ended(cell.number, end); // nothing where the kernel is gone, which has been told
    if (said) tell(end === "ok" && cell.number === cells.length ? `${said} It is the last one.` : said);
    return ["ok", "meant"].includes(end);
  }

  async function runInOrder(chosen) {
    for (const cell of chosen) if (!(await run(cell))) return;
  }

  return { run, runAll: () => runInOrder(cells), runAbove: ({ number }) => runInOrder(cells.slice(0, number - 1)) };
}
