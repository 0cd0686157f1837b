"""The codec: sound to picture and back; what is kept, and what is refused."""

import os
import subprocess
import sys
import tracemalloc
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import signals
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from eidophone.base.errors import EidophoneWarning, PictureError, RecipeError, SoundError
from eidophone.files.kinds import MAX_PICTURE_PIXELS
from eidophone.picture.codec import decode, decode_blocks, encode, encode_blocks
from eidophone.picture.picture import Picture, Source, to_depth
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.settings import ROUNDS
from eidophone.picture.target import target_of
from eidophone.sound.sound import Sound

STANDARD = PRESETS["standard"]
SMALL = STANDARD.with_rows(64)

#: What is louder than full scale is told; test_level.py is about that.
LOUD = pytest.mark.filterwarnings("ignore:the sound peaks at", "ignore:this came out louder")
SOUNDS = Path(__file__).parent.parent / "sounds"


def music(seconds=2.0, channels=1, rate=44_100, seed=0):
    return signals.music(seconds, channels, rate=rate, seed=seed)


def noise(sample_count, channels=1, rate=44_100, seed=0):
    return Sound(0.2 * np.random.default_rng(seed).standard_normal((channels, sample_count)), rate)


def psnr(one, other):
    difference = one.pixels.astype(float) - other.pixels
    return 10 * np.log10(255**2 / (difference**2).mean())


def opinion(sound, other):
    """Zimtohrli's mean opinion score of each channel; 5 is no difference."""
    zimtohrli = pytest.importorskip("zimtohrli")

    def at_48_khz(signal):
        return soxr.resample(signal, sound.rate, 48_000, quality="VHQ").astype(np.float32)

    return [
        zimtohrli.mos_from_zimtohrli(zimtohrli.Pyohrli().distance(at_48_khz(a), at_48_khz(b)))
        for a, b in zip(sound.samples, other.samples, strict=True)
    ]


def recorded(name, seconds=3.0):
    sound = Sound.load(SOUNDS / f"{name}.flac")
    return Sound(sound.samples[:, : round(seconds * sound.rate)], sound.rate)


# --- quality --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "quality", "least"),
    [
        ("loop_tabla", "standard", 4.9),
        ("ambi_piano", "standard", 4.9),
        ("guit_e_slide", "standard", 4.9),
        ("ambi_choir", "preview", 4.5),
    ],
)
def test_mono_sounds_are_hardly_told_from_the_original(name, quality, least):
    stereo = recorded(name)
    sound = Sound(stereo.samples.mean(axis=0), stereo.rate)
    assert opinion(sound, decode(encode(sound), quality=quality))[0] > least


def test_stereo_keeps_both_sides():
    sound = recorded("loop_tabla")
    assert min(opinion(sound, decode(encode(sound)))) > 4.8


@pytest.mark.parametrize("channels", [1, 2])
def test_the_picture_of_the_decoded_sound_is_the_picture(channels):
    picture = encode(music(channels=channels))
    found = [psnr(encode(decode(picture, quality=quality)), picture) for quality in ROUNDS]
    assert found[1] > 38
    assert found == sorted(found)


def test_the_picture_of_a_blurred_picture_is_nearly_that():
    picture = encode(music())
    image = Image.fromarray(picture.pixels).filter(ImageFilter.GaussianBlur(1.5))
    blurred = replace(picture, pixels=np.asarray(image))
    assert psnr(encode(decode(blurred)), blurred) > 30


@pytest.mark.parametrize("degrees", [0, 45, 90, 135, 180])
def test_the_angle_between_the_channels_is_kept(degrees):
    time = np.arange(44_100) / 44_100
    left, right = (
        sum(np.cos(2 * np.pi * hz * time + hz + turn) for hz in (333, 1_000, 2_800)) / 5
        for turn in (0, np.radians(degrees))
    )
    a, b = decode(encode(Sound(np.stack([left, right]), 44_100))).samples[:, 4_000:-4_000]
    coherence = (a * b).mean() / np.sqrt((a**2).mean() * (b**2).mean())
    assert coherence == pytest.approx(np.cos(np.radians(degrees)), abs=0.05)


