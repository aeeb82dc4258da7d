"""Texts about the machine: the engine, Docker Desktop, the network, certificates, logins."""

from __future__ import annotations

import pytest

from .texts import Text, check

TEXTS = [
    Text(
        "certificate-in-build",
        "#8 1.2 fatal: unable to access 'https://github.com/ada/x/': server certificate "
        "verification failed. CAfile: none\n"
        '#8 ERROR: process "/bin/sh -c git clone https://github.com/ada/x" did not complete '
        "successfully: exit code: 128",
        "update-ca-certificates",
    ),
    Text(
        "wrong-password",
        "failed to fetch oauth token: unexpected status from GET request to https://auth.docker.io/token?x=1: 401 "
        "Unauthorized: incorrect username or password",
        "docker login",
    ),
    Text(
        "port-of-a-program",
        "Error response from daemon: Ports are not available: exposing port TCP 0.0.0.0:5432 -> 127.0.0.1:0: "
        "/forwards/expose returned unexpected status: 500",
        "host",
    ),
    Text(
        "folder-not-shared",
        "error while creating mount source path '/Volumes/x': mkdir /Volumes/x: operation not permitted",
        "File sharing",
    ),
    Text(
        "desktop-not-running",
        "error during connect: Head http://%2F%2F.%2Fpipe%2FdockerDesktopLinuxEngine/_ping: open "
        "//./pipe/dockerDesktopLinuxEngine: The system cannot find the file specified.",
        "docker desktop start",
    ),
    Text(
        "desktop-not-running",
        "Cannot connect to the Docker daemon at unix:///Users/ada/.docker/run/docker.sock. Is the do"
        "cker daemon running?",
        "Docker Desktop",
    ),
    Text(
        "desktop-not-running",
        "open //./pipe/docker_engine: Das System kann die angegebene Datei nicht finden.",
        "Docker Desktop",
    ),
    Text("windows-containers", 'image operating system "linux" cannot be used on this platform', "Linux containers"),
    Text("compose-missing", "Command 'docker-compose' not found, but can be installed with:", "plugin"),
    Text("desktop-no-access", "open //./pipe/dockerDesktopLinuxEngine: Access is denied.", "docker-users"),
    Text(
        "wsl-integration",
        "The command 'docker-compose' could not be found in this WSL 1 distro.\nWe recommend to convert this distro.",
        "WSL integration",
    ),
    Text("wsl-outdated", "WSL 2 installation is incomplete.", "wsl --update"),
    Text("no-virtualization", "Virtualization support not detected: must be enabled in the firmware", "BIOS"),
    Text(
        "port-reserved",
        "Error response from daemon: driver failed programming external connectivity on endpoint web (ab12): Error "
        "starting userland proxy: Bind for 0.0.0.0:49800: unexpected error Permission denied.",
        "winnat",
    ),
    Text(
        "desktop-ports-stuck",
        "Error starting userland proxy: mkdir /port/tcp:127.0.0.1:8000:tcp:172.18.0.3:8000: input/output error.",
        "restart",
    ),
    Text(
        "git-bash-path",
        "docker: Error response from daemon: the working directory 'C:/Program Files/Git/app' is invalid, it needs to "
        "be an absolute path.",
        "MSYS_NO_PATHCONV",
    ),
    Text(
        "git-bash-path",
        'starting container process caused "exec: \\"C:/msys64/usr/bin/sh\\": stat C:/msys64/usr/bin/sh: no such file '
        'or directory": unknown.',
        "MSYS_NO_PATHCONV",
    ),
    Text(
        "git-bash-terminal",
        "the input device is not a TTY.  If you are using mintty, try prefixing the command with 'winpty'",
        "winpty",
    ),
    Text(
        "folder-not-shared",
        "ERROR: for db  Cannot create container for service db: Drive has not been shared",
        "File sharing",
    ),
    Text(
        "share-stuck",
        "Error response from daemon: error while creating mount source path '/run/desktop/mnt/host/d/site': mkdir "
        "/run/desktop/mnt/host/d: file exists",
        "restart",
    ),
    Text("docker-not-found", "zsh: command not found: docker", "./tutorial start"),
    Text("docker-not-found", "'docker' is not recognized as an internal or external command,\r\n", "Docker Desktop"),
    Text("docker-not-found", "sudo: docker: command not found", "new terminal"),
    Text("compose-missing", "docker: 'compose' is not a docker command.\nSee 'docker --help'", "plugin"),
    Text("buildx-missing", "docker: unknown command: docker buildx\n\nRun 'docker --help'", "DOCKER_BUILDKIT=0"),
    Text(
        "snap-docker",
        "docker: Error response from daemon: error while creating mount source path '/srv/site': mkdir /srv/site: "
        "read-only file system.",
        "home folder",
    ),
    Text(
        "iptables-chain",
        "Error response from daemon: Failed to Setup IP tables: Unable to enable SKIP DNAT rule:  (iptables failed: "
        "iptables --wait -t nat -I DOCKER -i br-1 -j RETURN: iptables: No chain/target/match by that name.",
        "restart docker",
    ),
    Text(
        "engine-slow",
        "ERROR: for web  UnixHTTPConnectionPool(host='localhost', port=None): Read timed out. (read timeout=120)",
        "restart",
    ),
    Text(
        "engine-wont-start",
        'Job for docker.service failed because the control process exited with error code.\nSee "systemctl status '
        'docker.service" and "journalctl -xe" for details.',
        "journalctl",
    ),
    Text(
        "daemon-json",
        "unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character ']' after object "
        "key:value pair",
        "sudoedit /etc/docker/daemon.json",
    ),
    Text(
        "no-systemd",
        "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus",
        "service docker start",
    ),
    Text(
        "docker-module-shadowed",
        "ImportError: cannot import name 'DockerClient' from partially initialized module 'docker' (/srv/docker.py)",
        "docker-py",
    ),
    Text("port-of-a-program", "listen tcp 0.0.0.0:8080: bind: Only one usage of each socket address", "host"),
    Text(
        "old-docker-py",
        "TypeError: HTTPConnection.request() got an unexpected keyword argument 'chunked'\ndocker.errors."
        "DockerException: Error while fetching server API version: ('Connection aborted.')",
        "docker>=7.1",
    ),
    Text(
        "api-too-old",
        "Error response from daemon: client version 1.24 is too old. Minimum supported API version is 1.44, please "
        "upgrade your client to a newer version",
        "--upgrade docker",
    ),
    Text(
        "clock-wrong",
        "E: Release file for http://deb.debian.org/debian/dists/bookworm/InRelease is not valid yet (invalid for "
        "another 2h 3min 4s). Updates for this repository will not be applied.",
        "timedatectl",
    ),
    Text(
        "hub-certificate",
        'Error response from daemon: Get "https://registry-1.docker.io/v2/": tls: failed to verify certificate: x509: '
        "certificate signed by unknown authority",
        "update-ca-certificates",
    ),
    Text(
        "registry-certificate-name",
        'Get "https://10.1.2.3:5000/v2/": x509: cannot validate certificate for 10.1.2.3 because it doesn\'t contain '
        "any IP SANs",
        "subjectAltName",
    ),
    Text(
        "hub-unreachable",
        'failed to fetch oauth token: Post "https://auth.docker.io/token": dial tcp 3.4.5.6:443: i/o timeout',
        "mirror",
    ),
    Text(
        "hub-unreachable",
        'failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://production.cloudflare.docker.'
        'com/registry-v2/x": dial tcp: lookup production.cloudflare.docker.com: no such host',
        "mirror",
    ),
    Text("pull-limit", "ERROR: toomanyrequests: Too Many Requests. Please see https://docs.docker.com", "docker login"),
    Text(
        "podman-short-name",
        "Error: short-name resolution enforced but cannot prompt without a TTY",
        "docker.io/library/",
    ),
    Text(
        "podman-not-running",
        "Error: unable to connect to Podman socket: failed to connect: dial tcp 127.0.0.1:52361: connect: refused",
        "podman machine start",
    ),
    Text(
        "podman-user-ids",
        "Error: creating container storage: potentially insufficient UIDs or GIDs available in user namespace",
        "--add-subuids",
    ),
    Text("privileged-port", "Error: rootlessport cannot expose privileged port 443, you can add", "8080:443"),
    Text("pass-not-set-up", "error storing credentials - err: exit status 1, out: `pass not initialized`", "pass init"),
    Text(
        "no-secret-service",
        "Error saving credentials: error storing credentials - err: exit status 1, out: `The name "
        "org.freedesktop.secrets was not provided by any .service files`",
        "credsStore",
    ),
    Text(
        "keychain-locked",
        "error getting credentials - err: exit status 1, out: `keychain cannot be accessed because the current session "
        "does not allow user interaction. User interaction is not allowed.`",
        "unlock-keychain",
    ),
    Text(
        "credential-helper-alone",
        'Error saving credentials: error storing credentials - err: exit status 1, out: `Post "http://ipc/registry/'
        'credstore-updated": dial unix backend.sock: connect: no such file or directory`',
        "config.json",
    ),
    Text(
        "config-unreadable",
        "WARNING: Error loading config file: /home/ada/.docker/config.json: open /home/ada/.docker/config.json: "
        "permission denied",
        "chown",
    ),
    Text(
        "iptables-table",
        "failed to start daemon: Error initializing network controller: iptables v1.8.7 (legacy): can't initialize "
        "iptables table `nat': Table does not exist (do you need to insmod?)",
        "iptables-legacy",
    ),
    Text("token-scope", "denied: permission_denied: write_package", "write:packages"),
    Text("token-scope", "unauthorized: personal access token is expired", "new token"),
    Text("login-missing", "Error response from daemon: unauthorized: authentication required", "docker login"),
]


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.key)
def test_a_text_is_explained_with_its_cause_and_a_fix(one: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    check(one, monkeypatch)
