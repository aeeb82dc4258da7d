// What the tests of the front end give it in the place of a browser, a server and time.

// A clock that runs as far as it is told to. Use it as `await pass(milliseconds)`.
export function stopTime(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.mock.method(performance, "now", () => Date.now());
  return async (milliseconds) => {
    for (let passed = 0; passed <= milliseconds; passed += 100) {
      await settle();
      t.mock.timers.tick(100);
    }
    await settle();
  };
}

// Lets all promises go on that can.
export const settle = () => new Promise((resolve) => setImmediate(resolve));

// A signal of Lumino's.
export function makeSignal() {
  const slots = [];
  return { connect: (slot) => slots.push(slot), emit: (...args) => slots.forEach((slot) => slot(...args)) };
}

export function makeKernel(id = "k1") {
  return {
    id,
    status: "idle",
    connectionStatus: "connected",
    isDisposed: false,
    calls: [],
    info: Promise.resolve({}),
    async requestKernelInfo() {
      this.calls.push("info");
      return {};
    },
    async restart() {
      this.calls.push("restart");
    },
    async interrupt() {
      this.calls.push("interrupt");
    },
    async reconnect() {
      this.calls.push("reconnect");
    },
  };
}

export function makeSession(kernel = makeKernel(), id = "s1") {
  const session = {
    id,
    kernel,
    isDisposed: false,
    statusChanged: makeSignal(),
    connectionStatusChanged: makeSignal(),
    disposed: makeSignal(),
    dispose() {
      if (session.isDisposed) return;
      session.isDisposed = true;
      session.disposed.emit(session);
    },
  };
  return session;
}

// How Jupyter refuses.
export const refusal = (status) => Object.assign(new Error(`HTTP ${status}`), { response: { status } });
