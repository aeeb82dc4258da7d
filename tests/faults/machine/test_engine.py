"""Engines that are dead, silent, too old, too new, or not for everybody."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.support.names import letters
from tests.support.servers import silent_server, unix_server
from workbench import doctor
from workbench.doctor import ProbeResult
from workbench.settings import PATHS

from .diagnosis import command, diagnose, repair, repair_environment
from .second_engine import SecondEngine

pytestmark = [
    pytest.mark.docker,
    pytest.mark.usefixtures("late_sockets"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

VERSION = {"Version": "1", "Os": "linux", "Arch": "amd64", "ApiVersion": "1.41", "MinAPIVersion": "1.12"}
# Asks one probe as another user. Imports come first, for that user may not read what root installed.
AS_ANOTHER = """
import json, os, sys
from workbench import doctor
from workbench.doctor import probing
name, user, group = sys.argv[1], sys.argv[2], int(sys.argv[3])
[probe] = [probe for probe in doctor.PROBES if probe.question.probe == name]
probing.examine([probe], doctor.Targets())  # imports what is imported late
os.initgroups(user, group); os.setgid(group); os.setuid(int(sys.argv[4]))
[finding] = probing.examine([probe], doctor.Targets())
print(json.dumps(vars(finding.seen)))
"""


def test_dead_engine_leaves_its_socket_behind(second: SecondEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    second.start().close()
    assert diagnose("engine").state == "ok"
    second.kill()
    assert second.socket.is_socket()
    seen = diagnose("engine")
    assert seen.state == "problem"
    assert seen.found == f"No Docker Engine answers at {second.address}, where DOCKER_HOST points."
    monkeypatch.setenv("DOCKER_HOST", second.address)
    repair_environment(seen, monkeypatch)
    assert diagnose("engine").state == "ok"


def test_context_of_the_docker_command_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = tmp_path / "contexts/meta" / hashlib.sha256(b"nowhere").hexdigest()
    context.mkdir(parents=True)
    endpoint = {"Host": f"unix://{tmp_path}/docker.sock", "SkipTLSVerify": False}
    (context / "meta.json").write_text(
        json.dumps({"Name": "nowhere", "Metadata": {}, "Endpoints": {"docker": endpoint}})
    )
    (tmp_path / "config.json").write_text('{"currentContext": "nowhere"}')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    seen = diagnose("engine")
    assert seen.state == "problem"
    assert "the docker command's context nowhere points" in seen.found
    repair(seen)
    assert diagnose("engine").state == "ok"


def test_engine_that_takes_calls_and_never_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    socket = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{socket}")
    with silent_server(socket):
        findings = {finding.question.probe: finding.seen for finding in doctor.examine()}
    assert findings["engine"].state == "problem"
    assert findings["engine"].found.startswith("No Docker Engine answers")
    assert findings["docker-py"].state == findings["line ends"].state == "ok", "the others went on"
    assert {findings[name].state for name in ("disk", "base image", "dns")} == {"could not look"}
    repair_environment(findings["engine"], monkeypatch)
    assert diagnose("engine").state == "ok"


@pytest.mark.parametrize(
    ("api", "state", "cause"),
    [
        ({"ApiVersion": "1.18"}, "problem", "the engine is too old"),
        ({"ApiVersion": "9.4", "MinAPIVersion": "9.1"}, "warning", "docker-py is older than the engine likes"),
    ],
)
def test_engine_and_docker_py_have_no_language_in_common(
    api: dict[str, str], state: str, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaks = {**VERSION, **api}

    def answer(_request: BaseHTTPRequestHandler) -> tuple[int, dict[str, str], bytes]:
        return 200, {"Content-Type": "application/json"}, json.dumps(speaks).encode()

    socket = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{socket}")
    with unix_server(socket, answer):
        seen = diagnose("api")
        assert seen.state == state
        assert cause in seen.found
        assert api["ApiVersion"] in seen.found
        speaks.update(VERSION)  # another engine is installed
        assert diagnose("api").state == "ok"


@pytest.fixture(name="student")
def fixture_student() -> Iterator[str]:
    """Give the machine a user who is in no group but their own."""
    if os.geteuid() != 0:
        pytest.skip("makes a user, which takes root")
    name = f"student-{letters(6)}"
    subprocess.run(["useradd", "--no-create-home", name], check=True)
    try:
        yield name
    finally:
        subprocess.run(["userdel", name], check=True)


def seen_by(user: str, probe: str) -> ProbeResult:
    import pwd  # noqa: PLC0415 - not on every system

    entry = pwd.getpwnam(user)
    line = [sys.executable, "-c", AS_ANOTHER, probe, user, str(entry.pw_gid), str(entry.pw_uid)]
    environment = {**os.environ, "LOGNAME": user, "HOME": "/nonexistent"}
    said = subprocess.run(line, env=environment, cwd=PATHS.root, capture_output=True, text=True, check=True)
    return ProbeResult(**json.loads(said.stdout))


def test_socket_is_not_for_this_user(student: str) -> None:
    for probe in ("engine", "socket"):
        assert seen_by(student, probe).state == "problem"
    seen = seen_by(student, "socket")
    assert seen.found == f"/var/run/docker.sock belongs to the group docker, and {student} may not use it."
    assert "666" not in seen.fix
    repair(seen)
    assert {seen_by(student, probe).state for probe in ("engine", "socket")} == {"ok"}


def test_socket_is_open_to_all_by_advice_that_spreads(second: SecondEngine) -> None:
    second.start().close()
    assert diagnose("socket").state == "ok"
    second.socket.chmod(0o666)
    seen = diagnose("socket")
    assert seen.state == "warning"
    assert "Every user and program of this machine may give orders" in seen.found
    assert command(seen) == f"chmod o-rw {second.socket}"
    repair(seen)
    assert not second.socket.stat().st_mode & stat.S_IWOTH
    assert diagnose("socket").state == "ok"
