"""Sounds: in memory, in files, and as streams."""

import io
import os
import struct
import sys
import warnings
import zipfile
from unittest import mock

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from eidophone.base.errors import EidophoneWarning, MissingExtraError, OutputError, SoundError
from eidophone.sound import wav
from eidophone.sound.decoders import FilmDecoder
from eidophone.sound.samples import LOUDEST
from eidophone.sound.sound import Sound, SoundReader, SoundWriter, open_sound

RATE = 48_000
LOSSLESS = ["wav", "flac", "aiff", "aif", "au", "caf", "w64"]
LOSSY = ["ogg", "oga", "opus", "mp3"]

quick = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def noise(sample_count, channels=2, seed=0):
    """Values that 16 bits hold exactly."""
    rng = np.random.default_rng(seed)
    return (rng.integers(-20_000, 20_000, (channels, sample_count)) / 32_768).astype(np.float32)


def sine(sample_count, rate=RATE, hz=440.0, level=0.5):
    return (level * np.sin(2 * np.pi * hz * np.arange(sample_count) / rate)).astype(np.float32)


def read_all(source, size):
    return np.concatenate(list(source.blocks(size)), axis=1)


def refused(path, **options):
    """The message with which reading ``path`` is refused: one line that names the file."""
    with pytest.raises(SoundError) as caught:
        Sound.load(path, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def write_all(writer, *blocks):
    """Write the blocks; raise those that are errors."""
    for block in blocks:
        if isinstance(block, Exception):
            raise block
        writer.write(block)


# --- Sound in memory ----------------------------------------------------------------------------


def test_a_sound_knows_its_size():
    sound = Sound(noise(24_000), RATE)
    assert (sound.channels, sound.sample_count, sound.rate) == (2, 24_000, RATE)
    assert sound.duration_seconds == 0.5
    assert repr(sound) == "Sound(2 x 24000 samples at 48000 Hz)"


def test_one_dimension_is_one_channel():
    assert Sound([0.0, 0.5, -0.5], RATE).samples.tolist() == [[0.0, 0.5, -0.5]]


def test_all_floats_become_float32():
    samples = noise(10)
    for dtype in (np.float16, np.float64, ">f4"):
        sound = Sound(samples.astype(dtype), RATE)
        assert sound.samples.dtype == np.float32
        assert np.allclose(sound.samples, samples, atol=1e-3)
    assert Sound(samples[:, ::2], RATE).samples.flags.c_contiguous


@pytest.mark.parametrize(
    ("dtype", "values", "expected"),
    [
        (np.int8, [-128, 0, 64], [-1, 0, 0.5]),
        (np.uint8, [0, 128, 192], [-1, 0, 0.5]),
        (np.int16, [-(2**15), 0, 2**14], [-1, 0, 0.5]),
        (np.uint16, [0, 2**15, 2**15 + 2**14], [-1, 0, 0.5]),
        (np.int32, [-(2**31), 0, 2**30], [-1, 0, 0.5]),
    ],
)
def test_integers_are_scaled_by_the_range_of_their_type(dtype, values, expected):
    assert Sound(np.array(values, dtype), RATE).samples.tolist() == [expected]


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([0, 1, 0], "int64.*no known full scale"),
        ([True, False], "bool"),
        ([1j], "complex"),
        (["a"], "no known full scale"),
        ([[0.0, 1.0], [0.0]], "differ in length"),
        (0.5, r"shape \(\)"),
        (np.zeros((2, 2, 2), np.float32), r"\(2, 2, 2\)"),
        ([], "no samples"),
        (np.zeros((2, 0), np.float32), "no samples"),
        (np.zeros((0, 5), np.float32), "no samples"),
        (np.zeros((48_000, 2), np.float32), r"pass samples\.T"),
        (np.zeros((6, 100), np.float32), r"6 channels.*samples\[\[0, 1\]\]"),
        (np.array([1e300]), r"no numbers, the first \(inf\)"),
    ],
)
def test_what_is_not_a_sound_is_refused(samples, message):
    with pytest.raises(SoundError, match=message):
        Sound(samples, RATE)


@pytest.mark.parametrize("rate", [7_999, 384_001, 0, -RATE, 44_100.0, "48000", None, True])
def test_impossible_rates_are_refused_by_name(rate):
    with pytest.raises(SoundError, match="Hz") as caught:
        Sound([0.0], rate)
    assert str(rate) in str(caught.value)


@pytest.mark.parametrize("rate", [8_000, 384_000, np.int32(44_100)])
def test_rates_at_the_ends_are_allowed(rate):
    assert type(Sound([0.0], rate).rate) is int


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_counted_and_located(bad):
    samples = np.zeros((2, 48_000), np.float32)
    samples[1, 24_000] = samples[0, 30_000] = bad
    with pytest.raises(SoundError, match=r"2 samples.*0\.5000 s \(sample 24000\) of channel 1"):
        Sound(samples, RATE)


