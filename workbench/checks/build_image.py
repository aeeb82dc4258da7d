"""Checks of chapter 04."""

from __future__ import annotations

from workbench.checks.engine_state import Check, CheckResult, EngineState, layers, take_out, verdict
from workbench.engine.image_layers import read
from workbench.settings import BASE_IMAGE

RESULTS_TAG = "with-results"
CONTEXT = "/context"
SECRET, RESULTS, PROGRAM = ".env", "results.csv", "degrees_api.py"
NEXT_TAG = "2.0"


def results_travel(engine: EngineState) -> CheckResult:
    """See that an image has the results and the program, and in no layer the password."""
    name = f"{engine.session}:{RESULTS_TAG}"
    image = engine.find_image(name)
    if image is None:
        return CheckResult(ok=False, message=f"no image has the name {name}. Did the build end in an error?")
    with engine.trial(image, ["true"]) as container:
        files = take_out(container, CONTEXT)
    if files is None:
        return CheckResult(
            ok=False, message=f"the image has no {CONTEXT}. Which of COPY's two paths is the one inside?"
        )
    problem = _wrong_luggage({path.rpartition("/")[2] for path in files}) or _removed_later(engine, name)
    return verdict(problem, f"{RESULTS} travelled, and {SECRET} stayed at home.")


def _wrong_luggage(names: set[str]) -> str:
    if SECRET in names:
        return f"the password is in the image: {SECRET} has travelled. Which line of .dockerignore let it through?"
    if RESULTS not in names:
        return f"{RESULTS} stayed at home. Which line makes an exception of it, and does it come after the *?"
    if PROGRAM not in names:
        return f"{RESULTS} is in the image, but {PROGRAM} is not. What has become of the exception for it?"
    return ""


def _removed_later(engine: EngineState, name: str) -> str:
    if any(one.text.startswith("RUN") and SECRET in one.text for one in read(engine.client, name).ours):
        return f"a RUN of the image deals with {SECRET}, so it has travelled. Does a later layer undo an earlier one?"
    return ""


def second_version(engine: EngineState) -> CheckResult:
    """See that a second version stands beside the first and shares what was installed."""
    name = f"{engine.session}:{NEXT_TAG}"
    first, second = engine.find_image(engine.image), engine.find_image(name)
    if first is None:
        return CheckResult(
            ok=False, message=f"no image has the name {engine.image} any more. Which name did your build use?"
        )
    if second is None:
        return CheckResult(
            ok=False, message=f"no image has the name {name}. Which argument of the build gives the name?"
        )
    if first.id == second.id:
        return CheckResult(
            ok=False,
            message=f"{engine.image} and {name} are two names for one image. "
            "Did degrees_api.py change before the build, and did the build get the new name?",
        )
    return _compare(engine, layers(first), layers(second), name)


def _compare(engine: EngineState, first: list[str], second: list[str], name: str) -> CheckResult:
    base = layers(engine.client.images.get(BASE_IMAGE))
    if second[: len(base)] != base:
        return CheckResult(ok=False, message=f"{name} does not start from {BASE_IMAGE}. What does the FROM line say?")
    if first == second:
        return CheckResult(
            ok=False, message=f"{name} holds the same degrees_api.py as before. Which folder did you build?"
        )
    installed = len(base) + 1  # the base, and the layer of the RUN instruction
    if first[:installed] != second[:installed]:
        return CheckResult(
            ok=False,
            message=f"{name} does not share the installed packages with {engine.image}: pip ran again. "
            "What stands before RUN, and did the build use the cache?",
        )
    return CheckResult(ok=True, message=f"{engine.image} and {name} stand side by side and share all but the program.")


CHECKS: dict[str, Check] = {"results-travel": results_travel, "second-version": second_version}
