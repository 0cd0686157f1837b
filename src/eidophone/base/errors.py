"""What can go wrong, in the project's own words.

Every message names the offending value and says what to do about it, so that a face (command
line, studio, node) can show it as it is.
"""

import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType

#: What is said where memory is lacking.
NO_MEMORY = "there is not enough memory for this: close other programs, or take less at once"

#: What libraries say then that have no `MemoryError`: PyTorch, C++, oneDNN, and Python of threads.
_OF_MEMORY = (
    *("can't allocate memory", "not enough memory", "out of memory", "bad_alloc"),
    *("could not create a primitive", "can't start new thread"),
)

#: Whose lines a warning does not point at: ours, and what stands between ours.
_NOT_THE_CALLER = (__name__.partition(".")[0], "contextlib")


class EidophoneError(Exception):
    """Base of every error that Eidophone raises on purpose."""


class SoundError(EidophoneError):
    """A sound that cannot be read, written or represented."""


class PictureError(EidophoneError):
    """A picture that cannot be read, written or decoded."""


class FilmError(EidophoneError):
    """A film that cannot be read, written or represented."""


class StripDamagedError(PictureError):
    """A picture has a margin strip, but it is too damaged to read."""


class RecipeError(EidophoneError):
    """A recipe with an impossible, unknown or unsupported value."""


class NotesPictureError(RecipeError):
    """A picture of notes, where one of sound was wanted."""


class ToolError(EidophoneError):
    """An outside program or network failed; the message has its own words."""


class MorphError(EidophoneError):
    """A morph that cannot be made, or a mix that was not understood."""


class LearnError(EidophoneError):
    """Collections of which nothing can be learnt, or a model that cannot do what was asked."""


class NotesError(EidophoneError):
    """Notes that cannot be read, written, heard or composed."""


class OutputError(EidophoneError):
    """A place that cannot be written, or that already holds something."""


class NotThereError(EidophoneError):
    """What was asked for by its name is not there."""


class MissingExtraError(EidophoneError):
    """An optional dependency is not installed; the message says how to install it."""


class EidophoneWarning(UserWarning):
    """Something was done, but not quite as asked; the message says what and why."""


_noted: ContextVar[list[str] | None] = ContextVar("noted", default=None)


@contextmanager
def noted() -> Iterator[list[str]]:
    """What is told in the block, by this thread, comes into the list, each once, and no further."""
    notes: list[str] = []
    before = _noted.set(notes)
    try:
        yield notes
    finally:
        _noted.reset(before)


def tell(message: str) -> None:
    """Give an `EidophoneWarning` at the line outside Eidophone that asked for what was done."""
    notes = _noted.get()
    if notes is not None:
        if message not in notes:
            notes.append(message)
        return
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and _module_of(frame) in _NOT_THE_CALLER:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, EidophoneWarning, stacklevel=level)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Errors of ours in the block, but those of what is written, name the file at ``path``."""
    try:
        yield
    except OutputError:
        raise
    except EidophoneError as error:
        if str(path) in str(error):
            raise
        raise type(error)(f"{path}: {error}") from None


def lacks_memory(error: BaseException) -> bool:
    """Whether it is for lack of memory that there was an ``error``."""
    if isinstance(error, RuntimeError):
        return any(words in str(error) for words in _OF_MEMORY)
    return isinstance(error, MemoryError)


def notes_of(caught: Iterable[warnings.WarningMessage]) -> list[str]:
    """What is to be said to people of the warnings that were ``caught``: ours, not libraries'."""
    return [str(one.message) for one in caught if issubclass(one.category, EidophoneWarning)]


def printable(text: str) -> str:
    """``text`` as it may be shown: no file's name can colour, clear or forge a terminal's lines."""
    return "".join(
        one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text
    )


def _module_of(frame: FrameType) -> str:
    """The first part of the name of the module whose code runs in ``frame``."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