def test_both_infinities_and_the_largest_numbers_are_told_apart():
    with pytest.raises(SoundError, match="2 samples"):
        Sound([np.inf, -np.inf], RATE)
    largest = np.full(1000, LOUDEST, np.float32)
    assert Sound(largest, RATE).sample_count == 1000


@pytest.mark.parametrize("bad", [3e38, -1e13])
def test_what_no_recording_holds_is_refused(tmp_path, bad):
    """Its power would be infinite."""
    soundfile.write(tmp_path / "a.wav", np.array([0.5, bad]), RATE, "FLOAT")
    with pytest.raises(SoundError, match=r"a\.wav has 1 samples .*louder than any.* \(sample 1\)"):
        Sound.load(tmp_path / "a.wav")


@quick
@given(sample_count=st.integers(1, 3000), channels=st.integers(1, 2), size=st.integers(1, 4000))
def test_blocks_of_a_sound_are_the_sound(sample_count, channels, size):
    sound = Sound(noise(sample_count, channels), RATE)
    blocks = list(sound.blocks(size))
    assert all(block.shape == (channels, size) for block in blocks[:-1])
    assert all(block.flags.c_contiguous for block in blocks)
    assert np.array_equal(np.concatenate(blocks, axis=1), sound.samples)


@pytest.mark.parametrize("size", [0, -1])
def test_blocks_of_no_size_are_refused(tmp_path, size):
    sound = Sound(noise(10), RATE)
    sound.save(tmp_path / "a.wav")
    for source in (sound, open_sound(tmp_path / "a.wav")):
        with pytest.raises(SoundError, match="at least 1"):
            next(source.blocks(size))


# --- resampling ---------------------------------------------------------------------------------


