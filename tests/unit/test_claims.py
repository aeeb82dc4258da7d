"""Claims of other processes and of other users, all of them real."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from workbench import claims
from workbench.claims import claim

# Claims what it is given, says what it got, and holds that until its input ends. It takes the module
# from its folder, since importing the whole package takes half a second each time.
CLAIM_AND_HOLD = """
import os, sys
from claims import claim
user, *candidates = sys.argv[1:]
os.setuid(int(user))
got, lock = claim(candidates)
print(got, flush=True)
sys.stdin.read()
"""


@pytest.fixture(name="temporary", autouse=True)
def fixture_temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Not tmp_path, which other users may not enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o1777)
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@contextmanager
def other_process(*candidates: str, user: int | None = None) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-c", CLAIM_AND_HOLD, str(os.getuid() if user is None else user), *candidates]
    folder = Path(claims.__file__).parent
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stdout
        yield process.stdout.readline().strip(), process


def test_the_best_free_candidate_is_taken() -> None:
    first, _lock = claim(["a/x", "b/x"])
    second, _other = claim(["a/x", "b/x"])
    assert (first, second) == ("a/x", "b/x")


def test_a_released_claim_is_free_again() -> None:
    first, lock = claim([5000, 5001])
    lock.release()
    second, _lock = claim([5000, 5001])
    assert (first, second) == (5000, 5000)


def test_all_taken_is_an_error() -> None:
    _claimed, _lock = claim(["only"])
    with pytest.raises(LookupError, match="every candidate is taken"):
        claim(["only"])


def test_two_processes_never_hold_one_claim() -> None:
    with other_process("a", "b") as (theirs, _process), other_process("a", "b") as (others, _other):
        ours, _lock = claim(["a", "b", "c"])
        assert (theirs, others, ours) == ("a", "b", "c")


def test_a_killed_process_lets_go_of_its_claim() -> None:
    with other_process("a") as (_theirs, process):
        process.kill()
        process.wait()
        assert claim(["a", "b"])[0] == "a"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act for two other users")
def test_users_share_the_claims_of_a_machine() -> None:
    with (
        other_process("a", "b", user=1234) as (first, _process),
        other_process("a", "b", user=4321) as (second, _other),
    ):
        assert (first, second) == ("a", "b")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act for two other users")
def test_what_one_user_gave_back_is_free_for_the_next() -> None:
    with other_process("the user whose folder it is", user=1111):
        pass
    for user in (1234, 4321, 1111):
        with other_process("a", "b", user=user) as (got, _process):
            assert got == "a"
