"""A machine with an engine of its own: a Debian in a container, with this checkout in it."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.errors import ImageNotFound

from workbench.engine.labels import service_labels
from workbench.errors import TutorialError
from workbench.provision import base_image, registry_image
from workbench.provision.base_image import BaseImage
from workbench.provision.standin_image import CA_BUNDLE
from workbench.settings import BASE_IMAGE, LABEL, Paths
from workbench.system import apt, processes
from workbench.text import say

from .catalogue import SUITES, Engine

CHECKOUT = "/srv/book"
IMAGES = "/srv/images.tar"
# Packages that a machine has fetched before it need not fetch again.
CACHE = f"{LABEL}-machine-cache"
# A school's copy of the archive may be weeks old. What apt checks beside the age, the signatures, it still checks.
OLD_ARCHIVE = 'Acquire::Check-Valid-Until "false";'
# All that an engine in a container needs. SYS_RESOURCE it can do without, and in some containers it isn't to be had.
RIGHTS = (
    "--cap-add=ALL",
    "--cap-drop=SYS_RESOURCE",
    "--security-opt=seccomp=unconfined",
    "--security-opt=apparmor=unconfined",
    "--security-opt=systempaths=unconfined",
    "--device-cgroup-rule=a *:* rwm",
    "--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw",
    # Image stores need a file system that isn't an image's own.
    "--volume=/var/lib/docker",
    "--volume=/var/lib/containerd",
    "--tmpfs=/run",
)
# TLS is inspected on many campuses: programs in the machine must trust whom this machine trusts.
TRUST = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class Machine:
    """A machine that runs; its commands run as root, in the checkout."""

    def __init__(self, name: str) -> None:
        self._name = name

    def call(self, script: str, **env: str) -> int:
        """Run a line of the shell's, and show what it says; return its exit code."""
        given = [f"--env={name}={value}" for name, value in env.items()]
        line = ["docker", "exec", *given, f"--workdir={CHECKOUT}", self._name, "sh", "-c", script]
        return processes.call(line).returncode

    def run(self, script: str) -> None:
        """Run a line of the shell's that must succeed."""
        if code := self.call(script):
            raise TutorialError(f"In the machine, `{script}` ended with code {code}.", "Read what it says above.")

    def write(self, path: str, text: str) -> None:
        """Write a file, and make the folder that it is in."""
        script = f"mkdir -p {Path(path).parent} && cat >{path}"
        line = ["docker", "exec", "--interactive", self._name, "sh", "-c", script]
        subprocess.run(line, input=text, text=True, check=True)

    def read(self, path: str) -> str:
        """Read a file."""
        line = ["docker", "exec", self._name, "cat", path]
        return subprocess.run(line, capture_output=True, text=True, check=True).stdout


@contextmanager
def machine(paths: Paths, client: docker.DockerClient, engine: Engine) -> Iterator[Machine]:
    """Give a machine whose engine is this one, with nothing in it yet; it is gone afterwards.

    Raises
    ------
    TutorialError
        Where the machine can't be made here.
    """
    image, name = _image(paths, client, engine.suite), f"{LABEL}-machine-{secrets.token_hex(3)}"
    client.volumes.create(CACHE, labels=service_labels())
    marks = [f"--label={label}={value}" for label, value in service_labels().items()]
    trusted = [f"--volume={CA_BUNDLE}:{CA_BUNDLE}:ro", *(f"--env={variable}={CA_BUNDLE}" for variable in TRUST)]
    kept = [f"--volume={CACHE}:/root/.cache"]
    try:
        _docker(
            "run", "--detach", "--init", f"--name={name}", *marks, *RIGHTS, *trusted, *kept, image, "sleep", "infinity"
        )
        _copy_checkout(paths, name)
        _give_images(paths, client, name)
        made = Machine(name)
        for path, text in engine.files.items():
            made.write(path, text)
        yield made
    finally:
        subprocess.run(["docker", "rm", "--force", "--volumes", name], capture_output=True, check=False)


def _image(paths: Paths, client: docker.DockerClient, suite: str) -> str:
    """Name the image of a machine; make it where it isn't here, which takes a minute or two."""
    repository = f"{LABEL}/machine"
    try:
        client.images.get(f"{repository}:{suite}")
    except ImageNotFound:
        say(f"Making the image of a machine from Debian {suite}; this takes a minute or two.")
        apt.ensure("mmdebstrap", yes=True)
        paths.state.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=paths.state) as folder:
            _bootstrap(Path(folder), suite)
            changes = [f"LABEL {label}={value}" for label, value in service_labels().items()]
            client.api.import_image(f"{folder}/system.tar", repository, suite, changes=changes)
    return f"{repository}:{suite}"


def _bootstrap(folder: Path, suite: str) -> None:
    """Make a Debian of this release with the packages of a machine: ``system.tar``."""
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--aptopt={OLD_ARCHIVE}"]
    command += [f"--include={','.join(SUITES[suite])}", suite, str(folder / "system.tar")]
    env = {**os.environ, "TMPDIR": str(folder)} if os.geteuid() == 0 else {**os.environ}
    made = processes.call_alone(command, cwd="/", env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if made.returncode:
        raise TutorialError(
            f"No machine could be made from Debian {suite}, so nothing was tested:\n{made.stderr.strip()[-1000:]}",
            f"mmdebstrap needs Debian's archive and its keys: curl -I https://deb.debian.org/debian/dists/{suite}/",
        )


def _copy_checkout(paths: Paths, name: str) -> None:
    """Copy what git knows, or would take, as it is now."""
    listed = ["git", "-C", str(paths.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    files = [file for file in _read(listed).split("\0") if file and (paths.root / file).exists()]
    with tempfile.TemporaryFile() as archive:
        pack = ["tar", "-C", str(paths.root), "--null", "--files-from=-", "-c"]
        subprocess.run(pack, input="\0".join(files).encode(), stdout=archive, check=True)
        archive.seek(0)
        unpack = f"mkdir -p {CHECKOUT} && tar -C {CHECKOUT} --no-same-owner -x"
        subprocess.run(["docker", "exec", "--interactive", name, "sh", "-c", unpack], stdin=archive, check=True)


def _give_images(paths: Paths, client: docker.DockerClient, name: str) -> None:
    """Give the machine the images that take a minute to make; a real base it pulls by itself."""
    images = [registry_image.ensure(client)]
    if base_image.describe(paths, client).kind is BaseImage.STANDIN:
        images.append(BASE_IMAGE)
    with tempfile.NamedTemporaryFile() as archive:
        _docker("save", f"--output={archive.name}", *images)
        _docker("cp", archive.name, f"{name}:{IMAGES}")


def _docker(*words: str) -> None:
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise TutorialError(
            f"The machine could not be made: {done.stderr.strip()}", "Ask the engine here: ./tutorial doctor"
        )


def _read(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
