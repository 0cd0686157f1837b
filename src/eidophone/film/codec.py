"""The codec of films: sound to film, and any film to sound.

    sound --core--> columns of pixels --windows or instants--> frames
    frames --windows, instants or readings--> columns of pixels --core--> sound

Columns come and go in blocks, so a film may be of any length, and the phase of its sound runs on
from the first frame to the last.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from eidophone.film.decoding import plan_decoding
from eidophone.film.encoding import draw
from eidophone.film.facts import frame_rate
from eidophone.film.film import Film
from eidophone.film.planning import plan
from eidophone.film.settings import Kind, Reading
from eidophone.picture.exposure import exposed
from eidophone.picture.recipe import Recipe
from eidophone.picture.settings import ExposureChoice, Quality
from eidophone.sound.level import Level
from eidophone.sound.sound import Sound, SoundSource, as_sound


def encode_film(
    sound: SoundSource | str | Path,
    kind: Kind = "scroll",
    *,
    recipe: Recipe | str = "standard",
    exposure: ExposureChoice = 0.0,
    fps: float | Fraction | None = None,
    size: int = 512,
    width: int | None = None,
    overlap: float = 0.0,
    look: str = "",
    now_line: bool = False,
    strip: bool = False,
) -> Film:
    """Draw ``sound`` as a film that lasts as long. Its frames are drawn when they are asked for.

    Args:
        sound: a `Sound`, the path of a file, or what `open_sound` gives.
        kind: ``"pages"``: each frame is a picture of the next stretch of sound; ``"scroll"``: a
            window that slides along the sound, the present in its middle; ``"instants"``: each
            frame is one moment, on a spiral each turn of which is an octave.
        recipe: what pictures mean: a recipe, the name of a preset, or a recipe file (.json).
        exposure: as in `encode`.
        fps: frames per second; by default 30, 60 for instants, and one for each page.
        size: height of a frame in pixels, and its width unless that is given.
        width: of a frame in pixels. Instants are square, unless they have a look.
        overlap: fraction of a page that it shares with the next.
        look: colour the film, one of `LOOKS`: for looking only, `decode_film` gives its track.
        now_line: draw a line through the present of a scroll.
        strip: draw a margin strip, for tools that lose metadata.

    Raises:
        FilmError: a value is out of its range.
    """
    sound = as_sound(sound)
    rate = None if fps is None else frame_rate(fps)
    facts = plan(
        sound,
        kind,
        recipe=exposed(Recipe.resolve(recipe), sound, exposure),
        fps=rate,
        size=size,
        width=width,
        overlap=overlap,
        look=look,
        now_line=now_line,
        strip=strip,
    )
    return Film(draw(sound, facts, rate or facts.fps), facts, sound)


def decode_film(
    film: Film | str | Path,
    *,
    read: Reading = "auto",
    seconds: float | None = None,
    quality: Quality = "standard",
    recipe: Recipe | str | None = None,
    reference: SoundSource | str | Path | None = None,
    use_track: bool = True,
    overlap: float | None = None,
    gain: float | None = None,
    as_drawn: bool = False,
) -> Sound:
    """The sound of ``film``: its own if no pixel was altered, and of any film some sound.

    Of a film with a look it is the sound track, alone.

    Args:
        film: any, or the path of its file.
        read: ``"auto"``: films of ours as they were made, and others by what they show;
            ``"pages"``, ``"scroll"``, ``"instants"``: as such, whoever made them;
            ``"cycle"``: round and round through the picture while the film turns it;
            ``"sweep"``: once across the picture while the whole film plays.
        seconds: how long the sound is to be; by default as long as it was, or as the film is.
            Unknown pages last as long as their pictures.
        quality: as in `decode`.
        recipe: read the pictures with this one, whatever the film says.
        reference: as in `decode`; by default the sound track of films of ours.
        use_track: lean on the sound track of films of ours; False for the pixels alone.
        overlap: fraction of a page that it shares with the next, in films that do not say; by
            default what is seen.
        gain: as in `decode`.
        as_drawn: as in `decode`.

    Raises:
        FilmError: there is no such reading, or the film cannot be read so.
    """
    level = Level(gain=gain, as_drawn=as_drawn)
    decoding = plan_decoding(
        film if isinstance(film, Film) else Film.load(film),
        read=read,
        seconds=seconds,
        recipe=None if recipe is None else Recipe.resolve(recipe),
        reference=None if reference is None else as_sound(reference, downmix=True),
        use_track=use_track,
        overlap=overlap,
    )
    return decoding.made(quality).sound(level)
