"""Another user of the machine, who listens to what kernels tell.

Run it with the places of their sockets as JSON: a port of 127.0.0.1, or a path. It subscribes to each as a client of
Jupyter does (ZMTP 3.0), says whether it could, and prints what it has heard once its standard input ends
and a second has brought nothing more.
"""

from __future__ import annotations

import json
import select
import socket
import sys

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
READY = b"\x05READY\x0bSocket-Type\x00\x00\x00\x03SUB"
SUBSCRIBE_TO_ALL = b"\x00\x01\x01"


def connect(place: int | str) -> socket.socket:
    """Subscribe to what is told there."""
    kind, address = (socket.AF_INET, ("127.0.0.1", place)) if isinstance(place, int) else (socket.AF_UNIX, place)
    client = socket.socket(kind)
    client.settimeout(10)
    client.connect(address)
    client.sendall(GREETING)
    client.recv(len(GREETING))  # what is sent before that is taken for another protocol
    client.sendall(b"\x04" + bytes([len(READY)]) + READY + SUBSCRIBE_TO_ALL)
    return client


clients: list[socket.socket] = []
for place in json.loads(sys.argv[1]):
    try:
        clients.append(connect(place))
        print("connected", flush=True)
    except OSError as error:
        print(type(error).__name__, flush=True)
print("listening", flush=True)
heard = b""
sources, pause = [sys.stdin, *clients], None
while readable := select.select(sources, [], [], pause)[0]:
    for source in readable:
        part = source.recv(65536) if isinstance(source, socket.socket) else b""
        if not part:
            sources.remove(source)
        heard += part
    pause = None if sys.stdin in sources else 1  # in seconds
print(heard)
