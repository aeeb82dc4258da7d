"""Each chapter's check: one right solution and each hint, on states that a student could have made."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError
from docker.models.containers import Container
from docker.models.images import Image

from workbench import checks, labels, ports, registry
from workbench.checks import write_dockerfile
from workbench.checks.desk import Desk
from workbench.registry import PUSH
from workbench.settings import APP_PORT, BASE_IMAGE, LOOPBACK

pytestmark = pytest.mark.docker
SLEEP = ["sleep", "600"]
# Programs that stand for degrees_api.py.
LISTENS = f"""\
from http.server import HTTPServer, SimpleHTTPRequestHandler
HTTPServer(("", {APP_PORT}), SimpleHTTPRequestHandler).serve_forever()
"""
NO_FLASK = "import flask\n"
NO_URL_QUOTE = """raise ImportError("cannot import name 'url_quote' from 'werkzeug.urls'")\n"""
DOES_NOTHING = "import time; time.sleep(600)\n"
IN_SRV = 'COPY degrees_api.py /srv/\nCMD ["python", "/srv/degrees_api.py"]\n'


@dataclass(frozen=True)
class Bench:
    """Where a test makes what a student would have made, all of it with the labels of one session."""

    desk: Desk
    folder: Path

    def verdict(self, exercise: str) -> str:
        """Give what the check of an exercise says."""
        return str(checks.run(exercise, self.desk))

    def run(self, image: str, command: list[str] | None = None, **options: Any) -> Container:
        """Run a container in the background."""
        marks = labels.lesson_labels(self.desk.session)
        container: Container = self.desk.client.containers.run(image, command, detach=True, labels=marks, **options)
        return container

    def build(self, dockerfile: str, program: str = LISTENS, name: str = "") -> Image:
        """Build an image of the app from a Dockerfile; without a FROM line it gets the base."""
        text = dockerfile if "FROM" in dockerfile else f"FROM {BASE_IMAGE}\n{dockerfile}"
        (self.folder / "Dockerfile").write_text(text)
        (self.folder / "degrees_api.py").write_text(program)
        marks = labels.lesson_labels(self.desk.session)
        name = name or self.desk.image
        image, _log = self.desk.client.images.build(path=str(self.folder), tag=name, labels=marks, rm=True)
        return image


@pytest.fixture(name="bench")
def fixture_bench(client: docker.DockerClient, tmp_path: Path) -> Iterator[Bench]:
    session = f"test{secrets.token_hex(4)}/degrees_api"
    (tmp_path / "app").mkdir()
    yield Bench(Desk(client, session, f"{session}:1.0"), tmp_path / "app")
    labels.sweep(client, session=session)


def test_two_states_leads_from_nothing_to_the_solution(bench: Bench) -> None:
    check = "two-states"
    assert "Were the labels left out, or did remove=True take it away" in bench.verdict(check)
    marks = labels.lesson_labels(bench.desk.session)
    first = bench.desk.client.containers.create(BASE_IMAGE, SLEEP, labels=marks)
    assert "Does create() start what it makes?" in bench.verdict(check)
    first.start()
    assert "one container runs, and none has ended." in bench.verdict(check)
    second = bench.run(BASE_IMAGE, SLEEP)
    assert "2 containers run and none has ended." in bench.verdict(check)
    second.kill()
    second.wait()
    assert "a container has ended, but with exit code 137." in bench.verdict(check)
    bench.run(BASE_IMAGE, ["sh", "-c", "exit 3"]).wait()
    assert bench.verdict(check) == "Well done: one container runs, and one has ended with exit code 3."
    first.kill()
    first.wait()
    assert "but none runs. How long does the other one's command take?" in bench.verdict(check)


def test_two_states_tells_of_a_command_that_could_not_start(bench: Bench) -> None:
    with pytest.raises(APIError):
        bench.run(BASE_IMAGE, ["sleep 600"])
    said = bench.verdict("two-states")
    assert said.startswith("Not yet: the command ['sleep 600'] could not be started: ")
    assert "is each word an item of its own?" in said


def test_packages_written_down_leads_from_nothing_to_the_solution(bench: Bench) -> None:
    check = "packages-written-down"
    assert f"no container of {BASE_IMAGE} runs. Did its shell end?" in bench.verdict(check)
    box = bench.run(BASE_IMAGE, SLEEP)
    assert "On which side did you write it?" in bench.verdict(check)
    # As a package that pip would list.
    script = (
        "place=$(python -c 'import site; print(site.getsitepackages()[0])')/thing-1.0.dist-info;"
        "mkdir -p $place; printf 'Metadata-Version: 2.1\\nName: thing\\nVersion: 1.0\\n' >$place/METADATA;"
        "touch /packages.txt"
    )
    assert box.exec_run(["sh", "-c", script])[0] == 0
    assert "thing==1.0 is not in it. Did > come too early?" in bench.verdict(check)
    box.exec_run(["sh", "-c", "pip freeze >/packages.txt"])
    assert bench.verdict(check).startswith("Well done: all ")


@pytest.mark.parametrize(
    ("dockerfile", "program", "hint"),
    [
        ("COPY degrees_api.py /srv/\n", LISTENS, "that of its base. Which instruction sets another?"),
        ("CMD python /srv/degrees_api.py\n", LISTENS, "because CMD is a line: python /srv/degrees_api.py. How is"),
        ("CMD ['python', '/srv/x.py']\n", LISTENS, "is not valid JSON, so a shell got it as a line."),
        ('CMD ["python /srv/degrees_api.py"]\n', LISTENS, "is each word an item of its own?"),
        (IN_SRV, NO_FLASK, "Which instruction installs Flask, and does your Dockerfile have it?"),
        (IN_SRV, NO_URL_QUOTE, "Which Werkzeug did pip choose"),
        (IN_SRV.replace("/srv/\n", "/\n"), LISTENS, "Where does COPY put the program, and where does CMD look for it?"),
        (IN_SRV, "raise SystemExit(7)\n", "ends with exit code 7: it printed nothing. What does the program miss?"),
        (IN_SRV, DOES_NOTHING, f"in it nothing listens on port {APP_PORT}."),
        (IN_SRV.replace("/srv/", "/opt/"), LISTENS, "the program runs, but there is no /srv/degrees_api.py in the"),
    ],
    ids=["base", "shell", "json", "words", "flask", "url_quote", "place", "code", "silent", "opt"],
)
def test_program_in_srv_hints(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, dockerfile: str, program: str, hint: str
) -> None:
    if program == DOES_NOTHING:
        monkeypatch.setattr(write_dockerfile, "PATIENCE", 0.5)
    bench.build(dockerfile, program)
    said = bench.verdict("program-in-srv")
    assert said.startswith("Not yet: ")
    assert hint in said


def test_program_in_srv_accepts_the_solution_and_leaves_no_container(bench: Bench) -> None:
    assert "no image has the name" in bench.verdict("program-in-srv")
    bench.build(IN_SRV)
    assert bench.verdict("program-in-srv").startswith("Well done: ")
    assert labels.find(bench.desk.client, session=bench.desk.session).containers == []


# Something else than pip to be installed: only the layers count.
INSTALL = "RUN echo {} >/installed\n"
COPY = "COPY degrees_api.py /\n"


def test_second_version_leads_from_nothing_to_the_solution(bench: Bench) -> None:
    check, second = "second-version", f"{bench.desk.session}:2.0"
    assert "any more. Which name did your build use?" in bench.verdict(check)
    bench.build(INSTALL.format(1) + COPY)
    assert f"no image has the name {second}. Which argument of the build gives the name?" in bench.verdict(check)
    bench.build(INSTALL.format(1) + COPY, name=second)
    assert "are two names for one image." in bench.verdict(check)
    bench.build(INSTALL.format(1) + COPY + "ENV A=1\n", name=second)
    assert "holds the same degrees_api.py as before. Which folder did you build?" in bench.verdict(check)
    bench.build(INSTALL.format(2) + COPY, "changed\n", name=second)
    assert "does not share the installed packages" in bench.verdict(check)
    bench.build(f"FROM scratch\n{COPY}", name=second)
    assert f"does not start from {BASE_IMAGE}. What does the FROM line say?" in bench.verdict(check)
    bench.build(INSTALL.format(1) + COPY, "changed\n", name=second)
    assert bench.verdict(check).startswith("Well done: ")


def published(port: int = APP_PORT, address: str = LOOPBACK, host_port: int | None = None) -> dict[str, Any]:
    return {"ports": {f"{port}/tcp": (address, host_port)}}


def test_two_doors_leads_from_nothing_to_the_solution(bench: Bench) -> None:
    check, image = "two-doors", bench.desk.image
    bench.build(IN_SRV)
    assert f"no container runs from {image}." in bench.verdict(check)
    ended = bench.run(image, ["sh", "-c", "exit 7"])
    ended.wait()
    assert "has ended with exit code 7. What does its log say last?" in bench.verdict(check)
    ended.remove()
    bench.run(image, **published())
    assert "one container runs from" in bench.verdict(check)
    second = bench.run(image)
    assert "no port of it is published. Which argument of run makes a door?" in bench.verdict(check)
    second.remove(force=True)
    second = bench.run(image, **published(80))
    assert f"publishes container port 80, and the program listens on {APP_PORT}." in bench.verdict(check)
    second.remove(force=True)
    second = bench.run(image, **published(address="0.0.0.0"))
    assert f"is open on 0.0.0.0, not on {LOOPBACK} alone." in bench.verdict(check)
    second.remove(force=True)
    bench.run(image, **published())
    assert bench.verdict(check) == f"Well done: two containers run from {image}, and both answer."


def test_two_doors_tells_of_a_host_port_that_was_taken(bench: Bench) -> None:
    bench.build(IN_SRV)
    with socket.create_server((LOOPBACK, 0)) as listener, pytest.raises(APIError):
        bench.run(bench.desk.image, **published(host_port=listener.getsockname()[1]))
    assert "was made, but could not start. Who has its host port already?" in bench.verdict("two-doors")


def test_two_doors_tells_of_a_door_behind_which_nobody_is(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "PATIENCE", 0.5)
    bench.build(IN_SRV, DOES_NOTHING)
    bench.run(bench.desk.image, **published())
    assert "is published, and yet: Nothing answered at" in bench.verdict("two-doors")


@pytest.fixture(name="own_registry")
def fixture_own_registry(
    client: docker.DockerClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Run a push target beside that of the project."""
    with socket.create_server((LOOPBACK, 0)) as free:
        port = free.getsockname()[1]
    for name in ("DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(registry, "ROOT", tmp_path)
    monkeypatch.setattr(registry, "STATE", tmp_path)
    monkeypatch.setattr(registry, "FIRST_PORT", {PUSH: port})
    registry.ensure(client, PUSH)
    yield
    registry.discard(client, PUSH)


def push(bench: Bench, image: Image, tag: str) -> None:
    """Give an image its full name in the registry, and push that."""
    target = registry.push_target()
    name = target.repository(bench.desk.session)
    image.tag(name, tag)
    login = {"username": target.username, "password": target.password}
    told = list(bench.desk.client.api.push(name, tag=tag, stream=True, decode=True, auth_config=login))
    assert not [event for event in told if "error" in event]


@pytest.mark.usefixtures("own_registry")
def test_latest_is_the_same_image_leads_from_nothing_to_the_solution(bench: Bench) -> None:
    check, session = "latest-is-the-same-image", bench.desk.session
    repository = registry.push_target().repository(session)
    assert "the registry has no 1.0 of yours. Did the push above end in an error?" in bench.verdict(check)
    image = bench.build("FROM scratch\n" + COPY)
    push(bench, image, "1.0")
    assert "Which call gives an image one more name?" in bench.verdict(check)
    image.tag(session, "latest")
    assert f"{session}:latest is a name that leads to Docker Hub." in bench.verdict(check)
    image.tag(repository, "latest")
    assert "this machine has the name latest now, and the registry has not." in bench.verdict(check)
    push(bench, bench.build("FROM scratch\n" + COPY, "changed\n", name=f"{session}:2.0"), "latest")
    assert "your latest is another image than 1.0." in bench.verdict(check)
    push(bench, image, "latest")
    assert bench.verdict(check).startswith("Well done: latest and 1.0 have one digest in the registry")
