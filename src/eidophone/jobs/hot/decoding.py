"""Decoding: the pictures and films that were put into a hot folder become sounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eidophone.base.arrays import Pixels
from eidophone.base.atomic import make_folder
from eidophone.base.errors import PictureError
from eidophone.bridge.journeys import are_whole
from eidophone.bridge.process import returned
from eidophone.files.kinds import PICTURE_FORMATS
from eidophone.film.film import Film, is_film
from eidophone.jobs.drawing import drawn_as
from eidophone.jobs.films import decode_film_file
from eidophone.jobs.hot.attempts import Attempts, digest
from eidophone.jobs.hot.folder import PICTURES_IN, HotFolder, Look
from eidophone.jobs.hot.journal import Entry, Journal
from eidophone.jobs.hot.pieces import Piece, pieces
from eidophone.jobs.pictures import decode_files
from eidophone.jobs.settings import Decoding, Encoding, FilmDecoding, Watching
from eidophone.picture.picture import Picture
from eidophone.picture.recipe import PRESETS, Recipe
from eidophone.sound.sound import open_sound


class HotDecoder:
    """Hears what is new.

    Args:
        hot: the folder.
        journal: what was made before; what is made is added.
        attempts: what failed before.
        how: sounds are drawn here.
        heard: how pictures are heard.
    """

    def __init__(
        self,
        hot: HotFolder,
        journal: Journal,
        attempts: Attempts,
        how: Encoding,
        heard: Watching,
    ) -> None:
        self._hot = hot
        self._journal = journal
        self._attempts = attempts
        self._how = how
        self._heard = heard

    def decode(self, pictures: Look, steady: Look) -> None:
        """Hear those of ``pictures`` that are ``steady``, and new or changed."""
        for piece in pieces(self._hot, self._journal, pictures):
            if all(path in steady for path in piece.put_in):
                source = f"{PICTURES_IN}/{piece.name}"
                signs = [(path, steady[path]) for path in piece.put_in]
                heard = self._heard.quality, self._heard.gain, self._heard.as_drawn
                asked = digest(signs, piece.missing, self._how.recipe, heard)
                if self._attempts.is_due(source, asked):
                    with self._attempts.trying(source, asked):
                        self._make(piece)
                        made = f"{piece.name}.wav"
                        self._journal.note(source, Entry(asked, piece.name, (made,)))
                        self._attempts.tell(f"{source} is heard: {made}")

    def _make(self, piece: Piece) -> None:
        """Write the sound of ``piece``."""
        if piece.missing:
            raise PictureError(
                f"{len(piece.missing)} of its pictures are missing, {piece.missing[0]} for one: "
                f"put them into {PICTURES_IN}, changed or not"
            )
        target = self._hot.sounds_out / f"{piece.name}.wav"
        make_folder(target.parent)
        if len(piece.files) == 1 and is_film(piece.files[0]):
            film = FilmDecoding(
                quality=self._heard.quality,
                gain=self._heard.gain,
                as_drawn=self._heard.as_drawn,
                recipe=None if Film.load(piece.files[0]).facts else self._how.recipe,
                reference=piece.reference,
                overwrite=True,
            )
            decode_film_file(piece.files[0], target, film)
        elif not self._is_returned(piece, target):
            pictures = Decoding(
                quality=self._heard.quality,
                gain=self._heard.gain,
                as_drawn=self._heard.as_drawn,
                recipe=self._recipe(piece),
                reference=piece.reference,
                overwrite=True,
            )
            decode_files(piece.files, target, pictures)

    def _is_returned(self, piece: Piece, target: Path) -> bool:
        """Do to the original what was done to its pictures; False if it, or a part, is missing."""
        if piece.reference is None:
            return False
        form = PICTURE_FORMATS[self._how.format or "png"]
        with open_sound(piece.reference, downmix=True) as sound:
            recipe, cut = drawn_as(self._how, sound, Path(piece.name + form.suffix))

            def pictures() -> Iterator[Pixels]:
                for path in piece.files:
                    yield Picture.load(path, recipe=recipe).pixels

            count = cut.count(recipe.columns(sound.sample_count, sound.rate))
            if len(piece.files) != count or not are_whole(
                sound, pictures(), recipe=recipe, cut=cut
            ):
                return False
            with returned(
                sound,
                pictures(),
                recipe=recipe,
                cut=cut,
                dtype=form.dtype,
                keep="all",
                quality=self._heard.quality,
            ) as made:
                made.write(target, self._heard, overwrite=True)
        return True

    def _recipe(self, piece: Piece) -> Recipe | None:
        """What to read pictures with; None for what they say."""
        if piece.reference is None:
            is_chosen = self._how.recipe != PRESETS["standard"]  # else it is said what is guessed
            return self._how.recipe if is_chosen and Picture.load(piece.files[0]).guessed else None
        with open_sound(piece.reference, downmix=True) as sound:
            recipe = self._how.recipe.with_rows(self._how.size or self._how.recipe.rows)
            return recipe.for_rate(sound.rate)
