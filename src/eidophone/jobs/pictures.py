"""Convert: sound files to picture files and back; what the faces (command line, ...) do.

Everything streams: an hour of sound passes through in bounded memory, and becomes several
pictures where a single one would be larger than its format or the memory allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import already_there, atomic_path
from eidophone.base.claims import claimed
from eidophone.base.errors import PictureError, SoundError, tell
from eidophone.files.image import max_side
from eidophone.files.kinds import FILM_FORMATS, PICTURE_FORMATS, PictureFormat
from eidophone.files.probing import kind_of_bytes
from eidophone.jobs.settings import Decoding, Encoding
from eidophone.jobs.together import finish
from eidophone.picture.codec import encode_blocks, sound_of_bytes
from eidophone.picture.exposure import exposed
from eidophone.picture.foreign.drawing import RIFFUSION_ROWS, RiffusionDrawing
from eidophone.picture.picture import Picture, Source, numbered, numbered_files
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut, rows_beside_strip
from eidophone.picture.several import Several
from eidophone.picture.strip import min_width
from eidophone.sound.choice import NO_CHOICE, Choice
from eidophone.sound.files import opened_reference
from eidophone.sound.level import tell_over
from eidophone.sound.making import Made, Measured, Progress
from eidophone.sound.sound import SoundReader, SoundSource

#: Bytes of pixels that one picture may have; more become several pictures.
_PICTURE_BYTES = 64 * 1024 * 1024

#: Bytes of an original file that a picture may carry: it is held in memory.
_MOST_ORIGINAL_BYTES = 1024 * 1024 * 1024

#: Bytes that a strip must carry for a square of a preset.
_STRIP_BYTES = 18

_SUFFIXES = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".bmp": "bmp",
    ".exr": "exr",
}


def picture_format(name: str | None, path: Path) -> PictureFormat:
    """The format called ``name``, or the one that the suffix of ``path`` means.

    Raises:
        PictureError: there is no such format, or its suffix is another one.
    """
    by_suffix = _SUFFIXES.get(path.suffix.lower())
    chosen = name or by_suffix
    if chosen is None or chosen not in PICTURE_FORMATS:
        what = repr(name) if name else f"{path.suffix!r} ({path})"
        raise PictureError(
            f"there is no format {what}: pictures are {', '.join(PICTURE_FORMATS)}; "
            f"films {', '.join(FILM_FORMATS)}"
        )
    found = PICTURE_FORMATS[chosen]
    if path.suffix and by_suffix and PICTURE_FORMATS[by_suffix].suffix != found.suffix:
        raise PictureError(f"{path}: a picture of format {chosen} is named {found.suffix}")
    return found


def encode_file(
    sound_path: Path, target: Path, how: Encoding, progress: Progress = lambda _: None
) -> list[Path]:
    """Draw the sound file as the picture ``target``, or as numbered ones named after it.

    Returns:
        The pictures, those that were there already included.

    Raises:
        EidophoneError: of all kinds.
    """
    form = picture_format(how.format, target)
    if how.drawn_for == "riffusion":
        return _encode_riffusion(sound_path, target, how, form, progress)
    with claimed(target), SoundReader(sound_path, how.choice) as sound:
        recipe, cut = drawn_as(how, sound, target)
        columns = recipe.columns(sound.sample_count, sound.rate)
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
        original = _original(sound_path) if how.carry_original else None
        blocks = encode_blocks(sound, recipe, dtype=form.dtype)
        drawn = cut.apply(_watched(blocks, columns, progress), columns)
        for path, (first, pixels) in zip(paths, drawn, strict=True):
            source = Source(
                rate=sound.rate,
                channels=sound.channels,
                sample_count=sound.sample_count,
                first_column=first,
            )
            if not (how.resume and path.exists()):
                picture = Picture(pixels, recipe, source)
                if first == 0 and original is not None:
                    picture = replace(picture, original=original, choice=how.choice)
                picture.save(path, quality=form.quality, strip=how.strip, overwrite=how.overwrite)
    return paths


def _encode_riffusion(
    sound_path: Path, target: Path, how: Encoding, form: PictureFormat, progress: Progress
) -> list[Path]:
    """`encode_file` for the programs of riffusion, which read one height only."""
    if how.size not in (None, RIFFUSION_ROWS) or form.suffix not in (".png", ".jpg"):
        raise PictureError(
            f"riffusion reads .png and .jpg of {RIFFUSION_ROWS} rows: write these, whole or with "
            f"`size` {RIFFUSION_ROWS}"
        )
    if how.strip or how.carry_original or how.exposure or how.recipe != Encoding.recipe:
        raise PictureError(
            "riffusion has a recipe and an exposure of its own, no strip, and carries no original"
        )
    with claimed(target), SoundReader(sound_path, how.choice) as sound:
        drawing = RiffusionDrawing(sound)
        width = max_side(target) if how.size is None else how.size
        cut = Cut(width, width) if how.size is None else Cut.squares(width, how.overlap)
        count = cut.count(drawing.columns)
        one = count == 1 and how.size is None
        paths = [target] if one else [numbered(target, 1 + n, count) for n in range(count)]
        if how.resume and all(path.exists() for path in paths):
            return paths
        _refuse_existing(paths, how)
        blocks = _watched(drawing.blocks(), drawing.columns, progress)
        for path, (_, pixels) in zip(paths, cut.apply(blocks, drawing.columns), strict=True):
            if not (how.resume and path.exists()):
                drawing.save(pixels, path, quality=form.quality, overwrite=how.overwrite)
    return paths


def drawn_as(how: Encoding, sound: SoundSource, target: Path) -> tuple[Recipe, Cut]:
    """The recipe of the pictures ``target`` of ``sound``, and how its columns are cut into them."""
    rows = how.size
    if rows is not None and how.strip:
        rows = rows_beside_strip(rows)
    recipe = (how.recipe if rows is None else how.recipe.with_rows(rows)).for_rate(sound.rate)
    recipe = exposed(recipe, sound, how.exposure)
    return recipe, _cut(how, recipe, target, picture_format(how.format, target))


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


def _cut(how: Encoding, recipe: Recipe, target: Path, form: PictureFormat) -> Cut:
    if how.size is not None:
        if how.strip and how.size < min_width(_STRIP_BYTES):
            raise PictureError(
                f"squares of {how.size} pixels are too small for a margin strip: "
                f"it needs {min_width(_STRIP_BYTES)}"
            )
        return Cut.squares(how.size, how.overlap)
    affordable = _PICTURE_BYTES // (recipe.rows * 3 * np.dtype(form.dtype).itemsize)
    width = min(max_side(target), affordable)
    return Cut(width, width)


def _refuse_existing(paths: list[Path], how: Encoding) -> None:
    """Before hours of work, not after."""
    if not how.overwrite and not how.resume:
        for path in paths:
            if path.exists():
                raise already_there(path)


def _original(path: Path) -> bytes:
    size = path.stat().st_size
    if size > _MOST_ORIGINAL_BYTES:
        raise PictureError(f"{path} has {size:,} bytes: too large to be carried in a picture")
    return path.read_bytes()


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
