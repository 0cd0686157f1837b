"""``python -m bench.notes playing``: how well one recorded note plays music, beside other ways.

*found*: the onset F, within 50 ms, of the notes that basic-pitch by itself finds in two chorales of
Bach and an Irish tune, 12 seconds of each, played by a SoundFont's own instrument through
FluidSynth; then by one note of that instrument, C4 of 3 seconds: by us; resampled, as samplers do;
and with ``--pictures``, by its picture, moved by rows and decoded, which takes a second for each of
some forty notes. *like*: Zimtohrli's opinion (5 is no difference) of a second of that note moved by
-7, -3, 4 and 8 semitones beside the SoundFont's own at that pitch. *cost*: CPU seconds a second of
music, on one core. The rows below the first mean were never looked at while this was built: other
SoundFonts, other instruments, other pieces. Instruments that are named are measured alone.

Needs FluidSynth with the SoundFonts of Debian's timgm6mb-soundfont, fluidr3mono-gm-soundfont,
opl3-soundfont, musescore-general-soundfont-small, and csound-soundfont in ``bench/data``;
basic-pitch, music21 and zimtohrli.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soxr

from bench.metrics import mos
from bench.notes.finding import found, score_of_onsets
from bench.progress import progress
from eidophone import EidophoneWarning, Picture, Sound, decode, encode
from eidophone.notes.playing.instrument import Instrument
from eidophone.notes.playing.mixing import Mix
from eidophone.notes.playing.recorded import Recorded, recorded
from eidophone.notes.playing.shifting import shifted
from eidophone.notes.playing.soundfont import RATE, fonted
from eidophone.notes.score import Part, Score, scored

_FONTS = {
    "TimGM6mb": "/usr/share/sounds/sf2/TimGM6mb.sf2",
    "MuseScore": "/usr/share/sounds/sf3/MuseScore_General_Lite.sf3",
    "FluidR3": "/usr/share/fluidr3mono-gm-soundfont/FluidR3Mono_GM.sf3",
    "OPL-3": "/usr/share/sounds/sf2/OPL-3_FM_128M.sf2",
    "Csound": "bench/data/csound-soundfont/sounds/sf2/sf_GMbank.sf2",
}

#: Font, program, name; and which pieces.
_SEEN = [
    ("TimGM6mb", 0, "piano"),
    ("TimGM6mb", 24, "guitar"),
    ("TimGM6mb", 40, "violin"),
    ("TimGM6mb", 73, "flute"),
    ("TimGM6mb", 56, "trumpet"),
    ("TimGM6mb", 52, "choir, ah"),
    ("FluidR3", 25, "steel guitar"),
    ("FluidR3", 6, "harpsichord"),
    ("FluidR3", 42, "cello"),
    ("FluidR3", 68, "oboe"),
    ("FluidR3", 53, "voice, oh"),
    ("TimGM6mb", 107, "koto"),
    ("TimGM6mb", 19, "church organ"),
    ("FluidR3", 104, "sitar"),
    ("FluidR3", 106, "shamisen"),
    ("TimGM6mb", 108, "kalimba"),
    ("FluidR3", 111, "shanai"),
    ("FluidR3", 12, "marimba"),
    ("OPL-3", 45, "pizzicato"),
    ("OPL-3", 16, "organ"),
]
_HELD_OUT = [
    ("MuseScore", 11, "vibraphone"),
    ("MuseScore", 21, "accordion"),
    ("MuseScore", 46, "harp"),
    ("MuseScore", 60, "horn"),
    ("Csound", 48, "strings"),
    ("Csound", 71, "clarinet"),
    ("Csound", 75, "pan flute"),
    ("Csound", 105, "banjo"),
]
_SEEN_PIECES, _HELD_OUT_PIECES = ((0, 61), 3), ((5, 118), 40)

_SECONDS, _SOURCE, _MOVED = 12.0, 60, (-7, -3, 4, 8)

Sounds = Callable[[Recorded, float, float], np.ndarray]


def main() -> None:
    """Print the table."""
    warnings.simplefilter("ignore", EidophoneWarning)
    ways: dict[str, Sounds | None] = {"ours": _ours, "resampled": _resampled, "picture": None}
    if "--pictures" in sys.argv:
        ways["picture"] = _picture
    names = [one for one in sys.argv[1:] if not one.startswith("-")]
    print(
        "| instrument | found: SoundFont | ours | resampled | picture | ours ÷ SoundFont "
        "| resampled ÷ SoundFont | like: ours | resampled | picture | cost: ours |\n|---|"
        + "---|"
        * 10
    )
    for rows, pieces in ((_SEEN, _SEEN_PIECES), (_HELD_OUT, _HELD_OUT_PIECES)):
        songs = [*(_chorale(one) for one in pieces[0]), _tune(pieces[1])]
        means = []
        for font, program, name in rows:
            if names and name not in names:
                continue
            progress(f"{font} {name}")
            means.append(_row(font, program, name, songs, ways))
        if means:
            _print("**mean**", np.mean(means, axis=0))


def _row(
    font: str, program: int, name: str, songs: list[Score], ways: dict[str, Sounds | None]
) -> list[float]:
    own = _by_font([_programmed(song, program) for song in songs], font)
    by_font = float(np.mean([score_of_onsets(*both) for both in _heard(songs, own)]))
    pitches = (_SOURCE, *(_SOURCE + by for by in _MOVED))
    singles = [scored([(0, 3, one, 100, 0)], [Part(program=program)]) for one in pitches]
    single, *others = _by_font(singles, font)
    note, prompt = recorded(single, at_once=False), recorded(single)
    finds, likes, cost = [], [], 0.0
    for way, sounds in ways.items():
        if sounds is None:
            finds.append(np.nan)
            likes.append(np.nan)
            continue
        source = prompt if way == "ours" else note
        instrument = Instrument([source]) if way == "ours" else _of_all(songs, source, sounds)
        begun = time.process_time()
        played = [_played(song, source, instrument) for song in songs]
        if way == "ours":
            cost = (time.process_time() - begun) / sum(one.duration_seconds for one in played)
        finds.append(float(np.mean([score_of_onsets(*both) for both in _heard(songs, played)])))
        likes.append(
            float(
                np.mean([_like(source, *each, sounds) for each in zip(_MOVED, others, strict=True)])
            )
        )
    shares = [one / by_font for one in finds[:2]]
    row = [by_font, *finds, *shares, *likes, cost]
    _print(f"{font} {name}", row)
    return row


def _print(name: str, row: np.ndarray | list[float]) -> None:
    words = ["–" if np.isnan(one) else f"{one:.2f}" for one in row[:-1]]
    print(f"| {name} | {' | '.join(words)} | {row[-1]:.3f} |", flush=True)


def _heard(songs: list[Score], played: list[Sound]):
    for song, sound in zip(songs, played, strict=True):
        yield song, found(sound)


def _of_all(songs: list[Score], note: Recorded, sounds: Sounds) -> Instrument:
    """A note of every pitch that is needed, each made of the one."""
    pitches = sorted({float(one) for song in songs for one in song.notes["pitch"]})
    made = [Sound(sounds(note, pitch, note.seconds), note.rate) for pitch in pitches]
    return Instrument([recorded(*both, at_once=False) for both in zip(made, pitches, strict=True)])


def _played(song: Score, note: Recorded, instrument: Instrument) -> Sound:
    mix = Mix(song, lambda *_: instrument, RATE, note.release)
    return Sound(np.concatenate(list(mix.blocks()), axis=1), RATE)


def _like(note: Recorded, by: int, other: Sound, sounds: Sounds) -> float:
    """Of a second, at the same level, from where each begins."""
    there = recorded(other, float(_SOURCE + by), at_once=False)
    made = sounds(note, _SOURCE + by, 1.5)
    here = recorded(Sound(made, note.rate), float(_SOURCE + by), at_once=False)
    a, b = (one.samples.mean(axis=0)[: note.rate] for one in (there, here))
    size = min(len(a), len(b))
    a, b = a[:size], b[:size]
    scale = np.sqrt((a**2).mean() / max((b**2).mean(), 1e-20))
    loud = 0.1 / max(float(np.abs(a).max()), 1e-9)
    return mos(a * loud, b * scale * loud, note.rate)


def _ours(note: Recorded, pitch: float, seconds: float) -> np.ndarray:
    return shifted(note, pitch, seconds, note.rate)


def _resampled(note: Recorded, pitch: float, seconds: float) -> np.ndarray:  # noqa: ARG001
    ratio = 2 ** ((pitch - note.pitch) / 12)
    return soxr.resample(note.samples.T, note.rate * ratio, note.rate).T


def _picture(note: Recorded, pitch: float, seconds: float) -> np.ndarray:  # noqa: ARG001
    """The `octaves` recipe has 4 rows a semitone; the upper rows are the higher ones."""
    picture = encode(Sound(note.samples, note.rate), recipe="octaves")
    rows = round(4 * (pitch - note.pitch))
    pixels = np.roll(picture.pixels, -rows, axis=0)
    if rows > 0:
        pixels[-rows:] = 0
    elif rows < 0:
        pixels[:-rows] = 0
    moved = Picture(pixels, picture.recipe, picture.source)
    return decode(moved, as_drawn=True).samples


def _by_font(scores: list[Score], font: str) -> list[Sound]:
    """All at one go, as SoundFonts take long to load."""
    apart = _SECONDS + 6
    notes = [one.notes.copy() for one in scores]
    for place, some in enumerate(notes):
        for name in ("start", "end"):
            some[name] += place * apart
    whole = scored(np.concatenate(notes), scores[0].parts)
    samples = np.concatenate(list(fonted(whole, Path(_FONTS[font]))), axis=1)
    size = round(apart * RATE)
    return [Sound(samples[:, n * size : (n + 1) * size], RATE) for n in range(len(scores))]


def _programmed(score: Score, program: int) -> Score:
    return scored(score.notes, [Part(program=program)])


def _chorale(number: int) -> Score:
    from music21 import corpus  # noqa: PLC0415

    paths = [one for one in corpus.getComposer("bach") if Path(one).name.startswith("bwv")]
    piece = corpus.parse(paths[number]).stripTies()
    return _cut([note for part in piece.parts for note in _notes(part, 90)])


def _tune(number: int) -> Score:
    from music21 import corpus  # noqa: PLC0415

    path = corpus.getComposer("oneills1850")[0]
    return _cut(_notes(corpus.parse(path, number=number), 100))


def _notes(part, beats_a_minute: float) -> list[tuple[float, float, float, int, int]]:
    beat, notes = 60 / beats_a_minute, []
    for one in part.flatten().notes:
        for pitch in one.pitches:
            start = float(one.offset) * beat
            end = start + 0.97 * float(one.quarterLength) * beat
            if end > start:
                notes.append((start, end, float(pitch.midi), 80, 0))
    return notes


def _cut(notes: list[tuple[float, float, float, int, int]]) -> Score:
    return scored([one for one in notes if one[0] < _SECONDS - 1])


if __name__ == "__main__":
    sys.exit(main())
