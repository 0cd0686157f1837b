"""How a studio starts: its address at once, one a workspace, and a window that fits the system."""

import errno
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from studio_browser import running
from test_cli import SLOW, fails, misunderstood

from eidophone.base import locks
from eidophone.base.errors import OutputError
from eidophone.faces.cli import main
from eidophone.faces.studio import launching
from eidophone.faces.studio.running import Address, Claim, listen

SERVER = "eidophone.faces.studio.server"


@pytest.fixture
def begun(monkeypatch):
    """What was served, by a server that ends at once, and what was shown."""
    served, shown = [], []
    monkeypatch.setitem(sys.modules, SERVER, server := ModuleType(SERVER))
    server.serve = lambda listener, **how: (served.append(how), listener.close())
    monkeypatch.setattr("eidophone.faces.cli.studio.show", shown.append)
    return SimpleNamespace(served=served, shown=shown)


@pytest.fixture
def answering():
    """The port of a program that knows the token T."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.headers["Authorization"] == "Bearer T" else 401)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_address_is_said_on_one_line_and_shown(begun, tmp_path, capsys):
    workspace = tmp_path / "new" / "Töne"
    assert main(["studio", "--workspace", str(workspace), "--port", "0"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    (served,) = begun.served
    assert served["host"] == "127.0.0.1"
    assert served["workspace"] == workspace
    address = line.rpartition(" ")[2]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32,}", address)
    assert address.endswith(f"={served['token']}")
    assert begun.shown == [address.replace(served["token"], served["tickets"][0])]
    assert list(workspace.iterdir()) == [workspace / ".studio"]


def test_each_start_has_a_new_token_and_no_browser_opens_none(begun, tmp_path):
    for _ in range(2):
        main(["studio", "--workspace", str(tmp_path), "--port", "0", "--no-browser"])
    one, two = (how["token"] for how in begun.served)
    assert one != two
    assert begun.shown == []


def test_nothing_slow_is_imported_before_the_address_is_said(tmp_path):
    (tmp_path / "fake.py").write_text(
        "import sys, types\n"
        f"sys.modules[{SERVER!r}] = server = types.ModuleType({SERVER!r})\n"
        "server.serve = lambda *_, **__: print(*sys.modules)\n"
        "from eidophone.faces.cli import main\n"
        "main(['studio', '--port', '0', '--no-browser', '--workspace', 'w'])\n"
    )
    run = subprocess.run(
        [sys.executable, "fake.py"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    line, loaded = run.stdout.splitlines()
    assert "?token=" in line
    assert not set(loaded.split()) & {*SLOW, "fastapi", "uvicorn", "urllib.request"}


def test_a_port_that_is_taken_gives_way_to_the_next():
    first, taken = listen("127.0.0.1", 0)
    second, next_ = listen("127.0.0.1", taken.port)
    with first, second:
        assert taken.port < next_.port <= taken.port + 20
        assert taken.token != next_.token
        with socket.create_connection((next_.host, next_.port)):  # it waits for the server
            pass


def test_who_can_reach_it(begun, tmp_path, capsys):
    words = ["studio", "--workspace", str(tmp_path), "--port", "0", "--host"]
    assert main([*words, "0.0.0.0"]) == 0
    said = capsys.readouterr()
    assert "whoever has this address can use the studio" in said.err
    assert "0.0.0.0" not in said.out  # nobody can open that
    assert "there is no --host nowhere.invalid" in fails(capsys, *words, "nowhere.invalid")
    assert "'x' is not a port" in misunderstood(capsys, "studio", "--port", "x")
    assert "is not a port" in misunderstood(capsys, "studio", "--port", "65536")


def test_a_second_start_opens_the_first(begun, tmp_path, capsys):
    first = Claim(tmp_path)
    assert first.other() is None
    first.note(Address("127.0.0.1", 8500, "T", ("one", "two")))
    url = "http://127.0.0.1:8500/?token="
    for _ in range(3):
        assert main(["studio", "--workspace", str(tmp_path)]) == 0
        assert capsys.readouterr().out == f"the studio is running already: {url}T\n"
    assert begun.shown == [f"{url}one", f"{url}two", f"{url}T"]
    assert begun.served == []
    first.end()
    main(["studio", "--workspace", str(tmp_path), "--port", "0"])
    assert len(begun.served) == 1


@pytest.mark.skipif(os.name != "posix", reason="locks, and rights of files")
def test_only_its_user_can_read_the_token_and_a_kill_leaves_nothing_in_the_way(tmp_path):
    code = (
        "import os, pathlib; from eidophone.faces.studio.running import Address, Claim\n"
        "claim = Claim(pathlib.Path('w')); claim.note(Address('127.0.0.1', 9, 'T' * 40))\n"
        "assert claim.other() is None\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    note = tmp_path / "w" / ".studio" / "running.json"
    assert note.stat().st_mode & 0o777 == 0o600
    claim = Claim(tmp_path / "w")
    assert claim.other() is None
    claim.note(Address("127.0.0.1", 8500, "T"))
    found = json.loads(note.read_text())
    assert found == {"host": "127.0.0.1", "port": 8500, "token": "T", "tickets": []}
    claim.end()


@pytest.mark.skipif(os.name != "posix", reason="rights of files")
def test_a_note_that_others_could_read_is_for_its_user_alone(tmp_path):
    note = tmp_path / ".studio" / "running.json"
    note.parent.mkdir()
    note.touch()
    note.chmod(0o644)
    Claim(tmp_path).end()
    assert note.stat().st_mode & 0o777 == 0o600


class Locking:
    """The locks of Windows: a byte of an open file is one's own."""

    LK_NBLCK = 2

    def __init__(self):
        self.locked = {}

    def locking(self, descriptor, mode, count):
        assert (mode, count) == (self.LK_NBLCK, 1)
        place = os.fstat(descriptor).st_ino, os.lseek(descriptor, 0, os.SEEK_CUR)
        if self.locked.setdefault(place, descriptor) != descriptor:
            raise PermissionError(errno.EACCES, "it is locked")


