"""The margin strip: drawn, harmed in every way we promise to survive, and read again."""

import contextlib
import io
import itertools
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance
from scipy.ndimage import gaussian_filter

from eidophone.base.errors import PictureError, StripDamagedError
from eidophone.film.codec import encode_film
from eidophone.picture import strip
from eidophone.picture.strip import code, deciphering, finding, geometry, layout, report, tones
from eidophone.sound.sound import Sound

SIZES = [(512, 512), (512, 172), (512, 1500), (256, 256), (1024, 500)]
SMALL = [(512, 512), (512, 172), (256, 256)]
MESSAGE = b"a message of 20 byte"
KERNELS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
    "box": Image.Resampling.BOX,
}

_pictures = {}


def picture(height, width):
    """Spectrogram-like: smooth noise, harmonics that bend, silence, colours; right to the edges."""
    if (height, width) not in _pictures:
        rng = np.random.default_rng(height * width)
        field = sum(
            gaussian_filter(rng.standard_normal((height, width, 3), np.float32), (s, s, 0)) * s
            for s in (1, 4, 16)
        )
        x, y = np.arange(width), np.arange(height)[::-1, None]
        pitch = height / 30 * (1 + 0.2 * np.sin(x / 60))
        harmonics = sum(np.exp(-(((y - k * pitch) / 2) ** 2)) / k**0.3 for k in range(1, 12))
        values = 0.3 + 0.12 * field + 0.5 * harmonics[..., None] * [1.0, 0.9, 0.8]
        values[:, width // 3 : width // 3 + width // 10] = 0
        values[: height // 8] *= 0.1
        _pictures[height, width] = np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)
    return _pictures[height, width]


def image(pixels):
    return Image.fromarray(pixels)


def resize(across, down, kernel):
    def harm(pixels):
        size = round(pixels.shape[1] * across), round(pixels.shape[0] * down)
        return np.asarray(image(pixels).resize(size, kernel))

    return harm


def crop(left, top, right, bottom):
    def harm(pixels):
        height, width = pixels.shape[:2]
        rows = slice(int(top * height), height - int(bottom * height))
        return pixels[rows, int(left * width) : width - int(right * width)]

    return harm


def pad(left, top, right, bottom, colour):
    def harm(pixels):
        height, width = pixels.shape[:2]
        margins = (int(top * height), int(bottom * height)), (int(left * width), int(right * width))
        if colour == "edge":
            return np.pad(pixels, (*margins, (0, 0)), mode="edge")
        return np.pad(pixels, (*margins, (0, 0)), constant_values=colour)

    return harm


def tone(change):
    return lambda pixels: np.rint(255 * np.clip(change(pixels / 255), 0, 1)).astype(np.uint8)


def saturate(amount):
    return lambda pixels: np.asarray(ImageEnhance.Color(image(pixels)).enhance(amount))


def greyscale(pixels):
    return np.asarray(image(pixels).convert("L").convert("RGB"))


def jpeg(pixels):
    file = io.BytesIO()
    image(np.ascontiguousarray(pixels)).save(file, "JPEG", quality=75)
    return np.asarray(Image.open(file).convert("RGB"))


SCALES = {
    f"{across}x{down} {name}": resize(across, down, kernel)
    for (across, down), (name, kernel) in itertools.product(
        [(0.5, 0.5), (0.75, 0.75), (1.37, 1.37), (0.5, 1), (1, 0.5), (1.5, 0.7)], KERNELS.items()
    )
} | {
    "2x2": resize(2, 2, KERNELS["bicubic"]),
    "square": lambda p: np.asarray(image(p).resize((512, 512), KERNELS["bicubic"])),
}
CUTS = {
    "crop all": crop(0.05, 0.05, 0.05, 0.05),
    "crop bottom": crop(0, 0, 0, 0.05),
    "crop top": crop(0, 0.05, 0, 0),
    "crop a sliver of the top": crop(0, 0.004, 0, 0),
    "crop left": crop(0.05, 0, 0, 0),
    "crop unevenly": crop(0.013, 0.027, 0.041, 0.033),
    **{f"pad all {c}": pad(0.05, 0.05, 0.05, 0.05, c) for c in (0, 128, 255, "edge")},
    "pad unevenly": pad(0, 0.03, 0.05, 0.02, 255),
}
TURNS = {
    **{f"rotate {90 * turns}": lambda p, turns=turns: np.rot90(p, turns) for turns in (1, 2, 3)},
    "mirror": lambda p: p[:, ::-1],
    "upside down": lambda p: p[::-1],
    "transpose": lambda p: p.transpose(1, 0, 2),
}
TONES = {
    **{f"gamma {g}": tone(lambda x, g=g: x**g) for g in (0.7, 0.85, 1.2, 1.4)},
    **{f"contrast {c}": tone(lambda x, c=c: 0.5 + (x - 0.5) * c) for c in (0.7, 1.3)},
    **{f"brightness {b}": tone(lambda x, b=b: x + b) for b in (-0.15, 0.15)},
    **{f"exposure {b}": tone(lambda x, b=b: x * b) for b in (0.85, 1.15)},
    "red gain": tone(lambda x: x * [0.7, 1, 1]),
    "yellowed": tone(lambda x: x * [1, 0.95, 0.7]),
    "orange overlay": tone(lambda x: 0.85 * x + 0.15 * np.array([1, 0.4, 0])),
    "blue overlay": tone(lambda x: 0.85 * x + 0.15 * np.array([0, 0, 1])),
    "saturation 0.6": saturate(0.6),
    "saturation 1.4": saturate(1.4),
}


def harmed(size, *harms, message=MESSAGE):
    pixels = strip.draw_strip(picture(*size), message)
    for harm in harms:
        pixels = harm(pixels)
    return pixels


def as_float(pixels):
    return pixels if pixels.dtype == np.float32 else pixels / np.float32(255)


def rms(a, b):
    """Root mean square difference, in steps of 8 bits."""
    return 255 * float(np.sqrt(np.mean((as_float(a) - as_float(b)) ** 2)))


# Drawing


@pytest.mark.parametrize("size", SIZES)
def test_draw_keeps_the_picture_in_one_piece(size):
    pixels = picture(*size)
    canvas = strip.draw_strip(pixels, MESSAGE)
    height, width = size
    assert canvas.shape == (
        height + strip.band_height(height),
        max(width, strip.min_width(len(MESSAGE))),
        3,
    )
    corner = [
        top
        for top in range(strip.band_height(height))
        if (canvas[top : top + height, :width] == pixels).all()
    ]
    assert len(corner) == 1
    assert not canvas[corner[0] : corner[0] + height, width:].any()


def test_the_strip_is_thin():
    assert strip.band_height(512) <= 0.11 * 512
    assert strip.band_height(1024) <= 0.11 * 1024
    assert all(strip.band_height(height) < 64 for height in (1, 60, 256))


def test_longer_messages_never_need_less_width():
    widths = [strip.min_width(length) for length in range(1, 65)]
    assert widths == sorted(widths)
    assert widths[19] < 512  # an ordinary message fits a square


# Unharmed


@settings(max_examples=25)
@given(
    message=st.binary(min_size=1, max_size=64),
    height=st.integers(1, 200),
    width=st.integers(1, 1200),
    dtype=st.sampled_from(["uint8", "uint16", "float32"]),
)
def test_unharmed_pictures_come_back_exact(message, height, width, dtype):
    rng = np.random.default_rng(height * width)
    pixels = (rng.random((height, width, 3)) * (1 if dtype == "float32" else 255)).astype(dtype)
    reading = strip.read_strip(strip.draw_strip(pixels, message))
    assert reading.message == message
    assert reading.damage == "none"
    assert reading.pixels.dtype == pixels.dtype
    np.testing.assert_array_equal(reading.pixels, pixels)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 7, 12, 19, 31, 46, 57, 63, 64])
