"""The hot folder: sounds in, pictures out; pictures back in, sounds out."""

import json
import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from signals import wait_until

from eidophone import Picture, Recipe, Sound, encode
from eidophone.base.errors import EidophoneError, OutputError
from eidophone.faces.cli import main
from eidophone.files.image import write_image
from eidophone.jobs.hot.folder import Sign, steady
from eidophone.jobs.hot.journal import Entry, Journal
from eidophone.jobs.hot.watch import watch

RATE = 22_050


def tone(path, seconds=0.5, hz=440.0):
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(int(seconds * RATE)) / RATE
    soundfile.write(path, 0.3 * np.sin(2 * np.pi * hz * time), RATE, subtype="PCM_16")
    return path


def frequency(path, first=0.0, last=1.0):
    """The loudest frequency of a part of a sound, in Hz."""
    samples, rate = soundfile.read(path, always_2d=True)
    part = samples[int(first * len(samples)) : int(last * len(samples)), 0]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    return np.argmax(spectrum) * rate / len(part)


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


class Hot:
    """A hot folder that is looked at whenever a test says so."""

    def __init__(self, root):
        self.root = root
        self.sounds_in, self.pictures_out = root / "sounds-in", root / "pictures-out"
        self.pictures_in, self.sounds_out = root / "pictures-in", root / "sounds-out"

    def look(self, **options):
        """What was told."""
        told = []
        options = {"quality": "preview", "interval_seconds": 0.01, **options}
        watch(self.root, once=True, tell=told.append, **options)
        return told


@pytest.fixture
def hot(tmp_path):
    hot = Hot(tmp_path / "my hot folder")
    hot.look()
    return hot


def test_the_folder_explains_itself(hot):
    assert sorted(path.name for path in hot.root.iterdir()) == [
        "README.txt",
        "pictures-in",
        "pictures-out",
        "sounds-in",
        "sounds-out",
    ]
    note = (hot.root / "README.txt").read_text()
    for path in hot.root.iterdir():
        assert path.name in note or path.name == "README.txt"


def test_a_note_of_the_users_own_is_kept(hot):
    (hot.root / "README.txt").write_text("mine")
    hot.look()
    assert (hot.root / "README.txt").read_text() == "mine"


def test_a_sound_becomes_a_picture(hot):
    tone(hot.sounds_in / "drums" / "take.1.wav")
    assert hot.look() == ["sounds-in/drums/take.1.wav is drawn: drums/take.1.png"]
    picture = Picture.load(hot.pictures_out / "drums" / "take.1.png")
    assert picture.duration_seconds == pytest.approx(0.5)
    assert hot.look() == []


def test_sounds_of_one_name_do_not_meet(hot):
    tone(hot.sounds_in / "a.wav")
    tone(hot.sounds_in / "a.flac")
    hot.look()
    assert names(hot.pictures_out) == ["a.flac.png", "a.wav.png"]


def test_no_sound_overwrites_the_pages_of_another_and_names_stay(hot, monkeypatch):
    monkeypatch.setattr("eidophone.jobs.drawing._PICTURE_BYTES", 512 * 3 * 100)
    tone(hot.sounds_in / "a.wav", seconds=1)
    hot.look()
    tone(hot.sounds_in / "a-001.wav", seconds=0.3)
    assert hot.look() == ["sounds-in/a-001.wav is drawn: a-001.wav.png"]
    assert names(hot.pictures_out) == ["a-001.png", "a-001.wav.png", "a-002.png"]
    tone(hot.sounds_in / "a.flac", seconds=0.3)
    assert hot.look() == ["sounds-in/a.flac is drawn: a.flac.png"]