def test_on_windows_a_byte_far_behind_the_end_is_locked(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "fcntl", None)
    first, second = Claim(tmp_path), Claim(tmp_path)
    assert locks.try_lock(first._file) is None
    monkeypatch.setattr(locks, "msvcrt", Locking(), raising=False)
    assert first.other() is None
    first.note(Address("127.0.0.1", 8500, "T"))
    assert second.other() == Address("127.0.0.1", 8500, "T")
    assert min(place for _, place in locks.msvcrt.locked) > 1 << 20  # where nobody reads
    first.end()
    second.end()


def test_nobody_else_listens_where_we_do(monkeypatch):
    monkeypatch.setattr("eidophone.faces.studio.running._OURS_ALONE", socket.SO_KEEPALIVE)
    listener, _ = listen("127.0.0.1", 0)
    with listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_without_locks_whoever_answers_is_running(tmp_path, monkeypatch, answering):
    monkeypatch.setattr("eidophone.faces.studio.running.try_lock", lambda _: None)
    claim = Claim(tmp_path)
    assert claim.other() is None
    for port, token, expected in [(answering, "T", True), (answering, "U", False), (1, "T", False)]:
        claim.note(Address("127.0.0.1", port, token))
        assert (claim.other() is not None) is expected
    claim.end()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[1]",
        b'{"host": 1, "port": 2, "token": "a"}',
        b'{"host": "a", "port": 2, "token": "a", "tickets": 1}',
    ],
)
def test_one_that_does_not_say_where_it_is_is_one_line(tmp_path, monkeypatch, damage):
    monkeypatch.setattr("eidophone.faces.studio.running._PATIENCE_SECONDS", 0.01)
    first, second = Claim(tmp_path), Claim(tmp_path)
    assert first.other() is None
    (tmp_path / ".studio" / "running.json").write_bytes(damage)
    with pytest.raises(OutputError, match="another studio works in"):
        second.other()
    first.end()
    second.end()


