"""The view of a pull, a build or a push, fed with recorded streams."""

from __future__ import annotations

import html
import itertools
import re
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.streams import STREAMS
from tests.support.waiting import wait_until
from workbench.engine.events import Event, Layer, Progress, Reader, Step, StreamError
from workbench.widgets import progress as progress_module
from workbench.widgets.progress import ProgressView, watch

TAGS = ["p", "details", "summary", "table", "caption", "tr", "th", "td", "ol", "li", "em", "pre"]
LAYERS = st.integers(0, 10**12).flatmap(
    lambda total: st.builds(
        Layer,
        name=st.text(),
        status=st.sampled_from(["Downloading", "Pushing", "Pull complete", "<b>"]),
        done=st.integers(0, total),
        total=st.just(total),
        rate=st.floats(0, 1e12),
    )
)
STEPS = st.builds(Step, number=st.integers(1, 300), total=st.integers(1, 300), instruction=st.text())
PROGRESS = st.builds(
    Progress,
    status=st.text(),
    layers=st.lists(LAYERS, max_size=130).map(tuple),
    steps=st.lists(STEPS, max_size=300).map(tuple),
    finished=st.booleans(),
    output=st.text(),
)


@pytest.fixture(name="shown")
def fixture_shown(monkeypatch: pytest.MonkeyPatch) -> list[ProgressView]:
    """Catch the views that ``watch`` displays."""
    views: list[ProgressView] = []
    monkeypatch.setattr(progress_module, "display", views.append)
    return views


