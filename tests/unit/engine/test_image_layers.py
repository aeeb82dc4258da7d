"""What the engine says of an image's making, and what is read from it; no engine is asked."""

from __future__ import annotations

from typing import Any, cast

import docker
import pytest
from docker.errors import ImageNotFound
from hypothesis import given
from hypothesis import strategies as st

from workbench.engine import image_layers
from workbench.engine.image_history import instruction, steps
from workbench.engine.image_layers import NO_HISTORY, UNKNOWN, ImageLayers, Instruction
from workbench.errors import TutorialError

NOP = "/bin/sh -c #(nop) "
BASE: list[tuple[str, int]] = [(f"{NOP}ADD file:0123 in / ", 100), (f'{NOP} CMD ["python3"]', 0)]
OURS: list[tuple[str, int]] = [
    ("/bin/sh -c pip install Flask", 50),
    (f"{NOP}COPY file:4567 in /app.py ", 7),
    (f"{NOP} LABEL a=b", 0),
]


class Image:
    """An image as docker-py hands it out."""

    def __init__(self, steps: list[tuple[str, int]], checksums: list[str], ids: list[str] | None = None) -> None:
        self._steps, self._ids = steps, ids or ["<missing>"] * len(steps)
        self.attrs = {"RootFS": {"Layers": checksums}}

    def history(self) -> list[dict[str, Any]]:
        """List the steps, the latest first."""
        found = [{"CreatedBy": text, "Size": size, "Id": one} for (text, size), one in zip(self._steps, self._ids)]
        return found[::-1]


def engine(**images: Image) -> docker.DockerClient:
    """Make a client that knows these images."""

    class Images:
        def get(self, name: str) -> Image:
            if name not in images:
                raise ImageNotFound(name)
            return images[name]

    class Client:
        images = Images()

    return cast("docker.DockerClient", Client())


@pytest.mark.parametrize(
    ("created_by", "text"),
    [
        ("/bin/sh -c pip install Flask==2.2.2", "RUN pip install Flask==2.2.2"),
        ("|1 VERSION=2 /bin/sh -c pip install x", "RUN pip install x"),
        ("RUN /bin/sh -c pip install x # buildkit", "RUN pip install x"),
        ("RUN |1 V=2 /bin/sh -c pip install x # buildkit", "RUN pip install x"),
        (f'{NOP} CMD ["python" "degrees_api.py"]', 'CMD ["python" "degrees_api.py"]'),
        ('CMD ["python" "degrees_api.py"]', 'CMD ["python" "degrees_api.py"]'),
        (f"{NOP}COPY file:8f185b35e799e186 in /degrees_api.py ", "COPY ... /degrees_api.py"),
        (f"{NOP}COPY multi:8f185b35e799e186 in /app/ ", "COPY ... /app/"),
        ("COPY degrees_api.py /degrees_api.py # buildkit", "COPY degrees_api.py /degrees_api.py"),
        (f"{NOP}ADD file:151191dde5fd5f975ed in / ", "ADD ... /"),
        ("/bin/sh -c echo '#(nop)'", "RUN echo '#(nop)'"),
        ("", ""),
        ("/bin/bash -c #(nop)  ENV A=b", "ENV A=b"),
        ('/bin/bash -o pipefail -c #(nop)  CMD ["/bin/sh" "-c" "x"]', 'CMD ["/bin/sh" "-c" "x"]'),
        ("# debian.sh --arch 'amd64' out/ 'bookworm' '@1'", "# debian.sh --arch 'amd64' out/ 'bookworm' '@1'"),
    ],
)
def test_an_instruction_reads_as_in_the_dockerfile(created_by: str, text: str) -> None:
    assert instruction(created_by) == text


def test_ours_stands_apart_from_the_bases() -> None:
    client = engine(base=Image(BASE, ["b"]), ours=Image(BASE + OURS, ["b", "r", "c"]))
    assert image_layers.read(client, "ours", "base") == ImageLayers(
        name="ours",
        base="base",
        base_layers=1,
        base_size=100,
        ours=(
            Instruction("RUN pip install Flask", 50, "r"),
            Instruction("COPY ... /app.py", 7, "c"),
            Instruction("LABEL a=b", 0, ""),
        ),
    )
    assert image_layers.read(client, "ours", "base").added == 57


@pytest.mark.parametrize(
    "base",
    [
        Image(BASE, ["another"]),
        Image([("/bin/sh -c another", 100)], ["b"]),
        None,
    ],
    ids=["other layers", "other history", "none"],
)
def test_all_is_ours_where_it_stands_on_no_such_base(base: Image | None) -> None:
    images = {"ours": Image(BASE + OURS, ["b", "r", "c"])} | ({"base": base} if base else {})
    found = image_layers.read(engine(**images), "ours", "base")
    assert (found.base, found.base_layers, found.base_size) == ("", 0, 0)
    assert [one.layer for one in found.ours] == ["b", "", "r", "c", ""]


