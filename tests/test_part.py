"""Part: columns drawn alone are those of the whole, and altered ones change what is under them."""

import numpy as np
import pytest
import signals
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.errors import PictureError
from eidophone.picture.axis import hz_of_row, row_of_hz
from eidophone.picture.codec import decode_blocks, encode
from eidophone.picture.ink import value_of
from eidophone.picture.part import decode_part, encode_part, heard_part, repainted
from eidophone.picture.picture import Source
from eidophone.picture.recipe import PRESETS
from eidophone.sound.sound import Sound

RATE = 22_050
STANDARD = PRESETS["standard"]


def sounds(channels=1, seconds=3.0):
    return signals.music(seconds, channels, rate=RATE)


def pixel(level_db):
    """The pixel value of a level."""
    return round(255 * float(value_of(np.float32((level_db + 102) / 108), STANDARD)))


def row(hz):
    """The row of a picture, from its top, in which ``hz`` is."""
    return 511 - round(float(row_of_hz(hz, STANDARD)))


def put(sound, part):
    """The samples of ``sound`` with ``part`` in them."""
    samples = sound.samples.copy()
    samples[:, part.first : part.first + part.samples.shape[1]] = part.samples
    return samples


def decibels(ratio):
    return 10 * np.log10(max(float(ratio), 1e-30))


# --- drawn ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_columns_drawn_alone_are_those_of_the_whole_picture(channels, dtype):
    sound = sounds(channels)
    whole = encode(sound, dtype=dtype).pixels
    columns = whole.shape[1]
    for first, count in ((0, 1), (0, 40), (3, 100), (77, 300), (columns - 5, 5), (0, columns)):
        alone = encode_part(sound, STANDARD, first, count, dtype=dtype)
        assert np.array_equal(alone, whole[:, first : first + count])


def test_columns_after_the_last_are_black_in_the_end():
    sound = sounds(seconds=0.2)
    beyond = encode_part(sound, STANDARD, 100, 20)
    assert beyond.shape == (512, 20, 3)
    assert not beyond.any()


def test_a_part_of_a_mapped_file_reads_only_what_is_under_it(tmp_path):
    class Watched:
        rate = RATE
        shape = (1, 10_000_000)

        def __init__(self):
            self.asked = []

        @property
        def samples(self):
            return self

        def __len__(self):
            return 1

        def __getitem__(self, key):
            self.asked.append(key[1])
            return np.zeros((1, key[1].stop - key[1].start), np.float32)

    sound = Watched()
    encode_part(sound, STANDARD, 5_000, 10)
    (asked,) = sound.asked
    assert asked.stop - asked.start == 9 * 128 + 1024


# --- heard ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("quality", ["preview", "standard"])
def test_unaltered_columns_change_nothing(quality):
    sound = sounds(2)
    pixels = encode_part(sound, STANDARD, 50, 100)
    part = decode_part(sound, STANDARD, 50, pixels, quality=quality)
    assert part.samples.shape == (2, 0)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("quality", ["preview", "standard"])
def test_only_samples_under_altered_columns_change_and_without_a_step(channels, quality):
    sound = sounds(channels)
    pixels = encode_part(sound, STANDARD, 200, 100)
    pixels[row(2_000) - 20 : row(2_000), 30:70] = 0
    pixels[row(900) - 1 : row(900) + 2, 40:60] = 180
    part = decode_part(sound, STANDARD, 200, pixels, quality=quality)
    assert part.first == round(230.5 * 128) - 512
    assert part.samples.shape[1] == 39 * 128 + 1024
    change = put(sound, part) - sound.samples
    assert np.abs(change).max() > 0.01
    for end in (change[:, part.first :][:, :8], change[:, : part.first + part.samples.shape[1]]):
        assert np.abs(end[:, -8:]).max() < 1e-4  # -80 dB, and the windows end there


