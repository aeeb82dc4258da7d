"""A real terminal in a real container: keys, signals, sizes, floods, and every way to end."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import docker
import psutil
import pytest
from docker.errors import NotFound
from docker.models.containers import Container

from tests.support.waiting import wait_until
from workbench.engine.exec_tty import Tty
from workbench.engine.labels import lesson_labels
from workbench.errors import TutorialError
from workbench.lesson.terminal import terminal
from workbench.settings import BASE_IMAGE, PATHS
from workbench.widgets.terminal import TerminalView

pytestmark = pytest.mark.docker
PROMPT = "# "
MEGABYTE = 1_000_000
CLOSED = "This terminal was closed."


@pytest.fixture(name="box")
def fixture_box(client: docker.DockerClient) -> Iterator[Container]:
    """Give a container that waits, and see that no thread outlives the test."""
    box = client.containers.run(BASE_IMAGE, ["sleep", "600"], detach=True, labels=lesson_labels("test/terminal"))
    yield box
    with suppress(NotFound):
        box.remove(force=True)
    wait_until(lambda: not threads())


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "terminal"]


def programs(box: Container) -> list[str]:
    return [process[-1] for process in box.top()["Processes"]]


def ended(shell: TerminalView) -> str:
    wait_until(lambda: not shell.running)
    return str(shell.status)


def test_python_computes_and_its_arrow_keys_work(box: Container) -> None:
    shell = terminal(box)
    shell.type("python -q\n", until=">>> ")
    shell.type("6 * 7\n", until="42\n>>> ")
    shell.type("\x1b[A0\n", until="420\n>>> ")
    shell.type("\x04", until=PROMPT)
    assert shell.transcript.splitlines()[-6:-1] == [">>> 6 * 7", "42", ">>> 6 * 70", "420", ">>>"]


def test_it_is_a_terminal_with_colours(box: Container) -> None:
    shell = terminal(box)
    shell.type("test -t 0 && test -t 1 && echo $TERM\n", until="xterm-256color\n")
    shell.type("printf '\\033[31mr\\033[0med\\n'\n", until="\nred\n")
    assert "red" in shell.transcript.splitlines()


def test_ctrl_c_interrupts_and_ctrl_d_ends(box: Container) -> None:
    shell = terminal(box)
    shell.type("sleep 100; echo interrupt''ed $?\n", until="\n")
    wait_until(lambda: "sleep 100" in programs(box))
    shell.type("\x03", until=PROMPT)
    shell.type("echo $?\n", until=f"130\nroot@{str(box.id)[:12]}:/{PROMPT}")
    shell.type("\x04")
    assert ended(shell) == "/bin/bash has ended, with exit code 0."
    assert programs(box) == ["sleep 600"]


def test_ctrl_p_reaches_the_program_at_once(box: Container) -> None:
    shell = terminal(box)
    shell.type("echo once\n", until="once\n")
    shell.type("\x10", until="echo once")


def test_a_program_that_fills_the_screen_can_be_used(box: Container) -> None:
    shell = terminal(box)
    draw = "curses.wrapper(lambda w: (w.addstr(3, 5, 'a full '+'screen'), w.refresh(), w.getch()))"
    shell.type(f'python -c "import curses; {draw}"\n', until="a full screen")
    shell.type("q", until=PROMPT)
    assert "a full screen" not in shell.transcript


def test_the_size_is_seen_inside(box: Container) -> None:
    shell = terminal(box)
    shell.wait_for(PROMPT)
    for columns, rows in ((100, 30), (33, 24)):
        shell._handle_custom_msg({"type": "resize", "columns": columns, "rows": rows}, [])  # noqa: SLF001
        shell.type("stty size\n", until=f"{rows} {columns}\n")


def test_characters_of_all_kinds_go_in_and_come_out(box: Container) -> None:
    shell = terminal(box)
    shell.type("cat\n", until="cat\n")
    wait_until(lambda: "cat" in programs(box))
    shell.type("Größe 漢字 🐳\n", until="🐳\nGröße 漢字 🐳\n")


@pytest.mark.parametrize("megabytes", [5, 200])
def test_a_flood_is_bounded_in_memory(box: Container, megabytes: int) -> None:
    shell = terminal(box)
    shell.wait_for(PROMPT)
    before = psutil.Process().memory_info().rss
    highest, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            highest[0] = max(highest[0], psutil.Process().memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    shell.type(f"head -c {megabytes}000000 /dev/zero | tr '\\0' x; echo; echo DO''NE\n")
    shell.wait_for("DONE\n", 200)
    done.set()
    watcher.join()
    assert highest[0] - before < 30 * MEGABYTE
    assert "DONE" in shell.transcript.splitlines()[-2:]  # the prompt may follow later
    assert len(shell.snapshot) < 20_000


def test_output_that_comes_with_the_engine_s_answer_is_not_lost(
    box: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_the_answer = http.client.HTTPResponse.begin

    def late(response: http.client.HTTPResponse) -> None:
        time.sleep(1)
        read_the_answer(response)

    with monkeypatch.context() as patch:
        patch.setattr(http.client.HTTPResponse, "begin", late)
        tty = Tty(box, "echo early")
    received = b""
    while (data := tty.read(None)) is not None:
        received += data
    assert received == b"early\r\n"
    assert tty.release() == "echo early has ended, with exit code 0."


def test_binary_output_breaks_nothing(box: Container) -> None:
    shell = terminal(box)
    shell.type("head -c 3000000 /dev/urandom; reset; echo DO''NE\n")
    shell.wait_for("DONE", 60)
    assert "\x1b" not in shell.transcript


def test_what_nobody_reads_makes_nobody_wait(box: Container) -> None:
    shell = terminal(box)
    shell.type("sleep 100\n", until="\n")
    shell.type("x" * 3 * MEGABYTE)
    assert "sleep 100" in programs(box)
    shell.close()
    assert ended(shell) == CLOSED


def test_two_terminals_share_a_container(box: Container) -> None:
    one, two = terminal(box), terminal(box)
    assert one.label != two.label
    one.type("cd /tmp && echo one > shared\n", until=PROMPT)
    two.type("pwd; cat /tmp/shared\n", until="/\none\n")
    one.close()
    assert ended(one) == CLOSED
    two.type("echo still $((40+2))\n", until="still 42\n")


def test_closing_leaves_no_program_behind(box: Container) -> None:
    shell = terminal(box)
    shell.type("sleep 500 & nohup sleep 501 & python -q\n", until=">>> ")
    wait_until(lambda: {"sleep 500", "sleep 501"} <= set(programs(box)))
    shell.close()
    shell.close()
    assert ended(shell) == CLOSED
    assert programs(box) == ["sleep 600"]


def test_closing_leaves_no_thread_and_no_socket_behind(box: Container) -> None:
    counts = []
    for _ in range(6):
        shell = terminal(box)
        shell.wait_for(PROMPT)
        shell.close()
        wait_until(lambda: not threads())
        counts.append(len(psutil.Process().net_connections("unix")))
    # docker-py keeps a connection or two for later, but never one for each terminal.
    assert counts[-1] <= counts[0] + 3


def test_exit_leaves_what_was_started_to_stay(box: Container) -> None:
    shell = terminal(box)
    shell.type("nohup sleep 502 >/dev/null 2>&1 &\n", until=PROMPT)
    shell.type("exit 3\n")
    assert ended(shell) == "/bin/bash has ended, with exit code 3."
    wait_until(lambda: programs(box) == ["sleep 600", "sleep 502"])


@pytest.mark.parametrize(
    ("act", "how"),
    [
        (lambda box: box.stop(timeout=0), "The container has stopped, with exit code 137."),
        (lambda box: box.kill(), "The container has stopped, with exit code 137."),
        (lambda box: box.remove(force=True), "The container was removed."),
    ],
)
def test_a_container_that_goes_takes_its_terminals_along(
    box: Container, act: Callable[[Container], None], how: str
) -> None:
    shells = [terminal(box), terminal(box)]
    for shell in shells:
        shell.wait_for(PROMPT)
    act(box)
    # A removed container may be seen while it has only just stopped.
    assert {ended(shell) for shell in shells} <= {how, "The container has stopped, with exit code 137."}
    for shell in shells:
        assert shell.status in shell.snapshot


def test_a_container_that_does_not_answer_keeps_nobody(box: Container) -> None:
    shell = terminal(box)
    shell.wait_for(PROMPT)
    # Not box.pause(), which fails at times where containers run in a container.
    freeze = "kill -{} $(grep -lsE 'bash|WORKBENCH' /proc/[0-9]*/cmdline | cut -d/ -f3 | grep -vx $$)"
    box.exec_run(["sh", "-c", freeze.format("STOP")])
    shell.close()
    assert ended(shell) == CLOSED
    assert "/bin/bash" in programs(box)
    box.exec_run(["sh", "-c", freeze.format("CONT")])
    wait_until(lambda: programs(box) == ["sleep 600"])


def test_a_program_that_isn_t_there_is_named(box: Container) -> None:
    shell = terminal(box, ["/bin/nonsense", "-x"])
    # Docker 20.10 says 126, "can't be run"; newer engines say 127, "not found", as a shell does.
    assert re.fullmatch(r"/bin/nonsense -x has ended, with exit code 12[67]\.", ended(shell))
    assert "no such file or directory" in shell.transcript


def test_a_container_that_does_not_run_has_no_terminal(box: Container) -> None:
    box.stop(timeout=0)
    with pytest.raises(TutorialError, match=f"No terminal in container {box.name}: .*is not running"):
        terminal(box)
    box.remove()
    with pytest.raises(TutorialError, match="The container is gone"):
        terminal(box)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_kernel_that_dies_leaves_no_shell(box: Container, end: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "kernel.py"
    script.write_text(
        "import docker, sys, time\nfrom workbench import terminal\n"
        "shell = terminal(docker.from_env().containers.get(sys.argv[1]))\n"
        "shell.type('sleep 503 &\\n', until='# ')\nprint('ready', flush=True)\ntime.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script), str(box.id)], stdout=subprocess.PIPE, cwd=PATHS.root, env=dict(os.environ)
    ) as kernel:
        assert kernel.stdout is not None
        assert kernel.stdout.readline() == b"ready\n"
        wait_until(lambda: "sleep 503" in programs(box))
        kernel.send_signal(end)
        kernel.wait()
    wait_until(lambda: programs(box) == ["sleep 600"])
