"""Parts: the pictures of one sound, in a folder that appears whole or not at all.

Whoever makes a part, in whatever order and however often, it is the same; so work that was lost
is done again, and work that was done twice counts once.
"""

from __future__ import annotations

import json
import math
import warnings
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any

from eidophone.base.atomic import scratch
from eidophone.base.errors import EidophoneError, OutputError, notes_of
from eidophone.jobs.dataset.altered import Alteration, AlteredSound, alterations
from eidophone.jobs.dataset.plan import DatasetPlan
from eidophone.jobs.dataset.sources import SoundFile
from eidophone.jobs.dataset.squares import is_silent, squares
from eidophone.picture.picture import Picture, Source, numbered
from eidophone.picture.recipe import Recipe
from eidophone.picture.sequence import Cut
from eidophone.sound.loudness import loudness_of
from eidophone.sound.sound import SoundReader, SoundSource, open_sound

_CONTENTS = "part.json"


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture of a part.

    Attributes:
        file: its name in the part.
        start_seconds: what time of the sound it begins at; negative after added silence.
        copy: number of the altered copy that it shows; 0 is the sound as it is.
        gain_db: how much louder it is than the file.
        semitones: how much higher.
    """

    file: str
    start_seconds: float
    copy: int
    gain_db: float
    semitones: float


@dataclass
class Part:
    """What one sound gave.

    Attributes:
        rate: Hz of the sound.
        channels: 1 or 2.
        samples: its pictures, in order.
        silent: pictures that were left out.
        notes: what was to be said about it.
        error: why the sound cannot be drawn, or "".
    """

    rate: int = 0
    channels: int = 0
    samples: list[Sample] = field(default_factory=list)
    silent: int = 0
    notes: list[str] = field(default_factory=list)
    error: str = ""

    def check(self) -> None:
        """Refuse what cannot be.

        Raises:
            TypeError: a value is of another kind.
        """
        texts, numbers = [*self.notes, self.error], [self.rate, self.channels, self.silent]
        for sample in self.samples:
            file, *values = astuple(sample)
            texts.append(file)
            numbers += values
        if {*map(type, texts)} - {str} or {*map(type, numbers)} - {int, float}:
            raise TypeError("no such part")


@dataclass(frozen=True, slots=True)
class Item:
    """A picture of a dataset; there may be millions, so that it shares what it can.

    Attributes:
        sound: what it shows.
        folder: where its file is.
        sample: what is known of it alone.
        about: what is known of all pictures of the sound.
    """

    sound: SoundFile
    folder: Path
    sample: Sample
    about: dict[str, Any]

    @property
    def path(self) -> Path:
        """Its file."""
        return self.folder / self.sample.file

    @property
    def record(self) -> dict[str, Any]:
        """All that is known of it, as JSON can hold it."""
        values = self.about | asdict(self.sample)
        del values["file"]
        return values


def has_part(sound: SoundFile, parts: Path) -> bool:
    """Whether the part of ``sound`` is in the folder ``parts``."""
    return (parts / sound.key).is_dir()


def make_part(sound: SoundFile, plan: DatasetPlan, parts: Path) -> None:
    """Draw ``sound``, and put its part into the folder ``parts``, if it is not there.

    A sound that cannot be drawn makes a part that says so.

    Raises:
        OSError, OutputError: the part cannot be written, or the sound is not there.
    """
    if has_part(sound, parts):
        return
    sound.path.stat()  # not there, it may be back when the disk is, or be on another machine
    with scratch(parts) as temporary:
        part = _drawn(sound, plan, temporary)
        (temporary / _CONTENTS).write_text(json.dumps(asdict(part)), encoding="utf-8")
        try:
            temporary.rename(parts / sound.key)
        except OSError:
            if not has_part(sound, parts):  # or else another was faster
                raise


def try_part(sound: SoundFile, plan: DatasetPlan, parts: Path) -> str:
    """`make_part`; what went wrong, or ""."""
    try:
        make_part(sound, plan, parts)
    except (EidophoneError, OSError, MemoryError) as error:
        return str(error) or type(error).__name__
    return ""


def read_part(sound: SoundFile, parts: Path) -> Part:
    """The part of ``sound``, which is in the folder ``parts``.

    Raises:
        OutputError: it is damaged.
    """
    folder = parts / sound.key
    try:
        values = json.loads((folder / _CONTENTS).read_bytes())
        samples = [Sample(**sample) for sample in values.pop("samples")]
        part = Part(samples=samples, **values)
        part.check()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise OutputError(
            f"{folder} is damaged: delete it, and run it again to make it anew"
        ) from None
    return part


def items_of(sound: SoundFile, part: Part, plan: DatasetPlan, parts: Path) -> list[Item]:
    """The pictures of a part as items of the dataset."""
    about = {
        "label": sound.label,
        "source": sound.identity,
        "rate": part.rate,
        "channels": part.channels,
        "recipe": plan.recipe.name,
    }
    return [Item(sound, parts / sound.key, sample, about) for sample in part.samples]


def _drawn(sound: SoundFile, plan: DatasetPlan, folder: Path) -> Part:
    """The part of ``sound``, its pictures in ``folder``."""
    part = Part()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with open_sound(sound.path, downmix=plan.downmix) as reader:
                _draw(reader, sound, plan, folder, part)
        except OutputError:  # not the sound's fault
            raise
        except EidophoneError as error:
            part = Part(error=str(error))
    part.notes = list(dict.fromkeys(f"{sound.identity}: {note}" for note in notes_of(caught)))
    return part


def _draw(
    reader: SoundReader, sound: SoundFile, plan: DatasetPlan, folder: Path, part: Part
) -> None:
    part.rate, part.channels = reader.rate, reader.channels
    matching_db = _matching_db(reader, plan)
    for alteration in alterations(sound, plan):
        stem = f"{sound.name}+{alteration.copy}" if alteration.copy else sound.name
        _draw_copy(reader, alteration, matching_db, plan, folder / f"{stem}{plan.suffix}", part)


def _draw_copy(
    reader: SoundReader,
    alteration: Alteration,
    matching_db: float,
    plan: DatasetPlan,
    target: Path,
    part: Part,
) -> None:
    """Add the pictures of one copy, numbered by their place, to ``part``."""
    recipe, cut = plan.sized_recipe, Cut.squares(plan.size, plan.overlap)
    gain_db = matching_db + alteration.gain_db
    delay, begin = _shifted(reader, alteration.shift, recipe, cut)
    altered = AlteredSound(reader, gain_db, delay) if gain_db or delay else reader
    columns = recipe.columns(altered.sample_count, altered.rate)
    first_columns = [where.first for where in cut.places(columns, begin)]
    drawn = squares(altered, recipe, first_columns, alteration.semitones)
    for index, (first, pixels) in enumerate(drawn, 1):
        if is_silent(pixels, recipe, plan.silence_db):
            part.silent += 1
            continue
        path = numbered(target, index, len(first_columns))
        source = Source(
            rate=altered.rate,
            channels=altered.channels,
            sample_count=altered.sample_count,
            first_column=first,
        )
        Picture(pixels, recipe, source).save(path)
        part.samples.append(
            Sample(
                path.name,
                round(first * recipe.hop_seconds - delay / altered.rate, 6),
                alteration.copy,
                round(gain_db, 3),
                round(alteration.semitones, 3),
            )
        )


def _matching_db(sound: SoundSource, plan: DatasetPlan) -> float:
    """Gain that brings ``sound`` to the loudness that ``plan`` wants; none for silence."""
    if plan.loudness is None:
        return 0.0
    loudness = loudness_of(sound)
    return plan.loudness - loudness if math.isfinite(loudness) else 0.0


def _shifted(sound: SoundSource, shift: float, recipe: Recipe, cut: Cut) -> tuple[int, int]:
    """Frames by which a copy comes later, and the column that its first picture begins with.

    A sound shorter than a picture moves inside it. Of a longer one the first columns are left out,
    fewer than lie between two pictures; leaving out samples would make a click.
    """
    spare = cut.width - recipe.columns(sound.sample_count, sound.rate)
    if spare > 0:
        return int(shift * spare * recipe.hop_seconds * sound.rate), 0
    return 0, int(shift * min(cut.step, -spare))
