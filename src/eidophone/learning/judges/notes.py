"""Notes: which are heard, by basic-pitch's network (Bittner et al. 2022), where it is there."""

from __future__ import annotations

import numpy as np
import soxr

from eidophone.base.arrays import Float32
from eidophone.learning.grid import RATE
from eidophone.notes.transcribing import network


class Notes:
    """Posteriors of notes; needs the packages basic-pitch and onnxruntime."""

    @staticmethod
    def there() -> bool:
        """Whether both packages are, and the network in them."""
        return network.is_there()

    def of(self, samples: Float32) -> Float32:
        """``[moments, 88]`` how likely each note sounds, of ``samples`` ``[n]`` at `RATE`."""
        return network.heard(soxr.resample(samples.astype(np.float32), RATE, network.RATE)).notes
