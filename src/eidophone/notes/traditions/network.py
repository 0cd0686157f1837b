"""Network: a small recurrent net that foretells durations and pitches, in NumPy.

What a context says is embedded and brought together (`x`), a GRU (Cho et al. 2014, "Learning Phrase
Representations using RNN Encoder-Decoder") remembers; of both the next duration is foretold, and of
these with the duration, the next pitch. What the pointers of the context say can be copied: each
has a gate (See et al. 2017, "Get To The Point"). Training begins from what followed the last pitch
and the last duration most often (`after`). `training.py` trains the same with PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from eidophone.base.arrays import Float32, Float64, Int64
from eidophone.base.errors import NotesError
from eidophone.notes.traditions.context import (
    DURATIONS,
    NUMBERS,
    PITCHES,
    PLACE,
    POINTERS,
    Context,
    place_of,
)
from eidophone.notes.traditions.tokens import MOST_VOICES, Words

#: Sizes: an embedded pitch, an embedded duration, what is brought together, what is remembered.
PITCH, DURATION, TOGETHER, MEMORY = 16, 12, 64, 96

Arrays = dict[str, Float32]


def shapes(words: Words) -> dict[str, tuple[int, ...]]:
    """The arrays of a net that knows ``words``."""
    said = PITCHES * PITCH + DURATIONS * DURATION + NUMBERS + 12 + MOST_VOICES
    both = MEMORY + TOGETHER
    return {
        "pitch": (words.pitches + 1, PITCH),
        "duration": (words.durations + 1, DURATION),
        "after.pitch": (words.pitches + 1, words.pitches),
        "after.duration": (words.durations + 1, words.durations),
        "together.weight": (TOGETHER, said),
        "together.bias": (TOGETHER,),
        "memory.weight_ih_l0": (3 * MEMORY, TOGETHER),
        "memory.weight_hh_l0": (3 * MEMORY, MEMORY),
        "memory.bias_ih_l0": (3 * MEMORY,),
        "memory.bias_hh_l0": (3 * MEMORY,),
        "durations.weight": (words.durations + POINTERS, both),
        "durations.bias": (words.durations + POINTERS,),
        "then.weight": (TOGETHER, both + DURATION + PLACE),
        "then.bias": (TOGETHER,),
        "pitches.weight": (words.pitches + POINTERS, TOGETHER),
        "pitches.bias": (words.pitches + POINTERS,),
    }


@dataclass(frozen=True, eq=False)
class Network:
    """A trained net.

    Attributes:
        arrays: as in `shapes`.
        words: tokens.
    """

    arrays: Arrays
    words: Words

    def __post_init__(self) -> None:
        for name, shape in shapes(self.words).items():
            if name not in self.arrays or self.arrays[name].shape != shape:
                raise NotesError(f"a net without {name!r} of {shape} is damaged")

    def line(self, context: Context, final: int, voice: int) -> TellingNetwork:
        """What comes next in a line that ends on a pitch class, and is a voice from the top."""
        return TellingNetwork(self, context, who(final, voice)[None])

    def start(self, rows: int = 1) -> Float32:
        """What is remembered before the first note, of so many lines."""
        return np.zeros((rows, MEMORY), np.float32)

    def listen(
        self, memory: Float32, pitches: Int64, durations: Int64, numbers: Float32, who: Float32
    ) -> tuple[Float32, Float32]:
        """One step.

        Args:
            memory: ``[rows, MEMORY]`` of the step before.
            pitches: tokens of contexts ``[rows, PITCHES]``.
            durations: tokens of contexts ``[rows, DURATIONS]``.
            numbers: of contexts ``[rows, NUMBERS]``.
            who: ``[rows, 12 + MOST_VOICES]``: which final and which voice; see `who`.

        Returns:
            The memory now, and what durations and pitches are foretold from.
        """
        a, rows = self.arrays, len(memory)
        said = np.concatenate(
            [
                a["pitch"][pitches].reshape(rows, -1),
                a["duration"][durations].reshape(rows, -1),
                numbers,
                who,
            ],
            axis=1,
        )
        x = np.tanh(said @ a["together.weight"].T + a["together.bias"])
        given = x @ a["memory.weight_ih_l0"].T + a["memory.bias_ih_l0"]
        kept = memory @ a["memory.weight_hh_l0"].T + a["memory.bias_hh_l0"]
        reset = _sigmoid(given[:, :MEMORY] + kept[:, :MEMORY])
        update = _sigmoid(given[:, MEMORY : 2 * MEMORY] + kept[:, MEMORY : 2 * MEMORY])
        fresh = np.tanh(given[:, 2 * MEMORY :] + reset * kept[:, 2 * MEMORY :])
        memory = (1 - update) * fresh + update * memory
        return memory, np.concatenate([memory, x], axis=1)

    def durations(self, heard: Float32, said: Int64) -> Float32:
        """Log probabilities ``[rows, durations]``; ``said`` are the durations of contexts."""
        a = self.arrays
        after = a["after.duration"][said[:, 0]]
        given = heard @ a["durations.weight"].T + a["durations.bias"]
        return _pointed(given, after, said[:, 1:])

    def pitches(self, heard: Float32, duration: Int64, place: Float32, said: Int64) -> Float32:
        """Log probabilities ``[rows, pitches]`` of a note of a ``duration`` that ends at a place.

        Args:
            heard: of `listen`.
            duration: ``[rows]`` tokens.
            place: ``[rows, PLACE]`` of where it ends.
            said: the pitches of contexts.
        """
        a = self.arrays
        known = np.concatenate([heard, a["duration"][duration], place], axis=1)
        then = np.tanh(known @ a["then.weight"].T + a["then.bias"])
        given = then @ a["pitches.weight"].T + a["pitches.bias"]
        return _pointed(given, a["after.pitch"][said[:, 0]], said[:, 1 : 1 + POINTERS])


def who(final: int, voice: int) -> Float32:
    """Which final and which voice a line has, as ones among zeros."""
    found = np.zeros(12 + MOST_VOICES, np.float32)
    found[[final, 12 + voice]] = 1
    return found


@dataclass(eq=False)
class TellingNetwork:
    """What a net says of one line."""

    net: Network
    context: Context
    who: Float32
    _memory: Float32 = field(init=False)
    _heard: Float32 = field(init=False)
    _said: Int64 = field(init=False)

    def __post_init__(self) -> None:
        self._memory = self.net.start()

    def durations(self) -> Float64:
        """Probabilities ``[durations]`` of the next note; once a note."""
        pitches, durations = (np.array([one]) for one in self.context.tokens())
        numbers = np.array([self.context.numbers()], np.float32)
        self._memory, self._heard = self.net.listen(
            self._memory, pitches, durations, numbers, self.who
        )
        self._said = pitches
        told = self.net.durations(self._heard, durations)
        return np.exp(told[0].astype(np.float64))

    def pitches(self, duration: int) -> Float64:
        """Probabilities ``[pitches]`` of it, if it lasts so long."""
        context = self.context
        till = (context.at + context.words.lasts[duration]) % context.bar
        place = np.array([place_of(till, context.bar)], np.float32)
        told = self.net.pitches(self._heard, np.array([duration]), place, self._said)
        return np.exp(told[0].astype(np.float64))


def _pointed(given: Float32, after: Float32, told: Int64) -> Float32:
    """Logits with what pointers say added to them, as log probabilities."""
    nothing = np.zeros((len(given), 1), np.float32)
    logits = np.concatenate([given[:, :-POINTERS] + after, nothing], axis=1)
    for n in range(POINTERS):  # what says nothing adds to a place that is cut off
        logits[np.arange(len(given)), told[:, n]] += given[:, n - POINTERS]
    logits = logits[:, :-1]
    logits -= logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def _sigmoid(x: Float32) -> Float32:
    return (1 / (1 + np.exp(-x))).astype(np.float32)
