"""What fails on this machine: the engine, its socket, its disk, ports, and what talks to it."""

from __future__ import annotations

from dataclasses import replace

from workbench.explain.cause import Cause, Match, either, says
from workbench.explain.causes.modules import missing_module
from workbench.explain.evidence import Evidence
from workbench.explain.probes import machine as probes
from workbench.settings import APP_PORT, LOOPBACK

no_answer = either(
    says(r"Cannot connect to the Docker daemon at \S+ Is the docker daemon running"),
    says(r"failed to connect to the docker API at \S+;|Couldn't connect to Docker daemon at"),
    says(
        r"Error while fetching server API version: (?!.{0,40}PermissionError)",
        unless=r"unexpected keyword argument|Not supported URL scheme|Read timed out|has no attribute",
    ),
    # Without a host and a port, it is a socket in the file system that nobody answers at.
    says(r"\('Connection aborted\.', (?:FileNotFoundError|ConnectionRefusedError)\("),
)


def imported(evidence: Evidence) -> Match | None:
    """Recognise a module that is missing here, not in a container."""
    return missing_module(evidence) if evidence.raised and evidence.exit_code is None else None


ENGINE = Cause(
    key="engine-not-running",
    title="No engine answers",
    follows=("desktop-not-running", "desktop-no-access", "no-systemd", "podman-not-running"),
    doctor=("engine",),
    example="Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
    seen=no_answer,
    cause="No engine is running, or it listens somewhere else.",
    probe="`docker version` shows the client's part and no server's. (`docker --version` proves nothing: it asks no "
    "engine.)",
    prove=probes.no_answer,
    fix="./tutorial start",
    advice="With Docker Desktop, start that program instead; with Colima, `colima start`.",
)
CAUSES = (
    replace(
        ENGINE,
        key="docker-host",
        title="DOCKER_HOST leads to where no engine is",
        example="Cannot connect to the Docker daemon at tcp://127.0.0.1:2375. Is the docker daemon running?",
        cause="The variable DOCKER_HOST sends every order to another address than this machine's own engine, and "
        "nobody answers there.",
        probe="`echo $DOCKER_HOST` shows the address.",
        prove=probes.host_elsewhere,
        fix="unset DOCKER_HOST",
        advice='In a notebook: `del os.environ["DOCKER_HOST"]`. If that engine is the right one, start it.',
        certain=False,
        doctor=(),
    ),
    ENGINE,
    Cause(
        key="socket-permission",
        title="You may not use the engine's socket",
        example="permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        seen=either(
            says(r"permission denied while trying to connect to the [Dd]ocker (?:daemon socket|API)"),
            says(r"\('Connection aborted\.', PermissionError\(13,"),
        ),
        cause="The engine is there, and your user may not use it. The socket belongs to a group, as a rule `docker`.",
        doctor=("socket",),
        probe="`id -nG` doesn't list the group that `ls -l /var/run/docker.sock` shows.",
        prove=probes.no_entry,
        fix="sudo usermod -aG docker $USER",
        advice="Then log out and in again: groups are read at login. A member of that group can do what root can, so "
        "add nobody else.",
    ),
    Cause(
        key="port-of-a-container",
        title="A container has that host port already",
        example=f"Bind for {LOOPBACK}:{APP_PORT} failed: port is already allocated",
        seen=says(r"Bind for \S+:(?P<port>\d+) failed: port is already allocated"),
        cause="Another container publishes host port <port>, maybe one of yours from before. A port has one holder "
        "at a time.",
        probe="`docker ps --filter publish=<port>` names the container.",
        prove=probes.container_on_port,
        fix="docker stop <container>",
        advice="Only if it is yours: the probe says of which image it is and since when. `docker start <container>` "
        "brings it back. If it has to go on running, take another host port "
        "instead: the number on the left in `-p`. The container's port stays. In the notebooks, `lesson.port()` finds "
        "a free one.",
    ),
    Cause(
        key="port-of-a-program",
        title="A program on this machine has that host port already",
        example=f"listen tcp4 {LOOPBACK}:{APP_PORT}: bind: address already in use",
        seen=either(
            says(r"listen tcp[46]? \S*:(?P<port>\d+): bind: (?:address already in use|Only one usage of each)"),
            says(r"failed to bind host port (?:for )?\S+?:(?P<port>\d+)(?:\S*): address already in use"),
            says(r"Bind for \S+:(?P<port>\d+)(?: failed)?: (?:unexpected error )?\(?(?:Failure )?EADDRINUSE"),
            says(r"rootlessport[^\n]*:(?P<port>\d+)[^\n]*already in use"),
            says(r"exposing port \w+ \S+:(?P<port>\d+) -> [^\n]*/forwards/expose returned unexpected status"),
        ),
        cause="A program that is no container listens on host port <port>. On macOS the AirPlay receiver takes port "
        "5000.",
        probe="`sudo ss -ltnp 'sport = :<port>'` names it on Linux, `lsof -nP -iTCP:<port> -sTCP:LISTEN` on macOS.",
        prove=probes.program_on_port,
        doctor=("port",),
        fix=f"-p {LOOPBACK}:<free_port>:{APP_PORT}",
        advice="The container's port stays, only the host's changes. In Python: "
        f'`ports={{"{APP_PORT}/tcp": ("{LOOPBACK}", <free_port>)}}`.',
    ),
    Cause(
        key="disk-full",
        title="The engine's disk is full",
        example="failed to register layer: write /usr/lib/libx.so: no space left on device",
        seen=either(
            says(r"(?:failed to (?:register|extract) layer|Error processing tar file|ApplyLayer)[^\n]*no space left"),
            says(
                r"(?:write|mkdir|open|copy|symlink|link) /var/lib/(?:docker|containerd)/[^\n]*no space left on device"
            ),
        ),
        doctor=("disk", "leftovers"),
        cause="Images, ended containers and the build cache have filled the disk with the engine's files.",
        probe="`docker system df` says what takes the room, and how much could be freed.",
        prove=probes.little_space,
        fix="./tutorial clean",
        advice="That removes what the tutorial made. `docker container prune`, `docker builder prune` and `docker "
        "image prune` take ended containers, the cache and images without a name. Each asks first: read what it is "
        "about to remove if others use the engine, too.",
    ),
    Cause(
        key="api-too-new",
        title="The client asks for a newer API than the engine has",
        example="client version 1.99 is too new. Maximum supported API version is 1.41",
        seen=says(r"client version (?P<version>[\d.]+\d) is too new\. Maximum supported API version is [\d.]+\d"),
        cause="Client and engine usually agree on a version of the API. Somebody has fixed one that this engine "
        "doesn't speak: the variable DOCKER_API_VERSION, or `version=` in the program.",
        probe="`docker version` shows what both sides speak, `echo $DOCKER_API_VERSION` what was fixed.",
        prove=probes.api_versions,
        fix="unset DOCKER_API_VERSION",
        advice="In Python, write `docker.from_env()` without a version.",
    ),
    Cause(
        key="api-too-old",
        title="The client asks for an older API than the engine has",
        example="client version 1.22 is too old. Minimum supported API version is 1.44, please upgrade your client",
        seen=says(r"client version (?P<version>[\d.]+\d) is too old\. Minimum supported API version is [\d.]+\d"),
        cause="The client is older than this engine allows, or is told to speak an old version of the API.",
        probe="`docker version` shows what both sides speak, `echo $DOCKER_API_VERSION` what was fixed.",
        prove=probes.api_versions,
        fix="unset DOCKER_API_VERSION",
        advice="In Python, write `docker.from_env()` without a version. If nothing is fixed, the client is older "
        "than the engine allows: `pip install --upgrade docker` for docker-py, and the same for the docker command by "
        "its package.",
        doctor=("api",),
    ),
    Cause(
        key="old-docker-py",
        title="docker-py is too old for requests or urllib3",
        example="Error while fetching server API version: Not supported URL scheme http+docker",
        seen=says(
            r"Not supported URL scheme http\+docker|request\(\) got an unexpected keyword argument 'chunked'|"
            r"'HTTPResponse' object has no attribute 'strict'"
        ),
        follows=("compose-python",),
        doctor=("docker-py",),
        cause="requests 2.32 and urllib3 2 changed what docker-py relied on before its version 7.1.",
        probe="`pip list | grep -E '^(docker|requests) '` shows both versions.",
        prove=probes.old_pair,
        fix="pip install 'docker>=7.1'",
        advice="The tutorial's own `.venv` has a pair that fits.",
    ),
    Cause(
        key="credential-helper",
        title="The program that keeps the logins is missing",
        example='error getting credentials - err: exec: "docker-credential-desktop": executable file not found in '
        "$PATH",
        # Debian's command, made with an older Go, says that the program would be found in the current folder.
        seen=says(
            r"docker-credential-(?P<helper>[\w-]+?)(?:\.exe)?\"?:? "
            r"(?:not installed|executable file not found|resolves to executable in current directory)"
        ),
        cause="`~/.docker/config.json` names docker-credential-<helper> as the keeper of the logins, and this "
        "machine has no such program. Docker Desktop leaves that line behind.",
        probe="`which docker-credential-<helper>` finds nothing.",
        prove=probes.no_helper,
        fix='mv "${DOCKER_CONFIG:-$HOME/.docker}/config.json" "${DOCKER_CONFIG:-$HOME/.docker}/config.json.bak"',
        advice="You are logged out then, and on the default context. Log in again. Or take only the line "
        '`"credsStore"` out of that file, or install the helper.',
        doctor=("login",),
    ),
    Cause(
        key="module-not-here",
        title="The Python of this notebook has no such module",
        example="ModuleNotFoundError: No module named 'pandas'",
        seen=imported,
        cause="No package that brings the module <module> is installed in the Python that runs this notebook, or the "
        "name is misspelt. What is installed in an image isn't installed here.",
        probe="`pip list` shows what is installed.",
        prove=probes.no_module,
        fix="%pip install <package>",
        advice="The package may have another name than the module: look it up on pypi.org before you install it. If "
        "it's a file of your own, it has to be in the notebook's folder.",
    ),
)
