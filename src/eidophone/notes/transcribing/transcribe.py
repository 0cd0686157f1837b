"""Transcribe: a sound as notes.

sound --network, own picture--> how likely each key is struck and sounds --> notes --> beats
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eidophone.base.arrays import Float32
from eidophone.base.errors import NotesError, tell
from eidophone.notes.score import NOTE, TEMPO, Notes, Part, Score, scored
from eidophone.notes.transcribing import network
from eidophone.notes.transcribing.classes import SOUNDING, THRESHOLDS, WORDS, class_of
from eidophone.notes.transcribing.comparing import compared
from eidophone.notes.transcribing.deciding import Decided, candidates_of, decided
from eidophone.notes.transcribing.drums import strokes_of
from eidophone.notes.transcribing.gliding import curve_of, joined, pitches_of
from eidophone.notes.transcribing.hearing import inputs_of
from eidophone.notes.transcribing.judging import evidence_of, judged, loudness_of_keys
from eidophone.notes.transcribing.listening import Listened, listened, weights_of
from eidophone.notes.transcribing.network import KEYS, LOWEST
from eidophone.notes.transcribing.reading import (
    Overview,
    moment_seconds,
    moments_of,
    overview_of,
    stretches,
)
from eidophone.notes.transcribing.settings import Transcribing
from eidophone.notes.transcribing.spectrum import kept
from eidophone.notes.transcribing.striking import loudnesses, louds_of
from eidophone.notes.transcribing.tempo import Pulse, pulse_of, quantised
from eidophone.sound.sound import SoundSource, as_sound

#: Hours of a sound at most.
_HOURS = 4.0

#: A sound whose loud moments are under this, in dB, is silent; one that has so little in partials
#: is noise, or drums.
_SILENT, _TONAL = -90.0, 0.08

#: A tuning that is meant: as clear, of a sound with so much in partials, and so many semitones off.
_TUNED, _PARTIALS, _OFF = 0.5, 0.2, 0.06

#: Seconds of a note at least.
_SHORTEST = 0.03

#: The velocity of a note as loud as the others are.
_VELOCITY = 80.0


def transcribe(
    sound: SoundSource | str | Path | ArrayLike, rate: int | None = None, **choices: Any
) -> Score:
    """The notes of a sound: ``transcribe("song.wav", timing="quantised")``.

    Args:
        sound: a sound, the path of its file, or samples.
        rate: of the samples, in Hz.
        choices: of `Transcribing`.

    Raises:
        NotesError: choices that cannot be, or a sound too long to be heard at once.
        SoundError: a file that cannot be read.
    """
    return transcribed(as_sound(sound, rate, downmix=True), Transcribing(**choices))


def transcribed(
    sound: SoundSource, how: Transcribing, progress: Callable[[float], None] = lambda _: None
) -> Score:
    """The notes of ``sound``; of silence and of noise there are none, and it is told.

    Args:
        sound: of any length up to four hours.
        how: what was chosen.
        progress: told how much is done, 0 to 1.

    Raises:
        NotesError: it is longer.
    """
    hours = sound.sample_count / sound.rate / 3600
    if hours > _HOURS:
        raise NotesError(
            f"the sound lasts {hours:.1f} hours: {_HOURS:.0f} at most; cut it, and transcribe each"
        )
    overview = overview_of(sound)
    if overview.loudness < _SILENT:
        tell("the sound is silent: there are no notes in it")
        return scored([])
    if how.instrument == "drums":
        return _drummed(sound, overview, how)
    tuning = _tuning(overview)
    weights = _weights()
    keys, levels = _heard(sound, overview, tuning, weights, progress)
    some = candidates_of(keys, SOUNDING)
    evidence = evidence_of(keys, loudness_of_keys(levels), some)
    loud = louds_of(keys, levels, some.starts, some.keys)
    likely = compared(evidence, judged(evidence, weights), some, loud, weights)
    name: str = how.instrument
    if name == "auto":
        usual = THRESHOLDS["sustained"]
        found = decided(keys, some, likely > usual.note, usual.sounding, usual.shortest)
        name = class_of(found, levels)
    by = THRESHOLDS[name]
    least = _as_sensitive(by.note, how.sensitivity)
    notes = decided(keys, some, likely > least, by.sounding, by.shortest)
    if not len(notes.keys) or (overview.tonal < _TONAL and how.instrument == "auto"):
        return _unpitched(sound, overview, how)
    if tuning:
        hz = 440 * 2 ** (tuning / 12)
        tell(
            f"the sound is tuned to A = {hz:.1f} Hz, {100 * abs(tuning):.0f} cents "
            f"{'above' if tuning > 0 else 'below'} 440 Hz: so are the notes"
        )
    if how.instrument == "auto":
        tell(
            f"the sound was taken for {WORDS[name]}, and listened to as such: choose another "
            f"`instrument` if it is none"
        )
    struck = loudnesses(keys, levels, notes.starts, notes.keys, weights)
    return _score(notes, struck, levels, tuning, how)


def _tuning(overview: Overview) -> float:
    """By how many semitones the keys of a sound are sharper than those of A = 440 Hz."""
    sure = overview.sure > _TUNED and overview.tonal > _PARTIALS
    return overview.tuning if sure and abs(overview.tuning) > _OFF else 0.0


def _weights() -> dict[str, Float32]:
    """Those of the net that listens to what there is: it is told if that could be more."""
    if network.is_there():
        return weights_of("both")
    tell(
        "notes are heard by the sound's own spectrum alone: pip install onnxruntime, and pip "
        "install --no-deps basic-pitch, for a network that hears more of them"
    )
    return weights_of("alone")


def _heard(
    sound: SoundSource,
    overview: Overview,
    tuning: float,
    weights: dict[str, Float32],
    progress: Callable[[float], None],
) -> tuple[Listened, NDArray[np.uint8]]:
    """Listen to all of it, stretch by stretch: to its keys; and its levels, `kept`."""
    moments = moments_of(sound, tuning)
    keys = Listened(*(np.zeros((moments, KEYS), np.float16) for _ in range(3)))
    levels = np.zeros((moments, 512), np.uint8)
    there = network.is_there()
    for one in stretches(sound, tuning, heard=there):
        found = listened(inputs_of(one.levels, overview.loudness, one.posteriors), weights)
        own = slice(one.first, one.first + one.own.stop - one.own.start)
        for whole, part in zip(keys, found, strict=True):
            whole[own] = part[one.own]
        levels[own] = kept(one.levels.long[one.own], overview.loudness)
        progress(own.stop / moments)
    return keys, levels


def _score(
    notes: Decided, loud: Float32, levels: NDArray[np.uint8], tuning: float, how: Transcribing
) -> Score:
    """Notes in seconds, with their pitches, velocities and beats; ``loud``: as `loudnesses`."""
    seconds = moment_seconds(tuning)
    beside = np.zeros(len(notes.keys), np.float32)
    curves: dict[int, Float32] = {}
    if not how.steady:
        beside, curves = pitches_of(levels, notes)
    table = np.zeros(len(notes.keys), NOTE)
    table["start"] = notes.starts.clip(0) * seconds
    table["end"] = np.maximum(notes.ends * seconds, table["start"] + _SHORTEST)
    table["pitch"] = notes.keys + LOWEST + beside + tuning
    table["velocity"] = _velocities(loud)
    for curve in curves.values():
        curve[:, 0] *= seconds
    chains = joined(notes, beside, curves)
    glides: dict[int, Float32] = {}
    for place, chain in enumerate(chains):
        if any(one in curves for one in chain):
            glides[place] = curve_of(chain, table, curves)
        table["end"][chain[0]] = table["end"][chain].max()
    table = table[[chain[0] for chain in chains]]
    return _in_time(table, glides, how)


def _velocities(loud: Float32) -> Notes:
    """How hard the notes were struck, as synthesisers have it, of dB beside each other."""
    return np.rint(_VELOCITY * 10 ** ((loud - np.median(loud)) / 40)).clip(1, 127)


def _in_time(table: Notes, glides: dict[int, Float32], how: Transcribing) -> Score:
    """A score with its beats; on them, if that was asked for."""
    order = np.argsort(table["start"], kind="stable")
    inverse = np.argsort(order)
    table, glides = table[order], {int(inverse[place]): one for place, one in glides.items()}
    tempo = how.tempo
    if tempo is not None and how.metre == "6/8":
        tempo /= 1.5  # a beat is a quarter and a half
    loud = table["velocity"].astype(np.float32)
    pulse = pulse_of(table["start"], table["end"], table["pitch"], loud, tempo)
    if pulse is None:
        if how.timing == "quantised":
            tell("there are too few notes to tell beats from: they are left as they were played")
        tempos = np.array([(0, how.tempo or 120)], TEMPO)
        return scored(table, glides=glides, tempos=tempos)
    pulse = _as_chosen(pulse, how)
    if how.timing == "quantised":
        table = quantised(table, pulse)
    _tell_of(pulse, how)
    return scored(table, glides=glides, tempos=pulse.tempos(), metres=pulse.metres())


def _as_chosen(pulse: Pulse, how: Transcribing) -> Pulse:
    if how.metre == "auto":
        return pulse
    over, under = map(int, how.metre.split("/"))
    thirds = under == 8
    bar = over // 3 if thirds else over
    return replace(pulse, thirds=thirds, bar=bar, down=pulse.down % bar)


def _tell_of(pulse: Pulse, how: Transcribing) -> None:
    if how.tempo is not None and how.metre != "auto":
        return
    over, under = pulse.metre
    tempo = f"{'a steady' if pulse.steady else 'a changing'} tempo of about {pulse.quarters:.0f}"
    tell(
        f"it seems to be in {over}/{under}, at {tempo} beats a minute: give "
        f"its `tempo` or `metre` if you know better"
    )


def _as_sensitive(least: float, sensitivity: float) -> float:
    """How likely a note must be, by what was asked for: .5 leaves it as it is."""
    odds = np.log(least / (1 - least)) - 6 * (sensitivity - 0.5)
    return float(1 / (1 + np.exp(-odds)))


def _unpitched(sound: SoundSource, overview: Overview, how: Transcribing) -> Score:
    """What is written of a sound without a pitch: drums, if they are some."""
    if how.instrument == "auto":
        found = _strokes(sound, overview)
        if len(found.notes) >= _STROKES:
            tell("nothing in the sound has a pitch: it is written as drums (kick, snare, hat)")
            return found
    tell("no notes are heard in the sound: it is noise, or nothing in it has a pitch")
    return scored([])


#: Strokes from which a sound is taken for drums.
_STROKES = 3


def _drummed(sound: SoundSource, overview: Overview, how: Transcribing) -> Score:
    found = _strokes(sound, overview)
    if not len(found.notes):
        tell("no strokes are heard in the sound")
    elif how.timing == "quantised":
        found = replace(_in_time(found.notes, {}, how), parts=found.parts)
    return found


def _strokes(sound: SoundSource, overview: Overview) -> Score:
    parts = []
    for one in stretches(sound, 0.0, heard=False):
        parts.append(kept(one.levels.short[one.own], overview.loudness))
    strokes = strokes_of(np.concatenate(parts))
    return scored(
        [(start, start + 0.1, key, velocity, 0) for start, key, velocity in strokes],
        (Part(name="Drums", drums=True),),
    )
