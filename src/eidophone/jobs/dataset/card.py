"""The card of a dataset: a README that says how it was made, how it loads and how it decodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from eidophone.jobs.dataset.plan import DatasetPlan, FileLayout
from eidophone.picture.recipe import PRESETS

#: What each layout's files of a split are called, for the Hugging Face hub and ``datasets``.
_FILES: dict[FileLayout, str] = {"imagefolder": "{}/**", "webdataset": "{}-*.tar"}

_LOADING: dict[FileLayout, str] = {
    "imagefolder": """\
```python
from datasets import load_dataset

dataset = load_dataset("{folder}")  # {splits}
dataset["{first}"][0]["image"], dataset["{first}"][0]["label"]
```

torchvision's `ImageFolder("{folder}/{first}")` and trainers that want a folder of pictures, such as
diffusers' `train_unconditional.py --train_data_dir {folder}/{first}`, load it as well.
""",
    "stylegan": """\
```sh
python train.py --data {folder}/{first}.zip --mirror 0 --cond 1 ...
```

`--cond 1` makes the labels conditions; leave it out for a network without. Let the network's own
augmentation change neither geometry nor colour: both mean something here.
""",
    "webdataset": """\
```python
import webdataset

shards = "{folder}/{first}-{{000000..{last:06}}}.tar"
dataset = webdataset.WebDataset(shards, shardshuffle=100).shuffle(1000).decode("pil")
for picture, label, about in dataset.to_tuple("{format}", "cls", "json"): ...
```

Hugging Face's `load_dataset("{folder}")` loads it as well.
""",
}


def card(
    folder: Path,
    plan: DatasetPlan,
    labels: Sequence[str],
    pictures: Mapping[str, int],
    shards: int,
    sounds: int,
) -> str:
    """The text of README.md.

    Args:
        folder: of the dataset.
        plan: what it was made by.
        labels: by their numbers.
        pictures: of each split that has any.
        shards: files of the first split, where it has several.
        sounds: of which there are pictures.
    """
    loading = _LOADING[plan.layout].format(
        folder=folder.name,
        splits=", ".join(pictures),
        first=next(iter(pictures)),
        last=max(shards - 1, 0),
        format=plan.suffix[1:],
    )
    return f"""{_front_matter(plan, pictures)}# Sounds as pictures

{sum(pictures.values())} pictures of {plan.size} x {plan.size} pixels, of {sounds} sounds, drawn by
Eidophone. Time runs from left to right, {plan.recipe.square_seconds:.3f} s a picture; low
frequencies are at the bottom; brightness is level, {plan.recipe.range_db:g} dB from black to
white, raised to {plan.recipe.gamma:g}; red, green and blue are left, middle and right. So do not
mirror or turn them while training, nor change their colours.

{_table("split", "pictures", pictures.items())}
All pictures of a sound are in the same split.

{_table("number", "label", enumerate(labels))}
## To load it

{loading}
## To hear what a network makes of it

```sh
eidophone decode generated/ sounds/{_recipe_option(plan)}
```

## How it was made

```json
{plan.to_json()}
```
"""


def _front_matter(plan: DatasetPlan, pictures: Mapping[str, int]) -> str:
    """What tells ``datasets`` the splits, so that it does not guess them from names."""
    if plan.layout not in _FILES:
        return ""
    files = "".join(
        f'  - split: {split}\n    path: "{_FILES[plan.layout].format(split)}"\n'
        for split in pictures
    )
    return f"---\nconfigs:\n- config_name: default\n  data_files:\n{files}---\n"


def _table(left: str, right: str, rows: Iterable[tuple[object, object]]) -> str:
    lines = [(left, right), ("---", "---"), *rows]
    return "".join(f"| {one} | {other} |\n" for one, other in lines)


def _recipe_option(plan: DatasetPlan) -> str:
    return "" if plan.sized_recipe == PRESETS["standard"] else " --recipe recipe.json"
