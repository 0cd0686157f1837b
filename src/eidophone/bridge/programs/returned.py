"""Returned: which files a tool meant, among those that it wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from eidophone.base.errors import ToolError
from eidophone.files.kinds import files_under, may_be_picture

#: Missing pictures that an error message names.
_MOST_NAMED = 5


def file_returned(wanted: Path, suffixes: Collection[str]) -> Path:
    """The file that a tool wrote for ``wanted``, into whose folder nothing else writes.

    It is the one of that name; or one of that stem, for tools that write another format; or the
    only one there is, for those that add to the name.

    Args:
        wanted: the name that the tool was given.
        suffixes: of the files to look for, if the name is another one.

    Raises:
        ToolError: there is none.
    """
    if wanted.is_file():
        return wanted
    files = [path for path in sorted(wanted.parent.iterdir()) if path.is_file()]
    fitting = [path for path in files if path.suffix.lower() in suffixes]
    named = [path for path in fitting if path.stem == wanted.stem]
    if not named and len(fitting) == 1:
        named = fitting
    if not named:
        what = f"only {files[0].name}" if files else "nothing"
        raise ToolError(f"the tool wrote {what}, and {wanted.name} was asked for")
    return named[0]


def pictures_returned(folder: Path, stems: Sequence[str]) -> list[Path | None]:
    """The pictures that a tool wrote for the pictures of these ``stems``; None for missing ones.

    They are those of the same stems; or if all names are others, and they are as many, those in
    natural order.
    """
    found = [path for path in files_under(folder) if may_be_picture(path)]
    named = {path.stem: path for path in reversed(found)}
    if len(found) == len(stems) and not any(stem in named for stem in stems):
        return [*found]
    return [named.get(stem) for stem in stems]


def missing(stems: Sequence[str], returned: Sequence[Path | None]) -> ToolError:
    """The error of a tool that did not write all pictures."""
    names = [stem for stem, path in zip(stems, returned, strict=True) if path is None]
    listed = ", ".join(names[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
    return ToolError(
        f"the tool wrote {len(stems) - len(names)} of {len(stems)} pictures: no {listed}"
    )
