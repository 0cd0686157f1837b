import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from eidophone import EidophoneWarning, Picture, Sound, encode
from eidophone.picture.content import (
    bands,
    find_bars,
    inside,
    shared_columns,
    shows_again,
    unpadded,
)
from eidophone.picture.fit import fitted_columns
from eidophone.picture.sequence import Cut

SOUNDS = Path(__file__).parent.parent / "sounds"


@pytest.fixture(scope="module")
def guitar():
    """The picture of a guitar, so many columns wide."""
    return encode(Sound.load(SOUNDS / "guit_em9.flac")).pixels[:, :1100]


def jpeg(pixels, quality):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def smaller(pixels):
    small = Image.fromarray(pixels).resize((384, 384), Image.Resampling.BICUBIC)
    return np.asarray(small.resize((512, 512), Image.Resampling.LANCZOS))


@pytest.mark.parametrize("overlap", [0.05, 0.125, 0.5, 0.9])
@pytest.mark.parametrize(
    "harm",
    [lambda pixels: pixels, lambda pixels: jpeg(pixels, 50), smaller],
    ids=["same", "jpeg", "smaller"],
)
def test_what_two_squares_share_is_found(guitar, overlap, harm):
    cut = Cut.squares(512, overlap)
    one, other = (harm(guitar[:, first : first + 512]) for first in (0, cut.step))
    assert shared_columns(one, other) == cut.width - cut.step


@pytest.mark.parametrize("name", ["guit_em9", "loop_safari", "loop_tabla", "perc_bell"])
def test_squares_that_only_follow_each_other_share_nothing(name):
    pixels = encode(Sound.load(SOUNDS / f"{name}.flac")).pixels
    squares = [pixels[:, first : first + 512] for first in range(0, pixels.shape[1], 512)]
    for one, other in pairwise(squares):
        assert shared_columns(one, other) == 0


def test_silence_and_what_never_changes_share_nothing():
    black = np.zeros((512, 512, 3), np.uint8)
    tone = black.copy()
    tone[200:210] = 200
    assert shared_columns(black, black) == shared_columns(tone, tone) == 0


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 90)])
@pytest.mark.parametrize("quality", [None, 85])
def test_bars_of_any_colour_are_told_from_the_picture(guitar, colour, quality):
    tall, wide = (np.empty((*size, 3), np.uint8) for size in ((1100, 1100), (512, 911)))
    tall[:], wide[:] = colour, colour
    tall[294:806] = guitar
    wide[:, 200:712] = guitar[:, :512]
    for padded, original in ((tall, guitar), (wide, guitar[:, :512])):
        seen = padded if quality is None else jpeg(padded, quality)
        found = inside(seen, original.shape[1] / original.shape[0])
        assert found.shape == original.shape
        assert np.abs(found.astype(int) - original).mean() < (1e-9 if quality is None else 6)


def test_bars_at_one_edge_only_are_found(guitar):
    below = np.concatenate([guitar, np.zeros((588, 1100, 3), np.uint8)])
    behind = np.concatenate([guitar[:, :512], np.full((512, 400, 3), 255, np.uint8)], axis=1)
    np.testing.assert_array_equal(inside(below, 1100 / 512), guitar)
    np.testing.assert_array_equal(inside(behind, 1), guitar[:, :512])


def test_what_is_part_of_a_picture_is_no_bar(guitar):
    assert inside(guitar, 1) is None
    assert inside(guitar, 3) is None
    assert inside(np.zeros((64, 64, 3), np.uint8), 2) is None
    assert find_bars(guitar).bottom == 0


def test_bars_are_counted():
    picture = np.random.default_rng(1).integers(0, 255, (50, 60, 3), dtype=np.uint8)
    framed = np.full((64, 90, 3), 40, np.uint8)
    framed[5:55, 10:70] = picture
    bars = find_bars(framed)
    assert (bars.top, bars.bottom, bars.left, bars.right) == (5, 9, 10, 20)


def padded(pixels, height, width, top, left, colour):
    framed = np.full((height, width, 3), colour, np.uint8)
    framed[top : top + len(pixels), left : left + pixels.shape[1]] = pixels
    return framed


def altered(picture, pixels, path):
    """The picture that a tool made, which keeps what the file says."""
    picture.save(path, overwrite=True)
    text = Image.open(path).text
    info = PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    Image.fromarray(pixels).save(path, pnginfo=info)
    return Picture.load(path)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 90)])
