"""A package server for apt, with one package of a few bytes, that moves on from version to version."""

from __future__ import annotations

import io
import tarfile
from hashlib import sha256
from http.server import BaseHTTPRequestHandler

MEMBER = "{name:16}{date:<12}{owner:<6}{group:<6}{mode:<8}{size:<10}`\n"


class Archive:
    """Answers as deb.debian.org, where the suite is gone or not, and as archive.debian.org, which has it for ever."""

    def __init__(self, *, gone: bool) -> None:
        self.gone, self.version = gone, "1.0"

    def answer(self, request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        """Give a file, or 404."""
        if self.gone and request.headers["Host"].startswith("deb."):
            return 404, {}, b""
        body = self._files().get(request.path.rpartition("/debian/")[2])
        return (404, {}, b"") if body is None else (200, {}, body)

    def _files(self) -> dict[str, bytes]:
        package = deb("tiny", self.version)
        path = f"pool/tiny_{self.version}_all.deb"
        packages = (
            f"Package: tiny\nVersion: {self.version}\nArchitecture: all\nFilename: {path}\n"
            f"Size: {len(package)}\nSHA256: {sha256(package).hexdigest()}\nDescription: tiny\n"
        ).encode()
        release = (
            "Codename: buster\nSuite: buster\nComponents: main\nArchitectures: all amd64 arm64\nSHA256:\n"
            f" {sha256(packages).hexdigest()} {len(packages)} main/binary-all/Packages\n"
        ).encode()
        return {path: package, "dists/buster/main/binary-all/Packages": packages, "dists/buster/Release": release}


def deb(name: str, version: str) -> bytes:
    """Make a package without files, as ``dpkg-deb --build`` does."""
    control = f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: a <a@b>\nDescription: tiny\n"
    members = {
        "debian-binary": b"2.0\n",
        "control.tar": archive({"./control": control.encode()}),
        "data.tar": archive({}),
    }
    made = b"!<arch>\n"
    for member, data in members.items():
        head = MEMBER.format(name=member, date=0, owner=0, group=0, mode=100644, size=len(data))
        made += head.encode() + data + b"\n" * (len(data) % 2)
    return made


def archive(files: dict[str, bytes]) -> bytes:
    """Make a tar."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755
            tar.addfile(entry, io.BytesIO(data))
    return made.getvalue()
