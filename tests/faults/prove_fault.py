"""What is proved of each fault: it happens, its cause is named and proven, and the fix that is printed repairs it."""

from __future__ import annotations

import requests
from docker.errors import DockerException

from workbench.explain import explain

from .fault_workspace import FailedError, Fault, FaultWorkspace

ERRORS = (DockerException, requests.RequestException, ImportError, TypeError, OSError)


def what_fails(workspace: FaultWorkspace, fault: Fault) -> object:
    """Let the step fail; give what there is to explain."""
    try:
        fault.step(workspace)
    except FailedError as error:
        return error.what
    except ERRORS as error:
        return error
    raise AssertionError("Nothing failed.")


def prove(workspace: FaultWorkspace, fault: Fault) -> None:
    """Make it happen, have it explained, repair it by the fix, and go on."""
    fault.make(workspace)
    explanation = explain(what_fails(workspace, fault))
    assert explanation is not None, "no explanation"
    assert explanation.cause.key == fault.key
    assert explanation.proof.confirmed, str(explanation)
    fault.repair(workspace, explanation.fix)
    fault.step(workspace)
