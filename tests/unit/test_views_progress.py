"""The bar of a pull, a build or a push, fed with recorded streams."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.streams import Event, Progress, StreamError, follow
from workbench.views import progress as progress_module
from workbench.views.progress import ProgressView, watch

STREAMS = Path(__file__).with_name("streams")
PROGRESS = st.integers(0, 10**12).flatmap(
    lambda total: st.builds(Progress, done=st.integers(0, total), total=st.just(total), status=st.text(), log=st.text())
)


@pytest.fixture(name="shown")
def fixture_shown(monkeypatch: pytest.MonkeyPatch) -> list[ProgressView]:
    """Catch the views that ``watch`` displays, and let each event be seen."""
    views: list[ProgressView] = []
    monkeypatch.setattr(progress_module, "display", views.append)
    monkeypatch.setattr(progress_module, "INTERVAL", 0)
    return views


def recorded(name: str) -> list[Event]:
    events: list[Event] = json.loads((STREAMS / f"{name}.json").read_text())
    return events


def parts(view: ProgressView) -> tuple[str, ipywidgets.IntProgress]:
    label, bar = view.children
    return label.value, bar


def text(view: ProgressView) -> str:
    return parts(view)[0]


def test_what_a_notebook_stores_is_the_same_each_time() -> None:
    view = ProgressView("pull python:3.8.10")
    before = repr(view)
    view.show(Progress(1, 2, "Downloading"))
    assert before == repr(view) == "<progress of pull python:3.8.10>"


def test_the_state_is_a_text_too() -> None:
    view = ProgressView("pull x")
    assert text(view) == "pull x: waiting"
    view.show(Progress(0, 0, "Pulling from x"))
    assert text(view) == "pull x: Pulling from x"
    view.show(Progress(1_250_000, 3_000_000, "Downloading"))
    assert text(view) == "pull x: 1.2 of 3.0 MB: Downloading"
    view.show(Progress(1, 4, "Step 2/4 : RUN true", "Step 2/4 : RUN true"))
    assert text(view) == "pull x: step 2 of 4: Step 2/4 : RUN true"
    view.finish(1.26)
    assert text(view) == "pull x: done in 1.3 s"


def test_who_cannot_see_the_bar_hears_what_it_is() -> None:
    _text, bar = parts(ProgressView("pull x"))
    assert bar.tooltip == "pull x"


def test_the_bar_is_full_and_green_at_the_end() -> None:
    for progress in (None, Progress(1, 7, "")):
        view = ProgressView("x")
        if progress:
            view.show(progress)
        view.finish(0)
        _text, bar = parts(view)
        assert (bar.value, bar.bar_style) == (bar.max, "success")


@given(st.lists(PROGRESS))
def test_the_bar_is_never_more_than_full(told: list[Progress]) -> None:
    view = ProgressView("x")
    _text, bar = parts(view)
    for progress in told:
        view.show(progress)
        assert 0 <= bar.value <= bar.max
        if progress.total:
            assert (bar.value, bar.max) == (progress.done, progress.total)


def test_no_step_comes_after_the_last() -> None:
    view = ProgressView("build")
    for progress in follow(recorded("build")):
        view.show(progress)
        assert "step 5 of 4" not in text(view)
    assert text(view) == "build: step 4 of 4: Successfully tagged recorded:build"


def test_a_pull_is_watched_to_its_end(shown: list[ProgressView], capsys: pytest.CaptureFixture[str]) -> None:
    watch(recorded("pull"), "pull small")
    [view] = shown
    state, bar = parts(view)
    assert state.startswith("pull small: done in ")
    assert bar.max > 3_000_000
    assert capsys.readouterr().out == ""


def test_the_steps_of_a_build_are_printed(shown: list[ProgressView], capsys: pytest.CaptureFixture[str]) -> None:
    watch(recorded("build"), "build")
    assert capsys.readouterr().out.splitlines() == [
        "Step 1/4 : FROM python:3.8.10",
        "Step 2/4 : RUN echo out && echo err >&2",
        "Step 3/4 : RUN echo 'Successfully built a-wheel, says pip'",
        'Step 4/4 : CMD ["true"]',
    ]
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("name", "reason"), [("push_denied", "no basic auth credentials"), ("build_failing", "returned a non-zero code: 3")]
)
def test_an_error_is_shown_and_raised(shown: list[ProgressView], name: str, reason: str) -> None:
    with pytest.raises(StreamError):
        watch(recorded(name), name)
    state, bar = parts(shown[0])
    assert state.startswith(f"{name}: failed: ")
    assert reason in state
    assert "\n" not in state
    assert bar.bar_style == "danger"


@pytest.mark.parametrize("cut", [ConnectionError("the engine is gone\nand more"), TimeoutError(), KeyboardInterrupt()])
def test_a_stream_that_breaks_off_is_shown_as_failed(shown: list[ProgressView], cut: BaseException) -> None:
    def broken() -> Iterator[Event]:
        yield recorded("pull")[2]
        raise cut

    with pytest.raises(type(cut)):
        watch(broken(), "pull")
    state, bar = parts(shown[0])
    assert state in {"pull: failed: the engine is gone", f"pull: failed: {type(cut).__name__}"}
    assert bar.bar_style == "danger"


def test_an_empty_stream_is_done(shown: list[ProgressView]) -> None:
    watch([], "pull")
    assert text(shown[0]).startswith("pull: done")
