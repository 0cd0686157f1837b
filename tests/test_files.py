"""Atomic files."""

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from eidophone.base.atomic import atomic_path
from eidophone.base.errors import OutputError


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
