"""Films: sound files to film files and back; what the faces (command line, ...) do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from eidophone.base.atomic import already_there
from eidophone.files.video import DEFAULT_MAX_FRAME_PIXELS
from eidophone.film import Film, Kind, Reading, encode_film
from eidophone.film.decoding import plan_decoding
from eidophone.film.readings import USUAL_OVERLAP
from eidophone.picture.codec import Quality
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundWriter, open_sound

#: Told the fraction of the work that is done, now and then.
Progress = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class FilmEncoding:
    """How sound files are drawn as films; see `encode_film`.

    Attributes:
        crf: constant rate factor of lossy formats; None for the format's usual one.
        codec: another one than the format's usual one.
        channels: the one or two to draw, counted from 0; None: all there are.
        overwrite: replace files that are there already.
        resume: leave files that are there already as they are, and make the others.
    """

    recipe: Recipe
    kind: Kind = "scroll"
    fps: Fraction | None = None
    size: int = 512
    overlap: float = 0.0
    look: str = ""
    now_line: bool = False
    strip: bool = False
    crf: int | None = None
    codec: str | None = None
    channels: tuple[int, ...] | None = None
    overwrite: bool = False
    resume: bool = False


def encode_film_file(
    sound_path: Path, target: Path, how: FilmEncoding, progress: Progress = lambda _: None
) -> None:
    """Draw the sound file as the film ``target``: a file, or a folder of pictures.

    Raises:
        EidophoneError: of all kinds.
    """
    if target.exists() and how.resume:
        return
    with open_sound(sound_path, how.channels) as sound:
        film = encode_film(
            sound,
            how.kind,
            recipe=how.recipe,
            fps=how.fps,
            size=how.size,
            overlap=how.overlap,
            look=how.look,
            now_line=how.now_line,
            strip=how.strip,
        )
        film.save(target, crf=how.crf, codec=how.codec, overwrite=how.overwrite, progress=progress)


@dataclass(frozen=True, kw_only=True)
class FilmDecoding:
    """How films are turned into sound; see `decode_film`.

    Attributes:
        reference: the original sound file.
        fps: frames per second of a folder of pictures that does not say.
        max_pixels: refuse films of larger frames; None for no limit.
        overwrite: replace a file that is there already.
    """

    read: Reading = "auto"
    seconds: float | None = None
    quality: Quality = "standard"
    recipe: Recipe | None = None
    reference: Path | None = None
    use_track: bool = True
    overlap: float = USUAL_OVERLAP
    fps: Fraction | None = None
    max_pixels: int | None = DEFAULT_MAX_FRAME_PIXELS
    overwrite: bool = False


def decode_film_file(
    path: Path, target: Path, how: FilmDecoding, progress: Progress = lambda _: None
) -> None:
    """Turn the film into the sound file ``target``.

    Raises:
        EidophoneError: of all kinds.
    """
    if target.exists() and not how.overwrite:
        raise already_there(target)
    film = Film.load(path, fps=how.fps, max_pixels=how.max_pixels)
    with nullcontext() if how.reference is None else open_sound(how.reference) as reference:
        decoding = plan_decoding(
            film,
            read=how.read,
            seconds=how.seconds,
            recipe=how.recipe,
            reference=reference,
            use_track=how.use_track,
            overlap=how.overlap,
        )
        sound = decoding.target
        with SoundWriter(target, sound.rate, sound.channels, overwrite=how.overwrite) as writer:
            for block in decoding.blocks(how.quality):
                writer.write(block)
                progress(writer.sample_count / sound.sample_count)
