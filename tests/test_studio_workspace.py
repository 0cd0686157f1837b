"""The workspace: names, items by hand, records, copies of sounds; what a killed studio leaves."""

import json
import threading
from dataclasses import asdict

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from studio_browser import tone
from studio_server import until

from eidophone import OutputError, Sound, SoundError, encode, encode_film
from eidophone.base.errors import NotThereError
from eidophone.jobs.workspace import folder
from eidophone.jobs.workspace.background import Background
from eidophone.jobs.workspace.copies import Copies, Copy
from eidophone.jobs.workspace.folder import Workspace
from eidophone.jobs.workspace.made import Made
from eidophone.jobs.workspace.names import free, safe, same


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "Eidophone")


MADE = Made("picture", ["a.wav"], {"recipe": "fine"}, ["a note"], 1.0)


@given(st.text())
def test_safe_names_are_safe_and_stay(name):
    found = safe(name)
    assert safe(found) == found
    assert found
    assert len(found.encode()) <= 170
    assert found.isprintable()
    assert not set(found) & set('/\\:*?"<>|')
    assert found[0] not in ".-~ "
    assert found[-1] not in ". "


@given(st.text(min_size=1), st.lists(st.text(min_size=1)))
def test_free_names_are_free(name, taken):
    assert same(free(name, taken)) not in {same(one) for one in taken}


def test_what_is_put_in_by_hand_is_an_item(workspace):
    tone(workspace.folder / "by hand.flac", seconds=0.5)
    encode(np.zeros(9000), 44_100).save(workspace.folder / "picture.png")
    (workspace.folder / "notes.txt").write_text("notes")
    (workspace.folder / ".hidden.wav").write_bytes(b"")
    (workspace.folder / "folder").mkdir()
    kinds = {one.name: one.facts.kind for one in workspace.items()}
    assert kinds == {"by hand.flac": "sound", "picture.png": "picture", "notes.txt": "other"}
    picture = workspace.item("picture.png").facts
    assert (picture.width, picture.height) == (36, 512)


def test_an_item_that_is_changed_is_another(workspace):
    path = tone(workspace.folder / "a.wav", seconds=0.5)
    assert workspace.item("a.wav").facts.seconds == pytest.approx(0.5)
    tone(path, seconds=0.75)
    assert workspace.item("a.wav").facts.seconds == pytest.approx(0.75)


def test_names_that_are_no_letters_are_left_alone(workspace):
    (workspace.folder / "a\udcff.wav").write_bytes(b"")
    assert workspace.items() == []


def test_records_go_with_their_items(workspace, tmp_path):
    name = workspace.take_in(tone(tmp_path / "x.wav"), "a.wav", MADE)
    assert workspace.item(name).made == MADE
    name = workspace.rename(name, "b.wav")
    assert workspace.item("b.wav").made == MADE
    workspace.throw_away(name)
    other = workspace.take_in(tone(tmp_path / "y.wav"), "b.wav")
    assert workspace.item(other).made is None
    assert workspace.restore("b.wav").name == "b 2.wav"
    assert workspace.item("b 2.wav").made == MADE
    with pytest.raises(NotThereError):
        workspace.restore("b.wav")


def test_what_cannot_be_moved_keeps_its_record(workspace, tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"a")
    made = Made("picture", ["b.wav"], {}, [], 1.0)
    workspace.take_in(tmp_path / "a", "a.png", made)

    def move(*_):
        raise OutputError("it is in use")

    monkeypatch.setattr(folder, "move", move)
    for act in (lambda: workspace.rename("a.png", "c.png"), lambda: workspace.throw_away("a.png")):
        with pytest.raises(OutputError):
            act()
    assert workspace.item("a.png").made == made


def test_paths_are_said_as_names_whatever_cuts_them(workspace):
    text = str(workspace.hidden / "arriving" / "x.png")
    for said in (text, text.replace("/.studio/", "\\.studio\\").replace("g/x", "g\\x")):
        assert workspace.said(f"{said} is broken") == "x.png is broken"


