"""Texts of containers that run: lines of the command, Flask, modules, other containers, Compose; and candidates."""

from __future__ import annotations

import pytest

from .texts import Text, candidates, check

TEXTS = [
    Text("mount-source", "Error: statfs /home/ada/data: no such file or directory", "mkdir -p /home/ada/data"),
    Text("flask-cannot-import", 'ERROR:    Error loading ASGI app. Could not import module "main".', "WORKDIR"),
    Text("flask-cannot-import", "Failed to find attribute 'app' in 'wsgi'.", "WORKDIR"),
    Text(
        "publish-format",
        'ERROR: for web  Cannot create container for service web: invalid port specification: "3121342"',
        "quotes",
    ),
    Text("build-no-folder", 'ERROR: "docker buildx build" requires exactly 1 argument.\n', "docker build -t TAG ."),
    Text(
        "build-no-folder",
        "$ docker build --tag ada/app:2\ndocker: 'docker build' requires 1 argument\n",
        "docker build -t ada/app:2 .",
    ),
    Text("command-words", '"docker exec" requires at least 2 arguments.', "--help"),
    Text(
        "publish-address",
        "$ docker run -p localhost:9000:80 nginx\ndocker: Invalid ip address: localhost",
        "127.0.0.1:9000:80",
    ),
    Text("publish-format", "docker: invalid hostPort: $PORT", "-p 127.0.0.1:5000:5000"),
    Text("publish-format", "No port specified: 127.0.0.1:8080:<empty>", "-p "),
    Text(
        "option-after-image",
        'docker: Error response from daemon: OCI runtime create failed: exec: "--name": executable file not found in '
        "$PATH: unknown",
        "docker run --name VALUE",
    ),
    Text(
        "path-with-spaces",
        "$ docker run --rm -v ${PWD}:/work img make\ndocker: invalid reference format: repository na"
        "me must be lowercase.",
        '"$(pwd)":',
    ),
    Text("value-as-image", "pull access denied for 1000, repository does not exist or may require", "option"),
    Text(
        "volume-format",
        "docker: Error response from daemon: invalid volume specification: 'C:\\code:C:\\code'",
        "$PWD",
    ),
    Text("no-command", "docker: Error response from daemon: No command specified.", "CMD"),
    Text(
        "login-without-terminal", "Error: Cannot perform an interactive login from a non TTY device", "--password-stdin"
    ),
    Text(
        "words-in-one",
        'container_linux.go:380: starting container process caused: exec: "node server.js": executable file not found '
        "in $PATH: unknown",
        "One item for each word",
    ),
    Text("command-not-found", "api_1  | /bin/sh: uvicorn: not found", "RUN in the Dockerfile"),
    Text("command-not-found", "crun: executable file `pythn` not found in $PATH: No such file or directory", "RUN"),
    Text("not-executable", "#9 0.2 /bin/sh: ./gradlew: Permission denied", "chmod +x"),
    Text("not-executable", "exec /docker-entrypoint.sh: permission denied", "chmod +x /docker-entrypoint.sh"),
    Text("entrypoint-and-command", "python: can't open file '/srv/python': [Errno 2] No such file or directory", "CMD"),
    Text("file-not-in-image", "python: can't open file '/app/server.py': [Errno 2] No such file or directory", "COPY"),
    Text(
        "flask-no-app", "web_1 | Error: Could not locate a Flask application. Use the 'flask --app' option", "FLASK_APP"
    ),
    Text("flask-cannot-import", "Error: Could not import 'wsgi'.\n", "WORKDIR"),
    Text(
        "flask-family",
        "ImportError: cannot import name 'soft_unicode' from 'markupsafe' (/usr/local/lib/python3.9/site-packages)",
        "MarkupSafe",
    ),
    Text("flask-family", "ImportError: cannot import name 'safe_str_cmp' from 'werkzeug.security' (/x)", "Werkzeug"),
    Text(
        "flask-shadowed",
        "ImportError: cannot import name 'Flask' from 'flask' (/srv/flask.py)",
        "mv flask.py",
    ),
    Text("port-taken-inside", "[2024-01-01 10:00:00 +0000] [1] [ERROR] Connection in use: ('0.0.0.0', 8000)", "5001"),
    Text(
        "own-module", "web-1 | ModuleNotFoundError: No module named 'config.settings'\nweb-1 exited with code 1", "COPY"
    ),
    Text(
        "own-module",
        '  File "/usr/local/lib/python3.11/site-packages/uvicorn/importer.py", line 19, in import_fr'
        "om_string\n    module "
        "= importlib.import_module(module_str)\nModuleNotFoundError: No module named 'shop'\n",
        "WORKDIR",
    ),
    Text("module-not-in-image", "ModuleNotFoundError: No module named 'yaml'\n", "pip install PyYAML"),
    Text("service-name", 'psycopg2.OperationalError: could not translate host name "database" to address', "network"),
    Text("service-name", "Error: getaddrinfo ENOTFOUND mongo\n    at GetAddrInfoReqWrap.onlookup", "network"),
    Text(
        "service-name", 'nginx: [emerg] host not found in upstream "backend" in /etc/nginx/conf.d/x.conf:2', "network"
    ),
    Text(
        "localhost-is-the-container",
        "app_1 | Error: connect ECONNREFUSED 127.0.0.1:27017\napp_1 exited with code 1",
        "host.docker.internal",
    ),
    Text(
        "service-not-ready",
        'connection to server at "postgres" (172.20.0.2), port 5432 failed: Connection refused',
        "service_healthy",
    ),
    Text(
        "network-gone",
        "Error response from daemon: network " + "0a1b" * 16 + " not found\nError: failed to start containers: web",
        "docker rename web web-old",
    ),
    Text("compose-key", "(root) Additional property web is not allowed", "services:"),
    Text("compose-key", "validating compose.yaml: services.web additional properties 'port' not allowed", "newer"),
    Text("compose-yaml", "yaml: line 7: found character that cannot start any token", "tabs"),
    Text("compose-no-file", "no configuration file provided: not found", "-f"),
    Text("compose-undefined", 'service "web" refers to undefined volume data: invalid compose project', "volumes:"),
    Text("compose-dependency", 'ERROR: for api  Container "925e231df5aa" is unhealthy.', "docker logs 925e231df5aa"),
    Text("tag-unknown", "Tag 3-onbuild not found in repository docker.io/library/python", "docker pull"),
    Text("env-file-missing", "env file /srv/app/.env not found: stat /srv/app/.env: no such file", "cp .env.example"),
    Text(
        "compose-python",
        "docker-compose up\nTraceback (most recent call last):\nTypeError: kwargs_from_env() got an unexpected keyword "
        "argument 'ssl_version'",
        "docker compose up",
    ),
    Text(
        "listens-inside-only",
        " * Running on http://127.0.0.1:5000\nPress CTRL+C to quit\ncurl: (56) Recv failure: Connection reset by peer",
        "0.0.0.0",
    ),
    Text(
        "pull-denied",
        "pull access denied for my-app, repository does not exist or may require 'docker login'",
        "docker build -t",
    ),
]


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.key)
def test_a_text_is_explained_with_its_cause_and_a_fix(one: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    check(one, monkeypatch)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("exec /run.sh: no such file or directory", ["windows-lines", "interpreter-missing"]),
        (
            'standard_init_linux.go:219: exec user process caused "no such file or directory"',
            ["windows-lines", "interpreter-missing"],
        ),
        ("exec /run.sh: exec format error", ["other-processor", "no-shebang"]),
        ("ModuleNotFoundError: No module named 'greeting'", ["own-module", "module-not-in-image"]),
        (
            "This site can't be reached\nlocalhost refused to connect.\nERR_CONNECTION_REFUSED",
            ["container-ended", "other-host-port", "not-published"],
        ),
        ("docker: invalid reference format.", ["invalid-name", "path-with-spaces"]),
        ("db-1 | mkdir: can't create directory '/var/lib/x': Permission denied", ["mount-permission"]),
        ("db exited with code 137", ["out-of-memory", "killed"]),
        (
            "x509: certificate has expired or is not yet valid: current time 2026-05-17T10:34:05Z is after 2026-01-01",
            ["clock-wrong", "certificate-expired"],
        ),
    ],
)
def test_where_the_words_leave_it_open_all_candidates_are_named(
    text: str, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert candidates(text, monkeypatch) == keys


@pytest.mark.parametrize("name", ["app", "config", "greeting", "utils.text"])
def test_no_stranger_s_package_is_installed_for_a_module_of_your_own(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(Text("own-module", f"ModuleNotFoundError: No module named '{name}'", "WORKDIR"), monkeypatch)
