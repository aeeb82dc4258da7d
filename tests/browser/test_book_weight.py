"""What a page costs a reader before anything is clicked."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Response

from .network import only
from .test_pages import NAMES

pytestmark = pytest.mark.browser

LIMIT = 200_000  # bytes, gzipped; readers are promised 600 kB


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_light(chromium: Browser, site: str, name: str) -> None:
    answers: list[Response] = []

    def on_response(answer: Response) -> None:
        answers.append(answer)

    with only(site, chromium) as page:
        page.on("response", on_response)
        page.goto(f"{site}/{name}.html", wait_until="networkidle")
        weights = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
    assert any(url.endswith("book.min.css") for url in weights)
    assert sum(weights.values()) <= LIMIT, sorted(weights.items(), key=lambda weight: -weight[1])
