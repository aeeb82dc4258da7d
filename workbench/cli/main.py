"""``./tutorial``'s subcommands."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from docker.errors import NotFound
from docker.models.containers import Container

from workbench import checks, doctor
from workbench.book import build as book
from workbench.book import notebooks, record
from workbench.checks import exercise_log
from workbench.cli import test_suite
from workbench.engine import client as engine
from workbench.errors import TutorialError
from workbench.explain import explain
from workbench.provision import base_image, cleanup, daemon, frontend, registries
from workbench.server import lab, workcopy
from workbench.settings import CI, LOOPBACK, ROOT, TITLE
from workbench.system import apt, processes
from workbench.text import say

FIRST_UNPRIVILEGED, LAST_PORT = 1024, 65535
LONGEST_INPUT = 100_000_000  # bytes that explain reads
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # what asks a program to end
BACKGROUND = (lab.LAB, daemon.DOCKERD)  # in the order in which they stop


def start(arguments: argparse.Namespace) -> int:
    """Set everything up, then say where the book and the lab are."""
    client = daemon.ensure(registries.port(registries.MIRROR), yes=arguments.yes)
    apt.ensure("docker", "curl", yes=arguments.yes)
    image = base_image.ensure(client, yes=arguments.yes)
    registries.ensure(client, registries.PUSH)
    frontend.build()
    book.build()
    workcopy.make()
    addresses = lab.start(arguments.port)
    if image.standin:
        say(f"The base image is a stand-in, {image.standin}.")
    if not image.pullable:
        say(base_image.how_to_pull())
    say(f"Book  {addresses.book}\nLab   {addresses.lab}")
    say(f"If your browser can't find these, as Safari can't: {addresses.plain}")
    if "SSH_CONNECTION" in os.environ:
        # "client-address client-port server-address server-port"
        here = f"{getpass.getuser()}@{os.environ['SSH_CONNECTION'].split()[2]}"
        say(f"On your own computer, first: ssh -L {addresses.port}:{LOOPBACK}:{addresses.port} {here}")
    return 0


def stop(_arguments: argparse.Namespace) -> int:
    """Stop what start started, and nothing else."""
    stopped = [name for name in BACKGROUND if processes.stop(name)]
    say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing of ours was running.")
    return 0


def clean(arguments: argparse.Namespace) -> int:
    """List what the tutorial made, ask, and remove it."""
    return cleanup.clean(everything=arguments.all, yes=arguments.yes)


def reset(arguments: argparse.Namespace) -> int:
    """Give a chapter's notebooks back to their first state; keep the student's versions beside them."""
    for notebook, kept in workcopy.reset(arguments.number).items():
        say(f"{notebook.relative_to(ROOT)} is as it was at first.")
        if kept:
            say(f"Yours is kept as {kept.relative_to(ROOT)}.")
    return 0


def show_progress(arguments: argparse.Namespace) -> int:
    """Say which exercises are done; or begin anew, after asking, with the old file kept."""
    if not arguments.reset:
        names = {page: list(exercises) for page, exercises in checks.PAGES.items()}
        say(exercise_log.report(names, exercise_log.read()))
        return 0
    if not exercise_log.FILE.exists():
        say("No exercise is noted down.")
        return 0
    if not (arguments.yes or CI or apt.agreed("Forget which exercises are done?")):
        say("Nothing was changed.")
        return 1
    if kept := exercise_log.reset():
        say(f"Begun anew. The old progress is kept as {kept.relative_to(ROOT)}.")
    return 0


def test(arguments: argparse.Namespace) -> int:
    """Run everything that CI runs."""
    return test_suite.run(fast=arguments.fast, keyword=arguments.k)


def build_book(_arguments: argparse.Namespace) -> int:
    """Build the pages from the stored outputs."""
    book.build()
    say(f"The book is in {book.PAGES.relative_to(ROOT)}.")
    return 0


def record_notebooks(arguments: argparse.Namespace) -> int:
    """Execute notebooks again and store their outputs."""
    for path in notebooks.chosen(arguments.numbers):
        say(f"Recording {path.name}")
        record.record(path)
    return 0


def bench(_arguments: argparse.Namespace) -> int:
    """Measure what the notebooks cost beside the bare command line."""
    return processes.call([sys.executable, str(ROOT / "benchmarks/journey.py")]).returncode


def examine(arguments: argparse.Namespace) -> int:
    """Look at this machine and say what stands in the journey's way."""
    findings = doctor.examine()
    if arguments.json:
        say(json.dumps(doctor.report(findings), indent=2))
    else:
        say("\n".join(map(_told, findings)))
        blocking = [finding.question.probe for finding in findings if finding.blocks]
        say(f"\nThe journey can't run yet: {', '.join(blocking)}." if blocking else "\nThe journey can run.")
    return 0 if doctor.ready(findings) else 1


def _told(finding: doctor.Finding) -> str:
    seen = finding.seen
    lines = [f"{seen.state:<16}{finding.question.probe}: {seen.found}"]
    if seen.state != "ok":
        lines += filter(None, [finding.question.why, seen.fix, *seen.advice.splitlines()])
    return f"\n{'':16}".join(lines)


