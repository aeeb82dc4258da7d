// A terminal: xterm.js in a labelled region, and beneath it what state it is in.

import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import xtermStyle from "@xterm/xterm/css/xterm.css";
import ownStyle from "./terminal.css";

const LEAVE = "F6"; // Tab is the shell's, and Escape the editor's
const KEYS = `${LEAVE} leaves the terminal, Shift+${LEAVE} backwards.`;
const ROWS = 24;
const FEWEST_COLUMNS = 20;
const FLOOD = 20000; // bytes at once that nobody can listen to; saying them aloud makes the terminal three times slower
const CALM = 500; // milliseconds after a flood
const PATIENCE = 5000; // milliseconds for the kernel to take what was typed
const SILENT = "The notebook's kernel doesn't take what you type: it is busy with a cell, or was restarted.";
const GONE = "The notebook's kernel was restarted or has ended, and the shell with it. Run the cell again.";
// Both set, so that it reads the same on a dark and on a light page.
const THEME = { background: "#1c1c1c", foreground: "#e8e8e8", cursor: "#e8e8e8", selectionBackground: "#4a5a78" };

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function build(model) {
  const label = model.get("label");
  const screen = element("div", { class: "cho-screen", "data-lm-suppress-shortcuts": "true" });
  const status = element("p", { class: "cho-status", role: "status", "aria-live": "polite" });
  const end = element("button", { type: "button", class: "cho-end" }, "End this terminal");
  const foot = element("div", { class: "cho-foot" }, status, end);
  const style = element("style", {}, xtermStyle, ownStyle);
  const region = element("section", { class: "cho-terminal", role: "region", "aria-label": label, tabindex: "-1" });
  region.append(style, screen, foot);
  return { region, screen, status, end };
}

function makeTerminal() {
  return new Terminal({
    cols: 80,
    rows: ROWS,
    fontFamily: "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    fontSize: 13,
    theme: THEME,
    minimumContrastRatio: 4.5, // whatever colours a program takes
    screenReaderMode: true,
    scrollback: 2000,
  });
}

export function render({ model, el }) {
  const { region, screen, status, end } = build(model);
  const terminal = makeTerminal();
  const fit = new FitAddon();
  let replaying = 0;
  let gone = false;
  let silence = 0;
  let calm = 0;

  const send = (type, content = {}) => model.send({ type, ...content });

  const open = () => send("open", { columns: terminal.cols, rows: terminal.rows });

  const size = () => {
    const columns = fit.proposeDimensions()?.cols;
    if (!columns) return; // not on the screen right now
    terminal.resize(Math.max(columns, FEWEST_COLUMNS), ROWS);
  };

  const tell = () => {
    const running = model.get("running") && !gone;
    const state = gone ? GONE : model.get("status");
    status.textContent = running ? `${state} ${KEYS}` : state;
    end.disabled = !running;
    if (running || terminal.options.disableStdin) return;
    terminal.options.disableStdin = true;
    terminal.write(`\r\n\x1b[0m[${state}]\r\n`);
  };

  // The kernel is gone, or only the connection to it was. One that knows this terminal answers.
  const onLost = () => {
    gone = true;
    tell();
    open();
  };

  const type = (kind, content) => {
    if (replaying) return; // the terminal would answer once more what programs asked it long ago
    send(kind, content);
    silence ||= window.setTimeout(() => (status.textContent = `${SILENT} ${KEYS}`), PATIENCE);
  };

  const listen = (bytes) => {
    if (bytes < FLOOD && !calm) return;
    if (!calm) terminal.options.screenReaderMode = false;
    clearTimeout(calm);
    calm = window.setTimeout(() => {
      calm = 0;
      terminal.options.screenReaderMode = true;
    }, CALM);
  };

  const receive = (message, buffers) => {
    if (gone) {
      gone = false;
      terminal.options.disableStdin = false;
      tell();
    }
    if (silence) {
      clearTimeout(silence);
      silence = 0;
      tell();
    }
    if (message.type === "rewind") {
      terminal.reset();
    } else if (message.type === "anyone") {
      send("here");
    } else if (message.type === "output") {
      const { end: place, replay } = message;
      replaying += replay ? 1 : 0;
      listen(buffers[0].byteLength);
      terminal.write(new Uint8Array(buffers[0].buffer, buffers[0].byteOffset, buffers[0].byteLength), () => {
        replaying -= replay ? 1 : 0;
        send("seen", { place });
      });
    }
  };

  const onKey = (event) => {
    if (event.key !== LEAVE) return true;
    event.preventDefault();
    if (event.type === "keydown") (event.shiftKey || end.disabled ? region : end).focus();
    return false;
  };

  el.append(region);
  terminal.loadAddon(fit);
  terminal.open(screen);
  terminal.textarea.setAttribute("aria-label", `${model.get("label")}: input. ${KEYS}`);
  terminal.attachCustomKeyEventHandler(onKey);
  terminal.onData((text) => type("input", { text }));
  terminal.onBinary((bytes) => type("bytes", { bytes: [...bytes].map((byte) => byte.charCodeAt(0)) }));
  terminal.onResize(({ cols, rows }) => send("resize", { columns: cols, rows }));
  end.addEventListener("click", () => send("end"));

  const observer = new ResizeObserver(size);
  observer.observe(screen);
  model.on("msg:custom", receive);
  model.on("change:status", tell);
  model.on("change:running", tell);
  model.on("comm_live_update", onLost);
  size();
  tell();
  open();

  return () => {
    observer.disconnect();
    clearTimeout(silence);
    clearTimeout(calm);
    model.off("msg:custom", receive);
    model.off("change:status", tell);
    model.off("change:running", tell);
    model.off("comm_live_update", onLost);
    send("closed");
    terminal.dispose();
  };
}
