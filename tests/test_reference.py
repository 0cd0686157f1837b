"""Reference: an altered picture leans on the original sound."""

import io
from dataclasses import replace

import numpy as np
import pytest
import signals
import soundfile
from PIL import Image, ImageFilter

from eidophone.base.errors import EidophoneWarning, PictureError
from eidophone.picture.codec import decode, decode_blocks, encode
from eidophone.picture.ink import level_of, value_of
from eidophone.picture.mapping import Mapping
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import PRESETS
from eidophone.picture.reference import Reference
from eidophone.sound.sound import Sound

RATE = 22_050
STANDARD = PRESETS["standard"]


def music(seconds=2.0, channels=1, seed=0):
    return signals.music(seconds, channels, rate=RATE, noise=0.01, seed=seed)


def snr(found, true):
    """Decibels of the true samples over the error."""
    return 10 * np.log10((true**2).sum() / max(((found - true) ** 2).sum(), 1e-30))


def through(picture, tool):
    """``picture`` after an outside tool that keeps metadata and works on 8-bit images."""
    return replace(picture, pixels=np.asarray(tool(Image.fromarray(picture.pixels))))


def louder(pixels, change_db):
    """Float ``pixels`` that mean so much more everywhere."""
    level = level_of(pixels, STANDARD) + np.float32(change_db / STANDARD.range_db)
    return value_of(level, STANDARD)


def blurred(image):
    return image.filter(ImageFilter.GaussianBlur(2))


def as_jpeg(image, **options):
    file = io.BytesIO()
    image.save(file, "JPEG", **({"quality": 90, "subsampling": 0} | options))
    return Image.open(file)


# --- untouched ------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("depth", ["uint8", "uint16", "float32"])
def test_an_untouched_picture_and_its_reference_give_the_original(channels, depth):
    sound = music(channels=channels)
    again = decode(encode(sound, dtype=np.dtype(depth)), reference=sound)
    assert snr(again.samples, sound.samples) > 100


def test_a_saved_picture_that_carries_its_original_gives_it_back_bit_for_bit(tmp_path):
    sound, file = music(channels=2), io.BytesIO()
    soundfile.write(file, sound.samples.T, RATE, "FLOAT", format="WAV")
    replace(encode(sound), original=file.getvalue()).save(tmp_path / "x.png")
    again = decode(Picture.load(tmp_path / "x.png"))
    assert np.array_equal(again.samples, sound.samples)


def test_long_sounds_keep_their_samples_through_stretches():
    sound = music(15.0)
    assert snr(decode(encode(sound), reference=sound).samples, sound.samples) > 100


def test_a_column_that_is_left_over_tells_nothing_of_where_the_original_lies():
    sound = music()
    sound = Sound(sound.samples[:, : 257 * 128], RATE)
    picture = encode(sound)
    assert picture.width == 257
    altered = picture.pixels.copy()
    altered[:, 100:120] = 0
    again = decode(replace(picture, pixels=altered), reference=sound, quality="preview")
    assert snr(again.samples[:, 20_000:], sound.samples[:, 20_000:]) > 20


def test_the_original_of_an_altered_picture_is_its_reference():
    sound, file = music(), io.BytesIO()
    soundfile.write(file, sound.samples.T, RATE, "FLOAT", format="WAV")
    picture = encode(sound)
    pixels = picture.pixels.copy()
    pixels[:, 150:180] = 0
    again = decode(replace(picture, pixels=pixels, original=file.getvalue()))
    assert snr(again.samples[:, :18_000], sound.samples[:, :18_000]) > 60


# --- edited ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2])
def test_a_muted_time_is_muted_and_the_rest_keeps_its_phase(channels):
    sound = music(channels=channels)
    picture = encode(sound)
    pixels = picture.pixels.copy()
    first, last = 140, 200
    pixels[:, first:last] = 0
    again = decode(replace(picture, pixels=pixels), reference=sound)
    window = round(STANDARD.window_seconds * RATE)
    begin, end = (round(column * STANDARD.hop_seconds * RATE) for column in (first, last))
    for untouched in (slice(0, begin - window), slice(end + window, None)):
        assert snr(again.samples[:, untouched], sound.samples[:, untouched]) > 60
    muted = slice(begin + window, end - window)
    assert (again.samples[:, muted] ** 2).sum() < 1e-4 * (sound.samples[:, muted] ** 2).sum()


