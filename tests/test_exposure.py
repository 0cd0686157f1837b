"""Exposure: quiet sounds drawn brighter, and as quiet as they were when they come back."""

import numpy as np
import pytest
from signals import music

from eidophone.base.errors import EidophoneError, EidophoneWarning, RecipeError
from eidophone.bridge.process import process
from eidophone.faces.cli import main
from eidophone.files.kinds import PICTURE_FORMATS
from eidophone.film.film import Film
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.films import decode_film_file, encode_film_file
from eidophone.jobs.pictures import encode_file
from eidophone.jobs.settings import Encoding, FilmDecoding, FilmEncoding
from eidophone.picture.codec import decode, encode
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.sound.sound import Sound

RATE = 22_050
STANDARD = PRESETS["standard"]


def quiet(db=-40.0, channels=1):
    sound = music(1.0, channels, rate=RATE)
    return Sound(sound.samples * 10 ** (db / 20), RATE)


def power_db(sound):
    return 10 * np.log10((sound.samples**2).mean())


@pytest.mark.parametrize("exposure", [-10, 0, 12.5, 30, "auto"])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_drawn_brighter_is_as_loud_as_before(exposure, channels):
    sound = quiet(channels=channels)
    again = decode(encode(sound, exposure=exposure, dtype=np.uint16), quality="preview")
    assert power_db(again) == pytest.approx(power_db(sound), abs=0.5)


def test_a_quiet_sound_exposed_is_the_picture_of_a_loud_one():
    loud, faint = encode(quiet(0)), encode(quiet(-30), exposure=30)
    assert np.abs(loud.pixels.astype(int) - faint.pixels).max() <= 1
    assert faint.recipe.top_db == STANDARD.top_db - 30
    assert encode(quiet(-30)).pixels.mean() < 0.7 * loud.pixels.mean()


def test_automatic_exposure_brings_the_loudest_near_the_top_whatever_it_was():
    brightest = [int(encode(quiet(db), exposure="auto").pixels.max()) for db in (-30, -13.3, 0)]
    wanted = 255 * ((STANDARD.range_db - 6) / STANDARD.range_db) ** STANDARD.gamma
    assert np.abs(np.array(brightest) - wanted).max() <= 4  # whole dB


def test_automatic_exposure_makes_nothing_darker_and_silence_no_brighter():
    assert encode(quiet(40), exposure="auto", dtype=np.float32).recipe == STANDARD
    assert encode(Sound(np.zeros(4000), RATE), exposure="auto").recipe == STANDARD
    assert encode(quiet(-90), exposure="auto").recipe.top_db == STANDARD.top_db - 60


@pytest.mark.parametrize("form", ["png", "png16", "tiff32"])
def test_what_is_all_but_black_is_said(tmp_path, form):
    def draw(sound, **how):
        sound.save(tmp_path / "a.wav", overwrite=True)
        how = Encoding(format=form, overwrite=True, **how)
        encode_file(tmp_path / "a.wav", tmp_path / f"a{PICTURE_FORMATS[form].suffix}", how)

    with pytest.warns(EidophoneWarning, match="all but black: `exposure` auto draws it"):
        draw(quiet(-45))
    draw(quiet(-20))  # warnings are errors
    draw(quiet(-45), exposure="auto")
    draw(Sound(np.zeros(4000), RATE))


def test_of_many_dark_pictures_two_lines_are_said(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    for number in range(4):
        quiet(-60).save(tmp_path / f"in/{number}.wav")
    assert main(["encode", str(tmp_path / "in"), str(tmp_path / "out"), "--jobs", "1"]) == 0
    one, all_others = capsys.readouterr().err.splitlines()
    assert one.startswith(f"note: {tmp_path / 'in/0.wav'}: the sound is so quiet")
    assert "--exposure auto" in one
    assert all_others.startswith("note: and 3 more: the sound is so quiet")


def test_a_dark_film_is_said_to_be_one_but_not_where_it_is_heard(tmp_path):
    quiet(-60).save(tmp_path / "a.wav")
    with pytest.warns(EidophoneWarning, match="all but black"):
        encode_film_file(tmp_path / "a.wav", tmp_path / "a.mkv", FilmEncoding(size=64))
    decode_film_file(tmp_path / "a.mkv", tmp_path / "b.wav", FilmDecoding())


def test_what_is_drawn_already_is_not_gone_through_again(tmp_path, monkeypatch):
    quiet().save(tmp_path / "a.wav")
    how = Encoding(exposure="auto", resume=True, size=64)
    made = encode_file(tmp_path / "a.wav", tmp_path / "a.png", how)
    monkeypatch.setattr("eidophone.jobs.drawing.exposed", None)
    assert encode_file(tmp_path / "a.wav", tmp_path / "a.png", how) == made
    made[0].unlink()
    with pytest.raises(TypeError):
        encode_file(tmp_path / "a.wav", tmp_path / "a.png", how)


@pytest.mark.parametrize("exposure", ["loud", "", 61, -61, float("nan"), True, None])
def test_no_exposure(exposure):
    with pytest.raises(RecipeError, match=r"`exposure` is .* auto or -60 to 60 dB"):
        encode(quiet(), exposure=exposure)
    with pytest.raises(EidophoneError, match="`exposure`"):
        Encoding(exposure=exposure)


def test_an_exposure_that_a_recipe_cannot_take():
    with pytest.raises(RecipeError, match="`top_db` is -90"):
        encode(quiet(), Recipe(top_db=-30), exposure=60)


@pytest.mark.parametrize("strip", [False, True])
def test_files_carry_it(tmp_path, strip):
    sound = quiet()
    sound.save(tmp_path / "a.wav")
    encode_file(tmp_path / "a.wav", tmp_path / "a.png", Encoding(exposure="auto", strip=strip))
    picture = Picture.load(tmp_path / "a.png")
    if strip:  # which says it alone
        picture.save(tmp_path / "b.bmp", strip=True)
        picture = Picture.load(tmp_path / "b.bmp")
    assert picture.recipe.top_db < STANDARD.top_db - 20
    assert power_db(decode(picture, quality="preview")) == pytest.approx(power_db(sound), abs=0.5)


def test_films_carry_it(tmp_path):
    sound = quiet()
    sound.save(tmp_path / "a.wav")
    how = FilmEncoding(exposure=25, kind="pages", size=64)
    encode_film_file(tmp_path / "a.wav", tmp_path / "a.mkv", how)
    assert Film.load(tmp_path / "a.mkv").facts.recipe.top_db == STANDARD.top_db - 25


def test_tools_see_it():
    sound, seen = quiet(), []

    def tool(pixels):
        seen.append(pixels.max())
        return pixels

    again = process(sound, tool, exposure="auto", size=64)
    assert np.array_equal(again.samples, sound.samples)
    assert max(seen) > 200


def test_a_collection_has_one():
    plan = DatasetPlan(exposure=20, size=64)
    assert plan.sized_recipe.top_db == STANDARD.top_db - 20
    with pytest.raises(EidophoneError, match="`exposure`"):
        DatasetPlan(exposure="auto")
