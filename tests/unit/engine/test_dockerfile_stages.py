"""What an instruction does depends on the others: stages, ARG before FROM, SHELL, ENTRYPOINT with CMD."""

from __future__ import annotations

import pytest

from workbench.engine.dockerfile import instructions


def effects(text: str) -> dict[int, str]:
    return {step.line: step.effect for step in instructions(text)}


def test_a_stage_of_this_file_is_not_pulled() -> None:
    found = effects("FROM a AS Build\nRUN x\nFROM build\nCOPY --from=BUILD /a /b\nCOPY --from=0 /a /b\n")
    assert found[3] == "Starts from the stage build of this file, which begins on line 1; nothing is pulled."
    assert "from the stage BUILD, which begins on line 1," in found[4]
    assert "from the stage 0, which begins on line 1," in found[5]


@pytest.mark.parametrize(
    ("above", "image", "says"),
    [
        ("ARG V=3", "a:$V", "the image a:3, unless the build gives V another value"),
        ("ARG V=3", '"a:${V}"', "the image a:3, unless"),
        ("ARG V", "a:${V:-4}", "the image a:4, unless the build gives V another value"),
        ("ARG V=x$TARGETARCH", "a:$V", "where the build gives V a value"),
        ("ARG V", "a:$V", "where the build gives V a value"),
        ("ARG V=1\nARG W=$V.2", "a:$W", "the image a:1.2, unless"),
        ("ARG X=scratch", "$X", "from nothing"),
        ("# none", "a:$V", "No ARG before the first FROM gives V a value: the build will fail here."),
        ("# none", "$V", "will fail here"),
        ("ARG TARGETARCH", "a:$TARGETARCH", "where the build gives TARGETARCH a value"),
    ],
)
def test_from_takes_the_values_of_the_arg_before_it(above: str, image: str, says: str) -> None:
    assert says in effects(f"{above}\nFROM {image}\n")[above.count("\n") + 2]


def test_arg_says_where_its_value_holds() -> None:
    found = effects("ARG A=1\nFROM x\nARG B C=2\nARG TARGETARCH\n")
    assert "that FROM can use" in found[1]
    assert "for B and C " in found[3]
    assert "docker history may show it" in found[3]
    assert "docker-py's builder leaves that empty" in found[4]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("FROM --platform=linux/arm64 a", "the one for linux/arm64"),
        ("FROM --platform=$BUILDPLATFORM a", "BuildKit sets BUILDPLATFORM; docker-py's builder doesn't"),
        ("FROM --platform=a/b/c/d a", "not a platform"),
        ("FROM a AS x\nFROM b AS x", "So is the one on line 1, which docker-py's builder refuses"),
        ("FROM mcr.microsoft.com/windows/nanoserver:1", "an engine on Windows"),
    ],
)
def test_what_else_from_says(lines: str, says: str) -> None:
    assert says in instructions(lines)[-1].effect


def test_a_stage_says_whether_the_image_takes_anything_from_it() -> None:
    text = "FROM a AS one\nENV A=1\nFROM a AS two\nCMD x\nFROM a AS three\nFROM three\nCOPY --from=one /a /b\n"
    found = effects(text)
    assert "The image gets nothing of this stage but what a later one copies from it" in found[1]
    assert "in this stage. The image, which is made from the last stage, doesn't get it." in found[2]
    assert "No later stage uses this one, so BuildKit skips it" in found[3]
    assert "doesn't get it" in found[4]
    assert "stage" not in found[5].replace("This stage is called three.", "")


def test_a_stage_that_is_mounted_is_used() -> None:
    assert "No later stage" not in effects("FROM a AS m\nFROM b\nRUN --mount=from=m,target=/m x\n")[1]


def test_another_shell_is_inherited_from_a_stage() -> None:
    found = effects('FROM a AS x\nSHELL ["/bin/bash", "-c"]\nRUN one\nFROM x\nRUN two\nFROM a\nRUN three\n')
    assert '["/bin/bash", "-c", "one"]' in found[3]
    assert '["/bin/bash", "-c", "two"]' in found[5]
    assert '["/bin/sh", "-c", "three"]' in found[7]


