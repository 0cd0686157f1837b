"""All methods, by their names, in the order in which an artist meets them."""

from __future__ import annotations

from eidophone.morphing.methods.becoming import BECOMING
from eidophone.morphing.methods.crossfade import CROSSFADE
from eidophone.morphing.methods.method import Method
from eidophone.morphing.methods.mosaic import MOSAIC
from eidophone.morphing.methods.spectral import SPECTRAL
from eidophone.morphing.methods.split import SPLIT
from eidophone.morphing.methods.transport import TRANSPORT
from eidophone.morphing.methods.vocoder import VOCODER
from eidophone.morphing.methods.warp import WARP
from eidophone.morphing.settings import MethodName

METHODS: dict[MethodName, Method] = {
    one.name: one
    for one in (CROSSFADE, SPECTRAL, VOCODER, SPLIT, TRANSPORT, WARP, MOSAIC, BECOMING)
}
