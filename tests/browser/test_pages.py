"""The built book as any reader gets it: each page opened once from a file server, once from disk, once without scripts.

The tests of a page share it, and come in an order in which none is in another's way.
"""

from __future__ import annotations

import gzip
import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, Response, expect

from workbench.book.notebooks import WIDGETS
from workbench.book.sphinx_ext.widget_snapshots import WIDGET_VIEW
from workbench.settings import PATHS

from . import traces
from .accessibility import Axe, look_at
from .network import from_disk, only, uncomplaining

pytestmark = pytest.mark.browser

TOC = yaml.safe_load((PATHS.root / "_toc.yml").read_text())
NAMES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]
CHAPTERS = [name for name in NAMES if name.startswith("notebooks/")]
WITH_COMMANDS = [name for name in CHAPTERS if "```console" in (PATHS.root / f"{name}.ipynb").read_text()]
EVERY_PAGE = [*NAMES, "search", "genindex"]
SERVED, FROM_DISK, WITHOUT_SCRIPTS = "served", "from disk", "without scripts"
LIMIT = 200_000  # bytes of a page, gzipped; readers are promised 600 kB
TYPED = re.compile(r"^(?:\$ |>>> |root@[0-9a-f]{12}:\S*# )(.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """A page of the book that is open.

    Attributes
    ----------
    page : playwright.sync_api.Page
    name : str
        Its source, without the ending.
    answers : list of playwright.sync_api.Response
        What it has loaded.
    """

    page: Page
    name: str
    answers: list[Response]


def opened_in(*ways: str, names: list[str]) -> pytest.MarkDecorator:
    """Ask something of these pages, opened in these ways."""
    return pytest.mark.parametrize(
        "opened", [pytest.param((way, name), id=f"{name}-{way}") for name in names for way in ways], indirect=True
    )


@contextmanager
def open_page(way: str, browser: Browser, site: str, pages: Path) -> Iterator[Page]:
    """Open a window; whatever it complains about, or asks of another host, is a failure."""
    if way == FROM_DISK:
        window = from_disk(pages, browser.new_context)
    else:
        window = only(site, browser.new_context, base_url=f"{site}/", java_script_enabled=way == SERVED)
    with window as page, uncomplaining(page):
        traces.record(page.context)
        yield page


@pytest.fixture(name="opened", scope="module")
def fixture_opened(request: pytest.FixtureRequest, browser: Browser, site: str, pages: Path) -> Iterator[Reading]:
    """Open a page, for all tests that ask something of it."""
    way, name = request.param
    with open_page(way, browser, site, pages) as page:
        answers: list[Response] = []

        def on_response(answer: Response) -> None:
            answers.append(answer)

        page.on("response", on_response)
        page.goto(f"{name}.html")
        yield Reading(page, name, answers)


@pytest.fixture(name="reading")
def fixture_reading(opened: Reading, request: pytest.FixtureRequest, output_path: str) -> Iterator[Reading]:
    """Give the open page to one test."""
    with traces.of_test(opened.page.context, request.node, Path(output_path)):
        yield opened


def states(name: str) -> list[str]:
    """Give the snapshots of the views that a notebook shows, in the order in which it shows them."""
    notebook = nbformat.read(PATHS.root / f"{name}.ipynb", as_version=4)
    models = notebook.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [output.data[WIDGET_VIEW]["model_id"] for output in outputs if WIDGET_VIEW in output.get("data", {})]
    return [models[model]["state"].get("snapshot", "") for model in shown]


def words(text: str) -> str:
    """Give the text of a piece of HTML, without the white space."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", "", text)))


def cli_tabs(page: Page) -> Locator:
    return page.locator(".sd-tab-set > label", has_text="Command line")


def python_tabs(page: Page) -> Locator:
    return page.locator(".sd-tab-set > label", has_text="Python")


def pasted(page: Page) -> str:
    """Paste what the clipboard holds, and give it."""
    field = page.locator("#paste")
    if field.count() == 0:
        page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), {id: 'paste'}))")
    field.fill("")
    field.press("Control+v")
    return field.input_value()


def plain(text: str) -> str:
    """Leave out white space and what colours an output."""
    return re.sub(r"\s|\x1b\[[\d;]*m", "", text)


