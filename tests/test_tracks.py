"""Sound tracks: placed in time, to the sample; chosen; and mixed to two channels."""

import struct
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from eidophone.base.errors import EidophoneWarning, SoundError
from eidophone.faces.cli import main
from eidophone.film.film import is_film
from eidophone.jobs.hot.watch import watch
from eidophone.jobs.info import describe
from eidophone.picture.picture import Picture
from eidophone.sound.mixing import downmixed
from eidophone.sound.placing import placed, trimmed
from eidophone.sound.sound import Sound, open_sound

av = pytest.importorskip("av")

RATE = 48_000
NOISE = np.random.default_rng(3).standard_normal((8, 5 * RATE)) * 2048
NOISE = np.round(NOISE).astype(np.float32) / 32_768  # as 16 bits hold it

#: Whole frames of FLAC and of ALAC: others would be filled up.
FRAMES = 36_864


def track_of(film, codec, layout):
    return film.add_stream(codec, rate=RATE, layout=layout, options={"strict": "-2"})


def mux(film, track, layout, pieces):
    """The ``pieces`` of NOISE, each from a sample to another, at its own time."""
    for start, stop, shift in pieces:
        convert = av.AudioResampler(track.format.name, layout, RATE, track.frame_size or None)
        samples = NOISE[: av.AudioLayout(layout).nb_channels, start:stop]
        packed = np.ascontiguousarray(samples.T).reshape(1, -1)  # PyAV has no 8 planes
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, start + shift, Fraction(1, RATE)
        for part in [*convert.resample(frame), *convert.resample(None)]:
            film.mux(track.encode(part))
    film.mux(track.encode(None))


def write(path, pieces, *, codec="alac", layout="mono", picture=False, muxer=None):
    with av.open(str(path), "w", format=muxer) as film:
        shown = film.add_stream("mpeg4", rate=25) if picture else None
        track = track_of(film, codec, layout)
        if shown:
            shown.width = shown.height = 64
            shown.pix_fmt = "yuv420p"
            black = np.zeros((64, 64, 3), np.uint8)
            for _ in range(125):
                film.mux(shown.encode(av.VideoFrame.from_ndarray(black)))
            film.mux(shown.encode(None))
        mux(film, track, layout, pieces)
    return path


# --- placed in time ---


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "alac"), ("a.mkv", "flac")])
def test_a_hole_stays_as_long_as_it_is_and_is_told(tmp_path, name, codec):
    hole = slice(2 * FRAMES, 2 * FRAMES + RATE)
    pieces = [(0, hole.start, 0), (hole.stop, hole.stop + FRAMES, 0)]
    path = write(tmp_path / name, pieces, codec=codec)
    with pytest.warns(EidophoneWarning, match=r"hole of 1\.00 s at 1\.54 s: silence") as caught:
        samples = Sound.load(path).samples
    assert len(caught) == 1
    expected = NOISE[:1, : hole.stop + FRAMES].copy()
    expected[:, hole] = 0
    assert samples.shape == expected.shape
    assert np.array_equal(samples, expected)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov"])
