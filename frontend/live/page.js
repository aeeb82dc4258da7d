// A live page: a bar with the kernel's state and buttons, and each cell with an editor.

import "./styles.js";
import { makeCell } from "./cell.js";
import { button } from "./elements.js";
import { connect } from "./kernel.js";
import { openStore } from "./kept.js";
import { LiveManager } from "./widgets.js";
import { ended } from "./words.js";

export async function makeLive({ bar, cells, server }) {
  const status = bar.querySelector("[role=status]");
  const page = decodeURIComponent(location.pathname.slice(new URL("book/", server).pathname.length)).replace(/\.html$/, "");
  const manager = new LiveManager();
  const store = openStore(page);
  const made = [];

  const tell = (text) => (status.textContent = text);
  const follow = (kernel) => {
    manager.follow(kernel);
    for (const cell of made) cell.forget();
  };
  const { kernel, restart, interrupt, leave } = connect({ server, page, tell, follow });

  async function run(cell, next) {
    if (next) made[cell.number]?.focus();
    const end = await cell.execute(kernel, () => tell(`Running cell ${cell.number} of ${made.length}.`));
    const said = ended(cell.number, end); // nothing where the kernel is gone, which has been told
    if (said) tell(end === "ok" && cell.number === made.length ? `${said} It is the last one.` : said);
    return ["ok", "meant"].includes(end);
  }

  async function runInOrder(chosen) {
    for (const cell of chosen) if (!(await run(cell))) return;
  }

  await restart();
  if (!(await kernel())) {
    leave();
    return false;
  }
  const shared = { store, rendermime: manager.renderMime, run, runAbove: ({ number }) => runInOrder(made.slice(0, number - 1)) };
  for (const [index, cell] of cells.entries()) made.push(makeCell({ cell, number: index + 1, ...shared }));
  const runAll = button("Run all cells", () => runInOrder(made));
  bar.querySelector("button").replaceWith(runAll, button("Interrupt", interrupt), button("Restart", restart));
  runAll.focus(); // the button that was pressed is gone
  return true;
}
