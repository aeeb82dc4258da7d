"""What an engine says when a command can't be started."""

from __future__ import annotations

import pytest

from workbench.checks.engine_state import why_not_started

NOT_FOUND = 'exec: "pyton": executable file not found in $PATH'
NO_USER = "unable to find user ada: no matching entries in passwd file"
RUNTIME = "OCI runtime create failed: runc create failed: unable to start container process"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (f"failed to create shim task: {RUNTIME}: {NOT_FOUND}: unknown", NOT_FOUND),
        (f"failed to create task for container: {RUNTIME}: error during container init: {NOT_FOUND}", NOT_FOUND),
        (NO_USER, NO_USER),
    ],
    ids=["20.10", "28.5", "no runtime in between"],
)
def test_the_same_is_said_on_each_engine(error: str, why: str) -> None:
    assert why_not_started(error) == why
