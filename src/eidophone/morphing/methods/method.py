"""Method: what all ways of morphing have in common; the next one is one more file like these."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from eidophone.base.arrays import Float32
from eidophone.base.errors import tell
from eidophone.morphing.mix import ASPECTS, Aspect, Mix
from eidophone.morphing.parents import Parents, silent
from eidophone.morphing.settings import MOST_PARENTS, MethodName, Morphing

#: Parents of one length and a mix become samples ``[channels, n]``, block after block.
Make = Callable[[Parents, Mix, Morphing], Iterator[Float32]]

#: What is said of a silent content, and of a silent substance.
_SILENT = (
    "the first sound is silent: it has nothing that could be told",
    "the second sound is silent: it cannot tell the first",
)


@dataclass(frozen=True)
class Method:
    """A way of morphing.

    Attributes:
        name: of it.
        sentence: what it does, for whoever chooses by ear.
        make: does it; it need not mind mixes that are one parent alone.
        aspects: of the mix that it goes by; of the others, the mix changes nothing.
        most: parents that it takes, at most.
        articulates: `Morphing.articulation` matters to it.
        tells: the first parent is a content that is told at its own pace, and the second, of any
            length, what tells it: they are not aligned.
    """

    name: MethodName
    sentence: str
    make: Make
    aspects: tuple[Aspect, ...] = ASPECTS
    most: int = MOST_PARENTS
    articulates: bool = False
    tells: bool = False

    def tell_unused(self, parents: Parents, mix: Mix) -> None:
        """Say what of ``mix`` it does not go by, and which of its ``parents`` have nothing in them.

        The first of those that are told keeps its own pace, so a mix that says so says nothing new.
        """
        own_pace = self.tells and (mix.points["rhythm"][:, 0] == 1).all()
        unused = [
            one
            for one in ASPECTS
            if one not in self.aspects and mix.apart(one) and not (one == "rhythm" and own_pace)
        ]
        if unused:
            used, others = (" and ".join(some) for some in (self.aspects, unused))
            tell(f"{self.name} goes by {used} of the mix, and not by {others}")
        if self.tells:
            for samples, line in zip(parents.samples, _SILENT, strict=True):
                if silent(samples):
                    tell(line)
