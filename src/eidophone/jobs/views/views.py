"""Views: all that are looked at; what is made of them behind everybody's back, the newest first."""

from __future__ import annotations

import hashlib
import logging
import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Condition, Lock, RLock, Thread

from eidophone.base.arrays import Pixels
from eidophone.base.errors import NotThereError, PictureError, SoundError
from eidophone.jobs.views.view import PictureView, Shown, SoundView, View
from eidophone.jobs.workspace.copies import Copies, Copy, sign_of
from eidophone.jobs.workspace.folder import Item
from eidophone.picture.colour import channels_of, colour_of
from eidophone.picture.exposure import exposed, exposure_of
from eidophone.picture.fit import fitted_columns, resized
from eidophone.picture.ink import sounding_columns
from eidophone.picture.picture import Picture, Source, to_depth
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.picture.settings import ExposureChoice
from eidophone.picture.target import target_of

#: Bytes of all tiles on the disk together, and views that are remembered.
_MOST_BYTES, _MOST_VIEWS = 2 << 30, 32

#: What is made lets those go first who wait for a tile, but not for longer each time.
_MOST_PAUSE_SECONDS = 0.5

#: Listeners are told so many times at most of what is being made.
_TELLINGS = 50


class Views:
    """The views of a workspace.

    Args:
        folder: where their tiles are kept.
        copies: the sounds.
        tell: told of a view whose reduced tiles are being made, now and then.
    """

    def __init__(self, folder: Path, copies: Copies, tell: Callable[[View], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._copies, self._tell = folder, copies, tell
        self._views: dict[str, View] = {}  # the one looked at last comes last
        self._lock, self._reading = RLock(), Lock()
        self._waiting: list[tuple[View, Iterator[None]]] = []
        self._woken = Condition()
        self._asked = 0  # tiles that somebody waits for
        self._is_over = False
        Thread(target=self._work, daemon=True, name="eidophone-views").start()

    def open(
        self, item: Item, recipe: Recipe | None = None, exposure: ExposureChoice = 0.0
    ) -> View:
        """The view of ``item``: a sound as it is drawn, a picture as it is read.

        Args:
            item: a sound, a film with a sound track, or a picture.
            recipe: of sounds, by default the standard one; and pictures, by default theirs.
            exposure: of sounds, as in `encode`.

        Raises:
            EidophoneError: it cannot be shown.
        """
        if item.facts.kind == "picture":
            view = self._of_picture(item, recipe)
        elif item.facts.kind in ("sound", "film"):
            view = self._of_sound(item, recipe or PRESETS["standard"], exposure)
        else:
            raise PictureError(
                item.facts.problem or f"{item.name} is no sound, picture or film: choose one"
            )
        with self._lock:
            self._make_room()
        return view

    def view(self, id_: str) -> View:
        """The view of that ``id_``.

        Raises:
            NotThereError: there is none any more: it is to be opened again.
        """
        with self._lock:
            view = self._views.get(id_)
            if view is None:
                raise NotThereError("this picture is not open any more: open it again")
            self._views[id_] = self._views.pop(id_)
        if isinstance(view, SoundView) and not view.copy.is_there:
            return self._again(view)
        return view

    def tile(self, id_: str, level: int, index: int) -> tuple[Pixels, bool]:
        """A tile of the view of that ``id_``; see `View.tile`. What is made meanwhile waits for it.

        Raises:
            NotThereError: there is no such tile, or view.
        """
        view = self.view(id_)
        with self._woken:
            self._asked += 1
        try:
            return view.tile(level, index)
        finally:
            with self._woken:
                self._asked -= 1
                self._woken.notify_all()

    def close(self) -> None:
        """Make no more."""
        with self._woken:
            self._is_over = True
            self._woken.notify_all()

    def _of_sound(self, item: Item, recipe: Recipe, exposure: ExposureChoice) -> View:
        if item.facts.kind == "film" and item.facts.rate is None:
            raise PictureError(f"{item.name} has no sound of its own: make its sound first")
        copy = self._copies.of(item.path)
        recipe = recipe.for_rate(copy.rate)
        sign = sign_of(item.path)
        if exposure == "auto":
            exposure = self._exposure(sign, copy, recipe)
        drawn = exposed(recipe, copy, exposure)
        shown = Shown(
            id=_id_of(sign, drawn.to_json()),
            item=item.name,
            recipe=drawn,
            exposure_db=float(exposure),
            source=Source(rate=copy.rate, channels=copy.channels, sample_count=copy.sample_count),
            columns=drawn.columns(copy.sample_count, copy.rate),
        )
        kept = sum(shown.columns_at(one) for one in shown.levels) * drawn.rows * 3
        if kept > _MOST_BYTES:
            raise PictureError(
                f"{item.name} would be {shown.columns} columns of {drawn.rows} rows: choose a "
                f"`recipe` with fewer"
            )
        return self._sound_view(shown, copy)

    def _sound_view(self, shown: Shown, copy: Copy) -> SoundView:
        with self._lock:
            known = self._views.pop(shown.id, None)
            if isinstance(known, SoundView) and known.copy is copy:
                self._views[shown.id] = known
                return known
            self._end(known)
            view = SoundView(shown, copy, self._folder / shown.id)
            self._views[shown.id] = view
        if view.done < 1:
            with self._woken:
                self._waiting.append((view, view.steps()))
                self._woken.notify_all()
        return view

    def _again(self, view: SoundView) -> SoundView:
        """``view`` with its sound, which has made room for others, at hand again."""
        gone = NotThereError("this sound is not at hand any more: open it again")
        if view.copy.is_broken:
            raise gone
        try:
            copy = self._copies.of(view.copy.path)
        except SoundError:
            raise gone from None
        if copy.sign != view.copy.sign:
            raise gone
        return self._sound_view(view.shown, copy)

    def _end(self, view: View | None) -> None:
        """Make nothing more of ``view``, whose place another takes."""
        if view is not None:
            view.end()
            with self._woken:
                self._waiting = [one for one in self._waiting if one[0] is not view]
                self._woken.notify_all()

    def _exposure(self, sign: str, copy: Copy, recipe: Recipe) -> float:
        """That which the loudest of a sound needs; gone through for it only once, in any view."""
        for view in list(self._views.values()):
            if isinstance(view, SoundView) and view.copy.sign == sign and view.plain == recipe:
                with self._woken:
                    while view in [one for one, _ in self._waiting] and not self._is_over:
                        self._woken.wait()
                if view.done == 1:
                    return exposure_of(recipe, view.loudest)
        return recipe.top_db - exposed(recipe, copy, "auto").top_db

    def _of_picture(self, item: Item, recipe: Recipe | None) -> View:
        asked = "" if recipe is None else recipe.to_json()
        id_ = _id_of(sign_of(item.path), asked)
        with self._reading:  # only one at a time, and nobody waits who looks at what is open
            known = self._views.get(id_)
            return known or self._picture_view(id_, item, recipe)

    def _picture_view(self, id_: str, item: Item, recipe: Recipe | None) -> View:
        picture = Picture.load(item.path, recipe=recipe)
        pixels = resized(picture.pixels, picture.recipe.rows, fitted_columns(picture))
        known_channels = None if picture.source is None else picture.source.channels
        source = target_of(
            picture.recipe,
            pixels.shape[1],
            sounding=sounding_columns(pixels),
            channels=channels_of(colour_of(pixels), known_channels),
            source=picture.source,
        )
        shown = Shown(id_, item.name, picture.recipe, 0.0, source, pixels.shape[1])
        view = PictureView(shown, to_depth(pixels, "uint8"), self._folder / id_)
        with self._lock:
            self._views[id_] = view
        return view

    def _work(self) -> None:
        """Make what waits, step by step, always of the view that was opened last."""
        told: dict[str, float] = {}
        while True:
            with self._woken:
                while not self._waiting and not self._is_over:
                    self._woken.wait()
                if self._is_over:
                    return
                if self._asked:
                    self._woken.wait(_MOST_PAUSE_SECONDS)
                view, steps = entry = self._waiting[-1]
            try:
                next(steps)
            except StopIteration:
                self._forget(entry)
            except Exception as error:  # whoever looks there asks again; all others go on
                logging.getLogger(__name__).warning("%s", error)
                self._forget(entry)
                self._tell(view)
                continue
            if view.done - told.get(view.shown.id, 0) >= 1 / _TELLINGS or view.done == 1:
                told[view.shown.id] = view.done
                self._tell(view)

    def _forget(self, entry: tuple[View, Iterator[None]]) -> None:
        with self._woken:
            if entry in self._waiting:
                self._waiting.remove(entry)
            self._woken.notify_all()

    def _make_room(self) -> None:
        for id_ in list(self._views)[:-_MOST_VIEWS]:
            self._end(self._views.pop(id_))
        there = sorted(
            (path for path in self._folder.iterdir() if path.name not in self._views),
            key=_looked_at,
        )
        total = sum(_bytes_of(path) for path in self._folder.iterdir())
        while there and total > _MOST_BYTES:
            oldest = there.pop(0)
            total -= _bytes_of(oldest)
            shutil.rmtree(oldest, ignore_errors=True)


def _id_of(*parts: str) -> str:
    return hashlib.blake2b("/".join(parts).encode("utf-8"), digest_size=10).hexdigest()


def _looked_at(folder: Path) -> float:
    with suppress(OSError):
        return folder.stat().st_mtime
    return math.inf  # it is being made


def _bytes_of(folder: Path) -> int:
    with suppress(OSError):
        return sum(path.stat().st_size for path in folder.iterdir())
    return 0