def test_resampling_to_the_same_rate_changes_nothing():
    sound = Sound(noise(100), RATE)
    assert sound.resampled(RATE) is sound


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000, 384_000])
def test_a_resampled_sine_is_the_sine(rate):
    sound = Sound(np.stack([sine(RATE), sine(RATE, hz=1000)]), RATE).resampled(rate)
    assert (sound.rate, sound.sample_count) == (rate, rate)
    expected = np.stack([sine(rate, rate), sine(rate, rate, hz=1000)])
    inside = slice(rate // 10, -rate // 10)
    assert np.abs(sound.samples - expected)[:, inside].max() < 1e-5


def test_what_cannot_be_resampled_is_refused():
    with pytest.raises(SoundError, match="4000 Hz"):
        Sound(noise(100), RATE).resampled(4_000)
    with pytest.raises(SoundError, match="too short"):
        Sound([0.5], 384_000).resampled(8_000)


# --- writing and reading ------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", LOSSLESS)
@quick
@given(
    sample_count=st.integers(1, 2000),
    channels=st.integers(1, 2),
    rate=st.sampled_from([8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000, 384_000]),
)
def test_lossless_formats_give_the_samples_back(tmp_path, suffix, sample_count, channels, rate):
    path = tmp_path / f"a.{suffix}"
    sound = Sound(noise(sample_count, channels), rate)
    sound.save(path, overwrite=True)
    again = Sound.load(path)
    assert again.rate == rate
    assert np.array_equal(again.samples, sound.samples)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", LOSSY)
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("sample_count", [1, 1000, 200_001])
def test_lossy_formats_keep_length_place_and_timbre(tmp_path, suffix, channels, sample_count):
    path = tmp_path / f"a.{suffix}"
    samples = np.stack([sine(sample_count), sine(sample_count, hz=1000)])[:channels]
    Sound(samples, RATE).save(path)
    again = Sound.load(path)
    assert (again.rate, again.channels, again.sample_count) == (RATE, channels, sample_count)
    if sample_count > 10_000:
        assert np.abs(again.samples - samples)[:, 4_000:-4_000].max() < 0.05


@pytest.mark.parametrize("suffix", ["wav", "aiff", "au", "caf", "w64"])
def test_float_formats_keep_every_float32(tmp_path, suffix):
    samples = np.array([[1.0, -1.0, 7.25, -1e-30, 1e12, 1 / 3]], np.float32)
    Sound(samples, RATE).save(tmp_path / f"a.{suffix}")
    assert np.array_equal(Sound.load(tmp_path / f"a.{suffix}").samples, samples)


@pytest.mark.parametrize("suffix", ["flac", *LOSSY])
def test_peaks_that_do_not_fit_give_one_warning(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    block = np.full((1, 5_000), 2.0, np.float32)
    with (
        pytest.warns(EidophoneWarning, match=r"\+6\.0 dB.*\.wav") as caught,
        SoundWriter(path, RATE, 1) as writer,
    ):
        write_all(writer, block, block, block)
    assert len(caught) == 1
    assert path.exists()


def test_flac_clips_and_does_not_wrap(tmp_path):
    with pytest.warns(EidophoneWarning):
        Sound([1.5, -1.5, 0.5], RATE).save(tmp_path / "a.flac")
    assert np.allclose(Sound.load(tmp_path / "a.flac").samples, [[1, -1, 0.5]], atol=2e-7)


@quick
@given(sizes=st.lists(st.integers(0, 700), min_size=1, max_size=8), read=st.integers(1, 5000))
def test_blocks_written_are_blocks_read(tmp_path, sizes, read):
    sizes = [*sizes, 1]
    samples = noise(sum(sizes))
    with SoundWriter(tmp_path / "a.wav", RATE, 2, overwrite=True) as writer:
        for start, size in zip(np.cumsum([0, *sizes]), sizes, strict=False):
            writer.write(samples[:, start : start + size])
    with open_sound(tmp_path / "a.wav") as reader:
        assert (reader.rate, reader.channels, reader.sample_count) == (RATE, 2, sum(sizes))
        assert np.array_equal(read_all(reader, read), samples)


@pytest.mark.parametrize("suffix", ["flac", "ogg", "opus", "mp3"])
def test_the_size_of_blocks_changes_nothing(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    Sound(np.stack([sine(100_000), noise(100_000, 1)[0]]), RATE).save(path)
    whole, _ = soundfile.read(path, dtype="float32")
    assert whole.shape == (100_000, 2)
    with open_sound(path) as reader:
        for size in (1009, 4096, 10**9):  # a reader can be read again and again
            assert np.array_equal(read_all(reader, size), whole.T)


def test_leaving_a_reader_ends_its_blocks(tmp_path):
    Sound(noise(100_000), RATE).save(tmp_path / "a.wav")
    with open_sound(tmp_path / "a.wav") as reader:
        blocks = reader.blocks(10)
        next(blocks)
    assert list(blocks) == []


def test_equal_sounds_give_equal_files(tmp_path):
    for name in ("a.wav", "b.wav"):
        Sound(noise(100), RATE).save(tmp_path / name)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_wav_becomes_rf64_when_it_is_too_large(tmp_path, monkeypatch):
    samples = noise(5_000)
    Sound(samples, RATE).save(tmp_path / "small.wav")
    monkeypatch.setattr(wav, "_MAX_RIFF_BYTES", 20_000)
    Sound(samples, RATE).save(tmp_path / "large.wav")
    assert soundfile.info(tmp_path / "small.wav").format == "WAV"
    assert soundfile.info(tmp_path / "large.wav").format == "RF64"
    assert np.array_equal(Sound.load(tmp_path / "large.wav").samples, samples)
    assert (tmp_path / "large.wav").stat().st_size == (tmp_path / "small.wav").stat().st_size


def test_the_sizes_in_a_wav_are_true(tmp_path):
    Sound(noise(1_000), RATE).save(tmp_path / "a.wav")
    data = (tmp_path / "a.wav").read_bytes()
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    at = data.index(b"data")
    assert struct.unpack("<I", data[at + 4 : at + 8])[0] == len(data) - at - 8 == 8_000


def test_names_in_any_script_work(tmp_path):
    sound = Sound(noise(10), RATE)
    folder = tmp_path / "много звуков" / ("音" * 60)
    folder.mkdir(parents=True)
    for name in ("a b.wav", "Ünïcødé ♫.flac", "-x.ogg", "%d.wav", "é" * 100 + ".wav", "A.WAV"):
        sound.save(folder / name)
        assert Sound.load(str(folder / name)).sample_count == 10


@pytest.mark.skipif(sys.platform != "linux", reason="names that are not Unicode")
def test_names_that_are_not_unicode_work(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9.flac")
    Sound(noise(10), RATE).save(path)
    assert Sound.load(path).sample_count == 10


# --- refusing to write --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rate", "message"),
    [
        ("a.xyz", RATE, r"\.xyz.*\.wav, \.flac"),
        ("a", RATE, "must end in one of"),
        ("a.wav", 1_000, "8000 to 384000"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_before_writing(tmp_path, name, rate, message):
    with pytest.raises(SoundError, match=message):
        SoundWriter(tmp_path / name, rate, 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "rate", "held"),
    [
        ("a.opus", 44_100, 48_000),
        ("a.mp3", 96_000, 48_000),
        ("a.mp3", 9_000, 11_025),
        ("a.ogg", 384_000, 200_000),
    ],
)
def test_a_rate_that_a_format_cannot_hold_becomes_one_that_it_can(tmp_path, name, rate, held):
    time = np.arange(rate) / rate
    tone = np.float32([0.3 * np.sin(2 * np.pi * 440 * time)])
    with pytest.warns(EidophoneWarning, match=f"cannot hold {rate} Hz: .*{name} has {held} Hz"):
        writer = SoundWriter(tmp_path / name, rate, 1)
    with writer:
        for start in range(0, rate, 10_007):
            writer.write(tone[:, start : start + 10_007])
    assert writer.sample_count == rate
    heard, became = soundfile.read(tmp_path / name, dtype="float32")
    assert became == held
    middle = heard[held // 4 : held * 3 // 4]  # a second of 440 Hz, whose halves are whole waves
    wave = np.exp(-2j * np.pi * 440 * np.arange(len(middle)) / held)
    assert 2 * abs(np.mean(middle * wave)) == pytest.approx(0.3, abs=0.01)
    assert abs(len(heard) - held) < 3_000  # MP3 adds a frame or two


@pytest.mark.parametrize("channels", [0, 3, True, "2", 1.5])
def test_a_writer_has_one_or_two_channels(tmp_path, channels):
    with pytest.raises(SoundError, match="1 or 2 channels"):
        SoundWriter(tmp_path / "a.wav", RATE, channels)


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3"])
def test_nothing_is_left_of_a_write_that_fails(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    with pytest.raises(SoundError, match="no samples were written"), SoundWriter(path, RATE, 2):
        pass
    with pytest.raises(KeyError), SoundWriter(path, RATE, 2) as writer:
        write_all(writer, noise(1000), KeyError())
    bad = np.array([[0, 0, 0, np.nan]], np.float32)
    with pytest.raises(SoundError, match="sample 1003"), SoundWriter(path, RATE, 1) as writer:
        write_all(writer, noise(1000, 1), bad)
    with pytest.raises(SoundError, match=r"\[2, samples\]"), SoundWriter(path, RATE, 2) as writer:
        writer.write(noise(1000, 1))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_file_is_overwritten_only_when_asked(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    Sound(noise(10), RATE).save(path)
    with pytest.raises(OutputError, match="exists already"):
        Sound(noise(20), RATE).save(path)
    assert Sound.load(path).sample_count == 10
    Sound(noise(20), RATE).save(path, overwrite=True)
    assert Sound.load(path).sample_count == 20


def test_a_missing_folder_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="no folder"):
        Sound(noise(10), RATE).save(tmp_path / "missing" / "a.wav")


def test_a_file_that_libsndfile_could_not_finish_is_refused(tmp_path):
    """As when the disk fills up under an Ogg file, which libsndfile does not report."""
    writer = SoundWriter(tmp_path / "a.ogg", RATE, 1)
    writer._written = 5_000  # as if so many had been written
    with pytest.raises(OutputError, match="disk full"), writer:
        writer.write(sine(10_000)[None])
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="limits of POSIX")
@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "aiff"])
def test_no_space_is_an_output_error(tmp_path, suffix):
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OutputError, match="cannot write"):
            Sound(noise(200_000), RATE).save(tmp_path / f"a.{suffix}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(tmp_path.iterdir())


# --- every kind of file -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("container", "subtype", "step"),
    [
        ("WAV", "PCM_U8", 2**-7),
        ("WAV", "PCM_16", 0),
        ("WAV", "PCM_24", 0),
        ("WAV", "PCM_32", 0),
        ("WAV", "FLOAT", 0),
        ("WAV", "DOUBLE", 0),
        ("WAVEX", "PCM_24", 0),
        ("RF64", "PCM_16", 0),
        ("W64", "PCM_16", 0),
        ("AIFF", "PCM_24", 0),
        ("AU", "PCM_16", 0),
        ("CAF", "PCM_24", 0),
        ("FLAC", "PCM_16", 0),
        ("WAV", "ULAW", 0.05),
    ],
)
@pytest.mark.parametrize("name", ["a", "a.wav", "a.flac", "a.mp3", "a.mp4", "a.txt", "a.png"])
def test_the_content_decides_and_not_the_name(tmp_path, container, subtype, step, name):
    samples = noise(500)
    path = tmp_path / name
    soundfile.write(str(path), samples.T, RATE, format=container, subtype=subtype)
    again = Sound.load(path).samples
    assert again.shape == samples.shape
    assert np.abs(again - samples).max() <= step


def test_float64_peaks_above_full_scale_are_kept(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.array([1.5, -20.25, 0.1]), RATE, subtype="DOUBLE")
    assert np.array_equal(Sound.load(path).samples, np.float32([[1.5, -20.25, 0.1]]))


def test_a_float64_beyond_float32_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.array([0.0, 1e200]), RATE, subtype="DOUBLE")
    assert "sample 1" in refused(path)


def test_nan_in_a_file_is_refused_with_its_place(tmp_path):
    path = tmp_path / "a.wav"
    samples = np.zeros((100_000, 2), np.float32)
    samples[70_000, 1] = np.nan
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    assert "(nan) at 1.4583 s (sample 70000) of channel 1" in refused(path)
    with open_sound(path) as reader:
        blocks = reader.blocks(30_000)
        next(blocks), next(blocks)
        with pytest.raises(SoundError, match=r"\(sample 70000\)"):
            next(blocks)


def test_more_than_two_channels_need_a_choice(tmp_path):
    path = tmp_path / "a.wav"
    samples = noise(1000, 6)
    soundfile.write(path, samples.T, RATE, subtype="FLOAT")
    assert "6 channels" in refused(path)
    assert "`channels`" in refused(path)
    assert np.array_equal(Sound.load(path, channels=(4, 1)).samples, samples[[4, 1]])
    assert np.array_equal(Sound.load(path, channels=[5]).samples, samples[[5]])
    for wrong in ((), (6,), (-1,), (0, 1, 2)):
        assert "0 to 5" in refused(path, channels=wrong)


@pytest.mark.parametrize("rate", [4_000, 1, 500_000, 2**31 - 1])
def test_rates_of_files_outside_the_range_are_refused(tmp_path, rate):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(10), rate)
    message = refused(path)
    assert str(rate) in message
    assert "8000 to 384000 Hz" in message


def test_a_sound_too_long_for_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("eidophone.sound.sound._MAX_LOADED", 1_000)
    path = tmp_path / "a.wav"
    Sound(noise(501), RATE).save(path)
    assert "open_sound" in refused(path)


# --- broken files -------------------------------------------------------------------------------


def riff(channels=1, rate=RATE, bits=16, data=b"\0\0" * 50, promised=None):
    block = channels * bits // 8
    size = len(data) if promised is None else promised
    fmt = struct.pack("<HHIIHH", 1, channels, rate, rate * block, block, bits)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", size) + data
    return b"RIFF" + struct.pack("<I", len(body) + size - len(data)) + body


def encoded_image(kind):
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.wav", b"not really" * 100)
    return file.getvalue()


NOT_SOUNDS = {
    "png": encoded_image("PNG"),
    "jpeg": encoded_image("JPEG"),
    "gif": encoded_image("GIF"),
    "webp": encoded_image("WEBP"),
    "zip": zipped(),
    "text": b"Sound is a vibration that propagates.\n" * 200,
    "zeros": bytes(10_000),
    "noise": np.random.default_rng(1).bytes(50_000),
    "playlist": b"#EXTM3U\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
    "list": b"ffconcat version 1.0\nfile 'b.wav'\n",
    "one byte": b"R",
    "header alone": riff()[:20],
}


@pytest.mark.parametrize("kind", NOT_SOUNDS)
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.mp4", "a.raw", "a"])
def test_what_is_not_a_sound_gives_one_clear_line(tmp_path, kind, name):
    Sound(noise(10), RATE).save(tmp_path / "b.wav")
    (tmp_path / name).write_bytes(NOT_SOUNDS[kind])
    assert "not a sound" in refused(tmp_path / name)


def test_files_without_samples_say_so(tmp_path):
    (tmp_path / "empty.wav").write_bytes(b"")
    assert "is empty" in refused(tmp_path / "empty.wav")
    (tmp_path / "header.wav").write_bytes(riff(data=b""))
    assert "no samples" in refused(tmp_path / "header.wav")
    (tmp_path / "channels.wav").write_bytes(riff(channels=0))
    assert "no channels" in refused(tmp_path / "channels.wav")


def test_what_cannot_be_opened_says_why(tmp_path):
    assert "No such file" in refused(tmp_path / "missing.wav")
    (tmp_path / "folder.wav").mkdir()
    assert "not a file" in refused(tmp_path / "folder.wav")
    with pytest.raises(SoundError, match="null"):
        Sound.load("a\0b.wav")
    with pytest.raises(SoundError, match="cannot read"):
        Sound.load("x" * 300)


def test_a_header_that_promises_too_much_is_read_with_a_warning(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(riff(data=b"\0\x40" * 9_600, promised=96_000))
    with pytest.warns(EidophoneWarning, match=r"0\.20 of the 1\.00 s"):
        sound = Sound.load(path)
    assert np.array_equal(sound.samples, np.full((1, 9_600), 0.5, np.float32))


def test_a_wav_from_a_pipe_is_read_without_a_warning(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(
        riff(data=b"\0\x40" * 9_600).replace(
            b"data" + struct.pack("<I", 19_200), b"data" + b"\xff" * 4
        )
    )
    assert Sound.load(path).sample_count == 9_600


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "aiff", "au", "w64"])
def test_cut_files_are_read_as_far_as_they_go(tmp_path, suffix):
    whole, cut = tmp_path / f"a.{suffix}", tmp_path / f"cut.{suffix}"
    Sound(noise(100_000), RATE).save(whole)
    expected = Sound.load(whole).samples
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    with pytest.warns(EidophoneWarning, match="cut short"):
        sound = Sound.load(cut)
    assert 35_000 < sound.sample_count < 55_000
    inside = slice(0, sound.sample_count - 2_000)  # what MP3 decodes last leans on what is lost
    assert np.array_equal(sound.samples[:, inside], expected[:, : sound.sample_count][:, inside])
    with pytest.warns(EidophoneWarning, match="cut short"), open_sound(cut) as reader:
        assert np.array_equal(read_all(reader, 777), sound.samples)


@pytest.mark.parametrize("suffix", ["ogg", "opus"])
def test_cut_ogg_files_are_read_as_far_as_they_go(tmp_path, suffix):
    whole, cut = tmp_path / f"a.{suffix}", tmp_path / f"cut.{suffix}"
    Sound(noise(300_000), RATE).save(whole)
    data = whole.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    assert 100_000 < Sound.load(cut).sample_count < 200_000


def test_damage_inside_becomes_silence_with_a_warning(tmp_path):
    path = tmp_path / "a.flac"
    samples = noise(100_000)
    Sound(samples, RATE).save(path)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 300] = np.random.default_rng(0).bytes(300)
    path.write_bytes(data)
    with open_sound(path) as reader:
        with pytest.warns(EidophoneWarning, match="damaged.*silence at the end"):
            read = read_all(reader, 5_000)
        assert read.shape == (2, reader.sample_count) == (2, 100_000)
    assert np.array_equal(read[:, :35_000], samples[:, :35_000])
    assert not read[:, 60_000:].any()


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff", "caf", "mkv", "m4a"])
def test_damaged_files_give_a_sound_or_a_clear_error(tmp_path, suffix):
    rng = np.random.default_rng(7)
    original = tmp_path / f"a.{suffix}"
    if suffix in ("mkv", "m4a"):
        write_film(original, noise(9_000), video=False)
    else:
        Sound(noise(9_000), RATE).save(original)
    data = original.read_bytes()
    outcomes = set()
    for trial in range(25):
        broken = bytearray(data)
        for place in rng.integers(0, 200 if trial % 2 else len(data), rng.integers(1, 20)):
            broken[place] = rng.integers(256)
        if trial % 3 == 0:
            broken = broken[: rng.integers(1, len(data))]
        original.write_bytes(broken)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EidophoneWarning)
            try:
                outcomes.add(type(Sound.load(original)))
            except SoundError as error:
                outcomes.add(type(error))
    assert outcomes <= {Sound, SoundError}
    assert Sound in outcomes


