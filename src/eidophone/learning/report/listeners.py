"""Listeners: who else hears what is kept, where they are installed: notes, speakers, words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from eidophone.base.arrays import Float32
from eidophone.learning.grid import sound_of
from eidophone.learning.judges.kept import correlation
from eidophone.learning.judges.notes import Notes
from eidophone.learning.judges.shares import Estimate, mean_of, rate_of, share_of
from eidophone.learning.judges.speakers import Speakers
from eidophone.learning.judges.windows import spread
from eidophone.learning.judges.words import Words
from eidophone.learning.report.moments import Moments

#: Moments that they listen to, at most: they are slow. Words take longest.
LISTENED, UNDERSTOOD = 16, 8

#: What a recogniser understands otherwise of the source itself, at most, to be believed.
_WAVERS = 0.5

_NO_NOTES = "There are no notes without basic-pitch and onnxruntime, which are not installed."
_NO_SPEAKER = "There is no speaker without resemblyzer, which is not installed."
_NO_WORDS = "There is no WER without pocketsphinx, which is not installed."
_NO_ENGLISH = (
    "WER is left out: PocketSphinx, which knows American English, understands {:.0%} of the words "
    "otherwise when the source itself is decoded once more."
)


class Listeners:
    """Those who listen to one collection told as another's.

    Attributes:
        missing: what cannot be said, and why.

    Args:
        moments: what is measured.
        source: which collection is told.
        target: as which.
        speech: whether both are speech.
    """

    def __init__(self, moments: Moments, source: int, target: int, *, speech: bool) -> None:
        self.missing: list[str] = []
        self._columns: dict[str, Callable[[list[Float32]], Estimate]] = {}
        own = moments.ends[source].samples
        if not speech:
            if Notes.there():
                notes = Notes()
                heard = [notes.of(one) for one in spread(own, LISTENED)]
                self._columns["notes"] = partial(_notes_kept, notes, heard)
            else:
                self.missing.append(_NO_NOTES)
            return
        if Speakers.there():
            counts = [len(one) for one in spread(own, LISTENED)]
            speakers = Speakers(*(moments.recordings(n, counts) for n in (source, target)))
            ours, theirs = (
                speakers.towards(spread(moments.ends[n].samples, LISTENED))
                for n in (source, target)
            )
            self._columns["speaker"] = partial(_nearer, speakers, ours, theirs)
        else:
            self.missing.append(_NO_SPEAKER)
        if Words.there():
            self._understand(moments.windows[source], own)
        else:
            self.missing.append(_NO_WORDS)

    def _understand(self, windows: list[Float32], own: list[Float32]) -> None:
        """Take words that are understood of ``windows`` when these are decoded better."""
        words = Words()
        said = [
            words.understood(sound_of(one[None], quality="standard")[0])
            for one in spread(windows, UNDERSTOOD)
        ]
        wavers = _wrong(words, said, own).value
        if wavers <= _WAVERS:
            self._columns["WER"] = partial(_wrong, words, said)
        else:  # or no word was understood at all
            self.missing.append(_NO_ENGLISH.format(min(1.0, float(np.nan_to_num(wavers, nan=1.0)))))

    def figures(self, samples: list[Float32]) -> dict[str, Estimate]:
        """What each says of what is made of all moments of the source."""
        return {name: told(samples) for name, told in self._columns.items()}


def _notes_kept(notes: Notes, own: list[Float32], samples: list[Float32]) -> Estimate:
    made = [notes.of(one) for one in spread(samples, LISTENED)]
    return mean_of(correlation(*both) for both in zip(made, own, strict=True))


def _nearer(
    speakers: Speakers, source: Float32, target: Float32, samples: list[Float32]
) -> Estimate:
    return share_of(speakers.towards(spread(samples, LISTENED)), source, target)


def _wrong(words: Words, said: list[list[str]], samples: list[Float32]) -> Estimate:
    return rate_of(words.wrong(spread(samples, UNDERSTOOD), said), map(len, said))
