"""Checks of chapter 02."""

from __future__ import annotations

from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks.engine_state import Check, CheckResult, EngineState, layers, log_of, run_inside, verdict
from workbench.settings import BASE_IMAGE

BY_HAND = "by-hand"
LATEST = "latest"
IMPORT = ["python", "-c", "import flask"]


def kept_by_hand(engine: EngineState) -> CheckResult:
    """See that an image keeps what was installed by hand: a fresh container of it can import Flask."""
    name = f"{engine.session}:{BY_HAND}"
    image = engine.find_image(name)
    if image is None:
        return CheckResult(ok=False, message=_not_named(engine, name))
    said = _import_flask(engine, image)
    if not said:
        return CheckResult(ok=True, message=f"whoever starts a container from {name} finds Flask in it.")
    if "No module named 'flask'" not in said:
        return CheckResult(
            ok=False, message=f"{name} has a Flask that doesn't start: {said}. Which Werkzeug came with it?"
        )
    base = engine.client.images.get(BASE_IMAGE)
    if layers(image) == layers(base):
        why = f"it has the layers of {BASE_IMAGE} and no other. Did you keep a container, or tie a name?"
    else:
        why = "it keeps the changes of a container in which nobody installed one. Which container did you commit?"
    return CheckResult(ok=False, message=f"the image {name} is there, but no Flask is in it: {why}")


def _not_named(engine: EngineState, name: str) -> str:
    if engine.find_image(f"{engine.session}:{LATEST}"):
        return f"there is an image {engine.session}, but its tag is {LATEST}. Which argument of commit gives the tag?"
    return f"no image has the name {name}. Which two arguments of commit make up a name?"


def _import_flask(engine: EngineState, image: Image) -> str:
    """Import Flask in a container of its own; return the last line of what went wrong, or nothing."""
    with engine.trial(image, IMPORT) as container:
        container.start()
        if container.wait()["StatusCode"] == 0:
            return ""
        return log_of(container).splitlines()[-1]


def packages_written_down(engine: EngineState) -> CheckResult:
    """See whether the complete list of packages stands in the container's /packages.txt."""
    boxes = engine.running(BASE_IMAGE)
    if not boxes:
        return CheckResult(ok=False, message=f"no container of {BASE_IMAGE} runs. Did its shell end?")
    # Whoever ran the page's cell twice has two shells, and may have written in either.
    problems = [_not_written(box) for box in boxes]
    return verdict("" if "" in problems else problems[0], "every package is written down.")


def _not_written(box: Container) -> str:
    code, written = run_inside(box, "cat /packages.txt")
    if code:
        return "there is no file /packages.txt in the container. On which side did you write it?"
    # Not what pip lists: a newer Python, which a stand-in may have, comes with packages of its own.
    if not any(str(change["Path"]).endswith(".dist-info") for change in box.diff() or []):
        return "nothing is installed in the container. Is it the one in which you installed Flask?"
    installed = run_inside(box, "pip freeze")[1].split()
    missing = sorted({*installed} - {*written.split()})
    return f"/packages.txt is there, but {missing[0]} is not in it. Did > come too early?" if missing else ""


CHECKS: dict[str, Check] = {"kept-by-hand": kept_by_hand, "packages-written-down": packages_written_down}
