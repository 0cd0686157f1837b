"""Mix: how much of each parent there is, of what, and when."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidophone.base.errors import MorphError
from eidophone.morphing.mix import ASPECTS, Mix

BEGINNING, MIDDLE, END = np.array([0.0]), np.array([0.5]), np.array([1.0])


def weights(text, parents=2, aspect="timbre", moments=BEGINNING, curve="linear"):
    return Mix.parse(text, parents, curve).at(aspect, moments)[:, 0].tolist()


@pytest.mark.parametrize(
    "text", ["0.3", ".3", " 0.3 ", "30%", "30 %", " 30 % ", "3e-1", "+0.3", "0.7,0.3", "70 %, 30 %"]
)
def test_one_number_is_how_much_there_is_of_the_second(text):
    for aspect in ASPECTS:
        assert weights(text, aspect=aspect) == pytest.approx([0.7, 0.3])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0.1,0.2,0.3,0.4", [0.1, 0.2, 0.3, 0.4]),
        ("10%, 20%, 30%, 40%", [0.1, 0.2, 0.3, 0.4]),
        ("1,1,1", [1 / 3, 1 / 3, 1 / 3]),
        ("0.2,0.2", [0.5, 0.5]),
        ("0,0,1", [0, 0, 1]),
    ],
)
def test_shares_of_each_add_up_to_one(text, wanted):
    assert weights(text, len(wanted)) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["0:1:0", "0 : 1 : 0", "1,0:0,1:1,0", "0 %:100 %:0 %"])
def test_points_with_colons_are_a_path(text):
    path = Mix.parse(text, 2)
    moments = np.array([-1, 0, 0.25, 0.5, 0.75, 1, 2])
    assert path.at("pitch", moments)[1] == pytest.approx([0, 0, 0.5, 1, 0.5, 0, 0])


def test_three_have_paths_of_shares():
    path = Mix.parse("1,0,0:0,1,0:0,0,1", 3)
    assert path.at("pitch", np.array([0.25]))[:, 0] == pytest.approx([0.5, 0.5, 0])
    assert path.at("pitch", np.array([1.0]))[:, 0] == pytest.approx([0, 0, 1])


@pytest.mark.parametrize(
    "text",
    [
        "pitch=0.2,timbre=0.9,loudness=0.5,rhythm=0",
        "pitch=20%, timbre=90%, loudness=50%, rhythm=0%",
        "pitch = 0.2 timbre = 0.9 loudness = 0.5 rhythm = 0",
        " Pitch=0.2, TIMBRE=0.9, loudness=.5, rhythm=0, ",
        "rhythm=1,0,loudness=0.5,0.5,pitch=0.8,0.2,timbre=0.1,0.9",
    ],
)
def test_each_aspect_can_have_its_own(text):
    second = [weights(text, aspect=one)[1] for one in ("pitch", "timbre", "loudness", "rhythm")]
    assert second == pytest.approx([0.2, 0.9, 0.5, 0])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0,5", "0.5"),
        (",25", "0.25"),
        ("0,05", "0.05"),
        ("0,01", "0.01"),
        ("0:0,5", "0.5"),
        ("pitch=0,7", "0.7"),
        ("30", "30%"),
        ("12.5", "12.5%"),
        ("30,70", "30%"),
        ("0.5:100", "100%"),
        ("pitch=0, timbre=40", "40%"),
    ],
)
def test_decimal_commas_and_numbers_of_a_hundred_are_asked_about(text, meant):
    with pytest.raises(MorphError, match=f"use numbers from 0 to 1.*; did you mean {meant}[?]$"):
        Mix.parse(text, 2)


@pytest.mark.parametrize(("text", "parents"), [("150", 2), ("150%", 2), ("0,5,0", 3), ("1e9", 2)])
def test_what_is_not_understood_is_not_guessed(text, parents):
    with pytest.raises(MorphError, match="use numbers from 0 to 1, or 0 % to 100 %"):
        Mix.parse(text, parents)
    assert weights("0,1") == [0, 1]


def test_aspects_have_paths():
    mix = Mix.parse("timbre=0:1:0, rhythm=0.25", 2)
    assert mix.at("timbre", np.array([0, 0.5, 1]))[1] == pytest.approx([0, 1, 0])
    assert mix.at("rhythm", MIDDLE)[1] == pytest.approx(0.25)


def test_aspects_that_are_not_named_are_as_timbre_is_and_timbre_is_even():
    assert weights("timbre=0.9", aspect="pitch") == pytest.approx([0.1, 0.9])
    assert weights("rhythm=0", aspect="rhythm") == [1, 0]
    assert weights("rhythm=0", aspect="timbre") == [0.5, 0.5]
    assert weights("rhythm=0,0,1", 3, aspect="pitch") == pytest.approx([1 / 3, 1 / 3, 1 / 3])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            ":",
            "0:",
            ":1",
            "0::1",
            ",",
            "0,",
            "a",
            "0.5;0.5",
            "1/2",
            "0..5",
            "--1",
            "-0.1",
        ),
        *("1.1", "2", "0,3", "20,80", "101 %", "nan", "inf", "1e400", "%", "0.3.%", "0,0", "0_1"),
        *("٣", "0.1,0.2,0.7", "pitch", "pitch=", "=0.5", "pitch=,timbre=1", "pich=0.5", "0.5 0.5"),
        *("pitch=0.5,pitch=0.6", "pitch=0.5=0.6", "0.5,pitch=0.5", "pitch:0.5", "0" * 5000 + "x"),
        *("\0", "timbre=0.5;pitch=0.5"),
    ],
)
def test_what_is_no_mix_of_two_is_refused_in_one_line(text):
    with pytest.raises(MorphError, match="`mix`") as caught:
        Mix.parse(text, 2)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["0.5", "0.5,0.5", "0:1", "pitch=0.5"])
def test_three_sounds_need_three_shares(text):
    with pytest.raises(MorphError, match="3 sounds need 3 numbers"):
        Mix.parse(text, 3)


def test_a_path_has_an_end():
    assert len(Mix.parse(":".join(["0.5"] * 4096), 2).points["pitch"]) == 4096
    with pytest.raises(MorphError, match="4097 points: 4096 at most"):
        Mix.parse(":".join(["0.5"] * 4097), 2)


@pytest.mark.parametrize(
    ("text", "parents", "only"),
    [
        *(("0", 2, 0), ("1", 2, 1), ("100 %", 2, 1), ("0,0,0.2", 3, 2), ("1:1", 2, 1)),
        *(("0.5", 2, None), ("0:1", 2, None), ("0.999999", 2, None), ("timbre=1", 2, 1)),
        ("timbre=1,rhythm=0", 2, None),
    ],
)
def test_a_mix_knows_whether_it_is_one_alone(text, parents, only):
    assert Mix.parse(text, parents).only == only


def test_a_parent_alone_in_the_rhythm_of_all_is_all_that_is_heard():
    mix = Mix.parse("pitch=1,timbre=1,loudness=1,rhythm=0.5", 2)
    assert (mix.only, mix.heard) == (None, 1)


@pytest.mark.parametrize(
    ("curve", "at_a_quarter"),
    [("linear", 0.25), ("smooth", 0.15625), ("early", 0.4375), ("late", 0.0625)],
)
def test_curves(curve, at_a_quarter):
    assert weights("0:1", moments=np.array([0.25]), curve=curve)[1] == pytest.approx(at_a_quarter)
    path = Mix.parse("0:1", 2, curve).at("timbre", np.linspace(0, 1, 101))
    assert path[1, 0] == 0
    assert path[1, -1] == 1
    assert (np.diff(path[1]) > 0).all()


@given(
    st.integers(2, 4).flatmap(
        lambda parents: st.lists(
            st.lists(st.floats(0, 1), min_size=parents, max_size=parents).filter(
                lambda w: sum(w) > 1e-3
            ),
            min_size=1,
            max_size=5,
        )
    ),
    st.sampled_from(["linear", "smooth", "early", "late"]),
    st.floats(0, 1),
)
def test_weights_are_shares_whatever_is_written(points, curve, moment):
    text = ":".join(",".join(f"{100 * one!r} %" for one in point) for point in points)
    mix = Mix.parse(text, len(points[0]), curve)
    found = mix.at("loudness", np.array([0, moment, 1]))
    assert found.dtype == np.float32
    assert found.min() >= 0
    assert np.allclose(found.sum(axis=0), 1, atol=1e-6)
    for end, column in ((points[0], 0), (points[-1], 2)):
        assert np.allclose(found[:, column], np.array(end) / sum(end), atol=1e-4)


@given(st.text(alphabet="0123456789.,:%= -+epitchmbrx", max_size=20))
def test_no_text_is_more_than_refused(text):
    with suppress(MorphError):
        found = Mix.parse(text, 2).at("rhythm", np.linspace(0, 1, 3))
        assert np.allclose(found.sum(axis=0), 1, atol=1e-6)
