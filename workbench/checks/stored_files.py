"""The files that an image holds in any of its layers, which is what others get who pull it or load it from a file."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import IO, cast

import docker

WHITEOUT = ".wh."  # a layer's mark that a file below is gone begins with this, and so is not the file


def find(client: docker.DockerClient, image: str, name: str) -> str:
    """Find a file by its name in an image's layers, also one that a later layer hides.

    The same on the command line: ``docker save IMAGE``, and ``tar -t`` on each layer in it.

    Returns
    -------
    str
        The file's path; empty where no layer has one of that name. A folder of the name doesn't count.
    """
    # Read to the end: the engine goes on sending, and the connection is needed again.
    found = [path for path in paths(client.api.get_image(image)) if path.rpartition("/")[2] == name]
    return found[0] if found else ""


def paths(saved: Iterator[bytes]) -> Iterator[str]:
    """Yield the path of each file in the layers of an image as ``docker save`` writes it."""
    with tarfile.open(fileobj=_Pipe(saved), mode="r|") as archive:
        for member in archive:
            if member.isfile():
                yield from _files(cast(IO[bytes], archive.extractfile(member)))


def _files(layer: IO[bytes]) -> Iterator[str]:
    try:
        # Engines that keep images in containerd's store compress their layers.
        with tarfile.open(fileobj=layer, mode="r|*") as archive:
            for member in archive:
                if not member.isdir() and not member.name.rpartition("/")[2].startswith(WHITEOUT):
                    yield f"/{member.name.removeprefix('./').lstrip('/')}"
    except tarfile.ReadError:  # one of the files that describe the image
        return


class _Pipe(io.RawIOBase):
    """Reads from chunks, since an image may be larger than the memory."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._chunk = iter(chunks), memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        parts: list[bytes] = []
        while size:
            if not self._chunk:
                self._chunk = memoryview(next(self._chunks, b""))
                if not self._chunk:
                    break
            parts.append(bytes(self._chunk[:size] if size > 0 else self._chunk))
            self._chunk = self._chunk[len(parts[-1]) :]
            size -= len(parts[-1]) if size > 0 else 0
        return b"".join(parts)
