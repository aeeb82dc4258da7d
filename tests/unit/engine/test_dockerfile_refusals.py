"""What Docker refuses is never called fine, and what only one of the builders takes says which."""

from __future__ import annotations

import pytest

from workbench.engine.dockerfile import instructions
from workbench.settings import BASE_IMAGE

FAILS = "the build will fail here."
# Each was given to Docker 20.10, which refuses it: tests/docker/engine/test_dockerfile.py does so again.
REFUSED = [
    "FROM a # remark",
    "FROM a AS",
    "FROM a AS 1b",
    "FROM Ubuntu",
    "FROM a:b:c",
    "FROM",
    "FROM --foo=x a",
    "FRUM x",
    'CMD["python"]',
    "RUN --foo x",
    "CMD --foo x",
    "CMD [1]",
    'RUN ["a", null]',
    "SHELL /bin/bash -c",
    "SHELL []",
    "SHELL",
    "HEALTHCHECK curl x",
    "HEALTHCHECK CMD",
    "HEALTHCHECK NONE x",
    "HEALTHCHECK --interval=5 CMD x",
    "HEALTHCHECK --interval=-5s CMD x",
    "HEALTHCHECK --retries=x CMD x",
    "HEALTHCHECK --often=x CMD x",
    "HEALTHCHECK --interval=1us CMD x",
    'VOLUME ""',
    'WORKDIR ""',
    "STOPSIGNAL SIGUNUSED",
    "HEALTHCHECK CMD [1]",
    "ENV A",
    "ENV A=1 B",
    "ENV =x",
    "ENV A='1",
    "ENV A=${1:x}",
    "LABEL a",
    "LABEL a=1 b",
    "LABEL a=1 # b",
    "LABEL maintainer=O'Brien",
    "ARG",
    "EXPOSE",
    "EXPOSE 99999",
    "EXPOSE 80,443",
    "EXPOSE 80/http",
    "EXPOSE 80-70",
    "EXPOSE http",
    "EXPOSE 80 # web",
    "STOPSIGNAL FOO",
    "STOPSIGNAL 0",
    "STOPSIGNAL SIGTERM # x",
    "VOLUME []",
    "VOLUME",
    "WORKDIR",
    "USER",
    "MAINTAINER",
    "ONBUILD FROM b",
    "ONBUILD ONBUILD RUN x",
    "ONBUILD",
    "COPY a",
    'COPY ["a"]',
    'COPY "a b" /c/',
    "COPY https://example.com/a /b",
    "COPY --chown a /b",
    "COPY --chown=a --chown=b a /b",
    "COPY --from=7 a /b",
    "COPY --from=me a /b",
    "COPY --from=$X a /b",
    "COPY a b /c",
    "COPY a b .",
    "COPY a /b # remark",
    "COPY ../a /b",
    "COPY --chmod=755 a /b",
    "ADD --from=x a /b",
    "ADD a b /c",
    "RUN --mount=type=cache,target=/x true",
    "RUN",
]
TAKEN = [
    "FROM a as B",
    "FROM localhost:5000/a/b:c@sha256:" + "0" * 64,
    "FROM Host/a",
    "ENV A = b",
    'ENV A="x y" B=z\\ q C=',
    "LABEL a b c",
    "ARG A B=1 # c",
    "ARG --x A",
    "EXPOSE 80/TCP 90-92 8080:81 53/udp 80/",
    "EXPOSE $PORT",
    "STOPSIGNAL quit",
    "STOPSIGNAL SIGRTMIN+3",
    "STOPSIGNAL 9",
    "VOLUME data",
    "WORKDIR /a b",
    'HEALTHCHECK --interval=1m30s --retries=3 CMD ["x"]',
    "HEALTHCHECK NONE",
    'COPY ["a b", "/c"]',
    "COPY a b c/",
    "COPY b* /c",
    "COPY --chown=1:2 a /b",
    "ADD a.tar.gz /",
    "CMD --",
    "ONBUILD COPY . /x",
]


def last(line: str) -> str:
    return instructions(f"FROM {BASE_IMAGE} AS me\n{line}\n")[-1].effect


@pytest.mark.parametrize("line", REFUSED)
def test_what_docker_refuses_is_said_to_fail(line: str) -> None:
    assert FAILS in last(line)