def test_what_was_thrown_away_last_comes_back_first(workspace, tmp_path):
    for seconds in (0.25, 0.5):
        workspace.take_in(tone(tmp_path / "x.wav", seconds=seconds), "a.wav")
        workspace.throw_away("a.wav")
    assert workspace.item(workspace.restore("a.wav").name).facts.seconds == pytest.approx(0.5)
    assert workspace.item(workspace.restore("a.wav").name).facts.seconds == pytest.approx(0.25)


@pytest.mark.parametrize(
    "other",
    [{"of": None}, {"notes": [3]}, {"when": "x"}, {"settings": {"a": "\ud800"}}, {"act": 1}],
)
def test_a_record_of_other_things_is_none(workspace, other):
    path = workspace.records.path_of("a.wav")
    path.write_text(json.dumps({**asdict(MADE), "when": 1.0}))
    assert workspace.records.of("a.wav") == MADE
    path.write_text(json.dumps({**asdict(MADE), **other}))
    assert workspace.records.of("a.wav") is None


def test_a_record_that_is_broken_is_none(workspace):
    tone(workspace.folder / "a.wav")
    for broken in ("", "{", "[]", '{"act": 1}', "[" * 100_000):
        workspace.records.path_of("a.wav").write_text(broken)
        assert workspace.item("a.wav").made is None


def test_renaming_to_its_own_name_changes_nothing(workspace):
    tone(workspace.folder / "a.wav")
    assert workspace.rename("a.wav", "a.wav") == "a.wav"
    assert workspace.rename("a.wav", "A.wav") == "A.wav"
    assert [one.name for one in workspace.items()] == ["A.wav"]


def test_many_names_are_looked_up_at_once(workspace, monkeypatch):
    names = [tone(workspace.folder / f"{number}.wav").name for number in range(3)]
    looks, entries = [], Workspace._entries

    def counted(self, *called):
        looks.append(1)
        return entries(self, *called)

    monkeypatch.setattr(Workspace, "_entries", counted)
    assert workspace.paths_of(names) == [workspace.folder / name for name in names]
    assert len(looks) == 1
    for wrong in ("3.wav", "../a.wav", ".studio", "0.wav/", "", "x\0"):
        with pytest.raises(NotThereError):
            workspace.paths_of(["0.wav", wrong])
    assert workspace.paths_of(["0.wav", "1.WAV"])[1] == workspace.folder / "1.wav"


def test_one_studio_at_a_time(workspace):
    with (
        workspace.claimed(),
        pytest.raises(OutputError, match="open in another studio"),
        Workspace(workspace.folder).claimed(),
    ):
        pass
    with workspace.claimed():
        pass


def test_what_a_killed_studio_was_receiving_is_gone(workspace):
    (workspace.folder_for("arriving") / "half.wav").write_bytes(b"half")
    with workspace.claimed():
        assert not list(workspace.folder_for("arriving").iterdir())


@pytest.fixture
def noise(tmp_path):
    samples = np.random.default_rng(1).uniform(-0.5, 0.5, (600_000, 2)).astype(np.float32)
    soundfile.write(tmp_path / "noise.wav", samples, 48_000, "FLOAT")
    return tmp_path / "noise.wav"


