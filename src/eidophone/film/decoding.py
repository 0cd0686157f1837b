"""Decoding: how a film is to become sound, by what it says, what it shows and what was asked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import FilmError, tell
from eidophone.base.streams import Begun
from eidophone.film import instants, readings, windows
from eidophone.film.aligning import MOST_MISSING
from eidophone.film.bars import ALL, between_bars, without_bars
from eidophone.film.clock import Numbered, numbered
from eidophone.film.direction import Lie, lie_of
from eidophone.film.encoding import draw
from eidophone.film.facts import FilmFacts
from eidophone.film.film import Film
from eidophone.film.frames import most_colour, picture_size, pictures, turn_of
from eidophone.film.framing import Lost, find_lost
from eidophone.film.guesses import Walk, tell_guess, tell_lie, tell_lost, tell_speed, tell_unrelated
from eidophone.film.pages import Pages, find_pages
from eidophone.film.plan import DecodingPlan, leaning
from eidophone.film.recognition import assume, recognise
from eidophone.film.remembering import Remembering
from eidophone.film.settings import READINGS, Reading
from eidophone.film.untouched import is_untouched
from eidophone.picture.colour import Colour, channels_of, tell_channels
from eidophone.picture.facts import Source
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.settings import OVERLAP
from eidophone.picture.target import DEFAULT_RATE, source_like, target_of
from eidophone.sound.aligned import Aligned
from eidophone.sound.sound import SoundSource

#: So much of a column is none.
_ROUNDING = 1e-6


def plan_decoding(
    film: Film,
    *,
    read: Reading,
    seconds: float | None,
    recipe: Recipe | None,
    reference: SoundSource | None,
    use_track: bool,
    overlap: float | None = None,
) -> DecodingPlan:
    """How ``film`` is to become sound; arguments are those of `decode_film`.

    Raises:
        FilmError: there is no such reading, or the film cannot be read so.
    """
    _check(read, overlap, seconds)
    made = film.facts if recipe is None else None
    film = Remembering(film)
    film = film if film.facts else without_bars(film)
    if made is not None and made.look:
        return _plan_of_look(film, made, alone=use_track and reference is None and seconds is None)
    drawn = recipe or (made.recipe if made and made.kind != "instants" else PRESETS["standard"])
    found = _reading_of(film, read, made, drawn.for_rate(_rate(reference)), overlap)
    is_guessed = read == "auto" and film.facts is None
    if isinstance(found, Pages) and overlap is None and not is_guessed:
        tell_unrelated(found)
    elif found is film.facts and found is not None and seconds is None:
        tell_speed(found, film.seconds)
    if not isinstance(found, FilmFacts):
        colour = _colour_of(film, found)
        planned = _plan_of_pictures(film, found, drawn, seconds, reference, colour)
        if is_guessed:
            tell_guess(found, planned.seconds)
        _tell_channels(planned, colour, None)
        return planned
    if reference is not None and seconds is not None:
        raise FilmError("a film cannot both lean on a reference and last for another time")
    if reference is None and use_track and film.track is not None and found is made:
        reference = film.track
        if seconds is None and film.lossless:
            source = found.source
            original = Aligned(
                film.track,
                rate=source.rate,
                channels=source.channels,
                sample_count=source.sample_count,
            )
            if is_untouched(film, found, original):
                return DecodingPlan(source, found.recipe, lambda: iter(()), original=original)
    known, colour = found.source.channels if found is made else None, _colour_of(film, found)
    planned = _plan_of_made(film, found, seconds, reference, known, colour)
    if is_guessed:
        tell_guess(found, planned.seconds)
    _tell_channels(planned, colour, known)
    return replace(planned, known=found is made)


def _plan_of_look(film: Film, facts: FilmFacts, *, alone: bool) -> DecodingPlan:
    """The sound track of a film with a look, if it is to be heard ``alone``."""
    what = (
        f"this film was coloured for looking, with the `look` {facts.look}, and is no picture of "
        f"levels any more"
    )
    track = film.track
    if track is None or not alone:
        raise FilmError(f"{what}: draw it again without")
    tell(f"{what}: this is its own sound track")
    target = Source(rate=track.rate, channels=track.channels, sample_count=track.sample_count)
    return DecodingPlan(target, facts.recipe, lambda: iter(()), original=track)


def _check(read: Reading, overlap: float | None, seconds: float | None) -> None:
    if read not in READINGS:
        raise FilmError(f"there is no reading {read!r}: use {', '.join(READINGS)}")
    if overlap is not None:
        OVERLAP.check("overlap", overlap, float, FilmError)
    if seconds is not None:
        readings.check_seconds(seconds)


def _colour_of(film: Film, found: FilmFacts | Pages | Walk) -> Colour:
    """How much colour there is in ``film``, as it is read."""
    period = Fraction(0)
    if isinstance(found, FilmFacts) and found.kind == "pages":
        period = 1 / found.fps if film.frame_count > found.frame_count else period
    elif isinstance(found, Pages) and found.turns:
        period = Fraction(found.turns.period)
    strip = isinstance(found, FilmFacts) and found.strip
    return most_colour(_now_and_then(film, period), strip=strip)


def _tell_channels(planned: DecodingPlan, colour: Colour, known: int | None) -> None:
    if known is None and planned.reference is not None:
        known = planned.reference.channels
    tell_channels(colour, known, planned.target.channels)


def _reading_of(
    film: Film, read: Reading, made: FilmFacts | None, recipe: Recipe, overlap: float | None
) -> FilmFacts | Pages | Walk:
    """What frames are; or if they are whole pictures, how these are to be read."""
    if made is not None and read in ("auto", made.kind):
        return made
    match read:
        case "auto":
            return recognise(film, recipe, overlap)
        case "pages":
            return find_pages(film, recipe, overlap)
        case "scroll" | "instants":
            return assume(film, read, recipe)
        case "cycle" | "sweep":
            return read


def _rate(reference: SoundSource | None) -> int:
    """Samples a second of a sound of which a film says nothing."""
    return reference.rate if reference else DEFAULT_RATE


def _plan_of_made(
    film: Film,
    facts: FilmFacts,
    seconds: float | None,
    reference: SoundSource | None,
    known: int | None,
    colour: Colour,
) -> DecodingPlan:
    """A film whose frames were drawn as ``facts`` say.

    Its sound had ``known`` channels; if that is None, all of the facts are assumed.
    """
    likely = reference.channels if known is None and reference is not None else known
    kind = instants if facts.kind == "instants" else windows

    # Margin strips find their picture themselves.
    inside = ALL if facts.strip else between_bars(film, facts.width / facts.height)
    lost = Lost()
    if known and film.track is not None and reference is film.track and not facts.strip:
        lost = _lost_of(film, film.track, facts, inside)

    def drawn() -> Iterator[Numbered]:
        timed = numbered(film.frames(), facts, film.frame_count, film.seconds)
        if inside != ALL:
            timed = ((number, pixels[inside]) for number, pixels in timed)
        if lost != Lost():
            height, width = picture_size(facts)
            timed = ((number, lost.restored(pixels, height, width)) for number, pixels in timed)
        colours = 3 if channels_of(colour, likely) == 2 else 1
        return pictures(timed, facts, colours)

    lie = Lie() if facts.strip else lie_of(drawn(), facts)  # each strip turns its own frame
    was = turn_of(_now_and_then(film, 0)) if facts.strip else lie.in_words
    if was:
        tell_lie(facts.kind, was)

    def righted() -> Iterator[Numbered]:
        shown = drawn()
        if lie != Lie():
            shown = ((number, lie.righted(pixels)) for number, pixels in shown)
        return shown

    def columns() -> Iterator[Pixels]:
        for block in kind.read(righted(), facts):
            yield np.broadcast_to(block, (*block.shape[:2], 3))

    def become(source: Source, channels: int | None) -> Source:
        target = target_of(
            facts.recipe,
            facts.columns,
            sounding=facts.columns,
            channels=channels_of(colour, channels),
            source=source,
        )
        most = facts.recipe.sample_count(_most_columns(film, facts), target.rate)
        return replace(target, sample_count=min(target.sample_count, most))

    target = become(facts.source, known)
    there = 0
    if known is None and seconds is None and facts.kind == "scroll":
        shows = windows.shown_columns(righted(), facts)
        if shows != facts.columns and reference is None:
            there, seconds = shows, facts.seconds  # as the film: its picture has another pace
        elif shows != facts.columns:
            target = replace(target, sample_count=facts.recipe.sample_count(shows, target.rate))
    if seconds is None:
        if reference is None:
            return DecodingPlan(target, facts.recipe, columns)
        told = become(source_like(reference), likely) if known is None else None
        return leaning(reference, Begun(columns), facts.recipe, told, target)
    target = replace(target, sample_count=max(1, round(seconds * target.rate)))
    # If it was cut, there are fewer than were made.
    there = there or sum(block.shape[1] for block in columns())
    wanted = facts.recipe.columns(target.sample_count, target.rate)
    return DecodingPlan(target, facts.recipe, lambda: readings.stretched(columns(), there, wanted))


def _lost_of(film: Film, track: SoundSource, facts: FilmFacts, inside: tuple[slice, slice]) -> Lost:
    """What frames lost at their edges, as the sound ``track`` shows; said, if it is something."""
    if facts.kind == "instants" or film.frame_count < facts.frame_count:
        return Lost()
    fps = facts.fps if film.frame_count == facts.frame_count else film.fps
    seen = (frame.pixels[inside] for frame in film.frames())
    drawn = (frame.pixels for frame in draw(track, facts, fps, again=True).frames())
    lost = find_lost(seen, drawn, float(fps))
    if lost != Lost():
        tell_lost(lost)
    return lost


def _most_columns(film: Film, facts: FilmFacts) -> int:
    """More columns than ``film`` can show: what it says of its sound may be anything."""
    frames = max(film.frame_count, math.ceil(film.seconds * facts.fps))
    return facts.first_column(MOST_MISSING * (frames + 1)) + facts.width


def _plan_of_pictures(
    film: Film,
    read: Pages | Walk,
    recipe: Recipe,
    seconds: float | None,
    reference: SoundSource | None,
    colour: Colour,
) -> DecodingPlan:
    """A film whose frames are whole pictures."""
    recipe = recipe.for_rate(_rate(reference))
    usual = film.seconds
    if isinstance(read, Pages):
        recipe = read.recipe
        usual = film.seconds if read.are_held and reference is None else read.seconds
        if read.mirrored:
            tell_lie("pages", "mirrored")
    lasts = seconds or usual
    readings.check_seconds(lasts)

    def columns() -> Iterator[Pixels]:
        if isinstance(read, Pages):
            return _columns_of_pages(read, lasts)
        walk = readings.cycle if read == "cycle" else readings.sweep
        return walk(film.frames(), recipe, film.seconds, lasts)

    target = Source(
        rate=DEFAULT_RATE,
        channels=channels_of(colour, None),
        sample_count=max(1, round(lasts * DEFAULT_RATE)),
    )
    if reference is None:
        return DecodingPlan(target, recipe, columns)
    told = Source(
        rate=reference.rate,
        channels=channels_of(colour, reference.channels),
        sample_count=max(1, round(lasts * reference.rate)),
    )
    return leaning(reference, Begun(columns), recipe, told, target)


def _columns_of_pages(pages: Pages, seconds: float) -> Iterator[Pixels]:
    """The columns of ``pages`` that are to last so long."""
    scale = seconds / pages.seconds
    width, step = max(1, math.ceil(pages.width * scale - _ROUNDING)), pages.step * scale
    columns = readings.columns_in(seconds, pages.recipe)
    return readings.pages(pages.numbered(), pages.recipe, width, step, columns)


def _now_and_then(film: Film, period: float | Fraction) -> Iterator[Pixels]:
    """Frames of ``film``: all of them, or two of each page that is held for ``period`` seconds."""
    every = max(1, round(period * film.fps / 2))
    return (frame.pixels for frame in islice(film.frames(), 0, None, every))
