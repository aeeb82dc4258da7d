"""The shared libraries that go into the registry's image beside its binary."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from workbench.provision import registry_image


def test_the_libraries_of_a_program_are_real_files_with_the_loader_among_them() -> None:
    libraries = registry_image._libraries(Path("/bin/sh"))  # noqa: SLF001
    assert all(library.is_file() for library in libraries)
    names = " ".join(library.name for library in libraries)
    assert "libc.so" in names
    assert "ld-linux" in names


def test_what_is_no_program_has_none(tmp_path: Path) -> None:
    (tmp_path / "half").write_text("half a binary")
    with pytest.raises(subprocess.CalledProcessError):
        registry_image._libraries(tmp_path / "half")  # noqa: SLF001
