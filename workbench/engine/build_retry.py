"""Builds beside somebody who removes images."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from docker.errors import BuildError

T = TypeVar("T")

# The classic builder finds a step in its cache, and the step is gone in the next moment: it went with the last image
# that had it.
MISSING_LAYER = (
    r"(?m)^No such image: sha256:|unable to find image \"sha256:|unknown parent image ID sha256:|layer does not exist"
    r"|failed to get digest sha256:"
)
TRIES = 3


def retry_missing_layer(build: Callable[..., T]) -> Callable[..., T]:
    """Build up to three times where a step vanishes; every other failure counts at once.

    Parameters
    ----------
    build : callable
        ``client.images.build``, or what ends in it.
    """

    @wraps(build)
    def again(*arguments: Any, **options: Any) -> T:
        for _ in range(TRIES - 1):
            try:
                return build(*arguments, **options)
            except BuildError as error:
                if not re.search(MISSING_LAYER, str(error)):
                    raise
        return build(*arguments, **options)

    return again
