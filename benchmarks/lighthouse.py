"""Lighthouse's scores of the built book: a page has to be there at once, and for everybody.

``python benchmarks/lighthouse.py [PAGE ...]`` takes a minute. The pages are served gzipped, as most file servers do it.
Lighthouse comes from npm by the lock file in ``benchmarks/lighthouse``, Chromium from the system.
"""

from __future__ import annotations

import functools
import gzip
import json
import shutil
import sys
import tempfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from workbench.book import build as book
from workbench.provision import node
from workbench.settings import LOOPBACK, PATHS

TOOL = PATHS.root / "benchmarks/lighthouse"
PAGES = ("book/index.html", "notebooks/05_run_and_test.html")
DUE = {"performance": 95, "accessibility": 100}
FLAGS = "--headless=new --no-sandbox --disable-background-networking --disable-quic"
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "total-byte-weight")


class Gzipped(SimpleHTTPRequestHandler):
    """Serve files, text among them gzipped."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a file."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        kind, body = self.guess_type(path), path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if not kind.startswith("image/png"):
            self.send_header("Content-Encoding", "gzip")
            body = gzip.compress(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keep the terminal quiet."""


def main() -> int:
    """Print the scores of each page; 1 where one of them is too low."""
    book.build(PATHS)
    npm("ci", "--ignore-scripts", "--prefer-offline")
    handler = functools.partial(Gzipped, directory=str(book.pages(PATHS)))
    with ThreadingHTTPServer((LOOPBACK, 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        good = [
            report(page, measured(f"http://{LOOPBACK}:{server.server_port}/{page}")) for page in sys.argv[1:] or PAGES
        ]
        server.shutdown()
    return 0 if all(good) else 1


def measured(url: str) -> dict[str, dict[str, dict[str, object]]]:
    """Give Lighthouse's report."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        only = f"--only-categories={','.join(DUE)}"
        npm(
            "run",
            "lighthouse",
            "--",
            url,
            "--quiet",
            f"--chrome-flags={FLAGS}",
            only,
            "--output=json",
            f"--output-path={path}",
        )
        found: dict[str, dict[str, dict[str, object]]] = json.loads(path.read_text())
    return found


def report(page: str, found: dict[str, dict[str, dict[str, object]]]) -> bool:
    """Print one page's figures; say whether they are good enough."""
    scores = {name: round(100 * float(str(found["categories"][name]["score"]))) for name in DUE}
    figures = [f"{name} {score}" for name, score in scores.items()]
    figures += [f"{name} {found['audits'][name]['displayValue']}" for name in TIMES]
    print(f"{page}: {', '.join(figures)}", flush=True)
    return all(scores[name] >= due for name, due in DUE.items())


def npm(*arguments: str) -> None:
    """Run npm in the tool's folder."""
    done = node.npm(PATHS, *arguments, folder=TOOL, CHROME_PATH=shutil.which("chromium") or "")
    if done.returncode:
        sys.exit(f"npm {arguments[0]} failed, in {TOOL}.")


if __name__ == "__main__":
    sys.exit(main())
