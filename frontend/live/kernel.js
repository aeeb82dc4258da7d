// The kernel behind a live page: a session of its own on the server, which ends with the page.

import { keepContact } from "./contact.js";
import { sleep } from "./time.js";
import { SAYS } from "./words.js";

const PATIENCE = 3000; // milliseconds for an answer

// What is sent to a kernel on its way up may be lost, so this asks until there is an answer.
async function untilItAnswers(kernel) {
  let answered = false;
  while (!answered && !kernel.isDisposed) {
    const answer = kernel.requestKernelInfo().then(Boolean, () => sleep(PATIENCE));
    answered = await Promise.race([answer, sleep(PATIENCE)]);
  }
}

function startSession(services, page) {
  // A session has a path, and in the path's folder the kernel works: the student's own copy of the notebooks. It names
  // no file, so that neither the lab nor another tab takes this kernel for theirs.
  const path = `${page}-in-the-book-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
  return services.startSession({ path, type: "book", name: `${page}, in the book`, kernel: { name: "python3" } });
}

// The browser sends it even while it takes the page away.
function endSession(server, id) {
  const [, xsrf = ""] = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/) ?? [];
  fetch(`${server}api/sessions/${id}`, { method: "DELETE", keepalive: true, headers: { "X-XSRFToken": xsrf } });
}

// A refusal has a status; where nobody answered there is none.
function whyNot(error) {
  if (!error.response) return SAYS.silent;
  return error.response.status === 403 ? SAYS.stranger : `The server started no kernel: ${error.message}`;
}

// Gives what the page's buttons do. What becomes of the kernel is told in words to `tell`; `follow` gets each kernel
// that the page is given, and null where it has none any more.
export function connect({ services, server, page, tell, follow }) {
  let session = null;
  let up = Promise.resolve();
  let restarting = false;

  const current = () => (session && !session.isDisposed && session.kernel?.status !== "dead" ? session.kernel : null);

  const onStatus = (_session, status) => {
    if (status === "autorestarting") {
      tell(SAYS.died);
      follow(current());
      up = untilItAnswers(current());
    } else if (status === "dead") {
      tell(SAYS.dead);
      follow(null);
    }
  };

  async function start() {
    tell(SAYS.starting);
    session = await startSession(services, page);
    session.statusChanged.connect(onStatus);
    session.disposed.connect(() => onStatus(session, "dead"));
    keepContact({ session, services, tell, restarting: () => restarting });
    await session.kernel.info;
  }

  async function startOrRestart() {
    if (!current()) return start();
    tell(SAYS.restarting);
    try {
      return await current().restart();
    } catch (error) {
      if (error.response?.status !== 404) throw error; // else the server was restarted, and knows no such kernel
      return start();
    }
  }

  async function restart() {
    if (restarting) return; // pressed twice
    restarting = true;
    try {
      await startOrRestart();
      follow(current());
      tell(SAYS.ready);
    } catch (error) {
      console.warn(error);
      tell(whyNot(error));
    } finally {
      restarting = false;
    }
  }

  addEventListener("pagehide", () => current() && endSession(server, session.id));
  addEventListener("pageshow", (event) => event.persisted && session?.dispose()); // back on a page that was left
  return {
    restart,
    leave: () => services.dispose(),
    // Null where there is none.
    kernel: async () => {
      await up;
      return current();
    },
    // Where the server is gone, that is told anyway.
    interrupt: () =>
      current()
        ?.interrupt()
        .catch(() => {}),
  };
}
