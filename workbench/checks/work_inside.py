"""Checks of chapter 02."""

from __future__ import annotations

from workbench.checks.desk import Check, Desk, Verdict, run_inside
from workbench.settings import BASE_IMAGE


def packages_written_down(desk: Desk) -> Verdict:
    """See whether the complete list of packages stands in the container's /packages.txt."""
    boxes = desk.running(BASE_IMAGE)
    if not boxes:
        return Verdict(ok=False, message=f"no container of {BASE_IMAGE} runs. Did its shell end?")
    box = boxes[-1]
    code, written = run_inside(box, "cat /packages.txt")
    if code:
        return Verdict(
            ok=False, message="there is no file /packages.txt in the container. On which side did you write it?"
        )
    installed = set(run_inside(box, "pip freeze")[1].split())
    missing = sorted(installed - set(written.split()))
    if missing:
        return Verdict(
            ok=False, message=f"/packages.txt is there, but {missing[0]} is not in it. Did > come too early?"
        )
    return Verdict(ok=True, message=f"all {len(installed)} packages are written down.")


CHECKS: dict[str, Check] = {"packages-written-down": packages_written_down}
