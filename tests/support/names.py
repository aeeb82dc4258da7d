"""Names that nothing else on the engine has."""

from __future__ import annotations

import secrets

# No digit, which could be the number or the port that a test looks for; no vowel, so that no word comes about.
CONSONANTS = "bcdfghjklmnpqrstvwxz"


def letters(length: int = 8) -> str:
    """Give letters in an order that nobody has had before."""
    return "".join(secrets.choice(CONSONANTS) for _ in range(length))