def test_short_and_long_messages_survive_jpeg(length):
    message = bytes(range(255, 255 - length, -1))
    assert strip.read_strip(jpeg(harmed((256, 256), message=message))).message == message


@pytest.mark.parametrize("message", [bytes(64), b"\xff" * 64])
def test_dull_messages_survive(message):
    half = resize(0.5, 0.5, KERNELS["bicubic"])
    assert strip.read_strip(jpeg(harmed((512, 512), half, message=message))).message == message


@pytest.mark.parametrize("value", [0, 255])
@pytest.mark.parametrize("size", SMALL)
def test_blank_pictures_survive(size, value):
    canvas = strip.draw_strip(np.full((*size, 3), value, np.uint8), MESSAGE)
    reading = strip.read_strip(jpeg(resize(0.6, 0.6, KERNELS["bicubic"])(canvas)))
    assert reading.message == MESSAGE
    assert abs(255 * float(np.median(reading.pixels)) - value) < 2


def test_sixteen_bits_and_floats_survive_scaling():
    for dtype, white in (("uint16", 65_535), ("float32", 1)):
        canvas = strip.draw_strip((picture(256, 256) / 255 * white).astype(dtype), MESSAGE)
        reading = strip.read_strip(canvas[:-5, 9:])
        assert reading.message == MESSAGE
        assert reading.pixels.dtype == dtype
        np.testing.assert_array_equal(
            reading.pixels[:, 9:], (picture(256, 256) / 255 * white).astype(dtype)[:, 9:]
        )


