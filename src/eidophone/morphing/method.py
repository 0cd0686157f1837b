"""Method: what all ways of morphing have in common; the next one is one more file like these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eidophone.base.arrays import Float32
from eidophone.morphing.mix import Mix
from eidophone.morphing.parents import Parents
from eidophone.morphing.settings import MOST_PARENTS, MethodName, Morphing

#: Parents of one length and a mix become samples ``[channels, n]``, block after block.
Make = Callable[[Parents, Mix, Morphing], Iterator[Float32]]


@dataclass(frozen=True)
class Method:
    """A way of morphing.

    Attributes:
        name: of it.
        sentence: what it does, for whoever chooses by ear.
        make: does it; it need not mind mixes that are one parent alone.
        most: parents that it takes, at most.
        articulates: `Morphing.articulation` matters to it.
        tells: the first parent is a content that is told at its own pace, and the second, of any
            length, what tells it: they are not aligned.
    """

    name: MethodName
    sentence: str
    make: Make
    most: int = MOST_PARENTS
    articulates: bool = False
    tells: bool = False
