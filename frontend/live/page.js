// A live page: a bar with the kernel's state and buttons, and each cell with an editor.

import "./styles.js";
import { makeCell } from "./cell.js";
import { button } from "./elements.js";
import { openStore } from "./kept.js";
import { connect } from "./kernel.js";
import { makeOrder } from "./order.js";
import { openServices } from "./services.js";
import { LiveManager } from "./widgets.js";

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
  const { kernel, restart, interrupt, leave } = connect({ services: openServices(server), server, page, tell, follow });

  const { run, runAll, runAbove } = makeOrder({ cells: made, kernel, tell });

  await restart();
  if (!(await kernel())) {
    leave();
    return false;
  }
  const shared = { store, rendermime: manager.renderMime, run, runAbove };
  for (const [index, cell] of cells.entries()) made.push(makeCell({ cell, number: index + 1, ...shared }));
  const all = button("Run all cells", runAll);
  bar.querySelector("button").replaceWith(all, button("Interrupt", interrupt), button("Restart", restart));
  all.focus(); // the button that was pressed is gone
  return true;
}
