"""Exercise checks: the engine's state in, a verdict out.

A check looks at what is there, not at how it came to be, so that every right solution passes.
Each chapter's checks stand in a module named like its notebook.
"""

from __future__ import annotations

from docker.errors import APIError

from workbench.checks import (
    break_build,
    break_dockerfile,
    break_push,
    break_run,
    build_image,
    run_and_test,
    set_up,
    share,
    work_inside,
    write_dockerfile,
)
from workbench.checks.engine_state import Check, CheckResult, EngineState
from workbench.engine import client
from workbench.errors import TutorialError

# By the page on which the exercises stand, in their order.
PAGES: dict[str, dict[str, Check]] = {
    "01_set_up": set_up.CHECKS,
    "02_work_inside": work_inside.CHECKS,
    "03_write_dockerfile": write_dockerfile.CHECKS,
    "03_break_dockerfile": break_dockerfile.CHECKS,
    "04_build_image": build_image.CHECKS,
    "04_break_build": break_build.CHECKS,
    "05_run_and_test": run_and_test.CHECKS,
    "05_break_run": break_run.CHECKS,
    "06_share": share.CHECKS,
    "06_break_push": break_push.CHECKS,
}
CHECKS: dict[str, Check] = {name: check for page in PAGES.values() for name, check in page.items()}


def page_of(exercise: str) -> str:
    """Name the page that an exercise is on.

    Raises
    ------
    TutorialError
        Where no check has that name.
    """
    for page, exercises in PAGES.items():
        if exercise in exercises:
            return page
    raise TutorialError(f"There is no check named {exercise!r}.", f"There are: {', '.join(sorted(CHECKS))}.")


def run(name: str, engine: EngineState) -> CheckResult:
    """Run one check. Where something else than the exercise is in the way, such as the engine, the verdict says so.

    Raises
    ------
    TutorialError
        Where no check has that name.
    """
    if name not in CHECKS:
        raise TutorialError(f"There is no check named {name!r}.", f"There are: {', '.join(sorted(CHECKS))}.")
    try:
        return CHECKS[name](engine)
    except TutorialError as error:
        return CheckResult(ok=False, message=f"{error.what} {error.fix}")
    except APIError as error:
        return CheckResult(ok=False, message=f"Docker answered: {client.said(error)}. Does it say that again now?")
    except client.ENGINE_ERRORS as error:
        gone = client.unreachable(error)
        return CheckResult(ok=False, message=f"{gone.what} {gone.fix}")
