"""The workbench: what the notebooks show, check, explain and clean up with."""

from workbench.ports import wait_until_up
from workbench.registry import push_target
from workbench.session import Lesson
from workbench.views.progress import watch
from workbench.views.request import RequestView

__all__ = ["Lesson", "RequestView", "push_target", "wait_until_up", "watch"]