def printed(cell: Any) -> list[str]:
    """Give the outputs of a cell that are text alone."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    shown_otherwise = [set(output.get("data", {})) > {"text/plain"} for output in cell.outputs]
    return [text for text, otherwise in zip(texts, shown_otherwise) if not otherwise]


def plain_lines(prose: str) -> list[str]:
    """Give the lines of Markdown that have no mark-up in them, white space left out."""
    return [
        plain(re.sub(r"^\d+\. ", "", line))  # a browser makes the numbers of a list
        for line in prose.splitlines()
        if line.strip() and not re.search(r"[][*`:#|<>'\"\\]|^[- ]|--|^\([\w-]+\)=$", line)
    ]


@opened_in(SERVED, names=EVERY_PAGE)
def test_everybody_can_read_it(reading: Reading, axe: Axe) -> None:
    expect(reading.page.locator("main h1:visible")).to_be_visible()
    look_at(reading.page.locator("html"), f"page-{Path(reading.name).name}", axe)


@opened_in(SERVED, FROM_DISK, names=EVERY_PAGE)
def test_it_is_complete_and_asks_nobody(reading: Reading) -> None:
    """It is closed without a complaint, too: the fixture fails else."""
    reading.page.wait_for_load_state("networkidle")
    expect(reading.page.locator("main h1:visible")).to_be_visible()


@opened_in(SERVED, names=NAMES)
def test_it_is_light(reading: Reading) -> None:
    reading.page.wait_for_load_state("networkidle")
    weights = {answer.url: len(gzip.compress(answer.body())) for answer in reading.answers}
    assert any(url.endswith("book.min.css") for url in weights)
    assert sum(weights.values()) <= LIMIT, sorted(weights.items(), key=lambda weight: -weight[1])


@opened_in(SERVED, FROM_DISK, names=NAMES)
def test_its_links_lead_to_the_page_before_it_and_the_one_after_it(reading: Reading) -> None:
    home = reading.page.url.removesuffix(f"{reading.name}.html")
    here = NAMES.index(reading.name)
    for kind, due in (("left-prev", NAMES[max(0, here - 1) : here]), ("right-next", NAMES[here + 1 : here + 2])):
        links = reading.page.locator(f".prev-next-footer a.{kind}").evaluate_all("(all) => all.map(({href}) => href)")
        assert links == [f"{home}{name}.html" for name in due]


@opened_in(SERVED, FROM_DISK, names=["notebooks/03_write_dockerfile"])
def test_an_answer_says_whether_it_is_right(reading: Reading) -> None:
    answers = reading.page.locator("#quiz details")
    for verdict in ("No", "Right"):
        answer = answers.filter(has_text=re.compile(rf"\b{verdict}[.,]")).first
        said = answer.locator(".sd-summary-content")
        expect(said).to_be_hidden()
        answer.locator("summary").press("Enter")
        expect(said).to_be_visible()
        assert said.inner_text().strip().startswith(verdict)


@opened_in(SERVED, names=["notebooks/03_write_dockerfile"])
def test_what_is_folded_can_be_read_by_everybody_too(reading: Reading, axe: Axe) -> None:
    cli_tabs(reading.page).first.click()
    folded = reading.page.locator("article details:not([open]) > summary").element_handles()
    assert len(folded) > 9
    for summary in folded:
        summary.click()
    look_at(reading.page.locator("html"), "page-unfolded", axe)


@opened_in(SERVED, FROM_DISK, names=WITH_COMMANDS)
def test_copied_commands_have_no_prompts_and_no_output(reading: Reading) -> None:
    for tab in cli_tabs(reading.page).all()[:1]:  # on some pages, no command is in a tab
        tab.click()
    blocks = reading.page.locator("div.highlight-console")
    expect(blocks.locator("button.copybtn")).to_have_count(blocks.count())
    for block in blocks.all():
        shown = block.locator("pre").inner_text()
        if shown.strip() == "^C":
            continue  # a key, which nobody copies
        commands = TYPED.findall(shown)
        assert commands
        block.locator("button.copybtn").press("Enter")
        assert pasted(reading.page).splitlines() == commands


@opened_in(WITHOUT_SCRIPTS, names=CHAPTERS)
def test_each_view_shows_its_last_state(reading: Reading) -> None:
    views = reading.page.locator(".view")
    due = states(reading.name)
    expect(views).to_have_count(len(due))
    for view, state in zip(views.all(), due):
        assert state, "a view of this page keeps no last state"
        expect(view).to_be_visible()
        assert words(view.inner_html()) == words(state)


@opened_in(WITHOUT_SCRIPTS, names=CHAPTERS)
def test_all_of_it_can_be_read(reading: Reading) -> None:
    page_of = nbformat.read(PATHS.root / f"{reading.name}.ipynb", as_version=4)
    prose = "\n".join(cell.source for cell in page_of.cells if cell.cell_type == "markdown")
    code = [cell for cell in page_of.cells if cell.cell_type == "code"]
    article = reading.page.locator("article")
    for folded in article.locator("details:not([open]) > summary").element_handles():
        folded.click()
    read = plain(article.inner_text())
    for label in python_tabs(reading.page).all():
        label.click()
    read += plain(article.inner_text())
    assert [cell.source for cell in code if plain(cell.source) not in read] == []
    assert [text for cell in code for text in printed(cell) if plain(text) not in read] == []
    assert [line for line in plain_lines(prose) if line not in read] == []
