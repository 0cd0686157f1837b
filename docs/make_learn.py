"""Make the sounds and pictures of the page on learning: ``python docs/make_learn.py``."""

from __future__ import annotations

import warnings
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from make_pictures import DOCS, cut
from make_sounds import save

from eidophone import EidophoneWarning, Model, Sound, generate, learn, translate
from eidophone.jobs.sheet import sheet_of

SOUNDS = DOCS.parent / "sounds"

#: The same as on the page.
FOLDERS = {
    "soft": ("ambi_choir", "ambi_glass_rub", "ambi_piano", "guit_e_slide"),
    "hard": ("loop_safari", "loop_tabla", "perc_bell", "misc_crow"),
}

#: Of each mix, seconds.
SECONDS = 6

#: Shares of `hard`.
SHARES = (0.0, 0.3, 0.5, 0.7, 1.0)


def main() -> None:
    """Make them all."""
    warnings.simplefilter("ignore", EidophoneWarning)
    with TemporaryDirectory() as folder:
        model = learn({name: filled(Path(folder) / name, name) for name in FOLDERS})
    tabla = cut("loop_tabla", 0, 5)
    told = {
        "the loop": tabla,
        "half soft": translate(model, tabla, to="soft=0.5,hard=0.5"),
        "soft": translate(model, tabla, to="soft"),
    }
    shown("translated", told)
    shown("mixed", {f"{share:.0%} hard": mixed(model, share) for share in SHARES})


def filled(folder: Path, name: str) -> Path:
    """The folder of one collection."""
    folder.mkdir()
    for one in FOLDERS[name]:
        copy(SOUNDS / f"{one}.flac", folder)
    return folder


def mixed(model: Model, share: float) -> Sound:
    """A new sound, so much of which is hard."""
    return generate(model, mix=f"soft={1 - share:g},hard={share:g}", seconds=SECONDS, seed=2)[0]


def shown(name: str, sounds: dict[str, Sound]) -> None:
    """Players, and a picture of all of them."""
    for number, sound in enumerate(sounds.values()):
        save(f"learn-{name}-{number}", sound)
    image = sheet_of(list(sounds.items()))
    image.save(DOCS / "images" / f"learn-{name}.jpg", quality=85, subsampling=0)


if __name__ == "__main__":
    main()
