"""System packages: which are missing, why they are needed, and a question before any is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from workbench.errors import TutorialError
from workbench.settings import CI
from workbench.system import processes
from workbench.text import say

# Command that must be there: the Debian and Ubuntu packages that bring it, and what for.
PACKAGES = {
    "dockerd": (["docker.io", "iptables"], "the Docker Engine"),
    "docker": (["docker-cli"], "the docker command of the pages' CLI tabs"),
    "curl": (["curl"], "the HTTP client of chapter 05"),
    "chromium": (["chromium"], "the browser of the tests"),
    "ip": (["iproute2"], "the network of the tests' second engine"),
    "mmdebstrap": (["mmdebstrap"], "builds a stand-in base image, since Docker Hub cannot be reached"),
}


def ensure(*commands: str, yes: bool = False) -> None:
    """Install the packages of those commands that are missing, after asking.

    Parameters
    ----------
    *commands : str
        Keys of ``PACKAGES``.
    yes : bool
        Don't ask. Also taken for granted where the variable CI is set.

    Raises
    ------
    TutorialError
        Where it may not install, with the commands to copy.
    """
    missing = [command for command in commands if not which(command)]
    if not missing:
        return
    names = [name for command in missing for name in PACKAGES[command][0]]
    reasons = "; ".join(f"{' '.join(PACKAGES[command][0])}: {PACKAGES[command][1]}" for command in missing)
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    sudo = "sudo " if os.geteuid() != 0 and shutil.which("sudo") else ""
    by_hand = f"{sudo}apt-get update && {sudo}{' '.join(install)}"
    if not shutil.which("apt-get"):
        raise TutorialError(
            f"Missing on this machine: {', '.join(missing)}, and there is no apt-get here to install it with.",
            "Install it the way your system does (https://docs.docker.com/engine/install/), then run this again.",
        )
    if os.geteuid() != 0 and not sudo:
        raise TutorialError(
            f"Missing system packages ({reasons}), and this user may not install any.", f"As root, run: {by_hand}"
        )
    say(f"Missing system packages: {reasons}.")
    if not (yes or CI or agreed(f"Run `{by_hand}`?")):
        raise TutorialError("Nothing was installed.", f"To do it yourself: {by_hand}")
    run_as_root("apt-get", "update", "-qq")
    run_as_root(*install)


def which(command: str) -> str | None:
    """Find a command on the PATH or in sbin, where dockerd lives and where not every user's PATH looks."""
    return shutil.which(command, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def agreed(question: str) -> bool:
    """Ask a yes-or-no question; where nobody can answer, the answer is no."""
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:  # Ctrl-D
        return False


def as_root(command: str) -> str:
    """Write a command as this user has to type it to run it as root."""
    return command if os.geteuid() == 0 else f"sudo {command}"


def run_as_root(*command: str) -> None:
    """Run a command as root, by sudo where needed; its output is shown only where it fails."""
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    finished = processes.call([*prefix, *command], env=quiet, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if finished.returncode:
        raise TutorialError(
            f"`{' '.join(command)}` failed:\n{finished.stderr.strip()[-1000:]}",
            "Fix what it says, then run ./tutorial start again: it goes on where it stopped.",
        )
