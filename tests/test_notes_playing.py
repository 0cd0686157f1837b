"""Playing: any sound as the instrument of a score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import eidophone
from eidophone import NotesError, Sound
from eidophone.base.errors import MissingExtraError, noted
from eidophone.faces import cli
from eidophone.notes.midi import write_midi
from eidophone.notes.playing import soundfont
from eidophone.notes.playing.drums import drum_named, nearest_key, our_drum
from eidophone.notes.playing.instrument import Instrument
from eidophone.notes.playing.mixing import MOST_VOICES, Mix
from eidophone.notes.playing.pitch import pitch_of
from eidophone.notes.playing.recorded import recorded
from eidophone.notes.playing.settings import Playing, name_of, pitch_in, pitch_named
from eidophone.notes.playing.shifting import shifted
from eidophone.notes.playing.tones import our_instrument
from eidophone.notes.score import CONTROL, PEDAL, Part, Score, scored

RATE = 44_100


def tone(pitch: float, seconds: float, falls: float = 0.0, first: int = 1) -> np.ndarray:
    """Ten harmonics, ``falls`` dB a second, with a soft begin and end."""
    times = np.arange(round(seconds * RATE)) / RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    made = sum(np.sin(2 * np.pi * n * hz * times + n) / n for n in range(first, first + 10))
    made = made * 10 ** (-falls * times / 20)
    made *= np.clip(times / 0.01, 0, 1) * np.clip((seconds - times) / 0.05, 0, 1)
    return np.asarray(0.2 * made, np.float32)[None]


def sound(*given: float, **more: float) -> Sound:
    return Sound(tone(*given, **more), RATE)


def note(*given: float, **more: float):
    return recorded(sound(*given, **more))


def loudness(samples: np.ndarray, begin: float, end: float) -> float:
    part = samples[:, round(begin * RATE) : round(end * RATE)]
    return float(10 * np.log10((part.astype(float) ** 2).mean() + 1e-12))


@pytest.mark.parametrize("pitch", [33.0, 57.3, 69.0, 88.9])
def test_the_pitch_of_a_sound_is_found(pitch):
    assert pitch_of(tone(pitch, 0.6), RATE) == pytest.approx(pitch, abs=0.04)


def test_a_pitch_is_found_where_its_own_partial_is_missing():
    assert pitch_of(tone(57, 0.6, first=2), RATE) == pytest.approx(57, abs=0.04)


def test_noise_and_silence_have_no_pitch():
    noise = np.random.default_rng(1).standard_normal((1, RATE // 2)).astype(np.float32)
    assert pitch_of(noise, RATE) is None
    assert pitch_of(0 * noise, RATE) is None


def test_a_note_at_its_own_pitch_is_the_recording():
    one = note(60, 0.5)
    made = shifted(one, one.pitch, one.seconds - 0.1, RATE)
    assert np.abs(made - one.samples[:, : made.shape[1]]).max() < 1e-5


@pytest.mark.parametrize("by", [-12, -5, 7, 12])
def test_a_note_moves_and_its_time_does_not(by):
    one = note(60, 1.2, falls=30)
    made = shifted(one, 60 + by, 1.0, RATE)
    assert pitch_of(made, RATE) == pytest.approx(60 + by, abs=0.05)
    fall = loudness(made, 0.2, 0.3) - loudness(made, 0.7, 0.8)
    assert fall == pytest.approx(15, abs=2)


@pytest.mark.parametrize(("falls", "most"), [(0, 5), (20, 3)])
def test_the_timbre_stays_where_it_is(falls, most):
    """Of a sound with a formant, moved up, the formant is hardly higher."""
    times = np.arange(RATE) / RATE
    partials = range(1, 60)
    loud = [np.exp(-(((n * 220 - 1500) / 400) ** 2)) + 0.01 for n in partials]
    made = sum(a * np.sin(2 * np.pi * n * 220 * times) for n, a in zip(partials, loud, strict=True))
    made *= 10 ** (-falls * times / 20)
    samples = np.asarray(0.05 * made, np.float32)[None]
    one = recorded(Sound(samples, RATE))
    up = shifted(one, one.pitch + 7, 0.6, RATE)

    def peak(heard: np.ndarray) -> float:
        power = np.abs(np.fft.rfft(heard[0, 4000:24000] * np.hanning(20000))) ** 2
        hz = np.fft.rfftfreq(20000, 1 / RATE)
        return float((power * hz).sum() / power.sum())

    assert peak(up) / peak(samples) < 2 ** (most / 12)


def test_a_long_note_goes_on_as_loud_and_without_clicks():
    one = note(64, 0.8)
    assert one.slope == 0
    made = shifted(one, 66, 5.0, RATE)
    levels = [loudness(made, at, at + 0.1) for at in np.arange(0.3, 4.8, 0.1)]
    assert max(levels) - min(levels) < 2.5
    steps = np.abs(np.diff(made[0], 3))
    assert steps[RATE:].max() < 3 * steps[round(0.2 * RATE) : round(0.5 * RATE)].max()


def test_a_long_note_of_what_dies_away_dies_away():
    one = note(64, 0.8, falls=20)
    made = shifted(one, 62, 3.0, RATE)
    assert loudness(made, 0.3, 0.5) - loudness(made, 2.3, 2.5) == pytest.approx(40, abs=6)


def test_it_is_known_where_a_note_is_let_go():
    times = np.arange(round(1.5 * RATE)) / RATE
    course = np.where(times < 1, 1, 10 ** (-8 * (times - 1)))
    one = recorded(Sound(tone(60, 1.5) * course.astype(np.float32), RATE))
    assert one.seconds == pytest.approx(1, abs=0.05)
    assert one.release == pytest.approx(40 / 160, abs=0.08)


def test_notes_sound_when_they_are_played_and_no_longer():
    score = scored([(0.5, 1.0, 60, 100, 0), (1.5, 1.75, 67, 100, 0)])
    made = eidophone.play(score, sound(60, 1), pitch=60, release=0.1).samples
    assert loudness(made, 0, 0.49) < -90
    assert loudness(made, 0.52, 0.9) > -40
    assert loudness(made, 1.12, 1.48) < -90
    assert loudness(made, 1.52, 1.7) > -40
    assert made.shape[1] == pytest.approx(1.85 * RATE, abs=10)
    assert pitch_of(made[:, round(1.5 * RATE) :], RATE) == pytest.approx(67, abs=0.05)


def test_ends_do_not_click():
    """Wherever in a wave a note is let go."""
    ends = np.arange(5) * 0.5 + 0.43 + np.arange(5) * 0.0007
    score = scored([(0.5 * n + 0.1, end, 60, 100, 0) for n, end in enumerate(ends)])
    made = eidophone.play(score, sound(60, 1), pitch=60, release=0.05).samples[0]
    bends = np.abs(np.diff(made, 3))
    inside = bends[round(0.2 * RATE) : round(0.3 * RATE)].max()
    assert bends.max() < 2 * inside


def test_velocity_is_heard_as_level_and_brightness():
    bright = []
    for velocity in (40, 100):
        made = eidophone.play(scored([(0, 0.5, 60, velocity, 0)]), sound(60, 1), pitch=60).samples
        seen = np.abs(np.fft.rfft(made[0]))
        split = round(2500 * made.shape[1] / RATE)
        bright.append(seen[split:].sum() / seen[:split].sum())
    assert bright[0] < 0.8 * bright[1]
    two = eidophone.play(
        scored([(0, 0.4, 60, 50, 0), (0.6, 1, 60, 100, 0)]), sound(60, 1), pitch=60, release=0.05
    ).samples
    assert loudness(two, 0.7, 0.9) - loudness(two, 0.1, 0.3) == pytest.approx(12, abs=1.5)


def test_the_pedal_holds_notes():
    score = scored(
        [(0, 0.2, 60, 100, 0)],
        controls=np.array([(0, 0, PEDAL, 127), (0.9, 0, PEDAL, 0)], CONTROL),
    )
    made = eidophone.play(score, sound(60, 1), pitch=60, release=0.05).samples
    assert loudness(made, 0.6, 0.8) > -40
    assert made.shape[1] == pytest.approx(0.95 * RATE, abs=10)


def test_a_note_struck_again_under_the_pedal_sounds_once():
    strikes = [(0.2 * n, 0.2 * n + 0.1, 60, 100, 0) for n in range(4)]
    pedal = np.array([(0, 0, PEDAL, 127), (1.2, 0, PEDAL, 0)], CONTROL)
    made = eidophone.play(scored(strikes, controls=pedal), sound(60, 1), pitch=60).samples
    assert loudness(made, 0.9, 1.1) - loudness(made, 0.05, 0.15) < 1


def test_expression_and_pan_are_heard():
    controls = np.array([(0, 0, 11, 127), (0.5, 0, 11, 32), (0, 0, 10, 127)], CONTROL)
    made = eidophone.play(
        scored([(0, 1, 60, 100, 0)], controls=controls), sound(60, 1.2), pitch=60
    ).samples
    assert loudness(made[:1], 0.1, 1) < -90
    assert loudness(made[1:], 0.2, 0.4) - loudness(made[1:], 0.6, 0.8) == pytest.approx(24, abs=2)


def test_pitches_between_semitones_and_glides_are_played():
    score = scored([(0, 0.8, 60.5, 100, 0)], glides={0: np.array([(0, 0), (0.4, 3)], np.float32)})
    made = eidophone.play(score, sound(60, 1), pitch=60).samples
    assert pitch_of(made[:, : round(0.38 * RATE)], RATE) == pytest.approx(60.5, abs=0.05)
    assert pitch_of(made[:, round(0.42 * RATE) : round(0.78 * RATE)], RATE) == pytest.approx(
        63.5, abs=0.05
    )


def test_stereo_stays_stereo_and_one_channel_one():
    left = np.concatenate([tone(60, 0.6), 0 * tone(60, 0.6)])
    score = scored([(0, 0.4, 64, 100, 0)])
    made = eidophone.play(score, Sound(left, RATE), pitch=60).samples
    assert loudness(made[:1], 0, 0.4) > -40
    assert not made[1].any()
    assert eidophone.play(score, sound(60, 0.6), pitch=60).channels == 1


def test_the_nearest_note_plays_and_layers_by_velocity():
    soft, loud, high = note(60, 0.5), note(60, 0.5), note(72, 0.5)
    soft = recorded(Sound(soft.samples / 8, RATE), 60.0, at_once=False)
    band = Instrument([loud, high, soft])
    assert band.stroke(65, 100).note is loud
    assert band.stroke(67, 100).note is high
    assert band.stroke(60, 30).note is soft
    gains = [band.stroke(60, one) for one in range(1, 128)]
    levels = [20 * np.log10(one.gain) + one.note.level for one in gains]
    assert (np.diff(levels) > 0).all()
    assert np.diff(levels).max() < 13
    measured = levels[94] - levels[31]  # between the middles of the layers, as they are
    assert measured == pytest.approx(18.06, abs=0.7)


def test_what_was_guessed_is_told():
    score = scored([(0, 0.1, 60, 100, 0), (0, 0.1, 64, 100, 0), (0, 0.1, 62, 100, 0)])
    with noted() as told:
        eidophone.play(score, sound(57.1, 0.5))
    assert "A3 +10 cents" in told[0]
    noise = np.random.default_rng(1).standard_normal((1, 8000)).astype(np.float32) / 10
    with noted() as told:
        eidophone.play(score, Sound(noise, RATE))
    assert "no pitch" in told[0]
    assert "D4" in told[0]


def test_drums_are_never_played_by_a_note():
    score = scored(
        [(0, 0.1, 60, 100, 0), (0.5, 0.6, 38, 100, 1)], [Part("tune"), Part("kit", drums=True)]
    )
    with noted() as told:
        made = eidophone.play(score, sound(60, 0.3), pitch=60, release=0.05)
    assert "kit of our own" in told[0]
    heard = made.samples[:, round(0.5 * RATE) :]
    assert pitch_of(heard, RATE) is None
    assert loudness(heard, 0, 0.1) > -45


def test_a_folder_of_notes_and_drums(tmp_path):
    sound(72, 0.4).save(tmp_path / "flute-C5.wav")
    sound(48.2, 0.4).save(tmp_path / "flute_C3.wav")
    noise = np.random.default_rng(1).standard_normal((1, 8000)).astype(np.float32) / 10
    Sound(noise, RATE).save(tmp_path / "Snare.wav")
    Sound(0 * noise, RATE).save(tmp_path / "nothing.wav")
    score = scored(
        [(0, 0.2, 50, 100, 0), (0.5, 0.6, 40, 100, 1)], [Part("tune"), Part("kit", drums=True)]
    )
    with noted() as told:
        made = eidophone.play(score, tmp_path, release=0.05)
    assert len(told) == 1
    assert "nothing.wav is left out" in told[0]
    assert pitch_of(made.samples[:, : RATE // 4], RATE) == pytest.approx(50, abs=0.05)
    drum = made.samples[0, round(0.5 * RATE) :][:7000]
    assert np.corrcoef(drum, noise[0, :7000])[0, 1] > 0.99


@pytest.mark.parametrize(
    ("name", "key"),
    [("Kick", 36), ("808_bd-01", 36), ("open-hat", 46), ("HiHat closed", 42), ("crash", 49)],
)
def test_drums_are_known_by_their_names(name, key):
    assert key in drum_named(name).keys


def test_every_key_has_a_drum_and_nothing_else_is_one():
    assert drum_named("elephant") is None
    for key in (0, 27, 35, 46, 58, 81, 127):
        assert our_drum(key).notes[0].samples.any()
    assert nearest_key(40, [36, 38, 42]) == 38


def test_a_closed_hat_ends_an_open_one():
    parts = [Part("kit", drums=True)]
    open_one, both = (
        eidophone.play(scored(some, parts)).samples
        for some in ([(0, 0.1, 46, 90, 0)], [(0, 0.1, 46, 90, 0), (0.2, 0.3, 42, 90, 0)])
    )
    falls = [loudness(one, 0.05, 0.15) - loudness(one, 0.3, 0.34) for one in (open_one, both)]
    assert falls[1] > falls[0] + 10


def test_names_of_notes():
    assert [pitch_named(one) for one in ("A4", "Bb2", "f#3", "C-1", "69.5")] == [
        69,
        46,
        54,
        0,
        69.5,
    ]
    assert pitch_in("piano A#3 loud") == 58
    assert pitch_in("piano_Db5_v2") == 73
    assert pitch_in("take2") is None
    assert name_of(69.12) == "A4 +12 cents"
    for wrong in ("H4", "", "200", "nan"):
        with pytest.raises(NotesError, match="no note"):
            Playing(pitch=wrong)


def test_nothing_is_too_loud_and_hundreds_play_at_once():
    score = scored([(0.001 * n, 0.4, 48 + n % 24, 127, 0) for n in range(200)])
    made = eidophone.play(score).samples
    assert 0.3 < np.abs(made).max() <= 10 ** (-1 / 20) + 1e-4


def test_more_voices_than_there_are_make_room():
    one = Instrument([note(60, 0.3)])
    score = scored([(0.0, 0.4, 60, 100, 0) for _ in range(MOST_VOICES + 3)])
    with noted() as told:
        Mix(score, lambda *_: one, RATE, None)
    assert "3 were let go early" in told[0]


def test_a_note_of_minutes_goes_round_without_a_seam():
    one = Instrument([note(60, 0.6)])
    mix = Mix(scored([(0, 50, 60, 100, 0)]), lambda *_: one, RATE, None)
    made = np.concatenate(list(mix.blocks()), axis=1)
    levels = [loudness(made, at, at + 0.2) for at in np.arange(0.5, 49, 0.2)]
    assert max(levels) - min(levels) < 3
    bends = np.abs(np.diff(made[0], 3))
    assert bends[RATE : 49 * RATE].max() < 4 * bends[RATE // 2 : RATE].max()


def test_our_instruments_play_what_is_held_and_what_is_struck():
    for program, falls in ((0, True), (19, False)):
        made = shifted(our_instrument(program).stroke(60, 100).note, 60, 1.5, RATE)
        assert (loudness(made, 0.1, 0.3) - loudness(made, 1.2, 1.4) > 3) == falls


@pytest.mark.parametrize(
    ("score", "plays", "says"),
    [
        (scored([]), None, "no notes"),
        (scored([(0, 1, 60, 100, 0)]), Sound(np.zeros((1, 9000), np.float32), RATE), "silent"),
        (scored([(0, 1, 60, 100, 0)]), {3: Sound(tone(60, 0.1), RATE)}, "no part '3'"),
    ],
)
def test_what_cannot_be_played_gets_one_line(score, plays, says):
    with pytest.raises(NotesError, match=says):
        eidophone.play(score, plays)


def test_a_soundfont_that_is_none_gets_one_line(tmp_path):
    bad = tmp_path / "bad.sf2"
    score = scored([(0, 0.1, 60, 100, 0)])
    bad.write_bytes(b"RIFF\x00\x00\x00\x00WAVEfmt ")
    with pytest.raises(NotesError, match="no SoundFont"):
        eidophone.play(score, bad)


def test_without_fluidsynth_one_line_says_so(tmp_path, monkeypatch):
    font = tmp_path / "font.sf2"
    font.write_bytes(b"RIFF\x04\x00\x00\x00sfbk" + bytes(64))
    monkeypatch.setattr(soundfont.shutil, "which", lambda _: None)
    with pytest.raises(MissingExtraError, match="FluidSynth"):
        eidophone.play(scored([(0, 0.1, 60, 100, 0)]), font)


@pytest.mark.skipif(soundfont.shutil.which("fluidsynth") is None, reason="no FluidSynth")
def test_a_hostile_soundfont_gets_one_line(tmp_path):
    font = tmp_path / "font.sf2"
    font.write_bytes(b"RIFF\x48\x00\x00\x00sfbk" + b"\xff" * 64)
    with pytest.raises(NotesError, match="cannot be played"):
        eidophone.play(scored([(0, 0.1, 60, 100, 0)]), font)


def song(folder: Path) -> Path:
    score: Score = scored(
        [(0, 0.2, 60, 100, 0), (0.2, 0.4, 36, 100, 1)], [Part("tune"), Part("low")]
    )
    write_midi(folder / "song.mid", score)
    return folder / "song.mid"


def test_the_command_plays(tmp_path, capsys):
    pytest.importorskip("mido")
    path, out = song(tmp_path), tmp_path / "out.wav"
    sound(60, 0.3).save(tmp_path / "one.wav")
    plays = f"low={tmp_path / 'one.wav'}"
    assert cli.main(["play", str(path), str(out), "--with", plays, "--pitch", "C4"]) == 0
    assert Sound.load(out).channels == 2  # our own has two
    assert cli.main(["play", str(path), str(out)]) == 1
    assert "out.wav" in capsys.readouterr().err
    assert cli.main(["play", str(path), str(tmp_path / "b.wav"), "--with", "no.wav"]) == 1
    assert "no.wav" in capsys.readouterr().err


def test_partials_that_come_late_are_there_at_once_and_the_rest_stays():
    """Of a tone whose second half of partials comes after 120 ms, and beats."""
    times = np.arange(RATE) / RATE
    hz = 220.0
    low, high = (
        sum(np.sin(2 * np.pi * n * hz * times) / n for n in some) for some in ((1, 2, 3), (4, 5, 6))
    )
    beats = np.clip((times - 0.12) / 0.02, 0.2, 1) * (1 + 0.5 * np.cos(2 * np.pi * 4 * times))
    samples = np.asarray(0.2 * (low + beats * high), np.float32)[None]
    before, after = (
        recorded(Sound(samples, RATE), 57.0, at_once=at_once) for at_once in (False, True)
    )

    def bright(note, begin: float, end: float) -> float:
        part = note.samples[0, round(begin * RATE) : round(end * RATE)]
        power = np.abs(np.fft.rfft(part * np.hanning(len(part)))) ** 2
        split = round(3.5 * hz * len(part) / RATE)
        return float(10 * np.log10(power[split:].sum() / power[:split].sum()))

    assert bright(before, 0.02, 0.07) < bright(before, 0.2, 0.25) - 10
    assert bright(after, 0.02, 0.07) > bright(before, 0.02, 0.07) + 7
    for at in (0.3, 0.5, 0.7):
        expected = bright(before, at, at + 0.05)
        assert bright(after, at, at + 0.05) == pytest.approx(expected, abs=1)
    assert after.samples.shape == before.samples.shape
    assert loudness(after.samples, 0, 1) == pytest.approx(loudness(before.samples, 0, 1), abs=0.3)


def test_what_rises_slowly_speaks_in_short_notes_too():
    """A long note rises as it was recorded."""
    rising = tone(60, 2) * np.clip(np.arange(2 * RATE) / RATE, 0.03, 1).astype(np.float32)
    score = scored([(0, 0.3, 60, 100, 0), (1, 3, 60, 100, 0)])
    made = eidophone.play(score, Sound(rising, RATE), pitch=60, release=0.1).samples
    assert loudness(made, 0.1, 0.3) - loudness(made, 2.2, 2.8) > -6
    assert loudness(made, 1.05, 1.15) - loudness(made, 2.2, 2.8) < -12
    assert np.abs(made[0, :20]).max() < 0.02
