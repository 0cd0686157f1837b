"""Styling: a content told by other sounds, by any number of them, or by folders of recordings.

    content --envelope--> units of recordings, laid --movement or notes, loudness--> samples

As `mosaic`, where one sound tells another. Speech is told by how its envelope moves
(`articulation`), music by its notes (`tuning`). Which of them it is is heard,
unless it is said; of music, it is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from eidophone.base.arrays import Float32
from eidophone.base.errors import MorphError, tell
from eidophone.morphing.ends import eased
from eidophone.morphing.limiting import limited
from eidophone.morphing.methods.mosaic import mosaic, mosaic_course
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import MOST_RATE_HZ, silent
from eidophone.morphing.settings import Telling
from eidophone.morphing.telling.index import recordings_of
from eidophone.morphing.telling.recordings import Recording
from eidophone.morphing.telling.tuning import is_music
from eidophone.morphing.telling.units import Units
from eidophone.picture.facts import Source
from eidophone.sound.level import beside
from eidophone.sound.making import Made
from eidophone.sound.sound import Sound


def style(
    content: Sound | str | Path,
    /,
    *substances: Sound | str | Path,
    keep: str | Path | None = None,
    **choices: Any,
) -> Sound:
    """``content`` told by ``substances``: ``style("voice.wav", "elephants/", articulation=0.5)``.

    Args:
        content: a sound, or the path of its file.
        substances: sounds, paths of their files, or of folders of them.
        keep: a folder in which what was found out about files is kept for the next time.
        choices: of `Telling`.

    Raises:
        MorphError: there are no substances.
        SoundError: a file that cannot be read.
    """
    how = Telling(**choices)
    sound = content if isinstance(content, Sound) else Sound.load(content, downmix=True)
    given = [one if isinstance(one, Sound) else Path(one) for one in substances]
    return styled(sound, given, how, keep=None if keep is None else Path(keep)).sound(how)


def styled(
    content: Sound,
    substances: Sequence[Sound | Path],
    how: Telling | None = None,
    *,
    keep: Path | None = None,
) -> Made:
    """``content`` on its way to be told by ``substances``; as `style`.

    It has the highest rate of all of them, and is in stereo if one of them is. Of files, only what
    is laid is held in memory.
    """
    how = how or Telling()
    recordings = _recordings(substances, keep)
    rate = min(MOST_RATE_HZ, max(content.rate, *(one.rate for one in recordings)))
    channels = max(content.channels, *(one.channels for one in recordings))
    samples = content.resampled(rate).samples.repeat(channels // content.channels, axis=0)
    target = Source(rate=rate, channels=channels, sample_count=samples.shape[1])
    peak = float(abs(samples).max())
    blocks = limited(_blocks(samples, recordings, rate, how), peak, rate)
    return Made(target, blocks, lambda: beside(peak))


def _recordings(substances: Sequence[Sound | Path], keep: Path | None) -> list[Recording]:
    if not substances:
        raise MorphError("nothing was given that is to tell the content: give sounds or a folder")
    there = [one for one in substances if isinstance(one, Sound)]
    files = [one for one in substances if not isinstance(one, Sound)]
    found = [Recording.of(one.samples, one.rate) for one in there]
    return found + (recordings_of(files, keep) if files else [])


def _blocks(
    content: Float32, recordings: Sequence[Recording], rate: int, how: Telling
) -> Iterator[Float32]:
    if how.strength == 0:
        yield content
        return
    if silent(content):
        tell("the content is silent: it has nothing that could be told")
    if all(one.silent for one in recordings):
        tell("the substances are silent: they cannot tell the content")
    music = how.content == "music"
    if how.content == "auto" and is_music(content, rate):
        music = True
        tell("the content is steady as music is, and is told by its notes: `content` settles it")
    course = mosaic_course(Mix.parse(f"{how.strength / 2}", 2), how.articulation)
    made = mosaic(content, Units.among(recordings), rate, course, music=music)
    yield from eased(made, content, rate)
