"""The script ``./tutorial``, in a copy of its own, with programs beside it that only write down their calls."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.waiting import wait_until
from workbench.settings import PATHS

# What the script needs of a bare system.
TOOLS = ("sh", "cat", "cksum", "df", "dirname", "flock", "id", "mkdir", "cp", "rm")
UV = """\
#!/bin/sh
echo "uv $*" >>"$CALLS"
case $1 in
    venv)
        for folder; do :; done # its last argument
        rm -rf "$folder"
        mkdir -p "$folder/bin"
        cp "$PYTHON" "$folder/bin/python"
        ;;
    pip) case $* in *-test.txt) exit "${TEST_INSTALLS:-0}" ;; *) exit "${INSTALLS:-0}" ;; esac ;;
esac
"""
PYTHON = """\
#!/bin/sh
echo "python $*" >>"$CALLS"
"""


@dataclass
class Checkout:
    """A folder with the script in it, and the programs of its machine."""

    folder: Path
    programs: Path

    def add(self, name: str, script: str) -> Path:
        """Put a program on the PATH."""
        program = self.programs / name
        program.write_text(script)
        program.chmod(0o755)
        return program

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script, with nobody at the keyboard."""
        known = {"PATH": str(self.programs), "CALLS": str(self.folder / "calls"), "PYTHON": str(self.folder / "python")}
        return subprocess.run(
            [str(self.folder / "tutorial"), *arguments],
            env={**known, **environment},
            stdin=subprocess.DEVNULL,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )

    def calls(self) -> list[str]:
        """Read which programs were called since the last time."""
        file = self.folder / "calls"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return [line.replace(f"{self.folder}/", "") for line in lines]


