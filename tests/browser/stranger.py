"""A page on another port of this machine, such as a container publishes, and what it can try against the lab."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from workbench.settings import LOOPBACK

# What a page can try that it is allowed to send but may not read. Each answers with what it got hold of, or "".
ATTEMPTS = """
async ({ lab, kernel }) => {
    const within = (milliseconds, promise) =>
        Promise.race([promise, new Promise((done) => setTimeout(() => done(""), milliseconds))]).catch(() => "");
    const get = async (path, options) => (await fetch(lab + path, { credentials: "include", ...options })).text();
    const xsrf = (document.cookie.match(/_xsrf=([^;]*)/) ?? ["", ""])[1];
    const body = JSON.stringify({ name: "python3" });
    const framed = (path) => new Promise((done) => {
        const frame = document.createElement("iframe");
        frame.onload = () => { try { done(frame.contentDocument.body.innerText); } catch { done(""); } };
        frame.src = lab + path;
        document.body.append(frame);
    });
    const opened = async (path) => {
        const other = open(lab + path);
        try {
            // An empty page of our own is there first; the lab's takes its place, and then it can be read or not.
            while (other.location.href === "about:blank" || other.document.readyState !== "complete") {
                await new Promise((done) => setTimeout(done, 50));
            }
            return other.document.body.innerText + other.location.href;
        } catch {
            return "";
        } finally {
            other?.close();
        }
    };
    const posted = (path) => new Promise((done) => {
        const form = document.createElement("form");
        const action = `${lab}${path}?_xsrf=${xsrf}`;
        Object.assign(form, { method: "POST", action, enctype: "text/plain", target: "sink" });
        form.innerHTML = `<input name='{"name":"python3","x":"' value='"}'>`;
        const sink = Object.assign(document.createElement("iframe"), { name: "sink", onload: () => done("") });
        document.body.append(sink, form);
        form.submit();
    });
    const socket = (path) => new Promise((done) => {
        const made = new WebSocket(lab.replace(/^http/, "ws") + path);
        made.onopen = () => done("connected");
        made.onerror = () => done("");
    });
    const included = (path) => new Promise((done) => {
        const script = Object.assign(document.createElement("script"), { src: lab + path });
        script.onload = () => done("ran");
        script.onerror = () => done("");
        document.head.append(script);
    });
    return {
        cookies: document.cookie,
        referrer: document.referrer,
        opener: (() => { try { return opener ? opener.location.href : ""; } catch { return ""; } })(),
        around: [...(location.ancestorOrigins ?? [])].join(),
        read: await within(60000, get("book/")),
        files: await within(60000, get("api/contents")),
        started: await within(60000, get("api/kernels", { method: "POST", body })),
        forged: await within(60000, get("api/kernels", { method: "POST", body, headers: { "X-XSRFToken": xsrf } })),
        silent: await within(60000, get("api/kernels", { method: "POST", body, mode: "no-cors" })),
        framed: await within(60000, framed("book/")),
        opened: await within(60000, opened("book/")),
        posted: await within(60000, posted("api/kernels")),
        socket: await within(60000, socket(`api/kernels/${kernel}/channels`)),
        included: await within(60000, included("files/notebooks/01_set_up.ipynb")),
    };
}
"""


@dataclass
class Container:
    """A web server on another port of this machine, such as one that a container publishes.

    Attributes
    ----------
    port : int
    heard : list of str
        All requests, each with its headers.
    """

    port: int
    heard: list[str] = field(default_factory=list)

    def at(self, host: str) -> str:
        """Address under a name of this machine."""
        return f"http://{host}:{self.port}/"


@contextmanager
def started() -> Iterator[Container]:
    """Start one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            container.heard.append(f"{self.requestline}\n{self.headers}")
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>degrees</title><link rel=icon href='data:,'><body>")

        def log_message(self, *_arguments: object) -> None:
            """Keep the terminal quiet."""

    with ThreadingHTTPServer((LOOPBACK, 0), Handler) as server:
        container = Container(server.server_port)
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield container
        server.shutdown()
        thread.join()