@pytest.mark.parametrize("quality", ["preview", "standard"])
def test_a_mono_sound_becomes_stereo_where_paint_has_a_place(quality):
    sound = sounds()
    pixels = encode_part(sound, STANDARD, 200, 100)
    rows = slice(row(6_000) - 2, row(6_000) + 3)
    pixels[rows, 30:70] = [200, 185, 0]
    part = decode_part(sound, STANDARD, 200, pixels, quality=quality, stereo=True)
    left, right = part.samples - sound.samples[:, part.first : part.first + part.samples.shape[1]]
    assert np.abs(left).max() > 0.05
    assert decibels((right**2).sum() / (left**2).sum()) < -20
    heard = heard_part(sound, STANDARD, 200, pixels, quality=quality, stereo=True)
    assert heard.samples.shape[0] == 2

    def paint(at, drawn):
        return pixels[:, at - 200 : at - 200 + drawn.shape[1]]

    blocks = repainted(sound, STANDARD, [(200, 300)], paint, quality=quality, stereo=True)
    whole = np.concatenate(list(blocks), axis=1)
    expected = put(Sound(np.repeat(sound.samples, 2, axis=0), RATE), part)
    assert np.array_equal(whole, expected)


@pytest.mark.parametrize(("first", "last"), [(0, 20), (480, 517)])
def test_the_ends_of_a_sound_can_be_altered(first, last):
    sound = sounds()
    pixels = encode_part(sound, STANDARD, first, last - first)
    assert encode(sound).pixels.shape[1] == 517
    pixels[:] = 0
    changed = put(sound, decode_part(sound, STANDARD, first, pixels, quality="standard"))
    inside = slice(0, 15 * 128) if first == 0 else slice(486 * 128, sound.sample_count)
    assert decibels((changed[:, inside] ** 2).mean()) < -95


@pytest.mark.parametrize("quality", ["preview", "standard"])
def test_what_is_painted_black_is_silent(quality):
    sound = sounds(2)
    pixels = np.zeros((512, 150, 3), np.uint8)
    changed = put(sound, decode_part(sound, STANDARD, 100, pixels, quality=quality))
    silent = changed[:, 105 * 128 : 245 * 128]
    assert decibels((silent**2).mean()) < -95


@settings(max_examples=8)
@given(hz=st.floats(300, 8_000), level_db=st.sampled_from([-40, -20, -6]))
def test_a_painted_line_sounds_at_its_hz_and_its_level(hz, level_db):
    silence = Sound(np.zeros(2 * RATE), RATE)
    tone = Sound(np.sin(2 * np.pi * hz * np.arange(2 * RATE) / RATE) * 10 ** (level_db / 20), RATE)
    pixels = encode_part(tone, STANDARD, 100, 100)  # drawn as a tone is drawn
    part = decode_part(silence, STANDARD, 100, pixels, quality="standard")
    heard = put(silence, part)[0, 110 * 128 : 190 * 128]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    found = np.argmax(spectrum) * RATE / len(heard)
    spacing = float(hz_of_row(row_of_hz(hz, STANDARD) + 1, STANDARD)) - hz
    assert abs(found - hz) < spacing
    assert abs(decibels(2 * (heard**2).mean()) - level_db) < 1.5


@pytest.mark.parametrize("channels", [1, 2])
def test_a_part_is_what_all_of_the_altered_picture_becomes(channels):
    sound = sounds(channels)
    before = encode(sound).pixels
    after = before.copy()
    after[row(2_500) - 30 : row(2_500), 250:300] = 0
    after[row(700) - 1 : row(700) + 2, 220:320] = pixel(-20)
    target = Source(rate=RATE, channels=channels, sample_count=sound.sample_count)
    whole = np.concatenate(
        list(decode_blocks([after], STANDARD, target, reference=sound, before=[before])), axis=1
    )
    part = decode_part(sound, STANDARD, 200, after[:, 200:340], quality="standard")
    changed = put(sound, part)
    assert decibels((whole**2).sum() / ((whole - changed) ** 2).sum()) > 100


