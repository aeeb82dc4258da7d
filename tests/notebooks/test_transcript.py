"""Console blocks, read and compared without a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from . import transcript
from .sanitizing import Rule
from .transcript import Prompt, Step, Substitution, agrees, parse_blocks, shows_failure

PAGE = """\
Text.

::::{tab-set}
:::{tab-item} CLI
```console
$ docker run --rm -it python:3.8.10 /bin/bash
root@7ad568453e0b:/# python
Python 3.8.10
>>> import flask
Traceback (most recent call last):
  File "<stdin>", line 1, in <module>

ModuleNotFoundError: No module named 'flask'
>>> exit()
root@7ad568453e0b:/tmp# exit
exit
```
:::
::::

1. In a list:

   ```console
   $ docker run \\
       --rm python:3.8.10
   ```

```python
>>> not("typed")
```

````console
^C
$ true
````
"""

SUBSTITUTION = Substitution("reader7", 5101, "127.0.0.1:5042")


def host(command: str) -> Step:
    return Step(Prompt.HOST, command, "", "")


def test_blocks_are_found_wherever_they_stand() -> None:
    session, in_list, last = parse_blocks(PAGE)
    assert [block.number for block in (session, in_list, last)] == [1, 2, 3]
    assert in_list.steps == [host("docker run     --rm python:3.8.10")]
    assert last.steps == [Step(Prompt.PROGRAM, "", "", ""), host("true")]


def test_prompts_part_what_is_typed_from_what_comes_back() -> None:
    steps = parse_blocks(PAGE)[0].steps
    assert [(step.prompt.name, step.command, step.folder) for step in steps] == [
        ("HOST", "docker run --rm -it python:3.8.10 /bin/bash", ""),
        ("SHELL", "python", "/"),
        ("PYTHON", "import flask", ""),
        ("PYTHON", "exit()", ""),
        ("SHELL", "exit", "/tmp"),
    ]
    assert steps[1].expected == "Python 3.8.10"
    assert steps[2].expected.splitlines()[1:3] == ['  File "<stdin>", line 1, in <module>', ""]
    assert steps[4].expected == "exit"


@pytest.mark.parametrize("body", ["output\n$ true", "output", "$true"])
def test_block_that_begins_with_output_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="block 1 begins with"):
        parse_blocks(f"```console\n{body}\n```")


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("docker build -t username/degrees_api:1.0 .", "docker build -t reader7/degrees_api:1.0 ."),
        ("docker rm -f username-degrees_api-web", "docker rm -f reader7-degrees_api-web"),
        ("docker login 127.0.0.1:5002 --username student", "docker login 127.0.0.1:5042 --username student"),
        ("docker push 127.0.0.1:5002/username/x", "docker push 127.0.0.1:5042/reader7/x"),
        ("docker run -p 127.0.0.1:5000:5000 x", "docker run -p 127.0.0.1:5101:5000 x"),
        ("docker run -p 5000:5000 x", "docker run -p 5101:5000 x"),
        ("docker run --publish=5000:5000 x", "docker run --publish=5101:5000 x"),
        ("docker run -p 8000:5000 x", "docker run -p 8000:5000 x"),
        ("curl '127.0.0.1:5000/degrees?limit=5000'", "curl '127.0.0.1:5101/degrees?limit=5000'"),
        ("curl http://localhost:5000/degrees", "curl http://localhost:5101/degrees"),
        ("curl 127.0.0.1:50001", "curl 127.0.0.1:50001"),
        ("docker exec web curl 127.0.0.1:5000/", "docker exec web curl 127.0.0.1:5000/"),
    ],
)
def test_placeholders_are_replaced_on_the_host(page: str, typed: str) -> None:
    assert SUBSTITUTION.typed(host(page)) == typed


def test_port_inside_a_container_is_the_containers_own() -> None:
    step = Step(Prompt.SHELL, "curl 127.0.0.1:5000/degrees", "/", "")
    assert SUBSTITUTION.typed(step) == step.command


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("reader7/degrees_api   1.0", "username/degrees_api   1.0"),
        ("127.0.0.1:5101->5000/tcp", "127.0.0.1:5000->5000/tcp"),
        ("Login to 127.0.0.1:5042", "Login to 127.0.0.1:5002"),
        ("sha256:151012", "sha256:151012"),
    ],
)
def test_outputs_are_turned_back(output: str, shown: str) -> None:
    assert SUBSTITUTION.shown(output) == shown


@given(st.text(alphabet="abc 0123456789:./-$", max_size=40))
def test_command_without_placeholders_is_typed_as_it_stands(command: str) -> None:
    if "5000" not in command and "5002" not in command:
        assert SUBSTITUTION.typed(host(command)) == command


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("a  b", "a b\n"),
        ("a\n...\nz", "a\nm\nn\nz\n"),
        ("a\n...\nz", "a\nz\n"),
        ("...\nz\n...", "z"),
        ("Successfully installed ...Flask-2.2.2 ...", "Successfully installed Flask-2.2.2 zipp-3\n[notice]"),
        ("id ...", "id 12ab"),
        ("", ""),
    ],
)
def test_output_agrees(expected: str, got: str) -> None:
    assert agrees(expected, got, [])


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("a", "b"),
        ("", "something"),
        ("something", ""),
        ("a\n...\nz", "a\nm\n"),
        ("a", "a\nmore"),
        ("Flask-2.2.2 ...", "Flask-2.2.23 zipp"),
    ],
)
def test_output_disagrees(expected: str, got: str) -> None:
    assert not agrees(expected, got, [])


def test_rules_are_applied_to_both_sides() -> None:
    rule = Rule("id", "", r"\b[0-9a-f]{12}\b", "ID")
    assert agrees("7ad568453e0b", "0123456789ab", [rule])
    assert not agrees("7ad568453e0b", "0123456789ab", [])


def test_banner_of_stand_in_agrees_with_the_real_one() -> None:
    real = "Python 3.8.10 (default, Jun 23 2021, 15:19:53)\n[GCC 8.3.0] on linux"
    same = "Python 3.8.10 (main, Jan  1 2030, 00:00:00) \n[GCC 12.2.0] on linux"
    assert agrees(real, same, transcript.STANDIN_RULES)
    assert not agrees(real, same, [])
    assert not agrees(real, same.replace("3.8.10", "2.7.18"), transcript.STANDIN_RULES)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("ls: cannot access 'x': No such file or directory", "ls: cannot access 'x': No such file or directory"),
        ("...denied...\n...", "unauthorized"),
        ("...unix:///nowhere...", "Cannot connect to unix:///nowhere."),
    ],
)
def test_page_shows_failure(expected: str, got: str) -> None:
    assert shows_failure(expected, got)


@pytest.mark.parametrize(
    ("expected", "got"),
    [("", "error"), ("...", "error"), ("The push refers to\n...", "The push refers to\ndenied"), ("done", "done")],
)
def test_page_hides_failure(expected: str, got: str) -> None:
    assert not shows_failure(expected, got)