def test_a_copy_has_the_samples_of_its_file(tmp_path, noise):
    copies = Copies(tmp_path / "copies")
    copy, sound = copies.of(noise), Sound.load(noise)
    assert (copy.rate, copy.channels, copy.sample_count) == (48_000, 2, 600_000)
    np.testing.assert_array_equal(copy.window(1000, 2000), sound.samples[:, 1000:2000])
    np.testing.assert_array_equal(np.concatenate([*copy.blocks(99_999)], 1), sound.samples)
    until(lambda: copy.is_whole)
    again = Copies(tmp_path / "copies").of(noise)
    assert again.is_whole  # from the disk
    np.testing.assert_array_equal(again.window(0, 600_000), sound.samples)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_copy_of_a_film_has_the_samples_of_its_track(tmp_path, noise, name):
    pytest.importorskip("av")
    encode_film(Sound.load(noise), size=64, fps=5).save(tmp_path / name)
    copy, sound = Copies(tmp_path / "copies").of(tmp_path / name), Sound.load(tmp_path / name)
    assert copy.sample_count == sound.sample_count
    np.testing.assert_array_equal(copy.window(0, copy.sample_count), sound.samples)


def test_a_copy_that_was_not_finished_is_made_again(tmp_path, noise):
    whole = Copies(tmp_path / "copies").of(noise)
    until(whole._note.exists)
    whole._note.unlink()
    whole._data.write_bytes(b"half")
    copy = Copies(tmp_path / "copies").of(noise)
    np.testing.assert_array_equal(copy.window(0, 600_000), Sound.load(noise).samples)


def test_another_file_of_that_name_is_another_copy(tmp_path, noise):
    copies = Copies(tmp_path / "copies")
    first = copies.of(noise)
    assert copies.of(noise) is first
    tone(noise, seconds=0.5)
    assert copies.of(noise).sample_count == 22_050


def test_the_oldest_copies_make_room(tmp_path):
    copies, paths = Copies(tmp_path / "copies", most_bytes=200_000), []
    for number in range(4):
        paths.append(tone(tmp_path / f"{number}.wav", seconds=0.5))  # 88,200 bytes as floats
        copy = copies.of(paths[-1])
        until(lambda copy=copy: copy._note.exists())
    copies.of(paths[-1])
    assert len(list((tmp_path / "copies").glob("*.f32"))) == 2
    assert all(path.exists() for path in paths)
    assert copies.of(paths[0]).window(0, 100).shape == (1, 100)


def test_what_was_asked_for_last_is_done_first_and_few_things_at_a_time():
    done, go_on, begun = [], threading.Event(), threading.Event()

    def steps(name, *, waits=False):
        if waits:
            begun.set()
            assert go_on.wait(60)
        done.append(name)
        yield
        done.append(name)

    background = Background(1, "test")
    background.do(steps("first", waits=True))
    assert begun.wait(60)
    background.do(steps("second"))
    background.do(steps("third"))
    go_on.set()
    until(lambda: len(done) == 6)
    assert done == ["first", "first", "third", "third", "second", "second"]
    until(lambda: background._count == 0)
    background.do(steps("again"))
    until(lambda: done[-2:] == ["again", "again"])


def test_what_is_no_sound_has_no_copy(tmp_path):
    (tmp_path / "a.wav").write_text("text")
    with pytest.raises(SoundError):
        Copies(tmp_path / "copies").of(tmp_path / "a.wav")
    with pytest.raises(SoundError):
        Copies(tmp_path / "copies").of(tmp_path / "nothing.wav")


def test_a_copy_that_another_process_begins_too_keeps_what_is_looked_into(
    tmp_path, noise, monkeypatch
):
    one = Copies(tmp_path / "copies").of(noise)
    until(one._note.exists)
    one._note.unlink()  # as if it was still on its way
    seen = one.samples
    monkeypatch.setattr(Copy, "_make", lambda *_: iter(()))
    assert not Copies(tmp_path / "copies").of(noise).is_whole
    assert np.array_equal(seen, Sound.load(noise).samples)  # a shorter file: a crash


def test_who_waits_for_broken_samples_is_told(tmp_path):
    samples = np.zeros(400_000, np.float32)
    samples[300_000] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, 44_100, "FLOAT")
    copy = Copies(tmp_path / "copies").of(tmp_path / "a.wav")
    with pytest.raises(SoundError, match=r"no numbers, the first \(nan\) at"):
        copy.window(0, 400_000)
    assert not copy.is_there
