"""Films: sound files to film files and back; what the faces (command line, ...) do."""

from __future__ import annotations

from pathlib import Path

from eidophone.base.atomic import already_there
from eidophone.base.claims import claimed
from eidophone.base.errors import naming
from eidophone.film.codec import encode_film
from eidophone.film.decoding import plan_decoding
from eidophone.film.film import Film
from eidophone.jobs.settings import FilmDecoding, FilmEncoding
from eidophone.jobs.together import finish
from eidophone.sound.files import opened_reference
from eidophone.sound.making import Progress
from eidophone.sound.sound import SoundReader


def encode_film_file(
    sound_path: Path, target: Path, how: FilmEncoding, progress: Progress = lambda _: None
) -> None:
    """Draw the sound file as the film ``target``: a file, or a folder of pictures.

    Raises:
        EidophoneError: of all kinds.
    """
    if target.exists() and how.resume:
        return
    with claimed(target), SoundReader(sound_path, how.choice) as sound:
        film = encode_film(
            sound,
            how.kind,
            recipe=how.recipe,
            exposure=how.exposure,
            fps=how.fps,
            size=how.size,
            width=how.width,
            overlap=how.overlap,
            look=how.look or "",
            now_line=how.now_line,
            strip=how.strip,
        )
        film.save(target, crf=how.crf, codec=how.codec, overwrite=how.overwrite, progress=progress)


def decode_film_file(
    path: Path,
    target: Path,
    how: FilmDecoding,
    progress: Progress = lambda _: None,
    *,
    place: Path | None = None,
) -> bool:
    """Turn the film into the sound file ``target``; arguments as of `decode_files`.

    Returns:
        Whether it waits.

    Raises:
        EidophoneError: of all kinds.
    """
    if target.exists() and not how.overwrite:
        raise already_there(target)
    film = Film.load(path, fps=how.fps, max_pixels=how.max_pixels or None)
    with (
        claimed(target),
        opened_reference(how.reference) as reference,
        naming(path),
    ):
        decoding = plan_decoding(
            film,
            read=how.read,
            seconds=how.seconds,
            recipe=how.recipe,
            reference=reference,
            use_track=not how.ignore_track,
            overlap=how.overlap,
        )
        made = decoding.made(how.quality)
        return finish(made, target, how, place, overwrite=how.overwrite, progress=progress)
