"""What a page shows in the place of a widget, in a small book that is really built."""

from __future__ import annotations

import re
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.unit import small_books
from workbench.book import notebooks, record
from workbench.book.sphinx_ext.widget_snapshots import WIDGET_VIEW, show_snapshots
from workbench.settings import PATHS

STATE = "<table><caption>Layers</caption><tr><th scope='col'>step</th><td>COPY &lt;app&gt;</td></tr></table>"
CELLS = [
    "import ipywidgets\nfrom workbench.widgets.base import View",
    f"view = View()\nview.snapshot = 'not yet'\nview.snapshot = {STATE!r}\nview",
    "ipywidgets.IntSlider(description='limit')",
]


@pytest.fixture(name="html", scope="module")
def fixture_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Record a notebook with two widgets, build a book of it with the project's own settings, give the page's HTML."""
    root = tmp_path_factory.mktemp("book")
    small_books.start(root, "page")
    cells = [new_markdown_cell("# A page"), *map(new_code_cell, CELLS)]
    nbformat.write(new_notebook(cells=cells), root / "page.ipynb")
    record.record(PATHS, root / "page.ipynb")
    return (small_books.build(root) / "page.html").read_text()


def test_a_view_is_its_last_state_in_a_named_box_that_the_keyboard_can_scroll(html: str) -> None:
    [(attributes, content)] = re.findall(r'<div class="view" ([^>]*)>(.*?)</div>', html, re.DOTALL)
    assert content == STATE
    assert 'role="group"' in attributes
    assert 'tabindex="0"' in attributes
    assert re.search(r'aria-label="view"', attributes)


def test_a_widget_without_a_last_state_is_its_text(html: str) -> None:
    assert len(re.findall(r"IntSlider\(value=0, description=.*limit", html)) == 1


def test_no_model_and_no_script_of_a_widget_is_on_the_page(html: str) -> None:
    for word in ("widget-view", "widget-state", "model_id", "html-manager", "require.js"):
        assert word not in html


def notebook(data: dict[str, Any], *snapshots: str) -> Any:
    """Give a notebook with one output and a model for each snapshot."""
    state = {str(number): {"state": {"snapshot": snapshot}} for number, snapshot in enumerate(snapshots)}
    metadata = {"widgets": {notebooks.WIDGETS: {"state": state}}} if snapshots else {}
    return new_notebook(cells=[new_code_cell(outputs=[new_output("display_data", data=data)])], metadata=metadata)


def shown(page: Any) -> Any:
    show_snapshots(page)
    assert "widgets" not in page.metadata
    return page.cells[0].outputs[0].data


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("<layers of username/degrees_api:1.0>", "layers of username/degrees_api:1.0"),
        (["<two\n", "lines>"], "two\nlines"),
        ('<a "<b>" & c>', "a &#34;&lt;b&gt;&#34; &amp; c"),
    ],
)
def test_its_text_is_its_name(text: Any, label: str) -> None:
    data = {WIDGET_VIEW: {"model_id": "1"}, "text/plain": text}
    assert shown(notebook(data, "first", "second"))["text/html"] == (
        f'<div class="view" role="group" tabindex="0" aria-label="{label}">second</div>'
    )


def test_a_view_without_a_text_has_a_name_too() -> None:
    assert 'aria-label="view">last<' in shown(notebook({WIDGET_VIEW: {"model_id": "0"}}, "last"))["text/html"]


@pytest.mark.parametrize("snapshots", [(), ("another's",), ("", "")])
def test_without_a_snapshot_only_the_text_is_left(snapshots: tuple[str, ...]) -> None:
    data = {WIDGET_VIEW: {"model_id": "1"}, "text/plain": "<view>"}
    assert shown(notebook(data, *snapshots)) == {"text/plain": "<view>"}


def test_other_outputs_stay_as_they_are() -> None:
    data = {"text/html": "<b>bold</b>", "text/plain": "bold"}
    assert shown(notebook(dict(data), "last")) == data