def test_mp3_files_with_damaged_headers_give_a_sound_or_a_clear_error(tmp_path):
    path = tmp_path / "a.mp3"
    Sound(noise(20_000), 16_000).save(path)
    data = path.read_bytes()
    heads = [i for i in range(len(data) - 1) if data[i] == 0xFF and data[i + 1] >= 0xE0]
    outcomes = set()
    for trial in range(100):
        rng = np.random.default_rng(trial)
        broken = bytearray(data)
        for place in rng.choice(heads, 2) + rng.integers(0, 4, 2):
            broken[place] = rng.integers(256)
        path.write_bytes(broken)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EidophoneWarning)
            try:
                outcomes.add(type(Sound.load(path)))
            except SoundError as error:
                outcomes.add(type(error))
    assert outcomes <= {Sound, SoundError}
    assert Sound in outcomes


@pytest.mark.parametrize("length", [2**62, 2**63 - 1, -1, -(2**63)])
def test_chunks_that_lie_nowhere_give_one_line(tmp_path, capfd, length):
    """FFmpeg asks for the place after them, and PyAV would print what a file says to that."""
    pytest.importorskip("av")
    layout = struct.pack(">d4sIIIII", RATE, b"lpcm", 1, 4, 1, 1, 32)
    chunks = b"desc" + struct.pack(">q", 32) + layout + b"free" + struct.pack(">q", length)
    (tmp_path / "a.caf").write_bytes(b"caff\0\1\0\0" + chunks + bytes(1000))
    assert "not a sound" in refused(tmp_path / "a.caf")
    assert capfd.readouterr() == ("", "")