@pytest.mark.parametrize("seconds", [1, 5])
@pytest.mark.parametrize("size", [None, 400])
def test_a_picture_padded_to_a_square_is_the_picture(tmp_path, colour, seconds, size):
    sound = Sound.load(SOUNDS / "guit_em9.flac")
    picture = encode(Sound(sound.samples[:, : seconds * sound.rate], sound.rate))
    rows, columns = picture.pixels.shape[:2]
    side = max(rows, columns)
    square = padded(picture.pixels, side, side, (side - rows) // 2, (side - columns) // 2, colour)
    if size is not None:
        square = np.asarray(Image.fromarray(square).resize((size, size), Image.Resampling.LANCZOS))
    with pytest.warns(EidophoneWarning, match="the bars around them are left out"):
        loaded = altered(picture, square, tmp_path / "a.png")
    if size is None:
        np.testing.assert_array_equal(loaded.pixels, picture.pixels)
    assert loaded.width / loaded.height == pytest.approx(columns / rows, rel=0.01)
    assert fitted_columns(loaded) == pytest.approx(columns, rel=0.01)


@pytest.mark.parametrize("size", [400, 768])
@pytest.mark.parametrize("top", [0, 588])
def test_bars_at_one_edge_of_a_square_are_found_at_any_size(guitar, size, top):
    square = padded(guitar, 1100, 1100, top, 0, 0)
    square = np.asarray(Image.fromarray(square).resize((size, size), Image.Resampling.LANCZOS))
    found = unpadded(square, 512, 1100)
    assert found.shape[1] == size
    assert found.shape[0] == pytest.approx(512 / 1100 * size, abs=1)


def low(sound, hz=4000):
    """``sound`` without what is above ``hz``: its picture is black there."""
    spectrum = np.fft.rfft(sound.samples)
    spectrum[:, int(hz * sound.sample_count / sound.rate) :] = 0
    return Sound(np.fft.irfft(spectrum, sound.sample_count).astype(np.float32), sound.rate)


@pytest.mark.parametrize("zoom", [0.5, 1.5, 2])
def test_a_narrow_band_is_no_bar(zoom):
    picture = encode(low(Sound.load(SOUNDS / "guit_e_slide.flac")))
    for part in (0.3, 0.5, 0.9, 0.98):
        cut = picture.pixels[:, : round(part * picture.width)]
        size = round(cut.shape[1] * zoom), round(512 * zoom)
        cut = np.asarray(Image.fromarray(cut).resize(size, Image.Resampling.LANCZOS))
        assert unpadded(cut, 512, picture.width) is None


def test_nor_is_it_in_the_way_of_bars():
    pixels = encode(low(Sound.load(SOUNDS / "guit_e_slide.flac"))).pixels
    square = padded(pixels, 746, 746, 117, 0, 0)
    square = np.asarray(Image.fromarray(square).resize((400, 400), Image.Resampling.LANCZOS))
    np.testing.assert_array_equal(unpadded(square, 512, 746), square[63:338])


def test_a_picture_that_was_cut_has_no_bars(tmp_path):
    tone = np.sin(2 * np.pi * 200 / 44100 * np.arange(5 * 44100, dtype=np.float32))
    picture = encode(Sound(tone[None] / 2, 44100))
    for pixels in (picture.pixels[:, :400], picture.pixels[:, 300:700]):
        assert altered(picture, pixels, tmp_path / "a.png").pixels.shape == pixels.shape
    half = np.asarray(Image.fromarray(picture.pixels[:, :512]).resize((256, 256)))
    assert altered(picture, half, tmp_path / "a.png").pixels.shape == half.shape


# --- frames ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", [0, 3, 12])
@pytest.mark.parametrize("quality", [50, 95])
def test_what_moves_on_by_little_is_a_frame(guitar, move, quality):
    one, other = (jpeg(guitar[:, first : first + 256], quality) for first in (0, move))
    assert shows_again(bands(one), bands(other))


@pytest.mark.parametrize("name", ["guit_em9", "loop_safari", "loop_tabla", "ambi_choir"])
def test_squares_that_follow_each_other_are_no_frames(name):
    pixels = encode(Sound.load(SOUNDS / f"{name}.flac")).pixels
    squares = [bands(pixels[:, n : n + 256]) for n in range(0, pixels.shape[1] - 256, 192)]
    assert not any(shows_again(*pair) for pair in pairwise(squares))
    assert not shows_again(bands(np.zeros_like(pixels)), bands(np.zeros_like(pixels)))
