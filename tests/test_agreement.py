"""Agreement: an original agrees with its picture but for noise, and it is known whose that is."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from eidophone.picture.agreement import agreement

SHAPE = (256, 512)
SAME = 0.43


def noise(db, columns_apart=0.0, rows_apart=2.0, seed=0):
    """So many dB, going on for so many columns and rows."""
    rng = np.random.default_rng(seed)
    found = gaussian_filter(rng.standard_normal(SHAPE), (columns_apart, rows_apart))
    return (found * db / found.std()).astype(np.float32)


#: As a sound moves, whose windows overlap eight times.
LEVELS = np.maximum(40 + noise(8, 3, seed=1), 1)


def met(change, levels=LEVELS):
    """The agreement of a picture that differs by ``change`` ``[columns, rows]`` dB."""
    seen = np.maximum(levels + change, 0)
    return agreement(seen[None], levels[None], SAME)


def share(cells):
    return np.count_nonzero(cells) / cells.size


@pytest.mark.parametrize("db", [0.5, 1, 2])
def test_what_jumps_from_column_to_column_is_the_noise_of_the_picture(db):
    found = met(noise(db))
    assert share(found.cells) > 0.9
    assert found.copied[found.cells].mean() < 0.1


@pytest.mark.parametrize("db", [0.5, 1])
def test_what_moves_as_sound_does_is_the_noise_of_a_copy(db):
    found = met(noise(db, 3))
    assert share(found.cells) > 0.8
    assert found.copied[found.cells].mean() > 0.9


@pytest.mark.parametrize("db", [2, 4])
def test_a_poor_copy_is_left_out(db):
    assert share(met(noise(db, 3)).cells) < 0.02


def test_a_copy_of_which_most_is_poor_is_left_out_but_for_what_is_the_same():
    change = noise(4, 3)
    change[:100] *= 0.25
    assert not met(change).cells.any()
    change[:100] = 0
    found = met(change).cells
    assert found[:80].all()
    assert share(found[130:]) < 0.02


def test_a_poor_copy_is_no_better_where_the_picture_is_noisy_too():
    assert share(met(noise(1.5) + noise(1, 3, seed=2)).cells) > 0.8
    uneven = noise(4, 3, seed=2)
    uneven[:, :150] *= 0.2
    assert share(met(noise(1.5) + uneven).cells) < 0.02


@pytest.mark.parametrize("picture_db", [0, 1.5])
def test_another_sound_is_not_agreed_with(picture_db):
    other = np.maximum(40 + noise(8, 3, seed=3), 1)
    assert share(met(other - LEVELS + noise(picture_db)).cells) < 0.02


def test_what_was_painted_is_told_from_the_noise_around_it():
    change = noise(1.5)
    change[100:160, 200:300] += 9
    found = met(change).cells
    assert share(found[110:150, 210:290]) < 0.02
    assert share(found[:60]) > 0.9


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_few_columns_are_few(columns):
    levels = np.ones((3, columns, 512), np.float32)
    assert agreement(levels, levels, SAME).cells.shape == (columns, 512)


def test_silence_agrees_with_silence():
    nothing = np.zeros((1, *SHAPE), np.float32)
    assert agreement(nothing, nothing, SAME).cells.all()
