"""``python -m bench.morph``: measure morphs, print the tables, and write docs/morph-figures.md."""

from __future__ import annotations

import contextlib
import io
import runpy
import sys

from bench.progress import progress
from bench.sounds import ROOT

_PAGE = ROOT / "docs" / "morph-figures.md"

_HEAD = """# Figures of morphs

Written by `python -m bench.morph`, in one run, on sounds of Debian packages that it fetches. Beside
each clever method stand those that everybody knows: a measure that they pass is no measure.
"""

_SECTIONS = {
    "glides": """## Between two sounds

Half of each, by every method. *Partial* and *rest*: the loudest partial, and how loud the loudest
other is beside it. *Comb*: the share of the power that is on the harmonics of one pitch. *Peaks*:
spectral peaks in a moment, beside those of the parent that has more: a mixture has too many, and
what was thinned too few. *Rough*: how much bands beat at 20 to 150 Hz, beside the rougher parent.
*Path*: whether a path of mixes goes away from the one and towards the other all the time, and its
longest step beside its shortest.
""",
    "glides --held-out": "### Pairs on which nothing was tuned\n",
    "mosaics": """## One sound told by another

Of six seconds of English speech told by others. *env*, *onset*, *mfcc*: correlations with the
speech. *tex2*: how far from the substance's texture, of which 0 is that itself and 1 as far as
the speech is; *words*: the share of 43 words that a recogniser understands; *coherence*: how much
of the speech's own waveform is still inside. The last six substances were not tuned on.
""",
    "clocks": "## One clock for both\n",
    "speed": "## Speed\n",
}


def main() -> None:
    """Measure everything."""
    page = [_HEAD]
    for section, words in _SECTIONS.items():
        progress(f"measuring {section}")
        name, *options = section.split()
        written = io.StringIO()
        sys.argv = [f"bench.morph.{name}", *options]
        with contextlib.redirect_stdout(written):
            module = runpy.run_module(f"bench.morph.{name}")
            module["main"]()
        about = (module["__doc__"] or "").partition("\n\n")[2].strip()
        print(written.getvalue(), flush=True)
        page += [
            words,
            *([about + "\n"] if name in ("clocks", "speed") else []),
            written.getvalue(),
        ]
    _PAGE.write_text("\n".join(page), encoding="utf-8")
    progress(f"wrote {_PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