def flac_promising(path, sample_count):
    """Make the FLAC file at ``path`` say that it has ``sample_count``; 0 means unknown."""
    data = bytearray(path.read_bytes())
    data[22:26] = sample_count.to_bytes(4, "big")  # the low bytes of the 36 bits in STREAMINFO
    path.write_bytes(data)


def test_a_flac_of_unknown_length_is_read_whole(tmp_path):
    path = tmp_path / "a.flac"
    Sound(noise(50_000), RATE).save(path)
    flac_promising(path, 0)
    assert np.array_equal(Sound.load(path).samples, noise(50_000))


def test_a_flac_that_promises_too_much_is_read_with_a_warning(tmp_path):
    path = tmp_path / "a.flac"
    Sound(noise(48_000), RATE).save(path)
    flac_promising(path, 96_000)
    with pytest.warns(EidophoneWarning, match=r"1\.00 of the 2\.00 s"):
        sound = Sound.load(path)
    assert np.array_equal(sound.samples, noise(48_000))


@pytest.fixture
def mp3_without_length(tmp_path):
    """Half a tone and half noise, so that a length guessed by the first bit rate is wrong."""
    path = tmp_path / "a.mp3"
    Sound(np.concatenate([sine(100_000)[None], noise(100_000, 1)], axis=1), RATE).save(path)
    data = path.read_bytes()
    header = data[data.rindex(b"\xff", 0, data.index(b"Xing")) :][:2]
    path.write_bytes(data[data.index(header, data.index(b"Xing")) :])
    return path


