"""What keeps containers from finding and reaching each other."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says, where
from workbench.explain.evidence import Evidence
from workbench.explain.probes import services as probes

# A name without a dot: a service's or a container's.
NAME = r"(?P<host>(?!localhost\b|host\b)[a-zA-Z][\w-]*)"
LOST = (
    r"(?:Name or service not known|Temporary failure in name resolution|No address associated|Try again|"
    r"Name does not resolve|nodename nor servname|no such host|unknown host|bad address|-[235] )"
)
HERE = r"(?:localhost|127\.0\.0\.1|::1)"


def in_containers(evidence: Evidence) -> bool:
    """Tell whether the text is about containers; elsewhere, the same words have other causes."""
    return bool(evidence.container) or (evidence.in_containers and not evidence.raised)


CAUSES = (
    Cause(
        key="service-name",
        title="No container answers to that name on this network",
        example="redis.exceptions.ConnectionError: Error -2 connecting to redis:6379. Name or service not known.",
        seen=either(
            says(
                rf"Error -[235] connecting to {NAME}:\d+|ServerSelectionTimeoutError: (?P<mongo>[a-zA-Z][\w-]*):\d+: "
                r"\[Errno -[235]"
            ),
            says(rf"could not translate host name \"{NAME}\" to address"),
            says(rf"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) {NAME}(?![\w.-])"),
            says(rf"HTTPS?ConnectionPool\(host='{NAME}', port=\d+\)[^\n]*{LOST}"),
            says(rf"Unknown (?:MySQL )?(?:server )?host '{NAME}'"),
            says(rf"connect to MySQL server on '{NAME}(?::\d+)?' \((?:-[23]|\[Errno -[23])"),
            says(rf"host not found in upstream \"{NAME}"),
            says(rf"php_network_getaddresses: getaddrinfo (?:for {NAME} )?failed"),
            says(rf"UnknownHostException: {NAME}(?![\w.])"),
            says(rf"lookup {NAME}(?: on 127\.0\.0\.11\S*)?: (?:no such host|server misbehaving)"),
            where(
                in_containers,
                says(rf"Could not resolve host: {NAME}(?![\w.-])"),
                says(rf"(?:ping|wget|nc): bad address '{NAME}"),
                says(rf"(?:ping|wget|nc): {NAME}: (?:Name or|Temporary failure)"),
            ),
        ),
        cause="Containers find each other by name only on a network that you made, or that Compose makes. The name "
        "is the service's or the container's, and the container has to run. There's none called <host> on this "
        "container's network: on the default network `bridge`, names don't work at all.",
        probe="`docker network inspect NETWORK` lists the containers on it; `docker ps` shows whether <host> runs.",
        prove=probes.no_neighbour,
        fix="docker network create app-net\ndocker network connect --alias <host> app-net OTHER-CONTAINER\n"
        "docker network connect app-net THIS-CONTAINER",
        advice="Or start both with `--network app-net --name <host>`. In Compose, use the service's name from "
        "`services:`, and look with `docker compose ps` whether it runs.",
        not_made="the base image has no client of a database",
    ),
    Cause(
        key="localhost-is-the-container",
        title="In a container, localhost is the container itself",
        example='connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused',
        seen=either(
            says(
                rf"(?i:connection to server at|is the server running on host) \"?{HERE}",
                r"(?i:refused)",
                r"(?i:docker|container|compose|RUN )",
            ),
            where(
                in_containers,
                says(rf"ECONNREFUSED (?:{HERE}):(?P<port>\d+)"),
                says(rf"(?i:Is the server running on host \"(?:{HERE})\"|connection to server at \"(?:{HERE})\")"),
                says(rf"Error 111 connecting to {HERE}:(?P<port>\d+)"),
                says(rf"connect to (?:local )?MySQL server (?:on|through socket) '(?:{HERE}|/[^'\n]+)"),
                says(rf"(?:MongoNetworkError|ServerSelectionTimeoutError)[^\n]*{HERE}:(?P<port>\d+)"),
                says(rf"dial tcp \[?{HERE}\]?:(?P<port>5432|3306|6379|27017|5672|9200): connect: connection refused"),
            ),
        ),
        cause="The program looks for its database or server on localhost. In a container, that's the container "
        "itself, and the server runs in a different one, or on your machine.",
        probe="`docker compose exec SERVICE env`, or the program's settings, show the host's name.",
        fix="DATABASE_HOST=db",
        advice="Use the other container's service name in place of localhost, and its own port, not the published "
        "one. For a server on your machine: `host.docker.internal`, on Linux with `--add-host "
        "host.docker.internal:host-gateway`.",
        not_made="the base image has no client of a database",
    ),
    Cause(
        key="service-not-ready",
        title="The other container isn't ready yet, or has ended",
        example='connection to server at "db" (172.18.0.2), port 5432 failed: Connection refused',
        seen=either(
            says(
                rf"(?:connection to server at|[Ii]s the server running on host) \"{NAME}\"[^\n]*(?:"
                rf"\n[^\n]*)?(?:refused|accepting)"
            ),
            says(r"ECONNREFUSED (?P<address>172\.\d+\.\d+\.\d+:\d+)"),
            says(rf"Error 111 connecting to {NAME}:\d+"),
            says(rf"connect to MySQL server on '{NAME}(?::\d+)?' \(1(?:11|15)"),
            says(r"dial tcp (?P<address>172\.\d+\.\d+\.\d+:\d+): connect: connection refused"),
            says(r"the database system is starting up"),
        ),
        cause="The name leads to a container, and nothing listens there yet: a database needs some seconds after its "
        "container has started. `depends_on` alone only waits for the start. Or that container has ended.",
        probe="`docker compose ps` shows its state, `docker compose logs SERVICE` when it's ready.",
        fix="depends_on:\n  db:\n    condition: service_healthy",
        advice="With a `healthcheck:` in the other service, such as `pg_isready`. Or let the program try again for a "
        "while.",
        not_made="the base image has no client of a database",
    ),
    Cause(
        key="mount-permission",
        title="The container's user may not use the mounted folder",
        example="web-1  | mkdir: cannot create directory '/data/new': Permission denied",
        seen=where(
            in_containers,
            says(
                r"(?:cannot (?:create|open|touch|access)|can't (?:create|open)|could not (?:create|open)|EACCES|mkdir|"
                r"chown|chmod|PermissionError)[^\n]{0,160}(?i:permission denied|operation not permitted)",
                unless=r"docker\.sock|docker API|site-packages|/var/lib/(?:apt|dpkg)|publickey|\.docker/|exec: |exec /|"
                r"did not complete|non-zero code|(?:ba|da)?sh: (?:line )?\d+: |mount source path|OCI ",
                likely=True,
            ),
        ),
        cause="A mounted folder keeps its owner, a number, from your machine. The program runs as a different number, "
        "so it may not write there. On Fedora, RHEL and CentOS, SELinux forbids it as well, until the mount says `:z`.",
        probe="`ls -ldn FOLDER` here and `docker exec CONTAINER id` show both numbers; `getenforce` shows SELinux.",
        prove=probes.selinux,
        fix='docker run --user "$(id -u):$(id -g)" -v "$PWD/data":/data:z IMAGE',
        advice="In Compose, `user:` and `./data:/data:z`. Or take a volume with a name in place of the folder: Docker "
        "gives it the owner that the image's folder has.",
        certain=False,
        not_made="the tests run as root, who may do everything",
    ),
    Cause(
        key="network-gone",
        title="The container's network was removed while it was stopped",
        example="failed to set up container networking: network "
        "4b00e5904eccc5b51947912b3aede2bc6c1b6b2c55169123f63d63fbe8a28fa2 not found",
        seen=says(
            r"network (?P<network>[0-9a-f]{64}) not found",
            also=(r"(?:start containers|docker (?:container )?start)[: ]+(?P<container>[\w.-]+)",),
        ),
        cause="A container remembers its network by its ID. `docker network rm` or `prune` removed that network while "
        "the container was stopped, and a new network of the same name has a different ID.",
        probe="`docker network ls --no-trunc` doesn't list that ID.",
        prove=probes.network_is_gone,
        fix="docker rename <container> <container>-old",
        advice="Then run a new container with `docker run`, on a network that is there; the old one keeps its data "
        "until you remove it. With Compose: `docker compose up --force-recreate`.",
    ),
)
