"""What a cell calls to look at an image, a folder or this machine: the reading and the view of it."""

from __future__ import annotations

import os
from pathlib import Path

import docker

from workbench import doctor
from workbench.engine import build_context, image_layers
from workbench.widgets.context import ContextView
from workbench.widgets.layers import LayersView
from workbench.widgets.machine import MachineView


def show_layers(client: docker.DockerClient, image: str, other: str | None = None) -> LayersView:
    """Show what each instruction of an image added, beside those of another image where one is named.

    Raises
    ------
    TutorialError
        Where the engine has no image of that name.
    """
    names = [image] if other is None else [image, other]
    return LayersView(*(image_layers.read(client, name) for name in names))


def show_context(folder: str | os.PathLike[str], rules: list[str] | None = None) -> ContextView:
    """Show what a build of a folder would send, after its ``.dockerignore`` or after other rules.

    Raises
    ------
    TutorialError
        Where the folder can't be looked at.
    """
    return ContextView(build_context.read(Path(folder), rules))


def show_machine() -> MachineView:
    """Show what the probes ask of this machine, with a button that has them answered: ``./tutorial doctor``."""
    return MachineView([probe.question for probe in doctor.PROBES], doctor.examine)
