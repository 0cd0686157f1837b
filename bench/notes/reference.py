"""``python -m bench.notes reference``: measure the tunes of several peoples, for the report.

Writes src/eidophone/notes/fundamentals/reference.json: numbers only, no tunes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import eidophone.notes.fundamentals.reference as kept
from bench.notes.abc import tunes
from eidophone.notes.fundamentals.lines import line_of
from eidophone.notes.fundamentals.measuring import measured

#: Files of music21's corpus, by whose tunes they are.
PEOPLES = {
    "Irish (O'Neill)": "oneills1850/*.abc",
    "Scottish and English (Aird)": "airdsAirs/*.abc",
    "North American (Ryan)": "ryansMammoth/*.abc",
    "German (Essen: Erk)": "essenFolksong/erk*.abc",
    "Lorraine (Essen)": "essenFolksong/lot.abc",
    "Luxembourg (Essen)": "essenFolksong/lux.abc",
    "Han Chinese (Essen)": "essenFolksong/han*.abc",
}

#: Tunes of each.
_EACH = 250


def main() -> None:
    """Measure, and write."""
    rng = np.random.default_rng(0)
    found = []
    for name, pattern in PEOPLES.items():
        some = tunes(pattern)
        chosen = rng.permutation(len(some))[:_EACH]
        found.append(measured(name, [line_of(some[n].score) for n in chosen]))
        print(f"{name}: {len(found[-1].tunes)} tunes", flush=True)
    Path(kept.__file__).with_name("reference.json").write_text(
        kept.reference_text(found), encoding="utf-8"
    )
