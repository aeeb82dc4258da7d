"""What ``./tutorial start`` says last: what a newer version changed in ``work/``, and where to begin."""

from __future__ import annotations

import getpass
import os

from workbench.server.lab import Addresses
from workbench.server.workcopy import Brought
from workbench.settings import LOOPBACK, Paths
from workbench.text import say

START = "./tutorial start"


def say_what_is_new(paths: Paths, brought: Brought) -> None:
    """Say what a newer version of the tutorial did in ``work/``, and how to get what it left alone."""
    for file in brought.updated:
        say(f"Updated to the newer version: {file.relative_to(paths.root)}")
    for file, kept in brought.set_aside.items():
        say(f"Updated to the newer version: {file.relative_to(paths.root)}. Yours, with its outputs, is {kept.name}.")
    for file in brought.edited:
        again = f"./tutorial reset {file.name[:2]}" if file.suffix == ".ipynb" else f"rename yours, then {START}"
        say(f"{file.relative_to(paths.root)} has a newer version, and yours is edited, so it stays. To get it: {again}")


def where_to_begin(addresses: Addresses) -> str:
    """Give one address to open first, and what else can be opened."""
    lines = [
        "Open this in your browser, and begin with chapter 01:",
        f"  {addresses.book}",
        f"In Safari, open this instead: {addresses.plain}",
        f"For the same chapters in JupyterLab: {addresses.lab}",
    ]
    if "SSH_CONNECTION" in os.environ:
        # "client-address client-port server-address server-port"
        here = f"{getpass.getuser()}@{os.environ['SSH_CONNECTION'].split()[2]}"
        forward = f"ssh -L {addresses.port}:{LOOPBACK}:{addresses.port} {here}"
        lines = [f"On your own computer, run this first, and keep it open: {forward}", *lines]
    return "\n".join(lines)
