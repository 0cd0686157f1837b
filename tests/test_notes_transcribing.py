"""Sounds written down as notes: by the own spectrum alone, and by basic-pitch's network."""

import warnings

import numpy as np
import pytest

import eidophone
from eidophone.base.errors import EidophoneWarning, NotesError
from eidophone.faces.cli import main
from eidophone.notes.midi import read_midi
from eidophone.notes.score import NOTE, scored
from eidophone.notes.transcribing import network, transcribe
from eidophone.notes.transcribing.comparing import compared, comparison
from eidophone.notes.transcribing.deciding import Candidates, candidates_of, decided
from eidophone.notes.transcribing.gliding import track
from eidophone.notes.transcribing.listening import Listened, weights_of
from eidophone.notes.transcribing.reading import overview_of, stretches
from eidophone.notes.transcribing.settings import Transcribing
from eidophone.notes.transcribing.spectrum import (
    A_DECIBEL,
    KEPT,
    kept,
    levels_of,
    loudness_of,
    rows_of_keys,
)
from eidophone.notes.transcribing.striking import PARTIALS, loudnesses
from eidophone.notes.transcribing.tempo import pulse_of, quantised
from eidophone.sound.sound import Sound

RATE = 22_050


def tone(pitch, seconds, *, fades=3.0, attack=0.005, loud=1.0, glide=0.0, depth=0.0):
    """One note: ten partials, of which high ones fade faster."""
    time = np.arange(round(seconds * RATE)) / RATE
    bent = pitch + glide * np.clip(time / seconds * 2 - 0.5, 0, 1)
    bent = bent + depth * np.sin(2 * np.pi * 5.5 * time)
    phase = 2 * np.pi * np.cumsum(440 * 2 ** ((bent - 69) / 12)) / RATE
    found = np.zeros(len(time))
    for partial in range(1, 11):
        found += np.exp(-fades * time * (0.7 + 0.3 * partial)) * np.sin(partial * phase) / partial
    ends = np.clip((seconds - time) / 0.02, 0, 1)
    return 0.2 * loud * found * np.clip(time / attack, 0, 1) * ends


def song(notes, seconds, **how):
    """A sound of ``(start, pitch, seconds, loud)``."""
    samples = np.random.default_rng(0).normal(0, 1e-5, round(seconds * RATE))
    for start, pitch, lasts, loud in notes:
        part = tone(pitch, lasts, loud=loud, **how)
        first = round(start * RATE)
        samples[first : first + len(part)] += part[: len(samples) - first]
    return Sound(samples.astype(np.float32), RATE)