def text_of(markup: str) -> str:
    """Give the text of HTML, as a reader sees it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def line(view: ProgressView) -> str:
    return text_of(view.children[0].value)


def details(view: ProgressView) -> str:
    return str(view.children[1].value)


def told(name: str) -> list[Progress]:
    reader = Reader()
    return [reader.progress() for _event in reader.read(STREAMS[name])]


def test_what_a_notebook_stores_is_the_same_each_time() -> None:
    view = ProgressView("pull python:3.8.10")
    before = repr(view)
    view.show(told("pull")[-1])
    assert before == repr(view) == "<progress of pull python:3.8.10>"


def test_a_pull_says_what_it_does_and_then_what_it_was() -> None:
    view = ProgressView("pull x")
    assert line(view) == "pull x: waiting"
    view.show(Progress("Pulling from x"))
    assert line(view) == "pull x: Pulling from x"
    layers = (
        Layer("aa", "Already exists", here=True),
        Layer("bb", "Downloading", 1_250_000, 3_000_000, rate=500_000),
        Layer("cc", "Downloading", 7),
    )
    view.show(Progress("Downloading", layers))
    assert line(view) == "pull x: 1 of 3 layers complete"
    assert text_of(details(view)) == (
        "1.25 MB of 3.00 MB, 500 kB/s, 3.5 s left Layers Layer State Moved aa Already exists "
        "bb Downloading 1.25 MB of 3.00 MB, 500 kB/s, 3.5 s left cc Downloading 7 bytes"
    )
    view.finish(Progress("", (layers[0], Layer("bb", "Pull complete", 3_000_000, 3_000_000))), 12.4)
    assert line(view) == "pull x: 2 layers, 3.00 MB, 1 already here, 12 s"
    assert "bb Pull complete 3.00 MB" in text_of(details(view))


@pytest.mark.parametrize(
    ("name", "summary"),
    [
        ("pull", "1 layer, 3.00 MB, 0 already here, 2.0 s"),
        ("pull_again", "nothing to fetch, all was here already, 2.0 s"),
        ("pull_some_layers_here", "2 layers, 5.00 MB, 1 already here, 2.0 s"),
        ("push", "1 layer, 3.00 MB, 0 already there, 2.0 s"),
        ("push_again", "1 layer, 0 bytes, 1 already there, 2.0 s"),
        ("push_mounted", "1 layer, 0 bytes, 1 already there, 2.0 s"),
        ("build", "4 steps, 0 from the cache, 2.0 s"),
        ("build_cached", "4 steps, 3 from the cache, 2.0 s"),
    ],
)
def test_one_line_is_left(name: str, summary: str) -> None:
    view = ProgressView(name)
    view.finish(told(name)[-1], 2)
    assert line(view) == f"{name}: {summary}"
    assert view.snapshot.startswith(f"<p>{name}: {summary}</p>")
    assert "<progress" not in view.snapshot


def test_a_build_shows_its_steps_and_what_the_latest_prints() -> None:
    view = ProgressView("build")
    lines = []
    for progress in told("build"):
        view.show(progress)
        lines.append(line(view))
        if "err\n" in progress.output:
            assert "err" in text_of(details(view)).split()
    assert list(dict.fromkeys(lines)) == [
        "build: step 1 of 4: FROM python:3.8.10",
        "build: step 2 of 4: RUN echo out && echo err >&2",
        "build: step 3 of 4: RUN echo 'Successfully built a-wheel, says pip'",
        'build: step 4 of 4: CMD ["true"]',
    ]


def test_a_step_from_the_cache_says_so_in_words() -> None:
    view = ProgressView("build")
    view.finish(told("build_cached")[-1], 0)
    assert text_of(view.snapshot).count("(from the cache)") == 3


def test_each_bar_has_a_name_and_says_its_value() -> None:
    view = ProgressView("pull 'x' <y>")
    view.show(Progress("", (Layer("a&b", "Downloading", 1, 4), Layer("c", "Pushing", 9))))
    assert re.findall(r"<progress [^>]*>", details(view)) == [
        "<progress aria-label='pull &#39;x&#39; &lt;y&gt;' max='4' value='1'>",
        "<progress aria-label='layer a&amp;b' max='4' value='1'>",
        "<progress aria-label='layer c'>",
    ]


def test_a_screen_reader_hears_of_layers_and_not_of_bytes() -> None:
    view = ProgressView("pull")
    said = set()
    for done in range(100):
        view.show(Progress("", (Layer("a", "Downloading", done, 100),)))
        said.add(view.children[0].value)
    assert said == {"<p role='status'>pull: 0 of 1 layer complete</p>"}


@given(PROGRESS, st.text(), st.floats(0, 1e6))
def test_nothing_gets_out_of_the_markup(progress: Progress, title: str, seconds: float) -> None:
    view = ProgressView(title)
    view.show(progress)
    view.fail(progress.status)
    failed = view.snapshot
    view.finish(progress, seconds)
    for markup in (failed, view.snapshot):
        assert len(markup.encode()) < 60_000
        assert set(re.findall(r"<(/?\w+)", markup)) <= {*TAGS, *(f"/{tag}" for tag in TAGS)}


def test_a_long_list_is_cut_and_says_how_much_is_missing() -> None:
    view = ProgressView("pull")
    layers = tuple(Layer(f"{n:012}", "Pull complete", 10**9, 10**9) for n in range(127))
    view.finish(Progress("", layers), 1)
    assert "and 87 more layers" in text_of(view.snapshot)
    view.finish(Progress("", steps=tuple(Step(n, 127, "RUN " + "x" * 300) for n in range(1, 128))), 1)
    assert "<ol start='88'>" in view.snapshot
    assert len(view.snapshot) < 20_000


def test_a_pull_is_watched_to_its_end(shown: list[ProgressView], capsys: pytest.CaptureFixture[str]) -> None:
    watch(STREAMS["pull"], "pull small")
    assert line(shown[0]).startswith("pull small: 1 layer, 3.00 MB, 0 already here, ")
    assert capsys.readouterr().out == ""


def test_the_steps_of_a_build_are_printed(shown: list[ProgressView], capsys: pytest.CaptureFixture[str]) -> None:
    watch(STREAMS["build"], "build")
    assert capsys.readouterr().out.splitlines() == [
        "Step 1/4 : FROM python:3.8.10",
        "Step 2/4 : RUN echo out && echo err >&2",
        "Step 3/4 : RUN echo 'Successfully built a-wheel, says pip'",
        'Step 4/4 : CMD ["true"]',
    ]
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("name", "where", "reason"),
    [
        ("push_denied", "", "no basic auth credentials"),
        ("build_failing", " at step 2 of 3", "The command .* returned a non-zero code: 3"),
    ],
)
def test_an_error_is_shown_and_raised(shown: list[ProgressView], name: str, where: str, reason: str) -> None:
    with pytest.raises(StreamError):
        watch(STREAMS[name], name)
    assert re.fullmatch(f"{name}: failed{where}: {reason}", line(shown[0]))
    assert shown[0].snapshot.startswith(f"<p>{name}: failed{where}: ")


def test_a_failing_step_shows_its_log_and_no_other(shown: list[ProgressView]) -> None:
    with pytest.raises(StreamError):
        watch(STREAMS["build_failing"], "build")
    [log] = re.findall("<pre[^>]*>([^<]*)</pre>", shown[0].snapshot)
    assert {"it begins", "no such package"} <= set(log.splitlines())
    assert "FROM" not in log


@pytest.mark.parametrize("cut", [ConnectionError("the engine is gone\nand more"), KeyboardInterrupt()])
def test_a_stream_that_breaks_off_is_shown_as_failed(shown: list[ProgressView], cut: BaseException) -> None:
    def broken() -> Iterator[Event]:
        yield from STREAMS["pull"][:3]
        raise cut

    expected = StreamError if isinstance(cut, Exception) else KeyboardInterrupt
    with pytest.raises(expected):
        watch(broken(), "pull")
    assert line(shown[0]) in {
        "pull: failed: The connection to the engine broke off (the engine is gone and more). Does it still run?",
        "pull: failed: KeyboardInterrupt",
    }
    assert "Downloading" in text_of(shown[0].snapshot)


def test_half_a_stream_is_no_success(shown: list[ProgressView]) -> None:
    with pytest.raises(StreamError):
        watch(STREAMS["pull"][:-1], "pull")
    assert line(shown[0]) == "pull: failed: The stream ended before the engine said that it was done."


def test_a_step_is_seen_while_it_is_silent(shown: list[ProgressView]) -> None:
    def slow() -> Iterator[Event]:
        yield from STREAMS["build"][:6]
        wait_until(lambda: "step 2" in line(shown[0]))
        yield from STREAMS["build"][6:]
        seen.append(line(shown[0]))

    seen: list[str] = []
    watch(slow(), "build")
    assert seen[0].startswith("build: step ")


def test_there_are_at_most_ten_updates_a_second(shown: list[ProgressView], monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[object] = []
    show = ProgressView.show

    class Noted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            happened.append(timeout)
            return super().wait(timeout)

    def noted(view: ProgressView, progress: Progress) -> None:
        happened.append("update")
        show(view, progress)

    def busy() -> Iterator[Event]:
        first, *rest = STREAMS["pull"]
        yield first
        while happened.count("update") < 3:
            yield rest[1]
        yield from rest

    monkeypatch.setattr(ProgressView, "show", noted)
    monkeypatch.setattr(progress_module, "threading", SimpleNamespace(Event=Noted, Thread=threading.Thread))
    watch(busy(), "pull")
    assert progress_module.INTERVAL >= 0.1
    assert happened[:6] == [progress_module.INTERVAL, "update"] * 3
    assert ("update", "update") not in itertools.pairwise(happened)
    assert len(shown) == 1


def test_no_thread_is_left(shown: list[ProgressView]) -> None:
    before = threading.active_count()
    watch(STREAMS["pull"], "pull")
    with pytest.raises(StreamError):
        watch([], "pull")
    assert threading.active_count() <= before
    assert line(shown[1]).startswith("pull: failed: The stream ended")
