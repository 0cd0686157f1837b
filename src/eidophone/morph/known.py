"""All methods, by their names, in the order in which an artist meets them."""

from __future__ import annotations

from eidophone.morph.becoming import BECOMING
from eidophone.morph.crossfade import CROSSFADE
from eidophone.morph.method import Method
from eidophone.morph.mosaic import MOSAIC
from eidophone.morph.settings import MethodName
from eidophone.morph.spectral import SPECTRAL
from eidophone.morph.split import SPLIT
from eidophone.morph.transport import TRANSPORT
from eidophone.morph.vocoder import VOCODER
from eidophone.morph.warp import WARP

METHODS: dict[MethodName, Method] = {
    one.name: one
    for one in (CROSSFADE, SPECTRAL, VOCODER, SPLIT, TRANSPORT, WARP, MOSAIC, BECOMING)
}
