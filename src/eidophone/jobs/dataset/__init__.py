"""Datasets: folders of sounds as thousands of square pictures, ready for the trainers people use.

`making.py` is the file to read first. A sound becomes a part (its pictures and what is known of
them), whoever makes it, and the parts become what a trainer loads.
"""

from eidophone.jobs.dataset.making import DatasetReport, make_dataset
from eidophone.jobs.dataset.plan import (
    AUGMENTATIONS,
    FORMATS,
    LAYOUTS,
    SPLITS,
    Augmentation,
    DatasetPlan,
    FileLayout,
)

__all__ = [
    "AUGMENTATIONS",
    "FORMATS",
    "LAYOUTS",
    "SPLITS",
    "Augmentation",
    "DatasetPlan",
    "DatasetReport",
    "FileLayout",
    "make_dataset",
]
