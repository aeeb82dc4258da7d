"""What fails with Docker Desktop, on Windows, in WSL and on macOS."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.settings import APP_PORT, LOOPBACK

NOT_HERE = "needs Docker Desktop, which a test can't have"

CAUSES = (
    Cause(
        key="desktop-not-running",
        title="Docker Desktop isn't running",
        example='error during connect: Get "http://%2F%2F.%2Fpipe%2Fdocker_engine/v1.24/containers/json": open '
        "//./pipe/docker_engine: The system cannot find the file specified.",
        seen=either(
            # Windows says the rest in its own language.
            says(r"(?i:open \S{0,8}[/\\]pipe[/\\]docker\w*: (?!Access is denied))"),
            says(r"WaitNamedPipe|(?i:docker desktop is (?:not running|unable to start|stopped))"),
            says(r"dial unix \S*docker\.raw\.sock: connect|dial unix \S*/\.docker/run/docker\.sock: connect"),
            says(r"returned (?:500 )?Internal Server Error for API route and version|might need to start Docker \w+"),
            says(r"Cannot connect to the Docker daemon at unix://\S*/\.docker/(?:run|desktop)/docker[\w-]*\.sock"),
        ),
        cause="The docker command is there, and no engine answers it: Docker Desktop has not been started, has not "
        "finished starting, or its virtual machine has stopped.",
        probe="`docker version` shows a client and no server.",
        fix="docker desktop start",
        advice="Or start the program Docker Desktop and wait until its whale says that it runs. If it hangs, quit it "
        "and start it again; on Windows, `wsl --shutdown` first.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="desktop-no-access",
        title="Your Windows user may not use Docker Desktop",
        example="open //./pipe/docker_engine: Access is denied.",
        seen=says(r"(?i:open \S{0,8}[/\\]pipe[/\\]docker\w*: Access is denied)"),
        cause="Docker Desktop runs, and only members of the group docker-users may talk to its engine.",
        probe="`net localgroup docker-users` in PowerShell lists its members.",
        fix='net localgroup docker-users "%USERNAME%" /add',
        advice="In a cmd that runs as administrator. Then log out of Windows and in again.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="windows-containers",
        title="Docker Desktop is switched to Windows containers",
        example="no matching manifest for windows/amd64 10.0.19045 in the manifest list entries",
        seen=either(
            says(r"no matching manifest for windows/\w+[^\n]*in the manifest list"),
            says(r"image operating system \"linux\" cannot be used on this platform"),
        ),
        cause="Docker Desktop on Windows has two engines, one for containers of Linux and one for "
        "those of Windows. The "
        "one for Windows is switched on, and nearly all images, like python:3.8.10, are for Linux.",
        probe="`docker version --format '{{.Server.Os}}'` says `windows`.",
        fix='& "$Env:ProgramFiles\\Docker\\Docker\\DockerCli.exe" -SwitchLinuxEngine',
        advice="In PowerShell. Or click the whale in the taskbar with the right button: Switch to Linux containers.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="wsl-integration",
        title="Docker Desktop's WSL integration is off for this distribution",
        example="The command 'docker' could not be found in this WSL 2 distro.",
        seen=says(r"could not be found in this WSL ?\d? distro"),
        cause="Docker Desktop puts its command into those WSL distributions that its settings name, and this one "
        "isn't among them. Or Docker Desktop isn't running.",
        probe="`wsl -l -v` in PowerShell lists your distributions.",
        fix="wsl --shutdown",
        advice="First, in Docker Desktop: Settings, Resources, WSL integration: switch it on for this distribution, "
        "and apply. Then that, in PowerShell, and open WSL again.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="wsl-outdated",
        title="Docker Desktop needs a newer WSL",
        example="WSL kernel version too low.",
        seen=says(
            r"(?i:wsl (?:kernel )?(?:version|update)[^\n]{0,30}(?:too (?:low|old)|required|failed)|"
            r"WSL 2 installation is incomplete|deploying WSL2 distributions)"
        ),
        cause="Docker Desktop runs its engine in WSL 2, and Windows' copy of that is too old or broken.",
        probe="`wsl --version` in PowerShell.",
        fix="wsl --update",
        advice="In PowerShell; then `wsl --shutdown`, and start Docker Desktop again.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="no-virtualization",
        title="The computer's virtualization is switched off",
        example="Hardware assisted virtualization and data execution protection must be enabled in the BIOS.",
        seen=says(
            r"(?i:virtuali[sz]ation[^\n]{0,60}(?:must be enabled|not enabled|disabled|support)|"
            r"HCS_E_HYPERV_NOT_INSTALLED|Virtual Machine Platform[^\n]{0,60}enable)",
            unless=r"VirtualBox|VMware|VT-x is",
        ),
        cause="Docker Desktop runs the engine in a virtual machine, and the processor may not run one: the BIOS or "
        "Windows has switched that off.",
        probe="The Task Manager's page on the CPU says `Virtualization: Disabled`.",
        fix="wsl --install --no-distribution",
        advice="In a PowerShell that runs as administrator; restart. If it still says disabled, switch it on in the "
        "BIOS: Intel calls it VT-x, AMD SVM.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="port-reserved",
        title="Windows has reserved that host port",
        example=f"listen tcp {LOOPBACK}:{APP_PORT}: bind: An attempt was made to access a socket in a way forbidden by "
        "its access permissions.",
        seen=either(
            says(r"(?::(?P<port>\d+)[^\n]{0,60})?An attempt was made to access a socket in a way forbidden"),
            says(r"Bind for \S+:(?P<port>\d+)(?: failed)?: unexpected error Permission denied"),
        ),
        cause="Windows keeps ranges of ports for Hyper-V (WinNAT) and for itself, and <port> is in one. No program "
        "listens there; a restart may move the ranges. A server such as IIS on port 80 gives the same error.",
        probe="`netsh interface ipv4 show excludedportrange protocol=tcp` lists the ranges.",
        fix="net stop winnat\nnet start winnat",
        advice="In a PowerShell that runs as administrator: it frees the ranges. Or publish on a different host port, "
        f"as in `-p {LOOPBACK}:8000:{APP_PORT}`.",
        not_made="needs Windows",
    ),
    Cause(
        key="desktop-ports-stuck",
        title="Docker Desktop's own proxy for ports hangs",
        example="Error starting userland proxy: mkdir /port/tcp:0.0.0.0:3000:tcp:172.17.0.2:80: input/output error.",
        seen=says(r"mkdir /port/tcp:\S+: input/output error"),
        cause="Docker Desktop lost track of its published ports, often after the computer slept or started quickly.",
        probe="Another host port fails the same way.",
        fix="docker desktop restart",
        advice="Or quit Docker Desktop and start it again. If it comes back each time, switch off Windows' fast "
        "startup.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="git-bash-path",
        title="Git Bash turned a path into one of Windows",
        example='exec: "C:/Program Files/Git/usr/bin/bash": stat C:/Program Files/Git/usr/bin/bash: no such file or '
        "directory",
        seen=either(
            says(
                r"(?:[A-Za-z]:)?[/\\]{1,4}Program\s?Files(?: \(x86\))?[/\\]{1,4}Git\b",
                r"(?i:no such file|invalid|cannot access|can't open|not found)",
            ),
            says(r"[A-Za-z]:/\n?Program Files/Git\b", r"no such file"),
            says(r"stat [A-Za-z]:/Program: no such file"),
            says(r"[A-Za-z]:[/\\]{1,2}(?:msys64|cygwin64|MinGW)[/\\][^\n]{0,200}(?:no such file|invalid|not found)"),
        ),
        cause="Git Bash (MSYS) rewrites every word that begins with `/` into a path of Windows before docker sees it. "
        "So `/bin/bash` became `C:/Program Files/Git/usr/bin/bash`, which the container doesn't have.",
        probe="`echo /bin/bash | cat` and `cmd //c echo /bin/bash` show both.",
        fix="export MSYS_NO_PATHCONV=1",
        advice="Then type the line again. Or write the path with two slashes, `//bin/bash`. PowerShell and WSL don't "
        "rewrite paths.",
        not_made="needs Windows",
    ),
    Cause(
        key="git-bash-terminal",
        title="Git Bash's window isn't a terminal for docker",
        example="the input device is not a TTY.  If you are using mintty, try prefixing the command with 'winpty'",
        seen=says(r"the input device is not a TTY[^\n]{0,60}(?:mintty|winpty)"),
        cause="`-t` needs a terminal of Windows, and Git Bash's window (mintty) isn't one.",
        probe="The same line works in PowerShell.",
        fix="winpty docker run -it IMAGE",
        advice="Put `winpty` before the line, or use PowerShell or WSL.",
        not_made="needs Windows",
    ),
    Cause(
        key="folder-not-shared",
        title="Docker Desktop doesn't share that folder",
        example="Mounts denied: The path /Volumes/data is not shared from the host and is not known to Docker.",
        seen=either(
            says(r"Mounts denied:?", also=(r"(?P<path>(?<![^\s])/[^\n]{1,200}?) is not shared from",)),
            says(
                r"error while creating mount source path '(?P<path>[^'\n]+)': mkdir [^\n:]+: "
                r"(?:operation not permitted|permission denied)"
            ),
            says(r"(?P<path>(?<![^\s])/[^\n]{1,200}?)\s+is not shared from (?:the host|OS X)"),
            says(
                r"(?i:drive (?:is not|has not been) shared|drive sharing (?:failed|seems)|drive is unshareable|"
                r"declined directory sharing|filesharing has been cancelled)"
            ),
        ),
        cause="Containers only see the folders that Docker Desktop shares with its virtual machine. On macOS that's "
        "your home folder, on Windows the drives that you chose.",
        probe="Docker Desktop shows the list: Settings, Resources, File sharing.",
        fix='-v "$HOME/project":/app',
        advice="Move the project into your home folder, or add its folder in Docker Desktop: Settings, Resources, "
        "File sharing. On Windows, the WSL 2 engine shares all drives.",
        not_made=NOT_HERE,
    ),
    Cause(
        key="share-stuck",
        title="Docker Desktop lost its view of a drive",
        example="error while creating mount source path '/host_mnt/c/Users/ada': mkdir /host_mnt/c: file exists",
        seen=says(
            r"mkdir (?P<path>(?:/run/desktop/mnt)?(?:/host_mnt|/mnt/host)?/[a-z]|/host_mnt/\S+|"
            r"/run/desktop/mnt/host/\S+): file exists"
        ),
        cause="The drive or the folder was shared once, and the link to it broke: your password changed, the drive "
        "was unplugged, or the computer slept.",
        probe="`docker run --rm -v c:/Users:/data alpine ls /data` shows an empty folder, or the same error.",
        fix="docker desktop restart",
        advice="Or quit Docker Desktop and start it again. With the Hyper-V engine, share the drive again: Settings, "
        "Resources, File sharing.",
        not_made=NOT_HERE,
    ),
)
