"""A content told by sounds, files and folders; what is kept of folders; and becoming."""

import os

import numpy as np
import pytest
import soundfile

from eidophone import EidophoneWarning, MorphError, Sound, SoundError
from eidophone.morphing.morph import morph
from eidophone.morphing.settings import Telling
from eidophone.morphing.styling import style, styled
from eidophone.morphing.telling import index
from eidophone.morphing.telling.index import recordings_of
from eidophone.morphing.telling.recordings import Recording

RATE = 16_000


def steps(hertz, seconds=0.4, rate=RATE):
    time = np.arange(round(seconds * rate)) / rate
    return np.concatenate([0.2 * np.sin(2 * np.pi * hz * time) for hz in hertz])


def noise(seconds=1.0, seed=0):
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


@pytest.fixture
def folder(tmp_path):
    sounds = tmp_path / "sounds"
    (sounds / "more").mkdir(parents=True)
    soundfile.write(sounds / "low.wav", steps((300,), 0.6), RATE, subtype="FLOAT")
    soundfile.write(sounds / "more" / "high.wav", steps((2500,), 0.6), RATE, subtype="FLOAT")
    return sounds


@pytest.fixture
def reads(monkeypatch):
    """Names of the files that are read."""
    names, read = [], Recording.of_file.__func__
    monkeypatch.setattr(
        Recording,
        "of_file",
        classmethod(lambda cls, path: names.append(path.name) or read(cls, path)),
    )
    return names


def test_a_content_is_told_by_a_folder(folder):
    content = Sound(steps((310, 2400, 320)), RATE)
    made = style(content, folder, content="speech")
    assert (made.rate, made.channels, made.sample_count) == (RATE, 1, content.sample_count)
    for second, hz in ((0.2, 300), (0.6, 2500), (1.0, 300)):
        part = made.samples[0, round(second * RATE) - 1000 :][:2000]
        assert np.abs(np.fft.rfft(part)).argmax() * RATE / 2000 == pytest.approx(hz, abs=20)
    paths = folder / "low.wav", str(folder / "more" / "high.wav")
    files = style(content, *paths, content="speech")
    np.testing.assert_allclose(files.samples, made.samples, atol=1e-6)


def test_it_has_the_highest_rate_and_stereo_if_one_has_it():
    content = Sound(noise(0.3), RATE)
    made = style(content, Sound(np.stack([noise(0.3, 1), noise(0.3, 2)]), 22_050))
    assert (made.rate, made.channels, made.duration_seconds) == (22_050, 2, pytest.approx(0.3))


def test_strength_is_how_far_it_goes():
    content, substance = Sound(steps((400, 900)), RATE), Sound(noise(seed=3), RATE)
    np.testing.assert_array_equal(style(content, substance, strength=0.0).samples, content.samples)

    def alike(strength):
        made = style(content, substance, strength=strength, content="speech").samples
        return np.corrcoef(made[0], content.samples[0])[0, 1]

    assert alike(0.3) > 0.8 > alike(0.7) > 0.3 > abs(alike(1.0))


def test_what_was_found_out_is_kept_until_it_changes(folder, tmp_path, reads):
    keep = tmp_path / "kept" / "here"
    first = recordings_of([folder], keep)
    assert sorted(reads) == ["high.wav", "low.wav"]
    again = recordings_of([folder], keep)
    assert len(reads) == 2
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.envelope, other.envelope)
        assert (one.rate, one.channels, one.sample_count) == (
            other.rate, other.channels, other.sample_count
        )  # fmt: skip
    os.utime(folder / "low.wav", ns=(0, 0))
    soundfile.write(folder / "new.wav", noise(0.2), RATE)
    assert len(recordings_of([folder], keep)) == 3
    assert sorted(reads[2:]) == ["low.wav", "new.wav"]
    (kept,) = keep.iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])
    assert len(recordings_of([folder], keep)) == 3
    assert len(reads) == 7


@pytest.mark.parametrize("change", ["version", "columns", "envelope", "pickle"])
def test_an_index_that_is_not_ours_is_made_anew(folder, tmp_path, reads, change):
    keep = tmp_path / "kept"
    recordings_of([folder], keep)
    (kept,) = keep.iterdir()
    with np.load(kept) as data:
        values = dict(data)
    values |= {
        "version": {"version": index._VERSION + 1},
        "columns": {"columns": values["columns"] + 5},
        "envelope": {"envelope": values["envelope"][:, :3]},
        "pickle": {"envelope": np.array([{}], dtype=object)},
    }[change]
    np.savez(kept, **values)
    recordings_of([folder], keep)
    assert len(reads) == 4


def test_what_cannot_be_read_is_left_out_and_told(folder):
    (folder / "broken.wav").write_bytes(b"RIFF....WAVEbroken")
    with pytest.warns(EidophoneWarning, match=r"left out.*broken\.wav"):
        assert len(recordings_of([folder])) == 2
    with pytest.raises(SoundError, match=r"broken\.wav"):
        recordings_of([folder / "broken.wav"])


def test_bad_requests(tmp_path):
    content = Sound(noise(0.1), RATE)
    with pytest.raises(MorphError, match="nothing was given"):
        style(content)
    with pytest.raises(SoundError, match="no sounds in"):
        style(content, tmp_path)
    with pytest.raises(SoundError, match="nowhere"):
        style(content, tmp_path / "nowhere.wav")
    with pytest.raises(MorphError, match="`articulation` is 2"):
        Telling(articulation=2)


@pytest.mark.filterwarnings("ignore:.* silent:eidophone.base.errors.EidophoneWarning")
@pytest.mark.parametrize("count", [1, 30, 3000])
def test_hardly_any_samples_and_silence(count):
    some, silent = Sound(noise()[:count], RATE), Sound(np.zeros(count), RATE)
    long = Sound(noise(0.5, 1), RATE)
    for content, substance in ((some, long), (long, some), (some, silent), (silent, long)):
        made = styled(content, [substance]).sound()
        assert made.sample_count == content.sample_count
        both = np.abs(content.samples).max(), np.abs(substance.samples).max()
        assert np.abs(made.samples).max() <= 2 * max(both)


def test_becoming_is_as_loud_all_along():
    content = Sound(np.tile(np.repeat([0.1, 0.02], RATE // 8), 12) * 10 * noise(3.0), RATE)
    substance = Sound(np.repeat([1, 0.3], RATE // 2) * noise(seed=5), RATE)
    made = morph(content, substance, method="becoming", mix="0:1")
    assert made.sample_count == content.sample_count
    power = (made.samples[0, : 3 * RATE].reshape(6, -1) ** 2).mean(axis=1)
    level = [(one.samples**2).mean() for one in (content, substance)]
    wanted = np.exp(np.interp((np.arange(6) + 0.5) / 6, [0.6, 1], np.log(level)))
    assert (np.abs(10 * np.log10(power / wanted)) < 2).all()
    np.testing.assert_allclose(made.samples[:, :200], content.samples[:, :200], atol=0.02)
    last = slice(3 * RATE - 1000, 3 * RATE - 200)
    end = np.corrcoef(made.samples[0, last], np.tile(substance.samples, 4)[0, last])[0, 1]
    assert abs(end) <= 1
