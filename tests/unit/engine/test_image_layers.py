"""What the engine says of an image's making, and what is read from it; no engine is asked."""

from __future__ import annotations

from typing import Any, cast

import docker
import pytest
from docker.errors import ImageNotFound
from hypothesis import given
from hypothesis import strategies as st

from workbench.engine import image_layers
from workbench.engine.image_layers import ImageLayers, Instruction, instruction
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

    def __init__(self, steps: list[tuple[str, int]], checksums: list[str]) -> None:
        self._steps = steps
        self.attrs = {"RootFS": {"Layers": checksums}}

    def history(self) -> list[dict[str, Any]]:
        """List the steps, the latest first."""
        return [{"CreatedBy": text, "Size": size} for text, size in reversed(self._steps)]


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


def test_a_layer_without_bytes_goes_to_what_may_have_made_it() -> None:
    steps = [("WORKDIR /app", 0), ("RUN touch /empty", 0), ("ENV A=b", 0), ("COPY a /a", 3)]
    found = image_layers.read(engine(x=Image(steps, ["w", "c"])), "x", "base").ours
    assert [one.layer for one in found] == ["w", "", "", "c"]
    found = image_layers.read(engine(x=Image(steps, ["w", "t", "c"])), "x", "base").ours
    assert [one.layer for one in found] == ["w", "t", "", "c"]


@given(
    st.lists(st.tuples(st.sampled_from(["RUN a", "COPY b /", "ENV c=d", "CMD e"]), st.integers(0, 3)), max_size=12),
    st.integers(0, 12),
)
def test_no_layer_is_given_twice_and_their_order_stays(steps: list[tuple[str, int]], count: int) -> None:
    checksums = [str(number) for number in range(count)]
    found = [one.layer for one in image_layers.read(engine(x=Image(steps, checksums)), "x", "base").ours if one.layer]
    assert found == checksums[: len(found)]
