"""Where our kernels listen: on sockets in a private folder, since any local user can connect to a TCP port."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from traitlets.config import Config

# Not TMPDIR, which can be long: the path of a socket has at most 107 bytes, and Jupyter adds 49.
PARENT = "/tmp"  # noqa: S108 -- the folder in it is made with a random name, for us alone


def private_folder() -> TemporaryDirectory[str]:
    """Make a folder of mode 0700 with a short path, for the connection files and sockets of kernels."""
    return TemporaryDirectory(prefix="kernels-", dir=PARENT)


def config(folder: str) -> Config:
    """Have a kernel listen in this folder, in the words of Jupyter."""
    return Config(KernelManager={"transport": "ipc", "connection_file": str(Path(folder) / "kernel.json")})
