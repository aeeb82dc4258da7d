"""What there is to go by: an exception, a log, a container or pasted text, as one plain text."""

from __future__ import annotations

import codecs
import re
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType

import requests
import urllib3
from docker.errors import BuildError, ContainerError, DockerException
from docker.models.containers import Container

from workbench.engine.events import StreamError
from workbench.explain.pasted import LINES_OF_CONTAINERS, without_wrappers, without_wrapping
from workbench.text import plain

HEAD, TAIL = 50_000, 150_000  # characters that are read of a long text: how it began, and how it ended
SCREENFULS = 20_000  # characters that are copied out of a window, where it breaks lines
LONG_LINE = re.compile(r"[^\n]{2000}")  # is broken, so that nothing has to be looked for far away
WIDEST = 4  # bytes of a character
DEEPEST = 10  # exceptions that caused one another
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # how PowerShell begins a file
ENDED = ("exited", "created", "dead")
OF_CONTAINER = re.compile(r"/containers/([0-9a-f]{64})/")
BUILT_ON = re.compile(r"^ ---> ([0-9a-f]{12})$", re.MULTILINE)  # the image that a build's latest step starts from
# Another exception that says the same words says them for another reason.
KINDS = (
    DockerException,
    StreamError,
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    urllib.error.URLError,
    ConnectionError,
    TimeoutError,
    ImportError,
)


@dataclass(frozen=True)
class Evidence:
    """What there is to go by.

    Attributes
    ----------
    text : str
        Everything there is to read, without colours; of a long text its beginning and its end.
    exit_code : int or None
        Of a container's program that has ended.
    container : str
        Name or ID of the container, where one is known.
    image : str
        Name or ID of its image, the same.
    folder : str
        The build context, the same.
    session : str
        The run of a notebook that it happened in; the containers of other runs have nothing to do with it.
    raised : bool
        Whether it is an exception of the Python that runs this.
    in_containers : bool
        Whether its lines say that they came from a container, a build or an engine.
    """

    text: str = ""
    exit_code: int | None = None
    container: str = ""
    image: str = ""
    folder: str = ""
    session: str = ""
    raised: bool = False
    in_containers: bool = False


def gather(what: object) -> Evidence | None:
    """Read an exception, a text, or a container; give None for what is nothing to explain."""
    if isinstance(what, Evidence):
        return what
    if isinstance(what, Container):
        return _of_container(what)
    if isinstance(what, BaseException):
        return _of_exception(what)
    if isinstance(what, (bytes, bytearray)):
        return _of_text(_decoded(bytes(what)))
    return _of_text(what) if isinstance(what, str) else None


def readable(text: str) -> str:
    """Give the beginning and the end of a text, without what only a terminal understands and what tools put before."""
    return LONG_LINE.sub(r"\g<0>\n", without_wrappers(plain(_shortened(text))))


def unwrapped(what: str | bytes | bytearray) -> str:
    """Read a text whose long lines a terminal's window has broken; give nothing where it has broken none."""
    text = plain(_shortened(what if isinstance(what, str) else _decoded(bytes(what))))
    if len(text) > SCREENFULS:
        return ""
    whole = without_wrapping(text)
    return readable(whole) if whole != text else ""


def _shortened(text: str) -> str:
    return text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n...\n{text[-TAIL:]}"


def _of_text(text: str) -> Evidence:
    by_containers = bool(LINES_OF_CONTAINERS.search(plain(_shortened(text))))
    text = readable(text)
    return Evidence(text, container=_container_in(text), image=_image_in(text), in_containers=by_containers)


def _container_in(text: str) -> str:
    """Give the container that docker-py asked for, by the address in its message."""
    named = OF_CONTAINER.search(text)
    return named[1] if named else ""


def _image_in(text: str) -> str:
    """Give the image from which a build's latest step started."""
    steps = BUILT_ON.findall(text)
    return str(steps[-1]) if steps else ""


def _decoded(data: bytes) -> str:
    encoding = _encoding(data)
    if encoding == "utf-8-sig" and len(data) > WIDEST * (HEAD + TAIL):
        data = data[: WIDEST * HEAD] + b"\n...\n" + data[-WIDEST * TAIL :]
    return data.decode(encoding, errors="replace")


def _encoding(data: bytes) -> str:
    if data.startswith(UTF_16):
        return "utf-16"
    start = data[:1000]  # every other byte is zero where English is written in UTF-16
    if start and start[1::2].count(0) > len(start) // 3 > start[::2].count(0):
        return "utf-16-le"
    return "utf-8-sig"


def _of_container(container: Container) -> Evidence | None:
    try:
        container.reload()
        log = container.logs(tail=2000)
    except KINDS as error:
        return _of_exception(error)
    state = container.attrs["State"]
    return Evidence(
        text=readable(f"{_decoded(log)}\n{state.get('Error') or ''}"),
        exit_code=state["ExitCode"] if state["Status"] in ENDED else None,
        container=str(container.name),
        image=container.attrs["Config"]["Image"],
        in_containers=True,
    )


def _of_exception(error: BaseException) -> Evidence | None:
    if not (isinstance(error, KINDS) or _raised_by_docker_py(error)):
        return None
    # What was first comes first, so that the text ends as the traceback does.
    text = readable("\n".join(reversed([_said(one) for one in _chain(error)])))
    folder = _build_context(error)
    if isinstance(error, ContainerError):
        image = error.image if isinstance(error.image, str) else error.image.id
        return Evidence(text, error.exit_status, str(error.container.id), str(image), folder=folder, raised=True)
    return Evidence(text, container=_container_in(text), image=_image_in(text), folder=folder, raised=True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    for _ in range(DEEPEST):
        yield error
        if error.__cause__ is None:
            return
        error = error.__cause__


def _said(error: BaseException) -> str:
    if isinstance(error, BuildError):
        # docker-py gives an iterator, which would be at its end for whoever reads the log after us.
        events = list(error.build_log)
        error.build_log = iter(events)
        log = (event.get("stream") or "" for event in events if isinstance(event, dict))
        return f"{''.join(log)}\n{error.msg}"
    if isinstance(error, StreamError):
        return f"{error.log}\n{error.what}"
    if isinstance(error, ContainerError):
        # Its own words hold the bytes of the log as Python would spell them.
        stderr = error.stderr if isinstance(error.stderr, bytes) else b""
        return f"{_decoded(stderr)}\n{type(error).__name__}: exit status {error.exit_status}"
    if isinstance(error, requests.RequestException) and error.request is not None:
        # Where a connection breaks off, the words don't say to whom.
        return f"{type(error).__name__}: {error}\n(asked for {error.request.url})"
    return f"{type(error).__name__}: {error}"


def _frames(error: BaseException) -> Iterator[FrameType]:
    traceback = error.__traceback__
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))


def _raised_by_docker_py(error: BaseException) -> bool:
    """Whether docker-py itself refused, with an exception of a common kind, as it does for a wrong path."""
    last = [_module(frame) for frame in _frames(error)][-1:]
    return bool(last) and last[0].startswith("docker.")


def _build_context(error: BaseException) -> str:
    """Give the folder that ``client.images.build`` or ``client.api.build`` was called with."""
    for frame in _frames(error):
        if _module(frame) == "docker.api.build" and frame.f_code.co_name == "build":
            return str(frame.f_locals.get("path") or "")
        if _module(frame) == "docker.models.images" and frame.f_code.co_name == "build":
            return str(frame.f_locals.get("kwargs", {}).get("path") or "")
    return ""
