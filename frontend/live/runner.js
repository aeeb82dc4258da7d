// Runs the text of one cell, and says in words how that goes.

const ENDS = {
  ok: "Done.",
  error: "Failed.",
  meant: "Failed, as it was meant to.",
  interrupted: "Interrupted.",
  aborted: "Not run, since a cell before it failed.",
  gone: "Cut off: its kernel is gone.",
  never: "Not run: there is no kernel.",
};
const RAN = ["ok", "error", "meant", "interrupted"];

export const FRESH = "Not run yet.";

// `meant` says that the cell is meant to fail, `text` gives what to run, `clear` takes away what it put out before, and
// `tell` shows the words.
export function makeRunner({ area, clear, meant, text, tell }) {
  let waiting = false;
  let ended = null;

  async function ask(kernel) {
    clear();
    // Where a cell fails, those that wait behind it are not run, unless it was meant to.
    area.future = kernel.requestExecute({ code: text(), stop_on_error: !meant });
    area.future.registerMessageHook((message) => {
      if (message.header.msg_type === "execute_input") tell("Running.");
      return true;
    });
    const { status, ename } = (await area.future.done).content;
    if (ename === "KeyboardInterrupt") return "interrupted";
    return status === "error" && meant ? "meant" : status;
  }

  // Gives how it ended, one of ENDS; null where it was running already.
  async function execute(getKernel, onStart) {
    if (waiting) return null; // Run was pressed twice
    waiting = true;
    tell("Waiting.");
    onStart();
    const kernel = await getKernel();
    // Where the kernel goes, the promise of its answer is broken.
    ended = kernel ? await ask(kernel).catch(() => "gone") : "never";
    tell(ENDS[ended]);
    waiting = false;
    return ended;
  }

  const forget = () => !waiting && RAN.includes(ended) && tell("Ran in a kernel that is gone.");
  return { execute, forget };
}
