"""The workbench: what the notebooks show, check, explain and clean up with."""

from workbench.changes import changes
from workbench.editing import edit_dockerfile
from workbench.explain import hook
from workbench.ports import wait_until_up
from workbench.registry import push_target
from workbench.running import run_panel
from workbench.session import Lesson
from workbench.show import show_context, show_layers, show_machine
from workbench.terminal import terminal
from workbench.views.progress import watch
from workbench.views.request import RequestView

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

# Here, not where a Lesson is made: without an engine, the cell before that fails.
hook.install()