def test_the_base_itself_has_nothing_of_ours() -> None:
    assert image_layers.read(engine(base=Image(BASE, ["b"])), "base", "base").ours == ()


@pytest.mark.parametrize("name", ["gone", ""])
def test_an_image_that_is_not_there_is_told(name: str) -> None:
    with pytest.raises(TutorialError, match=f"No image on this engine is called '{name}'"):
        image_layers.read(engine(), name)


STEPS = [("COPY x /x", 9), ("WORKDIR /app", 0), ("RUN touch /empty", 0), ("ENV A=b", 0), ("COPY a /a", 3)]


@pytest.mark.parametrize(
    ("checksums", "layers"),
    [
        (["x", "w", "t", "a"], ["x", "w", "t", "", "a"]),
        (["x", "a"], ["x", "", "", "", "a"]),
        # One of the two made a layer, and nothing says which; what is around them is sure.
        (["x", "?", "a"], ["x", UNKNOWN, UNKNOWN, "", "a"]),
    ],
)
def test_a_layer_is_given_only_where_it_is_sure(checksums: list[str], layers: list[str]) -> None:
    found = image_layers.read(engine(x=Image(STEPS, checksums)), "x", "base").ours
    assert [one.layer for one in found] == layers


def test_the_images_that_steps_left_say_which_made_a_layer() -> None:
    counts = [1, 1, 2, 2, 3]  # WORKDIR with a folder that was there made none
    ids = [f"sha256:{number}" for number in range(5)]
    image = Image(STEPS, ["x", "t", "a"], ids)
    images = {one: Image([], ["."] * count) for one, count in zip(ids, counts)} | {"x": image}
    found = image_layers.read(engine(**images), "x", "base").ours
    assert [one.layer for one in found] == ["x", "", "t", "", "a"]
    del images["sha256:3"]  # removed meanwhile
    assert image_layers.read(engine(**images), "x", "base").ours == found


def test_a_step_of_buildkit_has_a_layer_though_it_is_empty() -> None:
    made = [("WORKDIR /", 0), ("WORKDIR /tmp", 0), ("RUN /bin/sh -c true # buildkit", 0), ("ENV A=b", 0)]
    history = [{"CreatedBy": text, "Size": size, "Comment": "buildkit.dockerfile.v0"} for text, size in reversed(made)]
    assert [one.layer for one in steps(history)] == [None, True, True, False]


@pytest.mark.parametrize("shell", ["/bin/bash -o pipefail -c", "powershell -Command"])
def test_a_run_behind_another_shell_is_a_run(shell: str) -> None:
    classic = [
        (f"{NOP} SHELL [{shell}]", 0),
        (f"{shell} a", 0),
        (f"|1 A=b {shell} c", 0),
        (f"{shell} #(nop)  ENV A=b", 0),
    ]
    history = [{"CreatedBy": text, "Size": size} for text, size in reversed(classic)]
    assert [one.text for one in steps(history)] == [f"SHELL [{shell}]", "RUN a", "RUN c", "ENV A=b"]
    assert [one.layer for one in steps(history)] == [False, None, None, False]


def test_an_imported_image_says_where_it_comes_from() -> None:
    [step] = steps([{"CreatedBy": "", "Comment": "Imported from -", "Size": 5}])
    assert (step.text, step.layer) == ("Imported from -", True)


def test_layers_without_a_history_have_rows_of_their_own() -> None:
    found = image_layers.read(engine(x=Image([], ["a", "b"])), "x", "base").ours
    assert found == (Instruction(NO_HISTORY, 0, UNKNOWN),) * 2
    found = image_layers.read(engine(x=Image([("RUN a", 5)], ["a", "b"])), "x", "base").ours
    assert [(one.text, one.layer) for one in found] == [("RUN a", UNKNOWN), (NO_HISTORY, UNKNOWN)]


@given(
    st.lists(st.tuples(st.sampled_from(["RUN a", "COPY b /", "ENV c=d", "CMD e"]), st.integers(0, 3)), max_size=12),
    st.integers(0, 12),
)
def test_no_layer_is_given_twice_and_their_order_stays(steps: list[tuple[str, int]], count: int) -> None:
    checksums = [str(number) for number in range(count)]
    found = [one.layer for one in image_layers.read(engine(x=Image(steps, checksums)), "x", "base").ours]
    given = [layer for layer in found if layer not in ("", UNKNOWN)]
    assert given == sorted(set(given), key=int)
    assert set(given) <= set(checksums)
