"""What a lesson does to its own process."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from workbench.lesson import session


def test_the_programs_beside_this_python_come_first_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    own = str(Path(sys.executable).parent)
    for _ in range(2):
        session._use_own_programs()  # noqa: SLF001
        assert os.environ["PATH"] == f"{own}:/usr/bin:/bin"