@pytest.fixture(name="checkout")
def fixture_checkout(tmp_path: Path) -> Checkout:
    folder, programs = tmp_path / "a checkout", tmp_path / "bin"
    folder.mkdir()
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool) or pytest.fail(f"{tool} is missing"))
    shutil.copy(PATHS.root / "tutorial", folder)
    (folder / "requirements.txt").write_text("docker==7.2\n")
    (folder / "requirements-test.txt").write_text("hypothesis==6\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    (folder / "python").write_text(PYTHON)
    (folder / "python").chmod(0o755)
    return Checkout(folder, programs)


RUNS = "python -I -u -m workbench.cli.main doctor --json"


def makes_the_environment(calls: list[str]) -> bool:
    return [line.split(" --")[0] for line in calls] == [
        "uv venv",
        "uv pip sync",
        "uv pip install",
        "python -I -u -m workbench.cli.main doctor",
    ]


def test_the_environment_is_made_once_and_again_where_what_it_holds_changes(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    assert checkout.run("doctor", "--json").returncode == 0
    assert makes_the_environment(checkout.calls())
    assert checkout.run("doctor", "--json").returncode == 0
    assert checkout.calls() == [RUNS]
    (checkout.folder / "requirements.txt").write_text("docker==7.3\n")
    checkout.run("doctor", "--json")
    assert makes_the_environment(checkout.calls())


def test_an_environment_that_was_moved_or_lost_its_python_is_made_again(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    checkout.run("doctor", "--json")
    moved = Checkout(checkout.folder.rename(checkout.folder.parent / "moved"), checkout.programs)
    moved.calls()
    assert moved.run("doctor", "--json").returncode == 0
    assert makes_the_environment(moved.calls())
    (moved.folder / ".venv/bin/python").unlink()
    assert moved.run("doctor", "--json").returncode == 0
    assert makes_the_environment(moved.calls())


def adds_what_the_tests_need(calls: list[str]) -> bool:
    return [line.startswith("uv pip install") and line.endswith("requirements-test.txt") for line in calls[:-1]] == [
        True
    ]


def test_what_the_tests_need_is_added_for_them_only_and_without_a_question(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    for arguments in (("start",), ("explain", "test"), ("--debug", "doctor")):
        checkout.run(*arguments)
    assert "requirements-test" not in "".join(checkout.calls())
    assert checkout.run("--debug", "test", "--part", "fast").returncode == 0
    assert adds_what_the_tests_need(checkout.calls())
    checkout.run("test")
    assert checkout.calls() == ["python -I -u -m workbench.cli.main test"]
    (checkout.folder / "requirements-test.txt").write_text("hypothesis==7\n")
    checkout.run("test")
    assert adds_what_the_tests_need(checkout.calls())


def test_an_environment_made_again_gets_what_the_tests_need_again(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    checkout.run("test")
    (checkout.folder / "requirements.txt").write_text("docker==7.3\n")
    checkout.run("start")
    checkout.calls()
    checkout.run("test")
    assert adds_what_the_tests_need(checkout.calls())


def test_packages_for_the_tests_that_cannot_be_had_are_tried_again(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    failed = checkout.run("test", TEST_INSTALLS="2")
    assert failed.returncode == 1
    assert "The packages for the tests could not be installed." in failed.stderr
    checkout.calls()
    assert checkout.run("test").returncode == 0
    assert adds_what_the_tests_need(checkout.calls())


def test_a_half_made_environment_is_made_again(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    failed = checkout.run("doctor", "--json", INSTALLS="2")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[1:] == [
        "The packages could not be installed.",
        "Check the network, then run this again.",
    ]
    assert RUNS not in checkout.calls()
    assert checkout.run("doctor", "--json").returncode == 0
    assert makes_the_environment(checkout.calls())


@pytest.mark.parametrize(("user", "sudo"), [("0", ""), ("1000", "sudo ")])
def test_without_any_python_it_says_what_to_install(checkout: Checkout, user: str, sudo: str) -> None:
    (checkout.programs / "id").unlink()
    checkout.add("id", f"#!/bin/sh\necho {user}\n")
    tried = checkout.run("start")
    assert (tried.returncode, tried.stdout) == (1, "")
    assert tried.stderr == f"There is no python3 here. Install one: {sudo}apt-get install python3\n"


def test_a_full_disk_is_not_blamed_on_the_network(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    (checkout.programs / "df").unlink()
    checkout.add("df", "#!/bin/sh\necho Filesystem 1024-blocks\necho /dev/sda1 9000000 8900000 90000 99% /\n")
    failed = checkout.run("start", INSTALLS="2")
    assert failed.returncode == 1
    assert failed.stderr.splitlines()[2] == (
        f"Only 87 MB are free in {checkout.folder}, and the packages take 700. Free some space, then run this again."
    )


def test_a_checkout_that_you_may_not_write_is_named(checkout: Checkout) -> None:
    checkout.add("uv", UV)
    # Root may write everywhere, so the test's own word for "may not" is a folder that isn't there.
    script = checkout.folder / "tutorial"
    script.write_text(script.read_text().replace('[ -w "$here" ]', '[ -w "$here/missing" ]'))
    tried = checkout.run("start")
    assert tried.returncode == 1
    assert tried.stderr.splitlines() == [
        f"You may not write to {checkout.folder}, where the packages and your work go.",
        "Make a copy that is yours: git clone, in your home folder.",
    ]
    assert checkout.calls() == []


def test_apt_that_fails_is_told_with_what_to_do(checkout: Checkout) -> None:
    checkout.add("python3", "#!/bin/sh\nexit 1\n")  # one without ensurepip
    checkout.add("apt-get", "#!/bin/sh\necho 'E: Temporary failure resolving deb.debian.org' >&2\nexit 100\n")
    tried = checkout.run("start", "--yes")
    assert tried.returncode == 1
    assert tried.stderr.splitlines()[1:] == [
        "E: Temporary failure resolving deb.debian.org",
        "python3-venv could not be installed: apt-get said why, above.",
        "Check the network, then run this again.",
    ]


def test_a_second_call_waits_for_the_first_and_sets_up_nothing_twice(checkout: Checkout) -> None:
    checkout.add("uv", UV.replace("#!/bin/sh\n", '#!/bin/sh\necho "begin $*" >>"$CALLS"\n', 1))
    known = {
        "PATH": str(checkout.programs),
        "CALLS": str(checkout.folder / "calls"),
        "PYTHON": str(checkout.folder / "python"),
    }
    line = [str(checkout.folder / "tutorial"), "doctor"]
    both = [subprocess.Popen(line, env=known, cwd="/", stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in "12"]
    assert [one.wait() for one in both] == [0, 0]
    for one in both:
        assert one.stderr
        one.stderr.close()
    calls = checkout.calls()
    assert len([call for call in calls if call.startswith("uv venv")]) == 1
    assert len([call for call in calls if call.startswith("python ")]) == 2


def test_programs_with_their_own_authorities_are_told_of_the_systems(checkout: Checkout) -> None:
    told = '"$SSL_CERT_FILE $NODE_EXTRA_CA_CERTS"'
    checkout.add("uv", UV.replace("#!/bin/sh\n", f'#!/bin/sh\necho {told} >>"$CALLS"\n', 1))
    bundle = "/etc/ssl/certs/ca-certificates.crt"
    script = checkout.folder / "tutorial"
    ours = checkout.programs / "bundle.crt"
    ours.write_text("")
    script.write_text(script.read_text().replace(bundle, str(ours)))
    checkout.run("doctor")
    assert checkout.calls()[0] == f"{ours} {ours}"
    (checkout.folder / "requirements.txt").write_text("docker==7.3\n")
    checkout.run("doctor", SSL_CERT_FILE="/mine", NODE_EXTRA_CA_CERTS="/mine/too")
    assert checkout.calls()[0] == "/mine /mine/too"


@pytest.mark.parametrize("arguments", [("start", "--yes"), ("start",), ("test",)])
def test_who_may_not_install_gets_the_command(checkout: Checkout, arguments: tuple[str, ...]) -> None:
    checkout.add("python3", "#!/bin/sh\nexit 1\n")  # one without ensurepip
    checkout.add("apt-get", '#!/bin/sh\necho apt-get >>"$CALLS"\n')
    (checkout.programs / "id").unlink()
    checkout.add("id", "#!/bin/sh\necho 1000\n")
    tried = checkout.run(*arguments)
    assert tried.returncode == 1
    assert (
        "As root, run:\n  apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv"
        in tried.stderr
    )
    assert checkout.calls() == []


@pytest.mark.parametrize(
    ("arguments", "installs"), [(("start",), False), (("start", "--yes"), True), (("test",), True)]
)
def test_start_asks_before_it_installs_and_the_tests_do_not(
    checkout: Checkout, arguments: tuple[str, ...], *, installs: bool
) -> None:
    checkout.add("python3", "#!/bin/sh\nexit 1\n")
    checkout.add("apt-get", '#!/bin/sh\necho "apt-get $*" >>"$CALLS"\n')
    (checkout.programs / "id").unlink()
    checkout.add("id", "#!/bin/sh\necho 0\n")
    tried = checkout.run(*arguments)
    assert tried.returncode == 1
    assert "Missing system package: python3-venv" in tried.stderr
    assert ("Nothing was installed." in tried.stderr) is not installs
    assert bool(checkout.calls()) is installs


def test_a_machine_whose_pythons_are_all_too_old_is_told(checkout: Checkout) -> None:
    checkout.add("uv", "#!/bin/sh\nexit 2\n")
    tried = checkout.run("start")
    assert tried.returncode == 1
    assert "It takes a Python from 3.10 to 3.14, and uv fetches one if it can." in tried.stderr


# A program that takes its time at one of its calls, and dies as Python does.
SLOW = f"""\
#!{sys.executable}
import os, pathlib, shutil, sys, time
folder = pathlib.Path(os.environ["CALLS"]).parent
if " ".join(sys.argv[1:]).startswith(os.environ.get("SLOW", "-")):
    (folder / "begun").touch()
    time.sleep(300)
"""
MAKES_UV = """
if sys.argv[1:3] == ["-m", "venv"]:
    os.makedirs(f"{sys.argv[-1]}/bin")
    pathlib.Path(sys.argv[-1], "bin/pip").symlink_to(sys.argv[0])
"""
MAKES_VENV = """
if sys.argv[1] == "venv":
    os.makedirs(f"{sys.argv[-1]}/bin", exist_ok=True)
    shutil.copy(os.environ["PYTHON"], f"{sys.argv[-1]}/bin/python")
"""


@pytest.mark.parametrize("step", ["-m venv", "install", "venv", "pip sync", "pip install"])
def test_ctrl_c_while_it_sets_up_is_one_line_and_what_is_half_made_is_made_again(checkout: Checkout, step: str) -> None:
    if step in ("-m venv", "install"):
        checkout.add("python3", SLOW + MAKES_UV)
    else:
        checkout.add("uv", SLOW + MAKES_VENV)
    environment = {"PATH": str(checkout.programs), "CALLS": str(checkout.folder / "calls"), "SLOW": step}
    with subprocess.Popen(
        [checkout.folder / "tutorial", "doctor", "--json"],
        env={**environment, "PYTHON": str(checkout.folder / "python")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as setting_up:
        wait_until((checkout.folder / "begun").exists)
        os.killpg(setting_up.pid, signal.SIGINT)  # as a terminal does: to all of them
        out, said = setting_up.communicate()
    assert (setting_up.returncode, out) == (130, "")
    lines = [line for line in said.splitlines() if line]
    assert [line for line in lines if not line.startswith("Setting up")] == ["Interrupted. Run it again any time."]
    (checkout.programs / "uv").unlink(missing_ok=True)
    checkout.add("uv", UV)
    assert checkout.run("doctor", "--json").returncode == 0
    assert makes_the_environment(checkout.calls())
