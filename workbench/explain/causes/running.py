"""What ends a container, and what it or the engine refuses."""

from __future__ import annotations

import re

from workbench.explain.cause import Cause, Match, Recogniser, either, ended, says, where
from workbench.explain.causes.modules import missing_module
from workbench.explain.causes.services import in_containers
from workbench.explain.evidence import Evidence
from workbench.explain.probes import running as probes

BY_DOCKER = re.compile(r"\bdocker(?: container| compose)? (?:run|start|exec|logs|up)\b")


def inside(*patterns: str) -> Recogniser:
    """Recognise what a program in a container said; elsewhere, the same words have other causes."""

    def recognise(evidence: Evidence) -> Match | None:
        if not evidence.container and (
            evidence.raised or not (evidence.in_containers and BY_DOCKER.search(evidence.text))
        ):
            return None
        return says(*patterns)(evidence)

    return recognise


def elsewhere(*recognisers: Recogniser) -> Recogniser:
    """Recognise what was said anywhere but in the Python that runs this."""

    def recognise(evidence: Evidence) -> Match | None:
        return None if evidence.raised and evidence.exit_code is None else either(*recognisers)(evidence)

    return recognise


CAUSES = (
    Cause(
        key="out-of-memory",
        title="The container needed more memory than it may have",
        example="Exited (137) 5 seconds ago",
        seen=either(ended(137), says(r"exited with code 137|\"OOMKilled\": true", likely=True)),
        cause="The program asked for more memory than the container's limit, so the system killed it, with signal 9. "
        "The exit code is 128 + 9 = 137.",
        probe="`docker inspect --format '{{.State.OOMKilled}}' <container>` says `true`. An engine may miss it: then "
        "`docker events --since 1h --until 0s --filter container=<container>` shows that it died, and no `kill`.",
        prove=probes.out_of_memory,
        fix="docker update --memory <memory> --memory-swap <memory> <container> && docker start <container>",
        advice="Or start it with a larger limit, `-m <memory>`; in Python, `mem_limit`. If it grows on and on, the "
        "program leaks.",
        certain=False,
    ),
    Cause(
        key="signal-kept-by-shell",
        title="A shell stood between the signal and the program",
        example="Exited (137) 5 seconds ago",
        seen=ended(137),
        cause="CMD is a line, so a shell runs it, and the shell is the first process in the container. `docker stop` "
        "sent SIGTERM to the shell, which doesn't pass it on. The program never heard of it, and after its patience, "
        "ten seconds as a rule, Docker killed both.",
        probe="`docker inspect --format '{{.Path}} {{.Args}}' <container>` begins with `/bin/sh [-c`.",
        prove=probes.shell_was_asked,
        fix="CMD <command>",
        advice="In the Dockerfile. Then build, and run a new container. A list needs no shell; in a line, `exec` puts "
        "the program in the shell's place.",
        links="[Chapter 03](../notebooks/03_write_dockerfile.ipynb) shows both ways to write CMD.",
        certain=False,
    ),
    Cause(
        key="stop-took-too-long",
        title="The program didn't end when it was asked to",
        example="Exited (137) 5 seconds ago",
        seen=ended(137),
        cause="`docker stop` asked the program to end, with SIGTERM. Nothing happened, so after its patience, ten "
        "seconds as a rule, Docker killed it. The first process in a container ignores SIGTERM unless it has a "
        "handler, and Python has none by itself.",
        probe="`docker events --since 1h --until 0s --filter container=<container>` shows `kill` with signal 15, "
        "later with 9.",
        prove=probes.asked_to_stop,
        fix="docker run -d --init <image>",
        advice="`--init` puts a small program before yours that passes signals on; in Python, `init=True`.",
        links="[Chapter 05](../notebooks/05_run_and_test.ipynb) shows both sides.",
        certain=False,
    ),
    Cause(
        key="killed",
        title="The container was killed",
        example="Exited (137) 5 seconds ago",
        seen=either(ended(137), says(r"exited with code 137", likely=True, sure=False)),
        cause="The program got signal 9, which no program can refuse: exit code 128 + 9 = 137. It comes from `docker "
        "kill`, from `docker stop` after its patience, or from the system for lack of memory.",
        probe="`docker inspect --format '{{.State.OOMKilled}}' <container>` says whether it was the container's "
        "memory limit.",
        prove=probes.killed,
        fix="docker start <container>",
    ),
    Cause(
        key="crashed",
        title="The program crashed in its machine code",
        example="Exited (139) 5 seconds ago",
        seen=either(ended(139), inside(r"Segmentation fault(?: \(core dumped\))?\s*$")),
        cause="The program touched memory that isn't its own, and the system ended it with signal 11: exit code 128 "
        "+ 11 = 139. That comes from a library written in C, or from an image for another processor.",
        probe="`docker inspect --format '{{.State.ExitCode}}' <container>` says 139.",
        prove=probes.ended_with,
        fix="docker run --rm -e PYTHONFAULTHANDLER=1 <image>",
        advice="Then Python says at which line it was. Look for another version of the package that is called there.",
    ),
    Cause(
        key="asked-to-end",
        title="The container was asked to end, and did",
        example="Exited (143) 5 seconds ago",
        seen=ended(143),
        cause="The program got SIGTERM, signal 15, as `docker stop` sends it: exit code 128 + 15 = 143. Nothing is "
        "broken.",
        probe="`docker inspect --format '{{.State.ExitCode}}' <container>` says 143.",
        prove=probes.ended_with,
        fix="docker start <container>",
    ),
    Cause(
        key="read-only",
        title="The program may not write there",
        example="OSError: [Errno 30] Read-only file system: '/data.db'",
        seen=inside(r"(?:\[Errno 30\] )?Read-only file system"),
        cause="The container was started with files that nobody can change, `--read-only`, or the place is a mount "
        "with `:ro`.",
        probe="`docker inspect --format '{{.HostConfig.ReadonlyRootfs}} {{json .Mounts}}' <container>`",
        prove=probes.read_only,
        fix="--tmpfs /tmp",
        advice="Give the program a place to write, and let it write there: memory with `--tmpfs`, or a volume with "
        "`-v` for what has to stay.",
    ),
    Cause(
        key="tmpfs-full",
        title="A small disk in memory is full",
        example="OSError: [Errno 28] No space left on device",
        seen=inside(r"No space left on device"),
        cause="The container has a mount in memory, a tmpfs, with a size, and the program wrote more than that into "
        "it.",
        probe="`docker inspect --format '{{json .HostConfig.Tmpfs}}' <container>` shows the size.",
        prove=probes.small_disk,
        fix="--tmpfs <folder>:size=64m",
        advice='In Python: `tmpfs={"<folder>": "size=64m"}`.',
        certain=False,
    ),
    Cause(
        key="not-root",
        title="The program runs as a user who may not do that",
        example="PermissionError: [Errno 13] Permission denied: '/data.db'",
        seen=either(
            inside(r"PermissionError: \[Errno 13\] Permission denied: '(?P<file>[^'\n]+)'"),
            where(
                in_containers,
                says(r"PermissionError: \[Errno 13\] Permission denied: '(?P<file>[^'\n]+)'", likely=True),
            ),
        ),
        cause="The container runs as another user than root, by `USER` or `--user`, and <file> belongs to root, or "
        "lies in a folder of root.",
        probe="`docker inspect --format '{{.Config.User}}' <container>` names the user.",
        prove=probes.other_user,
        fix="RUN mkdir -p /data && chown <user> /data",
        advice="In the Dockerfile, before USER; then let the program write there. Don't go back to root for it.",
        certain=False,
    ),
    Cause(
        key="file-not-in-image",
        title="The image has no such file to run",
        example="python: can't open file 'degrees_api.py': [Errno 2] No such file or directory",
        seen=either(
            inside(r"python[\d.]*: can't open file '(?P<file>[^'\n]+)': \[Errno 2\]"),
            says(
                r"(?:^|\n)(?:/usr/local/bin/)?python[\d.]*: can't open file '(?P<file>(?!/home/|/Use"
                r"rs/|/root/|[A-Z]:)[^'\n]+)': "
                r"\[Errno 2\]",
                unless=r"(?:^|\n)[^\n]{0,80}[$>#%] ?python",
                likely=True,
                sure=False,
            ),
        ),
        follows=("entrypoint-and-command",),
        otherwise="COPY . ./",
        cause="Python was told to run <file>, and there is no such file in the container. A path without `/` in "
        "front counts from the working directory, which is `/` unless WORKDIR or `-w` say otherwise.",
        probe="`docker run --rm --entrypoint find <image> / -xdev -name <file>` says where it is.",
        prove=probes.file_elsewhere,
        fix='CMD ["python", "<place>"]',
        advice="If it is nowhere, a COPY is missing in the Dockerfile.",
    ),
    Cause(
        key="module-not-in-image",
        title="Python has no such module where this ran",
        example="ModuleNotFoundError: No module named 'flask'",
        seen=elsewhere(
            missing_module,
        ),
        follows=("compose-python",),
        cause="The program imports <module>, and nothing has installed it there. An image has only what its "
        "Dockerfile puts into it, whatever is installed on your machine.",
        probe="`docker run --rm <image> pip list` doesn't list it.",
        prove=probes.no_module,
        fix="RUN pip install <package>",
        advice="The package may have another name than the module: look it up on pypi.org before you install it, since "
        "strangers publish packages under names like those of your own files. Name its version, too.",
    ),
    Cause(
        key="container-not-running",
        title="The container doesn't run",
        example="Error response from daemon: Container 4f66ad9a85b2 is not running",
        seen=says(r"[Cc]ontainer (?P<container>[\w.-]+) is not running"),
        cause="To do that, a container has to run, and this one has ended or was never started.",
        probe="`docker ps -a --filter id=<container>` shows its state.",
        prove=probes.not_running,
        fix="docker start <container>",
        advice="If it ends again at once, `./tutorial explain <container>` looks into why.",
    ),
    Cause(
        key="container-still-running",
        title="The container still runs",
        example="You cannot remove a running container 4f66ad9a85b2. Stop the container before attempting removal or "
        "force remove",
        seen=either(
            says(r"[Yy]ou cannot remove a running container (?P<container>[0-9a-f]{12,64})"),
            says(r'cannot remove container "/?(?P<container>[\w.-]+)": container is running'),
        ),
        cause="Only a container that has ended can be removed without force.",
        probe="`docker ps --filter id=<container>` shows it.",
        prove=probes.running,
        fix="docker rm -f <container>",
        advice="Only if it is yours: the probe says of which image it is and since when, and what it wrote is lost. Or "
        "first `docker stop`, which lets the program end properly.",
    ),
    Cause(
        key="no-such-container",
        title="No container has that name",
        example="Error response from daemon: No such container: degree",
        seen=either(
            says(r"No such container: (?P<container>[\w.-]+)"),
            says(r'no container with (?:name or ID|ID or name) "?(?P<container>[\w.-]+)"? found'),
        ),
        cause="No container, running or ended, is called <container>. It is misspelt, or was removed: one that was "
        "started with `--rm` goes when it ends.",
        probe="`docker ps -a` lists all of them.",
        prove=probes.no_container,
        fix="<right_name>",
        otherwise="docker ps -a",
    ),
    Cause(
        key="image-in-use",
        title="A container still uses the image",
        example='conflict: unable to remove repository reference "me/degrees_api:1.0" (must force) - container '
        "4f66ad9a85b2 is using its referenced image c0c433429dbe",
        seen=either(
            says(r"conflict: [^\n]*container (?P<container>[0-9a-f]{12}) is using its referenced image"),
            says(r"conflict: [^\n]*image is being used by (?:stopped|running) container (?P<container>[0-9a-f]{12})"),
        ),
        cause="A container was made from it, maybe one that has ended. It needs the image's layers.",
        probe="`docker ps -a --filter id=<container>` shows it.",
        prove=probes.used_by,
        fix="docker rm -f <container>",
        advice="Only if it is yours: the probe says since when it is there, and what it wrote is lost. Then remove the "
        "image. To force that leaves the layers where they are.",
    ),
    Cause(
        key="no-such-network",
        title="No network has that name",
        example="Error response from daemon: network backend not found",
        seen=says(r"network (?P<network>(?![0-9a-f]{64} )[\w.-]+) not found"),
        cause="A container was to join the network <network>, and the engine has none of that name.",
        probe="`docker network ls` lists all of them.",
        prove=probes.no_network,
        fix="docker network create <network>",
    ),
)
