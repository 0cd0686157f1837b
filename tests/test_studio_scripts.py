"""The scripts to double-click: they install once, bring up to date, and make a shortcut."""

import configparser
import os
import plistlib
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

START = Path(__file__).resolve().parent.parent / "start"

_UV = """#!/bin/sh
echo "uv $*" >>"$HOME/asked"
case "$*" in
  "tool dir --bin") echo "$HOME/.local/bin" ;;
  "tool dir") echo "$HOME/tools" ;;
  *)
    [ -e "$HOME/offline" ] && exit 2
    mkdir -p "$HOME/.local/bin" "$HOME/tools/eidophone"
    printf '#!/bin/sh\\n[ "$1" = studio ] && echo "opened: $*"\\n' >"$HOME/.local/bin/eidophone"
    chmod +x "$HOME/.local/bin/eidophone" ;;
esac
"""


class Computer:
    """Somebody's computer, with Eidophone's folder under a name that is hard on scripts."""

    def __init__(self, folder, system):
        self.home, self.folder = folder / "Hömé of 'us'", folder / "Eïdo phone"
        self.programs = folder / "programs"
        for one in (self.home, self.folder / "src", self.folder / "docs/images", self.programs):
            one.mkdir(parents=True)
        shutil.copytree(START, self.folder / "start")
        shutil.copy(START.parent / "docs/images/icon.svg", self.folder / "docs/images")
        for name in ("pyproject.toml", "src/a.py"):
            (self.folder / name).write_text("one")
        self.install("uname", f"#!/bin/sh\necho {system}\n")

    def install(self, name, script):
        program = self.programs / name
        program.write_text(script)
        program.chmod(0o755)

    def start(self, script="eidophone.sh", *arguments, given="", path=None):
        """Click; what is on the screen afterwards."""
        run = subprocess.run(
            [shutil.which("sh"), self.folder / "start" / script, *arguments],
            env={"HOME": str(self.home), "PATH": str(path or f"{self.programs}:/usr/bin:/bin")},
            cwd="/",
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return run.stdout

    @property
    def installed(self):
        """How often it was."""
        return (self.home / "asked").read_text().count("tool install")


@pytest.fixture
def computer(tmp_path):
    if os.name != "posix":
        pytest.skip("a shell")
    made = Computer(tmp_path, "Linux")
    made.install("uv", _UV)
    return made


def test_it_is_installed_once_and_then_opened_at_once(computer):
    said = computer.start("eidophone.sh", "--port", "0")
    assert said.startswith("Installing Eidophone: once, a few minutes.")
    assert said.endswith("opened: studio --port 0\n")
    assert computer.start() == "opened: studio\n"
    assert computer.installed == 1


@pytest.mark.parametrize("changed", ["pyproject.toml", "src/a.py", "src/new.js"])
def test_what_is_new_is_installed_and_without_a_network_what_was_is_opened(computer, changed):
    computer.start()
    (computer.folder / changed).write_text("two")
    (computer.home / "offline").touch()
    said = computer.start()
    assert "could not be brought up to date" in said
    assert said.endswith("opened: studio\n")
    (computer.home / "offline").unlink()
    assert "Installing" in computer.start()
    assert computer.start() == "opened: studio\n"


def test_without_a_network_a_line_says_what_to_do(computer):
    (computer.home / "offline").touch()
    said = computer.start()
    assert said.endswith("Is this computer online? Then start this again.\n")


def test_the_shortcut_of_linux_leads_there(computer):
    assert "among the programs of your menu" in computer.start()
    data = computer.home / ".local/share"
    shortcut = configparser.RawConfigParser()
    shortcut.optionxform = str
    shortcut.read(data / "applications/eidophone.desktop")
    entry = shortcut["Desktop Entry"]
    assert entry["Exec"] == f'"{computer.home}/.local/bin/eidophone" studio'
    assert (data / f"icons/hicolor/scalable/apps/{entry['Icon']}.svg").is_file()


def test_the_shortcut_of_macos_leads_there(tmp_path, computer):
    computer = Computer(tmp_path / "mac", "Darwin")
    computer.install("uv", _UV)
    assert "Applications" in computer.start("Eidophone.command")
    app = computer.home / "Applications/Eidophone.app/Contents"
    program = plistlib.loads((app / "Info.plist").read_bytes())["CFBundleExecutable"]
    run = subprocess.run([app / "MacOS" / program], capture_output=True, text=True, check=True)
    assert run.stdout == "opened: studio\n"


def test_uv_is_fetched_only_if_the_person_says_so(computer):
    (computer.programs / "uv").rename(computer.folder / "uv")
    computer.install(
        "curl", f'#!/bin/sh\necho \'cp "{computer.folder}/uv" "{computer.programs}"\'\n'
    )
    said = computer.start()  # nobody is there to say so
    assert "curl -LsSf https://astral.sh/uv/install.sh | sh" in said
    assert "There is no uv." in said
    assert "opened" not in said
    assert computer.start(given="\n").endswith("opened: studio\n")


def test_without_anything_to_fetch_uv_with_a_line_says_where_it_is(computer):
    (computer.programs / "uv").unlink()
    for name in ("sh", "dirname", "cat"):  # no brew, no curl, no wget
        (computer.programs / name).symlink_to(shutil.which(name))
    said = computer.start(path=computer.programs)
    assert said == "There is no uv. Its page says how to get it: https://docs.astral.sh/uv\n"


def _script_of_windows():
    script = (START / "Eidophone.bat").read_bytes()
    assert script.isascii()
    assert script.count(b"\r\n") == script.count(b"\n")
    lines = script.decode().splitlines()
    return [line for line in lines if line and not line.startswith("rem")]


def test_the_script_of_windows_goes_only_where_it_can_and_everywhere():
    lines = _script_of_windows()
    labels = [line[1:] for line in lines if line.startswith(":")]
    went = [found[1] for line in lines if (found := re.search(r"(?:goto |call :)(\S+)$", line))]
    assert len(set(labels)) == len(labels)
    assert len(went) == sum(line.count("goto ") + line.count("call :") for line in lines)
    assert set(went) <= set(labels)
    for before, line in pairwise(lines):
        ended = before.startswith(("goto ", "exit /b"))
        assert line[1:] in went if line.startswith(":") else not ended  # nothing is out of reach


def test_the_script_of_windows_uses_what_it_has_set_and_installs_what_it_opens():
    lines = _script_of_windows()
    known = {"USERPROFILE", "LOCALAPPDATA", "PATH"}
    for line in lines[: lines.index(":get_uv")]:  # what is done, in order
        assert set(re.findall(r"%([A-Z]+)%", line)) <= known, line
        known.update(re.findall(r"set (?:/p )?\"?([A-Z]+)=", line))
    steps = ("call :get_uv", 'set "PROGRAM=', "uv tool install", "call :shortcut", '" studio %*')
    places = [next(at for at, line in enumerate(lines) if step in line) for step in steps]
    assert places == sorted(places)


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="install shellcheck")
def test_shellcheck_finds_nothing():
    for script in [*START.glob("*.sh"), *START.glob("*.command"), START.parent / ".ci" / "run"]:
        subprocess.run(["shellcheck", script], check=True)
