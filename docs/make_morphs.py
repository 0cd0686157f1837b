"""Make the sounds and pictures of the pages on morphing: ``python docs/make_morphs.py``."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

from make_pictures import DOCS, cut
from make_sounds import save

from eidophone import EidophoneWarning, Sound, morph
from eidophone.jobs.sheet import sheet_of
from eidophone.morphing.known import METHODS


class Shown(NamedTuple):
    """What a page shows of a method.

    Attributes:
        parents: the names of the sounds in `PARENTS`.
        choices: of the morph.
    """

    parents: tuple[str, str]
    choices: dict[str, Any]


#: Sound, begin and end in seconds.
PARENTS = {
    "bell": ("perc_bell", 0, 3),
    "choir": ("ambi_choir", 0, 1.57),
    "slide": ("guit_e_slide", 0, 4.3),
    "piano": ("ambi_piano", 0, 2.8),
    "safari": ("loop_safari", 0, 4),
    "crow": ("misc_crow", 0, 0.48),
}

PAGES = {
    "crossfade": Shown(("bell", "choir"), {}),
    "spectral": Shown(("bell", "choir"), {}),
    "split": Shown(("bell", "choir"), {}),
    "transport": Shown(("piano", "choir"), {}),
    "warp": Shown(("slide", "choir"), {}),
    "vocoder": Shown(("safari", "choir"), {}),
    "mosaic": Shown(("safari", "crow"), {}),
    "becoming": Shown(("slide", "crow"), {"mix": "0:1"}),
}


def main() -> None:
    """Make them all."""
    warnings.simplefilter("ignore", EidophoneWarning)
    parents = {name: cut(*where) for name, where in PARENTS.items()}
    for name, sound in parents.items():
        save(f"morph-of-{name}", sound)
    two = [parents["bell"], parents["choir"]]
    every = [(name, morph(*two, method=name)) for name in METHODS]
    sheet("all", [("bell", two[0]), ("choir", two[1]), *every])
    for method, shown in PAGES.items():
        two = [parents[name] for name in shown.parents]
        made = morph(*two, method=method, **shown.choices)
        save(f"morph-{method}", made)
        first, second = zip(shown.parents, two, strict=True)
        sheet(method, [first, (method, made), second])


def sheet(name: str, rows: list[tuple[str, Sound]]) -> None:
    """The picture of a page."""
    image = sheet_of(rows)
    image.save(DOCS / "images" / f"morph-{name}.jpg", quality=85, subsampling=0)


if __name__ == "__main__":
    main()