@pytest.mark.parametrize(
    ("entrypoint", "cmd", "starts"),
    [
        ('["/e", "-x"]', '["a", "b"]', '["/e", "-x", "a", "b"]'),
        ('["/e"]', "a b", '["/e", "/bin/sh", "-c", "a b"]'),
        ("e $X", '["a"]', '["/bin/sh", "-c", "e $X", "a"]'),
        ("e", "a", '["/bin/sh", "-c", "e", "/bin/sh", "-c", "a"]'),
    ],
)
def test_entrypoint_with_cmd_is_what_really_starts(entrypoint: str, cmd: str, starts: str) -> None:
    found = effects(f"FROM scratch\nENTRYPOINT {entrypoint}\nCMD {cmd}\n")
    assert starts in found[3]
    assert (starts if entrypoint.startswith("[") else "its shell ignores CMD") in found[2]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('FROM a AS b\nENTRYPOINT ["e"]\nFROM b\nCMD ["c"]', 4, 'words as arguments: a container starts ["e", "c"]'),
        ('FROM a AS b\nCMD ["c"]\nFROM b\nENTRYPOINT ["e"]', 4, "A CMD of the base image no longer counts."),
        ('FROM nginx\nCMD ["c"]', 2, "If nginx sets an ENTRYPOINT, that runs instead"),
        ('FROM scratch\nCMD ["c"]', 2, "given no other command."),
        ("FROM a\nCMD one\nCMD two", 2, "It doesn't count: the CMD on line 3 takes its place."),
        ("FROM a\nENTRYPOINT one\nENTRYPOINT two", 2, "the ENTRYPOINT on line 3"),
        ('FROM a\nENTRYPOINT ["e"]\nCMD []', 3, "the ENTRYPOINT on line 2 gets no arguments"),
        ("FROM a\nENTRYPOINT []", 2, "the base image sets no longer counts, and its CMD with it."),
        ("FROM a\nCMD", 2, '["/bin/sh", "-c"] starts nothing'),
        ('FROM a\nCMD ["/bin/bash", "-c", "x"]', 2, "Starts /bin/bash itself, a shell that the list names."),
        ('FROM a\nCMD ["a"] # remark', 2, "Older versions of Docker ignore # remark after the list"),
    ],
)
def test_what_starts_in_the_end(text: str, line: int, says: str) -> None:
    assert says in effects(text)[line]


@pytest.mark.parametrize("test", ["[ -e /x ] && a", '[ "$A" = "b" ] || a', '[[ "$A" == b ]]', '[ "$A" != b ]'])
def test_a_test_of_the_shell_is_not_taken_for_a_list(test: str) -> None:
    assert "looks like a list" not in effects(f"FROM a\nRUN {test}\n")[2]


def test_only_the_last_user_and_folder_hold_for_containers() -> None:
    found = effects("FROM a\nUSER root\nWORKDIR /a\nUSER me:us\nWORKDIR b\n")
    assert "The containers' program runs as the user from line 4." in found[2]
    assert "Containers start in the one from line 5." in found[3]
    assert "the user me and the group us, and so does the containers' program" in found[4]
    assert "Makes /a/b the working directory, here and in containers" in found[5]


def test_what_the_image_sets_is_not_made_up() -> None:
    text = "FROM a\nENV B=$HOME/b C=$B\nWORKDIR $B/c\nCOPY . .\nEXPOSE $P/tcp\nSTOPSIGNAL SIG$S\nWORKDIR /d\nCOPY . x\n"
    found = effects(text)
    assert found[4] == "Copies everything from the build context to the working directory: a new layer."
    assert "fail" not in found[5] + found[6]
    assert "to x in the working directory /d:" in found[8]


def test_variables_of_one_line_have_the_values_of_those_before() -> None:
    text = "FROM a\nENV A=/a\nENV A=/b B=$A\nWORKDIR $B\nCOPY . .\n"
    assert "to the working directory /a:" in effects(text)[5]


def test_onbuild_explains_what_it_keeps() -> None:
    found = effects("FROM a\nONBUILD CMD one\nONBUILD FRUM x\nCMD two\n")
    assert '["/bin/sh", "-c", "one"]' in found[2]
    assert "another Dockerfile" in found[3]
    assert "that build will fail" in found[3]


def test_a_long_file_and_a_long_chain_of_stages_are_explained() -> None:
    text = "FROM scratch AS s0\n" + "".join(f"FROM s{n} AS s{n + 1}\nENV A{n}=$A\n" for n in range(1500))
    assert len(instructions(text)) == 3001
