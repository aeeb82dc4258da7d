"""Other users of this machine, all of them real: what they try, and our code run as one of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STRANGER = 4321
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can act for other users")

# Claims what it is given as this user, says what it got, and holds that until its input ends. It loads the modules
# before it becomes the user, who can't read root's files. The password database doesn't know the user, so it is told
# where the home is.
CLAIM_AND_HOLD = """
import os, pwd, sys, types
from pathlib import Path
from workbench.errors import TutorialError
from workbench.settings import Paths
from workbench.system.locks import claim
user, home, checkout, *candidates = sys.argv[1:]
pwd.getpwuid = lambda _uid: types.SimpleNamespace(pw_dir=home)
if int(user) != os.getuid():
    os.setgroups([])
    os.setresgid(*[int(user)] * 3)
    os.setresuid(*[int(user)] * 3)
try:
    got, lock = claim(Paths(Path(checkout)), candidates)
except TutorialError as error:
    got = error.what
print(got, flush=True)
sys.stdin.read()
"""


@contextmanager
def homes() -> Iterator[Path]:
    """Give a folder for homes. Not pytest's, which other users may not enter."""
    folder = Path(tempfile.mkdtemp(prefix="homes-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def home_of(user: int, homes: Path) -> Path:
    """Make a home as Debian makes it: other users can look into it and write nothing."""
    home = homes / str(user)
    if not home.exists():
        home.mkdir(mode=0o755)
        os.chown(home, user, user)
    return home


@contextmanager
def claiming(*candidates: str, user: int, home: Path, checkout: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Claim in another process, as this user, and hold the claim; give what was claimed, or why nothing was."""
    command = [sys.executable, "-c", CLAIM_AND_HOLD, str(user), str(home), str(checkout), *candidates]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip(), process


def tries(script: str, *arguments: Path, user: int = STRANGER) -> str:
    """Run a script as a stranger; give what it prints, ``refused`` where the system doesn't let it."""
    body = "\n".join(f"    {line}" for line in script.strip().splitlines())
    program = f"import os, sys\ntry:\n{body}\nexcept PermissionError:\n    print('refused')"
    ended = subprocess.run(
        ["/usr/bin/python3", "-I", "-c", program, *map(str, arguments)],
        user=user,
        group=user,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()
