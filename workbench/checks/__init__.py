"""Exercise checks: the engine's state in, a verdict out.

A check looks at what is there, not at how it came to be, so that every right solution passes.
Each chapter's checks stand in a module named like its notebook.
"""

from __future__ import annotations

from workbench.checks import build_image, run_and_test, set_up, share, work_inside, write_dockerfile
from workbench.checks.desk import Check, Desk, Verdict
from workbench.errors import TutorialError

CHECKS: dict[str, Check] = {
    **set_up.CHECKS,
    **work_inside.CHECKS,
    **write_dockerfile.CHECKS,
    **build_image.CHECKS,
    **run_and_test.CHECKS,
    **share.CHECKS,
}


def run(name: str, desk: Desk) -> Verdict:
    """Run one check.

    Raises
    ------
    TutorialError
        Where no check has that name.
    """
    if name not in CHECKS:
        raise TutorialError(f"There is no check named {name!r}.", f"There are: {', '.join(sorted(CHECKS))}.")
    return CHECKS[name](desk)
