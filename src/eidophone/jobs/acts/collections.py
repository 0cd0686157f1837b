"""Collections: which folders something is learnt of, and what each is called."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from eidophone.base.errors import LearnError
from eidophone.base.options import Option


@dataclass(frozen=True, kw_only=True)
class Collections:
    """Which collections are learnt.

    Attributes:
        names: of the collections.
        collections: the folder of each.
    """

    names: Annotated[tuple[str, ...], Option(help="names of the collections", most=8)] = ()
    collections: Annotated[tuple[Path, ...], Option(help="where each of them is", most=8)] = ()

    @property
    def folders(self) -> dict[str, Path]:
        """The folder of each, by its name.

        Raises:
            LearnError: there are more of these than of those.
        """
        if len(self.names) != len(self.collections):
            raise LearnError(
                f"{len(self.names)} names were given for {len(self.collections)} collections"
            )
        return dict(zip(self.names, self.collections, strict=True))
