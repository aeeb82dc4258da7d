"""The workbench: what the notebooks show, check, explain and clean up with.

Each name is loaded when it is first used, so that a kernel or a Sphinx extension pays for what it needs and no more.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.engine.ports import wait_until_up
    from workbench.engine.state_diff import changes
    from workbench.lesson.dockerfile_editor import edit_dockerfile
    from workbench.lesson.run_panel import run_panel
    from workbench.lesson.session import Lesson
    from workbench.lesson.show import show_context, show_layers, show_machine
    from workbench.lesson.terminal import terminal
    from workbench.provision.registries import push_target
    from workbench.widgets.progress import watch
    from workbench.widgets.request import RequestView

__all__ = [
    "Lesson",
    "RequestView",
    "changes",
    "edit_dockerfile",
    "push_target",
    "run_panel",
    "show_context",
    "show_layers",
    "show_machine",
    "terminal",
    "wait_until_up",
    "watch",
]

_ROOMS = {
    "Lesson": "lesson.session",
    "RequestView": "widgets.request",
    "changes": "engine.state_diff",
    "edit_dockerfile": "lesson.dockerfile_editor",
    "push_target": "provision.registries",
    "run_panel": "lesson.run_panel",
    "show_context": "lesson.show",
    "show_layers": "lesson.show",
    "show_machine": "lesson.show",
    "terminal": "lesson.terminal",
    "wait_until_up": "engine.ports",
    "watch": "widgets.progress",
}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


# In a notebook a failing cell is explained, from the import on: without an engine, the cell that makes a Lesson fails.
if "IPython" in sys.modules:
    import_module(f"{__name__}.lesson.explain_hook").install()
