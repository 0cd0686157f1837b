"""Tones: short examples as players that are inside a page."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable

import numpy as np
import soundfile

from eidophone.base.arrays import Float32
from eidophone.notes.fundamentals.lines import Line

RATE = 16_000

#: One note of an example: seconds, seconds, semitones (69 is 440 Hz, fractions are microtones).
Played = tuple[float, float, float]

#: How loud each partial of the tone is, and seconds in which the lowest dies away.
_PARTIALS, _SECONDS = (1.0, 0.45, 0.25, 0.12, 0.06), 0.9

_ATTACK, _RELEASE = 0.006, 0.05

#: Between these examples are brought by octaves: what small speakers play.
_LOWEST, _HIGHEST = 52.0, 88.0

_MOST_SECONDS = 14.0


def sounding(notes: Iterable[Played]) -> Float32:
    """Notes as samples ``[n]`` at `RATE`, plucked."""
    some = [one for one in notes if one[0] < _MOST_SECONDS]
    if not some:
        return np.zeros(RATE // 4, np.float32)
    middle = float(np.median([pitch for _, _, pitch in some]))
    moved = 12.0 * round((np.clip(middle, _LOWEST + 12, _HIGHEST - 12) - middle) / 12)
    end = max(start + length for start, length, _ in some) + 0.4
    out = np.zeros(int(end * RATE) + 1, np.float32)
    for start, length, pitch in some:
        first = int(start * RATE)
        tone = _tone(length, pitch + moved)[: len(out) - first]
        out[first : first + len(tone)] += tone
    return out * np.float32(0.7 / max(float(np.abs(out).max()), 1e-6))


def player(notes: Iterable[Played], name: str) -> str:
    """Notes to listen to, as an element of a page; ``name`` says what they are."""
    held = io.BytesIO()
    soundfile.write(held, sounding(notes), RATE, format="FLAC", subtype="PCM_16")
    data = base64.b64encode(held.getvalue()).decode("ascii")
    said = html.escape(name)
    return (
        f'<figure class="play"><figcaption>{said}</figcaption><audio controls preload="none" '
        f'aria-label="{said}" src="data:audio/flac;base64,{data}"></audio></figure>'
    )


def of_line(line: Line, first: int, end: int) -> list[Played]:
    """Some notes of a melody as they were played, if neither crawling nor rushing."""
    end = min(end, len(line))
    if end <= first:
        return []
    usual = float(np.median(line.gaps[first:end])) * line.beat
    beat = line.beat * float(np.clip(0.3 / max(usual, 1e-3), 0.5, 2.0))
    return [
        (
            float(line.onsets[n] - line.onsets[first]) * beat,
            max(float(line.lengths[n]) * beat, 0.06),
            float(line.pitches[n]),
        )
        for n in range(first, end)
    ]


def of_pitches(pitches: Iterable[float], step: float = 0.32) -> list[Played]:
    """Pitches one after another; the last is held."""
    some = list(pitches)
    last = len(some) - 1
    return [(n * step, step * (2.5 if n == last else 1), pitch) for n, pitch in enumerate(some)]


def _tone(length: float, pitch: float) -> Float32:
    at = np.arange(int((length + _RELEASE) * RATE)) / RATE
    hz = 440 * 2 ** ((pitch - 69) / 12)
    out = np.zeros(len(at))
    for number, level in enumerate(_PARTIALS, 1):
        if number * hz < RATE / 2:
            fading = np.exp(-at * number**0.7 / _SECONDS)
            out += level * fading * np.sin(2 * np.pi * number * hz * at)
    out *= np.minimum(at / _ATTACK, 1) * np.clip((length + _RELEASE - at) / _RELEASE, 0, 1)
    return out.astype(np.float32)