def test_levels_return():
    for db in (-40, -20, 0):
        sound = Sound(10 ** (db / 20) * music().samples, 44_100)
        again = decode(encode(sound))
        ratio = (again.samples**2).mean() / (sound.samples**2).mean()
        assert 10 * np.log10(ratio) == pytest.approx(0, abs=0.25)


@pytest.mark.parametrize("depth", ["uint8", "uint16", "float32"])
def test_depths_are_worth_their_bits(depth):
    picture = encode(music(1.0), dtype=np.dtype(depth))
    assert picture.pixels.dtype == depth
    again = encode(decode(picture), dtype=np.float32).pixels
    scale = 1 if depth == "float32" else np.iinfo(depth).max
    assert 10 * np.log10(1 / ((again - picture.pixels / scale) ** 2).mean()) > 38


# --- shape ----------------------------------------------------------------------------------------


@LOUD
@settings(max_examples=20)
@given(
    sample_count=st.one_of(st.integers(1, 3_000), st.integers(1, 30_000)),
    channels=st.integers(1, 2),
    rate=st.sampled_from([8_000, 11_025, 44_100, 48_000, 96_000, 192_000]),
    name=st.sampled_from(sorted(PRESETS)),
    depth=st.sampled_from(["uint8", "uint16", "float32"]),
)
def test_a_sound_returns_with_its_channels_samples_and_rate(
    sample_count, channels, rate, name, depth
):
    sound = noise(sample_count, channels, rate)
    picture = encode(sound, PRESETS[name].with_rows(64), dtype=depth)
    assert picture.pixels.shape == (64, picture.recipe.columns(sample_count, rate), 3)
    assert picture.source == Source(rate=rate, channels=channels, sample_count=sample_count)
    again = decode(picture, quality="preview")
    assert (again.channels, again.sample_count, again.rate) == (channels, sample_count, rate)


@settings(max_examples=25)
@given(
    width=st.integers(1, 40),
    height=st.integers(1, 90),
    depth=st.sampled_from(["uint8", "uint16", "float32"]),
    grey=st.booleans(),
    seed=st.integers(0, 99),
)
def test_any_image_is_a_sound_as_long_as_its_shape_says(width, height, depth, grey, seed):
    rng = np.random.default_rng(seed)
    values = rng.random((height, width, 1 if grey else 3)) * np.ones(3)
    scale = 1 if depth == "float32" else np.iinfo(depth).max
    recipe = SMALL
    picture = Picture((values * scale).astype(depth), recipe)
    sound = decode(picture, quality="preview")
    assert sound.rate == 44_100
    assert sound.channels == (1 if grey else 2)
    columns = max(1, round(width / height * recipe.rows))
    assert sound.sample_count == recipe.sample_count(columns, 44_100)
    assert (
        sound.duration_seconds
        == pytest.approx(picture.duration_seconds, abs=recipe.hop_seconds / 2 + 1e-3)
        or columns == 1
    )


@pytest.mark.parametrize("value", [0, 1, 128, 255])
def test_a_single_pixel_is_a_sound(value):
    sound = decode(Picture(np.full((1, 1, 3), value, np.uint8)))
    assert sound.duration_seconds == pytest.approx(STANDARD.square_seconds, abs=1e-4)
    assert (value > 0) == bool(sound.samples.any())


@pytest.mark.parametrize("size", [(100, 300), (1024, 700), (511, 173), (384, 129)])
def test_a_resized_picture_lasts_as_long(size):
    sound = music(1.0)
    picture = encode(sound)
    image = Image.fromarray(picture.pixels)
    width = round(size[0] * picture.width / picture.height)
    scaled = np.asarray(image.resize((width, size[0]), Image.Resampling.BICUBIC))
    assert (
        decode(replace(picture, pixels=scaled), quality="preview").sample_count
        == sound.sample_count
    )
    alone = decode(Picture(scaled), quality="preview").duration_seconds
    assert alone == pytest.approx(1.0, abs=0.02)


