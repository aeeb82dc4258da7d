"""Whether the mutants of a module were tried on the files as they are now: a green run leaves a hash of these files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import grimp

from workbench.settings import PATHS

from .exercise_workspace import SOLUTION
from .notebook_replay import HEADING

FOLDER = Path(__file__).parent / "proven"
# pytest loads the first two by itself; the others lock the packages and say which warnings are errors.
ALWAYS = (
    "tests/conftest.py",
    "tests/docker/checks/conftest.py",
    "pyproject.toml",
    "requirements.txt",
    "requirements-test.txt",
)


class Proof:
    """The inputs of one test module's mutants, and the hash that the last green run left.

    Parameters
    ----------
    test_module : str
        Full name of the module that has the catalogue.
    root : pathlib.Path
        The checkout.
    folder : pathlib.Path
        Where the hashes are.
    """

    def __init__(self, test_module: str, root: Path = PATHS.root, folder: Path = FOLDER) -> None:
        self._module, self._root = test_module, root
        self._file = folder / f"{test_module.rpartition('.test_')[2]}.sha256"

    def holds(self) -> bool:
        """Tell whether a green run has seen these very inputs."""
        return self._file.exists() and self._file.read_text() == self.hash()

    def write(self) -> None:
        """Note that the mutants of these inputs were tried, and none has survived."""
        self._file.parent.mkdir(exist_ok=True)
        self._file.write_text(self.hash())

    def inputs(self) -> dict[str, bytes]:
        """Give all that decides whether a mutant survives, by its path from the root of the checkout."""
        modules = [self._path(name) for name in sorted({self._module, *_graph().find_upstream_modules(self._module)})]
        files = [*modules, *(self._root / name for name in ALWAYS), *_app(self._root / "app")]
        found = {str(file.relative_to(self._root)): file.read_bytes() for file in files}
        tests = b"".join(text for name, text in found.items() if name.startswith("tests/")).decode()
        pages = [page for page in sorted((self._root / "notebooks").glob("*.ipynb")) if f'"{page.stem}"' in tests]
        return found | {str(page.relative_to(self._root)): _played(page) for page in pages}

    def hash(self) -> str:
        """Give the hash of the inputs, as a line."""
        return hashlib.sha256(repr(sorted(self.inputs().items())).encode()).hexdigest() + "\n"

    def _path(self, module: str) -> Path:
        path = self._root.joinpath(*module.split("."))
        return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def survivors(proof: Proof, try_mutants: Callable[[], list[str]], *, weekly: bool, record_proofs: bool) -> list[str]:
    """Try mutants where what decides about them has changed since the last green run.

    Parameters
    ----------
    proof : Proof
    try_mutants : callable
        Gives those that survive.
    weekly : bool
        Try them in any case.
    record_proofs : bool
        Leave the hash of a green run, to be committed.
    """
    if proof.holds() and not weekly:
        return []
    before = proof.hash()
    alive = try_mutants()
    # A file that was edited meanwhile was perhaps not what ran.
    if record_proofs and not alive and proof.hash() == before:
        proof.write()
    return alive


@cache
def _graph() -> grimp.ImportGraph:
    """Build the graph of who imports whom, inside functions too."""
    return grimp.build_graph("workbench", "tests", cache_dir=None)


def _app(folder: Path) -> Iterator[Path]:
    """List what a state gets of the app."""
    return (file for file in sorted(folder.iterdir()) if file.is_file() and not file.name.startswith("test_"))


def _played(page: Path) -> bytes:
    """Take from a page what states are made from: code, folded solutions, and the headings that lead to them."""
    parts: list[str] = []
    for cell in json.loads(page.read_bytes())["cells"]:
        source = "".join(cell["source"])
        code = cell["cell_type"] == "code"
        parts += [source] if code else [repr(pattern.findall(source)) for pattern in (HEADING, SOLUTION)]
    return "\n".join(parts).encode()
