"""The layers of one image and of two, as a page shows them."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.engine.image_layers import UNKNOWN, ImageLayers, Instruction
from workbench.widgets.layers import LayersView

RUN = Instruction("RUN pip install Flask", 5_350_000, "sha256:r")
COPY = Instruction("COPY ... /app.py", 2390, "sha256:c")
CMD = Instruction('CMD ["python"]', 0, "")
IMAGE = ImageLayers("me/app:1.0", "python:3.8.10", 9, 900_000_000, (RUN, COPY, CMD))
OTHER = ImageLayers("me/app:2.0", "python:3.8.10", 9, 900_000_000, (RUN, Instruction(COPY.text, 9, "sha256:d"), CMD))
INSTRUCTIONS = st.builds(
    Instruction, text=st.text(), size=st.integers(0, 10**12), layer=st.sampled_from(["", "sha256:a", "sha256:b"])
)


def rows(view: LayersView) -> list[list[str]]:
    """Give the text of each row, cell by cell."""
    return [
        [html.unescape(re.sub("<[^>]*>", "", cell)).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall("<tr>(.*?)</tr>", view.snapshot)
    ]


def test_each_instruction_has_a_row_and_the_base_one() -> None:
    assert rows(LayersView(IMAGE)) == [
        ["Instruction", "Adds", "Layer"],
        ["python:3.8.10, the base", "900 MB", "9 layers"],
        ["RUN pip install Flask", "5.35 MB", "one"],
        ["COPY ... /app.py", "2.39 kB", "one"],
        ['CMD ["python"]', "nothing", "none: a setting"],
    ]


def test_two_images_say_what_they_share() -> None:
    view = LayersView(IMAGE, OTHER)
    assert re.findall("<caption>(.*?)</caption>", view.snapshot) == ["me/app:1.0", "me/app:2.0"]
    assert [row[2] for row in rows(view)] == [
        *("Layer", "9 layers", "in both images", "in this image only", "none: a setting"),
        *("Layer", "9 layers", "in both images", "in this image only", "none: a setting"),
    ]


def test_bars_share_one_scale_and_say_nothing_to_those_who_hear() -> None:
    bars = re.findall(
        r"<meter aria-hidden='true' max='(\d+)' value='(\d+)'></meter>", LayersView(IMAGE, OTHER).snapshot
    )
    assert bars == [("5350000", n) for n in ("5350000", "2390", "5350000", "9")]


def test_what_a_notebook_stores_holds_no_size() -> None:
    assert repr(LayersView(IMAGE)) == "<layers of me/app:1.0>"
    assert repr(LayersView(IMAGE, OTHER)) == "<layers of me/app:1.0 beside me/app:2.0>"


def test_what_lab_shows_is_what_the_page_shows() -> None:
    view = LayersView(IMAGE)
    assert [child.value for child in view.children] == [view.snapshot]


def test_an_empty_file_makes_a_layer_all_the_same() -> None:
    image = ImageLayers("x", "", 0, 0, (Instruction("RUN touch /empty", 0, "sha256:e"),))
    assert rows(LayersView(image))[1:] == [["RUN touch /empty", "0 bytes", "one"]]


def test_what_the_engine_does_not_say_is_not_made_up() -> None:
    ours = (Instruction("WORKDIR /tmp", 0, ""), Instruction("RUN true", 0, UNKNOWN), Instruction("RUN a", 5, UNKNOWN))
    assert [row[2] for row in rows(LayersView(ImageLayers("x", "", 0, 0, ours)))[1:]] == [
        "none: no file changed",
        "one or none: Docker doesn't say",
        "one",
    ]


@given(st.text(), st.text(), st.lists(INSTRUCTIONS, max_size=130).map(tuple))
def test_nothing_gets_out_of_the_markup(name: str, base: str, ours: tuple[Instruction, ...]) -> None:
    view = LayersView(ImageLayers(name, base, 1, 1, ours), IMAGE)
    assert set(re.findall(r"<(\w+)", view.snapshot)) <= {"div", "table", "caption", "tr", "th", "td", "code", "meter"}
    assert len(rows(view)) <= 2 * 33


def test_a_long_history_stays_within_bounds() -> None:
    ours = tuple(Instruction("RUN " + "&" * 5000, 1, "sha256:x") for _ in range(127))
    view = LayersView(ImageLayers("x", "", 0, 0, ours))
    assert "97 instructions before" in view.snapshot
    assert len(view.snapshot) < 40_000
