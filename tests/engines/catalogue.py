"""The engines that the pages are proven on."""

from __future__ import annotations

import json
from dataclasses import dataclass

from workbench.errors import TutorialError
from workbench.settings import LOOPBACK, MIRROR_PORT

# The packages of a machine, by its release of Debian: the engines that it has, and what a checkout and its tests need.
BASICS = ("ca-certificates", "curl", "docker.io", "git", "iproute2", "iptables", "procps", "python3", "python3-venv")
PODMAN = ("podman", "crun", "runc", "netavark", "aardvark-dns", "uidmap")
SUITES = {
    "bookworm": BASICS,
    "trixie": (*BASICS, "docker-cli", "docker-buildx"),
    "sid": (*BASICS, "docker-cli", "docker-buildx", *PODMAN),
}

# In a machine that is itself a container, Podman has cgroups as files only, and crun and nft have too little of them.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
[network]
firewall_driver = "iptables"
"""
STORAGE_CONF = """\
[storage]
driver = "overlay"
graphroot = "/var/lib/docker/podman"
runroot = "/run/podman/storage"
"""
# Podman asks no mirror and trusts no registry without TLS, on loopback neither, unless it is told to.
REGISTRIES_CONF = f"""\
unqualified-search-registries = ["docker.io"]
[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "{LOOPBACK}:{MIRROR_PORT}"
insecure = true
[[registry]]
location = "{LOOPBACK}"
insecure = true
"""


@dataclass(frozen=True)
class Engine:
    """An engine to prove the pages on.

    Attributes
    ----------
    name : str
        What ``./tutorial test --engine`` calls it.
    version : str
        How its version begins. Where the release has moved on, that is another engine, and the run says so.
    suite : str
        The release of Debian that has it.
    files : dict
        Its settings: the text of each file, by the file's path.
    service : str
        The command that runs it, where it is not ``dockerd``.
    buildkit : bool
        Whether the docker command can build with BuildKit on it.
    """

    name: str
    version: str
    suite: str
    files: dict[str, str]
    service: str = ""
    buildkit: bool = True


def _docker(version: str, suite: str, store: str = "", **settings: object) -> Engine:
    name = f"docker-{version}{store and f'-{store}'}"
    return Engine(name, version, suite, {"/etc/docker/daemon.json": json.dumps(settings)})


PODMAN_5_8 = Engine(
    "podman-5.8",
    "5.8",
    "sid",
    {
        "/etc/containers/containers.conf": CONTAINERS_CONF,
        "/etc/containers/registries.conf": REGISTRIES_CONF,
        "/etc/containers/storage.conf": STORAGE_CONF,
    },
    service="BUILDAH_RUNTIME=runc podman system service --time 0 unix:///var/run/docker.sock",
    buildkit=False,
)
ENGINES = {
    engine.name: engine
    for engine in (
        _docker("20.10", "bookworm"),
        _docker("26.1", "trixie"),
        _docker("28.5", "sid", "overlay2", **{"storage-driver": "overlay2"}),
        _docker("28.5", "sid", "containerd", features={"containerd-snapshotter": True}),
        PODMAN_5_8,
    )
}


def find(name: str) -> Engine:
    """Find an engine by its name.

    Raises
    ------
    TutorialError
        Where none is called that.
    """
    try:
        return ENGINES[name]
    except KeyError:
        raise TutorialError(f"No engine to test is called {name}.", f"Choose one: {', '.join(ENGINES)}") from None
