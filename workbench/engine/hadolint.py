"""What hadolint has to say about a Dockerfile, and what to do about it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import TutorialError
from workbench.settings import BASE_IMAGE, FLASK

REPAIR = "Install it anew: ./tutorial start"
LINT_TIMEOUT = 5  # seconds; a page of instructions takes 0.01, ten thousand lines take a minute

# Rules that don't hold on these pages: the only place where they stand.
IGNORED = {
    "DL3008": "Debian takes a version out of its archive when the next one is there, and a pinned build then fails",
    "DL3066": "names of users are easier to read than numbers, and only Kubernetes minds",
}
ADVICE = {
    "DL1000": "hadolint can't read this line, and checks nothing after it: {message}. Below it says what Docker does.",
    "DL3000": "Write the whole path, from / on: a relative one depends on what the base image has set.",
    "DL3002": "The program would run as root. Name another user at the end.",
    "DL3003": "cd lasts for this RUN alone. Use WORKDIR to stay in a folder.",
    "DL3004": "A build runs as root already: leave out sudo.",
    "DL3006": f"No tag, so it means latest, which moves on. Name a version, as in {BASE_IMAGE}.",
    "DL3007": f"latest moves on, and with it your image. Name a version, as in {BASE_IMAGE}.",
    "DL3009": "The lists of packages stay in the layer. Remove them in the same RUN: rm -rf /var/lib/apt/lists/*",
    "DL3013": f"No version: pip takes the newest of the day. Name one, as in Flask=={FLASK}.",
    "DL3014": "Nobody is there to answer the question: apt-get install -y",
    "DL3015": "It brings packages that are only recommended: add --no-install-recommends",
    "DL3020": "COPY is enough for files and folders; ADD also unpacks and downloads.",
    "DL3021": "With several files the last argument is a folder: end it with a slash.",
    "DL3025": 'Write a list, ["program", "argument"], or a shell stands between Docker and your program.',
    "DL3027": "apt is made for people; in a recipe use apt-get.",
    "DL3042": "pip keeps what it downloads, and it stays in the layer. pip install --no-cache-dir saves the space.",
    "DL3045": "Where to? A path without / depends on the working directory: set WORKDIR, or write the whole path.",
    "DL3059": "Each RUN is a layer. Join what belongs together with &&.",
    "DL3061": "A Dockerfile begins with FROM; only ARG may stand before it.",
    "DL4000": 'MAINTAINER is out of use: write LABEL maintainer="..." instead.',
    "DL4003": "Of several CMD only the last counts: remove the others.",
    "DL4004": "Of several ENTRYPOINT only the last counts: remove the others.",
    "DL4006": "If the command before the | fails, nobody notices. Set SHELL with -o pipefail before it.",
}


@dataclass(frozen=True)
class Finding:
    """One thing to mend or to think about.

    Attributes
    ----------
    line : int
        Counted from 1.
    text : str
        What stands on that line.
    code : str
        hadolint's name for the rule, such as ``DL3006``; ``SC`` ones come from ShellCheck.
    level : str
        ``error``, ``warning``, ``info`` or ``style``.
    advice : str
        What to do.
    """

    line: int
    text: str
    code: str
    level: str
    advice: str


def lint(dockerfile: str) -> list[Finding]:
    """Ask hadolint about a Dockerfile.

    The same on the command line: ``hadolint - < Dockerfile``.

    Raises
    ------
    TutorialError
        Where hadolint is missing, takes too long, or fails.
    """
    lines = dockerfile.split("\n")
    return [_finding(found, lines) for found in _decoded(_run(dockerfile))]


def _run(dockerfile: str) -> subprocess.CompletedProcess[bytes]:
    ignored = [option for code in IGNORED for option in ("--ignore", code)]
    try:
        return subprocess.run(
            [_program(), "--no-color", "--format", "json", *ignored, "-"],
            input=dockerfile.encode(errors="replace"),
            capture_output=True,
            timeout=LINT_TIMEOUT,
            check=False,
            # Neither a file nor a variable of this machine changes what a page says.
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "HOME": "/", "XDG_CONFIG_HOME": "/"},
        )
    except subprocess.TimeoutExpired as error:
        raise TutorialError(
            f"hadolint was not done after {LINT_TIMEOUT} s, so nothing is checked.", "Is this a Dockerfile? It is long."
        ) from error
    except OSError as error:
        raise TutorialError(
            f"hadolint doesn't start: {error.strerror}.", "Install it anew: ./tutorial start"
        ) from error


def _program() -> str:
    """Find hadolint beside the Python that runs, where its wheel puts it, else on PATH."""
    beside = Path(sys.executable).with_name("hadolint")
    found = str(beside) if beside.exists() else shutil.which("hadolint")
    if found is None:
        raise TutorialError("hadolint is not installed, so nothing is checked.", "Install it: ./tutorial start")
    return found


def _decoded(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, str]]:
    try:
        found: list[dict[str, str]] = json.loads(result.stdout)
    except ValueError as error:
        last = (result.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
        raise TutorialError(f"hadolint failed with exit code {result.returncode}: {last}", REPAIR) from error
    return found


def _finding(found: dict[str, str], lines: list[str]) -> Finding:
    line, code = int(found["line"]), found["code"]
    # A syntax error goes on with all that might have stood there.
    message = " ".join(found["message"].partition("\nexpecting ")[0].split())
    text = lines[line - 1].strip() if line <= len(lines) else ""
    return Finding(line, text, code, found["level"], ADVICE.get(code, "{message}").format(message=message))
