"""Recipe: values, presets, JSON, and what it refuses."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.errors import RecipeError
from eidophone.picture.recipe import PRESETS, Recipe

RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 88_200, 96_000, 192_000, 384_000]

quick = settings(max_examples=100)


def refusal(make, *arguments, **values):
    """The message with which a recipe is refused: one line."""
    with pytest.raises(RecipeError) as caught:
        make(*arguments, **values)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@st.composite
def recipes(draw):
    axis = draw(st.sampled_from(["mel", "octaves", "linear"]))
    window = draw(st.floats(0.001, 0.5))
    return Recipe(
        axis=axis,
        rows=draw(st.integers(16, 8192)),
        min_hz=draw(st.floats(1, 99)),
        max_hz=draw(st.floats(100, 400_000)),
        window_seconds=window,
        hop_seconds=draw(st.floats(max(1e-4, window / 32), window / 2)),
        top_db=draw(st.floats(-60, 60)),
        range_db=draw(st.floats(12, 200)),
    )


# --- what it says ---------------------------------------------------------------------------------


def test_the_standard_spans_96_db_below_full_scale_and_6_above():
    standard = PRESETS["standard"]
    assert (standard.top_db, standard.floor_db) == (6, -102)
    assert standard.square_seconds == pytest.approx(512 * 256 / 44_100)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_know_their_name(name):
    assert Recipe.named(name).name == name
    assert Recipe.resolve(name) is Recipe.resolve(PRESETS[name]) is PRESETS[name]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", PRESETS)
def test_the_axis_reaches_the_nyquist_frequency_of_sounds_above_48_khz(name, rate):
    recipe = PRESETS[name].for_rate(rate)
    if rate <= 48_000:
        assert recipe is PRESETS[name]
    else:
        assert recipe.max_hz >= rate / 2
        assert replace(recipe, max_hz=PRESETS[name].max_hz) == PRESETS[name]
    assert recipe.for_rate(rate) is recipe


def test_extended_octaves_keep_whole_rows_a_semitone():
    recipe = PRESETS["octaves"].for_rate(96_000)
    semitones = 12 * math.log2(recipe.max_hz / recipe.min_hz)
    assert recipe.rows / semitones == pytest.approx(round(recipe.rows / semitones))


@pytest.mark.parametrize("rows", [16, 100, 512, 1000, 8192])
def test_other_heights_last_as_long(rows):
    other = PRESETS["standard"].with_rows(rows)
    assert other.rows == rows
    assert other.square_seconds == pytest.approx(PRESETS["standard"].square_seconds)


@quick
@given(recipe=recipes(), columns=st.integers(1, 100_000), rate=st.sampled_from(RATES))
def test_the_frames_of_columns_take_those_columns(recipe, columns, rate):
    if recipe.hop_seconds * rate >= 1:  # else some columns share a sample
        assert recipe.columns(recipe.sample_count(columns, rate), rate) == columns


@quick
@given(recipe=recipes(), sample_count=st.integers(1, 10**9), rate=st.sampled_from(RATES))
def test_columns_cover_the_sound_and_no_more(recipe, sample_count, rate):
    hop = recipe.hop_seconds * rate
    columns = recipe.columns(sample_count, rate)
    assert (columns - 1) * hop < sample_count
    assert columns * hop > sample_count - 1  # the last sample lies in the last column


# --- JSON -----------------------------------------------------------------------------------------


@quick
@given(recipe=recipes())
def test_json_keeps_every_value(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_a_file_is_a_recipe(tmp_path):
    recipe = replace(PRESETS["fine"], name="mine", range_db=90.0)
    (tmp_path / "mine.json").write_text(recipe.to_json(), encoding="utf-8")
    assert Recipe.load(tmp_path / "mine.json") == recipe
    assert Recipe.resolve(str(tmp_path / "mine.json")) == recipe


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not valid JSON"),
        ("{", "not valid JSON"),
        ("[" * 60_000, "not valid JSON"),
        ("[]", "not list"),
        ("null", "not NoneType"),
        ("{}", "version None"),
        ('{"version": 2}', "version 2"),
        ('{"version": true}', "version True"),
        ('{"version": 1, "colour": 3}', "no 'colour'"),
        ('{"version": 1, "rows": "512"}', "'512'"),
        ('{"version": 1, "rows": 1e9}', "1000000000.0"),
        ('{"version": 1, "rows": 4000000}', "4000000"),
        ('{"version": 1, "max_hz": NaN}', "nan"),
        ('{"version": 1, "max_hz": 1e999}', "inf"),
        ('{"version": 1, "max_hz": 1' + 400 * "0" + "}", "max_hz"),
        ('{"version": 1, "axis": ["mel"]}', "axis"),
        ('{"version": 1, "name": {}}', "name"),
    ],
)
def test_other_json_is_refused(text, message):
    assert message in refusal(Recipe.from_json, text)


@pytest.mark.parametrize("text", ['{"version": 1, "%s": 1}', '{"version": "%s"}'])
def test_what_is_long_is_not_all_repeated(text):
    assert len(refusal(Recipe.from_json, text % ("9" * 5000))) < 400


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\xff\xfe\x00", "not valid JSON"), (b" " * 70_000, "too large"), (None, "cannot read")],
)
def test_other_files_are_refused(tmp_path, content, message):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    assert message in refusal(Recipe.load, path)


@pytest.mark.parametrize("name", ["", "Standard", "../x", "no\0.json", "missing.json"])
def test_names_of_no_recipe_are_refused(name):
    refusal(Recipe.named, name)


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"rows": 15}, "`rows` is 15: it must be 16 to 8192 rows"),
        ({"rows": 512.0}, "512.0"),
        ({"rows": True}, "True"),
        ({"axis": "bark"}, "'bark': it must be one of mel, octaves, linear"),
        ({"min_hz": -1}, "-1"),
        ({"min_hz": 3e4}, "30000.0 must be below max_hz"),
        ({"axis": "octaves", "min_hz": 0}, "at least 1 Hz"),
        ({"hop_seconds": 0.024}, "leaves gaps"),
        ({"hop_seconds": 0}, "`hop_seconds` is 0:"),
        ({"window_seconds": 9}, "`window_seconds` is 9:"),
        ({"window_seconds": "long"}, "'long'"),
        ({"range_db": 0}, "`range_db` is 0:"),
        ({"top_db": float("inf")}, "inf"),
        ({"name": 7}, "7"),
        ({"version": 3}, "version 3"),
    ],
)
def test_impossible_values_are_refused(values, message):
    assert message in refusal(Recipe, **values)


def test_whole_numbers_are_numbers():
    assert Recipe(top_db=6, max_hz=22_050) == Recipe(top_db=6.0, max_hz=22_050.0)