def test_files_of_any_name_are_taken_and_those_of_no_kind_are_named(hot):
    shutil.move(tone(hot.sounds_in / "a.wav"), hot.sounds_in / "a")
    (hot.sounds_in / "b").write_bytes(b"\x93\0\xc1" * 100)
    write_image(hot.pictures_in / "c.png", np.full((64, 64, 3), 100, np.uint8))
    shutil.move(hot.pictures_in / "c.png", hot.pictures_in / "c")
    (hot.pictures_in / "d.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(100))
    told = hot.look()
    assert "sounds-in/a is drawn: a.png" in told
    assert any(line.startswith("sounds-in/b ") for line in told)
    assert "pictures-in/c is heard: c.wav" in told
    assert any(line.startswith("pictures-in/d") and "it is HEIC" in line for line in told)


def test_what_lies_in_the_wrong_folder_is_told_once_in_a_run(hot):
    tone(hot.pictures_in / "a.wav")
    write_image(hot.sounds_in / "b.png", np.full((64, 64, 3), 100, np.uint8))
    assert sorted(hot.look()) == [
        "pictures-in/a.wav: it is a sound: put it into sounds-in",
        "sounds-in/b.png: it is a picture: put it into pictures-in",
    ]
    assert not names(hot.pictures_out) + names(hot.sounds_out)


def test_the_words_are_those_of_the_folder(hot, capsys):
    write_image(hot.pictures_in / "a.png", np.full((64, 64, 3), 255, np.uint8))
    assert main(["watch", str(hot.root), "--once", "--interval", ".01"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "pictures-in/a is heard: a.wav"
    assert told[1].startswith("pictures-in/a.png: guessed, as nothing says it: recipe 'standard'")
    assert "settle" not in told[1]
    assert "--as-drawn leaves it as it was, and --gain makes another change" in told[2]


def test_recipe_size_and_format_are_as_asked(hot):
    tone(hot.sounds_in / "a.wav", seconds=4)
    hot.look(recipe="octaves", size=64, format="jpeg")
    assert names(hot.pictures_out) == ["a-001.jpg", "a-002.jpg"]
    picture = Picture.load(hot.pictures_out / "a-002.jpg")
    assert (picture.width, picture.height, picture.recipe.axis) == (64, 64, "octaves")


def test_a_sound_that_changed_is_drawn_again(hot):
    tone(hot.sounds_in / "a.wav", seconds=4)
    hot.look(size=64)
    assert names(hot.pictures_out) == ["a-001.png", "a-002.png"]
    tone(hot.sounds_in / "a.wav", seconds=1)
    assert hot.look(size=64) == ["sounds-in/a.wav is drawn: a-001.png"]
    assert names(hot.pictures_out) == ["a-001.png"]


def test_another_way_of_drawing_draws_everything_again(hot):
    tone(hot.sounds_in / "a.wav")
    hot.look()
    hot.look(size=64)
    assert names(hot.pictures_out) == ["a-001.png"]


def test_what_was_deleted_or_moved_away_does_not_come_back(hot):
    tone(hot.sounds_in / "a.wav")
    hot.look()
    shutil.move(hot.pictures_out / "a.png", hot.pictures_in / "a.png")
    assert hot.look() == ["pictures-in/a is heard: a.wav"]
    (hot.sounds_out / "a.wav").unlink()
    assert hot.look() == []
    assert names(hot.pictures_out) == names(hot.sounds_out) == []


def test_an_untouched_picture_gives_the_sound_it_was_made_of(hot):
    source = tone(hot.sounds_in / "a.wav")
    hot.look()
    shutil.copy(hot.pictures_out / "a.png", hot.pictures_in)
    hot.look()
    before, after = soundfile.read(source)[0], soundfile.read(hot.sounds_out / "a.wav")[0]
    assert np.abs(before - after).max() < 1e-3


def test_a_bare_picture_of_a_known_name_leans_on_its_sound(hot):
    """Resaved by a tool that drops metadata, as another format: recipe and length are known."""
    source = tone(hot.sounds_in / "a.wav", seconds=0.777)
    hot.look(recipe="octaves")
    pixels = Picture.load(hot.pictures_out / "a.png").pixels
    write_image(hot.pictures_in / "a.bmp", pixels)
    hot.look(recipe="octaves")
    before, after = soundfile.read(source)[0], soundfile.read(hot.sounds_out / "a.wav")[0]
    assert before.shape == after.shape
    assert np.abs(before - after).max() < 1e-3


def test_a_bare_picture_of_another_name_is_read_as_sounds_are_drawn(hot):
    recipe = Recipe.named("octaves")
    wave = 0.3 * np.sin(2 * np.pi * 880 * np.arange(RATE) / RATE)
    picture = encode(Sound(wave[None].astype(np.float32), RATE), recipe=recipe)
    write_image(hot.pictures_in / "painted.png", picture.pixels)
    hot.look(recipe="octaves")
    assert frequency(hot.sounds_out / "painted.wav") == pytest.approx(880, rel=0.02)


def test_squares_that_did_not_come_back_stay_as_they_were(hot):
    tone(hot.sounds_in / "a.wav", seconds=8)
    tone(hot.root / "other.wav", seconds=8, hz=1760)
    hot.look(size=64)
    assert names(hot.pictures_out) == ["a-001.png", "a-002.png", "a-003.png"]
    other = encode(Sound.load(hot.root / "other.wav"), recipe=Recipe().with_rows(64))
    write_image(hot.pictures_in / "a-002.png", other.pixels[:, 64:128] // 4 * 3)
    assert hot.look(size=64) == ["pictures-in/a is heard: a.wav"]
    heard = hot.sounds_out / "a.wav"
    assert soundfile.info(heard).frames == soundfile.info(hot.sounds_in / "a.wav").frames
    assert frequency(heard, 0.05, 0.3) == pytest.approx(440, rel=0.01)
    assert frequency(heard, 0.42, 0.7) == pytest.approx(1760, rel=0.05)
    assert frequency(heard, 0.8, 0.95) == pytest.approx(440, rel=0.01)


def test_a_square_that_is_nowhere_is_asked_for_once(hot):
    tone(hot.sounds_in / "a.wav", seconds=4)
    hot.look(size=64)
    shutil.move(hot.pictures_out / "a-001.png", hot.root / "elsewhere.png")
    shutil.copy(hot.pictures_out / "a-002.png", hot.pictures_in)
    (told,) = hot.look(size=64)
    assert "1 of its pictures are missing, a-001.png" in told
    assert names(hot.sounds_out) == []
    shutil.move(hot.root / "elsewhere.png", hot.pictures_in / "a-001.png")
    assert hot.look(size=64) == ["pictures-in/a is heard: a.wav"]


def test_the_newest_of_two_edits_is_heard(hot):
    tone(hot.sounds_in / "a.wav")
    tone(hot.root / "b.wav", hz=1760)
    hot.look()
    shutil.copy(hot.pictures_out / "a.png", hot.pictures_in / "a.png")
    os.utime(hot.pictures_in / "a.png", (1, 1))
    other = encode(Sound.load(hot.root / "b.wav"))
    write_image(hot.pictures_in / "a.bmp", other.pixels)
    hot.look()
    assert names(hot.sounds_out) == ["a.wav"]
    assert frequency(hot.sounds_out / "a.wav") == pytest.approx(1760, rel=0.02)


def test_pictures_of_one_name_do_not_meet(hot):
    pixels = np.full((64, 64, 3), 100, np.uint8)
    write_image(hot.pictures_in / "x.png", pixels)
    write_image(hot.pictures_in / "x.bmp", pixels)
    hot.look()
    assert names(hot.sounds_out) == ["x.bmp.wav", "x.png.wav"]


def test_a_film_becomes_a_sound(hot):
    pytest.importorskip("av")
    from eidophone import encode_film

    source = tone(hot.root / "b.wav", seconds=1)
    encode_film(Sound.load(source), "pages", size=64).save(hot.pictures_in / "b.mkv")
    assert hot.look() == ["pictures-in/b is heard: b.wav"]
    assert soundfile.info(hot.sounds_out / "b.wav").duration == pytest.approx(1, abs=0.01)


# --- what may go wrong ---


def test_what_is_broken_is_told_and_the_others_go_on(hot):
    (hot.sounds_in / "a.wav").write_bytes(b"no sound")
    tone(hot.sounds_in / "b.wav")
    (hot.pictures_in / "c.png").write_bytes(b"no picture")
    write_image(hot.pictures_in / "d.png", np.full((64, 64, 3), 100, np.uint8))
    told = hot.look()
    assert len(told) == 5
    assert any(line.startswith("sounds-in/a.wav ") for line in told)
    assert any("pictures-in/d" in line and "guessed" in line for line in told)
    assert any(line.startswith("pictures-in/c: cannot read") for line in told)
    assert names(hot.pictures_out) == ["b.png"]
    assert names(hot.sounds_out) == ["d.wav"]


def test_other_files_and_hidden_ones_are_left_alone(hot):
    (hot.sounds_in / "notes.txt").write_text("note")
    (hot.sounds_in / ".a.wav").write_bytes(b"being copied")
    (hot.pictures_in / "Thumbs.db").write_bytes(b"")
    (hot.pictures_in / ".cache").mkdir()
    (hot.pictures_in / ".cache" / "a.png").write_bytes(b"")
    assert hot.look() == []


def test_warnings_are_told(hot):
    picture = Picture(np.full((64, 64, 3), 100, np.uint8))
    picture.save(hot.pictures_in / "a.png")
    data = (hot.pictures_in / "a.png").read_bytes()
    start = data.index(b"iTXt") - 4
    length = int.from_bytes(data[start : start + 4], "big")
    import zlib

    body = b"iTXt" + b"eidophone\0\0\0\0\0{}"
    chunk = (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
    broken = data[:start] + chunk + data[start + length + 12 :]
    (hot.pictures_in / "a.png").write_bytes(broken)
    told = hot.look()
    assert any("metadata are broken" in line for line in told)
    assert "pictures-in/a is heard: a.wav" in told


@pytest.mark.parametrize(
    "text",
    [
        "no json",
        "[]",
        '{"sounds-in/a.wav": 5}',
        '{"sounds-in/a.wav": ["x", 5]}',
        '{"sounds-in/a.wav": ["x", "a", "../../outside.png"]}',
        '{"sounds-in/a.wav": ["x", "a", "C:/outside.png"]}',
        '{"sounds-in/a.wav": ["x", "/a"]}',
        '{"sounds-in/a.wav": ["x", "a", ""]}',
        '{"sounds-in/a.wav": ["x", "a", "."]}',
        '{"sounds-in/a.wav": ["x", "a\\u0000", "a.png"]}',
        '{"sounds-in/a.wav": ["x", "a", "\\ud800.png"]}',
        '{"sounds-in/../../a.wav": ["x", "a", "a.png"]}',
        "[" * 100_000,
    ],
)
def test_a_journal_that_makes_no_sense_is_begun_anew(hot, text):
    tone(hot.sounds_in / "a.wav")
    outside = hot.root.parent / "outside.png"
    outside.touch()
    (hot.root / ".eidophone-watch.json").write_text(text)
    assert hot.look() == ["sounds-in/a.wav is drawn: a.png"]
    assert outside.exists()


def test_the_journal_keeps_what_it_is_told(tmp_path):
    entry = Entry("asked", "name", ("one.png", "two.png"))
    journal = Journal(tmp_path / "journal")
    assert journal.get("a") is None
    journal.note("a", entry)
    assert Journal(tmp_path / "journal")["a"] == entry
    assert json.loads((tmp_path / "journal").read_text())
    assert names(tmp_path) == ["journal"]


def test_a_file_that_grows_is_left_until_it_does_not():
    before = {"still": Sign(5, 1), "grows": Sign(5, 1), "touched": Sign(5, 1), "gone": Sign(5, 1)}
    now = {"still": Sign(5, 1), "grows": Sign(6, 1), "touched": Sign(5, 2), "new": Sign(5, 1)}
    assert steady(before, now) == {"still": Sign(5, 1)}


@pytest.mark.parametrize(
    "options",
    [
        {"interval_seconds": 0},
        {"interval_seconds": float("nan")},
        {"recipe": "no such"},
        {"size": 3},
        {"format": "mp4"},
        {"quality": "superb"},
    ],
)
def test_options_that_make_no_sense_are_refused(hot, options):
    with pytest.raises(EidophoneError):
        hot.look(**options)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        Hot(tmp_path / "file").look()


# --- watching ---


@pytest.mark.skipif(os.name == "nt", reason="interrupts of POSIX")
def test_it_watches_until_interrupted(tmp_path):
    root = tmp_path / "hot"
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from eidophone.jobs.hot.watch import watch\n"
        "watch(sys.argv[1], interval_seconds=0.1, quality='preview', tell=lambda line: "
        "print(line, flush=True))\n"
    )
    ours = subprocess.Popen(
        [sys.executable, "-c", code, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until((root / "sounds-out").is_dir)
        tone(tmp_path / "source.wav").rename(root / "sounds-in" / "one.wav")
        assert ours.stdout.readline() == "sounds-in/one.wav is drawn: one.png\n"
        (root / "sounds-in" / "broken.wav").write_bytes(b"no sound")
        assert ours.stdout.readline().startswith("sounds-in/broken.wav ")
        shutil.copy(root / "pictures-out" / "one.png", tmp_path)
        (tmp_path / "one.png").rename(root / "pictures-in" / "one.png")
        assert ours.stdout.readline() == "pictures-in/one is heard: one.wav\n"
        tone(tmp_path / "source.wav").replace(root / "sounds-in" / "broken.wav")
        assert ours.stdout.readline() == "sounds-in/broken.wav is drawn: broken.png\n"
        ours.send_signal(signal.SIGINT)
        rest, errors = ours.communicate(timeout=300)
    finally:
        ours.kill()
    assert rest == ""
    assert "KeyboardInterrupt" in errors
    assert names(root / "sounds-out") == ["one.wav"]


def test_what_is_said_of_a_file_is_printable_whatever_it_is_called(hot):
    tone(hot.sounds_in / "a\x1b[31m.wav")
    (hot.sounds_in / "b\x1b[2J.wav").write_bytes(b"no sound")
    told = hot.look()
    assert len(told) == 2
    assert all(line.isprintable() for line in told)