def test_an_mp3_that_does_not_say_its_length_is_read_whole(mp3_without_length):
    pytest.importorskip("av")
    assert 200_000 <= Sound.load(mp3_without_length).sample_count < 204_000
    tagged = b"ID3\x03\0\0\0\0\x10\0" + bytes(2048) + mp3_without_length.read_bytes()
    mp3_without_length.write_bytes(tagged)
    assert 200_000 <= Sound.load(mp3_without_length).sample_count < 204_000


def test_without_pyav_an_mp3_that_does_not_say_its_length_warns(mp3_without_length):
    with (
        mock.patch.dict(sys.modules, {"av": None}),
        pytest.warns(EidophoneWarning, match=r"how long it is.*eidophone\[film\]"),
    ):
        assert Sound.load(mp3_without_length).sample_count > 10_000


# --- films --------------------------------------------------------------------------------------


def write_film(path, samples, *, rate=RATE, codec="aac", video=True, audio=True, options=None):
    """A film of grey pictures at 25 frames a second, with ``samples`` as its sound track."""
    av = pytest.importorskip("av")
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(samples)]
    container = "ipod" if path.suffix == ".m4a" else None
    with av.open(str(path), "w", format=container, options=options) as film:
        pictures = film.add_stream("mpeg4", rate=25) if video else None
        track = film.add_stream(codec, rate=rate, layout=layout) if audio else None
        if pictures:
            pictures.width = pictures.height = 64
            pictures.pix_fmt = "yuv420p"
            grey = np.full((64, 64, 3), 128, np.uint8)
            for _ in range(round(25 * samples.shape[1] / rate)):
                film.mux(pictures.encode(av.VideoFrame.from_ndarray(grey)))
            film.mux(pictures.encode(None))
        if track:
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate, 0
            convert = av.AudioResampler(track.format.name, layout, rate, track.frame_size or None)
            for part in [*convert.resample(frame), *convert.resample(None)]:
                film.mux(track.encode(part))
            film.mux(track.encode(None))


