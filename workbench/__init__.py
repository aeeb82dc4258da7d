"""The workbench: what the notebooks show, check, explain and clean up with."""

from workbench.registry import push_target
from workbench.session import Lesson
from workbench.views.progress import watch
from workbench.views.request import RequestView

__all__ = ["Lesson", "RequestView", "push_target", "watch"]
