"""What to say where no image has the name that an exercise asks for."""

from __future__ import annotations

from difflib import get_close_matches

from workbench.checks.engine_state import EngineState

NEAR = 0.6  # how alike two tags are, of 1, where one may have been meant to be the other


def not_built(engine: EngineState, name: str) -> str:
    """Say that an image isn't there, and which one may have been meant to be it."""
    if near := _near(engine, name):
        return f"no image has the name {name} yet, but there is {near}. Is that the one, under another name?"
    return f"no image has the name {name} yet. Which command or call builds one under this name?"


def _near(engine: EngineState, name: str) -> str:
    """Find an image of yours whose name is nearly the one that is asked for."""
    repository, _, tag = name.rpartition(":")
    images = engine.client.api.images(repository)
    names = [found for image in images for found in image["RepoTags"] or []]
    tags = {found.rpartition(":")[2].lower(): found for found in names if found != engine.image}
    return next((tags[found] for found in get_close_matches(tag.lower(), tags, 1, NEAR)), "")
