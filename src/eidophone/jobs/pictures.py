"""Convert: sound files to picture files and back; what the faces (command line, ...) do.

Everything streams: an hour of sound passes through in bounded memory, and becomes several
pictures where a single one would be larger than its format or the memory allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import already_there, atomic_path
from eidophone.base.claims import claimed
from eidophone.base.errors import PictureError, SoundError, tell
from eidophone.files.probing import kind_of_bytes
from eidophone.jobs.drawing import drawing_of
from eidophone.jobs.settings import Decoding, Encoding
from eidophone.jobs.together import finish
from eidophone.picture.original import sound_of_bytes
from eidophone.picture.part import Paint
from eidophone.picture.picture import Picture, numbered, numbered_files
from eidophone.picture.several import Several
from eidophone.sound.choice import NO_CHOICE, Choice
from eidophone.sound.files import opened_reference
from eidophone.sound.level import tell_over
from eidophone.sound.making import Made, Measured, Progress
from eidophone.sound.sound import SoundReader


def encode_file(
    sound_path: Path,
    target: Path,
    how: Encoding,
    progress: Progress = lambda _: None,
    paint: Paint | None = None,
) -> list[Path]:
    """Draw the sound file as the picture ``target``, or as numbered ones named after it.

    Columns are painted over by ``paint``, if there is one, as they come.

    Returns:
        The pictures, those that were there already included.

    Raises:
        EidophoneError: of all kinds.
    """
    with claimed(target), SoundReader(sound_path, how.choice) as sound:
        drawing = drawing_of(sound, sound_path, target, how)
        columns, cut = drawing.columns, drawing.cut
        count = cut.count(columns)
        is_whole = count == 1 and how.size is None
        paths = [target] if is_whole else [numbered(target, 1 + n, count) for n in range(count)]
        if not is_whole and how.size is None:
            tell(
                f"{target} would be {columns} columns wide: it becomes {count} pictures, "
                f"{paths[0].name} to {paths[-1].name}"
            )
        if how.resume and all(path.exists() for path in paths):
            return paths
        _refuse_existing(paths, how)
        blocks = drawing.blocks() if paint is None else _painted(drawing.blocks(), paint)
        drawn = cut.apply(_watched(blocks, columns, progress), columns)
        for path, (first, pixels) in zip(paths, drawn, strict=True):
            if not (how.resume and path.exists()):
                drawing.save(pixels, first, path)
    return paths


def decode_files(
    paths: list[Path],
    target: Path,
    how: Decoding,
    progress: Progress = lambda _: None,
    *,
    place: Path | None = None,
) -> bool:
    """Turn the pictures, one after the other, into the sound file ``target``.

    Args:
        paths: of the pictures.
        target: of the sound.
        how: as it was chosen.
        progress: told how much is done.
        place: where the sound waits for others, see `Together`; None: it does not.

    Returns:
        Whether it waits.

    Raises:
        EidophoneError: of all kinds.
    """
    if target.exists() and not how.overwrite:
        raise already_there(target)
    with claimed(target), _naming(paths), opened_reference(how.reference) as given:
        unaltered = how.reference_pictures
        pictures = Several(
            _reader(paths, how),
            len(paths),
            overlap=how.overlap,
            reference=given,
            before=None if unaltered is None else lambda: _references(how, len(paths)),
            seconds=how.seconds,
            rate=how.rate,
        )
        as_it_was = given is None and how.seconds is None and how.rate is None
        if pictures.original is not None and pictures.untouched and as_it_was:
            try:
                _write_original(pictures.original, pictures.choice, target, how)
                return False
            except SoundError:
                tell(f"{paths[0]} carries an original sound that is damaged: it is left out")
        guess = pictures.guess
        if guess:
            tell(f"{paths[0]}: {guess}")
        made = pictures.made(quality=how.quality)
        return finish(made, target, how, place, overwrite=how.overwrite, progress=progress)


@contextmanager
def _naming(paths: list[Path]) -> Iterator[None]:
    """Name the pictures in what is wrong with them together."""
    try:
        yield
    except PictureError as error:
        if any(str(path) in str(error) for path in paths):
            raise
        more = f" to {paths[-1].name}" if len(paths) > 1 else ""
        raise PictureError(f"{paths[0]}{more}: {error}") from None


def load_picture(path: Path, how: Decoding) -> Picture:
    """The picture at ``path``, read as ``how`` says."""
    limit = how.max_pixels or None
    picture = Picture.load(path, recipe=how.recipe, max_pixels=limit, hints=how.hints)
    if picture.drawn_by and picture.source is None:
        tell(f"{path}: taken for {picture.drawn_by}")
    return picture


def pictures_named(path: Path) -> list[Path]:
    """``path`` itself, or if it is not there, the numbered pictures that it became.

    Raises:
        PictureError: there is neither.
    """
    found = [path] if path.exists() else numbered_files(path)
    if not found:
        raise PictureError(f"there is no picture {path}")
    return found


def _reader(paths: list[Path], how: Decoding) -> Callable[[], Iterable[Picture]]:
    """Reads the pictures, as often as it is called; a single one is kept."""
    if len(paths) > 1:
        return lambda: (load_picture(path, how) for path in paths)
    only = [load_picture(path, how) for path in paths]
    return lambda: only


def _references(how: Decoding, count: int) -> Iterator[Picture]:
    """The reference pictures, of which there must be ``count``."""
    paths = how.reference_pictures or []
    if len(paths) != count:
        raise PictureError(
            f"there are {len(paths)} reference pictures for {count} pictures: "
            f"send as many through the tool"
        )
    return (load_picture(path, how) for path in paths)


def _watched(blocks: Iterator[Pixels], columns: int, progress: Progress) -> Iterator[Pixels]:
    done = 0
    for block in blocks:
        done += block.shape[1]
        progress(done / columns)
        yield block


def _painted(blocks: Iterator[Pixels], paint: Paint) -> Iterator[Pixels]:
    done = 0
    for block in blocks:
        yield paint(done, block)
        done += block.shape[1]


def _refuse_existing(paths: list[Path], how: Encoding) -> None:
    """Before hours of work, not after."""
    if not how.overwrite and not how.resume:
        for path in paths:
            if path.exists():
                raise already_there(path)


def _write_original(original: bytes, choice: Choice, target: Path, how: Decoding) -> None:
    """The original file bit for bit; or its sound, if another format, part or level is wanted."""
    kind = kind_of_bytes(original)
    sound = sound_of_bytes(original, choice)
    is_asked_for = choice == NO_CHOICE and not how.gain
    if kind and target.suffix.lower() in kind.endings and is_asked_for:
        with atomic_path(target, overwrite=how.overwrite) as temporary:
            temporary.write_bytes(original)
        tell_over(Measured(sound).peak)
    else:
        Made.itself(sound).write(target, how, overwrite=how.overwrite)
