"""Kernels that are ours to start, and what other users of the machine can hear of them."""

from __future__ import annotations

import json
import os
import queue
import re
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from jupyter_client.blocking.client import BlockingKernelClient

from tests.support.waiting import wait_until
from tests.unit.labs import UPGRADE, server, start_kernel
from workbench.server import lab
from workbench.server.lab import Addresses
from workbench.settings import Paths
from workbench.system import kernels, processes

pytestmark = pytest.mark.filterwarnings(
    # What we start is meant to outlive the one who starts it.
    "ignore:subprocess .* is still running:ResourceWarning"
)
EAVESDROPPER = Path(__file__).parents[1].joinpath("eavesdropper.py").read_text()
STRANGER = 65534  # the user nobody
SECRET = "the-answer-to-question-7"  # what a student may write in a cell
ANSWER = 60  # seconds that a kernel gets for an answer: a busy machine is slow


class Kernel:
    """A kernel of the lab, with a client that talks to it as the lab does."""

    def __init__(self, address: str, browser: requests.Session) -> None:
        self.address = address
        self.browser = browser
        self.client = BlockingKernelClient(connection_file=str(self.connection_file()))
        self.client.load_connection_file()

    def process(self) -> psutil.Process:
        """Find its process: the kernel's id is in the name of its connection file."""
        name = self.address.rpartition("/")[2]
        [found] = [p for p in psutil.process_iter(["cmdline"]) if name in " ".join(p.info["cmdline"] or [])]
        return found

    def connection_file(self) -> Path:
        """Find the file from which clients learn where the kernel listens."""
        return Path(next(word for word in self.process().cmdline() if word.endswith(".json")))

    def order(self, what: str) -> None:
        """Have the lab ``interrupt`` or ``restart`` it."""
        xsrf = {"X-XSRFToken": self.browser.cookies["_xsrf"]}
        assert self.browser.post(f"{self.address}/{what}", headers=xsrf, timeout=60).ok

    def wait_until_it_answers(self) -> None:
        """Ask until there is an answer, since what is sent to a kernel on its way up may be lost."""
        deadline = time.monotonic() + ANSWER
        while time.monotonic() < deadline:
            self.client.kernel_info()
            with suppress(queue.Empty):
                if self.client.get_shell_msg(timeout=1)["msg_type"] == "kernel_info_reply":
                    return
        pytest.fail("the kernel never answered")

    def run(self, code: str) -> Any:
        """Run a cell; give what the kernel says to its end."""
        return self.client.execute_interactive(code, timeout=ANSWER, output_hook=lambda _message: None)["content"]


@contextmanager
def running(browser: requests.Session, addresses: Addresses) -> Iterator[Kernel]:
    """Start a kernel in the lab, and stay connected, since the lab ends kernels that no browser is connected to."""
    started = start_kernel(browser, addresses, **{"X-XSRFToken": browser.cookies["_xsrf"]})
    address = f"{server(addresses)}/api/kernels/{started.json()['id']}"
    with browser.get(f"{address}/channels", headers=UPGRADE, timeout=10, stream=True):
        kernel = Kernel(address, browser)
        kernel.client.start_channels(hb=False)
        kernel.wait_until_it_answers()
        yield kernel
        kernel.client.stop_channels()
    xsrf = {"X-XSRFToken": browser.cookies["_xsrf"]}
    assert browser.delete(address, headers=xsrf, timeout=60).ok


@pytest.fixture(name="kernel")
def fixture_kernel(insider: requests.Session, addresses: Addresses) -> Iterator[Kernel]:
    with running(insider, addresses) as kernel:
        yield kernel


def tcp_ports(process: psutil.Process) -> list[int]:
    return [c.laddr.port for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN]


def sockets(process: psutil.Process) -> set[str]:
    return {str(c.laddr) for c in process.net_connections("unix") if c.laddr}


def channels_are_files(kernel: Kernel) -> bool:
    """Tell whether a kernel listens at five files, and for nothing but prints of its own child processes elsewhere."""
    info = json.loads(kernel.connection_file().read_text())
    channels = {f"{info['ip']}-{info[f'{name}_port']}" for name in ("shell", "iopub", "stdin", "control", "hb")}
    # ipykernel takes what a forked process prints through a TCP port, with a random key; it gives nothing out there.
    return (
        info["transport"] == "ipc" and channels == sockets(kernel.process()) and len(tcp_ports(kernel.process())) == 1
    )


