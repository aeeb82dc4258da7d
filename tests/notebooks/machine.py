"""Words of this machine that no page may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.settings import PATHS

from .pages import Page, shown


def words() -> dict[str, str]:
    """Give what is private here, each with what it is: the checkout's folder and the local registry's password."""
    found = {"folder of the project": str(PATHS.root)}
    password = PATHS.state / "registry.password"
    if password.exists():
        found["password of the local registry"] = password.read_text().strip()
    return found


def leaks(page: Page, private: dict[str, str]) -> Iterator[str]:
    """Say which private words stand anywhere in a page."""
    return (f"it holds the {what}" for what, word in private.items() if word in page.text)


def names_host(page: Page, host: str) -> Iterator[str]:
    """Say which outputs hold this machine's name.

    A name that authors use as a word, as `web` or `vm` may be, says nothing.
    """
    name = re.compile(rf"(?<![\w-]){re.escape(host)}(?![\w-])")
    if not name.search(page.sources):
        for where, text in shown(page):
            if name.search(text):
                yield f"{where} names this machine"
