"""What a pull costs with a view and without, the two in turns, in a real kernel.

Run it where an engine runs: ``.venv/bin/python benchmarks/progress.py``. Two measurements:

* a pull from a registry on this machine, of an image that is removed before each: what a student waits for;
* the events of that pull, sent again by a server as fast as docker-py takes them: the worst that can be.

The pairs alternate which of the two comes first, since machines are noisy. Where even so the ratios scatter more
than they tell, the processor time that the view costs says how much it can be at most.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import docker
import nbformat
import requests
from nbclient import NotebookClient
from urllib3.util import Retry

from workbench.engine.events import Event
from workbench.provision import registry_image
from workbench.settings import LOOPBACK
from workbench.widgets.progress import watch

LAYERS, BYTES = 9, 10_000_000
PAIRS = 21
REPLAYED = 20_000  # events


def main() -> int:
    """Run the measurement in a kernel, where a view has somebody to talk to; print what it says."""
    cell = nbformat.v4.new_code_cell(
        f"import sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\nimport progress\nprogress.measure()"
    )
    client = NotebookClient(nbformat.v4.new_notebook(cells=[cell]), timeout=1800)
    client.execute()
    print(*(output.text for output in cell.outputs if output.output_type == "stream"), sep="")
    return 0


def measure() -> None:
    """Measure both; print seconds and ratios."""
    client = docker.from_env()
    with a_registry(client) as address:
        name = f"{address}/bench"
        upload(client, name)

        def pull() -> Iterator[Event]:
            client.images.remove(name)
            return iter(client.api.pull(name, stream=True, decode=True))

        events = list(pull())
        report(f"pull of {LAYERS} layers, {LAYERS * BYTES // 10**6} MB", pull)
        client.images.remove(name)
    with a_server(events * (REPLAYED // len(events))) as port:
        fake = docker.APIClient(base_url=f"tcp://{LOOPBACK}:{port}", version="1.41")
        report(f"{REPLAYED} events sent again", lambda: iter(fake.pull("bench", stream=True, decode=True)))
        fake.close()


def report(title: str, events: Callable[[], Iterator[Event]]) -> None:
    """Time both ways in turns."""
    ways: dict[str, Callable[[Iterator[Event]], None]] = {"without": exhaust, "with": lambda it: watch(it, title)}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    work: dict[str, list[float]] = {way: [] for way in ways}
    for pair in range(PAIRS):
        for way in sorted(ways, reverse=bool(pair % 2)):
            stream = events()
            started, worked = time.perf_counter(), time.process_time()
            ways[way](stream)
            seconds[way].append(time.perf_counter() - started)
            work[way].append(time.process_time() - worked)
    ratios = [one / other for one, other in zip(seconds["with"], seconds["without"])]
    low, middle, high = statistics.quantiles(ratios)
    without, with_one = (statistics.median(seconds[way]) for way in ("without", "with"))
    more = statistics.median(work["with"]) - statistics.median(work["without"])
    print(
        f"{title}: {without:.3f} s without a view, {with_one:.3f} s with one, ratio of a pair {middle:.3f} "
        f"(quartiles {low:.3f} and {high:.3f}, {PAIRS} pairs); {more * 1000:.0f} ms more work for this "
        f"process, {more / without:.1%} of the time"
    )


def exhaust(events: Iterator[Event]) -> None:
    """Read a stream as whoever shows nothing would, and yet looks for an error."""
    for event in events:
        if "error" in event:
            raise RuntimeError(event["error"])


def upload(client: docker.DockerClient, name: str) -> None:
    """Build an image of random bytes and push it."""
    with tempfile.TemporaryDirectory() as folder:
        lines = ["FROM scratch"]
        for number in range(LAYERS):
            Path(folder, str(number)).write_bytes(os.urandom(BYTES))
            lines.append(f"COPY {number} /")
        Path(folder, "Dockerfile").write_text("\n".join(lines))
        client.images.build(path=folder, tag=name, rm=True)
    exhaust(iter(client.api.push(name, stream=True, decode=True)))


@contextmanager
def a_registry(client: docker.DockerClient) -> Iterator[str]:
    """Run a registry that asks for no login; yield its address."""
    published: Any = {"5000/tcp": (LOOPBACK, None)}  # a free port, which the annotations don't know of
    container = client.containers.run(registry_image.ensure(client), ports=published, detach=True)
    try:
        container.reload()
        [place] = container.ports["5000/tcp"] or []
        address = f"{LOOPBACK}:{place['HostPort']}"
        with requests.Session() as session:
            session.mount("http://", requests.adapters.HTTPAdapter(max_retries=Retry(20, backoff_factor=0.1)))
            session.get(f"http://{address}/v2/").raise_for_status()
        yield address
    finally:
        container.remove(force=True, v=True)


@contextmanager
def a_server(events: list[Event]) -> Iterator[int]:
    """Answer every request with these events, as the engine sends them; yield the port."""
    chunks = [json.dumps(event).encode() + b"\r\n" for event in events]
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"

    class Engine(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keep the output for the numbers."""

    server = HTTPServer((LOOPBACK, 0), Engine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    sys.exit(main())
