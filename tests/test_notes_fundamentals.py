"""Fundamentals: whether what is measured of tunes made for it is what they were made with."""

import html
import re
from dataclasses import replace

import numpy as np
import pytest

from eidophone.base.errors import EidophoneWarning, NotesError, OutputError
from eidophone.notes.fundamentals import (
    compass,
    contour,
    form,
    intervals,
    ornaments,
    phrases,
    rhythm,
    scales,
    tonic,
    tuning,
)
from eidophone.notes.fundamentals.comparing import Summary, chance, interval, surely
from eidophone.notes.fundamentals.intonation import intoned
from eidophone.notes.fundamentals.lines import fundamentals_of, line_of, lines_in
from eidophone.notes.fundamentals.measuring import FIGURES, measured
from eidophone.notes.fundamentals.metre import metre_of
from eidophone.notes.fundamentals.reference import reference
from eidophone.notes.fundamentals.report.page import page_of, write_report
from eidophone.notes.fundamentals.report.tones import RATE, of_pitches, sounding
from eidophone.notes.score import METRE, Part, scored
from eidophone.notes.traditions.collection import collection_of
from eidophone.notes.transcribing import transcribe as transcribing
from eidophone.sound.sound import Sound

MAJOR = (0, 2, 4, 5, 7, 9, 11)


def score_of(pitches, lengths=0.5, metre=None, start=0.0, **more):
    """A melody without rests; lengths in seconds, which are half beats at 120."""
    lengths = np.broadcast_to(np.asarray(lengths, float), len(pitches))
    starts = start + np.append(0, np.cumsum(lengths)[:-1])
    notes = [
        (on, on + length, pitch, 90, 0)
        for on, length, pitch in zip(starts, lengths, pitches, strict=True)
    ]
    metres = None if metre is None else np.array([(0, *metre)], METRE)
    return scored(notes, metres=metres, **more)


def walk(seed, scale=MAJOR, home=60, count=64):
    """A melody that walks about a scale, in phrases that end on its first degree."""
    rng = np.random.default_rng(seed)
    places = np.clip(np.cumsum(rng.integers(-2, 3, count)), -3, 8)
    places[0], places[15::16], places[7::16] = 2, 0, 4
    octaves, degrees = np.divmod(places, len(scale))
    pitches = home + 12 * octaves + np.array(scale)[degrees]
    lengths = np.tile([0.25] * 4 + [0.125] * 2 + [0.25, 0.5], count // 8)  # a bar of 4/4 each
    return pitches, lengths


def tune(seed, scale=MAJOR, home=60, metre=(4, 4), count=64):
    pitches, lengths = walk(seed, scale, home, count)
    return score_of(pitches, lengths, metre)


# Melodies of scores.


def test_the_line_is_the_highest_of_what_sounds_and_no_drum():
    parts = [Part("fiddle"), Part("drums", drums=True)]
    notes = [(0, 1, 48, 80, 0), (0, 0.5, 72, 80, 0), (0.5, 1, 74, 80, 0), (0, 1, 90, 80, 1)]
    line = line_of(scored(notes, parts))
    assert line.pitches.tolist() == [72, 74]
    assert line.onsets.tolist() == [0, 1]  # beats at 120


def test_notes_under_a_longer_higher_one_are_no_melody():
    line = line_of(scored([(0, 2, 80, 80, 0), (0.5, 1, 60, 80, 0), (2, 3, 78, 80, 0)]))
    assert line.pitches.tolist() == [80, 78]


def test_lines_come_back_from_what_a_model_keeps():
    scores = [tune(seed, metre=(6, 8)) for seed in range(3)]
    kept = fundamentals_of(scores)
    back = lines_in(kept)
    assert [len(one) for one in back] == [64] * 3
    for one, score in zip(back, scores, strict=True):
        wanted = line_of(score)
        assert one.metre == (6, 8)
        for name in ("onsets", "lengths", "pitches", "rises"):
            assert np.allclose(getattr(one, name), getattr(wanted, name), atol=1e-3)


def test_four_quarters_everywhere_are_what_nobody_said():
    some = lines_in(fundamentals_of([tune(1), tune(2)]))
    assert {one.metre for one in some} == {(0, 0)}
    some = lines_in(fundamentals_of([tune(1), tune(2, metre=(3, 4))]))
    assert [one.metre for one in some] == [(4, 4), (3, 4)]


@pytest.mark.parametrize("spoilt", ["notes", "tunes", "counts", "nan", "order"])
def test_damaged_tunes_of_a_model_get_one_line(spoilt):
    kept = fundamentals_of([tune(1), tune(2)])
    if spoilt == "counts":
        kept["tunes"][0, 0] += 1
    elif spoilt == "nan":
        kept["notes"][3, 2] = np.nan
    elif spoilt == "order":
        kept["notes"][3, 0] = -5
    else:
        kept[spoilt] = kept[spoilt][:, :2]
    with pytest.raises(NotesError, match="make it again"):
        lines_in(kept)


# Tonic, scale, tuning.


@pytest.mark.parametrize("home", [57, 60, 62, 67])
def test_the_tonic_is_found(home):
    found = [tonic.tonic_of(line_of(tune(seed, home=home)))[0] for seed in range(8)]
    right = np.abs(np.mod(np.array(found) - home + 6, 12) - 6) < 0.1
    assert right.mean() >= 0.85


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("major (ionian)", MAJOR),
        ("dorian", (0, 2, 3, 5, 7, 9, 10)),
        ("pentatonic 1 2 3 5 6 (gong)", (0, 2, 4, 7, 9)),
        ("rast (neutral 3 and 7)", (0, 2, 3.5, 5, 7, 9, 10.5)),
        ("five equal (as slendro)", (0, 2.4, 4.8, 7.2, 9.6)),
    ],
)
def test_scales_are_known_by_name(name, steps):
    lines = [line_of(tune(seed, steps)) for seed in range(6)]
    best = [int(scales.chances(one, 0.0).argmax()) for one in lines]
    assert best.count(list(scales.SCALES).index(name)) >= 4


