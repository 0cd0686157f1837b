"""Tunes of music21's corpus, with what their ABC says of them: key, metre, phrases, repeats.

music21 is a package of PyPI with thousands of tunes in ABC; only its files are read. abc2midi, of
Debian's package `abcmidi`, plays them.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from eidophone.notes.midi import read_midi
from eidophone.notes.score import Score

_MODES = {
    **{"": 0, "maj": 0, "ion": 0, "m": 9, "min": 9, "aeo": 9},
    **{"dor": 2, "phr": 4, "lyd": 5, "mix": 7, "loc": 11},
}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True)
class Tune:
    """A tune that abc2midi played, and its ABC.

    Attributes:
        title: of its ``T:``.
        score: as played, repeats and all.
        text: its ABC.
    """

    title: str
    score: Score
    text: str

    @property
    def tonic(self) -> int | None:
        """Pitch class of the tonic by ``K:``."""
        found = self._key()
        return None if found is None else found[0]

    @property
    def mode(self) -> int | None:
        """Degree of the major scale that the mode begins on, in semitones: 2 is dorian."""
        found = self._key()
        return None if found is None else found[1]

    @property
    def metre(self) -> tuple[int, int] | None:
        """By ``M:``."""
        said = field(self.text, "M")
        if said in {"C", "C|"}:
            return (4, 4) if said == "C" else (2, 2)
        found = re.fullmatch(r"(\d+)/(\d+)", said)
        return (int(found[1]), int(found[2])) if found else None

    def _key(self) -> tuple[int, int] | None:
        found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", field(self.text, "K"))
        if not found or found[3].lower()[:3] not in _MODES:
            return None
        tonic = _STEPS[found[1]] + {"#": 1, "b": -1, "": 0}[found[2]]
        return tonic % 12, _MODES[found[3].lower()[:3]]


def field(text: str, name: str) -> str:
    """The first ``name:`` of an ABC tune."""
    found = re.search(rf"(?m)^{name}:[ \t]*(.*?)\s*$", text)
    return found[1] if found else ""


@cache
def tunes(pattern: str, most: int | None = None) -> tuple[Tune, ...]:
    """Tunes of the files of the corpus that ``pattern`` names, of one key and one metre each."""
    spec = find_spec("music21")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("music21 is missing: pip install music21")
    folder = Path(spec.submodule_search_locations[0]) / "corpus"
    made: list[Tune] = []
    for path in sorted(folder.glob(pattern)):
        text = path.read_text(encoding="latin-1").replace("\r", "")
        blocks = [one for one in re.split(r"(?m)^(?=X:)", text) if one.startswith("X:")]
        made += _played(blocks)
        if most is not None and len(made) >= most:
            break
    return tuple(made[:most])


def _played(blocks: list[str]) -> list[Tune]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        numbered = [re.sub(r"^X:.*", f"X:{n}", one).strip() for n, one in enumerate(blocks, 1)]
        (folder / "a.abc").write_text("\n\n".join(numbered) + "\n", encoding="utf-8")
        subprocess.run(["abc2midi", "a.abc"], cwd=folder, capture_output=True, check=False)
        made = []
        for number, text in enumerate(numbered, 1):
            path = folder / f"a{number}.mid"
            body = re.findall(r"(?m)^[KM]:|\[[KM]:", text)
            if path.is_file() and len(body) == 2:
                score = read_midi(path)
                if len(score.notes) >= 16:
                    made.append(Tune(field(text, "T"), score, text))
    return made


def pickup(text: str) -> float | None:
    """Quarter notes before the first bar line of an ABC tune; None where they are not plain."""
    body = re.split(r"(?m)^K:.*\n", text, maxsplit=1)[-1]
    body = re.sub(r'"[^"]*"|\{[^}]*\}|![^!]*!|(?m:^[A-Za-z]:.*$)|%.*', "", body).lstrip(" \n|:[")
    first = re.split(r"[|\[]", body)[0]
    if "(" in re.sub(r"\((?!\d)", "", first) or "<" in first or ">" in first:
        return None
    unit = re.fullmatch(r"(\d+)/(\d+)", field(text, "L"))
    if not unit:
        return None
    total = 0.0
    for over, slashes, under in re.findall(r"[A-Ga-gzx][,']*(\d*)(/*)(\d*)", first):
        value = float(over or 1)
        if slashes:
            value /= float(under) if under else 2.0 ** len(slashes)
        total += value
    return total * 4 * int(unit[1]) / int(unit[2])


def phrases(text: str) -> list[int]:
    """How many notes each line of an ABC tune has: in the Essen collection lines are phrases."""
    body = re.split(r"(?m)^K:.*\n", text, maxsplit=1)[-1]
    counts = []
    for line in body.splitlines():
        if re.match(r"[A-Za-z]:|%", line):
            continue
        plain = re.sub(r'"[^"]*"|\{[^}]*\}|![^!]*!', "", line)
        notes = len(re.findall(r"[A-Ga-g]", plain)) - len(
            re.findall(r"-[\s|]*(?=[\^_=]*[A-Ga-g])", plain)
        )
        if notes:
            counts.append(notes)
    return counts
