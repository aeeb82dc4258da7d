// The kernel behind a live page: a session of its own on the server, which ends with the page.

import { KernelAPI, KernelManager, ServerConnection, SessionManager } from "@jupyterlab/services";

const HICCUP = 2000; // milliseconds: a connection that is back by then is nobody's concern
const AGAIN_AFTER = 3000; // milliseconds
const AGAIN = "What the cells have made is gone with it: run them again, from the top.";
const SAYS = {
  starting: "Starting a kernel, the Python that runs the cells.",
  ready: "Ready: the kernel has run nothing yet.",
  restarting: "Restarting the kernel.",
  died: `The kernel ended unexpectedly, and another one was started. ${AGAIN}`,
  dead: `The kernel has ended. ${AGAIN} Restart starts another one.`,
  lost: "The server doesn't answer. The page goes on trying. On its machine, ./tutorial start brings it back.",
  silent: "No kernel was started: the server doesn't answer. On its machine, run ./tutorial start. Then press again.",
  back: "The server answers again.",
  stranger: "You are logged out. Open the address that ./tutorial start prints.",
};

// An answer that says no has a status; without an answer there is none.
function whyNot(error) {
  if (!error.response) return SAYS.silent;
  return error.response.status === 403 ? SAYS.stranger : `The server started no kernel: ${error.message}`;
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What is sent to a kernel on its way up may be lost, so this asks until there is an answer.
async function untilItAnswers(kernel) {
  let answered = false;
  while (!answered && !kernel.isDisposed) {
    const answer = kernel.requestKernelInfo().then(Boolean, () => sleep(AGAIN_AFTER));
    answered = await Promise.race([answer, sleep(AGAIN_AFTER)]);
  }
}

// The browser sends it even while it takes the page away.
function endSession(server, id) {
  const [, xsrf = ""] = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/) ?? [];
  fetch(`${server}api/sessions/${id}`, { method: "DELETE", keepalive: true, headers: { "X-XSRFToken": xsrf } });
}

// Gives functions; what becomes of the kernel is told in words to `tell`, and each new connection to `follow`.
export function connect({ server, page, tell, follow }) {
  // Without a token: the login is a cookie, which the browser sends by itself.
  const serverSettings = ServerConnection.makeSettings({ baseUrl: server, wsUrl: server.replace(/^http/, "ws"), token: "" });
  const sessions = new SessionManager({ serverSettings, kernelManager: new KernelManager({ serverSettings }) });
  let session;
  let restarting = false;
  let hiccup = 0;
  let up = Promise.resolve();
  let lost = false;

  const current = () => (session && !session.isDisposed && session.kernel?.status !== "dead" ? session.kernel : null);

  const lose = () => {
    lost = true;
    tell(SAYS.lost);
  };

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

  // The connection has given up, or was closed by the server: because the kernel is no more, or the server itself.
  async function lookAfter(asked) {
    if (!current() || asked !== session) return;
    try {
      if (await KernelAPI.getKernelModel(current().id, serverSettings)) current().reconnect().catch(() => {});
      else session.dispose();
    } catch {
      lose();
      setTimeout(lookAfter, AGAIN_AFTER, asked);
    }
  }

  const onConnection = (_session, status) => {
    clearTimeout(hiccup);
    if (restarting) return;
    if (status === "connecting") {
      hiccup = setTimeout(lose, HICCUP);
    } else if (status === "disconnected") {
      lookAfter(session);
    } else if (lost) {
      lost = false;
      tell(SAYS.back);
    }
  };

  async function start() {
    tell(SAYS.starting);
    // A session has a path, and in the path's folder the kernel works: the student's own copy of the notebooks. It
    // names no file, so that neither the lab nor another tab takes this kernel for theirs.
    const path = `${page}-in-the-book-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
    session = await sessions.startNew({ path, type: "book", name: `${page}, in the book`, kernel: { name: "python3" } });
    session.statusChanged.connect(onStatus);
    session.connectionStatusChanged.connect(onConnection);
    session.disposed.connect(() => onStatus(session, "dead"));
    follow(session.kernel);
    await session.kernel.info;
    tell(SAYS.ready);
  }

  async function startOrRestart() {
    if (!current()) return start();
    tell(SAYS.restarting);
    try {
      await current().restart();
    } catch (error) {
      if (error?.response?.status !== 404) throw error; // else the server has been restarted, and knows no such kernel
      return start();
    }
    follow(current());
    return tell(SAYS.ready);
  }

  async function restart() {
    if (restarting) return; // pressed twice
    restarting = true;
    try {
      await startOrRestart();
    } catch (error) {
      console.warn(error);
      tell(whyNot(error));
    } finally {
      restarting = false;
    }
  }

  addEventListener("pagehide", () => current() && endSession(server, session.id));
  return {
    restart,
    kernel: async () => (await up, current()), // null where there is none, and that has been told
    interrupt: async () => current()?.interrupt(),
  };
}