# Geometry


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("size", SMALL)
def test_scaling_is_undone_as_well_as_when_it_is_known(size, name):
    canvas = harmed(size)
    scaled = SCALES[name](canvas)
    reading = strip.read_strip(scaled)
    assert reading.message == MESSAGE
    assert reading.pixels.shape == (*size, 3)
    assert "scaled" in reading.damage
    back = image(scaled).resize(canvas.shape[1::-1], KERNELS["lanczos"])
    top = next(t for t in range(9) if (canvas[t : t + size[0], : size[1]] == picture(*size)).all())
    known = np.asarray(back)[top : top + size[0], : size[1]]
    assert rms(reading.pixels, picture(*size)) < rms(known, picture(*size)) * 1.12 + 0.05  # 1 dB


@pytest.mark.parametrize("size", SIZES)
def test_scaled_jpegs_of_every_size_are_read(size):
    for name in ("0.5x0.5 bilinear", "0.75x0.75 box", "1.5x0.7 lanczos", "square"):
        reading = strip.read_strip(jpeg(harmed(size, SCALES[name])))
        assert reading.message == MESSAGE, name
        assert reading.pixels.shape == (*size, 3)


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("size", SIZES)
def test_what_a_crop_leaves_is_exact_and_in_place(size, name):
    pixels = picture(*size)
    reading = strip.read_strip(harmed(size, CUTS[name]))
    assert reading.message == MESSAGE
    assert reading.pixels.dtype == np.uint8
    assert reading.pixels.shape == pixels.shape
    left = np.flatnonzero(reading.pixels.any(axis=(0, 2)))
    kept = np.flatnonzero(reading.pixels.any(axis=(1, 2)))
    part = np.s_[kept[0] : kept[-1] + 1, left[0] : left[-1] + 1]
    np.testing.assert_array_equal(reading.pixels[part], pixels[part])
    share = pixels[part].shape[0] / size[0], pixels[part].shape[1] / size[1]
    least = 0.85 if "crop" in name and size[1] > 436 else 0.7 if "crop" in name else 1
    assert min(share) >= least


@pytest.mark.parametrize("name", TURNS)
@pytest.mark.parametrize("size", SIZES)
def test_turned_pictures_come_back_exact(size, name):
    reading = strip.read_strip(harmed(size, TURNS[name]))
    assert reading.message == MESSAGE
    assert reading.damage != "none"
    np.testing.assert_array_equal(reading.pixels, picture(*size))


# Tones


@pytest.mark.parametrize("name", TONES)
@pytest.mark.parametrize("size", SMALL)
def test_tones_are_restored(size, name):
    pixels = picture(*size)
    changed = TONES[name](pixels)
    reading = strip.read_strip(harmed(size, TONES[name]))
    assert reading.message == MESSAGE
    assert reading.damage != "none"
    middle = ((pixels > 51) & (pixels < 204) & (changed > 4) & (changed < 251)).all(axis=2)
    assert rms(reading.pixels[middle], pixels[middle]) < 1.5 < rms(changed[middle], pixels[middle])


@pytest.mark.parametrize("name", TONES)
def test_tones_are_restored_from_small_jpegs(name):
    half = resize(0.5, 0.5, KERNELS["bicubic"])
    reading = strip.read_strip(jpeg(harmed((512, 512), half, TONES[name])))
    plain = strip.read_strip(jpeg(harmed((512, 512), half)))
    assert reading.message == MESSAGE
    smooth = [gaussian_filter(as_float(r.pixels), (9, 9, 0)) for r in (reading, plain)]
    middle = ((smooth[1] > 0.2) & (smooth[1] < 0.7)).all(axis=2)
    assert rms(smooth[0][middle], smooth[1][middle]) < 4