@pytest.mark.parametrize("steps", [(0, 2, 3.5, 5, 7, 9, 10.5), (0, 2.4, 4.83, 7.17, 9.58)])
def test_degrees_are_found_to_a_cent_and_not_on_the_keys_of_a_piano(steps):
    lines = [line_of(tune(seed, steps, home=60.3)) for seed in range(10)]
    found = tuning.degrees_of(lines, np.full(10, 0.3))
    assert np.allclose([one.cents for one in found], np.array(steps) * 100, atol=1)
    assert all(one.low <= one.cents + 1e-6 and one.cents <= one.high + 1e-6 for one in found)


def test_octaves_may_be_stretched():
    pitches = 60 + 1.0125 * (walk(1, (0, 2.4, 4.8, 7.2, 9.6))[0] - 60)
    found = tuning.degrees_of([line_of(score_of(pitches))], np.zeros(1), 1215)
    assert np.allclose([one.cents for one in found], np.arange(5) * 243, atol=1)
    pitches = np.array([60, 62.4, 64.8, 67.2, 69.6, 72.15, 74.55, 72.15, 60, 62.4, 74.55, 60.0])
    assert abs(tuning.octave_of(line_of(score_of(pitches))) - 1215) < 2
    assert abs(tuning.octave_of(line_of(score_of([60, 72, 60, 72, 67]))) - 1200) < 1
    assert np.isnan(tuning.octave_of(line_of(score_of([60, 62, 64, 65, 67]))))


def test_pitches_are_measured_in_the_sound():
    steps = np.array([0, 2.4, 4.8, 7.2, 9.6, 12.1, 9.6, 3.5])
    notes = of_pitches(60 + steps, 0.3)
    sound = Sound(sounding(notes), RATE)
    heard = scored([(a, a + b, round(pitch), 90, 0) for a, b, pitch in notes])
    cents = 100 * (intoned(heard, sound).notes["pitch"] - 60 - steps)
    assert np.abs(cents).max() < 5


def test_folders_of_recordings_are_heard_and_their_pitches_measured(tmp_path, monkeypatch):
    notes = of_pitches(60 + np.array([0, 2.4, 4.8, 7.2, 9.6, 7.2, 4.8, 2.4]), 0.3)
    Sound(sounding(notes), RATE).save(tmp_path / "one.wav")
    heard = scored([(a, a + b, round(pitch), 90, 0) for a, b, pitch in notes])
    monkeypatch.setattr(transcribing, "transcribe", lambda *_, **__: heard)
    (found,) = collection_of("slendro", tmp_path).tunes
    assert found.score.notes["pitch"][:5] == pytest.approx([60, 62.4, 64.8, 67.2, 69.6], abs=0.05)