def told(sound, **choices):
    """The score, and what was told."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        score = eidophone.transcribe(sound, **choices)
    return score, [str(one.message) for one in caught if one.category is EidophoneWarning]


def matched(score, notes, tolerance=0.05):
    """F of notes by their starts and pitches."""
    left = [(one["start"], one["pitch"]) for one in score.notes]
    hits = 0
    for start, pitch, *_ in notes:
        near = [o for o in left if abs(o[0] - start) < tolerance and abs(o[1] - pitch) < 0.5]
        if near:
            left.remove(near[0])
            hits += 1
    return 2 * hits / (len(notes) + len(score.notes))


@pytest.fixture
def alone(monkeypatch):
    """As without basic-pitch."""
    monkeypatch.setattr(network, "is_there", lambda: False)


STEPS = (0, 2, 4, 5, 7, 9, 11, 12)
SCALE = [(0.3 + 0.4 * at, 60 + step, 0.4, 1.0) for at, step in enumerate(STEPS)]
CHORDS = [
    (0.3 + at, pitch, 1.0, 1.0)
    for at, chord in enumerate(((48, 64, 67), (53, 60, 69), (55, 62, 71), (48, 64, 72)))
    for pitch in chord
]


@pytest.mark.usefixtures("alone")
class TestAlone:
    def test_what_is_plucked_is_found_and_told_so(self):
        score, lines = told(song(SCALE, 4.0))
        assert matched(score, SCALE) > 0.9
        assert any("struck or plucked" in one for one in lines)
        assert any("pip install --no-deps basic-pitch" in one for one in lines)

    def test_what_is_held_is_found_with_its_ends(self):
        sound = song(CHORDS, 4.8, fades=0.0, attack=0.06)
        score, lines = told(sound)
        assert matched(score, CHORDS, 0.1) > 0.8
        assert any("bowed or blown" in one for one in lines)
        lengths = score.notes["end"] - score.notes["start"]
        assert 0.8 < np.median(lengths) < 1.1

    def test_loud_notes_have_high_velocities(self):
        loud = (1, 0.25, 1, 0.25, 1)
        notes = [(0.3 + 0.4 * at, 62 + 3 * at, 0.4, one) for at, one in enumerate(loud)]
        score, _ = told(song(notes, 2.6))
        assert len(score.notes) == 5
        velocities = score.notes["velocity"].astype(int)
        assert velocities[0::2].min() > velocities[1::2].max() + 20

    def test_another_tuning_is_told_and_kept(self):
        notes = [(start, pitch + 0.4, lasts, loud) for start, pitch, lasts, loud in SCALE]
        score, lines = told(song(notes, 4.0))
        assert matched(score, notes) > 0.9
        assert np.abs(score.notes["pitch"] % 1 - 0.4).max() < 0.05
        assert any("A = 450" in one and "cents above 440 Hz" in one for one in lines)

    def test_times_do_not_move_with_the_tuning(self):
        late = [(start + 20, pitch + 0.45, lasts, loud) for start, pitch, lasts, loud in SCALE]
        score, _ = told(song(late, 24.0))
        assert matched(score, late) > 0.9

    def test_a_glide_and_a_vibrato_are_curves(self):
        still = [(0.2, 57, 0.8, 1.0), (2.4, 69, 1.2, 1.0)]
        samples = song(still, 5.2, fades=0.0).samples[0].copy()
        bent = tone(64, 1.2, fades=0.0, glide=0.8)
        wide = tone(72, 1.2, fades=0.0, depth=0.4)
        samples[round(1.1 * RATE) : round(1.1 * RATE) + len(bent)] += bent
        samples[round(3.8 * RATE) : round(3.8 * RATE) + len(wide)] += wide
        score, _ = told(Sound(samples, RATE), instrument="sustained")
        assert np.rint(score.notes["pitch"]).tolist() == [57, 64, 69, 72]
        assert sorted(score.glides) == [1, 3]
        assert score.glides[1][-1, 1] == pytest.approx(0.8, abs=0.1)
        assert np.ptp(score.glides[3][:, 1]) == pytest.approx(0.7, abs=0.2)
        steady, _ = told(Sound(samples, RATE), instrument="sustained", steady=True)
        assert not steady.glides

    def test_sensitivity_takes_more(self):
        counts = [len(told(song(CHORDS, 4.8), sensitivity=one)[0].notes) for one in (0.0, 0.5, 1.0)]
        assert counts[0] <= counts[1] < counts[2]

    def test_silence_has_no_notes(self):
        score, lines = told(Sound(np.zeros(RATE, np.float32), RATE))
        assert not len(score.notes)
        assert lines == ["the sound is silent: there are no notes in it"]

    def test_noise_has_no_notes(self):
        noise = np.random.default_rng(1).normal(0, 0.1, 3 * RATE)
        score, lines = told(Sound(noise.astype(np.float32), RATE))
        assert not len(score.notes)
        assert any("it is noise" in one for one in lines)

    def test_a_sample_is_no_trouble(self):
        for count in (1, 300, 5000):
            told(Sound(np.full(count, 0.1, np.float32), RATE))

    def test_drums_are_drums(self):
        score, lines = told(beat())
        assert score.parts[0].drums
        assert any("drums" in one for one in lines)
        for key, starts in STROKES.items():
            found = score.notes["start"][score.notes["pitch"] == key]
            assert len(found) >= len(starts) - 1
            assert np.abs(found[:, None] - np.array(starts)).min(axis=1).max() < 0.05

    def test_quantised_notes_lie_on_beats(self):
        rng = np.random.default_rng(2)
        notes = [(0.5 + 0.3 * at + rng.normal(0, 0.012), 60 + at % 5, 0.28, 1) for at in range(16)]
        score, _ = told(song(notes, 5.6), timing="quantised")
        assert score.tempos["beats"][-1] == pytest.approx(100, rel=0.02)
        beats = score.beats(score.notes["start"]) * 4
        assert np.abs(beats - np.rint(beats)).max() < 0.05


STROKES = {36: (0.5, 1.5, 2.5, 3.5), 38: (1.0, 2.0, 3.0), 42: (0.75, 1.25, 1.75, 2.25, 2.75, 3.25)}


def beat():
    """Kick, snare and hat."""
    rng = np.random.default_rng(3)
    samples = rng.normal(0, 1e-5, 4 * RATE)
    time = np.arange(RATE // 4) / RATE
    noise = rng.normal(0, 1, len(time))
    kick = np.sin(2 * np.pi * (55 * time - 3 * np.exp(-time * 40))) * np.exp(-time * 18)
    snare = np.convolve(noise, np.hanning(9) / 4, "same") * np.exp(-time * 25)
    hat = np.diff(noise, 4, append=np.zeros(4)) / 8 * np.exp(-time * 60)
    for sound, starts in zip((kick, snare, hat), STROKES.values(), strict=True):
        for start in starts:
            first = round(start * RATE)
            samples[first : first + len(time)] += 0.4 * sound[: len(samples) - first]
    return Sound(samples.astype(np.float32), RATE)


@pytest.mark.skipif(not network.is_there(), reason="needs basic-pitch and onnxruntime")
def test_the_network_hears_chords():
    sound = song(CHORDS, 4.8)
    score, lines = told(sound)
    assert matched(score, CHORDS) > 0.85
    assert not any("basic-pitch" in one for one in lines)


@pytest.mark.skipif(not network.is_there(), reason="needs basic-pitch and onnxruntime")
def test_the_network_hears_windows_as_a_whole():
    samples = song(SCALE, 4.0).samples[0]
    whole = network.heard(samples)
    assert len(whole.onsets) == -(-len(samples) // network.HOP)
    place = np.unravel_index(whole.onsets.argmax(), whole.onsets.shape)
    starts = {round(start * RATE / network.HOP): pitch for start, pitch, *_ in SCALE}
    assert min(abs(place[0] - one) for one in starts) <= 3
    later = network.heard(np.pad(samples, (100 * network.HOP, 0)))
    np.testing.assert_allclose(later.notes[130:400], whole.notes[30:300], atol=0.15)


def test_stretches_join_as_if_they_were_one():
    samples = song([(at, 50 + at, 0.9, 1.0) for at in range(29)], 30.0).samples
    sound = Sound(samples, RATE)
    parts = [one.levels.long[one.own] for one in stretches(sound, 0.0, heard=False)]
    assert len(parts) > 1
    whole = levels_of(samples[0]).long
    loud = whole > whole.max() - 60
    assert np.abs(np.concatenate(parts) - whole)[loud].max() < 0.1


def test_overviews_know_tuned_sounds_from_noise():
    tuned = overview_of(song(SCALE, 4.0))
    noise = overview_of(Sound(np.random.default_rng(4).normal(0, 0.1, RATE), RATE))
    assert abs(tuned.tuning) < 0.03
    assert tuned.sure > 0.8
    assert tuned.tonal > 10 * noise.tonal


def test_a_pitch_is_followed_along_its_partial():
    samples = tone(69, 1.0, fades=0.0, glide=-0.5).astype(np.float32)
    levels = levels_of(samples)
    found = track(kept(levels.long, loudness_of(levels)), 69 - network.LOWEST, 5, 80)
    assert found[10] == pytest.approx(0, abs=0.05)
    assert found[68] == pytest.approx(-0.5, abs=0.06)


def listening(**keys):
    """What was listened to: by the name of a key, spans of sounding with their onsets."""
    onsets, sounding = np.zeros((2, 200, 88), np.float32)
    for name, spans in keys.items():
        for first, last, struck in spans:
            onsets[first, int(name[1:])] = struck
            sounding[first:last, int(name[1:])] = 0.9
    return Listened(onsets, sounding, np.zeros_like(onsets))


def test_candidates_are_what_is_struck_or_begins_to_sound():
    found = listening(k10=[(20, 60, 0.9), (60, 90, 0.3)], k30=[(50, 100, 0.0)])
    some = candidates_of(found, 0.5)
    assert some.starts.tolist() == [20, 50, 60]
    assert some.struck.tolist() == pytest.approx([0.9, 0, 0.3])
    notes = decided(found, some, np.array([True, False, True]), 0.5, 4)
    assert notes.starts.tolist() == [20, 60]
    assert notes.ends.tolist() == [60, 90]
    whole = decided(found, some, np.array([True, True, False]), 0.5, 4)
    assert whole.ends.tolist() == [90, 100]
    assert not len(decided(found, some, np.array([True, True, True]), 0.5, 60).keys)


def test_keys_that_are_quieter_than_others_are_not_struck_softer():
    soft = np.repeat([0, 1, 1, 0], 3)
    quiet = np.tile([0, 20, 10], 4)
    keys = np.tile([39, 45, 52], 4)
    starts = 10.0 + 14 * np.arange(12)
    levels = np.zeros((200, 512), np.uint8)
    for start, key, decibels in zip(starts, keys, quiet + 8 * soft, strict=True):
        for partial in PARTIALS:
            loud = KEPT - round((decibels + 4 * partial) * A_DECIBEL)
            levels[int(start) : int(start) + 14, round(rows_of_keys(partial)[key])] = max(loud, 0)
    nothing = Listened(*np.zeros((3, 200, 88), np.float32))
    found = loudnesses(nothing, levels, starts, keys, weights_of("alone"))
    assert np.corrcoef(found, -soft)[0, 1] > 0.7
    assert len(loudnesses(nothing, levels, starts[:0], keys[:0], weights_of("alone"))) == 0


def test_octaves_that_always_come_along_are_compared_with_each_other():
    keys = np.tile([30, 42], 8)
    some = Candidates(10.0 + 20 * np.repeat(np.arange(8), 2), keys, np.ones(16, np.float32))
    loud = np.tile([[60.0] * 8, [50.0] * 8], (8, 1)).astype(np.float32)
    loud[-2] -= 12  # so the octave above is louder beside it than others are
    likely = np.full(16, 0.9)
    found = comparison(np.zeros((16, 0), np.float32), likely, some, loud)
    assert np.abs(found[3] - found[1]).max() < 1e-6
    assert np.abs(found[15] - found[1]).max() == pytest.approx(1)
    told = compared(
        np.zeros((0, 13), np.float32), likely[:0], candidates_of(listening(), 0.5), loud[:0], {}
    )
    assert not len(told)


def tune(beats, bpm, seed=0):
    """Starts, ends, pitches and velocities of notes ``beats`` long, one after the other."""
    rng = np.random.default_rng(seed)
    starts = 0.7 + np.cumsum([0, *beats[:-1]]) * 60 / bpm
    ends = starts + 0.9 * np.array(beats) * 60 / bpm
    jitter = rng.normal(0, 0.006, len(starts))
    return starts + jitter, ends, np.full(len(starts), 60.0), np.full(len(starts), 80.0)


def test_tempo_and_metre():
    waltz = tune([1, 0.5, 0.5, 1, 2, 1] * 8, 116)
    pulse = pulse_of(*waltz)
    assert pulse.quarters == pytest.approx(116, rel=0.02)
    assert pulse.metre == (3, 4)
    assert pulse.steady
    jig = pulse_of(*tune([2 / 3, 1 / 3, 1 / 3, 1 / 3, 1 / 3] * 10, 110))
    assert jig.thirds
    assert jig.metre == (6, 8)
    assert jig.quarters == pytest.approx(165, rel=0.02)
    assert pulse_of(*tune([1] * 3, 100)) is None


@pytest.mark.usefixtures("alone")
def test_a_known_tempo_counts_quarters():
    notes = [(0.5 + 0.2 * at, 60 + at % 5, 0.19, 1.0 - 0.6 * (at % 3 > 0)) for at in range(24)]
    score, lines = told(song(notes, 5.6), tempo=150, metre="6/8")
    assert score.tempos["beats"][-1] == pytest.approx(150, rel=0.03)
    assert tuple(score.metres[0])[1:] == (6, 8)
    assert not any("seems to be in" in one for one in lines)


def test_a_tempo_that_changes_is_followed():
    starts = 0.5 + np.cumsum(np.linspace(0.5, 0.35, 80))
    pulse = pulse_of(starts, starts + 0.3, np.full(80, 60.0), np.full(80, 80.0))
    assert not pulse.steady
    tempos = pulse.tempos()
    assert tempos["beats"][-1] > tempos["beats"][2] * 1.2


def test_bars_begin_where_they_were_heard_to():
    starts, ends, pitches, velocities = tune([1] * 24, 90)
    velocities[1::4] = 120
    pulse = pulse_of(starts, ends, pitches, velocities)
    table = np.zeros(24, NOTE)
    table["start"], table["end"], table["velocity"] = starts, ends, 80
    score = scored(quantised(table, pulse), tempos=pulse.tempos())
    beats = score.beats(score.notes["start"][1]) - score.beats(pulse.metres()["time"][-1])
    assert (beats + 0.5) % pulse.bar == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("late", [0.02, 0.3, 0.6, 1.9])
def test_what_comes_before_the_first_beat_is_in_no_other_tempo(late):
    starts, ends, pitches, velocities = tune([1] * 24, 90)
    late -= starts[0]
    pulse = pulse_of(starts + late, ends + late, pitches, velocities)
    assert pulse.beats[0] == 0
    assert (np.abs(np.log2(pulse.tempos()["beats"] / pulse.quarters)) < 0.8).all()


def test_choices_are_checked():
    with pytest.raises(NotesError, match="sensitivity"):
        Transcribing(sensitivity=2)
    with pytest.raises(NotesError, match="instrument"):
        Transcribing(instrument="zither")


def test_days_are_too_long():
    class Endless:
        rate, channels, sample_count = 8000, 1, 8000 * 3600 * 25

    with pytest.raises(NotesError, match=r"25\.0 hours: 4 at most"):
        transcribe.transcribed(Endless(), Transcribing())


def test_the_command_writes_midi(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(network, "is_there", lambda: False)
    source, target = tmp_path / "song.wav", tmp_path / "song.mid"
    song(SCALE, 4.0).save(source)
    assert main(["notes", str(source), str(target), "--timing", "quantised"]) == 0
    assert "notes" in capsys.readouterr().out
    assert matched(read_midi(target), SCALE, 0.12) > 0.8
    assert main(["notes", str(source), str(target)]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["notes", str(source), str(tmp_path / "song.wav2")]) == 1
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF????")
    assert main(["notes", str(broken), str(tmp_path / "b.mid")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 2