@pytest.mark.parametrize("size", SIZES)
def test_jpeg_alone_changes_no_tones(size):
    canvas = harmed(size)
    top = next(t for t in range(9) if (canvas[t : t + size[0], : size[1]] == picture(*size)).all())
    compressed = jpeg(canvas)
    reading = strip.read_strip(compressed)
    assert reading.message == MESSAGE
    np.testing.assert_array_equal(reading.pixels, compressed[top : top + size[0], : size[1]])


def test_black_stays_black_under_more_contrast():
    reading = strip.read_strip(harmed((512, 512), TONES["contrast 1.3"]))
    assert not reading.pixels[(picture(512, 512) == 0).all(axis=2)].any()


@pytest.mark.parametrize("size", SMALL)
def test_greyscale_keeps_message_and_geometry(size):
    reading = strip.read_strip(jpeg(greyscale(harmed(size, CUTS["pad unevenly"]))))
    assert reading.message == MESSAGE
    assert "greyscale" in reading.damage
    assert reading.pixels.shape == (*size, 3)
    assert rms(reading.pixels, greyscale(picture(*size))) < 6


def test_damage_is_named():
    harms = resize(0.75, 0.75, KERNELS["bicubic"]), CUTS["crop left"], TONES["gamma 1.4"]
    damage = strip.read_strip(harmed((512, 512), *harms, np.rot90)).damage
    for word in ("scaled 0.75×", "rotated", "gamma ≈1.4", "cropped 4.9 % left"):
        assert word in damage


# Together


@pytest.mark.parametrize("seed", range(40))
def test_one_change_of_geometry_one_of_tones_and_jpeg(seed):
    rng = np.random.default_rng(seed)
    size = SIZES[rng.integers(len(SIZES))] if seed % 8 == 0 else SMALL[rng.integers(len(SMALL))]
    geometry = list((SCALES | CUTS | TURNS).values())
    tones = [*TONES.values(), greyscale]
    harms = geometry[rng.integers(len(geometry))], tones[rng.integers(len(tones))], jpeg
    message = rng.bytes(rng.integers(1, 65))
    reading = strip.read_strip(harmed(size, *harms, message=message))
    assert reading.message == message
    assert reading.pixels.shape == (*size, 3)


def test_a_piece_of_a_long_picture_is_put_in_its_place():
    pixels = picture(256, 6000)
    reading = strip.read_strip(strip.draw_strip(pixels, MESSAGE)[:, 3001:5205])
    assert reading.message == MESSAGE
    np.testing.assert_array_equal(reading.pixels[:, 3001:5205], pixels[:, 3001:5205])
    assert not reading.pixels[:, :3001].any()
    assert not reading.pixels[:, 5205:].any()


@pytest.mark.parametrize("harms", [(), (jpeg,), (resize(0.6, 0.8, KERNELS["bicubic"]), jpeg)])
def test_the_clock_of_a_very_wide_picture_is_found_by_a_part_of_it(monkeypatch, harms):
    monkeypatch.setattr(finding, "_MOST_WIDTH", 700)
    reading = strip.read_strip(harmed((512, 3000), *harms))
    assert reading.message == MESSAGE
    assert reading.pixels.shape == (512, 3000, 3)


