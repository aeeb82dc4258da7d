"""The page *Then and now*: each of its rows names a proof, each proof is there, and some of them are here."""

from __future__ import annotations

import ast
import re

import pytest
import yaml

from workbench.settings import PATHS

from .pages import NOTEBOOKS, read
from .transcript import parse_blocks

PAGE = PATHS.root / "book/then-and-now.md"
PROOF = re.compile(r"`((?:app|tests|notebooks)/[\w/]+\.(?:py::\w+|ipynb))`")
ROW = re.compile(r"^(\S.*)\n: (.*(?:\n(?:  .*)?)*)", re.MULTILINE)
ROWS = dict(ROW.findall(PAGE.read_text()))
PROOFS = sorted(set(PROOF.findall(PAGE.read_text())))
CHAPTERS = {path.stem: read(path) for path in NOTEBOOKS}
COMMANDS = [
    (name, step.command)
    for name, page in CHAPTERS.items()
    for block in parse_blocks(page.prose)
    for step in block.steps
]
CODE = "\n".join(cell.source for page in CHAPTERS.values() for cell in page.code_cells)
CLOSED = re.compile(r"\((?:https?:)?//[^)]*(?:play-with-docker|labs\.play)[^)]*\)")


def test_the_rows_are_found() -> None:
    assert len(ROWS) == PAGE.read_text().count("\n: ") >= 8


@pytest.mark.parametrize("row", ROWS)
def test_each_row_names_its_proof(row: str) -> None:
    assert PROOF.search(ROWS[row])


@pytest.mark.parametrize("proof", PROOFS)
def test_the_proof_is_there(proof: str) -> None:
    path, _, name = proof.partition("::")
    assert (PATHS.root / path).is_file()
    if name:
        tree = ast.parse((PATHS.root / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    else:
        toc = yaml.safe_load((PATHS.root / "_toc.yml").read_text())
        chapters = [chapter["file"] for part in toc["parts"] for chapter in part["chapters"]]
        assert path.removesuffix(".ipynb") in chapters


def test_no_step_needs_apt_in_the_image() -> None:
    recipe = (PATHS.root / "app/Dockerfile").read_text()
    assert "pip install" in recipe
    assert not re.search(r"\bapt(?:-get)?\b", recipe + CODE)
    assert [command for _, command in COMMANDS if re.search(r"\bapt(?:-get)? ", command)] == []


def test_no_link_leads_to_what_has_closed() -> None:
    texts = {path.name: path.read_text() for path in (PATHS.root / "book").glob("*.md")}
    texts |= {name: page.prose for name, page in CHAPTERS.items()}
    assert CLOSED.search("[try it](https://labs.play-with-docker.com/)")
    assert {name for name, text in texts.items() if CLOSED.search(text)} == set()


def test_every_port_is_published_on_loopback() -> None:
    typed = [port for _, command in COMMANDS for port in re.findall(r"(?:-p|--publish)[ =](\S+)", command)]
    coded = re.findall(r'"\d+/tcp": *(\S+)', CODE)
    assert typed
    assert coded
    assert [port for port in typed if not port.startswith("127.0.0.1:")] == []
    assert [port for port in coded if not port.startswith('("127.0.0.1"')] == []


def test_no_login_has_its_password_in_the_command() -> None:
    logins = [command for _, command in COMMANDS if command.startswith("docker login")]
    assert logins
    assert [command for command in logins if "--password-stdin" not in command] == []