def test_the_channels_of_a_kernel_are_not_on_tcp(kernel: Kernel) -> None:
    assert channels_are_files(kernel)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_hears_nothing_of_a_cell(kernel: Kernel) -> None:
    ports, files = tcp_ports(kernel.process()), sockets(kernel.process())
    places = [*ports, *files]
    command = ["/usr/bin/python3", "-I", "-c", EAVESDROPPER, json.dumps(places)]
    with subprocess.Popen(
        command,
        user=STRANGER,
        group=STRANGER,
        extra_groups=[],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
    ) as stranger:
        assert stranger.stdout is not None
        answers = [line.strip() for line in iter(stranger.stdout.readline, "listening\n")]
        for _ in range(10):  # the first may be told before a subscription has arrived
            kernel.run(f"print({SECRET!r})")
        heard, _errors = stranger.communicate(timeout=ANSWER)
    assert SECRET not in heard
    assert answers == ["connected"] * len(ports) + ["PermissionError"] * len(files)


def test_the_folder_is_ours_alone_and_its_path_is_short(kernel: Kernel) -> None:
    folder = kernel.connection_file().parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert folder.stat().st_uid == os.geteuid()
    assert {Path(path).parent for path in sockets(kernel.process())} == {folder}


def test_two_kernels_at_once_are_not_mixed_up(insider: requests.Session, addresses: Addresses) -> None:
    with ExitStack() as stack:
        several = [stack.enter_context(running(insider, addresses)) for _ in range(2)]
        for number, kernel in enumerate(several):
            kernel.run(f"number = {number}")
        for number, kernel in enumerate(several):
            assert kernel.run(f"assert number == {number}")["status"] == "ok"
        places = [path for kernel in several for path in sockets(kernel.process())]
        assert len(places) == len(set(places))


def test_a_kernel_is_interrupted_and_restarted(kernel: Kernel) -> None:
    kernel.run("kept = 1")
    asked = kernel.client.execute("print('begun', flush=True)\nwhile True: pass")
    wait_until(lambda: kernel.client.get_iopub_msg(timeout=ANSWER)["msg_type"] == "stream")
    kernel.order("interrupt")
    while (reply := kernel.client.get_shell_msg(timeout=ANSWER))["parent_header"]["msg_id"] != asked:
        pass
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("assert kept == 1")["status"] == "ok"
    kernel.order("restart")
    kernel.wait_until_it_answers()
    assert kernel.run("kept")["ename"] == "NameError"
    assert channels_are_files(kernel)


def test_a_kernel_that_is_killed_is_started_again(kernel: Kernel) -> None:
    old = kernel.process()
    old.kill()
    wait_until(lambda: not old.is_running() or old.status() == psutil.STATUS_ZOMBIE)
    wait_until(
        lambda: [
            p
            for p in psutil.process_iter(["cmdline"])
            if str(kernel.client.connection_file) in (p.info["cmdline"] or [])
        ]
    )
    kernel.wait_until_it_answers()
    assert kernel.run("6 * 7")["status"] == "ok"
    assert channels_are_files(kernel)


def test_the_debugger_is_off_since_it_listens_on_tcp(insider: requests.Session, addresses: Addresses) -> None:
    page = insider.get(f"{server(addresses)}/lab", timeout=10).text
    [config] = re.findall(r'id="jupyter-config-data" type="application/json">\s*(.*?)</script>', page, re.DOTALL)
    assert "@jupyterlab/debugger-extension" in json.loads(config)["disabledExtensions"]


def test_a_lab_that_stops_leaves_no_folder(checkout: Path, insider: requests.Session, addresses: Addresses) -> None:
    with running(insider, addresses) as kernel:
        folder = kernel.connection_file().parent
    assert folder.is_dir()
    processes.stop(Paths(checkout), lab.LAB)
    assert not folder.exists()
    lab.start(Paths(checkout))


def test_a_long_name_of_the_folder_for_temporary_files_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with kernels.private_folder() as folder:
        assert not Path(folder).is_relative_to(tmp_path)
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
