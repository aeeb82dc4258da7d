"""HTML: what is put into it is text, whatever it holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from workbench.settings import PATHS
from workbench.widgets.markup import BREAK, Html, joined, lines, live_status, table

EVIL = "<script>alert('x')</script> & \"more\""
ESCAPED = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &#34;more&#34;"
ELEMENTS = (
    "p|h[1-6]|div|section|span|pre|code|strong|em|b|br|a|ul|ol|li|table|caption|thead|tbody|tr|th|td|details|summary|"
    "progress|meter|textarea|svg|rect|path|text|link|script|body"
)
TAG = re.compile(rf"</?(?:{ELEMENTS})(?:>| [a-z-]+=)")  # not `<progress of ...>`, a view's name


def test_text_is_escaped_and_markup_is_not() -> None:
    assert joined([EVIL, BREAK]) == f"{ESCAPED}<br>"
    assert lines(["one", "", EVIL]) == f"one<br>{ESCAPED}"
    assert live_status(EVIL) == f'<p role="status" aria-live="polite">{ESCAPED}</p>'


def test_what_hides_in_a_text_is_shown() -> None:
    assert Html("<b title='{}'>").format('\u202e"') == "<b title='\\u202e&#34;'>"


def test_a_table_has_a_caption_and_heads_for_columns_and_rows() -> None:
    assert table("Layers", ["Name", "Size"], [["one", "1 kB"], ["and 3 more"]]) == (
        "<table><caption>Layers</caption><tr><th scope='col'>Name</th><th scope='col'>Size</th></tr>"
        "<tr><th scope='row'>one</th><td>1 kB</td></tr><tr><td colspan='2'>and 3 more</td></tr></table>"
    )


def test_nothing_in_a_table_is_markup_by_accident() -> None:
    shown = table(EVIL, [EVIL, EVIL], [[EVIL, EVIL], [EVIL]], row_head=EVIL, cell=EVIL)
    assert shown.count(ESCAPED) == 8
    assert "<script>" not in shown


def tags_in_f_strings(source: str) -> list[str]:
    """Find the HTML in which a value would not be escaped: ``Html("<p>{}</p>").format(value)`` escapes it."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.Constant) and TAG.search(str(part.value))
    ]


@pytest.mark.parametrize("path", sorted(PATHS.root.glob("workbench/**/*.py")), ids=lambda path: path.stem)
def test_no_module_writes_html_without_markup(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert tags_in_f_strings(source) == []
    assert "html.escape(" not in source


def test_html_in_an_f_string_is_found() -> None:
    assert tags_in_f_strings('def f(x): return f"<p>{x}</p>" + f"<th scope=\'row\'>{x}" + f"<run panel of {x}>"') == [
        "f'<p>{x}</p>'",
        "f'<p>{x}</p>'",
        "f\"<th scope='row'>{x}\"",
    ]
