from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.errors import PictureError
from eidophone.picture.fit import fitted_columns, resized
from eidophone.picture.ink import power_of_pixels
from eidophone.picture.picture import Picture, Source, to_depth
from eidophone.picture.recipe import PRESETS
from eidophone.picture.sequence import Cut, Extent, join, rows_beside_strip
from eidophone.picture.sequence import place as place_extents
from eidophone.picture.several import Several
from eidophone.picture.strip import band_height

STANDARD = PRESETS["standard"]


def columns(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (512, count, 3), dtype=np.uint8)


def picture(pixels, first=0, sample_count=10**6, recipe=STANDARD, known=True):
    source = (
        Source(rate=44100, channels=2, sample_count=sample_count, first_column=first)
        if known
        else None
    )
    return Picture(pixels, recipe, source)


def place(pictures, overlap=0.0):
    return place_extents(map(Extent.of, pictures), overlap)


def joined_from(squares):
    return np.concatenate(list(join(squares, place(squares), squares[0].pixels.dtype)), axis=1)


@pytest.mark.parametrize("overlap", [0.0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("total", [1, 63, 64, 65, 200])
def test_squares_cover_every_column_and_are_square(total, overlap):
    pixels = columns(total)
    cut = Cut.squares(64, overlap)
    pieces = list(cut.apply([pixels[:, :50], pixels[:, 50:]] if total > 50 else [pixels], total))
    assert len(pieces) == cut.count(total)
    padded = np.zeros((512, pieces[-1][0] + 64, 3), np.uint8)
    padded[:, :total] = pixels
    for first, piece in pieces:
        assert piece.shape[1] == 64
        np.testing.assert_array_equal(piece, padded[:, first : first + 64])
    assert pieces[-1][0] + 64 == max(total, 64)
    assert [first for first, _ in pieces] == [where.first for where in cut.places(total)]


def test_without_padding_the_last_piece_is_what_is_left():
    pieces = list(Cut(40, 40).apply([columns(100)], 100))
    assert [(first, piece.shape[1]) for first, piece in pieces] == [(0, 40), (40, 40), (80, 20)]


@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.5])
def test_unaltered_squares_join_to_the_very_same_pixels(overlap):
    pixels = columns(1300)
    cut = Cut.squares(512, overlap).apply([pixels], 1300)
    joined = joined_from([picture(piece, first) for first, piece in cut])
    np.testing.assert_array_equal(joined, pixels)


def test_where_squares_overlap_one_fades_into_the_other():
    dark, light = np.full((512, 512, 3), 100, np.uint8), np.full((512, 512, 3), 200, np.uint8)
    squares = [picture(dark, 0), picture(light, 412)]
    joined = joined_from(squares)[0, :, 0].astype(int)
    assert joined[411] == 100
    assert joined[512] == 200
    assert joined[462] == pytest.approx(150, abs=1)
    assert (np.diff(joined) >= 0).all()


def test_pictures_that_know_nothing_follow_each_other_with_the_overlap_asked_for():
    squares = [picture(columns(512, seed), known=False) for seed in range(3)]
    assert [where.first for where in place(squares)] == [0, 512, 1024]
    assert [where.first for where in place(squares, 0.25)] == [0, 384, 768]


def test_a_missing_square_is_silence_and_a_new_sound_follows_the_one_before():
    squares = [picture(columns(512), first) for first in (0, 1024, 0)]
    placed = place(squares)
    assert [where.first for where in placed] == [0, 1024, 1536]
    joined = joined_from(squares)
    assert not joined[:, 512:1024].any()
    assert joined.shape[1] == 2048


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from([64, 40, 97]), st.sampled_from(["uint8", "uint16", "float32"])),
        min_size=2,
        max_size=4,
    ),
    st.sampled_from([0.0, 0.25, 0.5]),
)
def test_pictures_of_any_sizes_and_depths_are_joined_at_one_depth(kinds, overlap):
    recipe, grey = STANDARD.with_rows(64), np.float32(0.6)
    pictures = [
        Picture(to_depth(np.full((size, size, 3), grey), depth), recipe) for size, depth in kinds
    ]
    several = Several(pictures.copy, len(pictures), overlap=overlap)
    wanted = power_of_pixels(np.full((64, 1, 3), grey), recipe, 1).max()
    seen = []

    def columns(blocks, recipe, *_, **__):
        for block in blocks:
            seen.append(block.dtype)
            power = power_of_pixels(block, recipe, 1)
            np.testing.assert_allclose(10 * np.log10(power / wanted), 0, atol=0.3)
            yield block

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eidophone.picture.several.decode_blocks", columns)
        joined = list(several.made(quality="preview").blocks)
    assert len(set(seen)) == 1
    assert sum(block.shape[1] for block in joined) == 64 + (len(kinds) - 1) * (
        64 - round(64 * overlap)
    )


