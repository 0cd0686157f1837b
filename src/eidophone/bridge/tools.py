"""Tools: what takes pictures and gives pictures, whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from eidophone.base.arrays import Pixels
from eidophone.base.errors import PictureError, ToolError, tell
from eidophone.files.image import to_rgb
from eidophone.files.image.ranges import range_of, to_unit

#: Takes one picture ``[height, width, 3]``, or several ``[count, height, width, 3]``, and gives as
#: many.
Function = Callable[[Any], Any]


class Tool(Protocol):
    """What takes pictures and gives pictures."""

    def __call__(self, pictures: Sequence[Pixels], /) -> list[Pixels]:
        """As many pictures as came, in their order.

        Args:
            pictures: uint8 ``[height, width, 3]`` each, all of one size.

        Returns:
            ``[height, width, 3]`` each, of any size: uint8, uint16, or float32 in 0..1.
        """


class FunctionTool:
    """A function of the user's own.

    Args:
        function: takes a picture ``[height, width, 3]`` and gives one, of any size; or if
            ``batched``, takes and gives ``[count, height, width, 3]``. Values are 0 to 255, and
            what it gives may be uint8, uint16, or floats in 0..1. Floats in 0..255 or -1..1 are
            known by what there is, with a note.
        batched: which of the two.
    """

    def __init__(self, function: Function, *, batched: bool = False) -> None:
        self._function = function
        self._batched = batched
        self._range = 0.0, 1.0

    def __call__(self, pictures: Sequence[Pixels], /) -> list[Pixels]:
        """What the function makes of ``pictures``."""
        given = (
            self._function(np.stack(pictures)) if self._batched else map(self._function, pictures)
        )
        return [picture_of(self._unit(np.asarray(one))) for one in given]

    def _unit(self, given: Any) -> Any:
        """``given``, with floats in 0..1; their range is found once, and then goes for all."""
        if given.dtype.kind != "f" or not given.size or not np.isfinite(given).all():
            return given
        if self._range == (0.0, 1.0):
            try:
                self._range = range_of(given)
            except PictureError as error:
                raise ToolError(f"the tool gave floats: {error}") from None
            if self._range != (0.0, 1.0):
                tell("the tool gave floats of {:g} to {:g}: taken as such".format(*self._range))
        return to_unit(given, self._range)


def picture_of(pixels: Any) -> Pixels:
    """What a tool gave as a picture ``[height, width, 3]``: grey and alpha are made so.

    Raises:
        ToolError: it is no picture.
    """
    array = np.asarray(pixels)
    is_picture = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (1, 3, 4))
    if not is_picture or 0 in array.shape:
        raise ToolError(
            f"the tool gave an array of shape {list(array.shape)}, which is no picture: give "
            f"[height, width, 3]"
        )
    if array.dtype.kind == "f":
        array = array.astype(np.float32)
        if not np.isfinite(array).all():
            raise ToolError("the tool gave a picture with values that are not finite")
        array = np.clip(array, 0, 1)
    elif array.dtype.name not in ("uint8", "uint16"):
        raise ToolError(
            f"the tool gave {array.dtype} values: give uint8, uint16, or floats in 0..1"
        )
    return to_rgb(array)
