"""What stands between you and a program in a container."""

from __future__ import annotations

from workbench.explain.cause import Cause, Match, either, says
from workbench.explain.evidence import Evidence
from workbench.explain.probes import reaching as probes
from workbench.settings import APP_PORT, LOOPBACK

HOST = r"(?:127\.0\.0\.1|localhost|\[?::1\]?)"
PORT = rf"{HOST}['\"]?(?:, port=|:| port )(?P<port>\d+)"
BROWSER_REFUSED = r"ERR_CONNECTION_REFUSED|(?:localhost|127\.0\.0\.1)(?::\d+)? refused to connect"
BROWSER_CUT = r"ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|didn't send any data|The connection was reset"
by_browser = says(
    BROWSER_REFUSED, r"localhost|127\.0\.0\.1", also=(r"(?:localhost|127\.0\.0\.1):(?P<port>\d+)",), likely=True
)
cut_in_browser = says(BROWSER_CUT, also=(r"(?:localhost|127\.0\.0\.1):(?P<port>\d+)",), likely=True)
on_loopback = says(
    rf"{BROWSER_CUT}|curl: \((?:52|56)\)|Empty reply from server|Connection reset by peer",
    r"Running on http://(?:127\.0\.0\.1|localhost):(?P<inside>\d+)",
    unless=r"Running on all addresses|Running on http://(?!127|localhost)",
    sure=True,
)
refused = either(
    says(
        rf"host='?{PORT}\): Max retries exceeded [^\n]*\[Errno (?:111|61|10061)\]",
        unless=r"http\+docker|Error while fetch",
    ),
    says(rf"curl: \(7\) Failed to connect to {HOST} port (?P<port>\d+)"),
    says(r"URLError: <urlopen error \[Errno (?:111|61|10061)\]", PORT),
)
cut = either(
    says(
        r"\('Connection aborted\.', (?:ConnectionResetError\(|RemoteDisconnected\()",
        rf"asked for https?://{PORT}",
    ),
    says(r"curl: \((?:52|56)\) [^\n]*(?:Empty reply|Connection reset|Connection was reset)", PORT),
)


def running(evidence: Evidence) -> Match | None:
    """Recognise a container that runs."""
    known = evidence.container and evidence.exit_code is None and not evidence.raised
    return Match(-1) if known else None


CAUSES = (
    Cause(
        key="listens-inside-only",
        title="The program listens where only its own container can reach it",
        example="curl: (56) Recv failure: Connection reset by peer",
        seen=either(on_loopback, cut, cut_in_browser, running),
        cause="In the container, the program listens on 127.0.0.1, the container's own loopback. What comes through "
        "a published port comes from outside of the container, and nobody takes it.",
        probe="`docker logs CONTAINER` says `Running on http://127.0.0.1`, and `docker exec` can ask there.",
        prove=probes.only_inside,
        fix='host="0.0.0.0"',
        advice=f'In the program, `app.run(host="0.0.0.0", port={APP_PORT})`; on a command line, `flask run --host '
        "0.0.0.0`. Then build and run again.",
        certain=False,
    ),
    Cause(
        key="other-container-port",
        title="The published port is not the one that the program listens on",
        example="curl: (56) Recv failure: Connection reset by peer",
        seen=either(cut, cut_in_browser, running),
        cause="The door leads to port <published> of the container, where nobody listens. The numbers of `-p` may be "
        "swapped: host port first, then the container's.",
        probe="`docker ps` shows `<port>->CONTAINER-PORT`, `docker logs` where the program listens.",
        prove=probes.other_port,
        fix=f"-p {LOOPBACK}:<port>:<inside>",
        advice="Ports are decided when a container is made: remove it, then run it anew. In Python: "
        f'`ports={{"<inside>/tcp": ("{LOOPBACK}", <port>)}}`.',
        certain=False,
    ),
    Cause(
        key="not-up-yet",
        title="The program wasn't up yet",
        example="curl: (52) Empty reply from server",
        seen=either(cut, cut_in_browser),
        cause="Docker opens the door as soon as the container starts. The program inside needs a moment longer until "
        "it listens, and who asks before that gets no answer.",
        probe="Ask again. `docker logs CONTAINER` says when it listens.",
        prove=probes.not_up,
        fix="wait_until_up(<port>)",
        advice="On the command line: `curl --retry 20 --retry-all-errors`. If it never listens, look into the log.",
        certain=False,
    ),
    Cause(
        key="container-ended",
        title="The container that had this port has ended",
        example=f"curl: (7) Failed to connect to {LOOPBACK} port {APP_PORT}",
        seen=either(refused, by_browser),
        cause="Nobody is at host port <port>: the container <container> published it, and its program has ended.",
        probe="`docker ps -a` shows it, with its exit code.",
        prove=probes.ended,
        fix="./tutorial explain <container>",
        otherwise="docker ps -a",
        advice="That looks into its exit code and its log. `docker start <container>` starts it again.",
        certain=False,
    ),
    Cause(
        key="other-host-port",
        title="The program is at another host port",
        example=f"curl: (7) Failed to connect to {LOOPBACK} port {APP_PORT}",
        seen=either(refused, by_browser),
        cause="Port <port> is the port in the container. On this machine it comes out at another one.",
        probe="`docker ps` shows the host port on the left of the arrow.",
        prove=probes.other_door,
        fix=f"http://{LOOPBACK}:<host_port>",
        certain=False,
    ),
    Cause(
        key="not-published",
        title="The port is not published",
        example=f"curl: (7) Failed to connect to {LOOPBACK} port {APP_PORT}",
        seen=either(refused, by_browser),
        cause="The program listens in its container, and no port of the container is published: there is no door.",
        probe="`docker ps` shows nothing, or no arrow, in the column PORTS.",
        prove=probes.no_door,
        fix=f"docker run -d -p {LOOPBACK}:<port>:<inside> <image>",
        advice="Ports are decided when a container is made, so it has to be a new one. In Python: "
        f'`ports={{"<inside>/tcp": ("{LOOPBACK}", <port>)}}`.',
        certain=False,
    ),
)