@pytest.mark.parametrize("line", TAKEN)
def test_what_docker_takes_is_not_said_to_fail(line: str) -> None:
    assert "fail" not in last(line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("RUN x\nFROM a", 1),
        ("# escape=x\nFROM a", 1),
        ("# escape=`\n# escape=`\nFROM a", 2),
        ("FROM a\nRUN <<EOF\nx", 2),
        ("FROM a\nCOPY --from=later /a /b\nFROM b AS later", 2),
        ("FROM scratch\nRUN x", 2),
        ("FROM a\n\\\n", 2),
    ],
)
def test_what_docker_refuses_because_of_the_rest_of_the_file(text: str, line: int) -> None:
    assert FAILS in next(step.effect for step in instructions(text) if step.line == line)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("FROM a # remark", "A # begins a comment only at the start of a line."),
        ("FROM Ubuntu", "Image names are lowercase."),
        ('CMD["python"]', "Put a blank after CMD."),
        ("RUN\xa0x", "no-break space"),
        ("&& x", "end that one with \\"),
        ("// x", "A comment begins with #."),
        ("COPY a b /c", "wants a / at the end"),
        ("COPY *.py /c", "If more than one file matches"),
        ("COPY ../a /b", "outside the build context"),
        ("ENV A=1 # b", "A # begins a comment only at the start of a line"),
        ("WORKDIR /a # b", "Makes /a # b the working directory"),
        ("RUN echo\xa0x", "no-break space"),
        ("VOLUME ['/a']", "isn't one in JSON"),
        ("ENV A = b", "the variable A to = b "),
        ("ENV A=1 B=2", "the variables A and B "),
        ("LABEL a=1 b=2", "with a and b;"),
        ("EXPOSE 8080:80 443", "container ports 80 and 443. What comes before the : has no effect."),
        ("VOLUME /a /b", "/a and /b"),
        ("HEALTHCHECK --interval=5s CMD x", "every 5s"),
        ("STOPSIGNAL TERM", "as it does anyway"),
        ("COPY . .", "Copies everything from the build context to the working directory /"),
        ("COPY --chown=me a /b", "They belong to me."),
        ("ADD https://example.com/a.tgz /b", "Downloads https://example.com/a.tgz to /b in the image, and unpacks"),
        ("ADD https://github.com/a/b.git /b", "clones https://github.com/a/b.git"),
        ("ADD git@github.com:a/b.git /b", "docker-py's builder can't clone"),
        ("ADD $URL/a.tgz /b", "Takes what $URL/a.tgz names"),
        ("HEALTHCHECK --interval=0s CMD x", "Older versions of Docker refuse 0 for --interval."),
        ("ENV A=${B:?no}", "It fails where B has no value."),
        ("ADD . /c", "Copies everything from the build context to /c"),
        ("USER me", "belongs to root, where --chown doesn't say otherwise"),
        ("ADD a.tar.xz b /c/", "Unpacks a.tar.xz from the build context to /c/"),
    ],
)
def test_a_line_says_what_is_easily_overlooked(line: str, says: str) -> None:
    assert says in last(line)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("COPY --chmod=755 a /b", "--chmod needs BuildKit. docker-py's builder refuses it"),
        ("RUN --mount=type=cache,target=/x y", '"y"]'),
        ("RUN --mount=type=cache,target=/x y", "--mount needs BuildKit. docker-py's builder refuses it"),
        ("RUN --network=none y", "--network needs BuildKit"),
        ("COPY --link a /b", "--link needs BuildKit, which docker build uses by default since Docker 23."),
        ("ADD --checksum=sha256:0 https://example.com/a /b", "--checksum needs BuildKit"),
        ("HEALTHCHECK --start-interval=1s CMD x", "Docker 25"),
    ],
)
def test_an_option_says_which_builder_takes_it(line: str, says: str) -> None:
    assert says in last(line)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("RUN <<EOF\na\nb\nEOF", 'Docker reads as ["/bin/sh", "-c", "a\\nb\\n"]'),
        ("RUN <<-EOF\n\ta\n\tEOF", '"a\\n"]'),
        ("RUN <<EOF\n#!/bin/python\nEOF", "as a program"),
        ("RUN python3 <<EOF\nprint()\nEOF", "reads the lines up to EOF as its input"),
        ('COPY <<"a.txt" /b\nx\na.txt', "Writes the lines up to a.txt to /b"),
        ("COPY <<a <<b /c/\nx\na\ny\nb", "up to a and b to /c/"),
        ("ONBUILD RUN <<EOF\nx\nEOF", "Kept for later"),
    ],
)
def test_a_heredoc_is_one_instruction(lines: str, says: str) -> None:
    found = instructions(f"FROM a\n{lines}\nUSER x\n")
    assert [step.keyword for step in found] == ["FROM", lines.split(maxsplit=1)[0], "USER"]
    assert says in found[1].effect
    assert "docker-py's builder doesn't know this form" in found[1].effect


@pytest.mark.parametrize(
    "line", ["RUN cat << EOF", "RUN echo $((1<<2))", 'RUN echo "<<EOF"', "RUN a <<< b", "CMD <<EOF"]
)
def test_not_every_pair_of_angles_is_a_heredoc(line: str) -> None:
    assert len(instructions(f"FROM a\n{line}\nUSER x\n")) == 3


def test_a_byte_order_mark_is_named_and_skipped() -> None:
    [step] = instructions("\ufeffFROM a")
    assert step.keyword == "FROM"
    assert step.effect.endswith("The file begins with a byte order mark, which Docker skips.")
