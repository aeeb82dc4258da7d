// A slider with a name: the browser's own, so that keys, screen readers and touch work as everywhere.

function render({ model, el }) {
  const row = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const number = document.createElement("span");
  row.style.cssText =
    "display: flex; align-items: center; gap: 0.5em; margin: 2px; font-size: var(--jp-widgets-font-size, inherit)";
  label.style.cssText = "display: flex; align-items: center; gap: 0.5em; min-width: 0";
  input.style.cssText = "min-width: 0; max-width: 10em";
  input.dataset.lmSuppressShortcuts = "true"; // the arrow keys move the slider; the lab would unfold a heading
  input.type = "range";
  number.ariaHidden = "true"; // the slider says its value itself
  label.append(model.get("description"), input);
  row.append(label, number);
  el.append(row);

  const say = () => (number.textContent = input.value);
  const show = () => {
    for (const name of ["min", "max", "value", "disabled"]) input[name] = model.get(name);
    say();
  };
  const shown = ["min", "max", "value", "disabled"].map((name) => `change:${name}`);
  for (const change of shown) model.on(change, show);
  show();

  input.addEventListener("input", say);
  // At the end of a movement, not at each step of it: every value is a request.
  input.addEventListener("change", () => {
    model.set("value", input.valueAsNumber);
    model.save_changes();
  });
  return () => shown.forEach((change) => model.off(change, show));
}

export default { render };
