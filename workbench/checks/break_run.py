"""Checks of the page that breaks the run."""

from __future__ import annotations

from docker.errors import NotFound
from docker.models.containers import Container

from workbench.checks import reachable
from workbench.checks.engine_state import Check, CheckResult, EngineState, verdict
from workbench.settings import LOOPBACK

API = "api"  # how the name of the third break's container ends
FLASK = "flask"


def one_door(engine: EngineState) -> CheckResult:
    """See that a container of the image can be asked from here."""
    return _one_of(engine, engine.containers(engine.image), f"there is no container of {engine.image} any more.")


def all_addresses(engine: EngineState) -> CheckResult:
    """See that a container with the command ``flask`` can be asked from here."""
    given = [container for container in engine.containers(engine.image) if _is_given(container, FLASK)]
    return _one_of(engine, given, f"no container of {engine.image} was given a command with `{FLASK}` in it.")


def by_that_name(engine: EngineState) -> CheckResult:
    """See that the container of this name can be asked from here."""
    name = f"{engine.session.replace('/', '-')}-{API}"
    try:
        container = engine.client.containers.get(name)
    except NotFound:
        return CheckResult(
            ok=False, message=f"no container has the name {name} any more. Which call starts one under it?"
        )
    problem = reachable.problem(container) or _of_another_image(engine, container)
    return verdict(problem, f"{name} runs and answers.")


def _one_of(engine: EngineState, containers: list[Container], none: str) -> CheckResult:
    """Look at the newest first, since that is what you have just made; any that answers will do."""
    problems = []
    for container in containers:
        problems.append(reachable.problem(container))
        if not problems[-1]:
            praise = f"container {container.name} of {engine.image} answers, on {LOOPBACK} and nowhere else."
            return CheckResult(ok=True, message=praise)
    return CheckResult(ok=False, message=problems[0] if problems else f"{none} Which call starts one?")


def _of_another_image(engine: EngineState, container: Container) -> str:
    image = engine.find_image(engine.image)
    if image is not None and container.attrs["Image"] == image.id:
        return ""
    return (
        f"container {container.name} answers, but it is of {container.attrs['Config']['Image']}. "
        f"Which image does {engine.image} name?"
    )


def _is_given(container: Container, program: str) -> bool:
    """Tell whether a container's command names a program, as a word or within a line for the shell."""
    return any(program in word for word in [container.attrs["Path"], *container.attrs["Args"]])


CHECKS: dict[str, Check] = {"one-door": one_door, "all-addresses": all_addresses, "by-that-name": by_that_name}
