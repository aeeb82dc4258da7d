"""``./tutorial`` and its commands; each loads what it needs when it runs, so that ``--help`` answers at once."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path

import click
from docker.errors import NotFound
from docker.models.containers import Container

from workbench.cli.parts import PARTS
from workbench.engine import client
from workbench.errors import TutorialError
from workbench.settings import CI, PATHS, TITLE, Paths
from workbench.system import apt, processes
from workbench.text import say

FIRST_UNPRIVILEGED, LAST_PORT = 1024, 65535
LONGEST_INPUT = 100_000_000  # bytes that explain reads


class Commands(click.Group):
    """A group that lists its commands in the order in which you need them, not by the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Give the names of the commands."""
        return list(self.commands)


@click.group(cls=Commands, help=f"{TITLE}.", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def tutorial(**_debug: bool) -> None:
    """Take what all commands share; ``main`` reads it."""


def _port(text: str) -> int:
    if not (text.isdecimal() and FIRST_UNPRIVILEGED <= int(text) <= LAST_PORT):
        raise click.BadParameter(f"{text} is not a port from {FIRST_UNPRIVILEGED} to {LAST_PORT}.")
    return int(text)


@tutorial.command()
@click.option("--yes", is_flag=True, help="Install missing system packages without asking.")
@click.option("--port", type=_port, metavar="N", help="Port of the lab on 127.0.0.1.")
@click.pass_obj
def start(paths: Paths, *, yes: bool, port: int | None) -> None:
    """Set everything up, and print the addresses of book and lab."""
    from workbench.book import build
    from workbench.cli import start_report
    from workbench.provision import base_image, node, setup
    from workbench.provision.base_image import BaseImage
    from workbench.server import lab, workcopy
    from workbench.system import locks

    with locks.one_at_a_time(paths, "start"):
        ready = setup.prepare(paths, "docker", "curl", yes=yes)
        build.build(paths)
        node.discard(paths)
        start_report.say_what_is_new(paths, workcopy.make(paths))
        addresses = lab.start(paths, port)
    base = base_image.describe(paths, ready.client)
    if base.kind is BaseImage.STANDIN:
        say(f"The base image is a stand-in, {base.origin}.")
    if not ready.pullable:
        say(base_image.how_to_pull(paths))
    say(start_report.where_to_begin(addresses))


@tutorial.command()
@click.pass_obj
def stop(paths: Paths) -> None:
    """Stop what start started, and nothing else."""
    from workbench.provision import daemon
    from workbench.server import lab

    # The lab first: its kernels talk to the engine.
    stopped = [name for name in (lab.LAB, daemon.DOCKERD) if processes.stop(paths, name)]
    say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing of ours was running.")


@tutorial.command()
@click.option("--all", "everything", is_flag=True, help="Also remove the registries, the base image and caches.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def clean(paths: Paths, *, everything: bool, yes: bool) -> int:
    """Remove what the notebooks made."""
    from workbench.provision import cleanup

    return cleanup.clean(paths, everything=everything, yes=yes)


@tutorial.command()
@click.argument("number", metavar="NN")
@click.pass_obj
def reset(paths: Paths, number: str) -> None:
    """Get a chapter's first state back, and keep your version.

    NN is the chapter's number. Its page to break things is reset too.
    """
    from workbench.server import workcopy

    for notebook, kept in workcopy.reset(paths, number).items():
        say(f"{notebook.relative_to(paths.root)} is as it was at first.")
        if kept:
            say(f"Yours is kept as {kept.relative_to(paths.root)}.")


@tutorial.command()
@click.option("--reset", "again", is_flag=True, help="Start over; your old progress is kept beside the new.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def progress(paths: Paths, *, again: bool, yes: bool) -> int:
    """Show which exercises are done."""
    from workbench import checks
    from workbench.checks import exercise_log

    if not again:
        names = {page: list(exercises) for page, exercises in checks.PAGES.items()}
        say(exercise_log.report(names, exercise_log.read(paths)))
        return 0
    if not exercise_log.file(paths).exists():
        say("No exercise is noted down.")
        return 0
    if not (yes or CI or apt.agreed("Forget which exercises are done?")):
        say("Nothing was changed.")
        return 1
    if kept := exercise_log.reset(paths):
        say(f"You start over. Your old progress is kept as {kept.relative_to(paths.root)}.")
    return 0


@tutorial.command("check")
@click.argument("exercise", required=False)
@click.pass_obj
def check_exercises(paths: Paths, exercise: str | None) -> int:
    """Say whether an exercise is done.

    Without EXERCISE, all of them are checked.
    """
    from workbench import checks
    from workbench.lesson import judgement

    engine, kept = client.connect(), paths.work.exists()
    done = True
    for name in [exercise] if exercise else checks.CHECKS:
        found = judgement.in_terminal(paths, engine, name)
        say(found if exercise else f"{name}: {found}")
        done = done and found.result.ok
        for problem in judgement.noted(paths, name, found.result) if kept else ():
            say(problem)
    return 0 if done else 1


@tutorial.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.pass_obj
def examine(paths: Paths, *, as_json: bool) -> int:
    """Look for what would stop you on this machine."""
    from workbench import doctor

    findings = doctor.examine(doctor.Targets(paths=paths))
    say(json.dumps(doctor.report(findings), indent=2) if as_json else doctor.text(findings))
    return 0 if doctor.ready(findings) else 1


@tutorial.command("explain")
@click.argument("container", required=False)
def explain_failure(container: str | None) -> int:
    """Say why a container or a step failed.

    CONTAINER is its name or ID. Without one, give the text of the error: ./tutorial explain <build.log
    """
    from workbench.explain import explain

    if container is None and sys.stdin.isatty():
        raise click.UsageError("Give a container, or the text: ./tutorial explain <build.log")
    what = _container(container) if container else sys.stdin.buffer.read(LONGEST_INPUT)
    # You usually build in the folder that holds the Dockerfile.
    explanation = explain(what, str(Path.cwd()) if Path("Dockerfile").exists() else "")
    say(explanation or "No known cause fits. ./tutorial doctor looks at the machine.")
    return 0 if explanation else 1


def _container(name: str) -> Container:
    try:
        return client.connect().containers.get(name)
    except NotFound as error:
        raise TutorialError(f"No container has the name or ID {name}.", "List them all: docker ps --all") from error


@tutorial.command()
@click.option("--part", type=click.Choice(list(PARTS)), help="Only this part; fast needs no engine.")
@click.option("-k", "keyword", metavar="EXPRESSION", help="Only tests that match, as for pytest.")
@click.option("--weekly", is_flag=True, help="Also what CI proves once a week.")
@click.option("--engine", metavar="NAME", help="On this engine, in a machine made for it: docker-28.5-containerd.")
@click.pass_obj
def test(paths: Paths, *, part: str | None, keyword: str | None, weekly: bool, engine: str | None) -> int:
    """Run everything that CI runs."""
    from workbench.cli import test_suite

    if engine:
        return test_suite.run_on(paths, engine, part)
    return test_suite.run(paths, part=part, keyword=keyword, weekly=weekly)


@tutorial.command("record")
@click.argument("numbers", nargs=-1, metavar="[NN]...")
@click.pass_obj
def record_notebooks(paths: Paths, numbers: tuple[str, ...]) -> None:
    """Execute notebooks again and store their outputs.

    NN is a chapter's number; its page to break things goes along. Without a number, all are recorded.
    """
    from workbench.book import notebooks, record

    for path in notebooks.chosen(paths, list(numbers)):
        say(f"Recording {path.name}")
        record.record(paths, path)


@tutorial.command("book")
@click.option("--recorded", is_flag=True, help="From outputs recorded here, which must fit the stored ones.")
@click.pass_obj
def build_book(paths: Paths, *, recorded: bool) -> None:
    """Build the pages from the stored outputs, without an engine."""
    from workbench.book import build
    from workbench.book import recorded as own

    if recorded:
        pages = own.build(paths)
    else:
        build.build(paths)
        pages = build.pages(paths)
    say(f"The book is in {pages.relative_to(paths.root)}.")


@tutorial.command()
@click.pass_obj
def bench(paths: Paths) -> int:
    """Compare the notebooks' cost with the bare command line's."""
    return processes.call([sys.executable, str(paths.root / "benchmarks/journey.py")]).returncode


def main(line: list[str] | None = None, paths: Paths = PATHS) -> int:
    """Run one command; an error that you can meet is told in two lines, without a traceback."""
    debug = False
    try:
        with tutorial.make_context("./tutorial", sys.argv[1:] if line is None else list(line), obj=paths) as context:
            debug = context.params["debug"]
            _listen()
            return tutorial.invoke(context) or 0
    except click.exceptions.Exit as end:  # after --help
        return end.exit_code
    except click.UsageError as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output is gone, as `head` goes; Python would complain of that once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except (TutorialError, *client.ENGINE_ERRORS, OSError) as error:
        if debug:
            traceback.print_exc()
        say(_explained(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt as error:
        _listen_no_more()  # what runs may have had its own way with Ctrl-C, as a recording has
        stopped = processes.stop_new(paths)
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

    for number in processes.ENDING:
        # nohup turns SIGHUP off for good.
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


def _listen_no_more() -> None:
    for number in processes.ENDING:
        signal.signal(number, signal.SIG_IGN)


def _explained(error: Exception) -> str:
    if isinstance(error, TutorialError):
        return str(error)
    if isinstance(error, client.ENGINE_ERRORS):
        return f"The engine stopped answering or refused: {error}\nRun ./tutorial doctor to see why."
    return f"{error}\nCheck the free disk space, df -h, and whose the files are, ls -la."


if __name__ == "__main__":
    CODE = main()
    _listen_no_more()  # Python would answer with a traceback while it tidies up
    sys.exit(CODE)
