"""Warming: every method was used, the usual one first."""

from eidophone.morphing.methods.known import METHODS
from eidophone.morphing.settings import Morphing
from eidophone.morphing.warming import warm_up


def test_every_method_is_warm_in_the_end_the_usual_first():
    first, *others = warm_up()
    assert first == Morphing.method
    assert {first, *others} >= {*METHODS} - {"warp"}  # which needs what may not be installed
