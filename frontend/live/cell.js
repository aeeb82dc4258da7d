// One cell of a live page: its editor, its buttons, its state in words, and what it puts out.

import { OutputArea, OutputAreaModel } from "@jupyterlab/outputarea";
import { Widget } from "@lumino/widgets";
import { makeEditor } from "./editor.js";
import { button, element } from "./elements.js";

const MEANT_TO_FAIL = "tag_raises-exception"; // how the book marks a cell of that tag
const FRESH = "Not run yet.";
const BYGONE = "Ran in a kernel that is gone.";
const ENDS = {
  ok: "Done.",
  error: "Failed.",
  interrupted: "Interrupted.",
  aborted: "Not run, since a cell before it failed.",
  gone: "Cut off: its kernel is gone.",
  never: "Not run: there is no kernel.",
};

// The output area gets a kernel's replies to one request, and the widgets among them.
function makeOutput(label, rendermime) {
  const model = new OutputAreaModel({ trusted: true }); // it is the reader's own code that puts this out
  const area = new OutputArea({ model, rendermime });
  const place = element("div", { class: "live-output", role: "group", "aria-label": `${label}, output`, tabindex: "0" });
  place.hidden = true;
  return { area, model, place };
}

export function makeCell({ cell, number, store, rendermime, run, runAbove }) {
  const label = `Cell ${number}`;
  const [input, stored] = ["input", "output"].map((part) => cell.querySelector(`:scope > .cell_${part}`));
  const original = input.querySelector("pre").textContent.replace(/\n$/, "");
  const state = element("span", { class: "live-state" }, FRESH);
  const { area, model, place } = makeOutput(label, rendermime);
  let waiting = false;

  const restore = button("Book's text", () => {
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: original } });
    editor.focus(); // the button is going
  });
  const onChange = (text) => {
    store.set(original, text);
    restore.hidden = text === original;
  };
  const frame = element("div", { class: "live-editor highlight" });
  const text = store.get(original);
  const editor = makeEditor({ parent: frame, text, label: `${label}, code`, onChange, onRun: (next) => run(self, next) });
  restore.hidden = text === original;
  const tools = element(
    "div",
    { class: "live-tools" },
    button("Run", () => run(self), { "aria-label": `Run cell ${number}` }),
    button("Run all above", () => runAbove(self), { "aria-label": `Run all above cell ${number}` }),
    restore,
    state,
  );
  input.hidden = true;
  input.after(frame, tools, place);
  Widget.attach(area, place);

  async function ask(kernel) {
    const stop = !cell.classList.contains(MEANT_TO_FAIL); // the cells that are waiting are not run then
    area.future = kernel.requestExecute({ code: editor.state.doc.toString(), stop_on_error: stop });
    area.future.registerMessageHook((message) => {
      if (message.header.msg_type === "execute_input") state.textContent = "Running.";
      return true;
    });
    const { status, ename } = (await area.future.done).content;
    return ename === "KeyboardInterrupt" ? "interrupted" : status;
  }

  async function executeOn(kernel) {
    if (!kernel) return "never";
    stored?.remove();
    place.hidden = false;
    model.clear();
    // Where the kernel goes, the promise of its answer is broken.
    return ask(kernel).catch(() => "gone");
  }

  // Gives how it ended, one of ENDS; null where it was running already.
  async function execute(getKernel, onStart) {
    if (waiting) return null; // Run was pressed twice
    waiting = true;
    state.textContent = "Waiting.";
    onStart();
    const end = await executeOn(await getKernel());
    state.textContent = ENDS[end];
    waiting = false;
    return end;
  }

  const forget = () => {
    if ([ENDS.ok, ENDS.error, ENDS.interrupted].includes(state.textContent)) state.textContent = BYGONE;
  };
  const self = { number, execute, forget, focus: () => editor.focus(), meantToFail: cell.classList.contains(MEANT_TO_FAIL) };
  return self;
}
