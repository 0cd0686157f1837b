"""dataset: folders of sounds as pictures that networks are trained on."""

from __future__ import annotations

import argparse
from pathlib import Path

from eidophone.base.parallel import thread_count
from eidophone.faces.cli.options import AddCommand, overlap_option, recipe_option
from eidophone.faces.cli.options import jobs as jobs_type
from eidophone.faces.cli.talk import FAILED, OK, Talk
from eidophone.jobs.dataset import AUGMENTATIONS, FORMATS, LAYOUTS, DatasetPlan, make_dataset
from eidophone.picture.recipe import Recipe

_EXAMPLES = """\
examples:
  eidophone dataset sounds/ pictures/ --layout imagefolder
  eidophone dataset birds/ bells/ training/ --size 256 --layout stylegan --augment shift gain
"""


def add(command: AddCommand) -> None:
    """Add the command."""
    text = "Make thousands of square pictures of sounds, ready for trainers; a folder is a label."
    dataset = command("dataset", text, _EXAMPLES, _dataset)
    dataset.add_argument("sources", nargs="+", metavar="FOLDER|SOUND")
    dataset.add_argument("target", metavar="OUT/")
    dataset.add_argument("--layout", choices=LAYOUTS, default="imagefolder")
    dataset.add_argument("--size", type=int, default=512, metavar="N", help="pixels; default: 512")
    recipe_option(dataset, "standard")
    overlap_option(dataset)
    dataset.add_argument("--format", choices=FORMATS, default="png")
    dataset.add_argument(
        "--splits",
        type=_splits,
        default=(0.9, 0.1),
        metavar="0.9,0.1",
        help="train,validation[,test]",
    )
    dataset.add_argument("--augment", nargs="+", choices=AUGMENTATIONS, default=[])
    dataset.add_argument(
        "--copies", type=int, default=1, metavar="N", help="altered copies of each"
    )
    dataset.add_argument(
        "--loudness", type=float, metavar="LUFS", help="bring every sound to it; default: as it is"
    )
    dataset.add_argument(
        "--silence", type=float, default=-60.0, metavar="DB", help="leave out what is quieter"
    )
    dataset.add_argument("--seed", type=int, default=0, metavar="N")
    dataset.add_argument("--ray", metavar="ADDRESS", help="of a Ray cluster that does the work")
    dataset.add_argument("--jobs", type=jobs_type, default=thread_count(), metavar="N")
    dataset.add_argument("--quiet", action="store_true", help="say nothing but errors")


def _dataset(options: argparse.Namespace, talk: Talk) -> int:
    plan = DatasetPlan(
        size=options.size,
        layout=options.layout,
        recipe=Recipe.named(options.recipe),
        overlap=options.overlap,
        format=options.format,
        splits=options.splits,
        augment=tuple(options.augment),
        copies=options.copies,
        loudness=options.loudness,
        silence_db=options.silence,
        seed=options.seed,
    )
    sources = [Path(name) for name in options.sources]
    with talk.bar("drawing") as bar:
        report = make_dataset(
            sources, options.target, plan, jobs=options.jobs, ray=options.ray, tell=bar
        )
    for note in report.notes:
        talk.note(note)
    for failure in report.failures:
        talk.error(failure)
    counts = ", ".join(f"{count} {split}" for split, count in report.pictures.items())
    talk.say(f"{options.target}: {counts}; {len(report.labels)} labels, {report.sounds} sounds")
    return FAILED if report.failures else OK


def _splits(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} are not shares: use 0.9,0.1") from None
