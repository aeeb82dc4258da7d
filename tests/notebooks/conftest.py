"""The notebooks that a run proves to keep apart."""

from __future__ import annotations

import pytest

from tests.support import rotation


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask a test that takes a ``notebook`` or one that is ``building`` for those of this run."""
    weekly = bool(metafunc.config.getoption("weekly"))
    for name, notebooks in (("notebook", rotation.NOTEBOOKS), ("building", rotation.BUILDING)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, rotation.due(notebooks, weekly=weekly), ids=lambda path: path.stem)
