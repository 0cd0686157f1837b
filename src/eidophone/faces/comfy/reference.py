"""Reference: sounds that pictures or films were made of, and how; it travels beside the images."""

from __future__ import annotations

from dataclasses import dataclass

from eidophone.film.facts import FilmFacts
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut
from eidophone.sound.sound import Sound


@dataclass(frozen=True)
class EncodeSettings:
    """How sounds are drawn as pictures.

    Attributes:
        recipe: of the pictures.
        size: width and height of squares in pixels; None: one picture for each sound.
        overlap: fraction of a square that it shares with the next.
    """

    recipe: Recipe
    size: int | None = None
    overlap: float = 0.0

    def recipe_of(self, sound: Sound) -> Recipe:
        """The recipe at the height of the pictures, for the rate of ``sound``."""
        recipe = self.recipe if self.size is None else self.recipe.with_rows(self.size)
        return recipe.for_rate(sound.rate)

    def cut_of(self, sound: Sound) -> Cut:
        """How the columns of ``sound`` are cut into pictures."""
        if self.size is not None:
            return Cut.squares(self.size, self.overlap)
        columns = self.recipe_of(sound).columns(sound.sample_count, sound.rate)
        return Cut(columns, columns)

    def count_of(self, sound: Sound) -> int:
        """How many pictures ``sound`` takes."""
        columns = self.recipe_of(sound).columns(sound.sample_count, sound.rate)
        return self.cut_of(sound).count(columns)


@dataclass(frozen=True)
class BatchReference:
    """The sounds of a batch, and how they were drawn, if they were.

    Attributes:
        sounds: the originals.
        drawn: how the pictures of a batch were made of them.
        film: how the frames of a batch were made of the only one.
    """

    sounds: tuple[Sound, ...]
    drawn: EncodeSettings | None = None
    film: FilmFacts | None = None