def test_a_fade_is_the_same_from_either_side():
    one, other = columns(64, 1) / np.float32(255), columns(64, 2) / np.float32(255)

    def faded(one, other):
        squares = [picture(one), picture(other, 32)]
        return joined_from(squares)

    back = faded(other[:, ::-1], one[:, ::-1])[:, ::-1]
    np.testing.assert_allclose(faded(one, other), back, atol=1e-6)


def test_a_fade_of_whole_numbers_is_rounded_and_not_cut():
    squares = [picture(np.full((512, 512, 3), 100, np.uint8)) for _ in range(2)]
    squares[1] = picture(np.full((512, 512, 3), 101, np.uint8), 412)
    joined = joined_from(squares)[0, :, 0]
    assert joined[:462].tolist() == [100] * 462
    assert joined[463:].tolist() == [101] * (412 + 512 - 463)


def test_two_pictures_of_the_same_place_are_two_sounds():
    squares = [picture(columns(512, seed)) for seed in range(2)]
    assert [where.first for where in place(squares)] == [0, 512]


def test_a_picture_inside_the_one_before_it_ends_nothing():
    squares = [picture(columns(512)), picture(columns(64), 128), picture(columns(64), known=False)]
    assert [where.first for where in place(squares)] == [0, 128, 512]


def test_a_sequence_that_begins_in_the_middle_begins_at_once():
    squares = [picture(columns(512), first) for first in (2048, 2560)]
    assert [where.first for where in place(squares)] == [0, 512]


def test_squares_of_another_size_last_as_long():
    squares = [picture(columns(512)[:256, :256], known=False) for _ in range(2)]
    assert [(where.first, where.columns) for where in place(squares)] == [(0, 512), (512, 512)]


def test_a_picture_that_nearly_has_its_shape_is_whole_and_a_shorter_one_was_cut():
    whole = STANDARD.columns(2 * 44_100, 44_100)
    cut = round(0.97 * whole)
    for width, wanted in [(whole - 2, whole), (cut, cut)]:
        half = picture(np.zeros((256, width // 2, 3), np.uint8), sample_count=2 * 44_100)
        assert fitted_columns(half) == pytest.approx(wanted, abs=1 if wanted < whole else 0)
        piece = replace(half, source=replace(half.source, first_column=100))
        assert fitted_columns(piece) == 2 * (width // 2)


def test_a_scaled_piece_of_a_sequence_has_the_columns_of_its_shape():
    """What it knows of the length is that of all pieces together."""
    recipe, half = STANDARD.with_rows(128), np.zeros((64, 64, 3), np.uint8)
    samples = recipe.sample_count(129, 44_100)
    whole = picture(half, 0, samples, recipe)
    assert fitted_columns(whole) == 129  # tools round sizes
    assert fitted_columns(picture(half, 64, samples, recipe)) == 128


def test_resizing_makes_nothing_brighter_or_darker_than_it_was():
    pixels = np.zeros((64, 64, 3), np.float32)
    pixels[:, 20:40] = 0.5
    again = resized(pixels, 100, 150)
    assert again.min() == 0
    assert again.max() == np.float32(0.5)


def test_pictures_of_two_recipes_are_refused_by_name():
    other = replace(PRESETS["compact"], name="other")
    with pytest.raises(PictureError, match="'standard' and 'other'"):
        place([picture(columns(512)), picture(columns(512), 512, recipe=other)])


@pytest.mark.parametrize(("size", "overlap"), [(8, 0), (9000, 0), (512, -0.1), (512, 0.95)])
def test_impossible_squares_are_refused(size, overlap):
    with pytest.raises(PictureError, match=str(overlap) if overlap else str(size)):
        Cut.squares(size, overlap)


@pytest.mark.parametrize("size", [128, 256, 384, 512, 768, 1024, 2048])
def test_a_square_with_its_strip_has_the_size_asked_for(size):
    rows = rows_beside_strip(size)
    assert rows + band_height(rows) == size


def test_where_no_strip_fits_the_next_size_is_named():
    with pytest.raises(PictureError, match="300 pixels: use 301"):
        rows_beside_strip(300)
