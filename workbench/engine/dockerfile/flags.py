"""The options of instructions, such as ``--chmod``: which there are, and which builder takes them."""

from __future__ import annotations

from collections.abc import Iterator

FAILS = "the build will fail here."
BOOLEAN = ("link", "parents", "keep-git-dir", "unpack")
REPEATED = ("mount", "exclude", "device")
KNOWN = {
    "FROM": ("platform",),
    "RUN": ("mount", "network", "security", "device"),
    "COPY": ("from", "chown", "chmod", "link", "parents", "exclude"),
    "ADD": ("chown", "chmod", "link", "checksum", "keep-git-dir", "unpack", "exclude"),
    "HEALTHCHECK": ("interval", "timeout", "start-period", "start-interval", "retries"),
}
UNREAD = ("ARG", "STOPSIGNAL")  # Docker drops their options without a word
# docker-py's builder refuses the first; of the others it depends on the version of Docker.
REFUSED = ("chmod", *KNOWN["RUN"])
IGNORED = ("link", "parents", "exclude", "checksum", "keep-git-dir", "unpack")


def refusal(keyword: str, flags: tuple[str, ...]) -> str:
    """Say why Docker refuses an option; empty where it takes them all."""
    if keyword in UNREAD:
        return ""
    seen: list[str] = []
    for flag in flags:
        name, equals, value = flag.removeprefix("--").partition("=")
        if name not in KNOWN.get(keyword, ()):
            return f"{keyword} has no option --{name}: {FAILS}"
        if name in seen and name not in REPEATED:
            return f"--{name} is there twice: {FAILS}"
        if name in BOOLEAN and (value.lower() not in ("true", "false") if equals else False):
            return f"--{name} is either true or false: {FAILS}"
        if name not in BOOLEAN and not equals:
            return f"--{name} needs a value, as in --{name}=...: {FAILS}"
        seen.append(name)
    return ""


def value(flags: tuple[str, ...], name: str) -> str:
    """Give the value of an option; empty where it isn't there."""
    return next((flag.partition("=")[2] for flag in flags if flag.startswith(f"--{name}=")), "")


def builders(flags: tuple[str, ...]) -> Iterator[str]:
    """Say which builder takes the options: docker-py's and the command line's differ."""
    names = list(dict.fromkeys(flag.removeprefix("--").partition("=")[0] for flag in flags))
    for name in names:
        if name in REFUSED:
            yield (
                f"--{name} needs BuildKit. docker-py's builder refuses it: {FAILS} "
                "docker build takes it where it uses BuildKit."
            )
        elif name in IGNORED:
            yield (
                f"--{name} needs BuildKit, which docker build uses by default since Docker 23. In docker-py's builder "
                "older versions of Docker refuse it, and newer ones ignore it."
            )
        elif name == "start-interval":
            yield "--start-interval needs Docker 25 or newer; older versions refuse it."
