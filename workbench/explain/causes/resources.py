"""What runs out while images are built: disk, memory, and what an old engine allows."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says, where
from workbench.explain.causes.services import in_containers
from workbench.explain.probes import machine
from workbench.explain.probes import resources as probes

CODE_137 = (
    r"(?:did not complete successfully: exit code: 137|returned a non-zero code: 137|"
    r"executor failed running [^\n]*exit code: 137)"
)

CAUSES = (
    Cause(
        key="build-out-of-memory",
        title="A step of the build ran out of memory",
        example="The command '/bin/sh -c pip install pandas' returned a non-zero code: 137",
        seen=either(
            says(CODE_137),
            says(r"did not complete successfully: (?:cannot allocate memory|signal: killed)"),
            says(r"(?:npm ERR! errno|npm error errno) 137\b"),
            says(r"(?:^|\n)(?:/bin/sh: line \d+: +\d+ )?Killed\b", r"did not complete|non-zero code|npm ERR!|RUN "),
            says(r"ResourceExhausted[^\n]{0,120}(?:memory|OOM)"),
            says(r"MemoryError", r"pip(?:3|/_internal)?\b[^\n]*"),
            where(
                in_containers,
                says(r"JavaScript heap out of memory"),
                says(r"(?:fork/exec|fork|mmap)[^\n]{0,80}[Cc]annot allocate memory"),
            ),
        ),
        cause="The step asked for more memory than there is, so the system killed it: exit code 128 + 9 = 137. "
        "Big packages such as pandas or torch need gigabytes while they are unpacked or compiled.",
        probe="`docker info --format '{{.MemTotal}}'` says how much memory the engine has, `free -h` how much is free.",
        prove=probes.little_memory,
        fix="docker build --memory 4g --memory-swap 4g .",
        advice="That helps where the build had a limit. Else the machine has too little memory: with Docker Desktop, "
        "give it more in Settings, Resources; on Linux, close programs or add swap. `pip install --no-cache-dir` and "
        "fewer packages in one RUN need less.",
        doctor=("memory",),
    ),
    Cause(
        key="build-disk-full",
        title="The engine's disk is full, and the build needs more",
        example="ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        seen=either(
            says(r"ERROR: Could not install packages due to an (?:OSError|EnvironmentError): \[Errno 28\]"),
            says(r"(?:did not complete successfully|returned a non-zero code|failed to solve)[^\n]*[Nn]o space left"),
            says(
                r"[Nn]o space left on device",
                r"did not complete successfully|returned a non-zero code|"
                r"failed to solve|failed to (?:extract|copy|commit|export|register) |npm ERR!|(?:^|\n)Step \d+/\d+ :",
            ),
            says(r"You don't have enough free space in /var/cache/apt"),
            says(
                r"no space left on device",
                r"/var/lib/(?:desktop-)?(?:containerd|containers|buildkit|docker)|"
                r"\.local/share/containers|writing blob|adding layer",
            ),
        ),
        cause="Images, stopped containers and the build cache have filled the disk that has the engine's files. With "
        "Docker Desktop, that's the disk of its virtual machine, whatever your own disk has left.",
        probe="`docker system df` says what takes the space, and how much you could free.",
        prove=machine.little_space,
        fix="docker builder prune",
        follows=("disk-full",),
        advice="It asks before it removes the build cache, which only costs time to make again. `./tutorial clean` "
        "removes what the tutorial made, `docker image prune` images without a name. With Docker Desktop, a larger "
        "disk: Settings, Resources.",
        not_made="disk-full makes the same disk full",
    ),
    Cause(
        key="engine-too-old-for-image",
        title="The engine is too old for this base image",
        example="pip/_vendor/rich/live.py ... RuntimeError: can't start new thread",
        seen=either(
            says(r"RuntimeError: can't start new thread", r"pip|docker|RUN "),
            says(r"pthread_create failed:? ?(?:\(1\)|EPERM|Operation not permitted)|uv_thread_create"),
        ),
        cause="Recent base images ask the system in a new way for threads. An engine before 20.10.10, or an old "
        "libseccomp under it, forbids what it doesn't know.",
        probe="`docker version --format '{{.Server.Version}}'`",
        prove=probes.old_engine,
        fix="sudo apt-get update && sudo apt-get install --only-upgrade docker-ce libseccomp2",
        advice="Or take an older base image, as `FROM python:3.8.10` or a tag that ends in `-bullseye`.",
        not_made="needs an engine older than the one that is here",
    ),
)
