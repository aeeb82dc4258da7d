"""Each rule for stored notebooks is broken here, and says so."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from nbformat import v4

from workbench.book import notebooks

from . import machine, rules
from .pages import Page

PROSE = """\
# 01 · A page

*About 5 minutes. You need nothing.*

After this page you can read it.

## Set up"""
SOLUTION = """\
:::{dropdown} A solution
```python
solve()
```
:::"""
QUIZ = """\
## Quiz

**1.** One?

:::{dropdown} This
No. It isn't.
:::

:::{dropdown} That
Right. It is.
:::

:::{dropdown} Both
No, one of them.
:::

**2.** Two?

:::{dropdown} Here
Right. Nowhere else.
:::

:::{dropdown} There
No. It is here.
:::

:::{dropdown} Somewhere
No. It is here.
:::

## Summary

- All is said.

## Tidy up"""

BREAK = """\
## Break {}: a slip

### Predict

Well?

:::{{dropdown}} What happens
Nothing.
:::

### Break it

### Read it

### Repair it"""

WIDGET = hashlib.sha256(b"01_page 0").hexdigest()[:32]

Break = Callable[[Any], None]


def notebook() -> Any:
    """Make a notebook that keeps all the rules."""
    cells = [
        v4.new_markdown_cell(PROSE),
        v4.new_code_cell("1 + 1", outputs=[v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1)]),
        v4.new_code_cell('lesson.exercises("01_page")'),
        v4.new_code_cell("# Your code here.", metadata={"tags": ["exercise"]}),
        v4.new_code_cell('lesson.check("two")', outputs=[printed("Not yet: do it.\n")]),
        v4.new_markdown_cell(SOLUTION),
        v4.new_markdown_cell("## Your turn"),
        v4.new_code_cell("# Your code here.", metadata={"tags": ["exercise"]}),
        v4.new_code_cell('lesson.check("one")', outputs=[printed("Not yet: do it.\n")]),
        v4.new_markdown_cell(SOLUTION),
        v4.new_markdown_cell(QUIZ),
        v4.new_code_cell("lesson.provenance()", outputs=[printed("Ran on nothing.\n")]),
    ]
    count = 0
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.execution_count = count = count + 1
    return v4.new_notebook(cells=cells, metadata=copy.deepcopy(notebooks.METADATA))


def broken_page() -> Any:
    """Make a page on which things are broken that keeps all the rules."""
    made = notebook()
    made.cells[2].source = 'lesson.exercises("01_break_it")'
    made.cells[2:2] = [v4.new_markdown_cell(BREAK.format(1), id="break")]
    made.cells[2], made.cells[3] = made.cells[3], made.cells[2]
    made.cells[7].source = BREAK.format(2)
    saying(QUIZ[: QUIZ.index("## Summary")], "")(made)
    return made


def printed(text: str) -> Any:
    return v4.new_output("stream", name="stdout", text=text)


def page(made: Any, name: str = "01_page") -> Page:
    return Page(name, notebooks.dump(json.loads(json.dumps(made))), made)


def setting(number: int, key: str, value: Any) -> Break:
    return lambda made: made.cells[number].update({key: value})


def tagging(number: int, *tags: str) -> Break:
    return setting(number, "metadata", {"tags": list(tags)})


def printing(text: str) -> Break:
    return setting(1, "outputs", [printed(text)])


def saying(old: str, new: str) -> Break:
    def change(made: Any) -> None:
        for cell in made.cells:
            if cell.cell_type == "markdown":
                cell.source = cell.source.replace(old, new)

    return change


def storing(models: dict[str, Any]) -> Break:
    return lambda made: made.metadata.update(widgets={notebooks.WIDGETS: {"state": models}})


BREAKS: list[tuple[str, Break]] = [
    ("executed", setting(1, "execution_count", None)),
    ("executed", setting(8, "execution_count", 7)),
    ("compared", tagging(1, "nbval-skip")),
    ("compared", setting(1, "source", "# NBVAL_SKIP\n1 + 1")),
    ("compared", tagging(1, "nbval-ignore-output")),
    ("compared", setting(1, "source", "# NBVAL_IGNORE_OUTPUT\n1 + 1")),
    ("compared", setting(1, "metadata", {"tags": ["nbval-ignore-output"], "reason": " "})),
    ("planned_failures", setting(1, "outputs", [v4.new_output("error", ename="E", evalue="", traceback=[])])),
    ("planned_failures", tagging(1, "raises-exception")),
    ("known_tags", tagging(1, "excercise")),
    ("known_tags", setting(1, "metadata", {"execution": {}})),
    ("short_cells", setting(1, "source", "pass\n" * 16)),
    ("cell_ids", setting(1, "id", "cell-2")),
    ("cell_ids", setting(1, "id", "cell 1")),
    ("normal_form", lambda made: made.metadata.update(language_info={"name": "python", "version": "3.11.7"})),
    ("widgets", storing({"0123456789abcdef" * 2: {}})),
    ("widgets", storing({WIDGET: {"layout": "IPY_MODEL_" + "0" * 32}})),
    ("widgets", setting(1, "outputs", [v4.new_output("display_data", {notebooks.WIDGETS: {"model_id": WIDGET}})])),
    ("normal_form", setting(1, "outputs", [printed("in two "), printed("pieces\n")])),
    ("no_host_folders", printing("File /home/ada/notebooks/x.py")),
    ("no_host_folders", printing("saved to '/tmp/x1/app'")),
    ("no_host_folders", lambda made: made.metadata.update(widgets={"path": "/home/ada/book/"})),
    ("no_secrets", setting(1, "source", "login('dckr_pat_AbCdEf123456')")),
    ("no_secrets", saying("All is said", "https://ada:lovelace@registry.example")),
    ("no_secrets", printing("GET /v2/?token=abc")),
    ("provenance", setting(11, "outputs", [])),
    ("provenance", setting(11, "outputs", [printed("It ran on nothing.\n")])),
    ("frame", saying("# 01 ·", "# 02 ·")),
    ("frame", saying("*About 5 minutes.", "*A while.")),
    ("frame", saying("After this page", "Afterwards")),
    ("frame", saying("## Summary", "## The end")),
    ("frame", saying("## Quiz", "## Summary\n\n## Quiz")),
    ("exercises", tagging(7)),
    ("exercises", setting(2, "source", 'lesson.exercises("02_page")')),
    ("exercises", lambda made: made.cells.append(made.cells.pop(2))),
    ("exercises", setting(8, "source", "pass")),
    ("exercises", saying("A solution", "Solution")),
    ("quiz", saying("**2.** Two?", "")),
    ("quiz", saying("**2.**", "**2.** Two?\n\n" * 3 + "**2.**")),
    ("quiz", saying(":::{dropdown} Both\nNo, one of them.\n:::", "")),
    ("quiz", saying("No. It isn't.", "Right. It is, too.")),
    ("quiz", saying("Right. It is.", "No. It isn't.")),
    ("quiz", saying("No, one of them.", "One of them.")),
    ("quiz", saying("No. It isn't.", "No.")),
    ("fences", saying("- All is said.", "```bash\nls\n```")),
    ("fences", saying("- All is said.", "```{code-block} console\nls\n```")),
    ("fences", saying("- All is said.", "```text\n$ ls\n```")),
]


