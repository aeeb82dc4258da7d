// ipywidgets and anywidgets on a live page; all of their code is served by the page's own server.

import * as base from "@jupyter-widgets/base";
// Not the package as a whole, whose other half, for pages without a kernel, brings a font of 1 MB.
import { HTMLManager } from "@jupyter-widgets/html-manager/lib/htmlmanager";

// anywidget's front end is published as an AMD module: one call of `define`, with a function of what it needs.
async function loadAnywidget() {
  let made;
  globalThis.define = (_needs, make) => (made = make(base));
  try {
    await import("anywidget");
  } finally {
    delete globalThis.define;
  }
  return made;
}

let anywidget;

function load(name) {
  if (name !== "anywidget") throw new Error(`This page has no copy of the widget package ${name}.`);
  return (anywidget ??= loadAnywidget());
}

export class LiveManager extends HTMLManager {
  constructor() {
    super({ loader: load });
  }

  // Show what this kernel makes; the widgets of an earlier one learn that it is gone.
  follow(kernel) {
    this.disconnect();
    this.kernel = kernel;
    kernel?.registerCommTarget(this.comm_target_name, (comm, message) =>
      this.handle_comm_open(new base.shims.services.Comm(comm), message),
    );
  }

  async _create_comm(target, id, data, metadata, buffers) {
    const comm = this.kernel.createComm(target, id);
    if (data || metadata) comm.open(data, metadata, buffers);
    return new base.shims.services.Comm(comm);
  }

  async _get_comm_info() {
    const reply = await this.kernel.requestCommInfo({ target_name: this.comm_target_name });
    return reply.content.comms;
  }
}
