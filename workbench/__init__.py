"""The workbench: what the notebooks show, check, explain and clean up with."""

from workbench.engine.ports import wait_until_up
from workbench.engine.state_diff import changes
from workbench.lesson import explain_hook
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

# Here, not where a Lesson is made: without an engine, the cell before that fails.
explain_hook.install()
