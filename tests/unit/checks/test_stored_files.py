"""The files in an image's layers, as engines of several kinds save them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

import pytest

from workbench.checks import stored_files


def packed(files: dict[str, bytes], mode: str = "w") -> bytes:
    """Pack files; a name that ends in a slash is a folder."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode=mode) as tar:  # type: ignore[call-overload]
        for name, content in files.items():
            member = tarfile.TarInfo(name.rstrip("/"))
            member.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", [100, 512, 10_240, 1_000_000])
@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_all_layers_are_read_whatever_a_later_one_hides(size: int, mode: str) -> None:
    layers = {
        "a/layer.tar": packed({"context/": b"", "context/.env": b"PASSWORD=1", "folder/.env/": b""}, mode),
        "b/json": b"{}",
        "blobs/sha256/b": packed({"./context/.wh..env": b"", "./done": b"x" * 20_000}, mode),
        "manifest.json": b"[]" * 2000,
    }
    found = list(stored_files.paths(chunks(packed(layers), size)))
    assert found == ["/context/.env", "/done"]
