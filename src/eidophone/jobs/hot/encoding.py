"""Encoding: the sounds that were put into a hot folder become pictures."""

from __future__ import annotations

from contextlib import suppress

from eidophone.base.atomic import make_folder
from eidophone.files.kinds import PICTURE_FORMATS
from eidophone.jobs.hot.attempts import Attempts, digest
from eidophone.jobs.hot.folder import SOUNDS_IN, HotFolder, Look
from eidophone.jobs.hot.journal import Entry, Journal
from eidophone.jobs.names import settled
from eidophone.jobs.pictures import encode_file
from eidophone.jobs.settings import Encoding


class HotEncoder:
    """Draws what is new.

    Args:
        hot: the folder.
        journal: what was made before; what is made is added.
        attempts: what failed before.
        how: sounds are drawn; names a format.
    """

    def __init__(self, hot: HotFolder, journal: Journal, attempts: Attempts, how: Encoding) -> None:
        self._hot = hot
        self._journal = journal
        self._attempts = attempts
        self._how = how
        self._suffix = PICTURE_FORMATS[how.format or "png"].suffix

    def encode(self, sounds: Look, steady: Look) -> None:
        """Draw those of ``sounds`` that are ``steady``, and new or changed."""
        names = self._names(sounds)
        for path, sign in steady.items():
            source = f"{SOUNDS_IN}/{path}"
            asked = digest(sign, names[path], self._how)
            if self._attempts.is_due(source, asked):
                with self._attempts.trying(source, asked):
                    made = self._drawn(path, names[path])
                    self._remove_outdated(source, made)
                    self._journal.note(source, Entry(asked, names[path], made))
                    last = f" to {made[-1]}" if len(made) > 1 else ""
                    self._attempts.tell(f"{source} is drawn: {made[0]}{last}")

    def _names(self, sounds: Look) -> dict[str, str]:
        """What to call each sound's pictures; those that are drawn keep their names."""
        before = [self._journal.get(f"{SOUNDS_IN}/{path}") for path in sounds]
        kept = [entry.name if entry else "" for entry in before]
        return dict(zip(sounds, settled(list(sounds), paged=True, kept=kept), strict=True))

    def _drawn(self, path: str, name: str) -> tuple[str, ...]:
        """The pictures of a sound, as paths in their folder."""
        target = self._hot.pictures_out / (name + self._suffix)
        make_folder(target.parent)
        made = encode_file(self._hot.sounds_in / path, target, self._how)
        return tuple(file.relative_to(self._hot.pictures_out).as_posix() for file in made)

    def _remove_outdated(self, source: str, made: tuple[str, ...]) -> None:
        """Remove the pictures of a sound which was longer, or which was cut otherwise."""
        before = self._journal.get(source)
        for name in set(before.made if before else ()) - set(made):
            with suppress(FileNotFoundError):
                (self._hot.pictures_out / name).unlink()
