// What a live page says of its kernel and its server. "Kernel" is explained where it is first said.

const AGAIN = "What the cells have made is gone with it: run them again, from the top.";

export const SAYS = {
  starting: "Starting a kernel, the Python that runs the cells.",
  ready: "Ready: the kernel has run nothing yet.",
  restarting: "Restarting the kernel.",
  died: `The kernel ended unexpectedly, and another one was started. ${AGAIN}`,
  dead: `The kernel has ended. ${AGAIN} Restart starts another one.`,
  lost: "The server doesn't answer. The page goes on trying. On its machine, ./tutorial start brings it back.",
  back: "The server answers again.",
  silent: "No kernel was started: the server doesn't answer. On its machine, run ./tutorial start. Then press again.",
  stranger: "You are logged out. Open the address that ./tutorial start prints.",
};

export function ended(number, end) {
  return {
    ok: `Cell ${number} is done.`,
    error: `Cell ${number} failed: its error stands beneath it.`,
    meant: `Cell ${number} failed, as it was meant to.`,
    interrupted: `Cell ${number} was interrupted.`,
    aborted: `Cell ${number} was not run, since a cell before it failed.`,
    never: "No kernel runs. Restart starts one; then run the cells from the top.",
  }[end];
}
