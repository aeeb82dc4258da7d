"""What a stored notebook must be. Each rule is a function from a page to its complaints."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Callable, Iterator

from nbval.plugin import find_comment_markers, find_metadata_tags

from workbench.book import notebooks

from .pages import Page, shown, tags
from .transcript import FENCE as CONSOLE

Rule = Callable[[Page], Iterator[str]]

KNOWN_TAGS = {"exercise", "raises-exception", "nbval-ignore-output", "hide-input", "hide-output"}
# `console` is typed by the CLI tests; the rest shows files, answers and code of exercises.
KNOWN_FENCES = {"console", "python", "ipython3", "dockerfile", "text", "json", "yaml"}
LINES_OF_A_CELL = 15
EXERCISES = 2  # at least
CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PROMPT = re.compile(r"^[ \t]*\$ (.*)$", re.MULTILINE)
MODEL = re.compile(r'(?:IPY_MODEL_|"model_id": ")(\w+)')
FENCE = re.compile(r"^[ \t]*```([^\s`].*)$", re.MULTILINE)
HOST_FOLDER = re.compile(r"(?<![\w.-])(?:/home|/root|/tmp|/Users|/private|[A-Z]:\\Users)[/\\][^\s'\"]*")
SECRETS = re.compile(
    r"dckr_(?:pat|oat)_\w+|gh[pousr]_\w{16,}|github_pat_\w+|glpat-[\w-]+|AKIA[0-9A-Z]{16}|xox[bp]-[\w-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{20,}|://[^\s/:@]+:[^\s/:@]+@"
)
TOKEN_IN_OUTPUT = re.compile(r"(?:token|password|passwd|secret)=[^\s&]+", re.IGNORECASE)
PARTS = ("## Set up", "## Your turn", "## Quiz", "## Summary", "## Tidy up")
QUESTION = re.compile(r"^\*\*\d\.\*\* ", re.MULTILINE)
ANSWER = re.compile(r"^:::\{dropdown\} .+\n(.*)\n:::$", re.MULTILINE)
BREAK_PARTS = ("## Set up", "## Break 1: ", "## Break 2: ", "## Summary", "## Tidy up")
RHYTHM = ["### Predict", "### Break it", "### Read it", "### Repair it"]
BREAK = re.compile(r"^## Break (\d): (.*?)(?=^## )", re.DOTALL | re.MULTILINE)
SOLUTION = re.compile(r"\{dropdown\} A solution\n```i?python3?\n(.*?)^```", re.DOTALL | re.MULTILINE)


def executed(page: Page) -> Iterator[str]:
    """Ask for counts in order, from one run: a cell without a count is never compared by nbval."""
    cells = [cell for cell in page.code_cells if cell.source.strip()]
    for number, cell in enumerate(cells, 1):
        if cell.execution_count != number:
            yield f"cell {cell.id} has the count {cell.execution_count} where {number} is due"


def compared(page: Page) -> Iterator[str]:
    """Ask for cells that run, and for a reason where an output is not compared."""
    for cell in page.code_cells:
        options = dict(find_metadata_tags(cell.metadata)) | dict(find_comment_markers(cell.source))
        if options.get("skip"):
            yield f"cell {cell.id} is skipped"
        if options.get("check") is False and not str(cell.metadata.get("reason", "")).strip():
            yield f"cell {cell.id} ignores its output and gives no reason in its metadata"


def planned_failures(page: Page) -> Iterator[str]:
    """Ask for failures where they were planned, and nowhere else."""
    for cell in page.code_cells:
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed != ("raises-exception" in tags(cell)):
            yield f"cell {cell.id}: {'failed, unplanned' if failed else 'was meant to fail and did not'}"


def known_tags(page: Page) -> Iterator[str]:
    """Ask for tags that are known: one with a slip in it does nothing, silently."""
    for cell in page.notebook.cells:
        for tag in set(tags(cell)) - KNOWN_TAGS:
            yield f"cell {cell.id} has the unknown tag {tag!r}"
        for key in set(cell.metadata) - {"tags", "reason"}:
            yield f"cell {cell.id} has the unknown metadata {key!r}"


def short_cells(page: Page) -> Iterator[str]:
    """Ask for cells that hold one idea, which a reader sees at once."""
    for cell in page.code_cells:
        if (lines := len(cell.source.splitlines())) > LINES_OF_A_CELL:
            yield f"cell {cell.id} has {lines} lines; {LINES_OF_A_CELL} are the most"


def cell_ids(page: Page) -> Iterator[str]:
    """Ask for an id of its own for each cell, in a form that Jupyter takes."""
    ids = [cell.get("id", "") for cell in json.loads(page.text)["cells"]]
    yield from (f"{bad!r} is no id" for bad in ids if not CELL_ID.fullmatch(bad))
    yield from (f"the id {twice} stands at several cells" for twice in sorted(set(ids)) if ids.count(twice) > 1)


def normal_form(page: Page) -> Iterator[str]:
    """Ask for the file that ``./tutorial record`` writes, so that a diff shows what changed and no more."""
    if page.text != notebooks.dump(json.loads(page.text)):
        yield "the file is not written as `./tutorial record` writes it"
    metadata = {key: value for key, value in page.notebook.metadata.items() if key != "widgets"}
    if metadata != notebooks.METADATA:
        yield f"its metadata is {metadata}"
    for cell in page.code_cells:
        kinds = [(output.output_type, output.get("name")) for output in cell.outputs]
        if any(one == two and one[0] == "stream" for one, two in itertools.pairwise(kinds)):
            yield f"cell {cell.id}: what it printed is stored in pieces"


def widgets(page: Page) -> Iterator[str]:
    """Ask for widgets whose models are all there, under ids that a new recording gives again."""
    models = set(page.notebook.metadata.get("widgets", {}).get(notebooks.WIDGETS, {}).get("state", {}))
    due = {hashlib.sha256(f"{page.name} {n}".encode()).hexdigest()[:32] for n in range(len(models))}
    yield from (f"the widget model {model} has an id of its run" for model in sorted(models - due))
    used = set(MODEL.findall(page.text))
    yield from (f"the widget model {model} is shown or used, and is not there" for model in sorted(used - models))


def no_host_folders(page: Page) -> Iterator[str]:
    """Ask for outputs that read the same wherever the notebook ran."""
    for where, text in shown(page):
        yield from (f"{where} names a folder of a host: {folder}" for folder in HOST_FOLDER.findall(text))


def no_secrets(page: Page) -> Iterator[str]:
    """Ask for a file without anything that lets somebody in."""
    yield from (f"{found[:8]}... looks like a secret" for found in SECRETS.findall(page.text))
    for where, text in shown(page):
        yield from (f"{where} prints {found[:12]}..." for found in TOKEN_IN_OUTPUT.findall(text))


def provenance(page: Page) -> Iterator[str]:
    """Ask the last output to say on what the page was recorded."""
    outputs = page.code_cells[-1].outputs
    if not outputs or not outputs[-1].get("text", "").startswith("Ran on "):
        yield "its last output doesn't start with `Ran on `"


def frame(page: Page) -> Iterator[str]:
    """Ask for the parts that each page has, in their order."""
    if not re.match(rf"# {page.name[:2]} · \S", page.prose):
        yield f"it doesn't start with the title `# {page.name[:2]} · ...`"
    for promise in (r"\*About \d+ minutes\.", r"After this page you can"):
        if not re.search(rf"^{promise}", page.prose, re.MULTILINE):
            yield f"no line starts with {promise}"
    parts = BREAK_PARTS if page.breaks else PARTS
    headings = re.findall(r"^## .*?(?::\s|$)", page.prose, re.MULTILINE)
    missing = [part for part in parts if part not in headings]
    yield from (f"there is no {part}" for part in missing)
    if not missing and sorted(parts, key=headings.index) != list(parts):
        yield f"its parts are not in the order {', '.join(parts)}"


def exercises(page: Page) -> Iterator[str]:
    """Ask for exercises, for a check and a solution after each, and for a view of them at the top."""
    cells = page.notebook.cells
    starts = [at for at, cell in enumerate(cells) if "exercise" in tags(cell)]
    if len(starts) < EXERCISES:
        yield f"it has {len(starts)} exercises where {EXERCISES} are due"
    shown = [at for at, cell in enumerate(cells) if cell.source == f'lesson.exercises("{page.name}")']
    if len(shown) != 1 or shown > starts:
        yield "it doesn't show its exercises before the first of them"
    for start, end in zip(starts, [*starts[1:], len(cells)]):
        rest = cells[start + 1 : end]
        if not any(cell.source.startswith("lesson.check(") for cell in rest):
            yield f"the exercise {cells[start].id} has no check"
        if not any(SOLUTION.search(cell.source) for cell in rest):
            yield f"the exercise {cells[start].id} has no solution"


def quiz(page: Page) -> Iterator[str]:
    """Ask for two to four questions of three answers or more, which all say why; one of them is right.

    Where things are broken, the predictions are the questions.
    """
    if page.breaks:
        return
    _, _, rest = page.prose.partition("\n## Quiz\n")
    part, _, _ = rest.partition("\n## ")
    questions = QUESTION.split(part)[1:]
    if not 2 <= len(questions) <= 4:
        yield f"its quiz has {len(questions)} questions"
    for number, question in enumerate(questions, 1):
        said = [why.split() for why in ANSWER.findall(question)]
        verdicts = sorted(words[0].rstrip(",.") for words in said if len(words) > 1)
        if len(said) < 3 or verdicts != ["No"] * (len(said) - 1) + ["Right"]:
            yield f"question {number} of its quiz has answers that begin with {verdicts}"


def breaks(page: Page) -> Iterator[str]:
    """Ask for two to four breaks, each to be predicted, made, read, repaired and checked, in this order."""
    if not page.breaks:
        return
    numbers = [number for number, _ in BREAK.findall(page.sources)]
    if numbers != [str(n) for n in range(1, len(numbers) + 1)] or not 2 <= len(numbers) <= 4:
        yield f"its breaks are numbered {', '.join(numbers)}"
    for number, text in BREAK.findall(page.sources):
        if re.findall(r"^### .*$", text, re.MULTILINE) != RHYTHM:
            yield f"break {number} doesn't have the parts {', '.join(RHYTHM)}"
        predict, _, repair = text.partition("### Read it")
        if "{dropdown} What happens" not in predict:
            yield f"break {number} doesn't fold away what happens"
        if "lesson.check(" not in repair.partition("### Repair it")[2]:
            yield f"break {number} is not checked"


def fences(page: Page) -> Iterator[str]:
    """Ask for commands in ``console`` blocks, where a test types them; in any other they rot unseen."""
    for language in FENCE.findall(page.prose):
        if language not in KNOWN_FENCES:
            yield f"it has a block of the unknown kind {language!r}"
    for command in PROMPT.findall(CONSOLE.sub("", page.prose)):
        yield f"no test types the command {command!r}"


RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        executed,
        compared,
        planned_failures,
        known_tags,
        short_cells,
        cell_ids,
        normal_form,
        widgets,
        no_host_folders,
        no_secrets,
        provenance,
        frame,
        exercises,
        quiz,
        breaks,
        fences,
    )
}
