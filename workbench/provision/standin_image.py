"""A base image where Docker Hub cannot be reached, made on this machine and named for what it is.

The official ``python:3.8.10`` is Debian with a CPython. So is the stand-in: the system of this
machine's own distribution, and a CPython 3.8 found here, else the distribution's Python. It says so
in its labels, and every notebook that runs on it says so too.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker

from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE, STANDIN_LABEL, Paths
from workbench.system import apt, processes

CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
# Parts of a CPython that no lesson needs; they are two thirds of its size.
LEFT_OUT = ("test", "idlelib", "tkinter", "turtledemo", "lib2to3", "ensurepip", "site-packages", "__pycache__")
LEFT_OUT_FILES = ("*.a", "_tkinter*", "_test*", "*_test*.so")

# Werkzeug 2.2, which the app is pinned to, can't be imported on Python 3.14.
NEWEST_MINOR = 13
OLDER_SUITE = {"debian": "trixie", "ubuntu": "noble"}

# What docker import is told of the image; the official one says the same.
CHANGES = (
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV LANG=C.UTF-8",
    'CMD ["python3"]',
)
# TLS is inspected on many campuses: pip must trust whom the host trusts.
PIP_CONF = f"[global]\ncert = {CA_BUNDLE}\n"


def build(paths: Paths, client: docker.DockerClient, yes: bool = False) -> None:
    """Build the stand-in and name it ``python:3.8.10`` in this engine.

    Parameters
    ----------
    paths : Paths
    client : docker.DockerClient
    yes : bool
        Install the system package that it needs without asking.

    Notes
    -----
    The files are made in a folder that is thrown away, and the engine takes in one layer or none. So a call that is
    interrupted leaves nothing half-made, here or there. The same on the command line: ``mmdebstrap | docker import``.
    """
    apt.ensure("mmdebstrap", yes=yes)
    prefix, system = find_cpython(), platform.freedesktop_os_release()
    # A CPython from here needs the libraries of this very release.
    suite = system["VERSION_CODENAME"] if prefix else _suite()
    name = system["PRETTY_NAME"] if suite == system["VERSION_CODENAME"] else f"{system['NAME']} {suite}"
    with _scratch(paths) as folder:
        if prefix:
            include, finish = _needed_packages(prefix), "python3 -m pip --version"
            _copy_cpython(prefix, folder / "python")
        else:
            include, finish = ["python3", "python3-pip"], "rm -f /usr/lib/python3*/EXTERNALLY-MANAGED"
            _link_names(folder / "python")
        (folder / "pip.conf").write_text(PIP_CONF)
        _pack(folder)
        _bootstrap(folder, include, finish, suite)
        _import(client, folder / "system.tar", name)


def find_cpython() -> Path | None:
    """Find the newest CPython 3.8 of this machine that is complete in one folder, as pyenv installs it."""
    roots = [os.environ.get("PYENV_ROOT"), Path.home() / ".pyenv"]
    prefixes = [prefix for root in roots if root for prefix in Path(root, "versions").glob("3.8.*")]
    # Not "3.8.18-debug", which pyenv makes too.
    plain = [prefix for prefix in prefixes if prefix.name.split(".")[2].isdecimal()]
    complete = [prefix for prefix in plain if (prefix / "bin/python3.8").exists()]
    return max(complete, key=lambda prefix: int(prefix.name.split(".")[2]), default=None)


@contextmanager
def _scratch(paths: Paths) -> Iterator[Path]:
    """Give a folder that is thrown away, and with it those of calls that were killed."""
    paths.state.mkdir(exist_ok=True)
    for left in paths.state.glob("stand-in-*"):
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(dir=paths.state, prefix="stand-in-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _suite() -> str:
    """Choose this machine's own release, or the last one whose Python can run the app."""
    system = platform.freedesktop_os_release()
    shown = subprocess.run(["apt-cache", "show", "python3"], capture_output=True, text=True, check=False).stdout
    minors = [int(minor) for minor in re.findall(r"^Version: 3\.(\d+)", shown, re.MULTILINE)]
    too_new = max(minors, default=0) > NEWEST_MINOR
    return OLDER_SUITE[system["ID"]] if too_new and system["ID"] in OLDER_SUITE else system["VERSION_CODENAME"]


def _pack(folder: Path) -> None:
    """Pack what comes on top of the system, owned by root: ``files.tar``."""

    def owned_by_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mode |= 0o755 if entry.isdir() else 0o444
        return entry

    with tarfile.open(folder / "files.tar", "w") as archive:
        archive.add(folder / "python", "usr/local", filter=owned_by_root)
        archive.add(folder / "pip.conf", "etc/pip.conf", filter=owned_by_root)
        archive.add(CA_BUNDLE.resolve(), str(CA_BUNDLE).lstrip("/"), filter=owned_by_root)


