"""Make the sounds and pictures of the pages on morphing: ``python docs/make_morphs.py``."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
from make_pictures import DOCS, cut
from make_pictures import sheet_of as captioned
from make_sounds import save
from PIL import Image

from eidophone import EidophoneWarning, Sound, encode, morph
from eidophone.jobs.sheet import sheet_of
from eidophone.morphing.looping import looped
from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.pictured import articulated_picture
from eidophone.picture.picture import to_depth


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
    image = pictured(parents["safari"], parents["crow"])
    image.save(DOCS / "images" / "morph-pictured.jpg", quality=85, subsampling=0)
    for method, shown in PAGES.items():
        two = [parents[name] for name in shown.parents]
        made = morph(*two, method=method, **shown.choices)
        save(f"morph-{method}", made)
        first, second = zip(shown.parents, two, strict=True)
        sheet(method, [first, (method, made), second])


def pictured(content: Sound, substance: Sound) -> Image.Image:
    """Articulation as something done to pictures."""
    samples = looped(substance.samples, content.sample_count, substance.rate)
    pictures = [encode(one, dtype=np.float32) for one in (content, Sound(samples, substance.rate))]
    made = articulated_picture(*pictures, articulation=1)
    names = "the content", "the substance", "articulated"
    tiles = [
        Image.fromarray(to_depth(one.pixels, "uint8")).crop((0, 0, 345, 512))
        for one in (*pictures, made)
    ]
    return captioned([list(zip(names, tiles, strict=True))])


def sheet(name: str, rows: list[tuple[str, Sound]]) -> None:
    """The picture of a page."""
    image = sheet_of(rows)
    image.save(DOCS / "images" / f"morph-{name}.jpg", quality=85, subsampling=0)


if __name__ == "__main__":
    main()
