"""Checks of chapter 02."""

from __future__ import annotations

import re

from docker.errors import APIError
from docker.models.containers import Container
from docker.models.images import Image

from workbench.checks import container_state
from workbench.checks.engine_state import (
    Check,
    CheckResult,
    EngineState,
    cut,
    layers,
    log_of,
    run_inside,
    text_of,
    verdict,
    why_not_started,
)
from workbench.settings import BASE_IMAGE

BY_HAND = "by-hand"
LATEST = "latest"
IMPORT = ["python", "-c", "import flask"]
PACKAGES = "/packages.txt"
FROZEN = re.compile(r"(\S+?)(?:==| @ )\S+")  # a line of pip freeze, which may print remarks between them


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
    if layers(image) == engine.base_layers():
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
        try:
            container.start()
        except APIError as error:
            return cut(why_not_started(str(error.explanation)))
        if container.wait()["StatusCode"] == 0:
            return ""
        return cut((log_of(container).splitlines() or ["it said nothing"])[-1])


def packages_written_down(engine: EngineState) -> CheckResult:
    """See whether the complete list of packages stands in the container's /packages.txt."""
    boxes = engine.containers(BASE_IMAGE)
    running = [box for box in boxes if box.status == "running"]
    if not running:
        paused = [container_state.not_running(box) for box in boxes if box.status in ("paused", "restarting")]
        return CheckResult(ok=False, message=(paused or [f"no container of {BASE_IMAGE} runs. Did its shell end?"])[0])
    # Run the page's cell twice, and you have two shells; you may have written in either.
    problems = [_not_written(box) for box in running]
    return verdict("" if "" in problems else problems[0], "every package is written down.")


def _not_written(box: Container) -> str:
    written = text_of(box, PACKAGES)
    if not written and run_inside(box, f"test -e {PACKAGES}")[0]:
        return f"there is no file {PACKAGES} in the container. On which side did you write it?"
    # Not what pip lists: a newer Python, which a stand-in may have, comes with packages of its own.
    if not any(str(change["Path"]).endswith(".dist-info") for change in box.diff() or []):
        return "nothing is installed in the container. Is it the one in which you installed Flask?"
    code, said = run_inside(box, "pip freeze")
    if code:
        return f"pip can't say what is installed in container {box.name}. What does pip freeze print there?"
    installed = {match[0] for line in said.splitlines() if (match := FROZEN.fullmatch(line.strip()))}
    missing = sorted(installed - {line.strip() for line in written.splitlines()})
    return _why_missing(written, missing[0]) if missing else ""


def _why_missing(written: str, line: str) -> str:
    """Say why a line of pip freeze isn't in the file."""
    name = re.split("==| @ ", line)[0]
    listed = [words.split() for words in written.splitlines()]
    if ["Package", "Version"] in listed:
        return (
            f"{PACKAGES} has the table of pip list, and a line of pip freeze looks like {line}. Which one can pip read?"
        )
    if [name] in listed:
        return f"{PACKAGES} has the name {name} without its version. Which version do you get in a year?"
    return f"{PACKAGES} is there, but {line} is not in it. Did > come too early?"


CHECKS: dict[str, Check] = {"kept-by-hand": kept_by_hand, "packages-written-down": packages_written_down}
