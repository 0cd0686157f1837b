"""Info: what a file is, in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eidophone.base.errors import EidophoneError, FilmError, PictureError, SoundError
from eidophone.files.kinds import MAX_PICTURE_PIXELS, PICTURE_SUFFIXES, is_midi
from eidophone.files.probing import kind_of
from eidophone.film.film import Film, is_film
from eidophone.learning.about import about
from eidophone.learning.storing import SUFFIX
from eidophone.notes.midi import read_midi
from eidophone.notes.pictures.picture import NotesPicture
from eidophone.notes.traditions.collection import so_many
from eidophone.notes.traditions.model import SUFFIX as TRADITION
from eidophone.notes.traditions.model import Model
from eidophone.picture.colour import Colour, colour_of
from eidophone.picture.picture import Picture, Source
from eidophone.picture.recipe import Recipe
from eidophone.sound.sound import SoundSource, open_sound

Line = tuple[str, str]

#: Parts of notes that are named, at most.
_MOST_PARTS = 8


def describe(path: Path, *, max_pixels: int | None = MAX_PICTURE_PIXELS) -> list[Line]:
    """What the file at ``path`` is, as pairs of a name and what it says.

    Raises:
        EidophoneError: it is not there, or none of what Eidophone knows.
    """
    by_ending = _BY_ENDING.get(path.suffix.lower())
    if by_ending is not None:
        return by_ending(path)
    if is_midi(path):
        return _midi_lines(path)
    if is_film(path):
        return _film_lines(path, max_pixels)
    try:
        return _any_picture_lines(path, max_pixels)
    except PictureError as picture_error:
        try:
            return _sound_lines(path)
        except SoundError as sound_error:
            kind = kind_of(path)
            seen = (
                path.suffix.lower() in PICTURE_SUFFIXES if kind is None else kind.holds == "picture"
            )
            error: EidophoneError = picture_error if seen else sound_error
            raise error from None


def _any_picture_lines(path: Path, max_pixels: int | None) -> list[Line]:
    notes = NotesPicture.load(path, max_pixels=max_pixels)
    if notes is not None:
        return _notes_lines(notes)
    return _picture_lines(Picture.load(path, max_pixels=max_pixels))


def _notes_lines(picture: NotesPicture) -> list[Line]:
    height, width = picture.pixels.shape[:2]
    facts, grid = picture.facts, picture.facts.grid
    names = [part.name or ("drums" if part.drums else "no name") for part in facts.parts]
    low, high = grid.bottom + 0.5, grid.bottom + grid.rows / grid.per_semitone - 0.5
    lines = [
        ("picture", f"of notes, {grid.look}: {width} x {height} pixels"),
        ("parts", f"{len(names)}: {', '.join(names[:_MOST_PARTS])}"),
        ("pitches", f"{low:.0f} to {high:.0f}, {grid.per_semitone:g} rows a semitone"),
        ("lasts", _duration(facts.columns * grid.hop_seconds)),
        ("MIDI", "carried along" if facts.midi else "not there: notes are read from pixels"),
    ]
    if picture.harm not in ("", "none"):
        lines.append(("was", picture.harm))
    return [*lines, ("pixels", "untouched" if picture.untouched else "altered")]


def _model_lines(path: Path) -> list[Line]:
    learnt = [
        (one.name, f"{one.sounds} sounds, {_duration(one.seconds)}")
        for one in about(path).collections
    ]
    return [("model", "what was learnt of these collections"), *learnt]


def _tradition_lines(path: Path) -> list[Line]:
    learnt = [(one.name, so_many(len(one.tunes))) for one in Model.load(path).traditions]
    return [("tradition", "what was learnt of these collections of tunes"), *learnt]


def _midi_lines(path: Path) -> list[Line]:
    score = read_midi(path)
    names = [part.name or ("drums" if part.drums else "no name") for part in score.parts]
    count = "1 part" if len(names) == 1 else f"{len(names)} parts"
    tempos = (score.tempo, *score.tempos["beats"][1:])
    lines = [
        ("notes", f"{len(score.notes)}, of {count}: {', '.join(names[:_MOST_PARTS])}"),
        ("lasts", _duration(score.seconds)),
        ("tempo", _several([f"{beats:.4g}" for beats in tempos], "beats a minute")),
        ("metre", _several([f"{one['over']}/{one['under']}" for one in score.metres], "")),
    ]
    if score.glides:
        lines.append(("glides", f"in {len(score.glides)} notes"))
    return lines


def _several(values: list[str], unit: str) -> str:
    more = f", and {len(values) - 1} more" if len(values) > 1 else ""
    return f"{values[0]} {unit}".strip() + more


_COLOURS = {
    Colour.NONE: "grey: mono",
    Colour.SLIGHT: "a tint or noise: mono, unless it was made of stereo",
    Colour.CLEAR: "coloured: stereo, unless it was made of mono",
    Colour.STRONG: "coloured: stereo",
}


def _picture_lines(picture: Picture) -> list[Line]:
    source = picture.source
    lines = [
        ("picture", f"{picture.width} x {picture.height} pixels, {picture.pixels.dtype}"),
        ("colours", _COLOURS[colour_of(picture.pixels)]),
        ("lasts", _duration(picture.duration_seconds)),
    ]
    if picture.guessed:
        lines.append(("guessed", "the file does not say what it is: read by default as follows"))
    if picture.drawn_by:
        lines.append(("drawn by", picture.drawn_by.partition("; settle")[0]))
    if picture.harm not in ("", "none"):
        lines.append(("undone", f"by the margin strip: {picture.harm}"))
    lines += _recipe_lines(picture.recipe, read=picture.drawn_by != "")
    if source is not None:
        lines.append(("made of", _source(source)))
        if source.first_column:
            start = source.first_column * picture.recipe.hop_seconds
            lines.append(("begins at", _duration(start)))
    if picture.original is not None:
        lines.append(("carries", f"the original sound file, {len(picture.original):,} bytes"))
    if not picture.guessed and not picture.drawn_by:
        lines.append(("pixels", "untouched" if picture.untouched else "altered or recompressed"))
    return lines


def _film_lines(path: Path, max_pixels: int | None) -> list[Line]:
    try:
        film = Film.load(path, max_pixels=max_pixels)
    except FilmError as film_error:
        try:  # a container of films may hold sound alone
            return _sound_lines(path)
        except SoundError:
            raise film_error from None
    height, width = next(film.frames()).pixels.shape[:2]
    each = f"{film.frame_count} frames of {width} x {height} pixels"
    lines = [
        ("film", f"{each}, {float(film.fps):.6g} a second"),
        ("lasts", _duration(film.seconds)),
        ("track", _track(film.track)),
    ]
    if film.facts is None:
        lines.append(("unknown", "it does not say what it is: decode goes by what it shows"))
        return lines
    lines.append(("kind", film.facts.kind))
    if film.facts.look:
        lines.append(("look", f"{film.facts.look}: for looking only, heard by its track"))
    lines += _recipe_lines(film.facts.recipe)
    lines.append(("made of", _source(film.facts.source)))
    return lines


def _track(track: SoundSource | None) -> str:
    if track is None:
        return "none"
    lasts = _duration(track.sample_count / track.rate)
    return f"{track.rate} Hz, {_channels(track.channels)}, {lasts}"


def _source(source: Source) -> str:
    lasts = _lasting(source.sample_count, source.rate)
    return f"{source.rate} Hz, {_channels(source.channels)}, {lasts}"


def _recipe_lines(recipe: Recipe, *, read: bool = False) -> list[Line]:
    """What ``recipe`` is; ``read``: pictures of others are read as such, whatever theirs is."""
    axis = f"on the {recipe.axis} axis, {recipe.min_hz:g} to {recipe.max_hz:g} Hz"
    rows = ("read as", f"{recipe.rows} rows {axis}") if read else ("rows", f"{recipe.rows} {axis}")
    return [
        ("recipe", recipe.name),
        rows,
        (
            "columns",
            f"every {recipe.hop_seconds * 1000:.3f} ms, window {recipe.window_seconds * 1000:.1f} "
            f"ms, a square lasts {recipe.square_seconds:.3f} s",
        ),
        (
            "levels",
            f"{recipe.floor_db:g} dB (black) to {recipe.top_db:g} dB (brightest), "
            f"gamma {recipe.gamma:g}",
        ),
    ]


def _sound_lines(path: Path) -> list[Line]:
    with open_sound(path, channels=(0,)) as sound:
        recipe = Recipe.named("standard").for_rate(sound.rate)
        columns = recipe.columns(sound.sample_count, sound.rate)
        return [
            ("sound", f"{sound.rate} Hz, {_channels(sound.available)}"),
            ("lasts", _lasting(sound.sample_count, sound.rate)),
            ("becomes", f"{columns} x {recipe.rows} pixels with the standard recipe"),
            ("axis", f"{recipe.min_hz:g} to {recipe.max_hz:g} Hz{_extended(sound.rate)}"),
        ]


def _extended(rate: int) -> str:
    return ", extended for this rate" if Recipe().for_rate(rate) != Recipe() else ""


def _channels(count: int) -> str:
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels, of which 1 or 2 are drawn")


def _lasting(samples: int, rate: int) -> str:
    return f"{_duration(samples / rate)} ({samples:,} samples)"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.3f} s"
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:06.3f}" if hours else f"{minutes}:{rest:06.3f} min"


_BY_ENDING: dict[str, Callable[[Path], list[Line]]] = {
    ".json": lambda path: _recipe_lines(Recipe.load(path)),
    SUFFIX: _model_lines,
    TRADITION: _tradition_lines,
}