@pytest.mark.parametrize("name", ["a.mp4", "a.m4a", "a.mkv", "a.mov"])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_sound_of_a_film_is_read_in_place(tmp_path, name, channels):
    samples = np.stack([sine(RATE), sine(RATE, hz=1000)])[:channels]
    samples[:, : RATE // 2] = 0
    write_film(tmp_path / name, samples, video=name != "a.m4a")
    sound = Sound.load(tmp_path / name)
    assert (sound.rate, sound.channels) == (RATE, channels)
    assert RATE <= sound.sample_count < RATE + 1024  # AAC works in frames of 1024
    assert np.abs(sound.samples[:, : RATE // 2 - 2048]).max() < 0.01
    inside = slice(RATE // 2 + 2048, RATE - 1024)
    assert np.abs(sound.samples[:, inside] - samples[:, inside]).max() < 0.05


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mov", "pcm_s16le"), ("a.mka", "flac"), ("a.avi", "pcm_s16le")]
)
def test_lossless_tracks_are_exact_however_they_are_read(tmp_path, name, codec):
    samples = noise(20_000)
    write_film(tmp_path / name, samples, codec=codec, video=name != "a.mka")
    with open_sound(tmp_path / name) as reader:
        assert reader.sample_count == 20_000
        for size in (999, 20_000):
            assert np.abs(read_all(reader, size) - samples).max() < 2 / 32_768


#: Containers that only FFmpeg reads, or reads as well: a name, the muxer, and a codec.
CONTAINERS = [
    *(("a.mov", "mov", "aac"), ("a.3gp", "3gp", "aac"), ("a.mka", "matroska", "flac")),
    *(("a.webm", "webm", "libopus"), ("a.avi", "avi", "mp2"), ("a.ts", "mpegts", "mp2")),
    *(("a.mpg", "mpeg", "mp2"), ("a.flv", "flv", "aac"), ("a.wma", "asf", "mp2")),
    *(("a.ogg", "ogg", "libopus"), ("a.nut", "nut", "mp2")),
    *(("a.rm", "rm", "ac3"), ("a.aac", "adts", "aac"), ("a.ac3", "ac3", "ac3")),
    *(("a.eac3", "eac3", "eac3"), ("a.wv", "wv", "wavpack")),
    *(("a.tta", "tta", "tta"), ("a.mp3", "mp3", "libmp3lame"), ("a.w64", "w64", "pcm_s64le")),
    *(("a.caf", "caf", "pcm_s16be"), ("a.au", "au", "pcm_s16be"), ("a.aiff", "aiff", "pcm_s16be")),
]


@pytest.mark.parametrize(("name", "muxer", "codec"), CONTAINERS)
def test_every_kind_of_container_is_read(tmp_path, name, muxer, codec):
    av = pytest.importorskip("av")
    samples, rate = np.stack([sine(48_000, rate=48_000)] * 2), 48_000
    with av.open(str(tmp_path / name), "w", format=muxer) as film:
        track = film.add_stream(codec, rate=rate, layout="stereo", options={"strict": "-2"})
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts = rate, 0
        convert = av.AudioResampler(track.format.name, "stereo", rate, track.frame_size or None)
        for part in [*convert.resample(frame), *convert.resample(None)]:
            film.mux(track.encode(part))
        film.mux(track.encode(None))
    with SoundReader(tmp_path / name, decoder=FilmDecoder(tmp_path / name)) as reader:
        assert (reader.rate, reader.channels) == (rate, 2)
        assert reader.sample_count == pytest.approx(rate, rel=0.1)
        heard = read_all(reader, 10_000)[:, 10_000:40_000]
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(np.sqrt(np.mean(samples**2)), rel=0.05)


def test_wav_of_64_bit_integers_is_read(tmp_path):
    samples = noise(3_000)
    write_film(tmp_path / "a.wav", samples, codec="pcm_s64le", video=False)
    assert np.array_equal(Sound.load(tmp_path / "a.wav").samples, samples)


def test_channels_of_a_film_can_be_chosen(tmp_path):
    samples = noise(5_000, 6)
    write_film(tmp_path / "a.mka", samples, codec="flac", video=False)
    assert "6 channels" in refused(tmp_path / "a.mka")
    chosen = Sound.load(tmp_path / "a.mka", channels=(1, 2)).samples
    assert np.abs(chosen - samples[[1, 2]]).max() < 2 / 32_768


def test_a_silent_film_says_that_it_has_no_sound(tmp_path):
    write_film(tmp_path / "a.mp4", noise(RATE), audio=False)
    assert "no sound track" in refused(tmp_path / "a.mp4")


def test_a_cut_film_is_read_as_far_as_it_goes(tmp_path):
    write_film(tmp_path / "a.mkv", noise(RATE), video=False)
    data = (tmp_path / "a.mkv").read_bytes()
    (tmp_path / "a.mkv").write_bytes(data[: len(data) // 2])
    assert 10_000 < Sound.load(tmp_path / "a.mkv").sample_count < 40_000
    write_film(tmp_path / "a.mp4", noise(RATE))
    data = (tmp_path / "a.mp4").read_bytes()
    (tmp_path / "a.mp4").write_bytes(data[: len(data) // 2])
    assert "damaged" in refused(tmp_path / "a.mp4")


def test_a_cut_film_that_knows_its_length_is_read_with_a_warning(tmp_path):
    path = tmp_path / "a.mp4"
    write_film(path, noise(2 * RATE), options={"movflags": "faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.warns(EidophoneWarning, match=r"cut short.* 2\.00 s"):
        assert RATE // 4 < Sound.load(path).sample_count < 3 * RATE // 2


def test_without_pyav_a_film_says_what_to_install(tmp_path):
    write_film(tmp_path / "a.mp4", noise(5_000))
    Sound(noise(10), RATE).save(tmp_path / "a.wav")
    with mock.patch.dict(sys.modules, {"av": None}):
        with pytest.raises(MissingExtraError, match=r"pip install 'eidophone\[film\]'"):
            Sound.load(tmp_path / "a.mp4")
        assert Sound.load(tmp_path / "a.wav").sample_count == 10
