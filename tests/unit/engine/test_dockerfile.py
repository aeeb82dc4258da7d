"""What the instructions of a Dockerfile will do."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbench.engine.dockerfile import instructions
from workbench.engine.dockerfile.effects import KEYWORDS
from workbench.settings import BASE_IMAGE, PATHS


def effect(line: str) -> str:
    return instructions(f"FROM {BASE_IMAGE}\n{line}\n")[-1].effect


def test_the_finished_dockerfile_is_four_instructions() -> None:
    steps = instructions((PATHS.app / "Dockerfile").read_text())
    assert [(step.line, step.keyword) for step in steps] == [(1, "FROM"), (3, "RUN"), (5, "COPY"), (7, "CMD")]
    assert steps[0].arguments == BASE_IMAGE
    assert steps[3].effect.startswith("Starts python itself, with no shell.")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("FROM scratch", "from nothing"),
        ("FROM --platform=linux/amd64 a:1 AS build", "called build"),
        ("RUN echo $HOME", '["/bin/sh", "-c", "echo $HOME"]'),
        ("RUN --mount=type=cache,target=/x pip", "BuildKit"),
        ("RUN", "fail here"),
        ("COPY a b /c/", "Copies a, b from the build context to /c/"),
        ('COPY ["a b", "/c"]', "Copies a b from"),
        ("COPY --from=build /a /b", "the image build, which Docker pulls"),
        ("COPY a", "fail here"),
        ("ADD a.tar /", "Unpacks a.tar"),
        ("ENV FLASK_APP=degrees_api", "the variable FLASK_APP"),
        ("ENV FLASK_APP degrees_api", "the variable FLASK_APP"),
        ("ARG WHO=me", "for WHO "),
        ("EXPOSE 5000", "publishes nothing"),
        ("USER nobody", "the user nobody"),
        ("WORKDIR /srv", "/srv the working directory"),
        ("HEALTHCHECK NONE", "Switches off"),
        ("HEALTHCHECK CMD true", "healthy"),
        ("LABEL", "needs something after it"),
        ("STOPSIGNAL SIGINT", "sends SIGINT first"),
        ("ONBUILD RUN true", "another Dockerfile"),
        ("VOLUME /data", "/data"),
        ("ENTRYPOINT []", "An empty list"),
        ('CMD ["python"] and more', "Starts python itself"),
        ('cmd ["python"]', "Starts python itself"),
    ],
)
def test_an_instruction_is_explained(line: str, words: str) -> None:
    assert words in effect(line)


@pytest.mark.parametrize(
    "line", ['CMD ["python" "degrees_api.py"]', "CMD ['python']", "CMD [“python”]", 'CMD ["C:\\Temp"]']
)
def test_a_list_that_is_none_is_read_as_a_line_and_says_so(line: str) -> None:
    assert "which Docker reads as [" in effect(line)
    assert "look for a comma" in effect(line)


def test_how_docker_reads_the_line_is_what_the_image_says() -> None:
    assert r'["/bin/sh", "-c", "[\"python\" \"degrees_api.py\"]"]' in effect('CMD ["python" "degrees_api.py"]')


@pytest.mark.parametrize(
    ("line", "words"),
    [("FRUM x", "Did you mean FROM?"), ("COPPY a b", "Did you mean COPY?"), ("pip install x", "goes after RUN")],
)
def test_an_unknown_instruction_names_the_nearest(line: str, words: str) -> None:
    assert "the build will fail here" in effect(line)
    assert words in effect(line)


def test_another_shell_holds_until_the_next_stage() -> None:
    steps = instructions('FROM a\nSHELL ["/bin/bash", "-c"]\nRUN one\nFROM b\nRUN two\n')
    assert '["/bin/bash", "-c", "one"]' in steps[2].effect
    assert '["/bin/sh", "-c", "two"]' in steps[4].effect


def test_lines_are_joined_and_comments_left_out() -> None:
    [_from, run] = instructions("# a comment\nFROM a\nRUN one \\\n  # not this\n\n  two\n# end")
    assert (run.line, run.keyword, " ".join(run.arguments.split())) == (3, "RUN", "one two")


def test_another_escape_can_be_named_at_the_top_alone() -> None:
    assert len(instructions("# escape=`\nFROM a\nRUN one `\n two")) == 2
    assert len(instructions("# comment\n# escape=`\nFROM a\nRUN one `\nRUN two")) == 3


def test_a_backslash_on_the_last_line_ends_with_the_text() -> None:
    assert [step.keyword for step in instructions("FROM a\nRUN one \\")] == ["FROM", "RUN"]


@example("CMD " + "[" * 5000)
@example("x" * 100_000)
@given(st.lists(st.one_of(st.sampled_from([*KEYWORDS, "# escape=`"]), st.text())).map(" ".join))
def test_any_text_is_explained_and_none_breaks_it(text: str) -> None:
    for step in instructions(text):
        assert step.effect
        assert 1 <= step.line <= text.count("\n") + 1