def calls(work):
    """How many functions ``work`` calls: what takes time here, on any machine."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    work()  # what is compiled or kept is so by now
    earlier = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(earlier)
    return count


def test_reading_is_quick():
    canvas = np.rot90(harmed((512, 2048)), 2)
    assert calls(lambda: strip.read_strip(canvas)) < 10_000


# No strip


def _noise():
    return np.random.default_rng(0).integers(0, 256, (3000, 4000, 3), dtype=np.uint8)


def _bars(period):
    bars = np.tile(np.arange(1200) % period < period / 2, (600, 1))
    return np.repeat(np.uint8(255) * bars[..., None], 3, axis=2)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_noise, id="noise"),
        pytest.param(lambda: picture(512, 2048), id="spectrogram"),
        pytest.param(lambda: np.zeros((512, 512, 3), np.uint8), id="black"),
        pytest.param(lambda: np.full((512, 512, 3), 255, np.uint8), id="white"),
        pytest.param(lambda: np.zeros((1, 1, 3), np.float32), id="pixel"),
        pytest.param(lambda: _bars(8), id="fine bars"),
        pytest.param(lambda: _bars(20), id="bars"),
        pytest.param(
            lambda: _bars(8) ^ _bars(8).transpose(1, 0, 2)[:600, :600].repeat(2, 1), id="tiles"
        ),
    ],
)
def test_pictures_without_a_strip_are_told_quickly(make):
    pixels = make()
    assert calls(lambda: strip.read_strip(pixels)) < 150_000
    assert strip.read_strip(pixels) is None


def test_many_fences_are_no_strips():
    """A clock above random modules is not yet a strip."""
    rng = np.random.default_rng(1)
    for _ in range(30):
        pixels = rng.integers(0, 256, (300, 600, 3), dtype=np.uint8)
        modules = rng.integers(0, 2, (4, 150), dtype=np.uint8)
        modules[0] = np.arange(150) % 2
        pixels[260:276] = 255 * modules.repeat(4, 0).repeat(4, 1)[..., None]
        assert strip.read_strip(pixels) is None


# Damaged, hostile, wrong


def test_a_strip_that_cannot_be_read_is_an_error():
    canvas = harmed((512, 512))
    clock = 512 + 4
    canvas[clock : clock + 16, 200:230] = 255
    with pytest.raises(StripDamagedError, match="damaged") as error:
        strip.read_strip(canvas)
    assert "\n" not in str(error.value)
    assert isinstance(error.value, PictureError)


def test_a_strip_that_claims_a_vast_picture_is_refused():
    modules = np.vstack(
        [(np.arange(500) + 1) % 2, code.tracks(code.Body(65_000, 65_000, b"!"), 500)]
    )
    pixels = np.zeros((300, 2000, 3), np.uint8)
    pixels[270:286] = 255 * modules.repeat(4, 0).repeat(4, 1)[..., None]
    with pytest.raises(StripDamagedError, match="65000x65000"):
        strip.read_strip(pixels)


def _stripes(rng):
    """Stripes of any period and brightness, on some of the rows or the columns."""
    height, width = rng.integers(1, 300, 2)
    wave = np.sin(2 * np.pi * np.arange(width) / rng.uniform(2, 100) + rng.uniform(0, 7))
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[rng.integers(height) :] = 255 * (wave > rng.uniform(-1, 1))[:, None]
    if rng.random() < 0.3:
        pixels = pixels * np.float32(10.0 ** rng.integers(-30, 31))
    return np.rot90(pixels, rng.integers(4))


def _spoilt(rng):
    """A picture with a strip after two of the worst that can happen to it."""
    height, width = rng.integers(1, 200, 2)
    pixels = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    canvas = strip.draw_strip(pixels, bytes(rng.integers(1, 20)))
    for _ in range(2):
        high, wide = canvas.shape[:2]
        match rng.integers(6):
            case 0:
                canvas = crop(*rng.uniform(0, 0.4, 4))(canvas)
            case 1:
                canvas = rng.integers(0, 256, (256, 3), dtype=np.uint8)[canvas, np.arange(3)]
            case 2:
                canvas[rng.integers(high) :, rng.integers(wide) :] = rng.integers(256)
            case 3:
                canvas[..., rng.integers(3)] = canvas[..., rng.integers(3)]
            case 4:
                canvas = np.uint8(255) * (canvas > rng.integers(256))
            case 5:
                canvas[-rng.integers(1, 12) :] = rng.integers(256)
    return canvas


@pytest.mark.parametrize("make", [_stripes, _spoilt])
def test_whatever_a_picture_shows_is_read_or_refused(make):
    for seed in range(60):
        with contextlib.suppress(StripDamagedError), np.errstate(all="raise", under="ignore"):
            strip.read_strip(make(np.random.default_rng(seed)))


def test_a_strip_whose_tracks_are_gone_is_refused():
    canvas = harmed((512, 512))
    (clock, *_) = finding.find_clocks(canvas)
    cipher, _ = deciphering.decipher(canvas, clock)
    plan = layout.StripLayout(512, 512, len(MESSAGE))
    with pytest.raises(StripDamagedError, match="cannot be told"):
        geometry.locate(np.zeros_like(canvas), cipher, plan)


def test_a_strip_claims_no_more_pixels_than_a_picture_may_have(monkeypatch):
    canvas = resize(0.5, 0.5, KERNELS["bicubic"])(harmed((512, 512)))
    assert strip.read_strip(canvas).pixels.shape == (512, 512, 3)
    monkeypatch.setattr("eidophone.picture.strip.reading.MAX_PICTURE_PIXELS", 512 * 512)
    with pytest.raises(StripDamagedError, match="512x512"):
        strip.read_strip(canvas)


def test_very_wide_pictures_are_looked_at_in_parts(monkeypatch):
    canvas = harmed((256, 256))
    whole = finding.find_clocks(canvas)
    monkeypatch.setattr(finding, "_VALUES_AT_ONCE", 1000)
    assert finding.find_clocks(canvas) == whole


def test_a_colour_that_is_lost_stays_lost():
    canvas = harmed((256, 256))
    canvas[..., 1] = canvas[..., 0]
    before, after = picture(256, 256), strip.read_strip(canvas).pixels
    np.testing.assert_array_equal(after[..., ::2], before[..., ::2])


def test_tones_that_became_black_have_a_name():
    words = report.describe_tones(tones.Tones(np.zeros((3, 49)), None, False, 0.0))
    assert words == ["tones changed (by up to 255/255)"]


@pytest.mark.parametrize("length", [0, 69])
def test_messages_of_impossible_length_are_refused(length):
    with pytest.raises(PictureError, match=f"{length}"):
        strip.draw_strip(picture(256, 256), bytes(length))


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.zeros((9, 9), np.uint8), "9, 9"),
        (np.zeros((9, 9, 4), np.uint8), "9, 9, 4"),
        (np.zeros((9, 9, 3), np.float64), "float64"),
        (np.full((9, 9, 3), np.nan, np.float32), "NaN"),
        (np.zeros((0, 9, 3), np.uint8), "9x0"),
    ],
)
def test_what_is_no_picture_is_refused(pixels, words):
    with pytest.raises(PictureError, match=words):
        strip.draw_strip(pixels, MESSAGE)


def test_pictures_too_wide_are_refused():
    with pytest.raises(PictureError, match="65536"):
        strip.draw_strip(np.zeros((1, 65_536, 3), np.uint8), MESSAGE)


def test_the_widest_picture_is_read():
    pixels = np.zeros((16, 65_535, 3), np.uint8)
    assert strip.read_strip(strip.draw_strip(pixels, b"x")).pixels.shape == pixels.shape


# --- by themselves --------------------------------------------------------------------------------


def test_a_curve_passes_strays_by():
    true = np.repeat(np.linspace(0, 1, 30), 4)
    seen = true**1.3 + np.random.default_rng(0).normal(0, 0.002, true.shape)
    seen[[40, 41, 70]] = 1, 0.9, 0
    assert np.abs(tones._curve(true, seen) - tones.KNOTS**1.3).max() < 0.01


def test_what_was_clipped_comes_back_halfway_to_white():
    knot = tones.KNOTS[36]
    curve = np.minimum(tones.KNOTS / knot, 1)
    seen = np.array([0, 0.25, 0.5, 1])
    found = tones._inverse(seen, curve)
    assert found == pytest.approx([0, 0.25 * knot, 0.5 * knot, (1 + knot) / 2], abs=1e-9)


@pytest.mark.parametrize("of", ["rows", "columns"])
def test_what_is_cut_off_is_black(of):
    view = np.ones((20, 30, 3), np.float32)
    here, moved = geometry.Line(1, 0), geometry.Line(1, -6)
    layout = SimpleNamespace(height=20, width=30)
    x, y = (here, moved) if of == "rows" else (moved, here)
    found = geometry._resample(view, x, y, layout)
    wanted = np.ones_like(view)
    wanted[(slice(6),) if of == "rows" else (slice(None), slice(6))] = 0
    np.testing.assert_allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("kind", ["pages", "scroll", "instants"])
@pytest.mark.parametrize("size", [64, 200])
def test_frames_of_films_without_a_strip_have_none(kind, size):
    """Means of nothing, and fits through too little, once were errors of NumPy."""
    sound = Sound(0.2 * np.sin(np.cumsum(np.linspace(0.01, 1, 30_000))), 44_100)
    frames = [frame.pixels for frame in encode_film(sound, kind, size=size, fps=10).frames()]
    assert frames
    assert [strip.read_strip(frame) for frame in frames] == [None] * len(frames)
