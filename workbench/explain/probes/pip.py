"""Probes of what pip asks for, and of the way to it."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import requests

from workbench.explain.proof import Case, Proof

TIMEOUT = 4  # seconds
# Which package of Debian has a header file, or the program that knows of it.
DEVELOPMENT = {
    "Python.h": "python3-dev",
    "ffi.h": "libffi-dev",
    "openssl": "libssl-dev",
    "pg_config": "libpq-dev",
    "libpq-fe.h": "libpq-dev",
    "mysql": "default-libmysqlclient-dev pkg-config",
    "mariadb_config": "libmariadb-dev",
    "xml": "libxml2-dev libxslt1-dev",
    "jpeglib.h": "libjpeg-dev",
    "zlib.h": "zlib1g-dev",
    "ldap.h": "libldap2-dev",
    "sasl.h": "libsasl2-dev",
    "portaudio.h": "portaudio19-dev",
    "gmp.h": "libgmp-dev",
    "sqlite3.h": "libsqlite3-dev",
}
DEPENDS = re.compile(r"(?P<who>[\w.-]+) \S+ depends on (?P<needs>[\w.\[\]-]+[^\s(,;]*)")


def needs(case: Case) -> Proof:
    """Read what pip says of the two that contradict each other."""
    found = DEPENDS.search(case.evidence.text)
    if found is None:
        return Proof(None, "the lines that name both are missing.")
    names = {"who": found["who"], "needs": shlex.quote(found["needs"])}
    return Proof(True, f"pip says that {found['who']} needs {found['needs']}.", names)


def unreachable(case: Case) -> Proof:
    """Ask the package server from this machine."""
    host = case.names.get("host") or "pypi.org"
    try:
        answer = requests.head(f"https://{host}/", timeout=TIMEOUT)
    except requests.RequestException as error:
        return Proof(True, f"from this machine, {host} doesn't answer either ({type(error).__name__}).", {"host": host})
    return Proof(None, f"from this machine, {host} answers with {answer.status_code}.", {"host": host})


def proxy_on_loopback(_case: Case) -> Proof:
    """Read which proxy this machine names."""
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("https_proxy") or ""
    if not proxy:
        return Proof(None, "no proxy is named here in HTTPS_PROXY.")
    loopback = "127.0.0.1" in proxy or "localhost" in proxy
    return Proof(loopback, f"HTTPS_PROXY names a proxy {'on this machine' if loopback else 'elsewhere'}.")


def development_files(case: Case) -> Proof:
    """Find the package of Debian that brings the missing file."""
    wanted = case.names.get("header") or case.names.get("header_too") or "rustc"
    packages = next((package for part, package in DEVELOPMENT.items() if part in wanted), "")
    names = {"header": wanted, "development": packages or ("rustc cargo" if wanted == "rustc" else "")}
    found = f"Debian's package with {wanted} is {names['development'] or 'not among those known here'}."
    return Proof(True if names["development"] else None, found, names)


def on_a_list(case: Case) -> Proof:
    """Tell by its name, since PyPI may have a stranger's package of that name."""
    return Proof(True, f"{case.name('package')} is one of those packages.")


def has_zeros(case: Case) -> Proof:
    """Look for the zeros between the letters that UTF-16 has."""
    path = Path(case.evidence.folder or ".") / "requirements.txt"
    if not path.is_file():
        return Proof(None, f"there is no {path} here.")
    zeros = b"\0" in path.read_bytes()
    return Proof(zeros, f"{path} has {'zeros' if zeros else 'no zeros'} between its letters.")