def explain_failure(arguments: argparse.Namespace) -> int:
    """Say why something failed: a container, or what standard input tells."""
    if arguments.container is None and sys.stdin.isatty():
        arguments.usage("give a container, or the text: ./tutorial explain <build.log")
    what = _container(arguments.container) if arguments.container else sys.stdin.buffer.read(LONGEST_INPUT)
    # Who builds stands in the folder that is built, as a rule.
    explanation = explain(what, str(Path.cwd()) if Path("Dockerfile").exists() else "")
    say(explanation or "No known cause fits. ./tutorial doctor looks at the machine.")
    return 0 if explanation else 1


def _container(name: str) -> Container:
    try:
        return engine.connect().containers.get(name)
    except NotFound as error:
        raise TutorialError(f"No container has the name or ID {name}.", "List them all: docker ps --all") from error


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    root = argparse.ArgumentParser(prog="./tutorial", description=TITLE)
    root.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    _add_machine(commands)
    _add_work(commands)
    _add_help(commands)
    _add_authoring(commands)
    return root


def _add_machine(commands: Any) -> None:
    """Add what sets the machine up and tidies it."""
    command = commands.add_parser("start", help="set everything up; print where the book and the lab are")
    command.add_argument("--yes", action="store_true", help="install missing system packages without asking")
    command.add_argument("--port", type=_port, help="port of the lab on 127.0.0.1")
    command.set_defaults(run=start)

    command = commands.add_parser("stop", help="stop what start started, and nothing else")
    command.set_defaults(run=stop)

    command = commands.add_parser("clean", help="remove what the notebooks made")
    command.add_argument("--all", action="store_true", help="also the registries, the base image and caches")
    command.add_argument("--yes", action="store_true", help="don't ask")
    command.set_defaults(run=clean)


def _add_work(commands: Any) -> None:
    """Add what is about the student's own copy."""
    command = commands.add_parser(
        "reset", help="give a chapter's notebooks back to their first state; keep yours beside them"
    )
    command.add_argument("number", metavar="NN", help="the chapter's number; its page to break things goes along")
    command.set_defaults(run=reset)

    command = commands.add_parser("progress", help="say which exercises are done")
    command.add_argument("--reset", action="store_true", help="begin anew; the old progress is kept beside it")
    command.add_argument("--yes", action="store_true", help="don't ask")
    command.set_defaults(run=show_progress)


def _add_help(commands: Any) -> None:
    """Add what helps where something fails."""
    command = commands.add_parser("doctor", help="look at this machine and say what stands in the way")
    command.add_argument("--json", action="store_true", help="for programs")
    command.set_defaults(run=examine)

    command = commands.add_parser("explain", help="say why something failed: a container, or text by standard input")
    command.add_argument("container", nargs="?", metavar="CONTAINER", help="its name or ID")
    command.set_defaults(run=explain_failure, usage=command.error)


def _add_authoring(commands: Any) -> None:
    """Add what those use who write the pages."""
    command = commands.add_parser("test", help="run everything that CI runs")
    command.add_argument("--fast", action="store_true", help="only what needs no engine")
    command.add_argument("-k", metavar="EXPRESSION", help="only tests that match, as for pytest")
    command.set_defaults(run=test)

    command = commands.add_parser("record", help="execute notebooks again and store their outputs")
    command.add_argument(
        "numbers",
        nargs="*",
        metavar="NN",
        help="the chapters' numbers, each with its page to break things; all without any",
    )
    command.set_defaults(run=record_notebooks)

    command = commands.add_parser("book", help="build the pages from the stored outputs; needs no engine")
    command.set_defaults(run=build_book)

    command = commands.add_parser("bench", help="measure what the notebooks cost beside the bare command line")
    command.set_defaults(run=bench)


def main(line: list[str] | None = None) -> int:
    """Run one subcommand; an error that a user can meet is told in two lines, without a traceback."""
    arguments = parser().parse_args(line)
    try:
        _listen()
        return int(arguments.run(arguments))
    except BrokenPipeError:
        # Who was reading has gone, as `head` does; Python would complain of that once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except (TutorialError, *engine.ENGINE_ERRORS, OSError) as error:
        if arguments.debug:
            traceback.print_exc()
        say(_explained(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        _listen_no_more()  # what runs may have had its own way with Ctrl-C, as a recording has
        stopped = processes.stop_new()
        what = f": stopped {', '.join(stopped)}" if stopped else ""
        say(f"\nInterrupted{what}. Run it again any time.", file=sys.stderr)
        return 128 + int(next(iter(error.args), signal.SIGINT))


def _listen() -> None:
    """Let Ctrl-C, and other requests to end, interrupt what runs: once, since a second would leave things half stopped.

    ``./tutorial`` has turned Ctrl-C off for the time of loading.
    """

    def interrupt(number: int, _frame: object) -> None:
        _listen_no_more()
        raise KeyboardInterrupt(number)

    for number in ENDING:
        # nohup turns SIGHUP off for good.
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


def _listen_no_more() -> None:
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _explained(error: Exception) -> str:
    if isinstance(error, TutorialError):
        return str(error)
    if isinstance(error, engine.ENGINE_ERRORS):
        return f"The engine stopped answering or refused: {error}\nRun ./tutorial doctor to see why."
    return f"{error}\nCheck the free disk space, df -h, and whose the files are, ls -la."


def _port(text: str) -> int:
    if not (text.isdecimal() and FIRST_UNPRIVILEGED <= int(text) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text} is not a port from {FIRST_UNPRIVILEGED} to {LAST_PORT}")
    return int(text)


if __name__ == "__main__":
    CODE = main()
    _listen_no_more()  # Python would answer with a traceback while it tidies up
    sys.exit(CODE)
