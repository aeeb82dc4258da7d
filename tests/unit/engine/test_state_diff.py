"""What is said of two states of an engine, and of what the engine answers; no engine is asked."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

import docker
import pytest
import requests
from docker.errors import ImageNotFound
from hypothesis import given
from hypothesis import strategies as st

from workbench.engine.state_diff import State, changes, differences, read
from workbench.settings import BASE_IMAGE

EMPTY = State({}, frozenset(), {}, frozenset(), frozenset(), frozenset())
HERE = State(
    images={"sha256:1": ("me/app:1.0",)},
    layers=frozenset({"a", "b"}),
    containers={"c1": ("me-app-api", "running")},
    ports=frozenset({("c1", "5000/tcp", "127.0.0.1")}),
    volumes=frozenset({"data"}),
    networks=frozenset({"net"}),
)
NOTHING = ["Nothing gained, nothing lost."]
LABELS = {"containers-hands-on.session": "me/app"}
WORDS = st.sampled_from(["a", "b", "c"])
STATES = st.builds(
    State,
    images=st.dictionaries(WORDS, st.frozensets(st.sampled_from(["x:1", "x:2"]), max_size=2).map(sorted).map(tuple)),
    layers=st.frozensets(WORDS),
    containers=st.dictionaries(WORDS, st.tuples(WORDS, st.sampled_from(["running", "exited"]))),
    ports=st.just(frozenset()),
    volumes=st.frozensets(WORDS),
    networks=st.frozensets(WORDS),
)


def test_all_that_is_gained_is_told_and_all_that_is_lost() -> None:
    told = [
        "image me/app:1.0",
        "2 layers of ours",
        "container me-app-api, running",
        "port 5000/tcp of container me-app-api, open at 127.0.0.1",
        "volume data",
        "network net",
    ]
    assert differences(EMPTY, HERE) == [f"+ {line}" for line in told]
    told[2] += " before"
    assert differences(HERE, EMPTY) == [f"- {line}" for line in told]


def test_a_second_name_is_no_second_image() -> None:
    named = dataclasses.replace(HERE, images={"sha256:1": ("me/app:1.0", "me/app:stable")})
    assert differences(HERE, named) == ["+ name me/app:stable, of an image that was here"]
    assert differences(named, HERE) == ["- name me/app:stable, of an image that stays"]
    assert differences(named, dataclasses.replace(HERE, images={}))[0] == "- image me/app:1.0 = me/app:stable"


def test_a_name_that_moves_to_a_new_image_is_told() -> None:
    rebuilt = dataclasses.replace(
        HERE, images={"sha256:1": (), "sha256:2": ("me/app:1.0",)}, layers=frozenset({"a", "b", "c"})
    )
    assert differences(HERE, rebuilt) == [
        "+ image me/app:1.0",
        "~ name me/app:1.0, of another image now",
        "+ 1 layer of ours",
    ]


def test_a_container_that_ends_is_told() -> None:
    ended = dataclasses.replace(HERE, containers={"c1": ("me-app-api", "exited")}, ports=frozenset())
    assert differences(HERE, ended) == [
        "~ container me-app-api, exited now, running before",
        "- port 5000/tcp of container me-app-api, open at 127.0.0.1",
    ]


def test_a_rename_of_a_container_is_one_change_and_closes_no_port() -> None:
    renamed = dataclasses.replace(HERE, containers={"c1": ("api", "running")})
    assert differences(HERE, renamed) == ["~ container api, called me-app-api before"]
    ended = dataclasses.replace(HERE, containers={"c1": ("api", "exited")}, ports=frozenset())
    assert differences(HERE, ended) == [
        "~ container api, called me-app-api before, exited now, running before",
        "- port 5000/tcp of container api, open at 127.0.0.1",
    ]


def test_a_rename_of_an_image_is_one_change() -> None:
    renamed = dataclasses.replace(HERE, images={"sha256:1": ("me/app:2.0",)})
    assert differences(HERE, renamed) == ["~ name me/app:2.0, me/app:1.0 before"]


def test_a_container_in_place_of_another_keeps_the_port() -> None:
    other = dataclasses.replace(
        HERE, containers={"c2": ("me-app-api", "running")}, ports=frozenset({("c2", "5000/tcp", "127.0.0.1")})
    )
    assert differences(HERE, other) == ["+ container me-app-api, running", "- container me-app-api, running before"]


def test_an_image_that_nobody_named_is_told() -> None:
    assert differences(EMPTY, dataclasses.replace(EMPTY, images={"sha256:1": ()})) == ["+ image without a name"]


@given(STATES)
def test_what_stays_the_same_is_not_told(state: State) -> None:
    assert differences(state, state) == NOTHING


@given(STATES, STATES)
def test_what_differs_is_told_in_the_same_words_each_time(before: State, after: State) -> None:
    told = differences(before, after)
    assert told == differences(before, after)
    assert all(line[:2] in {"+ ", "- ", "~ "} for line in told) or told == NOTHING
    gained = {line[2:] for line in differences(before, after) if line.startswith("+ volume")}
    assert gained == {f"volume {name}" for name in after.volumes - before.volumes}


class Engine:
    """As much of a client as is asked."""

    def __init__(self) -> None:
        self.api = self
        self.images_here: list[dict[str, Any]] = []
        self.layers: dict[str, list[str]] = {BASE_IMAGE: ["base"]}
        self.containers_here: list[dict[str, Any]] = []
        self.volumes_here: list[dict[str, Any]] | None = None
        self.filters: list[dict[str, list[str]]] = []
        self.gone = False

    def containers(self, *, all: bool, filters: dict[str, list[str]]) -> list[dict[str, Any]]:  # noqa: A002
        """List containers, the ended ones too."""
        assert all
        self.filters.append(filters)
        if self.gone:
            raise requests.ConnectionError("Connection aborted.")
        return self.containers_here

    def volumes(self, filters: dict[str, list[str]]) -> dict[str, Any]:
        """List volumes."""
        self.filters.append(filters)
        return {"Volumes": self.volumes_here}

    def networks(self, filters: dict[str, list[str]]) -> list[dict[str, Any]]:
        """List no network."""
        self.filters.append(filters)
        return []

    @property
    def images(self) -> Any:
        """Both floors of docker-py: ``api.images(filters=...)`` and ``images.get(...)``."""
        outer = self

        class Images:
            def __call__(self, filters: dict[str, list[str]]) -> list[dict[str, Any]]:
                outer.filters.append(filters)
                return outer.images_here

            def get(self, name: str) -> Any:
                if name not in outer.layers:
                    raise ImageNotFound(name)
                return type("Image", (), {"attrs": {"RootFS": {"Layers": outer.layers[name]}}})

        return Images()


def client(engine: Engine) -> docker.DockerClient:
    return cast("docker.DockerClient", engine)


def container(name: str, image: str = "python:3.8.10", state: str = "running", **port: Any) -> dict[str, Any]:
    return {"Id": name, "Names": [f"/{name}"], "Image": image, "State": state, "Ports": [port] if port else []}


def test_only_what_carries_the_labels_is_asked_for() -> None:
    engine = Engine()
    assert read(client(engine), LABELS) == EMPTY
    assert engine.filters == [{"label": ["containers-hands-on.session=me/app"]}] * 4


def test_the_layers_of_the_base_are_not_ours() -> None:
    engine = Engine()
    engine.images_here = [{"Id": "1", "RepoTags": ["me/app:1.0"]}, {"Id": "removed meanwhile", "RepoTags": None}]
    engine.layers["1"] = ["base", "pip", "program"]
    assert read(client(engine), LABELS).layers == {"pip", "program"}


@pytest.mark.parametrize(
    ("image", "names"),
    [
        ({"RepoTags": ["b:1", "a:1"]}, ("a:1", "b:1")),
        ({"RepoTags": ["<none>:<none>"], "RepoDigests": ["<none>@<none>"]}, ()),
        ({"RepoTags": None, "RepoDigests": None}, ()),
        ({"RepoTags": [], "RepoDigests": ["127.0.0.1:5002/me/app@sha256:12"]}, ("127.0.0.1:5002/me/app by digest",)),
    ],
)
def test_an_image_has_the_names_that_a_person_gave(image: dict[str, Any], names: tuple[str, ...]) -> None:
    engine = Engine()
    engine.images_here = [{"Id": "1", **image}]
    assert read(client(engine), LABELS).images == {"1": names}


@pytest.mark.parametrize(
    ("name", "image", "called"),
    [
        ("me-app-api", "me/app:1.0", "me-app-api"),
        ("quirky_einstein", "python:3.8.10", "of python:3.8.10"),
        ("quirky_einstein7", "sha256:" + "0a" * 32, "of an image without a name"),
        ("quirky_einstein", "0123456789ab", "of an image without a name"),
        ("my_web_server", "me/app:1.0", "my_web_server"),
    ],
)
def test_a_container_is_called_by_a_name_that_stays_the_same(name: str, image: str, called: str) -> None:
    engine = Engine()
    engine.containers_here = [container(name, image)]
    assert read(client(engine), LABELS).containers == {name: (called, "running")}


def test_a_container_on_its_way_out_is_gone() -> None:
    engine = Engine()
    engine.containers_here = [container("a", state="removing", PrivatePort=80, PublicPort=1, Type="tcp")]
    assert read(client(engine), LABELS) == EMPTY


def test_a_port_is_told_where_it_is_published_and_without_the_number_that_was_free() -> None:
    engine = Engine()
    published: dict[str, Any] = {"PrivatePort": 5000, "PublicPort": 49153, "Type": "tcp", "IP": "127.0.0.1"}
    engine.containers_here = [container("api", **published), container("other", PrivatePort=80, Type="tcp")]
    assert read(client(engine), LABELS).ports == {("api", "5000/tcp", "127.0.0.1")}


def test_a_volume_without_a_name_has_no_number() -> None:
    engine = Engine()
    engine.volumes_here = [{"Name": "0a" * 32}, {"Name": "data"}]
    assert read(client(engine), LABELS).volumes == {"without a name", "data"}


def test_a_block_prints_what_it_changed(capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine()
    with changes(client(engine), LABELS):
        engine.volumes_here = [{"Name": "data"}]
    assert capsys.readouterr().out == "+ volume data\n"
    with changes(client(engine), LABELS):
        pass
    assert capsys.readouterr().out == "Nothing gained, nothing lost.\n"


def test_a_block_that_fails_says_what_it_left_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine()

    def cell() -> None:
        with changes(client(engine), LABELS):
            engine.volumes_here = [{"Name": "data"}]
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        cell()
    assert capsys.readouterr().out == "+ volume data\n"


def test_an_engine_that_went_away_is_told_and_hides_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine()

    def cell() -> None:
        with changes(client(engine), LABELS):
            engine.gone = True
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        cell()
    assert capsys.readouterr().out.startswith("The engine no longer answers")