@pytest.mark.parametrize("late", [RATE // 50, RATE])
def test_a_track_that_starts_late_keeps_its_place_beside_the_picture(tmp_path, name, late):
    codec = "flac" if name == "a.mkv" else "alac"
    path = write(tmp_path / name, [(0, 2 * RATE, late)], codec=codec, picture=True)
    samples = Sound.load(path).samples
    assert samples.shape == (1, 2 * RATE + late)
    assert not samples[:, :late].any()
    assert np.array_equal(samples[:, late:], NOISE[:1, : 2 * RATE])


@pytest.mark.parametrize("name", ["a.m4a", "a.mka"])
def test_sound_alone_that_starts_late_keeps_its_silence(tmp_path, name):
    codec = "alac" if name == "a.m4a" else "flac"
    path = write(tmp_path / name, [(0, RATE, RATE // 2)], codec=codec)
    samples = Sound.load(path).samples
    assert samples.shape == (1, RATE + RATE // 2)
    assert np.array_equal(samples[:, RATE // 2 :], NOISE[:1, :RATE])


@pytest.mark.parametrize("count", [RATE, RATE + 1, RATE + 1023, 1500])
def test_the_padding_of_m4a_is_cut_off(tmp_path, count):
    path = write(tmp_path / "a.m4a", [(0, count, 0)], codec="aac", muxer="ipod")
    assert Sound.load(path).sample_count == count


def test_a_film_that_says_too_short_a_time_is_heard_to_its_end():
    chunks = [np.full((1, 10_000), number, np.float32) for number in range(5)]
    whole = np.concatenate(list(trimmed(chunks, 25_000, 44_100)), axis=1)
    assert np.array_equal(whole, np.concatenate(chunks, axis=1))
    short = np.concatenate(list(trimmed(chunks, 49_000, 44_100)), axis=1)
    assert short.shape == (1, 49_000)


def box(name, body):
    return struct.pack(">I4s", 8 + len(body), name) + body


def find(data, path, start=0):
    while True:
        size, name = struct.unpack_from(">I4s", data, start)
        if name == path[0]:
            inside = start + (12 if name == b"meta" else 8)
            return (start, size) if len(path) == 1 else find(data, path[1:], inside)
        start += size


def as_itunes_writes(data, count, padding):
    """An m4a without an edit list, whose length is in a tag, as iTunes and afconvert write."""
    data = bytearray(data)
    place, _ = find(data, [b"moov", b"trak", b"edts"])
    data[place + 4 : place + 8] = b"free"
    text = b" 00000000 00000400 %08X %016X" % (padding, count) + b" 00000000" * 8
    tag = box(b"mean", b"\0\0\0\0com.apple.iTunes") + box(b"name", b"\0\0\0\0iTunSMPB")
    tag = box(b"----", tag + box(b"data", b"\0\0\0\1\0\0\0\0" + text))
    path = [b"moov", b"udta", b"meta", b"ilst"]
    place, size = find(data, path)
    data[place + size : place + size] = tag
    for depth in range(1, 5):
        place, size = find(data, path[:depth])
        data[place : place + 4] = struct.pack(">I", size + len(tag))
    return bytes(data)


def test_the_length_that_itunes_writes_is_kept(tmp_path):
    path = write(tmp_path / "a.m4a", [(0, RATE + 77, 0)], codec="aac", muxer="ipod")
    with_edits = Sound.load(path).samples
    path.write_bytes(as_itunes_writes(path.read_bytes(), RATE + 77, 1000))
    assert np.array_equal(Sound.load(path).samples, with_edits)


def test_a_leap_in_time_is_not_filled():
    piece = np.ones((1, 100), np.float32)
    pieces = [(Fraction(0), piece), (Fraction(10**9), piece), (None, piece)]
    holes = []
    chunks = placed(pieces, 100, origin=None, hole=lambda *where: holes.append(where))
    assert sum(chunk.shape[1] for chunk in chunks) == 300
    assert holes == [(1.0, 10**9 - 1)]


def test_after_a_leap_holes_are_filled_as_ever():
    piece = np.ones((1, 100), np.float32)
    pieces = [(Fraction(10**9 * leap + place), piece) for leap, place in ((0, 0), (1, 0), (1, 3))]
    chunks = placed(pieces, 100, origin=None)
    assert sum(chunk.shape[1] for chunk in chunks) == 500


def test_lost_packets_do_not_add_up():
    """A hundred lost packets of 8 ms each, too short to be filled one by one."""
    pieces = [(Fraction(number, 125), np.ones((1, 8), np.float32)) for number in range(0, 200, 2)]
    count = sum(chunk.shape[1] for chunk in placed(pieces, 1000, origin=None))
    assert count == pytest.approx(1600, abs=20)


def test_a_cover_is_no_picture(tmp_path):
    with av.open(str(tmp_path / "a.m4a"), "w", format="mp4") as film:
        track = track_of(film, "aac", "mono")
        cover = film.add_stream("png", rate=25)
        cover.width = cover.height = 64
        cover.pix_fmt = "rgb24"
        cover.disposition = av.stream.Disposition.attached_pic
        mux(film, track, "mono", [(0, RATE, 0)])
        red = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 90, np.uint8))
        film.mux(cover.encode(red))
        film.mux(cover.encode(None))
    assert not is_film(tmp_path / "a.m4a")
    assert Sound.load(tmp_path / "a.m4a").sample_count == RATE


# --- which track ---


@pytest.fixture
def two_tracks(tmp_path):
    """The second is the default one: the first is the second channel of noise and shorter."""
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as film:
        tracks = [track_of(film, "flac", "mono") for _ in range(2)]
        tracks[0].disposition = 0
        tracks[1].disposition = av.stream.Disposition.default
        mux(film, tracks[0], "mono", [(0, RATE, 0)])
        mux(film, tracks[1], "mono", [(0, 2 * RATE, 0)])
    return path


def test_the_default_track_is_heard_and_that_is_said(two_tracks):
    with pytest.warns(EidophoneWarning, match="2 sound tracks, 0 to 1: `track` 1 is read"):
        assert Sound.load(two_tracks).sample_count == 2 * RATE


def test_a_track_can_be_chosen(two_tracks, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Sound.load(two_tracks, track=0).sample_count == RATE
        assert Sound.load(two_tracks, track=1).sample_count == 2 * RATE
    with pytest.raises(SoundError, match=r"a\.mkv has no `track` 2: its last is 1"):
        open_sound(two_tracks, track=2)
    target = str(two_tracks.with_suffix(".png"))
    assert main(["encode", str(two_tracks), target, "--track", "0"]) == 0
    assert capsys.readouterr().err == ""
    assert Picture.load(target).source.sample_count == RATE
    assert main(["encode", str(two_tracks), target, "--track", "2", "--force"]) == 1
    assert "has no --track 2" in capsys.readouterr().err


def test_a_sound_file_has_one_track(tmp_path):
    Sound(NOISE[:1, :1000], RATE).save(tmp_path / "a.wav")
    assert Sound.load(tmp_path / "a.wav", track=0).sample_count == 1000
    with pytest.raises(SoundError, match="no `track` 1"):
        Sound.load(tmp_path / "a.wav", track=1)


# --- more than two channels ---

HALF = np.sqrt(0.5)

#: Left of ITU-R BS.775-3, annex 4, table 2, in FFmpeg's order of channels.
BS_775 = {
    "3.0": [1, 0, HALF],
    "2.1": [1, 0, 0],
    "4.0": [1, 0, HALF, 0.5],
    "quad": [1, 0, HALF, 0],
    "5.0": [1, 0, HALF, HALF, 0],
    "5.1": [1, 0, HALF, 0, HALF, 0],
    "5.1(side)": [1, 0, HALF, 0, HALF, 0],
    "7.1": [1, 0, HALF, 0, HALF, 0, HALF, 0],
}


@pytest.mark.parametrize("layout", BS_775)
def test_surround_sound_is_mixed_as_bs_775_says(tmp_path, layout):
    path = write(tmp_path / "a.wav", [(0, 3000, 0)], codec="pcm_s16le", layout=layout)
    with pytest.raises(SoundError, match=r"choose which .*`channels`.* mix them .*`downmix`"):
        open_sound(path)
    left, right = Sound.load(path, downmix=True).samples
    channels = NOISE[: len(BS_775[layout]), :3000]
    assert np.abs(left - BS_775[layout] @ channels).max() < 1e-6
    names = [channel.name for channel in av.AudioLayout(layout).channels]
    mirror = [BS_775[layout][names.index(mirrored(name))] for name in names]
    assert np.abs(right - mirror @ channels).max() < 1e-6


def mirrored(name):
    return name[:-1] + {"L": "R", "R": "L"}.get(name[-1], name[-1]) if len(name) == 2 else name


def test_surround_sound_in_wav_and_flac_is_mixed(tmp_path):
    six = NOISE[:6, :3000].T
    expected = BS_775["5.1"] @ six.T
    for name, form in (("a.wav", "WAV"), ("a.flac", "FLAC")):
        soundfile.write(tmp_path / name, six, RATE, format=form)
    with av.open(str(tmp_path / "b.wav"), "w") as film:
        mux(film, track_of(film, "pcm_s16le", "5.1"), "5.1", [(0, 3000, 0)])
    for name in ("a.flac", "b.wav"):
        left, _ = Sound.load(tmp_path / name, downmix=True).samples
        assert np.abs(left - expected).max() < 1e-4
    with pytest.warns(EidophoneWarning, match="does not say .*: mixed as FL FR FC LFE BL BR"):
        left, _ = Sound.load(tmp_path / "a.wav", downmix=True).samples
    assert np.abs(left - expected).max() < 1e-4


def test_what_is_no_surround_sound_is_not_mixed(tmp_path):
    soundfile.write(tmp_path / "a.wav", NOISE[:5, :3000].T, RATE)
    with pytest.raises(SoundError, match="does not say what its 5 channels are"):
        Sound.load(tmp_path / "a.wav", downmix=True)
    with pytest.raises(SoundError, match="`channels` and `downmix` exclude each other"):
        Sound.load(tmp_path / "a.wav", channels=(0, 1), downmix=True)
    assert downmixed(NOISE[:5, :10], [""] * 5).shape == (2, 10)


def test_mono_and_stereo_are_not_mixed(tmp_path):
    Sound(NOISE[:2, :1000], RATE).save(tmp_path / "a.wav")
    assert np.array_equal(Sound.load(tmp_path / "a.wav", downmix=True).samples, NOISE[:2, :1000])


def test_the_refusal_offers_the_options_of_the_command_line(tmp_path, capsys):
    path = str(write(tmp_path / "a.wav", [(0, 3000, 0)], codec="pcm_s16le", layout="5.1"))
    picture = str(tmp_path / "a.png")
    assert main(["encode", path, picture]) == 1
    assert "--channels, for example 0 and 1, or mix them to two with --downmix" in (
        capsys.readouterr().err
    )
    assert main(["encode", path, picture, "--downmix"]) == 0
    assert Picture.load(picture).source.channels == 2
    assert main(["features", path, str(tmp_path / "a.npz"), "--downmix", "--kinds", "raw"]) == 0
    assert np.load(tmp_path / "a.npz")["raw"].shape[0] == 2


def test_where_nobody_is_asked_surround_sound_is_mixed(tmp_path, capsys):
    path = str(write(tmp_path / "a.wav", [(0, 30_000, 0)], codec="pcm_s16le", layout="5.1"))
    main(["encode", path, f"{tmp_path}/a.png", "--downmix"])
    mixed = Sound.load(path, downmix=True).samples
    command = ["decode", f"{tmp_path}/a.png", f"{tmp_path}/b.wav", "--quality", "preview"]
    assert main([*command, "--reference", path]) == 0
    assert np.abs(Sound.load(tmp_path / "b.wav").samples - mixed).max() < 1e-4
    (tmp_path / "hot" / "sounds-in").mkdir(parents=True)
    Path(path).rename(tmp_path / "hot" / "sounds-in" / "a.wav")
    watch(tmp_path / "hot", once=True, interval_seconds=0.01)
    drawn = Picture.load(tmp_path / "hot" / "pictures-out" / "a.png")
    assert np.array_equal(drawn.pixels, Picture.load(tmp_path / "a.png").pixels)


def test_info_says_how_many_channels_there_are(tmp_path, capsys):
    path = str(write(tmp_path / "a.wav", [(0, 3000, 0)], codec="pcm_s16le", layout="5.1"))
    assert main(["info", path]) == 0
    assert "6 channels, of which 1 or 2 are drawn" in capsys.readouterr().out


def test_more_than_two_channels_are_an_error_of_usage(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["encode", "a.wav", "a.png", "--channels", "0,1,1"])
    assert caught.value.code == 2
    assert "--channels: 0,1,1 are too many: there can be 2 at most" in capsys.readouterr().err


def test_a_dataset_takes_surround_sound_if_it_is_mixed(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "a.wav", [(0, 3000, 0)], codec="pcm_s16le", layout="5.1")
    command = ["dataset", f"{tmp_path}/in", f"{tmp_path}/out", "--size", "64", "--jobs", "1"]
    assert main([*command, "--downmix", "--silence", "-150"]) == 0
    assert "1 sounds" in capsys.readouterr().out
    assert main([*command[:2], f"{tmp_path}/other", *command[3:]]) == 1
    assert "a.wav has 6 channels" in capsys.readouterr().err


# --- originals that pictures carry ---


def encoded(source, target, *options):
    assert main(["encode", str(source), str(target), "--carry-original", *options]) == 0
    return target


def test_an_original_comes_back_bit_for_bit_where_its_ending_fits(tmp_path):
    m4a = write(tmp_path / "a.m4a", [(0, RATE // 2, 0)], codec="aac", muxer="ipod")
    sounds = {".m4a": m4a}
    for suffix in (".wav", ".flac", ".mp3"):
        sounds[suffix] = tmp_path / f"a{suffix}"
        Sound(NOISE[:1, : RATE // 2], RATE).save(sounds[suffix])
    for suffix, path in sounds.items():
        picture = encoded(path, tmp_path / f"{suffix[1:]}.png")
        back = tmp_path / f"back{suffix}"
        assert main(["decode", str(picture), str(back)]) == 0
        assert back.read_bytes() == path.read_bytes()
        other = tmp_path / f"{suffix[1:]}.aiff"
        assert main(["decode", str(picture), str(other)]) == 0
        assert soundfile.info(other).format == "AIFF"
        assert np.array_equal(Sound.load(other).samples, Sound.load(path).samples)


@pytest.mark.parametrize("name", ["a.m4a", "a.mp4", "a.mkv"])
def test_what_is_called_wav_is_one(tmp_path, name):
    path = write(tmp_path / name, [(0, RATE // 2, 0)], codec="aac", picture=name != "a.m4a")
    picture = encoded(path, tmp_path / "a.png")
    assert main(["decode", str(picture), str(tmp_path / "a.wav")]) == 0
    assert soundfile.info(tmp_path / "a.wav").format == "WAV"
    assert np.array_equal(Sound.load(tmp_path / "a.wav").samples, Sound.load(path).samples)


def test_of_an_original_what_was_drawn_comes_back(tmp_path, two_tracks):
    Sound(NOISE[:2, :5000], RATE).save(tmp_path / "two.wav")
    soundfile.write(tmp_path / "six.wav", NOISE[:6, :5000].T, RATE)
    for number, (path, options, expected) in enumerate(
        (
            (tmp_path / "two.wav", ["--channels", "1"], NOISE[1:2, :5000]),
            (tmp_path / "six.wav", ["--channels", "4,2"], NOISE[[4, 2], :5000]),
            (two_tracks, ["--track", "0"], NOISE[:1, :RATE]),
        )
    ):
        picture = encoded(path, tmp_path / f"{number}.png", *options)
        back = tmp_path / f"back{number}.wav"
        assert main(["decode", str(picture), str(back)]) == 0
        assert np.array_equal(Sound.load(back).samples, expected)
        from eidophone import decode

        assert decode(Picture.load(picture)).samples.shape == expected.shape


# --- files that were never finished, or that were cut ---


def unfinished(kind, riff=0):
    """A WAV of 16 bits whose program died."""
    head = b"RF64" if kind == "RF64" else b"RIFF"
    sizes = b"ds64" + struct.pack("<I28x", 28) if kind == "RF64" else b""
    fmt = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    head += struct.pack("<I", riff) + b"WAVE" + sizes + fmt + b"data" + struct.pack("<I", 0)
    return head + np.round(NOISE[0] * 32_768).astype("<i2").tobytes()


@pytest.mark.parametrize(("kind", "riff"), [("RIFF", 0), ("RIFF", 36), ("RF64", 0)])
def test_a_wav_that_was_never_finished_is_read_whole_with_a_note(tmp_path, kind, riff):
    path = tmp_path / "a.wav"
    path.write_bytes(unfinished(kind, riff))
    with pytest.warns(EidophoneWarning, match=r"never finished: .* read, 5\.00 s") as caught:
        assert np.array_equal(Sound.load(path).samples, NOISE[:1])
    assert len(caught) == 1
    path.write_bytes(path.read_bytes()[:-1001])
    with pytest.warns(EidophoneWarning, match="never finished"):
        assert np.array_equal(Sound.load(path).samples, NOISE[:1, :-501])


def test_a_wav_of_nothing_but_chunks_has_no_samples(tmp_path):
    tags = b"LIST" + struct.pack("<I", 4) + b"INFO" + b"junk" + struct.pack("<I", 3) + b"abc\0"
    (tmp_path / "a.wav").write_bytes(unfinished("RIFF")[:44] + tags)
    with pytest.raises(SoundError, match="no samples"):
        Sound.load(tmp_path / "a.wav")


def test_info_reads_them_too(tmp_path):
    (tmp_path / "a.wav").write_bytes(unfinished("RIFF"))
    with pytest.warns(EidophoneWarning, match="never finished"):
        assert ("lasts", "5.000 s (240,000 samples)") in describe(tmp_path / "a.wav")
