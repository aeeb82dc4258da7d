"""Probes of what a build installs."""

from __future__ import annotations

import difflib
import importlib.metadata
import re

import requests

from workbench.explain.proof import Case, Proof

TOO_NEW = 3  # the first Werkzeug without url_quote


def werkzeug(case: Case) -> Proof:
    """Read which Werkzeug was installed, from the log or in the image."""
    installed = re.findall(r"(?i)\bwerkzeug[-=]{1,2}(\d+)\.", case.evidence.text)
    if not installed:
        installed = re.findall(r"Werkzeug==(\d+)\.", case.inside("python", "-m", "pip", "freeze"))
    if not installed:
        return Proof(None, "pip has installed no Werkzeug there.")
    return Proof(int(installed[-1]) >= TOO_NEW, f"Werkzeug {installed[-1]} is installed there.")


def suite_gone(case: Case) -> Proof:
    """Ask the package server for the suite, as apt does."""
    url = f"{case.name('url').rstrip('/')}/dists/{case.name('suite')}/Release"
    answer = requests.head(url, timeout=5, allow_redirects=True)
    return Proof(answer.status_code == requests.codes.not_found, f"{url} answers {answer.status_code}.")


def package_gone(case: Case) -> Proof:
    """Ask the package server for the file, as apt does."""
    answer = requests.head(case.name("url"), timeout=5, allow_redirects=True)
    return Proof(
        answer.status_code == requests.codes.not_found, f"the server answers {answer.status_code} for that file."
    )


def no_lists(case: Case) -> Proof:
    """See whether the image has lists of packages."""
    lists = case.inside("sh", "-c", "ls /var/lib/apt/lists | grep -c _Packages || true").strip()
    return Proof(lists == "0", f"the image that the step starts from has {lists} lists of packages.")


def no_version(case: Case) -> Proof:
    """Read the list of versions that pip found."""
    newest, package = case.name("newest"), case.name("package")
    return Proof(True, f"pip found versions of {package} for that Python, {newest} the newest of them.")


def no_package(case: Case) -> Proof:
    """Ask PyPI whether it has a package of that name; find the one of this Python's that is named nearly so."""
    package = case.name("package")
    answer = requests.head(f"https://pypi.org/pypi/{package}/json", timeout=5, allow_redirects=True)
    if answer.status_code != requests.codes.not_found:
        return Proof(False, f"pypi.org has a package {package}.")
    known = [str(one.metadata["Name"]) for one in importlib.metadata.distributions()]
    nearest = difflib.get_close_matches(package.lower(), known, n=1)
    return Proof(True, f"pypi.org has no package {package}.", {"right_name": nearest[0]} if nearest else {})


def no_file(case: Case) -> Proof:
    """Look for a file in the image."""
    path = case.name("file")
    there = case.inside("sh", "-c", 'test -e "$0" && echo yes || echo no', path).strip() == "yes"
    return Proof(not there, f"the image has {'a' if there else 'no'} file {path} at that point.")


def no_compiler(case: Case) -> Proof:
    """Look for a C compiler in the image."""
    there = case.inside("sh", "-c", "command -v gcc cc || true").strip()
    return Proof(not there, f"the image has {there or 'no gcc'}.")


def not_root(case: Case) -> Proof:
    """See as whom the step ran."""
    number = case.inside("id", "-u").strip()
    return Proof(number != "0", f"at that step, the user has the number {number}; root has 0.")


def managed(case: Case) -> Proof:
    """Look for the mark with which a distribution keeps pip away from its Python."""
    mark = case.inside("sh", "-c", "ls /usr/lib/python3*/EXTERNALLY-MANAGED 2>/dev/null || true").strip()
    return Proof(bool(mark), f"the image has {mark or 'no file EXTERNALLY-MANAGED'}.")
