"""What students do on the page that breaks the push."""

from __future__ import annotations

import pytest

from workbench.checks import break_push

from .catalogue import Catalogue, State
from .solutions import Exercise, does, folded, nothing, states
from .state_cache import StateCache, Survivors

pytestmark = pytest.mark.docker

PAGE = "06_break_push"
LOGIN = "client.login(username=target.username, password=target.password, registry=target.address, reauth=True)"
PUSH = 'client.images.push(repository, tag="{}")'
OTHER = """\
(lesson.folder / "Dockerfile").write_text(f"FROM {lesson.image}\\nENV OTHER=1\\n")
other, log = client.images.build(path=str(lesson.folder), labels=lesson.labels, rm=True, nocache=True)
"""

DENIED = Exercise(
    "arrived-after-all",
    PAGE,
    1,
    right={
        "folded": folded,
        "login for one push": does(
            'login = {"username": target.username, "password": target.password}',
            'client.images.push(repository, tag="1.0", auth_config=login)',
        ),
        "all tags of the repository": does(LOGIN, "client.images.push(repository)"),
        "by its full name": does(LOGIN, 'client.images.push(f"{repository}:1.0")'),
    },
    wrong={
        "nothing": (nothing, ":1.0, and the registry has not. Is there an error among the events of the push?"),
        "pushed by a stranger": (
            does('client.images.push(repository, tag="1.0", auth_config={})'),
            "and the registry has not. Is there an error among the events of the push?",
        ),
        "only logged in": (does(LOGIN), "and the registry has not."),
        "another tag": (
            does(LOGIN, 'image.tag(repository, tag="latest")', PUSH.format("latest")),
            ":1.0, and the registry",
        ),
        "the name gone": (does('client.images.remove(f"{repository}:1.0")'), "Which call gives an image one more?"),
        "the image gone": (
            does(
                "client.images.remove(lesson.image, force=True)",
                "client.images.remove(repository + ':1.0', force=True)",
            ),
            "any more. lesson.build() makes it again.",
        ),
        "another image": (
            does(OTHER, 'other.tag(repository, tag="1.0")', LOGIN, PUSH.format("1.0")),
            "is another image than",
        ),
        "another image there": (
            does(
                OTHER,
                'other.tag(repository, tag="1.0")',
                LOGIN,
                PUSH.format("1.0"),
                'image.tag(repository, tag="1.0")',
            ),
            ":1.0, and the registry has not.",
        ),
    },
)

ASTRAY = Exercise(
    "arrived-here",
    PAGE,
    2,
    right={
        "folded": folded,
        "the wrong name kept": does('image.tag(repository, tag="1.1")', PUSH.format("1.1")),
        "from the wrong name": does(
            'client.images.get(f"{astray}:1.1").tag(f"{repository}:1.1")', 'client.images.push(f"{repository}:1.1")'
        ),
        "pushed, and the name removed": does(
            'image.tag(repository, tag="kept")',
            'image.tag(repository, tag="1.1")',
            PUSH.format("1.1"),
            'client.images.remove(f"{repository}:1.1")',
        ),
        "by events": does(
            'image.tag(repository, tag="1.1")',
            'list(client.api.push(repository, tag="1.1", stream=True, decode=True))',
        ),
    },
    wrong={
        "nothing": (nothing, "127.0.0.1:9/"),
        "another address": (
            does('image.tag(f"127.0.0.1:10/{lesson.repository}", tag="1.1")'),
            "127.0.0.1:10/",
        ),
        "Docker Hub": (
            does('image.tag(lesson.repository, tag="1.1")'),
            ":1.1 leads to Docker Hub. What comes first in a name that leads to your own registry?",
        ),
        "no name at all": (does('client.images.remove(f"{astray}:1.1")'), "Which call gives an image one more?"),
        "a name, no push": (does('image.tag(repository, tag="1.1")'), "and the registry has not."),
        "a push of nobody": (
            does('image.tag(repository, tag="1.1")', 'client.images.push(repository, tag="1.1", auth_config={})'),
            "and the registry has not. Is there an error among the events of the push?",
        ),
        "another image": (does(OTHER, 'other.tag(repository, tag="1.1")', PUSH.format("1.1")), "is another image than"),
    },
)

FETCHED = Exercise(
    "fetched-what-is-there",
    PAGE,
    3,
    right={
        "folded": folded,
        "by its full name": does('client.images.pull(f"{repository}:stable")'),
        "all tags": does("client.images.pull(repository, all_tags=True)"),
        "by digest, then named": does(
            'digest = client.images.get_registry_data(f"{repository}:stable").id',
            'client.images.pull(repository, tag=digest).tag(repository, tag="stable")',
        ),
    },
    wrong={
        "nothing": (nothing, ":stable. Which tag does the registry have, letter by letter?"),
        "named Stable": (
            does('image.tag(repository, tag="Stable")'),
            ":stable. Which tag does the registry have, letter by",
        ),
        "by digest": (
            does("client.images.pull(repository, tag=client.images.get_registry_data(f'{repository}:stable').id)"),
            ":stable. Which tag does the registry have, letter by letter?",
        ),
        "another image of that name": (
            does(OTHER, 'other.tag(repository, tag="stable")'),
            "is another image here than in the registry. Was it pulled, or built?",
        ),
        "taken out of the registry": (
            does(
                "import requests",
                'digest = client.images.get_registry_data(f"{repository}:stable").id',
                'manifest = f"http://{target.address}/v2/{lesson.repository}/manifests/{digest}"',
                "requests.delete(manifest, auth=(target.username, target.password)).raise_for_status()",
            ),
            "the registry has no ",
        ),
        "pushed over": (
            does(
                OTHER,
                'other.tag(repository, tag="stable")',
                PUSH.format("stable"),
                'image.tag(repository, tag="stable")',
            ),
            "is another image here than in the registry.",
        ),
    },
)

EXERCISES = [DENIED, ASTRAY, FETCHED]
CATALOGUE = Catalogue(break_push, states(break_push, EXERCISES), equivalent={})


def test_state(break_state_cache: StateCache, state: State) -> None:
    break_state_cache.expect(state)


@pytest.mark.mutation
def test_no_mutant_survives(break_state_cache: StateCache, survivors: Survivors) -> None:
    assert "\n".join(survivors(break_state_cache)) == ""
