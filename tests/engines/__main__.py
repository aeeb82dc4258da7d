"""``python -m tests.engines docker-28.5-containerd [PART]``, which is what ``./tutorial test --engine`` calls."""

from __future__ import annotations

import sys

from workbench.errors import TutorialError
from workbench.provision import base_image, daemon, registries
from workbench.settings import PATHS
from workbench.system import apt, processes
from workbench.text import say

from . import catalogue, suite
from .machine import machine


def main(name: str, *names: str) -> int:
    """Test one engine; return 1 where a test fails or none could be run."""
    try:
        engine = catalogue.find(name)
        wanted = suite.chosen(engine, list(names))
        client = daemon.ensure(PATHS, lambda: registries.free_port(PATHS, registries.MIRROR), yes=True)
        apt.ensure("docker", yes=True)
        base_image.ensure(PATHS, client, yes=True)
        with machine(PATHS, client, engine) as made:
            found = suite.run(made, engine, wanted)
        if file := suite.keep(PATHS, engine, found):
            say(f'The page "Proven on" is made from {file.relative_to(PATHS.root)}.')
        return 0 if suite.succeeded(found) else 1
    except TutorialError as error:
        say(error, file=sys.stderr)
        return 1
    finally:
        processes.stop_new(PATHS)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
