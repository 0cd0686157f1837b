"""Atomic files, what runs leave behind that were killed, and two runs on one target."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from eidophone.base import temporary as temporaries
from eidophone.base.atomic import Finished, atomic_path, scratch
from eidophone.base.claims import claimed
from eidophone.base.errors import OutputError
from eidophone.base.temporary import abandon, sweep

locks_only = pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def fail_halfway(path):
    path.write_bytes(b"half")
    raise KeyError


def test_the_file_appears_whole_when_the_block_ends(tmp_path):
    with atomic_path(tmp_path / "a.png") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".png"
        temporary.write_bytes(b"new")
        assert not (tmp_path / "a.png").exists()
    assert (tmp_path / "a.png").read_bytes() == b"new"
    assert names(tmp_path) == ["a.png"]


def test_nothing_is_left_when_the_block_raises(tmp_path):
    with pytest.raises(KeyError), atomic_path(tmp_path / "a.png") as temporary:
        fail_halfway(temporary)
    assert names(tmp_path) == []


def test_a_failed_overwrite_keeps_the_old_file(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(KeyError), atomic_path(tmp_path / "a", overwrite=True) as temporary:
        fail_halfway(temporary)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_overwriting_is_refused_unless_asked_for(tmp_path):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OutputError, match="exists already"), atomic_path(tmp_path / "a"):
        pytest.fail("the block must not run")
    with atomic_path(str(tmp_path / "a"), overwrite=True) as temporary:
        temporary.write_bytes(b"new")
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_file_that_appeared_meanwhile_is_kept(tmp_path):
    with pytest.raises(OutputError, match="exists already"), atomic_path(tmp_path / "a"):
        (tmp_path / "a").write_bytes(b"theirs")
    assert (tmp_path / "a").read_bytes() == b"theirs"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing/a.png", "there is no folder"),
        ("folder", "is not a file"),
        ("file/a.png", "there is no folder"),
        ("a\0b.png", "is not the name of a file"),
        ("x" * 300 + ".png", "too long"),
    ],
)
def test_impossible_places_are_refused_in_one_line(tmp_path, name, message):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for overwrite in (False, True):
        with (
            pytest.raises(OutputError, match=message) as caught,
            atomic_path(tmp_path / name, overwrite=overwrite),
        ):
            pytest.fail("the block must not run")
        assert "\n" not in str(caught.value)
    assert names(tmp_path) == ["file", "folder"]


def test_an_empty_name_is_refused():
    with pytest.raises(OutputError, match="not the name of a file"), atomic_path(""):
        pytest.fail("the block must not run")


def test_a_full_disk_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="No space left"), atomic_path(tmp_path / "a"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert names(tmp_path) == []


def test_trouble_with_another_file_is_not_ours(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a"):
        Path(tmp_path / "other").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_the_file_has_ordinary_permissions(tmp_path):
    (tmp_path / "ordinary").write_bytes(b"")
    with atomic_path(tmp_path / "ours"):
        pass
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("ordinary", "ours")]
    assert modes[0] == modes[1]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
def test_a_folder_without_permission_is_an_output_error(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Permission denied"), atomic_path(tmp_path / "a"):
            pytest.fail("the block must not run")
    finally:
        tmp_path.chmod(0o700)


def test_names_in_any_script_work(tmp_path):
    for name in ("звук и цвет.png", "音 楽.png", "a'b\"c;d.png", "é" * 100 + ".png"):
        with atomic_path(tmp_path / name) as temporary:
            temporary.write_bytes(b"x")
        assert (tmp_path / name).read_bytes() == b"x"


# --- what a killed run left ---


def killed(folder, code):
    """What a process leaves in ``folder`` that runs ``code`` and is gone at once."""
    code = (
        "import os\nfrom pathlib import Path\nfrom eidophone.base.atomic import *\n"
        "from eidophone.base.claims import claimed\nhere = Path()\n" + code + "\n    os._exit(9)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=folder, check=False)
    assert run.returncode == 9
    return names(folder)


@locks_only
@pytest.mark.parametrize(
    "code",
    [
        "with atomic_path(here / 'a.png') as path:\n    path.write_bytes(b'half')",
        "with scratch(here) as path:\n    (path / 'b').write_bytes(b'half')",
        "with claimed(here / 'a.png'):",
    ],
    ids=["file", "folder", "claim"],
)
def test_the_next_run_removes_what_a_killed_one_left(tmp_path, code):
    (left,) = killed(tmp_path, code)
    assert left.startswith(".eidophone-")
    with atomic_path(tmp_path / "other"):
        assert left not in names(tmp_path)
    assert names(tmp_path) == ["other"]


@locks_only
def test_what_a_living_run_writes_is_left_alone(tmp_path):
    code = "from eidophone.base.temporary import *\nimport sys\nsweep(Path(sys.argv[1]))"
    with (
        atomic_path(tmp_path / "a") as one,
        scratch(tmp_path) as other,
        claimed(tmp_path / "c"),
    ):
        before = names(tmp_path)
        assert len(before) == 3
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
        sweep.cache_clear()
        sweep(tmp_path)
        assert names(tmp_path) == before
        assert {one.name, other.name} < set(before)
    assert names(tmp_path) == ["a"]


@locks_only
def test_what_is_not_ours_is_left_alone(tmp_path):
    (left,) = killed(tmp_path, "with atomic_path(here / 'a.png'):")
    foreign = [
        left.replace(left[11:19], "0" * 8),  # of another machine
        ".eidophone-watch.json",
        ".eidophone-" + "0" * 15,
        "eidophone-" + "0" * 16,
        "." + left,
    ]
    for name in foreign:
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "file").write_bytes(b"")
    link = left.replace(left[20:36], "0" * 16)
    (tmp_path / link).symlink_to(tmp_path / "theirs")
    with atomic_path(tmp_path / "a.png"):
        pass
    assert names(tmp_path) == sorted([*foreign, "a.png", link, "theirs"])
    assert names(tmp_path / "theirs") == ["file"]


def test_a_run_that_is_stopped_leaves_nothing_and_begins_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(temporaries, "_life", temporaries._Life())
    with scratch(tmp_path) as folder, atomic_path(tmp_path / "a") as file:
        (folder / "b").write_bytes(b"x")
        file.write_bytes(b"half")
        abandon()
        assert names(tmp_path) == []
        with pytest.raises(OutputError, match="stopped"), atomic_path(tmp_path / "c"):
            pytest.fail("the block must not run")
        shutil.copy(__file__, file)  # what a thread might do yet
        shutil.copy(__file__, tmp_path)
    assert names(tmp_path) == ["a", Path(__file__).name]


@pytest.mark.parametrize("make", [atomic_path, scratch])
def test_a_run_that_is_stopped_as_it_begins_a_file_leaves_nothing(tmp_path, monkeypatch, make):
    def stopped(path):
        assert path.exists()
        abandon()
        raise KeyboardInterrupt

    monkeypatch.setattr(temporaries, "_life", temporaries._Life())
    monkeypatch.setattr(temporaries, "_held", stopped)
    target = tmp_path / "a" if make is atomic_path else tmp_path
    with pytest.raises(KeyboardInterrupt), make(target):
        pytest.fail("the block must not run")
    assert names(tmp_path) == []


def test_what_was_finished_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(Finished, "count", 0)
    with pytest.raises(KeyError), atomic_path(tmp_path / "a") as temporary:
        fail_halfway(temporary)
    with atomic_path(tmp_path / ".journal"), scratch(tmp_path) as folder:
        with atomic_path(folder / "b"):
            pass
        assert Finished.count == 0
        with atomic_path(tmp_path / "c"):
            pass
    assert (Finished.count, Finished.last) == (1, tmp_path / "c")


# --- two runs ---


@locks_only
@pytest.mark.parametrize("kind", ["file", "new", "folder"])
def test_one_run_at_a_time_writes_a_target(tmp_path, kind):
    target = tmp_path / "target"
    if kind == "folder":
        target.mkdir()
    elif kind == "file":
        target.write_bytes(b"old")
    before = names(tmp_path)
    with claimed(target):
        with pytest.raises(OutputError, match="target is being written"), claimed(target):
            pytest.fail("the block must not run")
        with claimed(tmp_path / "another"):
            pass
    with claimed(target):
        pass
    assert names(tmp_path) == before


def test_where_nothing_can_be_written_is_said_at_once(tmp_path):
    with pytest.raises(OutputError, match=r"no folder .+missing"):
        claimed(tmp_path / "missing" / "a").__enter__()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match=r"no folder .+file"):
        claimed(tmp_path / "file" / "a").__enter__()


@locks_only
def test_where_nobody_may_write_is_said_at_once(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr("eidophone.base.claims.os.open", refused)  # root may write anywhere
    with pytest.raises(OutputError, match=r"cannot write .+a: Permission denied"):
        claimed(tmp_path / "a").__enter__()


@locks_only
def test_a_name_that_cannot_be_is_not_claimed(tmp_path):
    with claimed(tmp_path / "a\0b"):
        pass