def test_notes_that_are_not_in_the_sound_keep_their_pitch():
    heard = score_of([60, 64])
    silent = Sound(np.zeros(44_100, np.float32), 22_050)
    assert intoned(heard, silent).notes["pitch"].tolist() == [60, 64]


# Steps, contours, phrases.


def test_steps_and_habits():
    line = line_of(score_of([60, 60, 62, 60, 64, 57, 57.5]))
    found = dict(zip(FIGURES["steps"], intervals.steps_of(line), strict=True))
    assert found["0"] == pytest.approx(1 / 6)
    assert found["2"] == found["-2"] == found["4"] == found["-7"] == found["0.5"]
    assert intervals.habits_of(line).tolist() == pytest.approx([1 / 6, 3 / 6, 1 / 6, 1 / 6, 3 / 5])


def test_motifs_are_counted_wherever_they_begin():
    line = line_of(score_of([60, 62, 64, 67, 69, 71, 71, 71]))
    found = intervals.motifs_of(line)
    assert found[2, 2] == 2
    assert (0, 0) not in found
    assert max(len(one) for one in found) == 4


@pytest.mark.parametrize(
    ("pitches", "shape"),
    [
        ([60, 64, 67, 64, 60], "arch"),
        ([67, 65, 64, 62, 60], "descending"),
        ([60, 62, 64, 65, 67], "ascending"),
        ([67, 62, 60, 62, 67], "bowl"),
        ([60, 60, 60, 60, 60], "level"),
    ],
)
def test_shapes_are_those_of_huron(pitches, shape):
    counts, mean = contour.shapes_of(line_of(score_of(pitches)), np.zeros(1, np.int64))
    assert contour.SHAPES[int(counts.argmax())] == shape
    assert abs(mean.mean()) < 1e-9


def test_phrases_begin_after_long_notes():
    pitches, lengths = walk(3)
    assert phrases.starts_of(line_of(score_of(pitches, lengths)), 4.0).tolist() == [
        *range(0, 64, 8)
    ]


# Rhythm, metre, form.


def jig(seed, parts=2):
    """Bars of 6/8 with a pickup, each eight of them twice: one quarter and four eighths, mostly."""
    rng = np.random.default_rng(seed)
    scale = np.array([55, 57, 59, 60, 62, 64, 66, 67, 69, 71])
    pitches, lengths = [], []
    for _ in range(parts):
        bars = np.clip(np.cumsum(rng.integers(-2, 3, (8, 5)), axis=1) + 4, 0, 9)
        one = np.concatenate([scale[bars].ravel()[:-3], [67, 62]])  # home, and the next pickup
        pitches += [one, one]
        lengths += 2 * [[0.5, 0.25, 0.25, 0.25, 0.25] * 7 + [0.5, 0.25, 0.5, 0.25]]
    pitches, lengths = np.concatenate(pitches), np.concatenate(lengths)
    return score_of([62, *pitches[:-1]], [0.25, *lengths[:-1]])


