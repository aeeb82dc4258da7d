"""An image that goes while the engine lists all of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, NotFound

from workbench.engine import image_list


def engine(*answers: Any) -> Any:
    """Give an engine that answers like this, one after the other, and notes what it is asked."""
    left, asked = [*answers], []

    def images(**chosen: Any) -> Any:
        asked.append(chosen)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return SimpleNamespace(api=SimpleNamespace(images=images), asked=asked)


def test_the_engine_is_asked_again_where_an_image_has_gone_meanwhile() -> None:
    client = engine(NotFound("content digest: not found"), NotFound("again"), [{"Id": "1"}])
    assert image_list.listed(client, all=True) == [{"Id": "1"}]
    assert client.asked == [{"all": True}] * 3


def test_what_never_ends_is_told() -> None:
    with pytest.raises(NotFound):
        image_list.listed(engine(*(NotFound("gone") for _ in range(image_list.TRIES))))


def test_what_else_the_engine_refuses_is_told_at_once() -> None:
    client = engine(APIError("500"), [])
    with pytest.raises(APIError):
        image_list.listed(client)
    assert len(client.asked) == 1
