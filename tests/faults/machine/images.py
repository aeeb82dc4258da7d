"""Images of a few bytes, for any processor, that no Dockerfile would make."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile

import docker

from workbench.settings import BASE_TAG

# What a program for 64-bit ARM begins with, and nothing behind it.
ARM_PROGRAM = bytes.fromhex("7f454c460201010000000000000000000200b700010000000000000000000000") + bytes(32)


def load(
    client: docker.DockerClient,
    name: str,
    *,
    architecture: str = "amd64",
    python: bytes = b"no program",
    labels: dict[str, str] | None = None,
) -> None:
    """Load an image that holds one file, its ``python``: ``docker load``."""
    layer = _archive({"usr/local/bin/python": python}, mode=0o755)
    config = {
        "architecture": architecture,
        "os": "linux",
        "config": {"Labels": labels or {}, "Env": ["PATH=/usr/local/bin", f"PYTHON_VERSION={BASE_TAG}"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        "history": [{"created_by": "COPY python /usr/local/bin/"}],
    }
    manifest = [{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    members = {
        "config.json": json.dumps(config).encode(),
        "layer.tar": layer,
        "manifest.json": json.dumps(manifest).encode(),
    }
    client.images.load(_archive(members))


def _archive(files: dict[str, bytes], mode: int = 0o644) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), mode
            tar.addfile(entry, io.BytesIO(data))
    return made.getvalue()
