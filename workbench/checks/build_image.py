"""Checks of chapter 04."""

from __future__ import annotations

from docker.models.images import Image

from workbench.checks import startup, stored_files
from workbench.checks.engine_state import Check, CheckResult, EngineState, layers, take_out, verdict
from workbench.checks.names import not_built
from workbench.engine import clock
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
        return CheckResult(ok=False, message=not_built(engine, name))
    with engine.trial(image, ["true"]) as container:
        files = take_out(container, CONTEXT)
    if files is None:
        return CheckResult(
            ok=False, message=f"the image has no {CONTEXT}. Which of COPY's two paths is the one inside?"
        )
    problem = _wrong_luggage({path.rpartition("/")[2] for path in files}) or _stored(engine, name)
    return verdict(problem, f"{RESULTS} travelled, and {SECRET} stayed at home.")


def _wrong_luggage(names: set[str]) -> str:
    if SECRET in names:
        return f"the password is in the image: {SECRET} has travelled. Which line of .dockerignore let it through?"
    if RESULTS not in names:
        return f"{RESULTS} stayed at home. Which line makes an exception of it, and does it come after the *?"
    if PROGRAM not in names:
        return f"{RESULTS} is in the image, but {PROGRAM} is not. Is the exception for it still there?"
    return ""


def _stored(engine: EngineState, name: str) -> str:
    """Look into all layers: what one of them adds is stored and sent, whatever a later one does."""
    found = stored_files.find(engine.client, name, SECRET)
    return found and f"a layer of the image holds {found}, so it has travelled. Does a later layer undo an earlier one?"


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
    problem = _not_the_next(engine, first, second, name) or startup.problem_of(engine, NEXT_TAG, startup.not_listening)
    return verdict(problem, f"{engine.image} and {name} stand side by side and share all but the program.")


def _not_the_next(engine: EngineState, first: Image, second: Image, name: str) -> str:
    """Compare the two images; say why the second is not the first with another program."""
    base = engine.base_layers()
    if layers(second)[: len(base)] != base:
        return f"{name} does not start from {BASE_IMAGE}. What does the FROM line say?"
    if clock.seconds(first.attrs["Created"]) > clock.seconds(second.attrs["Created"]):
        return f"{engine.image} was built after {name}, so it is not what it was. Which name did which build give?"
    if layers(first) == layers(second):
        return f"{name} holds the same degrees_api.py as before. Which folder did you build?"
    installed = _installed(engine, len(base))
    if layers(first)[:installed] != layers(second)[:installed]:
        return (
            f"{name} does not share the installed packages with {engine.image}: pip ran again. "
            "What stands before RUN, and did the build use the cache?"
        )
    return ""


def _installed(engine: EngineState, base: int) -> int:
    """Count the layers of the first version up to the one in which pip ran; ``base`` of them are the base's."""
    texts = [one.text for one in read(engine.client, engine.image).ours if one.layer]
    runs = {number: text for number, text in enumerate(texts, 1) if text.startswith("RUN")}
    return base + max([number for number, text in runs.items() if "pip" in text] or [*runs, 0])


CHECKS: dict[str, Check] = {"results-travel": results_travel, "second-version": second_version}
