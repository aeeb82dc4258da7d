// "Run this page": all that a page loads until the button is pressed. The server adds this script to the pages that it
// serves itself, so a page from anywhere else has no such button.

import "./button.css";

const CELLS = "div.cell:has(> .cell_input)";
const SERVER = new URL("../", import.meta.url); // this file is served as live/button.js below the server's address
const FAILED = "The page could not be made live. Is the server still running? ./tutorial start starts it; then press again.";

function takeTokenOutOfAddress() {
  const address = new URL(location.href);
  if (!address.searchParams.has("token")) return;
  // Whoever copies the address or looks at the screen must not get it. The login is a cookie by now.
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
}

function addStyles() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("page.css", import.meta.url).href;
  document.head.append(link);
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve, { once: true });
    link.addEventListener("error", reject, { once: true });
  });
}

function addBar() {
  const bar = document.createElement("section");
  bar.className = "live-bar";
  bar.setAttribute("aria-label", "Run this page");
  bar.innerHTML = `
    <button type="button" class="live-run-page">Run this page</button>
    <p role="status" class="live-status">The cells below can run on this machine, in this page.</p>`;
  document.querySelector("article h1").after(bar);
  return bar;
}

function offer(cells) {
  const bar = addBar();
  const [button, status] = bar.children;
  let pressed = false;
  button.addEventListener("click", async () => {
    if (pressed) return;
    pressed = true;
    status.textContent = "Loading.";
    try {
      const [{ makeLive }] = await Promise.all([import(new URL("page.js", import.meta.url).href), addStyles()]);
      pressed = await makeLive({ bar, cells, server: SERVER.href }); // where it failed, it has said why
    } catch (error) {
      console.warn(error);
      status.textContent = FAILED;
      pressed = false;
    }
  });
}

takeTokenOutOfAddress();
const cells = [...document.querySelectorAll(CELLS)];
if (cells.length) offer(cells);
