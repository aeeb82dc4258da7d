"""Checks of chapter 04."""

from __future__ import annotations

from workbench.checks.engine_state import Check, Desk, Verdict, layers, take_out, verdict
from workbench.engine.image_layers import read
from workbench.settings import BASE_IMAGE

RESULTS_TAG = "with-results"
CONTEXT = "/context"
SECRET, RESULTS, PROGRAM = ".env", "results.csv", "degrees_api.py"
NEXT_TAG = "2.0"


def results_travel(desk: Desk) -> Verdict:
    """See that an image has the results and the program, and in no layer the password."""
    name = f"{desk.session}:{RESULTS_TAG}"
    image = desk.find_image(name)
    if image is None:
        return Verdict(ok=False, message=f"no image has the name {name}. Did the build end in an error?")
    with desk.trial(image, ["true"]) as container:
        files = take_out(container, CONTEXT)
    if files is None:
        return Verdict(ok=False, message=f"the image has no {CONTEXT}. Which of COPY's two paths is the one inside?")
    problem = _wrong_luggage({path.rpartition("/")[2] for path in files}) or _removed_later(desk, name)
    return verdict(problem, f"{RESULTS} travelled, and {SECRET} stayed at home.")


def _wrong_luggage(names: set[str]) -> str:
    if SECRET in names:
        return f"the password is in the image: {SECRET} has travelled. Which line of .dockerignore let it through?"
    if RESULTS not in names:
        return f"{RESULTS} stayed at home. Which line makes an exception of it, and does it come after the *?"
    if PROGRAM not in names:
        return f"{RESULTS} is in the image, but {PROGRAM} is not. What has become of the exception for it?"
    return ""


def _removed_later(desk: Desk, name: str) -> str:
    if any(one.text.startswith("RUN") and SECRET in one.text for one in read(desk.client, name).ours):
        return f"a RUN of the image deals with {SECRET}, so it has travelled. Does a later layer undo an earlier one?"
    return ""


def second_version(desk: Desk) -> Verdict:
    """See that a second version stands beside the first and shares what was installed."""
    name = f"{desk.session}:{NEXT_TAG}"
    first, second = desk.find_image(desk.image), desk.find_image(name)
    if first is None:
        return Verdict(ok=False, message=f"no image has the name {desk.image} any more. Which name did your build use?")
    if second is None:
        return Verdict(ok=False, message=f"no image has the name {name}. Which argument of the build gives the name?")
    if first.id == second.id:
        return Verdict(
            ok=False,
            message=f"{desk.image} and {name} are two names for one image. "
            "Did degrees_api.py change before the build, and did the build get the new name?",
        )
    return _compare(desk, layers(first), layers(second), name)


def _compare(desk: Desk, first: list[str], second: list[str], name: str) -> Verdict:
    base = layers(desk.client.images.get(BASE_IMAGE))
    if second[: len(base)] != base:
        return Verdict(ok=False, message=f"{name} does not start from {BASE_IMAGE}. What does the FROM line say?")
    if first == second:
        return Verdict(ok=False, message=f"{name} holds the same degrees_api.py as before. Which folder did you build?")
    installed = len(base) + 1  # the base, and the layer of the RUN instruction
    if first[:installed] != second[:installed]:
        return Verdict(
            ok=False,
            message=f"{name} does not share the installed packages with {desk.image}: pip ran again. "
            "What stands before RUN, and did the build use the cache?",
        )
    return Verdict(ok=True, message=f"{desk.image} and {name} stand side by side and share all but the program.")


CHECKS: dict[str, Check] = {"results-travel": results_travel, "second-version": second_version}
