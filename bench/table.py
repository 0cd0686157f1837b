"""What is measured, in the order of the table."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench import films, peers, quality
from bench.bridge import bridge_figures
from bench.damage import JPEG_50, JPEG_85, ODD, SMALLER
from bench.datasets import dataset_figures
from bench.figures import Figure
from bench.levels import level_figures
from bench.memory import memory_figures
from bench.sections import Section
from bench.sounds import Sounds
from bench.speed import speed_figures
from eidophone import Sound

#: Sounds that are enough for what differs little between them.
_FEW = 3


def sections(sounds: Sounds, *, long: bool) -> list[Section]:
    """All sections; of the memory that an hour takes only if ``long``."""
    mono, stereo, one = sounds.mono, sounds.stereo, {"": sounds.long}
    few = dict(list(mono.items())[:_FEW])
    found = [
        Section(_opinions, mono),
        Section(peers.cost_figures, few, timed=True),
        Section(_more_opinions, mono),
        Section(quality.stereo_figures, stereo),
        Section(partial(quality.picture_figures, "mono"), mono),
        Section(partial(quality.picture_figures, "stereo"), stereo),
        Section(quality.seam_figures, mono),
        Section(quality.reference_figures, mono),
        Section(level_figures, few, timed=True),
        Section(speed_figures, one, timed=True),
        *(Section(of_each, mono) for of_each in films.OF_MONO),
        Section(films.stereo_figures, stereo),
        Section(films.lossless_figures, mono | stereo),
        Section(films.speed_figures, one, timed=True),
        Section(bridge_figures, mono),
        Section(dataset_figures, one, timed=True),
    ]
    return [*found, Section(memory_figures, one, timed=True)] if long else found


def _opinions(mono: dict[str, Sound]) -> Iterator[Figure]:
    """Of pictures as they are, and of damaged ones, with the peers beside."""
    yield quality.mono_figure(mono, "preview")
    yield quality.mono_figure(mono, "standard")
    yield peers.beside(quality.mono_figure(mono, "best"), mono)
    yield peers.beside(quality.damaged_figure(mono, JPEG_85), mono, JPEG_85)
    yield quality.damaged_figure(mono, JPEG_50)
    yield peers.beside(quality.damaged_figure(mono, SMALLER), mono, SMALLER)
    yield quality.damaged_figure(mono, ODD)


def _more_opinions(mono: dict[str, Sound]) -> Iterator[Figure]:
    yield quality.compact_figure(mono)
    yield quality.distance_figure(mono)