def _bootstrap(folder: Path, include: list[str], finish: str, suite: str) -> None:
    """Make the smallest system of a release, with what Python needs and our files: ``system.tar``."""
    command = [
        *_own_mounts(),
        "mmdebstrap",
        "--quiet",
        "--variant=minbase",
        f"--include={','.join(['ca-certificates', *include])}",
    ]
    command += [f"--dpkgopt=path-exclude=/usr/share/{kind}/*" for kind in ("man", "doc", "locale", "info")]
    command += [
        f"--customize-hook=tar-in {shlex.quote(str(folder / 'files.tar'))} /",
        f"--customize-hook=chroot $1 sh -c {shlex.quote(f'ldconfig && {finish}')} >/dev/null",
        "--customize-hook=rm -rf $1/var/lib/apt/lists/* $1/var/cache/*",
    ]
    command += [suite, str(folder / "system.tar")]
    # In /, since as another number it may not enter the folder where this was called either.
    made = processes.call_alone(
        command, cwd="/", env=_environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if made.returncode:
        raise TutorialError(
            f"The stand-in base image could not be made:\n{made.stderr.strip()[-1000:]}",
            "It needs the distribution's package archive: check the network, then run ./tutorial start again.",
        )


def _own_mounts() -> list[str]:
    """Let what root's mmdebstrap mounts go with it: left behind, it would lead who removes the folder to /dev and /sys.

    Where root may not do that, as in many containers, it may not mount anything either.
    """
    command = ["unshare", "--mount"]
    may = os.geteuid() == 0 and subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    return command if may else []


def _environment(folder: Path) -> dict[str, str]:
    """Let mmdebstrap keep its own files in our folder, which is swept even where it was killed.

    A user's mmdebstrap works under another number of that user's, which may not enter a home folder.
    """
    return {**os.environ, "TMPDIR": str(folder)} if os.geteuid() == 0 else {**os.environ}


def _import(client: docker.DockerClient, archive: Path, system: str) -> None:
    """Give the engine the system as an image of one layer."""
    label = f"made on this machine from {system}; not Docker Hub's image"
    changes = [*CHANGES, f"LABEL {STANDIN_LABEL}={json.dumps(label)}"]
    repository, _, tag = BASE_IMAGE.partition(":")
    said: str = client.api.import_image(str(archive), repository, tag, changes=changes)
    # The engine answers 200 before it has read the file; what goes wrong later is in the answer.
    for event in map(json.loads, said.splitlines()):
        if problem := event.get("error"):
            raise TutorialError(
                f"The engine did not take the stand-in: {problem}", "Free some space: df -h, then ./tutorial start"
            )


def _copy_cpython(prefix: Path, target: Path) -> None:
    ignore = shutil.ignore_patterns(*LEFT_OUT, *LEFT_OUT_FILES)
    for name in ("bin", "lib", "include"):
        shutil.copytree(prefix / name, target / name, ignore=ignore, symlinks=True)
    # Of what is installed there only pip comes along, started by a script that names no path of this machine.
    library = f"lib/python3.{prefix.name.split('.')[1]}"
    for package in ("pip", "setuptools", "pkg_resources"):
        for folder in prefix.glob(f"{library}/site-packages/{package}*"):
            copy = target / library / "site-packages" / folder.name
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for script in (target / "bin").glob("pip*"):
        script.write_text(
            "#!/usr/local/bin/python3\nfrom pip._internal.cli.main import main\nraise SystemExit(main())\n"
        )
    for name in ("python", "python3"):
        (target / "bin" / name).unlink(missing_ok=True)
        (target / "bin" / name).symlink_to("python3.8")


def _link_names(target: Path) -> None:
    """Give the distribution's Python the name that the official image gives its own."""
    (target / "bin").mkdir(parents=True)
    (target / "bin/python").symlink_to("/usr/bin/python3")


def _needed_packages(prefix: Path) -> list[str]:
    """Ask the system which packages own the libraries that this CPython links to."""
    return sorted({_owner(library) for library in _libraries(prefix)})


def _libraries(prefix: Path) -> Iterator[str]:
    binaries = [prefix / "bin/python3.8", *prefix.glob("lib/python3.8/lib-dynload/*.so")]
    wanted = [binary for binary in binaries if not any(binary.match(pattern) for pattern in LEFT_OUT_FILES)]
    listing = subprocess.run(["ldd", *wanted], check=True, capture_output=True, text=True).stdout
    return (path for path in sorted(set(re.findall(r"=> (/\S+)", listing))) if not path.startswith(str(prefix)))


def _owner(library: str) -> str:
    """Name the package that a library came with: ``dpkg -S`` knows files by their real place."""
    for path in (library, os.path.realpath(library), f"/usr{library}"):
        found = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True, check=False)
        if not found.returncode:
            return found.stdout.split(":")[0]
    raise TutorialError(
        f"No package of this system owns {library}, which the CPython for the stand-in needs.",
        f"Remove that CPython or install it again: {library}",
    )
