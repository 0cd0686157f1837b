"""Collections: named folders of sounds that are learnt from, and what they were recorded like."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eidophone.base.arrays import Float32, UInt8
from eidophone.base.errors import LearnError, SoundError, tell
from eidophone.base.parallel import ahead
from eidophone.files.kinds import sounds_in
from eidophone.learning.grid import (
    COLUMN_SECONDS,
    FLOOR_DB,
    RECIPE,
    ROWS,
    as_levels,
    levels_of_bytes,
)
from eidophone.learning.tracks import Track, middle_of_file, track_of
from eidophone.picture.axis import hz_of_row
from eidophone.sound.sound import Sound, open_sound

#: Seconds of a collection that are learnt from, at most: more takes longer and helps little.
MOST_SECONDS = 30 * 60.0

#: Stand between the names and shares of a mix: no name has them in it.
RESERVED = ",:="

#: Files that are looked at, at most; of more, so many are spread over them all.
_MOST_FILES = 4000

#: Less than this is not learnt from; less than that is said to be little.
_LEAST_SECONDS, _FEW_SECONDS = 3.0, 120.0

#: Share of a collection's seconds that is held out.
_HELD = 0.2

#: Seconds between what is learnt from and what is held out, where a track is both.
_GAP_SECONDS = 1.0

#: A row sounds, if it comes within so many dB of the loudest row now and then.
_REACH_DB = 75.0

#: A track that ends this much lower than others was recorded otherwise.
_LOWER = 0.8

#: Of a collection that ends this much lower than another, it is said that no more is learnt.
_NARROWER = 0.9

#: Noise floors are looked for between these.
_LEAST_FLOOR_DB, _MOST_FLOOR_DB = -85.0, -65.0

Progress = Callable[[float, str], None]


@dataclass(frozen=True, eq=False)
class Collection:
    """Sounds that are learnt from together.

    Attributes:
        name: what people call it.
        tracks: its sounds, all of one loudness.
    """

    name: str
    tracks: tuple[Track, ...]

    @property
    def learnt(self) -> tuple[Track, ...]:
        """Those that are learnt from: all, should none be left."""
        return tuple(one for one in self.tracks if not one.held) or self.tracks

    @property
    def held(self) -> tuple[Track, ...]:
        """Those that are held out."""
        return tuple(one for one in self.tracks if one.held)

    @property
    def seconds(self) -> float:
        """How long they are together."""
        return sum(one.seconds for one in self.tracks)


@dataclass(frozen=True, eq=False)
class Conditions:
    """What all collections were recorded like at least, so that this is not what is learnt.

    Attributes:
        top: rows below this sound in all of them.
        floor_db: ``[rows]`` below which one of them has only noise.
    """

    top: int
    floor_db: Float32

    def seen(self, levels: Float32 | UInt8) -> Float32:
        """``levels`` ``[..., rows]``, in dB or as bytes, as far as all collections have them."""
        seen = np.maximum(as_levels(levels), self.floor_db)
        seen[..., self.top :] = self.floor_db[self.top :]
        return seen


def collection_of(name: str, folder: Path, progress: Progress = lambda *_: None) -> Collection:
    """The sounds in ``folder``, some of them held out; see `tracks_in`.

    Raises:
        LearnError: hardly anything sounds there.
        SoundError: there are no sounds.
    """
    return _checked(Collection(name, _held_out(tracks_in(name, folder, progress))), folder)


def tracks_in(name: str, folder: Path, progress: Progress = lambda *_: None) -> list[Track]:
    """The sounds in ``folder``, or the one file that it is, all of one loudness.

    What is silent, too short or broken is left out, and said. Of more than half an hour, the middle
    of each is taken.

    Args:
        name: what people call the collection that they are of.
        folder: where they are.
        progress: told the share of the files that is read, and which is next.

    Raises:
        SoundError: there are no sounds.
    """
    paths = sounds_in(folder) if folder.is_dir() else [folder]
    if len(paths) > _MOST_FILES:
        tell(f"{name}: {_MOST_FILES} of {len(paths)} sounds are taken")
        paths = [paths[n] for n in np.linspace(0, len(paths) - 1, _MOST_FILES).round().astype(int)]
    seconds = _seconds_of(paths)
    most = _most_of_each(list(seconds.values()))
    tracks: list[Track] = []
    silent: list[str] = []
    for count, (path, sound) in enumerate(ahead(_heard(seconds, most))):
        progress(count / len(seconds), path.name)
        if isinstance(sound, SoundError):
            tell(f"left out: {sound}")
            continue
        title = path.relative_to(folder).as_posix() if folder.is_dir() else path.name
        track = track_of(sound, title)
        if track is None:
            silent.append(title)
        else:
            tracks.append(track)
    if silent:
        tell(f"{name}: {_few(silent)} silent or too short, and left out")
    return tracks


def is_name(name: object) -> bool:
    """Whether a collection can be called so: a mix can name it, and a line can show it."""
    if not isinstance(name, str) or not name.isprintable() or any(one in name for one in RESERVED):
        return False
    return bool(name) and name == name.strip()


def alike(collections: Sequence[Collection]) -> tuple[list[Collection], Conditions]:
    """``collections`` without what was recorded in another way, and what is common to the rest."""
    tops = [{one.name: _top_of(one) for one in each.tracks} for each in collections]
    usual = [_usual(each, heights) for each, heights in zip(collections, tops, strict=True)]
    top = min(usual)
    if top < _NARROWER * max(usual):
        khz = float(hz_of_row(top - 0.5, RECIPE)) / 1000
        narrow = collections[usual.index(top)].name
        tell(f"nothing above {khz:.1f} kHz is learnt: {narrow} has no more")
    kept = []
    for each, heights in zip(collections, tops, strict=True):
        low = [one for one in each.tracks if heights[one.name] < _LOWER * top]
        if low:
            tell(
                f"{each.name}: {_few([one.name for one in low])} recorded with fewer Hz than the "
                f"others, and left out"
            )
        rest = tuple(one for one in each.tracks if one not in low)
        if not any(one.held for one in rest) or all(one.held for one in rest):
            rest = _held_out([replace(one, held=False) for one in rest])
        kept.append(replace(each, tracks=rest))
    floor = np.max([_floor_of(each) for each in kept], axis=0)
    return kept, Conditions(top, np.clip(floor, _LEAST_FLOOR_DB, _MOST_FLOOR_DB))


def tell_shared(collections: Sequence[Collection]) -> bool:
    """Say which sounds are in several of ``collections``; whether two of them are the same."""
    held: dict[bytes, set[str]] = {}
    for each in collections:
        for one in each.tracks:
            key = hashlib.blake2b(one.levels.tobytes()).digest()
            held.setdefault(key, set()).add(each.name)
    shared = [names for names in held.values() if len(names) > 1]
    if not shared:
        return False
    whole = [
        (a.name, b.name)
        for n, a in enumerate(collections)
        for b in collections[n + 1 :]
        if all({a.name, b.name} <= names for names in held.values() if names & {a.name, b.name})
    ]
    for first, second in whole:
        tell(f"{first} and {second} hold the same sounds: there is no difference to learn")
    if not whole:
        tell(f"{len(shared)} sounds are in more than one collection: they blur the difference")
    return bool(whole)


def _seconds_of(paths: Sequence[Path]) -> dict[Path, float]:
    """How long each is; broken ones are left out, and said."""
    seconds = {}
    for path in paths:
        try:
            with open_sound(path, downmix=True) as sound:
                seconds[path] = sound.duration_seconds
        except SoundError as error:
            tell(f"left out: {error}")
    return seconds


def _heard(paths: Iterable[Path], most_seconds: float) -> Iterator[tuple[Path, Sound | SoundError]]:
    """The sounds at ``paths``; of broken ones, what is wrong."""
    for path in paths:
        try:
            yield path, middle_of_file(path, most_seconds)
        except SoundError as error:
            yield path, error


def _most_of_each(seconds: Sequence[float]) -> float:
    """Seconds to take of each at most, so that together they are no more than is wanted."""
    if sum(seconds) <= MOST_SECONDS:
        return float("inf")
    left = MOST_SECONDS
    for done, one in enumerate(sorted(seconds)):
        share = left / (len(seconds) - done)
        if one > share:
            return share
        left -= one
    return float("inf")


def _held_out(tracks: Sequence[Track]) -> tuple[Track, ...]:
    """``tracks``, of which about a fifth is held out, always the same; of one, its end."""
    if len(tracks) == 1:
        return _halves(tracks[0])
    wanted = _HELD * sum(one.seconds for one in tracks)
    order = sorted(tracks, key=lambda one: hashlib.blake2b(_bytes(one.name)).digest())
    held: set[str] = set()
    seconds = 0.0
    for one in order:
        if held and seconds + one.seconds > 1.25 * wanted:
            continue
        if len(held) < len(tracks) - 1 and seconds < wanted:
            held.add(one.name)
            seconds += one.seconds
    return tuple(replace(one, held=one.name in held) for one in tracks)


def _halves(track: Track) -> tuple[Track, ...]:
    """One track as two: its beginning, and its end, which is held out."""
    gap = round(_GAP_SECONDS / COLUMN_SECONDS)
    edge = round((1 - _HELD) * track.columns)
    if edge + gap >= track.columns - gap:
        return (track,)
    first, last = track.levels[:, :edge], track.levels[:, edge + gap :]
    return Track(track.name, first), Track(f"{track.name} (its end)", last, held=True)


def _checked(collection: Collection, folder: Path) -> Collection:
    name, seconds = collection.name, collection.seconds
    if seconds < _LEAST_SECONDS:
        raise LearnError(
            f"{name}: {folder} has {seconds:.1f} seconds of sound, and {_LEAST_SECONDS:g} are "
            f"needed at least (15 minutes are good)"
        )
    if seconds < _FEW_SECONDS:
        tell(
            f"{name}: {seconds:.0f} seconds of sound are little to learn from; 15 minutes are good"
        )
    if not collection.held:
        tell(f"{name}: too short to hold anything out: how well it was learnt cannot be seen")
    elif len({one.name.removesuffix(" (its end)") for one in collection.tracks}) == 1:
        tell(f"{name}: one sound only: its end is held out, and results look better than they are")
    return collection


def _top_of(track: Track) -> int:
    """Rows that sound now and then, from the bottom."""
    loud = levels_of_bytes(np.percentile(track.middle[::4], 90, axis=0).astype(np.uint8))
    heard = np.flatnonzero(loud > max(float(loud.max()) - _REACH_DB, FLOOR_DB + 6))
    return int(heard[-1]) + 1 if heard.size else ROWS


def _usual(collection: Collection, heights: dict[str, int]) -> int:
    """Rows that nearly all of its seconds have."""
    order = sorted(collection.tracks, key=lambda one: heights[one.name])
    ends = np.cumsum([one.seconds for one in order])
    place = int(np.searchsorted(ends, 0.1 * ends[-1]))
    return heights[order[place].name]


def _floor_of(collection: Collection) -> Float32:
    """``[rows]`` the quietest that its tracks usually get."""
    lows = [
        levels_of_bytes(np.percentile(one.middle[one.sounding][::4], 2, axis=0).astype(np.uint8))
        for one in collection.learnt
    ]
    return np.median(lows, axis=0).astype(np.float32)


def _few(names: Sequence[object], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    verb = "was" if len(names) == 1 else "were"
    return f"{', '.join(map(str, names[:most]))}{more} {verb}"


def _bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")
