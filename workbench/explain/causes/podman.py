"""What Podman asks for that Docker doesn't."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says, where
from workbench.explain.causes.services import in_containers
from workbench.explain.probes import podman as probes

NO_PODMAN = "the tests' machine runs Docker"

CAUSES = (
    Cause(
        key="podman-short-name",
        title="Podman wants to know from which registry",
        example='Error: short-name "python:latest" did not resolve to an alias and no unqualified-search registries '
        "are defined",
        seen=says(
            r"short-name (?:\"(?P<image>[\w./:-]+)\" did not resolve|resolution enforced)",
            also=(r"podman (?:pull|run)[^\n]*? (?P<image>[a-z][\w./:-]*)\n",),
        ),
        cause="Docker takes a name without a registry from Docker Hub. Podman doesn't guess: it wants the full name, "
        "or a list of registries to search.",
        probe="`grep unqualified-search /etc/containers/registries.conf` shows the list.",
        prove=probes.no_search_list,
        fix="podman pull docker.io/library/<image>",
        advice='The same in FROM lines. Or write `unqualified-search-registries = ["docker.io"]` into '
        "/etc/containers/registries.conf.",
        not_made=NO_PODMAN,
    ),
    Cause(
        key="podman-not-running",
        title="Podman's machine or service isn't running",
        example="Cannot connect to Podman. Please verify your connection to the Linux system using `podman system "
        "connection list`",
        seen=either(
            says(r"(?i:(?:can ?not|unable to) connect to (?:the )?Podman)"),
            says(r"dial unix \S*podman\S*\.sock: connect: (?:no such file|connection refused)"),
        ),
        cause="On macOS and Windows, Podman runs containers in a virtual machine, which isn't started or hangs. On "
        "Linux, programs that speak to it need its socket.",
        probe="`podman machine list`; on Linux, `systemctl --user status podman.socket`.",
        fix="podman machine start",
        advice="The first time, `podman machine init` before it; if it hangs, `podman machine stop` first. On Linux: "
        "`systemctl --user enable --now podman.socket`.",
        not_made=NO_PODMAN,
    ),
    Cause(
        key="podman-user-ids",
        title="Podman has too few user numbers for the image",
        example="potentially insufficient UIDs or GIDs available in user namespace (requested 0:42 for /etc/shadow)",
        seen=says(
            r"(?i:insufficient UIDs or GIDs available|not enough (?:available )?(?:UIDs|GIDs|IDs)|"
            r"there might not be enough IDs available|no subuid ranges found for user)"
        ),
        cause="Without root, Podman maps the users of an image to a range of numbers that /etc/subuid gives you. Your "
        "user has no range there, or a small one.",
        probe="`grep $USER /etc/subuid /etc/subgid` shows the ranges.",
        prove=probes.no_range,
        fix='sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$USER"\npodman system migrate',
        advice="Ask for a different range if `grep` shows that someone has it already.",
        not_made=NO_PODMAN,
    ),
    Cause(
        key="privileged-port",
        title="Only root may use a host port below 1024",
        example="rootlessport cannot expose privileged port 80",
        seen=either(
            says(r"cannot expose privileged port (?P<port>\d+)"),
            where(in_containers, says(r"listen tcp[46]? \S*?:(?P<port>\d{1,3}): bind: permission denied")),
        ),
        cause="The engine runs without root, and Linux gives the ports below 1024 only to root. <port> is one of them.",
        probe="`sysctl net.ipv4.ip_unprivileged_port_start` says where the others begin.",
        prove=probes.port_needs_root,
        fix="-p 127.0.0.1:8080:<port>",
        advice="Take a host port from 1024 up; the container's own port stays.",
        not_made="the engine runs as root",
    ),
)
