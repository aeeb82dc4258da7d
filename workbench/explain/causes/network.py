"""What fails on the way to Docker Hub and to package indexes."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.probes import network as probes

HUB = (
    r"(?:(?:registry-1|auth|index|registry)\.docker\.io|production\.cloudflare\.docker\.com|"
    r"[\w.-]+\.cloudflarestorage\.com|hub\.docker\.com)"
)
UNREACHABLE = (
    r"(?:dial tcp|net/http: (?:request canceled|TLS handshake timeout)|context deadline exceeded|proxyconnect tcp|EOF|"
    r"read tcp|connectex:|i/o timeout|connection reset by peer)"
)
NO_NAME = r"\[Errno -[235]\] |Temporary failure in name resolution|Name or service not known"
SUCCEEDED = r"Successfully (?:installed|built) "

no_names = either(
    says(NO_NAME, r"connection broken by|/simple/|ERROR: (?:Could not find a version|No matching)", unless=SUCCEEDED),
    says(r"(?:Temporary failure resolving|Could not resolve) '(?P<host>[\w.-]+)'"),
    says(
        r"Could not resolve host: (?P<host>[\w-]+\.[\w.-]+)",
        r"did not complete successfully|"
        r"non-zero code|docker run",
    ),
    says(r"(?:gaierror: |URLError: <urlopen error )\[Errno -[235]\]"),
    says(r"(?:dl-cdn\.alpinelinux\.org|APKINDEX)[^\n]*(?:temporary error|DNS lookup error)"),
    says(r"npm (?:ERR!|error) [^\n]*(?:EAI_AGAIN|ENOTFOUND) (?P<host>[\w-]+\.[\w.-]+)"),
)

CAUSES = (
    Cause(
        key="hub-unreachable",
        title="Docker Hub can't be reached from here",
        example='Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
        seen=either(
            says(rf'(?:Get|Head|Post|Put) "?https://{HUB}[/:][^\n]*?: {UNREACHABLE}', unless=r"x509:|is not yet valid"),
            says(
                rf"error pulling image configuration[^\n]*(?:dial tcp|timeout)|attempt to https://{HUB}\S* failed with "
                r"status: 5\d\d"
            ),
            says(
                rf"lookup {HUB}[^\n]*(?:no such host|timeout|misbehaving)|unexpected status[^\n]*https://{HUB}\S*: "
                r"(?:403|5\d\d)|received unexpected HTTP status: 5\d\d"
            ),
        ),
        cause="Many schools and companies block Docker Hub, or let it pass only through a proxy.",
        probe="`curl -sSI https://registry-1.docker.io/v2/` on this machine. The answer 401 means that it can be "
        "reached.",
        prove=probes.hub,
        fix="./tutorial start",
        advice="That sets up a mirror and, if need be, a stand-in for the base image. It has no other images: check "
        "the name, too. If there is a proxy, the engine has to be told. If only names can't be "
        "looked up (DNS), a different "
        "network or name server helps.",
        doctor=("docker hub", "pull", "mirror"),
        not_made="depends on the network of the machine that runs the tests",
        links="See [without Docker Hub](#without-docker-hub), and [Docker's page on "
        "proxies](https://docs.docker.com/engine/daemon/proxy/).",
    ),
    Cause(
        key="pull-limit",
        title="Docker Hub's limit on pulls is reached",
        example="toomanyrequests: You have reached your unauthenticated pull rate limit.",
        seen=says(
            r"toomanyrequests: |You have reached your (?:unauthenticated )?pull rate limit|429 Too Many Requests"
        ),
        cause="Docker Hub counts pulls. Without a login it counts by address, and a whole classroom may share one.",
        probe="Docker Hub tells how many are left in the header `ratelimit-remaining` of an answer.",
        prove=probes.quota,
        fix="docker login",
        doctor=("pull quota",),
        advice="With a login, it counts by user. Or wait. For a room, set up a mirror.",
        links="See [Docker's page on the limit](https://docs.docker.com/docker-hub/usage/pulls/), and [for "
        "instructors](instructor.md).",
    ),
    Cause(
        key="registry-name",
        title="The registry's name has no address",
        example='Get "https://registry.exmaple.com/v2/": dial tcp: lookup registry.exmaple.com: no such host',
        seen=says(
            rf'Get "?https?://(?!{HUB})(?P<host>[\w.-]+)(?::\d+)?/v2/[^\n]*: dial tcp: lookup [^\n]*no such host'
        ),
        cause="What stands before the first `/` of an image's name is the registry's address, if it has a dot or a "
        "colon in it. Nobody knows <host>: it is misspelt, or it should not be there.",
        probe="`getent hosts <host>` finds nothing.",
        prove=probes.no_address,
        fix="docker pull python:3.8.10",
        advice="Without an address in front, the registry is Docker Hub. Else write the address right.",
    ),
    Cause(
        key="certificate-in-container",
        title="The network shows containers a certificate that they don't know",
        example="HTTPSConnectionPool(host='pypi.org', port=443): ... [SSL: CERTIFICATE_VERIFY_FAILED] certificate "
        "verify failed: unable to get local issuer certificate ... ERROR: No matching distribution found for flask",
        seen=either(
            says(
                r"CERTIFICATE_VERIFY_FAILED",
                r"/simple/|pypi|pythonhosted|Could not (?:find a version|install packages)|No matching distribution",
                unless=rf"not yet valid|has expired|{SUCCEEDED}",
                also=(r"HTTPSConnectionPool\(host='(?P<host>[\w.-]+)', port=(?P<port>\d+)\)",),
            ),
            says(r"URLError: <urlopen error \[SSL: CERTIFICATE_VERIFY_FAILED\]"),
        ),
        cause="The network opens encrypted connections to <host> and closes them again with a certificate of its "
        "own, as many schools and companies do. Your machine was taught to trust it, a fresh container was not.",
        probe="`openssl s_client -connect <host>:443 -servername <host> </dev/null | grep issuer` names your school "
        "or company.",
        prove=probes.not_public,
        fix="-v <bundle>:/ca.crt:ro -e PIP_CERT=/ca.crt",
        doctor=("tls",),
        advice="For `docker run`. In a build, copy that file into the build context, and write `COPY "
        "ca-certificates.crt /ca.crt` and `ENV PIP_CERT=/ca.crt` before RUN. Don't switch the verification off.",
    ),
    Cause(
        key="no-network",
        title="The container has no network",
        example="socket.gaierror: [Errno -3] Temporary failure in name resolution",
        seen=no_names,
        follows=("service-name",),
        cause="The container was started with `--network none`, so it reaches nobody, not even a name server.",
        probe="`docker inspect --format '{{.HostConfig.NetworkMode}}' <container>` says `none`.",
        prove=probes.no_network,
        fix="--network bridge",
        advice="That is the network that a container gets if nothing is said.",
        certain=False,
    ),
    Cause(
        key="names-in-container",
        title="Names can't be looked up in the container",
        example="socket.gaierror: [Errno -3] Temporary failure in name resolution",
        seen=no_names,
        follows=("service-name", "proxy-login"),
        doctor=("dns",),
        cause="The container uses other name servers than this machine, or has no network at all.",
        probe="`docker run --rm python:3.8.10 python -c \"import socket; print(socket.gethostbyname('pypi.org'))\"`, "
        "and the same line of Python on this machine.",
        prove=probes.no_names_inside,
        fix="--dns <dns>",
        advice='For one container. For all, `"dns": ["<dns>"]` in `/etc/docker/daemon.json`, then restart the '
        "engine. If the network has a proxy, it has to be named in `~/.docker/config.json`.",
        links="See [Docker's page on proxies](https://docs.docker.com/engine/cli/proxy/).",
    ),
)
