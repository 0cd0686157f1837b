"""Examples: recordings to begin with, which the package brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eidophone.base.errors import NotThereError
from eidophone.base.options import shown

#: Where they are: in a package that was built, and in a checkout.
_PACKAGE = Path(__file__).parents[1]
_FOLDERS = (_PACKAGE / "sounds", _PACKAGE.parents[1] / "sounds")


@dataclass(frozen=True)
class Example:
    """A recording.

    Attributes:
        name: of its file.
        title: what one hears.
    """

    name: str
    title: str


_EXAMPLES = (
    Example("guit_em9.flac", "An electric guitar, one wide chord"),
    Example("ambi_piano.flac", "A piano over a deep tone"),
    Example("loop_tabla.flac", "Tabla"),
    Example("perc_bell.flac", "A bell"),
    Example("ambi_choir.flac", "A choir, one chord"),
    Example("loop_safari.flac", "Drums and percussion"),
    Example("guit_e_slide.flac", "An electric guitar, a slide"),
    Example("ambi_glass_rub.flac", "A rubbed glass"),
    Example("misc_crow.flac", "A crow"),
)


def examples() -> list[Example]:
    """Those that are there."""
    return [one for one in _EXAMPLES if _path(one) is not None]


def example_path(name: str) -> Path:
    """Where the example of that ``name`` is.

    Raises:
        NotThereError: there is none.
    """
    for one in _EXAMPLES:
        path = _path(one)
        if one.name == name and path is not None:
            return path
    raise NotThereError(f"there is no example called {shown(name)}: look which there are")


def _path(example: Example) -> Path | None:
    found = (folder / example.name for folder in _FOLDERS)
    return next((path for path in found if path.is_file()), None)
