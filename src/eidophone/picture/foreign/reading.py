"""Any picture of another program as one of ours; and whether it is sure to be one."""

from __future__ import annotations

from eidophone.files.image.model import ImageFile
from eidophone.picture.foreign.model import AUTO, Foreign, Hints
from eidophone.picture.foreign.plots import read_plot
from eidophone.picture.foreign.riffusion import is_stereo, params_in, read_riffusion


def read_foreign(image: ImageFile, hints: Hints = AUTO) -> Foreign | None:
    """``image`` as a picture of ours, if another program drew it.

    Args:
        image: as it was read.
        hints: who drew it, and what else is known. If nobody says who, only a picture that is sure
            to be foreign is taken for it: photographs and our own pictures, whatever was done to
            them, are not.

    Returns:
        None if it is not foreign.
    """
    if hints.drawn_by == "riffusion":
        return read_riffusion(image)
    if hints.drawn_by == "eidophone":
        return None
    if hints.drawn_by != "auto":
        return read_plot(image.pixels, hints)
    if params_in(image.text) is not None or is_stereo(image.pixels):
        return read_riffusion(image)
    return read_plot(image.pixels, hints)
