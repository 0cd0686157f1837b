"""What can go wrong, in the project's own words.

Every message names the offending value and says what to do about it, so that a face (command
line, studio, node) can show it as it is.
"""


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


class ToolError(EidophoneError):
    """An outside program or network failed; the message has its own words."""


class OutputError(EidophoneError):
    """A place that cannot be written, or that already holds something."""


class MissingExtraError(EidophoneError):
    """An optional dependency is not installed; the message says how to install it."""


class EidophoneWarning(UserWarning):
    """Something was done, but not quite as asked; the message says what and why."""
