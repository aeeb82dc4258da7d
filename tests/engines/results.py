"""What a run found: counted from pytest's report, and kept for the page "Proven on"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from workbench.book.sphinx_ext import proven_on
from workbench.settings import Paths
from workbench.system.files import write_atomically


def count(report: str) -> dict[str, Any]:
    """Count the tests of a report in JUnit's form: how many passed, of how many, and which others there are."""
    cases = list(ET.fromstring(report).iter("testcase"))
    every = {_name(case) for case in cases}  # one that fails, and then breaks while it tidies up, is there twice
    failed = {_name(case) for case in cases for kind in ("failure", "error") if case.find(kind) is not None}
    skipped = {_name(case) for case in cases if case.find("skipped") is not None} - failed
    passed = len(every) - len(failed) - len(skipped)
    return {"passed": passed, "of": len(every), "failed": sorted(failed), "skipped": sorted(skipped)}


def _name(case: ET.Element) -> str:
    return f"{case.get('classname')}::{case.get('name')}"


def write(paths: Paths, name: str, found: dict[str, Any]) -> Path:
    """Keep what a whole run of an engine found; nothing else writes this file."""
    file = proven_on.folder(paths) / f"{name}.json"
    write_atomically(file, json.dumps(found, indent=2) + "\n")
    return file
