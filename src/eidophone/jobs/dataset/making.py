"""Making a dataset: sounds to parts, on all cores or a cluster, and parts to what trainers load.

While it is made, the dataset's folder holds a hidden one with the plan and the parts. When all
parts are there, the files are laid out beside them, moved to their places, and the parts removed.
A run that was interrupted goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from eidophone.base.atomic import atomic_path, make_folder
from eidophone.base.claims import claimed
from eidophone.base.errors import OutputError, SoundError
from eidophone.base.parallel import thread_count
from eidophone.jobs.dataset.card import card
from eidophone.jobs.dataset.cluster import on_cluster
from eidophone.jobs.dataset.layouts import WRITERS
from eidophone.jobs.dataset.parts import Item, has_part, items_of, read_part, try_part
from eidophone.jobs.dataset.plan import SPLITS, DatasetPlan
from eidophone.jobs.dataset.sources import SoundFile, gather
from eidophone.jobs.workers import DIED, results
from eidophone.sound.making import Progress

_JOURNAL = ".eidophone"


@dataclass(frozen=True)
class DatasetReport:
    """What a dataset holds.

    Attributes:
        pictures: how many are in each split that has any.
        labels: by their numbers, which follow from their order.
        sounds: how many have pictures.
        silent: pictures that were left out.
        failures: what was wrong with the sounds that could not be read, a line each.
        notes: what else was to be said, a line each.
    """

    pictures: dict[str, int]
    labels: list[str]
    sounds: int
    silent: int
    failures: list[str]
    notes: list[str]

    def check(self) -> None:
        """Refuse what cannot be.

        Raises:
            TypeError: a value is of another kind.
        """
        lists = self.labels, self.failures, self.notes
        if not isinstance(self.pictures, dict) or {*map(type, lists)} != {list}:
            raise TypeError("no such report")
        texts = [*self.pictures, *self.labels, *self.failures, *self.notes]
        counts = [*self.pictures.values(), self.sounds, self.silent]
        if not all(isinstance(text, str) for text in texts) or {*map(type, counts)} - {int}:
            raise TypeError("no such report")


def make_dataset(
    sources: Sequence[str | Path],
    target: str | Path,
    plan: DatasetPlan | None = None,
    *,
    jobs: int | None = None,
    ray: str | None = None,
    tell: Progress = lambda _: None,
) -> DatasetReport:
    """Make a dataset of square pictures of the sounds in ``sources``, ready for trainers.

    The folder ``target`` gets what the layout consists of, ``README.md``, ``labels.json`` and
    ``recipe.json``. Run again, it does what is missing.

    Args:
        sources: sound files, and folders of them; see `gather` for their labels.
        target: a folder that is not there, empty, or of an unfinished run of the same plan.
        plan: what the dataset is like; `DatasetPlan()` unless given.
        jobs: processes; as many as there are cores unless given.
        ray: address of the Ray cluster that does the work.
        tell: told the fraction of the work that is done.

    Raises:
        SoundError: there are no sounds, or nothing but silence in them.
        OutputError: ``target`` holds something else, or cannot be written; or some parts could
            not be made for reasons that may pass.
        MissingExtraError: a cluster is asked for, and Ray is not installed.
        EidophoneError: there is no such cluster.
    """
    plan = plan or DatasetPlan()
    target = Path(target).resolve()
    sounds = gather([Path(source) for source in sources], target, plan)
    journal = target / _JOURNAL
    _check_target(target, journal, plan)
    make_folder(journal / "parts")
    with claimed(target):
        _check_target(target, journal, plan)  # by another run, it may have become another one
        with atomic_path(journal / "plan.json", overwrite=True) as temporary:
            temporary.write_text(plan.to_json(), encoding="utf-8")
        finished = _finished(journal, sounds)
        if finished is None:
            _make_parts(sounds, plan, journal / "parts", jobs, ray, tell)
            finished = _finish(target, journal, sounds, plan)
        for name in ("staging", "replaced", "parts"):
            shutil.rmtree(journal / name, ignore_errors=True)
    return finished


def _check_target(target: Path, journal: Path, plan: DatasetPlan) -> None:
    """See that ``target`` is free, or of a run of the same ``plan``, however far it got."""
    written = journal / "plan.json"
    is_free = not target.exists() or (target.is_dir() and set(target.iterdir()) <= {journal})
    if not is_free and not written.exists():
        raise OutputError(f"{target} exists already, and is not empty: choose another folder")
    if written.exists() and written.read_bytes() != plan.to_json().encode():
        raise OutputError(
            f"{target} was begun with other settings: use the same, or choose another folder"
        )


def _make_parts(
    sounds: Sequence[SoundFile],
    plan: DatasetPlan,
    parts: Path,
    jobs: int | None,
    ray: str | None,
    tell: Progress,
) -> None:
    """Make the parts that are missing, those of long sounds first."""
    missing = {sound: sound.path.stat().st_size for sound in sounds if not has_part(sound, parts)}
    if not missing:
        return
    order = sorted(missing, key=lambda sound: -missing[sound])
    attempt = partial(try_part, plan=plan, parts=parts)
    done: Iterator[tuple[SoundFile, str | None]]
    if ray is not None:
        done = on_cluster(attempt, order, ray)
    else:
        done = results(attempt, order, jobs or thread_count())
    errors = {}
    finished, total = 0, max(1, sum(missing.values()))
    for sound, error in done:
        if error is None:
            errors[sound] = DIED
        elif error or not has_part(sound, parts):
            errors[sound] = error or "its part is not in the folder: is it on a shared disk?"
        finished += missing[sound]
        tell(finished / total)
    if errors:
        sound, error = next(iter(errors.items()))
        raise OutputError(
            f"{len(errors)} of {len(sounds)} sounds are not done, the first being {sound.path} "
            f"({error}): run it again to go on"
        )


def _finish(
    target: Path, journal: Path, sounds: Sequence[SoundFile], plan: DatasetPlan
) -> DatasetReport:
    """Lay out what the parts hold, and remove them."""
    items, report = _collect(sounds, plan, journal / "parts")
    if not items:
        raise SoundError(
            f"there is nothing to learn from in {len(sounds)} sounds: "
            + (report.failures[0] if report.failures else "they are silent")
        )
    staging = journal / "staging"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    _lay_out(staging, target, items, report, plan)
    for path in sorted(staging.iterdir()):
        _move(path, target / path.name, journal / "replaced")
    with atomic_path(journal / "report.json", overwrite=True) as temporary:
        text = json.dumps({"sounds": _digest(sounds), "report": asdict(report)})
        temporary.write_text(text, encoding="utf-8")
    return report


def _collect(
    sounds: Sequence[SoundFile], plan: DatasetPlan, parts: Path
) -> tuple[list[Item], DatasetReport]:
    """All pictures, in the order of the sounds, and the report of them."""
    items: list[Item] = []
    found = {sound: read_part(sound, parts) for sound in sounds}
    for sound, part in found.items():
        items += items_of(sound, part, plan, parts)
    counts = Counter(item.sound.split for item in items)
    report = DatasetReport(
        pictures={split: counts[split] for split in SPLITS if counts[split]},
        labels=sorted({item.sound.label for item in items}),
        sounds=sum(bool(part.samples) for part in found.values()),
        silent=sum(part.silent for part in found.values()),
        failures=[f"{sound.identity}: {part.error}" for sound, part in found.items() if part.error],
        notes=[note for part in found.values() for note in part.notes],
    )
    report.notes.extend(
        f"no sound fell into {split}: its share is drawn sound by sound, so add sounds, "
        f"or choose another `seed`"
        for split, share in zip(SPLITS, plan.splits, strict=False)
        if share > 0 and not counts[split]
    )
    return items, report


def _lay_out(
    folder: Path, target: Path, items: Sequence[Item], report: DatasetReport, plan: DatasetPlan
) -> None:
    for split in report.pictures:
        chosen = [item for item in items if item.sound.split == split]
        WRITERS[plan.layout](split, chosen, report.labels, folder)
    shards = len(list(folder.glob(f"{next(iter(report.pictures))}-*.tar")))
    text = card(target, plan, report.labels, report.pictures, shards, report.sounds)
    numbers = {label: number for number, label in enumerate(report.labels)}
    (folder / "README.md").write_text(text, encoding="utf-8", newline="\n")
    (folder / "labels.json").write_text(json.dumps(numbers), encoding="utf-8")
    (folder / "recipe.json").write_text(plan.sized_recipe.to_json(), encoding="utf-8")


def _move(path: Path, target: Path, aside: Path) -> None:
    """Move ``path`` to ``target``; what an interrupted run left there goes ``aside``."""
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)
        target.replace(aside)
    path.replace(target)


def _finished(journal: Path, sounds: Sequence[SoundFile]) -> DatasetReport | None:
    """The report of a dataset that is finished.

    Raises:
        OutputError: it was made of other sounds, or its report is damaged.
    """
    path = journal / "report.json"
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_bytes())
        digest, report = values["sounds"], DatasetReport(**values["report"])
        report.check()
    except (ValueError, TypeError, KeyError, RecursionError):
        raise OutputError(f"{path} is damaged: delete it, and the dataset is made anew") from None
    if digest != _digest(sounds):
        raise OutputError(
            f"{journal.parent} is finished, and was made of other sounds, or they have changed: "
            f"choose another folder"
        )
    return report


def _digest(sounds: Sequence[SoundFile]) -> str:
    text = "\n".join(f"{sound.key} {sound.split}" for sound in sounds)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
