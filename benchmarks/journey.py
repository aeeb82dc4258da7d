"""What the notebooks cost under nbval, as a ratio to the same steps by bare CLI.

Run it with ``./tutorial bench``. The three ways take turns, since machines are noisy and a speed is
a ratio of things run side by side; the median of the rounds counts.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workbench.engine import client as engine
from workbench.engine import ports
from workbench.provision import registries
from workbench.settings import APP_PORT, LOOPBACK, PATHS

ROUNDS = 3
# The journey itself, without the pages beside it that break things.
JOURNEY = ("01_set_up", "02_work_inside", "03_write_dockerfile", "04_build_image", "05_run_and_test", "06_share")


def main() -> int:
    """Measure, and print the seconds and the ratios."""
    client = engine.connect()
    push_port = registries.ensure(PATHS, client, registries.PUSH)
    ways: dict[str, Callable[[], float]] = {
        "bare CLI": lambda: by_cli(push_port),
        "one by one": lambda: by_nbval(0),
        "two workers": lambda: by_nbval(2),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(ROUNDS):
        for way, run in ways.items():
            seconds[way].append(run())
        print(f"round {number + 1}: " + ", ".join(f"{way} {seconds[way][-1]:.1f} s" for way in ways), flush=True)
    floor = statistics.median(seconds["bare CLI"])
    for way, measured in seconds.items():
        print(
            f"{way:12} {statistics.median(measured):6.1f} s   {statistics.median(measured) / floor:.2f} times the CLI"
        )
    return 0


def by_cli(push_port: int) -> float:
    """Run the journey by bare CLI; return the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        context, login = Path(folder, "app"), Path(folder, "docker")
        shutil.copytree(PATHS.app, context)
        login.mkdir()
        port = next(ports.free_ports(APP_PORT))
        arguments = (
            "bench/degrees_api:1.0",
            str(port),
            f"{LOOPBACK}:{push_port}",
            str(PATHS.state / "registry.password"),
        )
        # The login must not end up in the user's own file; without buildx only the classic builder works.
        environment = {**os.environ, "DOCKER_CONFIG": str(login), "DOCKER_BUILDKIT": "0"}
        return timed([str(PATHS.root / "benchmarks/journey.sh"), *arguments], cwd=context, env=environment)


def by_nbval(workers: int) -> float:
    """Run the six notebooks under nbval; return the seconds it took."""
    notebooks = [str(PATHS.notebooks / f"{name}.ipynb") for name in JOURNEY]
    return timed(
        [sys.executable, "-m", "pytest", "-q", f"-n{workers}", *notebooks], cwd=PATHS.root, env=dict(os.environ)
    )


def timed(command: list[str], cwd: Path, env: dict[str, str]) -> float:
    """Run a command that must succeed; return the seconds it took."""
    started = time.monotonic()
    finished = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if finished.returncode:
        sys.exit(f"{command[0]} failed:\n{finished.stdout[-2000:]}{finished.stderr[-2000:]}")
    return time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