def test_muted_rows_are_muted_and_the_others_keep_their_phase():
    time = np.arange(2 * RATE) / RATE
    low, high = 0.2 * np.sin(2 * np.pi * 300 * time), 0.2 * np.sin(2 * np.pi * 4_000 * time)
    picture = encode(Sound(low + high, RATE))
    pixels = picture.pixels.copy()
    pixels[: 512 - 200] = 0  # above 1.7 kHz
    again = decode(replace(picture, pixels=pixels), reference=Sound(low + high, RATE))
    inner = slice(3_000, -3_000)
    assert snr(again.samples[0, inner], low[inner]) > 30


def test_values_that_a_tool_rounded_differently_are_untouched():
    sound = music()
    picture = encode(sound)
    rng = np.random.default_rng(0)
    nudge = rng.choice([-1, 0, 1], picture.pixels.shape, p=[0.05, 0.9, 0.05])
    pixels = np.clip(picture.pixels.astype(int) + nudge, 0, 255).astype(np.uint8)
    again = decode(replace(picture, pixels=pixels), reference=sound)
    assert snr(again.samples, np.repeat(sound.samples, again.channels, axis=0)) > 60


def test_an_edit_that_a_tool_recompressed_keeps_the_phase_elsewhere():
    """Cells that differ by no more than the noise of the trip are the original's."""
    sound = music()
    picture = through(encode(sound), as_jpeg)
    again = decode(picture, reference=sound)
    assert snr(again.samples, sound.samples) > 15
    assert snr(decode(picture).samples, sound.samples) < 5  # what it is without


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("quality", [85, 50])
def test_the_levels_of_a_coarse_jpeg_are_the_originals(quality, channels):
    """As the program of anyone saves it, with colours at half the size."""
    sound = music(channels=channels)
    picture = through(encode(sound), lambda image: as_jpeg(image, quality=quality, subsampling=2))
    alone, again = (decode(picture, reference=one) for one in (None, sound))
    true = encode(sound).pixels.astype(float)
    off = [np.abs(encode(one).pixels - true).mean() for one in (alone, again)]
    assert off[1] < 0.4 * off[0]
    assert snr(again.samples, sound.samples) > (32 if channels == 1 else 22)


def test_a_low_end_that_was_painted_is_found_as_well_as_without_the_original():
    """What is known above tells nothing of it, but its mirror image does."""
    sound = music(3.0)
    time = np.arange(sound.sample_count) / RATE
    low = sum(0.2 * np.sin(2 * np.pi * hz * time + hz) for hz in (41, 55, 73))
    sound = Sound(sound.samples + low, RATE)
    picture = encode(sound)
    pixels = picture.pixels.copy()
    pixels[-48:] = pixels[-48:, ::-1]
    off = []
    for one in (None, sound):
        again = encode(decode(replace(picture, pixels=pixels), reference=one)).pixels
        off.append(np.abs(again[-24:].astype(float) - pixels[-24:]).mean())
    assert off[1] < 1.1 * off[0]


# --- the same tool on both ------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    "tool", [lambda image: image, blurred, as_jpeg], ids=["none", "blur", "jpeg"]
)
def test_what_a_tool_does_to_both_pictures_is_not_done_to_the_sound(channels, tool):
    sound = music(channels=channels)
    picture = through(encode(sound), tool)
    again = decode(picture, reference=sound, reference_picture=picture)
    assert snr(again.samples, sound.samples) > 60


def test_a_picture_darkened_by_6_db_halves_the_sound():
    sound = music()
    picture = encode(sound, dtype=np.float32)
    darker = replace(picture, pixels=louder(picture.pixels, -6.0206))
    again = decode(darker, reference=sound, reference_picture=picture)
    assert snr(again.samples, sound.samples / 2) > 30


def test_a_reference_picture_of_another_size_is_fitted():
    sound = music()
    picture = through(encode(sound), lambda image: image.resize((200, 300)))
    again = decode(picture, reference=sound, reference_picture=picture)
    assert again.sample_count == sound.sample_count
    assert snr(again.samples, sound.samples) > 60


def test_new_sound_where_there_was_none_has_the_level_of_the_picture():
    silence = Sound(np.zeros(2 * RATE), RATE)
    wanted = music()
    again = decode(
        encode(wanted), reference=silence, reference_picture=encode(silence), quality="standard"
    )
    ratio = (again.samples**2).sum() / (wanted.samples**2).sum()
    assert 10 * np.log10(ratio) == pytest.approx(0, abs=1)


# --- odd pairs ------------------------------------------------------------------------------------