def test_a_workspace_that_cannot_be_is_one_line(begun, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    said = fails(capsys, "studio", "--workspace", str(tmp_path / "file"))
    assert f"cannot work in the folder {tmp_path / 'file'}: " in said


@pytest.mark.parametrize("alone", [True, False])
def test_eidophone_alone_is_the_studio_if_somebody_is_there(
    begun, tmp_path, monkeypatch, capsys, alone
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: alone)
    if alone:
        assert main([]) == 0
        assert begun.served[0]["workspace"] == tmp_path / "Eidophone"
    else:
        with pytest.raises(SystemExit):
            main([])
        assert "'eidophone' alone opens the studio." in " ".join(capsys.readouterr().out.split())


def test_without_what_it_needs_a_line_says_what_to_install(begun, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("eidophone.faces.studio.needs.find_spec", lambda _: None)
    install = "pip install 'eidophone[studio]'"
    assert install in fails(capsys, "studio", "--workspace", str(tmp_path / "w"))
    assert not (tmp_path / "w").exists()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with pytest.raises(SystemExit) as exit_:
        main([])
    assert exit_.value.code == 0
    assert install in " ".join(capsys.readouterr().out.split())


@pytest.fixture
def system(monkeypatch, tmp_path):
    """A system of any kind, on which nothing is installed; what is started, and opened by it."""
    started, opened = [], []
    monkeypatch.setattr(launching, "_start", started.append)
    monkeypatch.setattr(launching.webbrowser, "open", lambda url: opened.append(url) or True)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", *launching._WINDOWS_FOLDERS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(launching.Path, "home", lambda: tmp_path)

    def be(platform):
        monkeypatch.setattr(launching, "sys", SimpleNamespace(platform=platform))

    return SimpleNamespace(be=be, started=started, opened=opened, folder=tmp_path)


def program(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    path.chmod(0o755)
    return str(path)


def test_without_a_screen_nothing_is_opened(system, monkeypatch):
    system.be("linux")
    program(system.folder / "chromium")
    assert not launching.show("URL")
    assert system.started == system.opened == []
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert launching.show("URL")
    assert len(system.started) == 1


@pytest.mark.skipif(os.name != "posix", reason="programs in the PATH")
def test_a_window_of_its_own_on_linux(system, monkeypatch):
    system.be("linux")
    monkeypatch.setenv("DISPLAY", ":1")
    assert launching.show("URL")
    assert (system.started, system.opened) == ([], ["URL"])
    edge = program(system.folder / "microsoft-edge")
    chrome = program(system.folder / "google-chrome")
    launching.show("URL")
    (command,) = system.started
    assert command[:2] == [chrome, "--app=URL"]
    Path(chrome).unlink()
    launching.show("URL")
    assert system.started[1][0] == edge


def test_a_window_of_its_own_on_macos(system):
    system.be("darwin")
    launching.show("URL")
    assert system.opened == ["URL"]
    name = "Microsoft Edge"
    edge = program(system.folder / "Applications" / f"{name}.app/Contents/MacOS/{name}")
    launching.show("URL")
    assert system.started[0][:2] == [edge, "--app=URL"]


def test_a_window_of_its_own_on_windows(system, monkeypatch):
    system.be("win32")
    monkeypatch.setenv("LOCALAPPDATA", str(system.folder))
    monkeypatch.setattr(launching, "_WINDOWS", ("Chrome/chrome.exe", "Edge/msedge.exe"))
    launching.show("URL")
    assert system.opened == ["URL"]
    edge = program(system.folder / "Edge" / "msedge.exe")
    launching.show("URL")
    assert system.started[0][:2] == [edge, "--app=URL"]


def test_a_browser_that_cannot_start_gives_way(system, monkeypatch):
    system.be("linux")
    monkeypatch.setenv("DISPLAY", ":1")
    program(system.folder / "chromium")
    monkeypatch.setattr(launching, "_start", lambda _: (_ for _ in ()).throw(OSError("no")))
    assert launching.show("URL")
    assert system.opened == ["URL"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_it_in_one_line_while_a_page_listens(tmp_path):
    pytest.importorskip("fastapi")
    with running(tmp_path / "w") as studio:
        asked = urllib.request.Request(
            f"{studio.address}/api/events", headers={"Authorization": f"Bearer {studio.token}"}
        )
        with urllib.request.urlopen(asked) as events:
            assert studio.stop() == 128 + signal.SIGINT
            events.read()  # it has an end
        said = studio.process.stdout.read().decode()
    assert said == f"eidophone: interrupted: all that is in {tmp_path / 'w'} is kept\n"
