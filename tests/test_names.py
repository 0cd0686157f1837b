"""Names of results: none overwrites another, whatever the sources are called."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidophone.faces.cli import main
from eidophone.files.image import write_image
from eidophone.jobs.names import settled
from eidophone.picture.picture import Picture
from eidophone.sound.sound import Sound

NFC, NFD = "é.wav", unicodedata.normalize("NFD", "é.wav")


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["a.wav", "b.wav"], ["a", "b"]),
        (["a.wav", "a.mp3"], ["a.wav", "a.mp3"]),
        (["a.wav", "A.mp3"], ["a.wav", "A.mp3"]),
        (["a.wav", "A.wav"], ["a.wav", "A.wav_2"]),
        (["x/a.wav", "y/a.wav"], ["x/a", "y/a"]),
        ([NFC, NFD], [NFC, f"{NFD}_2"]),
        (["song.wav", "song-001.wav"], ["song.wav", "song-001"]),
        (["Song.wav", "song-001.wav"], ["Song.wav", "song-001"]),
        (["a-001.wav", "a.wav", "a.wav-001.mp3"], ["a-001", "a.wav", "a.wav-001.mp3"]),
        (["take-001.wav", "take-002.wav"], ["take-001", "take-002"]),
    ],
)
def test_names_are_short_where_they_can_be(sources, names):
    assert settled(sources, paged=True) == names


def test_films_are_not_numbered():
    assert settled(["song.wav", "song-001.wav"]) == ["song", "song-001"]


def test_what_has_a_name_keeps_it():
    sources = ["a.flac", "a.wav", "song-001.wav", "song.wav"]
    kept = ["", "a", "", "song"]
    assert settled(sources, paged=True, kept=kept) == ["a.flac", "a", "song-001.wav", "song"]


NAMES = st.lists(
    st.text("aA-001.éß", min_size=1, max_size=9).filter(lambda name: name.strip(".")),
    unique=True,
    max_size=12,
)


@given(NAMES, st.booleans())
def test_no_two_results_or_their_pages_have_one_name(sources, paged):
    sources = [source.lstrip(".") + ".wav" for source in sources]
    sources = list(dict.fromkeys(sources))
    names = settled(sources, paged=paged)
    files = []
    for name in names:
        pages = [f"{name}-{page:03d}" for page in (0, 1, 10, 11, 100, 101)] if paged else []
        files += [unicodedata.normalize("NFC", file.casefold()) for file in [name, *pages]]
    assert len(set(files)) == len(files)


def tone(path, seconds, hz):
    path.parent.mkdir(exist_ok=True)
    time = np.arange(round(seconds * 8000)) / 8000
    Sound(0.25 * np.sin(2 * np.pi * hz * time), 8000).save(path)


def test_no_sound_of_a_folder_overwrites_the_pages_of_another(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("eidophone.jobs.drawing._PICTURE_BYTES", 512 * 3 * 100)
    tone(tmp_path / "in" / "song.wav", 1, 440)
    tone(tmp_path / "in" / "song-001.wav", 0.3, 1760)
    assert main(["encode", f"{tmp_path}/in", f"{tmp_path}/out/", "--jobs", "1"]) == 0
    assert capsys.readouterr().out == f"2 of 2 done, in {tmp_path}/out\n"
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["song-001.png", "song.wav-001.png", "song.wav-002.png"]
    assert Picture.load(tmp_path / "out" / "song-001.png").source.sample_count == 2400


def test_a_sequence_and_a_picture_of_its_name_become_two_sounds(tmp_path, capsys):
    tone(tmp_path / "song.wav", 4, 440)
    sizes = ["--size", "64"]
    (tmp_path / "in").mkdir(exist_ok=True)
    main(["encode", f"{tmp_path}/song.wav", f"{tmp_path}/in/song.png", *sizes])
    write_image(tmp_path / "in" / "song.png", np.full((64, 64, 3), 90, np.uint8))
    assert main(["decode", f"{tmp_path}/in", f"{tmp_path}/out/", "--jobs", "1"]) == 0
    assert "2 of 2 done" in capsys.readouterr().out
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["song.png.wav", "song.png_2.wav"]