def test_metres_are_guessed_where_nobody_says_them():
    threes = [np.tile([0.5, 0.25, 0.25, 0.5], 16), np.tile([0.75, 0.25, 0.5], 16)]
    for seed, lengths in enumerate(threes):
        pitches = walk(seed, count=len(lengths) // 8 * 8)[0]
        guessed = metre_of(line_of(score_of(pitches, lengths[: len(pitches)]), said=False))
        assert (guessed.over, guessed.under) == (3, 4), seed
        assert guessed.phase == 0
        assert not guessed.said
        assert 0 < guessed.chance <= 1
    found = [metre_of(line_of(jig(seed), said=False)) for seed in range(6)]
    assert sum(one.compound for one in found) >= 5


def test_a_metre_that_is_said_is_believed_and_only_its_phase_guessed():
    line = line_of(replace(jig(1), metres=np.array([(0, 6, 8)], METRE)))
    found = metre_of(line)
    assert (found.name, found.said, found.chance, found.bar, found.beat) == ("6/8", True, 1, 3, 1.5)
    assert found.phase == 0.5


def test_lengths_cells_and_swing():
    line = line_of(score_of([60] * 16, [1 / 3, 1 / 6] * 8, (4, 4)))
    metre = metre_of(line)
    assert rhythm.swing_of(line, metre) == pytest.approx(2, rel=0.02)
    found = dict(zip(rhythm.LENGTH_NAMES, rhythm.lengths_of(line, metre), strict=True))
    assert found["⅔"] == pytest.approx(8 / 15)
    assert rhythm.bars_of(line, metre)[0] == (48, (0, 8, 12, 20, 24, 32, 36, 44))
    even = line_of(score_of([60] * 16, 0.25, (4, 4)))
    assert rhythm.swing_of(even, metre_of(even)) == pytest.approx(1)
    assert rhythm.figures_of(even, metre_of(even))[:2].tolist() == pytest.approx([0, 2])


@pytest.mark.parametrize("wanted", ["AABB", "ABAC", "AABA", "ABCD"])
def test_forms_are_read_from_what_comes_again(wanted):
    parts = {letter: walk(ord(letter), count=64) for letter in "ABCD"}
    pitches = np.concatenate([parts[one][0] for one in wanted])
    lengths = np.concatenate([parts[one][1] for one in wanted])
    line = line_of(score_of(pitches, lengths, (4, 4)))
    alike = form.likeness(form.bars_of(line, metre_of(line)))
    assert form.form_of(alike)[0] == wanted
    assert (form.repeated_of(alike) > 0.4) == (len(set(wanted)) < 4)


# Ornaments and compass.


@pytest.mark.parametrize(
    ("kind", "quick"),
    [
        ("grace notes", [62]),
        ("mordents", [64, 65]),
        ("turns and rolls", [65, 64, 62]),
        ("trills", [64, 65] * 4),
    ],
)
def test_ornaments_are_told_apart_and_left_out_of_the_melody(kind, quick):
    plain = [60, 62, 67, 64, 65, 64, 62, 60] * 2
    pitches = [*plain[:3], *quick, *plain[3:]]
    lengths = [*[0.5] * 3, *[0.05] * len(quick), *[0.5] * 13]
    line = line_of(score_of(pitches, lengths))
    counts, _ = ornaments.marked(line)
    assert [ornaments.KINDS[n] for n in np.flatnonzero(counts)] == [kind]
    assert 5 < counts.sum() < 7  # one in sixteen notes
    kept = ornaments.without(line).pitches.tolist()
    assert kept[-13:] == plain[-13:]
    assert len(kept) == len(plain) + (kind == "trills")  # whose own note it is


def test_fast_music_is_no_ornament():
    line = line_of(score_of(np.tile([60, 62, 64, 65, 67, 65, 64, 62], 4), 0.09))
    assert ornaments.marked(line)[0].sum() == 0


def test_glides_have_a_way():
    curve = np.array([[0, -1], [0.2, 0]], np.float32)
    shaken = np.array([[0, 0], [0.1, 0.6], [0.2, 0]], np.float32)
    line = line_of(score_of([60, 62, 64, 65], glides={1: curve, 2: -curve, 3: shaken}))
    counts = dict(zip(ornaments.KINDS, ornaments.marked(line)[0], strict=True))
    assert counts["glides up"] == counts["glides down"] == counts["wavering notes"] == 25


def test_the_compass_is_counted_from_the_tonic():
    line = line_of(score_of([60, 55, 67, 72, 60]))
    assert compass.compass_of(line, 0.0)[[0, 2, 3]].tolist() == [17, 5, 12]


# How sure.


def test_what_differs_is_said_and_what_does_not_is_not():
    rng = np.random.default_rng(0)
    ours, theirs = rng.normal(0, 1, (2, 100, 40))
    ours[:, 3] += 1
    found = surely(chance(Summary.of(ours), Summary.of(theirs)))
    assert np.flatnonzero(found).tolist() == [3]
    low, high = interval(ours)
    assert (low < ours.mean(0)).all()
    assert (ours.mean(0) < high).all()
    assert high[0] - low[0] == pytest.approx(4 * 0.1, rel=0.3)


def test_false_differences_are_rare():
    rng = np.random.default_rng(1)
    halves = rng.integers(0, 3, (100, 2, 60, 30)).astype(float)
    wrong = [surely(chance(Summary.of(one), Summary.of(other))).any() for one, other in halves]
    assert np.mean(wrong) <= 0.1


def test_of_few_tunes_nothing_is_said_to_differ():
    ours, theirs = np.zeros((5, 1)), np.ones((100, 1))
    assert chance(Summary.of(ours), Summary.of(theirs)) == 1


def test_the_reference_has_every_figure_and_says_whose_it_is():
    usual = reference()
    assert usual.tunes >= 1000
    for name, labels in FIGURES.items():
        assert usual.figures[name].mean.shape == (len(labels),)
    assert usual.motifs
    assert usual.cells


# The page.


@pytest.fixture(scope="module")
def page():
    some = measured("gong & <i>co", [line_of(tune(n, (0, 2, 4, 7, 9))) for n in range(24)])
    other = measured("major", [line_of(jig(n)) for n in range(24)])
    return page_of([some, other], reference())


def test_the_page_tells_what_tunes_were_made_with(page):
    assert "pentatonic 1 2 3 5 6 (gong)" in page
    assert "has only 24 tunes" in page
    assert "all notes lie on the keys of the piano" in page
    assert page.count("<audio") > 20
    assert page.count("<svg") > 20
    assert "nan" not in re.sub(r'src="data:[^"]*"', "", page).lower()


def test_the_page_is_safe_and_needs_nothing_else(page):
    assert "<i>co" not in page
    assert "gong &amp; &lt;i&gt;co" in page
    assert not re.search(r"<script|https?://|<link|<img", page)


def test_what_is_said_at_a_glance_is_short(page):
    text = html.unescape(page[page.index("At a glance") :].partition("</ul>")[0])
    assert 2 <= text.count("<li>") <= 8
    assert all(one.count(";") <= 2 for one in text.split("<li>") if " beside " in one)


def test_charts_can_be_read_aloud(page):
    charts = re.findall(r'<svg class="chart.*?</svg>', page, re.S)
    assert charts
    for one in charts:
        assert 'role="img"' in one
        assert "<title>" in one


def test_what_reads_alike_is_no_difference(page):
    told = [one.split(" against ") for one in re.findall(r": ([\d. %]+ against [\d. %]+)", page)]
    assert told
    assert [both for both in told if both[0] == both[1].rstrip(". ")] == []


def test_one_collection_is_compared_with_the_reference_alone(tmp_path):
    target = tmp_path / "page.html"
    lines = [line_of(tune(seed)) for seed in range(3)]
    write_report({"one": lines}, target)
    text = target.read_text("utf-8")
    assert "beside reference" in text
    assert "no sure difference" in text  # three tunes are too few to say any
    with pytest.raises(OutputError, match="overwrite"):
        write_report({"one": lines}, target)


def test_identical_collections_do_not_differ(tmp_path):
    lines = [line_of(tune(seed)) for seed in range(20)]
    write_report({"one": lines, "two": lines}, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "<b>one</b> beside two: no figure surely differs" in text


def test_what_has_no_melody_is_left_out_and_said(tmp_path):
    lines = [line_of(tune(seed)) for seed in range(3)]
    drums = line_of(scored([(0, 1, 40, 90, 0)] * 9, [Part(drums=True)]))
    with pytest.warns(EidophoneWarning, match="drums: no tune has a melody of 8 notes"):
        write_report({"tunes": lines, "drums": [drums]}, tmp_path / "page.html")
    with (
        pytest.warns(EidophoneWarning),
        pytest.raises(NotesError, match="there is nothing to report"),
    ):
        write_report({"drums": [drums]}, tmp_path / "other.html")


def test_hostile_lines_make_a_page():
    still = score_of([60] * 40, 0.01)
    wide = score_of(np.tile([0, 127, 3, 120], 10), 0.5)
    odd = score_of([60, 62, 64, 65, 67, 69, 71, 72], 0.5, (255, 2))
    long = score_of([60.0] * 9, 2000.0)
    text = page_of(
        [measured("odd", [line_of(one) for one in (still, wide, odd, long)])], reference()
    )
    assert text.endswith("</html>\n")
