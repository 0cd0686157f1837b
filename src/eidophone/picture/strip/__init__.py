"""The margin strip: a band along the bottom of a picture that survives what tools do to pictures.

It carries a short message with its checksum, a ruler and a scale of tones, so that after an
outside tool has dropped the metadata, resized, cropped, turned and recoloured the picture, the
message can still be read and the harm to the picture be undone.
"""

from eidophone.picture.strip.drawing import draw_strip
from eidophone.picture.strip.layout import MAX_MESSAGE_BYTES, band_height, min_width
from eidophone.picture.strip.reading import StripReading, read_strip, set_right

__all__ = [
    "MAX_MESSAGE_BYTES",
    "StripReading",
    "band_height",
    "draw_strip",
    "min_width",
    "read_strip",
    "set_right",
]
