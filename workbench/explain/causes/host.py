"""What is missing on the host or in its way: commands, plugins, firewalls, and what a Python brings along."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.probes import host as probes

IN_A_BUILD = r"did not complete successfully|returned a non-zero code|RUN "

CAUSES = (
    Cause(
        key="docker-not-found",
        title="The command docker isn't installed here, or isn't on the PATH",
        example="bash: docker: command not found",
        seen=either(
            says(
                r"(?:^|\n)(?:-?(?:ba|z|da)?sh|fish|sudo|env)?:? ?(?:line \d+: |\d+: )?docker: (?:command )?not found",
                unless=IN_A_BUILD,
            ),
            says(r"(?:command not found: docker|Command 'docker' not found|Unknown command:? docker)(?:$|\W)"),
            says(r"'docker' is not recognized as|term 'docker' is not recognized"),
            says(r"No such file or directory: 'docker'|env: '?docker'?: No such file or directory"),
        ),
        cause="The shell finds no program called docker: it isn't installed on this machine, or its folder isn't on "
        "the PATH. In a container there is none either, unless you install it.",
        probe="`which docker` finds nothing.",
        prove=probes.no_docker,
        fix="./tutorial start",
        advice="On Debian and Ubuntu, that installs it. Elsewhere, install Docker Desktop or Docker Engine "
        "(docs.docker.com/get-started/get-docker/), then open a new terminal.",
        doctor=("docker command",),
        not_made="the machine that runs the tests has the command",
    ),
    Cause(
        key="compose-missing",
        title="The Compose plugin is missing",
        example="docker: 'compose' is not a docker command.",
        seen=either(
            says(r"docker: '?compose'? is not a docker command|unknown command: docker compose"),
            says(
                r"docker-compose: (?:command )?not found|command not found: docker-compose|Command "
                r"'docker-compose' not found"
            ),
            says(r"unknown shorthand flag: '\w' in -\w", r"docker compose|See 'docker --help'"),
        ),
        cause="`docker compose` is a plugin of the docker command, and this machine doesn't have it. The older "
        "program `docker-compose` ended in 2023.",
        probe="`docker compose version`",
        prove=probes.no_compose,
        fix="sudo apt-get install docker-compose-plugin",
        advice="From Docker's own packages; Debian and Ubuntu call theirs `docker-compose-v2` or `docker-compose`. "
        "Docker Desktop brings it. Write `docker compose` with a space.",
        not_made="depends on which plugins the machine has",
    ),
    Cause(
        key="buildx-missing",
        title="BuildKit is asked for, and its plugin buildx is missing",
        example="ERROR: BuildKit is enabled but the buildx component is missing or broken.",
        seen=either(
            says(r"buildx component is missing or broken"),
            says(r"docker: '?buildx'? is not a docker command|unknown command: docker buildx"),
            says(r"requires BuildKit[^\n]{0,80}buildx[^\n]{0,40}(?:missing|not)"),
        ),
        cause="DOCKER_BUILDKIT=1, or a default of the engine, asks for the builder BuildKit. The docker command "
        "drives it through the plugin buildx, which isn't installed.",
        probe="`docker buildx version`",
        prove=probes.no_buildx,
        fix="DOCKER_BUILDKIT=0 docker build -t NAME .",
        advice="That builds with the classic builder. For BuildKit, install the package `docker-buildx-plugin` of "
        "Docker, or `docker-buildx` of Debian and Ubuntu.",
        not_made="depends on which plugins the machine has",
    ),
    Cause(
        key="snap-docker",
        title="The engine is a snap, and a snap may not touch that folder",
        example="error while creating mount source path '/data': mkdir /data: read-only file system",
        seen=says(r"error while creating mount source path '(?P<path>[^'\n]+)': mkdir [^\n:]+: read-only file system"),
        cause="Docker from the snap store runs in a sandbox that sees your home folder and little else. It can't "
        "mount <path>. The engine of Docker Desktop, in its virtual machine, says the same of folders that it "
        "doesn't share.",
        probe="`snap list docker`, or `docker info --format '{{.DockerRootDir}}'` begins with /var/snap.",
        prove=probes.is_snap,
        fix='docker run -v "$HOME/data":/mnt IMAGE',
        advice="Keep the folder in your home folder. Or take Docker from its packages (`docker-ce`, or Debian's "
        "`docker.io`) in place of the snap.",
        not_made="needs snapd",
    ),
    Cause(
        key="iptables-chain",
        title="Docker's firewall rules are gone",
        example="iptables failed: iptables --wait -t nat -A DOCKER ...: iptables: No chain/target/match by that name.",
        seen=either(
            says(r"iptables[^\n]*No chain/target/match by that name", r"(?i:docker)"),
            says(
                r"(?i:failed to setup ip ?tables)|unable to (?:insert|enable)[^\n]{0,60}(?:DOCKER|jump|DNAT|MASQUERADE)"
            ),
        ),
        cause="Docker keeps its own chains in iptables. A firewall service, firewalld or a script, was started "
        "or reloaded after the engine and threw them away.",
        probe="`sudo iptables -t nat -L DOCKER` says that there is no such chain.",
        prove=probes.no_chain,
        fix="sudo systemctl restart docker",
        advice="The engine writes its rules when it starts; where there is no systemd, `sudo service docker "
        "restart`. Start the firewall first and Docker after it.",
        not_made="needs the engine's own rules, which others use at the same time",
    ),
    Cause(
        key="iptables-table",
        title="The system's iptables can't do what Docker asks for",
        example="iptables v1.8.7 (nf_tables): can't initialize iptables table `nat': Table does not exist",
        seen=says(
            r"can't initialize ip6?tables table `?'?(?P<table>\w+)|iptables: (?:Could not fetch rule set|Failed to "
            r"initialize nft)|iptables who\? \(do you need to insmod"
        ),
        cause="Docker needs the table <table> of iptables for its networks. The kernel doesn't have it, or the command "
        "iptables is of the other kind, nft or legacy, than the kernel supports. That happens in "
        "WSL and in containers.",
        probe="`sudo iptables -t nat -L` says the same; `sudo iptables --version` names the kind.",
        prove=probes.no_table,
        fix="sudo update-alternatives --set iptables /usr/sbin/iptables-legacy",
        advice="Then start Docker again. If the kernel was just updated, restart the machine first.",
        not_made="needs a kernel without that table",
    ),
    Cause(
        key="engine-slow",
        title="The engine is there, and doesn't answer in time",
        example="UnixHTTPConnectionPool(host='localhost', port=None): Read timed out. (read timeout=60)",
        seen=either(
            says(r"(?:UnixHTTPConnectionPool|NpipeHTTPConnectionPool|http\+docker)[^\n]*Read timed out"),
            says(r"An HTTP request took too long to complete"),
            says(r"(?:COMPOSE_HTTP_TIMEOUT|DOCKER_CLIENT_TIMEOUT)"),
        ),
        cause="The engine took the question and gave no answer within the time limit, 60 seconds as a rule. It's "
        "busy or stuck: little memory, a slow disk, or many containers that start at once.",
        probe="`time docker version`",
        prove=probes.answers_slowly,
        fix="sudo systemctl restart docker",
        advice="Wait and try again first: that restart stops containers. With Docker Desktop, restart that. A longer "
        "limit: `docker.from_env(timeout=300)`; for the old docker-compose, `COMPOSE_HTTP_TIMEOUT=300`.",
        not_made="restarting the engine is not for a test",
    ),
    Cause(
        key="engine-wont-start",
        title="The engine's service doesn't start",
        example="Job for docker.service failed because the control process exited with error code.",
        seen=either(
            says(r"Job for docker\.service failed"),
            says(r"failed to start daemon: (?P<why>[^\n]+)", unless=r"daemon\.json"),
            says(r"docker\.service: (?:Failed with result|Start request repeated too quickly)"),
        ),
        cause="systemd started the engine, and the engine ended with an error. The reason is in its log.",
        probe="`sudo journalctl -u docker -n 30 --no-pager` shows the reason.",
        fix="sudo journalctl -u docker -n 30 --no-pager | ./tutorial explain",
        advice="Often it's a slip in `/etc/docker/daemon.json`, a full disk, or an update of the kernel without a "
        "restart of the machine.",
        not_made="the engine is shared with others",
    ),
    Cause(
        key="daemon-json",
        title="The engine can't read its settings file",
        example="unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character '}'",
        seen=says(r"unable to configure the Docker daemon with file (?P<file>\S+): (?P<why>[^\n]+)"),
        cause="<file> isn't valid JSON, or says what the engine's command line says as well: <why>.",
        probe="`python3 -m json.tool <file>` names the line.",
        prove=probes.settings_unreadable,
        fix="sudoedit <file>",
        advice="Correct what the probe names: a comma too many, a quote missing. Then `sudo systemctl restart docker`.",
        not_made="the engine is shared with others",
    ),
    Cause(
        key="no-systemd",
        title="This system has no systemd to start Docker",
        example="System has not been booted with systemd as init system (PID 1). Can't operate.",
        seen=says(r"System has not been booted with systemd as init system|Failed to connect to bus: Host is down"),
        cause="WSL and containers often run without systemd, so `systemctl` can't start anything.",
        probe="`ps -p 1 -o comm=` doesn't say `systemd`.",
        prove=probes.no_systemd,
        fix="sudo service docker start",
        advice="Or `./tutorial start`. In WSL, `systemd=true` under `[boot]` in /etc/wsl.conf switches it on.",
        not_made="the engine is shared with others",
    ),
    Cause(
        key="docker-module-shadowed",
        title="`import docker` finds something else than docker-py",
        example="AttributeError: module 'docker' has no attribute 'from_env'",
        seen=either(
            says(r"module 'docker' has no attribute '(?P<name>\w+)'"),
            says(r"cannot import name '(?P<name>\w+)' from (?:partially initialized module )?'docker'"),
            says(r"'docker' is not a package"),
        ),
        cause="A file of your own called docker.py, or a folder called docker, comes before the package docker-py. "
        "Or the package is a very old docker-py, before 2.0.",
        probe='`python -c "import docker; print(docker.__file__)"` shows which one it is.',
        prove=probes.own_docker_module,
        fix="mv docker.py try_docker.py",
        advice="If it's a file of yours: rename it. If it's an old package: `pip uninstall docker-py`, then `pip "
        "install docker`.",
    ),
)
