// The part of a view that travels with the widget, and that notebooks store. It shows the last state, then asks the
// kernel for the view's code: so no notebook stores a library, and a page without a kernel still shows something.

const PATIENCE = 3000; // milliseconds without an answer; then it says what to do, and goes on waiting
const loaded = (globalThis.containersHandsOn ??= new Map()); // one copy of the code for all cells of a page

function fetchCode(model) {
  return new Promise((resolve) => {
    const listen = (message, buffers) => {
      if (message.type !== "code") return;
      model.off("msg:custom", listen);
      resolve(buffers[0]);
    };
    model.on("msg:custom", listen);
    model.send({ type: "code" });
  });
}

async function load(model) {
  const url = URL.createObjectURL(new Blob([await fetchCode(model)], { type: "text/javascript" }));
  try {
    return await import(/* webpackIgnore: true */ url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function show(model, el, note) {
  el.innerHTML = model.get("snapshot");
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.textContent = note;
  el.append(line);
}

async function render({ model, el, signal }) {
  const version = model.get("code_version");
  show(model, el, version ? "Loading." : model.get("status"));
  if (!version) return undefined;
  const timer = setTimeout(() => show(model, el, "Run this cell to work in here yourself."), PATIENCE);
  signal?.addEventListener("abort", () => clearTimeout(timer));
  const view = loaded.get(version) ?? (await load(model));
  loaded.set(version, view);
  clearTimeout(timer);
  if (signal?.aborted) return undefined;
  el.replaceChildren();
  return view.render({ model, el });
}

export default { render };
