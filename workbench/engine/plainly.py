"""What docker-py raises, in one line and with the next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from docker.errors import APIError, DockerException, NotFound

from workbench.engine.client import unreachable
from workbench.errors import TutorialError

CUT = (ConnectionError, TimeoutError)  # the engine went away in the middle of an answer


@contextmanager
def translated_errors() -> Iterator[None]:
    """Let no traceback of docker-py reach somebody who pressed a button.

    Raises
    ------
    TutorialError
        In place of whatever docker-py or the connection to the engine raised.
    """
    try:
        yield
    except NotFound as error:
        raise TutorialError(_said(error), "Is it still there? docker ps --all and docker images tell.") from error
    except APIError as error:
        raise TutorialError(_said(error), "Mend that, then press the button again.") from error
    except (DockerException, requests.RequestException, urllib3.exceptions.HTTPError, *CUT) as error:
        raise unreachable(error) from error
    except (OSError, TypeError) as error:  # docker-py says TypeError where the folder to build from is gone
        raise TutorialError(f"That did not work: {error}", "Mend that, then press the button again.") from error


def _said(error: APIError) -> str:
    """Give the engine's own words as one line."""
    return " ".join(str(error.explanation or error).split())
