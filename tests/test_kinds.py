"""What files are, by their content; and which of a folder are taken, and which are named."""

import os
import shutil
import warnings

import numpy as np
import pytest
from PIL import Image, features
from test_sound import CONTAINERS

from eidophone.base.errors import PictureError, SoundError, noted
from eidophone.faces.cli import main
from eidophone.files.image import read_image
from eidophone.files.kinds import may_be_picture, may_be_sound, pictures_in, sounds_in
from eidophone.files.probing import kind_of, kind_of_bytes
from eidophone.film.film import is_film
from eidophone.sound.sound import Sound

RATE = 48_000
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)


def tone(path, *, muxer="wav", codec="pcm_s16le", rate=RATE):
    """A tone of half a second, by FFmpeg."""
    av = pytest.importorskip("av")
    wave = np.sin(np.arange(rate // 2) / 20)[np.newaxis].astype(np.float32) / 4
    with av.open(str(path), "w", format=muxer) as film:
        track = film.add_stream(codec, rate=rate, layout="mono", options={"strict": "-2"})
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        convert = av.AudioResampler(track.format.name, "mono", rate, track.frame_size or None)
        for part in [*convert.resample(frame), *convert.resample(None)]:
            film.mux(track.encode(part))
        film.mux(track.encode(None))
    return path


def painted(path, **how):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.full((64, 64, 3), 90, np.uint8)).save(path, **how)
    return path


#: Sounds that folders left out: what FFmpeg calls the muxer and the codec.
LEFT_OUT = [
    *(("wv", "wv", "wavpack"), ("ac3", "ac3", "ac3"), ("m4b", "ipod", "aac")),
    *(("weba", "webm", "libopus"), ("bwf", "wav", "pcm_s24le"), ("mp2", "mp2", "mp2")),
    *(("ts", "mpegts", "mp2"), ("m2ts", "mpegts", "aac"), ("", "wav", "pcm_s16le")),
]


def test_sounds_of_any_name_are_drawn_from_a_folder(tmp_path, capsys):
    for number, (ending, muxer, codec) in enumerate(LEFT_OUT):
        name = f"{number}.{ending}" if ending else f"{number}"
        (tmp_path / "in").mkdir(exist_ok=True)
        tone(tmp_path / "in" / name, muxer=muxer, codec=codec)
    assert main(["encode", f"{tmp_path}/in", f"{tmp_path}/out/", "--jobs", "1"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out == f"{len(LEFT_OUT)} of {len(LEFT_OUT)} done, in {tmp_path}/out\n"
    assert len(list((tmp_path / "out").iterdir())) == len(LEFT_OUT)


@pytest.mark.parametrize(("name", "muxer", "codec"), CONTAINERS)
def test_every_sound_is_known_by_its_content(tmp_path, name, muxer, codec):
    path = tone(tmp_path / "a.dat", muxer=muxer, codec=codec, rate=RATE)
    assert may_be_sound(path)
    assert not may_be_picture(path)
    assert not is_film(path)  # it is sound alone


@pytest.mark.parametrize(
    "suffix", ["wav", "flac", "ogg", "opus", "mp3", "aiff", "au", "caf", "w64"]
)
def test_what_we_write_is_known_and_named_as_it_should_be(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    Sound(np.sin(np.arange(20_000) / 20) / 4, RATE).save(path)
    kind = kind_of(path)
    assert kind is not None
    assert kind.holds == ("film" if kind.name == "Ogg" else "sound")
    assert path.suffix in kind.endings


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", "bmp", "gif", "avif"])
def test_pictures_are_known_by_their_content(tmp_path, suffix):
    path = painted(tmp_path / f"a.{suffix}")
    kind = kind_of(path)
    assert (kind.holds, kind.instead) == ("picture", "")
    assert path.suffix in kind.endings
    shutil.move(path, tmp_path / "b")
    assert may_be_picture(tmp_path / "b")
    assert not may_be_sound(tmp_path / "b")


@pytest.mark.parametrize(
    "head",
    [
        *(b"", b"G", b"hello", b"BM is no picture", b"GGGGGGGGG", b"\xff\xfe" * 4096),
        *(b"\xff\xfb\x90\0" + bytes(8000), b"\xff\xf1" + bytes(8190), bytes(8192)),
    ],
)
def test_what_only_begins_like_something_is_nothing(head):
    assert kind_of_bytes(head) is None


def test_a_sound_behind_a_large_tag_is_known(tmp_path):
    mp2 = tone(tmp_path / "a.mp2", muxer="mp2", codec="mp2").read_bytes()
    tagged = b"ID3\x04\0\0\0\0\x7f\x7f" + bytes(128 * 128 - 1) + mp2
    (tmp_path / "b").write_bytes(tagged)
    assert kind_of(tmp_path / "b").name == "MP2"
    assert kind_of_bytes(tagged).name == "MP2"
    assert kind_of_bytes(tagged[:8192]).name == "MP3"  # likely: what is behind it is not there


def test_links_are_followed_to_files_and_named_where_they_lead_elsewhere(tmp_path, capsys):
    within = tmp_path / "in"
    (within / "deep").mkdir(parents=True)
    tone(tmp_path / "a.wav")
    (within / "b.wav").symlink_to(tmp_path / "a.wav")
    (within / "c.wav").symlink_to("nowhere")
    (within / "deep" / "round").symlink_to("..")
    assert main(["encode", str(within), str(tmp_path / "out"), "--jobs", "1"]) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.png"]
    (note,) = capsys.readouterr().err.splitlines()
    assert "c.wav (a link to nothing)" in note
    assert "deep/round (a link to a folder: name that as well)" in note


def test_avif_is_read(tmp_path):
    if not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    pixels = np.zeros((32, 48, 3), np.uint8)
    pixels[8:, 16:] = 30, 150, 240
    Image.fromarray(pixels).save(tmp_path / "a.png", "AVIF", quality=100, subsampling="4:4:4")
    read = read_image(tmp_path / "a.png")
    assert read.format == "AVIF"
    assert np.abs(read.pixels.astype(int) - pixels).max() <= 3


def test_avif_in_a_folder_is_decoded_and_heic_is_named(tmp_path, capsys):
    painted(tmp_path / "in" / "a.avif")
    painted(tmp_path / "in" / "nameless", format="PNG")
    (tmp_path / "in" / "c.heic").write_bytes(HEIC)
    (tmp_path / "in" / "notes.txt").write_text("Motif in D")
    assert main(["decode", f"{tmp_path}/in", f"{tmp_path}/out/", "--jobs", "1"]) == 0
    told = capsys.readouterr()
    assert told.out == f"2 of 2 done, in {tmp_path}/out\n"
    first = told.err.splitlines()[0]
    assert first.startswith(f"note: left out in {tmp_path}/in: c.heic (HEIC: heif-convert")


def test_a_heic_picture_says_what_would_read_it(tmp_path):
    (tmp_path / "a.png").write_bytes(HEIC)
    with pytest.raises(PictureError, match=r"a\.png: it is HEIC, .*heif-convert"):
        read_image(tmp_path / "a.png")


def test_what_may_be_meant_is_named_in_one_line_and_what_is_not_is_not(tmp_path):
    painted(tmp_path / "cover.jpg")
    (tmp_path / "notes.txt").write_text("Motif in D")
    (tmp_path / "list.cue").write_bytes("Datei „a“".encode("utf-16"))
    (tmp_path / "nothing").write_bytes(b"")
    Sound(np.zeros(1000), RATE).save(tmp_path / "a.wav")
    assert [path.name for path in warned_of_nothing(sounds_in, tmp_path)] == ["a.wav"]
    for number in range(7):
        (tmp_path / f"{number}.bin").write_bytes(b"\x93\0\xc1" * 100)
    with pytest.warns(match=r"0\.bin \(of no known kind\), 1\.bin .* and 2 more$") as caught:
        assert [path.name for path in sounds_in(tmp_path)] == ["a.wav"]
    assert len(caught) == 1
    with pytest.warns(match=r"0\.bin"):
        assert [path.name for path in pictures_in(tmp_path)] == ["cover.jpg"]


def warned_of_nothing(task, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return task(*arguments)


def test_what_is_named_like_a_sound_is_tried(tmp_path):
    (tmp_path / "a.wav").write_text("<html>404</html>")
    assert sounds_in(tmp_path) == [tmp_path / "a.wav"]
    (tmp_path / "a.wav").unlink()
    with pytest.raises(SoundError, match="no sounds"):
        sounds_in(tmp_path)


def test_a_film_of_any_name_is_a_film(tmp_path):
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "a.mp4"), "w") as film:
        stream = film.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))
            film.mux(stream.encode(picture))
        film.mux(stream.encode(None))
    for name in ("a.mp4", "a.png", "a"):
        if name != "a.mp4":
            shutil.copy(tmp_path / "a.mp4", tmp_path / name)
        assert is_film(tmp_path / name)
    painted(tmp_path / "b.mp4", format="PNG")
    assert not is_film(tmp_path / "b.mp4")


def test_folders_that_may_not_be_read_are_named(tmp_path, monkeypatch):
    (tmp_path / "deep" / "locked").mkdir(parents=True)
    Sound(np.ones((1, 9), np.float32), RATE).save(tmp_path / "a.wav")
    may = os.access  # to root, nothing is locked
    monkeypatch.setattr(os, "access", lambda path, how: path.name != "locked" and may(path, how))
    with noted() as notes:
        assert [path.name for path in sounds_in(tmp_path)] == ["a.wav"]
    assert notes == [f"left out in {tmp_path}: deep/locked (a folder that cannot be read)"]
    with pytest.raises(SoundError, match=r"cannot read the folder .*locked: Permission denied"):
        sounds_in(tmp_path / "deep" / "locked")
