"""A small disk that fills up, and what cut-short notebooks left: on an engine of our own, by what `clean` removes."""

from __future__ import annotations

import os

import pytest

from workbench.engine import labels
from workbench.settings import PATHS
from workbench.system.locks import claim
from workbench.system.username import username

from . import images
from .diagnosis import diagnose, repair
from .second_engine import DISK, SecondEngine

pytestmark = pytest.mark.docker

SESSION = f"{username()}/cut-short"
MARKS = labels.lesson_labels(SESSION)


def test_disk_is_full_of_what_a_notebook_left(second: SecondEngine) -> None:
    client = second.start()
    assert diagnose("disk").state == "ok"
    images.load(client, "left:1.0", python=os.urandom(DISK - 2_950_000_000), labels=MARKS)
    seen = diagnose("disk")
    assert seen.state == "problem"
    assert seen.found.startswith("2.9")
    assert seen.found.endswith(f"free in {second.folder}/data")
    assert "image left:1.0" in repair(seen)
    assert diagnose("disk").state == "ok"
    client.close()


def test_what_a_notebook_left_is_counted_and_what_runs_is_not(second: SecondEngine) -> None:
    client = second.start()
    assert diagnose("leftovers").state == "ok"
    images.load(client, "left:1.0", python=b"x" * 2_000_000, labels=MARKS)
    client.containers.create("left:1.0", "python", labels=MARKS)
    client.volumes.create("left", labels=MARKS)
    images.load(client, "theirs:1.0", python=b"another")
    _, lock = claim(PATHS, [SESSION])  # as long as the notebook runs
    assert diagnose("leftovers").state == "ok"
    lock.release()
    seen = diagnose("leftovers")
    assert seen.state == "warning"
    assert seen.found == "1 container, 1 image, 1 volume that no running notebook uses: 2.00 MB and what is in volumes"
    assert "theirs" not in repair(seen)
    assert diagnose("leftovers").state == "ok"
    assert client.images.get("theirs:1.0")
    client.close()