BROKEN_PAGES: list[tuple[str, Break]] = [
    ("frame", saying("## Break 2", "## Another 2")),
    ("frame", saying("## Summary", "## The end")),
    ("breaks", saying("## Break 2", "## Break 3")),
    ("breaks", saying("## Break 2", "### Break 2")),
    ("breaks", saying("## Summary", "\n\n".join(BREAK.format(n) for n in (3, 4, 5)) + "\n\n## Summary")),
    ("breaks", saying("### Read it\n\n", "")),
    ("breaks", saying("### Predict", "### Guess")),
    ("breaks", saying("### Repair it", "### Break it again\n\n### Repair it")),
    ("breaks", saying("What happens", "A hint")),
    ("breaks", setting(5, "source", "pass")),
]


@pytest.mark.parametrize("name", rules.RULES)
def test_good_page_is_not_complained_about(name: str) -> None:
    assert list(rules.RULES[name](page(notebook()))) == []


@pytest.mark.parametrize("name", rules.RULES)
def test_good_page_that_breaks_things_is_not_complained_about(name: str) -> None:
    assert list(rules.RULES[name](page(broken_page(), "01_break_it"))) == []


@pytest.mark.parametrize(
    ("name", "change"), BROKEN_PAGES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(BROKEN_PAGES)]
)
def test_broken_rule_of_a_page_that_breaks_things_is_complained_about(name: str, change: Break) -> None:
    made = broken_page()
    change(made)
    assert list(rules.RULES[name](page(made, "01_break_it")))


@pytest.mark.parametrize(("name", "change"), BREAKS, ids=[f"{name}-{n}" for n, (name, _) in enumerate(BREAKS)])
def test_broken_rule_is_complained_about(name: str, change: Break) -> None:
    made = notebook()
    change(made)
    assert list(rules.RULES[name](page(made)))


def test_each_rule_is_broken_at_least_once() -> None:
    assert {name for name, _ in [*BREAKS, *BROKEN_PAGES]} == set(rules.RULES)


def test_reason_excuses_ignored_output() -> None:
    made = notebook()
    made.cells[1].metadata = {"tags": ["nbval-ignore-output"], "reason": "a picture of the clock"}
    assert list(rules.compared(page(made))) == []


def test_widgets_of_the_page_are_fine() -> None:
    made = notebook()
    storing({WIDGET: {"itself": f"IPY_MODEL_{WIDGET}"}})(made)
    assert list(rules.widgets(page(made))) == []


def test_command_in_a_console_block_is_fine() -> None:
    made = notebook()
    saying("- All is said.", "```console\n$ ls\n```")(made)
    assert list(rules.fences(page(made))) == []


def test_written_by_hand_is_not_normal_form() -> None:
    good = page(notebook())
    assert list(rules.normal_form(Page(good.name, json.dumps(good.notebook), good.notebook)))


def test_private_words_are_found_and_not_said() -> None:
    made = notebook()
    made.cells[1].source = "password = 'correct-horse'"
    complaints = list(machine.leaks(page(made), {"password of the registry": "correct-horse"}))
    assert complaints == ["it holds the password of the registry"]


@pytest.mark.parametrize(("text", "found"), [("on ada-7:", 1), ("ada-77", 0), ("canada-7", 0)])
def test_name_of_machine_is_found_as_a_word(text: str, found: int) -> None:
    made = notebook()
    printing(text)(made)
    assert len(list(machine.names_host(page(made), "ada-7"))) == found


def test_name_of_machine_that_authors_use_as_a_word_says_nothing() -> None:
    made = notebook()
    printing("web is running")(made)
    made.cells[1].source = 'lesson.name("web")'
    assert list(machine.names_host(page(made), "web")) == []
