"""The part of each test, and what each part costs: ``pytest --part=fast`` runs one."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

import pytest

from workbench.cli.parts import PARTS

# Where a test needs an engine and neither a browser nor mutants, its folder decides.
OF_FOLDER = {"tests/docker": "engine", "tests/notebooks": "notebooks", "tests/faults": "faults"}
# The browser's come last: while Playwright runs, no other test of the same worker can run an event loop.
ORDER = [*(part for part in reversed(PARTS) if part != "browser"), "browser"]
COLLECTED = pytest.StashKey[list[pytest.Item]]()


class WorkerSeconds:
    """Adds up the seconds that tests took, on all workers."""

    def __init__(self) -> None:
        self.of: dict[str, defaultdict[str, float]] = {part: defaultdict(float) for part in PARTS}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what one step of a test took: its fixtures, its call, or what tidies up."""
        properties = {key: value for key, value in report.user_properties if key == "part"}
        if properties:  # xdist reports a worker that has crashed without any
            folder = str(PurePosixPath(report.nodeid.partition("::")[0]).parent)
            self.of[str(properties["part"])][folder] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say where the time went."""
        if any(self.of.values()):
            terminalreporter.section("worker-seconds")
        for part, folders in self.of.items():
            if folders:
                terminalreporter.write_line(f"{sum(folders.values()):7.1f}  {part}")
            for folder, seconds in sorted(folders.items(), key=lambda one: -one[1]):
                terminalreporter.write_line(f"{seconds:7.1f}    {folder}")


def part(item: pytest.Item) -> str:
    """Name the part of a test."""
    marker = next((name for name in ("mutation", "browser") if item.get_closest_marker(name)), "")
    folder = item.path.relative_to(item.config.rootpath).parts
    if marker or folder[0] == "notebooks":  # the cells of a page carry no markers
        return marker or folder[0]
    if item.get_closest_marker("docker") is None:
        return "fast"
    try:
        return OF_FOLDER["/".join(folder[:2])]
    except KeyError as error:
        raise pytest.UsageError(f"{item.nodeid} needs an engine, and no part has its folder.") from error


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the options of ``./tutorial test``."""
    parser.addoption("--part", choices=list(PARTS), help="run one part of the suite")
    parser.addoption("--weekly", action="store_true", help="also prove what CI proves once a week")


def pytest_configure(config: pytest.Config) -> None:
    """Add up where the reports of all workers arrive."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(WorkerSeconds())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of the part that was asked for; slow ones come first, the browser's last.

    Else a worker would begin a long file when the others have nothing left to do.
    """
    for item in items:
        item.user_properties.append(("part", part(item)))
    config.stash[COLLECTED] = list(items)
    others = deselected(items, config.getoption("part"))
    config.hook.pytest_deselected(items=others)
    left_out = set(others)
    items[:] = sorted((item for item in items if item not in left_out), key=lambda item: ORDER.index(part(item)))


def deselected(items: list[pytest.Item], wanted: str | None) -> list[pytest.Item]:
    """List the tests of other parts; none where no part is wanted."""
    return [item for item in items if wanted not in (None, part(item))]