def test_a_mono_reference_serves_a_coloured_picture():
    sound = music()
    picture = encode(sound)
    pixels = picture.pixels.copy()
    pixels[:, 170:, 2] = 0  # the right side falls silent
    with pytest.warns(EidophoneWarning, match="of a mono sound came back in colours"):
        again = decode(replace(picture, pixels=pixels), reference=sound)
    assert again.channels == 2
    early = slice(0, 18_000)
    assert snr(again.samples[:, early], np.repeat(sound.samples[:, early], 2, axis=0)) > 60


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100])
def test_all_of_an_untouched_picture_is_known(rate):
    sound = Sound(np.random.default_rng(0).standard_normal(rate) / 10, rate)
    pixels = encode(sound).pixels
    compared = Reference(sound, 1, Mapping.of(STANDARD, rate)).compare(pixels)
    assert (compared.anchor.weight == 1).all()


def test_green_is_the_level_of_a_mono_sound():
    sound = music()
    before = encode(sound).pixels
    after = before.copy()
    after[:, :, ::2] = 255 - after[:, :, ::2]
    target = Source(rate=RATE, channels=1, sample_count=sound.sample_count)
    parts = decode_blocks([after], STANDARD, target, reference=sound, before=[before])
    assert snr(np.concatenate(list(parts), axis=1), sound.samples) > 60


@pytest.mark.parametrize("seconds", [0.3, 3.0])
def test_a_reference_of_another_length_is_no_harm(seconds):
    sound = decode(encode(music(1.0)), reference=music(seconds))
    assert np.isfinite(sound.samples).all()
    assert sound.rate == RATE


def test_decoding_in_blocks_leans_on_the_reference_too():
    sound = music(channels=2)
    pixels = encode(sound).pixels
    blocks = [pixels[:, n : n + 41] for n in range(0, pixels.shape[1], 41)]
    target = Source(rate=RATE, channels=2, sample_count=sound.sample_count)
    parts = list(decode_blocks(blocks, STANDARD, target, reference=sound))
    assert snr(np.concatenate(parts, axis=1), sound.samples) > 100


def test_a_reference_picture_needs_the_reference():
    picture = encode(music(0.2))
    with pytest.raises(PictureError, match="give both"):
        decode(picture, reference_picture=picture)


# --- what decides ---------------------------------------------------------------------------------


def test_the_noise_of_the_trip_is_found_from_the_picture():
    """Recompression that hits every cell a little must not cost the whole its phase."""
    sound = music()
    again = decode(through(encode(sound), as_jpeg), reference=sound, quality="preview")
    assert snr(again.samples, sound.samples) > 25


@pytest.mark.parametrize("change_db", [6, 10])
def test_a_picture_that_is_darker_everywhere_is_no_noise(change_db):
    sound = music()
    picture = encode(sound, dtype=np.float32)
    darker = replace(picture, pixels=louder(picture.pixels, -change_db))
    again = decode(darker, reference=sound, quality="preview")
    ratio = (again.samples**2).sum() / (sound.samples**2).sum()
    assert 10 * np.log10(ratio) == pytest.approx(-change_db, abs=0.5)


def test_a_tone_drawn_into_faint_noise_is_a_tone_and_not_that_noise_amplified():
    time = np.arange(RATE) / RATE
    noise = 1e-3 * np.random.default_rng(0).standard_normal(RATE)
    wanted = Sound(0.3 * np.sin(2 * np.pi * 1000 * time) + noise, RATE)
    faint = Sound(noise, RATE)
    again = decode(encode(wanted), reference=faint, reference_picture=encode(faint))
    heard = again.samples[0, 4_000:-4_000]
    power = np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(heard), 1 / RATE) - 1000) < 4
    assert power[near].sum() > 0.99 * power.sum()


@pytest.mark.parametrize("with_picture", [False, True], ids=["compared", "beside its picture"])
def test_what_lies_outside_the_axis_is_the_originals(with_picture):
    time = np.arange(RATE) / RATE
    low, high = (0.2 * np.sin(2 * np.pi * hz * time) for hz in (500, 7_000))
    sound = Sound(low + high, RATE)
    picture = encode(sound, replace(STANDARD, name="", max_hz=3_000.0), dtype=np.float32)
    silenced = replace(picture, pixels=np.zeros_like(picture.pixels))
    beside = {"reference_picture": picture} if with_picture else {}
    again = decode(silenced, reference=sound, quality="preview", **beside)
    inner = slice(4_000, -4_000)
    assert snr(again.samples[0, inner], high[inner]) > 30
