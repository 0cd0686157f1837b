"""Sounds that several tests listen to, and a way to wait."""

import time

import numpy as np

from eidophone.sound.sound import Sound


def music(seconds, channels=1, *, rate, noise=0.001, seed=0):
    """Notes with attacks and partials, each at its own place, and some noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    signal = noise * rng.standard_normal((channels, len(time)))
    for begin in np.arange(0, seconds, 0.25):
        since = np.maximum(time - begin, 0)
        hz = 220 * 2 ** (rng.integers(0, 24) / 12)
        note = sum(np.sin(2 * np.pi * hz * k * since + k) / k for k in (1, 2, 3, 5))
        place = rng.uniform(0.2, 1, (channels, 1))
        signal += 0.1 * place * note * np.exp(-4 * since) * (time >= begin)
    return Sound(signal, rate)


def wait_until(condition, seconds=300):
    """Wait for what will happen; the limit only ends a run that would hang."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
