"""All methods, by their names, in the order in which an artist meets them."""

from __future__ import annotations

from eidophone.morphing.becoming import BECOMING
from eidophone.morphing.crossfade import CROSSFADE
from eidophone.morphing.method import Method
from eidophone.morphing.mosaic import MOSAIC
from eidophone.morphing.settings import MethodName
from eidophone.morphing.spectral import SPECTRAL
from eidophone.morphing.split import SPLIT
from eidophone.morphing.transport import TRANSPORT
from eidophone.morphing.vocoder import VOCODER
from eidophone.morphing.warp import WARP

METHODS: dict[MethodName, Method] = {
    one.name: one
    for one in (CROSSFADE, SPECTRAL, VOCODER, SPLIT, TRANSPORT, WARP, MOSAIC, BECOMING)
}