def test_all_of_a_sound_is_the_original_but_for_what_was_painted():
    sound = sounds(2, 6.0)
    drawn = encode(sound).pixels
    painted = drawn.copy()
    painted[300:320, 100:120] = 0
    painted[300:320, 700:800] = 0
    asked = []

    def paint(first, before):
        asked.append((first, before.shape[1]))
        assert np.array_equal(before, drawn[:, first : first + before.shape[1]])
        return painted[:, first : first + before.shape[1]]

    blocks = repainted(sound, STANDARD, [(90, 130), (600, 900)], paint, quality="preview")
    heard = np.concatenate(list(blocks), axis=1)
    assert heard.shape == sound.samples.shape
    parts = [
        decode_part(sound, STANDARD, first, painted[:, first:last])
        for first, last in [(90, 130), (600, 900)]
    ]
    expected = sound.samples.copy()
    for part in parts:
        expected[:, part.first : part.first + part.samples.shape[1]] = part.samples
    assert sum(count for _, count in asked) == 340
    assert np.array_equal(heard, expected)


def test_runs_longer_than_a_stretch_are_one_piece():
    sound = sounds(1, 12.0)
    drawn = encode(sound).pixels

    def paint(first, before):
        after = before.copy()
        after[250:260] = 0
        return after

    count = drawn.shape[1]
    blocks = list(repainted(sound, STANDARD, [(0, count)], paint, quality="preview"))
    assert len(blocks) > 2
    heard = np.concatenate(blocks, axis=1)
    again = encode(Sound(heard, RATE)).pixels.astype(int)
    assert heard.shape == sound.samples.shape
    assert np.median(np.abs(again[:240] - drawn[:240])) == 0


@pytest.mark.parametrize(
    ("first", "shape"),
    [(-1, (512, 4, 3)), (515, (512, 4, 3)), (0, (100, 4, 3)), (0, (512, 0, 3)), (0, (512, 4, 4))],
)
def test_columns_that_the_sound_has_not_are_refused(first, shape):
    with pytest.raises(PictureError):
        decode_part(sounds(), STANDARD, first, np.zeros(shape, np.uint8))


def test_no_columns_are_refused():
    with pytest.raises(PictureError):
        encode_part(sounds(), STANDARD, -1, 4)
    with pytest.raises(PictureError):
        decode_part(sounds(), STANDARD, 0, np.zeros((512, 4, 3), np.uint8), quality="good")


def test_what_is_heard_alone_is_only_what_is_shown():
    time = np.arange(3 * RATE) / RATE
    low, high = (0.1 * np.sin(2 * np.pi * hz * time) for hz in (400, 3_000))
    sound = Sound(low + high, RATE)
    pixels = encode_part(sound, STANDARD, 200, 100)
    pixels[row(1_200) :] = 0  # and all that is before, and after
    part = decode_part(sound, STANDARD, 200, pixels, alone=True)
    assert part.first == round(200.5 * 128) - 512
    assert part.samples.shape[1] == 99 * 128 + 1024
    inner = slice(part.first + 2_000, part.first + part.samples.shape[1] - 2_000)
    left = part.samples[0, 2_000:-2_000] - high[inner]
    assert decibels((left**2).mean() / (high[inner] ** 2).mean()) < -40
    assert np.abs(part.samples[0, [0, -1]]).max() < 1e-4


def test_all_samples_under_columns_are_those_that_change_and_the_original():
    sound = sounds(2)
    pixels = encode_part(sound, STANDARD, 200, 60)
    heard = heard_part(sound, STANDARD, 200, pixels)
    under = slice(heard.first, heard.first + heard.samples.shape[1])
    assert under == slice(round(200.5 * 128) - 512, round(259.5 * 128) + 512)
    assert np.array_equal(heard.samples, sound.samples[:, under])
    pixels[200:240, 20:30] = 0
    part = decode_part(sound, STANDARD, 200, pixels)
    assert np.array_equal(
        heard_part(sound, STANDARD, 200, pixels).samples, put(sound, part)[:, under]
    )
