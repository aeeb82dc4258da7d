// Whether a live page still hears its kernel, and what it does where it doesn't: the laptop was closed, the server was
// stopped, or the kernel was ended by somebody else.

import { sleep } from "./time.js";
import { SAYS } from "./words.js";

const HICCUP = 2000; // milliseconds: a connection that is back by then is nobody's concern
const PAUSE = 3000; // milliseconds between two questions to a server that doesn't answer
const CONNECTING = 10000; // milliseconds that a new connection gets

// Asks the server about the kernel: whether it is there, is not, or what is wrong with the question.
async function ask(services, id) {
  try {
    return { gone: !(await services.findKernel(id)) };
  } catch (error) {
    return { problem: error.response?.status === 403 ? SAYS.stranger : SAYS.lost };
  }
}

export function keepContact({ session, services, tell, restarting }) {
  let looking = false;
  const isLost = () => !session.isDisposed && session.kernel.connectionStatus !== "connected" && !restarting();

  async function look() {
    while (isLost()) {
      const { gone, problem } = await ask(services, session.kernel.id);
      if (gone) return session.dispose(); // which is told as the kernel's end
      if (problem) tell(problem);
      else session.kernel.reconnect().catch(() => {}); // it goes on trying by itself, but ever less often
      await sleep(problem ? PAUSE : CONNECTING, () => !isLost());
    }
    return tell(SAYS.back);
  }

  session.connectionStatusChanged.connect(async (_session, status) => {
    if (status === "connected" || looking || restarting()) return;
    looking = true;
    if (status === "connecting") await sleep(HICCUP, () => !isLost());
    if (isLost()) await look();
    looking = false;
  });
}
