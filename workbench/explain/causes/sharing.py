"""What fails when an image is pushed or pulled."""

from __future__ import annotations

from workbench.explain.cause import Cause, either, says
from workbench.explain.probes import network
from workbench.explain.probes import sharing as probes
from workbench.settings import APP_NAME, APP_TAG

NAME = r"[\w./:@-]+"
CAUSES = (
    Cause(
        key="login-missing",
        follows=("pull-denied",),
        title="The registry shows that to nobody without a login",
        example='Head "http://127.0.0.1:5002/v2/username/degrees_api/manifests/1.0": no basic auth credentials',
        seen=either(
            says(
                r"no basic auth credentials",
                r'(?:Get|Head) "https?://(?P<registry>[\w.:\[\]-]+)/v2/(?P<repository>[\w./-]+)/manifests/',
            ),
            says(
                r"(?:^|\n|: )(?:unauthorized|denied): (?:authentication required|access forbidden)",
                unless=r"push refers to|incorrect username",
            ),
        ),
        cause="The registry at <registry> was reached, and wants to know who asks. No login is stored for it.",
        probe="Look in `~/.docker/config.json` for which registries a login is stored.",
        prove=probes.no_login,
        fix="docker login <registry>",
        advice="In Python: `client.login(username, password, registry=...)`.",
    ),
    Cause(
        key="push-denied",
        title="The registry doesn't let you push there",
        example="denied: requested access to the resource is denied",
        seen=either(
            says(
                r"(?:^|\n|: )denied: requested access to the resource is denied",
                rf"push refers to (?:a )?repository \[(?P<image>{NAME})\]",
            ),
            says(r"no basic auth credentials", rf"push refers to (?:a )?repository \[(?P<image>{NAME})\]"),
            says(
                r"(?:^|\n|: )(?:unauthorized: )?authentication required",
                rf"push refers to (?:a )?repository \[(?P<image>{NAME})\]",
            ),
            says(
                r"denied: requested access to the resource is denied|no basic auth credentials|push access denied",
                unless="pull access",
            ),
        ),
        cause="You are not logged in at *that* registry, or the namespace in the image's name is not yours. A name "
        "without a namespace means `docker.io/library/...`, which belongs to Docker; an address in front means "
        "another registry, with a login of its own.",
        probe="Read the name, and look in `~/.docker/config.json` for which registries a login is stored.",
        prove=probes.no_login,
        fix="docker login <registry>",
        advice=f"If the name is what is wrong: `docker tag {APP_NAME}:{APP_TAG} username/{APP_NAME}:{APP_TAG}`, with "
        "your own name, and push that.",
    ),
    Cause(
        key="wrong-password",
        title="The registry doesn't accept this login",
        example="unauthorized: incorrect username or password",
        seen=either(
            says(r"login attempt to (?P<url>https?://(?P<registry>[^/\s]+)\S*) failed with status: 401"),
            says(r"unauthorized: incorrect username or password|fetch (?:oauth|anonymous) token[^\n]*401 Unauthorized"),
        ),
        cause="The user name or the password is wrong. Docker Hub takes an access token in the place of a password, "
        "and asks for one where two-factor authentication is on.",
        probe="Log in on the registry's web page with the same name, or ask for its address with `curl -u NAME <url>`.",
        prove=probes.refuses_login,
        fix="docker login --username NAME <registry>",
        advice="Paste the token where it asks for the password; it is not shown, and spaces at its ends count. Docker "
        "Hub needs no address.",
    ),
    Cause(
        key="pull-denied",
        title="There is no such image, or it is not for you",
        example="pull access denied for pythn, repository does not exist or may require 'docker login': denied: "
        "requested access to the resource is denied",
        seen=either(
            says(
                rf"failed to resolve source metadata for (?:docker\.io/(?:library/)?)?(?P<image>"
                rf"{NAME}?): pull access denied"
            ),
            says(
                rf"(?:pull access denied for (?P<image>{NAME}), |pull access denied, )"
                r"repository does not exist or may require"
            ),
            says(
                r"requested access to the resource is denied",
                rf"(?:Trying to pull|pulling image|initializing source) "
                rf"(?:docker://)?(?P<image>{NAME}?)(?:\.\.\.|:)",
            ),
        ),
        follows=("value-as-image", "no-such-stage"),
        cause="The registry doesn't say which: the name <image> is misspelt, or it is private and you are not logged "
        "in.",
        probe="Look the name up on hub.docker.com. `docker images` shows what is on this engine.",
        prove=probes.no_image,
        fix="docker pull <right_name>",
        otherwise="docker search <image>",
        advice="In a Dockerfile, correct the name in the FROM line. If it's an image of your own, build it first: "
        "`docker build -t <image> .` For a private image, `docker login` first.",
    ),
    Cause(
        key="tag-unknown",
        title="The repository has no such tag",
        example="manifest for python:3.8.99 not found: manifest unknown: manifest unknown",
        seen=either(
            says(r"(?:^|\n)(?:ERROR: )?docker\.io/(?P<repository>[\w./-]+):(?P<tag>[\w.-]+): not found"),
            says(r"Tag (?P<tag>[\w.-]+) not found in repository (?P<repository>[\w./:-]+)"),
            says(r"manifest for (?P<repository>[\w./:-]+?):(?P<tag>[\w.-]+) not found(?:: manifest unknown|\s|$|[.])"),
            says(
                r"failed to resolve (?:reference|source metadata for) \"?[\w./:-]+\"?: "
                r"(?:docker\.io/)?(?P<repository>[\w./:-]+?):(?P<tag>[\w.-]+): not found"
            ),
            says(r"reading manifest (?P<tag>[\w.-]+) in (?P<repository>[\w./:-]+): manifest unknown"),
            says(r"manifest unknown: manifest unknown"),
        ),
        cause="The registry was reached, and what it has of that name has no tag <tag>. Without a tag, Docker asks "
        "for `latest`, which need not exist.",
        probe="Look at the repository's tags on the registry's web page.",
        prove=probes.tags,
        fix="docker pull <repository>:<right_name>",
    ),
    Cause(
        key="not-on-the-engine",
        title="There is no image of that name to push",
        example="An image does not exist locally with the tag: username/degrees_api",
        seen=either(
            says(rf"An image does not exist locally with the tag: (?P<image>{NAME})"),
            says(rf"tag does not exist: (?P<image>{NAME})"),
        ),
        cause="To push, an image has to be on this engine under just the name that it shall have in the registry.",
        probe="`docker images` lists the names.",
        prove=probes.no_image,
        fix="docker tag <right_name> <image>",
        otherwise="docker images",
    ),
    Cause(
        key="no-such-image",
        doctor=("base image",),
        title="The engine has no such image",
        example="No such image: degrees_api:1.0",
        seen=either(
            says(rf"[Nn]o such image: (?P<image>{NAME})"),
            says(rf"(?<![\w./:@-])(?P<image>{NAME}): image not known"),
        ),
        cause="No image on this engine has the name <image>. Without a tag, the name means the tag `latest`.",
        probe="`docker images` lists the names.",
        prove=probes.no_image,
        fix="docker tag <right_name> <image>",
        otherwise="docker build -t <image> .",
        advice="Or use the name that is there, or build the image, or pull it.",
    ),
    Cause(
        key="http-registry",
        title="The registry has no encryption, and Docker insists on it",
        example='Get "https://192.168.0.7:5000/v2/": http: server gave HTTP response to HTTPS client',
        seen=says(r"https://(?P<host>[\w.\[\]:-]+)/v2/[^\n]*: http: server gave HTTP response to HTTPS client"),
        cause="The engine asks each registry for an encrypted connection, and <host> offers none. Only registries on "
        "127.0.0.0/8 may do without.",
        probe="`curl http://<host>/v2/` gets an answer.",
        prove=network.speaks_http,
        fix='"insecure-registries": ["<host>", "127.0.0.0/8"]',
        advice="In `/etc/docker/daemon.json`, then `sudo kill -HUP $(pidof dockerd)`. From Docker 29.10 on, a list of "
        "your own no longer includes loopback, where the local registries are, so it names that too. This is for a "
        "network that you trust whole: whoever is in it could read the login, and hand you another image. Better, give "
        "the registry a certificate.",
    ),
    Cause(
        key="registry-certificate",
        title="The engine doesn't know who signed the registry's certificate",
        example='Get "https://registry.school.example/v2/": x509: certificate signed by unknown authority',
        seen=says(r"https://(?P<host>[\w.\[\]:-]+)/v2/[^\n]*x509: certificate signed by unknown authority"),
        cause="The registry at <host> has a certificate of an authority of its own, as schools and companies make "
        "them, or the network puts its own in the place of the registry's.",
        probe="`curl -v https://<host>/v2/` says the same, and names the issuer.",
        prove=network.not_public,
        fix="sudo mkdir -p /etc/docker/certs.d/<host> && sudo cp ca.crt /etc/docker/certs.d/<host>/ca.crt",
        advice="`ca.crt` is the authority's certificate; ask who runs the registry for it. The engine need not be "
        "restarted.",
    ),
    Cause(
        key="registry-down",
        title="No registry runs at that address",
        example='Get "http://127.0.0.1:5002/v2/": dial tcp 127.0.0.1:5002: connect: connection refused',
        seen=says(
            r"https?://(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?/v2/[^\n]*"
            r"dial tcp (?P<address>[\d.\[\]:]+): connect: connection refused"
        ),
        cause="The name begins with an address of this machine, and nobody listens there: the local registry has not "
        "been started, or has another port.",
        probe="`docker ps` lists a registry with its port, if one runs.",
        prove=network.nobody_listens,
        fix="./tutorial start",
        doctor=("registry",),
    ),
    Cause(
        key="no-such-platform",
        title="The image isn't made for this kind of processor",
        example="no matching manifest for linux/arm64/v8 in the manifest list entries",
        seen=either(
            says(r"no matching manifest for (?P<platform>[\w/]+) in the manifest list entries"),
            says(r"does not match the specified platform: wanted (?P<platform>[\w/]+), actual: (?P<actual>[\w/]+)"),
            says(r"was found but its platform \((?P<actual>[\w/]+)\) does not match"),
            says(r"does not provide the specified platform \((?P<platform>[\w/]+)\)"),
            says(r"no match for platform in manifest|no image found in (?:image index|manifest list) for architecture"),
        ),
        cause="The registry has the image for some kinds of processors (platforms), and not for the one that was asked "
        "for, yours as a rule.",
        probe="`docker manifest inspect IMAGE` lists the platforms.",
        prove=probes.platform,
        fix="docker pull --platform <other_platform> IMAGE",
        otherwise="docker pull --platform linux/amd64 IMAGE",
        advice="It then runs through an emulator, if the machine has one, and slowly. Look for a tag made for your "
        "processor.",
    ),
)