def test_half_of_a_picture_is_half_of_the_sound():
    picture = encode(music(1.0))
    half = replace(picture, pixels=picture.pixels[:, : picture.width // 2])
    assert decode(half, quality="preview").duration_seconds == pytest.approx(0.5, abs=0.01)


def test_the_same_frequency_and_time_return_from_another_size():
    """A tone burst at 0.5 s is there again after the picture was halved, without metadata."""
    time = np.arange(44_100) / 44_100
    burst = np.sin(2 * np.pi * 1_000 * time) * np.exp(-(((time - 0.5) / 0.05) ** 2))
    image = Image.fromarray(encode(Sound(0.5 * burst, 44_100)).pixels)
    half = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    again = decode(Picture(np.asarray(half))).samples[0]
    centre = (np.arange(len(again)) * again**2).sum() / (again**2).sum() / 44_100
    assert centre == pytest.approx(0.5, abs=0.01)
    spectrum = np.abs(np.fft.rfft(again))
    assert spectrum.argmax() / len(again) * 44_100 == pytest.approx(1_000, abs=15)


# --- extremes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2])
def test_black_is_silence_and_silence_is_black(channels):
    silence = Sound(np.zeros((channels, 10_000)), 44_100)
    picture = encode(silence)
    assert not picture.pixels.any()
    assert np.array_equal(decode(picture).samples, silence.samples)


@pytest.mark.parametrize("rate", [8_000, 44_100, 384_000])
@pytest.mark.parametrize("value", [1.0, -0.5, 0.0])
def test_one_sample(value, rate):
    again = decode(encode(Sound([value], rate)))
    assert (again.sample_count, again.rate) == (1, rate)
    assert abs(again.samples[0, 0]) <= 2


def test_direct_current_returns_as_such():
    again = decode(encode(Sound(np.full(30_000, 0.25), 44_100))).samples[0, 3_000:-3_000]
    power = np.abs(np.fft.rfft(again * np.hanning(len(again)))) ** 2
    assert power[:30].sum() / power.sum() > 0.95  # below 55 Hz


@LOUD
def test_peaks_over_full_scale_are_kept_up_to_the_top():
    sound = Sound(1.5 * np.sin(np.arange(40_000) * 0.1), 44_100)  # +3.5 dB
    again = decode(encode(sound)).samples[0, 3_000:-3_000]
    assert np.sqrt(2 * (again**2).mean()) == pytest.approx(1.5, rel=0.03)


def test_louder_sounds_warn_and_say_what_to_do():
    sound = Sound(8 * np.sin(np.arange(20_000) * 0.1), 44_100)  # +18 dB
    with pytest.warns(EidophoneWarning, match=r"\+1[78].*brightest value is \+6.0 dB"):
        encode(sound)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = encode(sound, dtype=np.float32)
    with pytest.warns(EidophoneWarning, match=r"peaks at \+18"):
        again = decode(picture).samples[0, 3_000:-3_000]
    assert np.sqrt(2 * (again**2).mean()) == pytest.approx(8, rel=0.03)


@pytest.mark.parametrize("rate", [8_000, 11_025, 48_000, 96_000, 192_000, 384_000])
def test_a_tone_returns_at_every_rate(rate):
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(rate // 2) / rate)
    again = decode(encode(Sound(tone, rate))).samples[0]
    spectrum = np.abs(np.fft.rfft(again * np.hanning(len(again))))
    assert spectrum.argmax() == pytest.approx(220, abs=2)
    middle = again[rate // 8 : -rate // 8]
    assert np.sqrt(2 * (middle**2).mean()) == pytest.approx(0.3, rel=0.05)


def test_absurdly_bright_pixels_give_finite_sound():
    pixels = np.random.default_rng(0).random((20, 30, 3)).astype(np.float32)
    pixels[5, 5], pixels[9, 9], pixels[3, 3] = 65_504, 3e38, -3e38
    for recipe in (SMALL, replace(SMALL, rows=20)):  # resized, and as it is
        assert np.isfinite(decode(Picture(pixels, recipe), quality="standard").samples).all()


# --- blocks ---------------------------------------------------------------------------------------


def test_decoding_in_blocks_is_decoding_at_once():
    picture = encode(music(3.0, 2))
    blocks = [picture.pixels[:, n : n + 37] for n in range(0, picture.width, 37)]
    parts = list(decode_blocks(blocks, picture.recipe, picture.source, quality="preview"))
    again = Sound(np.concatenate(parts, axis=1), 44_100)
    whole = decode(picture, quality="preview")
    assert again.sample_count == whole.sample_count
    assert psnr(encode(again), picture) > psnr(encode(whole), picture) - 1


def test_encoding_gives_the_blocks_of_encode_blocks():
    sound = noise(300_000, 2)
    blocks = list(encode_blocks(sound, SMALL))
    assert np.array_equal(np.concatenate(blocks, axis=1), encode(sound, SMALL).pixels)


def test_the_memory_does_not_grow_with_the_length():
    rng = np.random.default_rng(0)
    block = rng.integers(0, 256, (64, 100, 3), np.uint8)

    def peak(count):
        target = Source(rate=8_000, channels=2, sample_count=SMALL.sample_count(100 * count, 8_000))
        tracemalloc.start()
        for _ in decode_blocks([block] * count, SMALL, target, quality="preview"):
            pass
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(60) < 1.3 * peak(20)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_can_work_after_its_parent_did():
    """As the workers of a data loader do; they must not wait for the parent's threads."""
    code = (
        "import os, numpy as np; from eidophone import Sound, encode\n"
        "sound = Sound(np.ones(99_000), 8_000); encode(sound); child = os.fork()\n"
        "if child == 0: encode(sound); os._exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    python = [sys.executable, "-W", "ignore", "-c", code]
    environment = {**os.environ, "EIDOPHONE_THREADS": "2"}
    done = subprocess.run(python, capture_output=True, timeout=300, check=True, env=environment)
    assert done.stdout.strip() == b"7"


def test_no_pictures_are_refused():
    with pytest.raises(PictureError, match="no pictures"):
        list(decode_blocks([], STANDARD, Source(rate=8_000, channels=1, sample_count=1)))


# --- what pictures say ----------------------------------------------------------------------------


def test_what_a_picture_becomes():
    def target(columns=100, *, sounding=None, channels=1, **options):
        sounding = columns if sounding is None else sounding
        made = target_of(STANDARD, columns, sounding=sounding, channels=channels, **options)
        return made.rate, made.channels, made.sample_count

    whole = STANDARD.sample_count(100, 44_100)
    assert target() == (44_100, 1, whole)
    assert target(channels=2) == (44_100, 2, whole)
    stereo = Source(rate=44_100, channels=2, sample_count=whole - 99)
    assert target(source=stereo, channels=2) == (44_100, 2, whole - 99)
    assert target(50, source=stereo)[2] <= whole // 2 + 300
    short = Source(rate=48_000, channels=2, sample_count=7_000)
    assert target(source=short, channels=2, sounding=26) == (48_000, 2, 7_000)
    assert target(source=short)[2] == STANDARD.sample_count(100, 48_000)


@pytest.mark.parametrize(
    "source",
    [
        Source(rate=44_100, channels=2, sample_count=1),
        Source(rate=44_100, channels=1, sample_count=2**40 - 1),
        Source(rate=96_000, channels=2, sample_count=2**40 - 1, first_column=2**32 - 1),
        Source(rate=8_000, channels=1, sample_count=5),
    ],
)
def test_sources_that_lie_do_no_harm(source):
    pixels = np.full((64, 400, 3), 100, np.uint8)
    sound = decode(Picture(pixels, SMALL, source), quality="preview")
    assert sound.sample_count <= 402 * SMALL.hop_seconds * source.rate
    assert (sound.rate, sound.channels) == (source.rate, source.channels)


@pytest.mark.parametrize("rate", [1, 7_999, 384_001, 2**32 - 1])
def test_sources_of_impossible_rates_are_refused(rate):
    source = Source(rate=rate, channels=1, sample_count=1000)
    with pytest.raises(PictureError, match=f"{rate} Hz"):
        decode(Picture(np.zeros((64, 9, 3), np.uint8), SMALL, source))


def test_pictures_that_would_last_for_days_are_refused():
    pixels = np.zeros((1, MAX_PICTURE_PIXELS // 512 // 512 + 1, 3), np.uint8)
    with pytest.raises(PictureError, match=r"cut it into pictures of at most \d+"):
        decode(Picture(pixels))


def test_a_flat_picture_counts_by_the_floats_that_it_becomes():
    """20,000 pixels that would last for 3.5 hours at 64 rows, and take 1 GB."""
    flat = Picture(np.zeros((1, 20_000, 3), np.uint8), Recipe(rows=64))
    with pytest.raises(PictureError, match="1280000 columns of sound: cut it"):
        decode(flat)


HOSTILE = [
    Recipe(window_seconds=0.25, hop_seconds=0.125, rows=16),
    Recipe(window_seconds=0.001, hop_seconds=1e-4, rows=16),
    Recipe(axis="octaves", min_hz=1, max_hz=400_000, rows=16),
    Recipe(min_hz=99_000, max_hz=100_000, rows=16),
    Recipe(min_hz=0, max_hz=100, rows=64),
    Recipe(top_db=60, range_db=12, rows=16),
    Recipe(top_db=-60, range_db=200, rows=16),
]


@LOUD
@pytest.mark.parametrize("recipe", HOSTILE)
@pytest.mark.parametrize("rate", [8_000, 384_000])
def test_strange_recipes_give_finite_sound(recipe, rate):
    pixels = np.random.default_rng(0).integers(0, 256, (recipe.rows, 5, 3), np.uint8)
    sample_count = recipe.sample_count(5, rate)
    sound = decode(
        Picture(pixels, recipe, Source(rate=rate, channels=2, sample_count=max(1, sample_count)))
    )
    assert sound.sample_count == max(1, sample_count)
    assert encode(sound, recipe, dtype=np.float32).pixels.shape[2] == 3


# --- bad inputs -----------------------------------------------------------------------------------


def refusal(error, task, *arguments, **options):
    with pytest.raises(error) as caught:
        task(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_unknown_names_are_refused():
    sound = noise(100)
    assert "'huge'" in refusal(RecipeError, encode, sound, "huge")
    assert "'good': use preview, standard, best" in refusal(
        PictureError, decode, encode(sound), quality="good"
    )


@pytest.mark.parametrize("dtype", ["int32", "bool", "complex64"])
def test_unknown_depths_are_refused(dtype):
    assert dtype in refusal(PictureError, encode, noise(100), dtype=np.dtype(dtype))


def test_a_broken_original_is_refused():
    picture = replace(encode(noise(100)), original=b"no sound at all")
    refusal(SoundError, decode, picture)


@pytest.mark.parametrize("factor", [2, 3])
def test_a_widened_picture_lasts_longer_and_a_padded_one_does_not(factor):
    picture = encode(music(1.0))
    pixels = np.repeat(picture.pixels, factor, axis=1)
    wider = decode(replace(picture, pixels=pixels), quality="preview")
    assert wider.sample_count == pytest.approx(factor * 44_100, abs=256 * factor)
    assert wider.samples[0, -44_100 // 2 : -44_100 // 4].any()
    padded = np.pad(picture.pixels, ((0, 0), (0, 200 * factor), (0, 0)))
    assert decode(replace(picture, pixels=padded), quality="preview").sample_count == 44_100


def test_a_reference_tells_how_long_a_resized_picture_without_metadata_is():
    rng = np.random.default_rng(0)
    sound = Sound(rng.uniform(-0.3, 0.3, 50_001), 44_100)
    image = Image.fromarray(encode(sound).pixels)
    small = np.asarray(image.resize((round(image.width * 0.7), 358), Image.Resampling.BICUBIC))
    again = decode(Picture(small, guessed=True), reference=sound, quality="preview")
    assert again.sample_count == sound.sample_count


@pytest.mark.parametrize(("black", "white"), [(0, 255), (-1, 1)])
def test_floats_of_another_range_are_taken_so(black, white):
    drawn = to_depth(
        encode(Sound(np.float32([np.sin(np.arange(20_000) / 9) / 3]), 44_100)).pixels, "float32"
    )
    meant = decode(Picture(drawn), quality="preview")
    floats = (drawn * (white - black) + black).astype(np.float32)
    with pytest.warns(EidophoneWarning, match=rf"the picture seem to be of {black}\.\.{white}"):
        heard = decode(Picture(floats), quality="preview")
    assert np.abs(heard.samples - meant.samples).max() < 1e-3
