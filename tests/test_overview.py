"""Overviews and views: from afar a picture is the loudest of itself; near by it is itself."""

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from studio_server import until

from eidophone import Picture, Sound, encode
from eidophone.base.errors import EidophoneError, NotThereError
from eidophone.jobs.views.tiles import TILE_COLUMNS
from eidophone.jobs.views.views import Views
from eidophone.jobs.workspace.copies import Copies
from eidophone.jobs.workspace.folder import Workspace
from eidophone.picture.overview import levels_of, overviews, reduced
from eidophone.picture.recipe import PRESETS


def picture_of(columns, rows=3):
    return np.random.default_rng(columns).integers(0, 256, (rows, columns, 3), np.uint8)


@given(st.integers(1, 300), st.integers(1, 64), st.integers(1, 20))
def test_every_level_is_the_loudest_of_the_first(columns, size, least):
    pixels, levels = picture_of(columns), levels_of(columns, least)
    blocks = [pixels[:, first : first + size] for first in range(0, columns, size)]
    found = {level: [] for level in levels}
    for level, piece in overviews(blocks, levels):
        found[level].append(piece)
    for level in levels:
        whole = np.concatenate(found[level], axis=1)
        runs = [pixels[:, n : n + level].max(axis=1) for n in range(0, columns, level)]
        np.testing.assert_array_equal(whole, np.stack(runs, axis=1))
    assert whole.shape[1] <= least


def test_reduced_of_a_part_run():
    np.testing.assert_array_equal(reduced(picture_of(5), 4)[:, 1], picture_of(5)[:, 4])


@pytest.fixture
def shelf(tmp_path):
    class Shelf:
        workspace = Workspace(tmp_path / "Eidophone")
        told = []  # noqa: RUF012
        views = Views(tmp_path / "views", Copies(tmp_path / "copies"), told.append)

        def again(self):
            return Views(tmp_path / "views", Copies(tmp_path / "copies"), self.told.append)

        def sound(self, name="a.wav", *, seconds=1.0, rate=44_100, channels=2):
            noise = np.random.default_rng(1).normal(0, 0.05, (round(seconds * rate), channels))
            soundfile.write(self.workspace.folder / name, noise, rate, "FLOAT")
            return self.workspace.item(name)

    shelf = Shelf()
    yield shelf
    shelf.views.close()


def whole(view, level):
    """All tiles of a level, beside each other."""
    count = -(-view.shown.columns_at(level) // TILE_COLUMNS)
    tiles = [view.tile(level, index) for index in range(count)]
    assert all(is_whole for _, is_whole in tiles)
    return np.concatenate([pixels for pixels, _ in tiles], axis=1)


@pytest.mark.parametrize(
    ("rate", "channels", "recipe"),
    [(44_100, 2, "standard"), (48_000, 1, "compact"), (96_000, 2, "octaves"), (8_000, 1, "linear")],
)
def test_tiles_are_bit_for_bit_what_encode_draws(shelf, rate, channels, recipe):
    item = shelf.sound(seconds=14 if recipe != "compact" else 25, rate=rate, channels=channels)
    view = shelf.views.open(item, PRESETS[recipe], 3)
    pixels = encode(Sound.load(item.path), recipe, exposure=3).pixels
    assert pixels.shape[1] > 2 * TILE_COLUMNS
    np.testing.assert_array_equal(whole(view, 1), pixels)
    np.testing.assert_array_equal(whole(view, 4), reduced(pixels))


def test_levels_from_afar_are_made_in_the_background_and_kept(shelf):
    item = shelf.sound(seconds=30, channels=1)
    view = shelf.views.open(item)
    assert view.shown.levels == [1, 4, 16]
    until(lambda: view.done == 1)
    pixels = encode(Sound.load(item.path)).pixels
    np.testing.assert_array_equal(whole(view, 16), reduced(reduced(pixels)))
    done = [one.done for one in shelf.told]
    assert done
    again = shelf.again()
    kept = again.open(item)
    assert kept.done == 1
    assert kept.shown.id == view.shown.id
    np.testing.assert_array_equal(whole(kept, 16), whole(view, 16))
    again.close()


def test_what_is_not_made_yet_is_black_and_says_so(shelf):
    shelf.views.close()  # nothing is made
    view = shelf.views.open(shelf.sound(seconds=30, channels=1))
    pixels, is_whole = view.tile(16, 0)
    assert not pixels.any()
    assert not is_whole
    assert view.tile(1, 0)[1]


def test_the_same_item_drawn_the_same_is_the_same_view(shelf):
    item = shelf.sound()
    view = shelf.views.open(item)
    assert shelf.views.open(item) is view
    assert shelf.views.view(view.shown.id) is view
    assert shelf.views.open(item, exposure=1) is not view
    with pytest.raises(NotThereError):
        shelf.views.view("nothing")


def test_automatic_exposure_is_that_of_the_library(shelf):
    item = shelf.sound(seconds=30, channels=1)
    picture = encode(Sound.load(item.path), exposure="auto")
    view = shelf.views.open(item)
    until(lambda: view.done == 1)
    for one in (shelf.views.open(item, exposure="auto"), shelf.again().open(item, exposure="auto")):
        assert one.shown.recipe == picture.recipe
        assert one.shown.exposure_db == PRESETS["standard"].top_db - picture.recipe.top_db


def test_a_picture_is_shown_on_its_grid_whatever_its_size(shelf):
    sound = Sound(np.random.default_rng(1).normal(0, 0.1, (2, 300_000)), 48_000)
    drawn = encode(sound)
    drawn.save(shelf.workspace.folder / "a.png")
    view = shelf.views.open(shelf.workspace.item("a.png"))
    assert view.done == 1
    np.testing.assert_array_equal(whole(view, 1), drawn.pixels)
    np.testing.assert_array_equal(whole(view, 4), reduced(drawn.pixels))
    assert (view.shown.source.rate, view.shown.source.sample_count) == (48_000, 300_000)
    small = Picture(drawn.pixels[::2, ::2].copy(), drawn.recipe, drawn.source)
    small.save(shelf.workspace.folder / "small.png")
    view = shelf.views.open(shelf.workspace.item("small.png"))
    assert whole(view, 1).shape == drawn.pixels.shape


def test_what_has_nothing_to_see_says_so(shelf):
    (shelf.workspace.folder / "notes.txt").write_text("notes")
    with pytest.raises(EidophoneError, match="choose one"):
        shelf.views.open(shelf.workspace.item("notes.txt"))
