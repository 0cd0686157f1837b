"""Pictures and films of notes: drawn, altered, and read back."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

import eidophone
from eidophone import NotesError, NotesPicture, PictureError, decode_notes, encode_notes
from eidophone.base.errors import EidophoneWarning
from eidophone.files.image import read_image, write_image
from eidophone.notes.midi import midi_of, write_midi
from eidophone.notes.pictures.facts import TEXT_KEY, NotesFacts
from eidophone.notes.pictures.grid import bold_grid, exact_grid
from eidophone.notes.pictures.palette import (
    HUES,
    NO_HUE,
    chroma_of,
    colour,
    hues_of,
    luma_of,
    luma_of_velocity,
    velocity_of_luma,
)
from eidophone.notes.pictures.picture import guessed, looks_like_notes
from eidophone.notes.score import CONTROL, TEMPO, Part, Score, scored
from eidophone.picture.axis import row_of_hz
from eidophone.picture.strip import draw_strip

pytestmark = pytest.mark.filterwarnings("ignore::eidophone.EidophoneWarning")

LOOKS = ("exact", "bold")


def song(parts: int = 4, seconds: float = 6.0, seed: int = 1) -> Score:
    """Voices that do not meet, with repeats and velocities of all kinds."""
    rng = np.random.default_rng(seed)
    notes = []
    for part in range(parts):
        at, pitch = 0.1 * part, 48 + 8 * part
        while at < seconds:
            lasts = float(rng.choice([0.12, 0.25, 0.5]))
            pitch = int(np.clip(pitch + rng.integers(-2, 3), 46 + 8 * part, 51 + 8 * part))
            notes.append((at, at + lasts, pitch, int(rng.integers(10, 128)), part))
            at += lasts
    return scored(notes, [Part(f"voice {part}", 10 * part) for part in range(parts)])


def of_pixels_alone(score: Score, look: str, change=lambda pixels: pixels) -> Score:
    """Drawn, changed, and read without metadata: bold by its strip."""
    picture = encode_notes(score, look)
    if look == "bold":
        drawn = draw_strip(picture.pixels, picture.facts.to_message())
        found = NotesPicture.of_pixels(change(drawn))
    else:
        found = NotesPicture.of_pixels(change(picture.pixels), notes="exact")
    assert found is not None
    return decode_notes(found)


def agreement(score: Score, found: Score) -> tuple[float, float, float]:
    """F of onsets within 50 ms; mean error of velocities; and the share of right parts."""
    pairs, taken = [], set()
    for place, note in enumerate(score.notes):
        near = [
            other
            for other, one in enumerate(found.notes)
            if other not in taken
            and abs(one["start"] - note["start"]) < 0.05
            and abs(one["pitch"] - note["pitch"]) < 0.5
        ]
        if near:
            same = [one for one in near if found.notes["part"][one] == note["part"]]
            taken.add((same or near)[0])
            pairs.append((place, (same or near)[0]))
    mine, theirs = score.notes[[a for a, _ in pairs]], found.notes[[b for _, b in pairs]]
    error = np.abs(mine["velocity"].astype(float) - theirs["velocity"]).mean()
    f = 2 * len(pairs) / (len(score.notes) + len(found.notes))
    return f, float(error), float((mine["part"] == theirs["part"]).mean())


def blurred(pixels):
    return ndimage.gaussian_filter(pixels, (1.5, 1.5, 0))


def saved(form: str, **how: int):
    def change(pixels):
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, form, **how)
        return np.asarray(Image.open(file).convert("RGB"))

    return change


def scaled(scale: float):
    def change(pixels):
        height, width = pixels.shape[:2]
        size = (round(scale * width), round(scale * height))
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))

    return change


class TestPalette:
    def test_hues_are_of_one_luma_and_fit_into_pixels(self):
        for hue in (NO_HUE, *range(HUES)):
            rgb = colour(hue) * luma_of_velocity(np.array(127.0))
            assert rgb.min() >= 0
            assert rgb.max() <= 1.0001
            assert luma_of(rgb.astype(np.float32)) == pytest.approx(0.6, abs=1e-3)

    def test_hues_are_told_apart_with_half_of_their_chroma(self):
        colours = np.array([colour(hue) for hue in range(HUES)], np.float32)
        assert hues_of(luma_of(colours), 0.5 * chroma_of(colours)).tolist() == list(range(HUES))
        assert hues_of(np.ones(1), np.zeros((1, 2))).tolist() == [NO_HUE]

    def test_velocities_come_back_from_8_bits(self):
        velocities = np.arange(1, 128, dtype=np.float64)
        luma = np.rint(luma_of_velocity(velocities) * 255) / 255
        assert np.abs(velocity_of_luma(luma) - velocities).max() <= 1


class TestGrid:
    def test_exact_rows_are_those_of_the_octaves_recipe(self):
        for rows in (512, 256, 1024):
            grid = exact_grid(rows)
            recipe = eidophone.PRESETS["octaves"].with_rows(rows)
            pitches = np.array([21.0, 60.0, 69.0, 100.5])
            hz = 440 * 2 ** ((pitches - 69) / 12)
            assert np.allclose(grid.row(pitches) - 0.5, row_of_hz(hz, recipe), atol=1e-6)
            assert grid.hop_seconds == recipe.hop_seconds

    def test_an_exact_picture_lies_over_that_of_its_sound(self):
        rate, pitch = 44_100, 64
        time = np.arange(2 * rate) / rate
        tone = 0.3 * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time)
        tone *= (time > 0.5) & (time < 1.5)
        heard = eidophone.encode(tone, rate, "octaves").pixels[..., 1].astype(float)
        drawn = encode_notes(scored([(0.5, 1.5, pitch, 100, 0)])).pixels.max(axis=2)
        assert drawn.shape[0] == heard.shape[0]
        rows, columns = np.nonzero(drawn)
        assert abs(heard.sum(axis=1).argmax() - np.median(rows)) <= 0.5
        loud = np.flatnonzero(heard.max(axis=0) > 0.7 * heard.max())
        assert abs(loud[0] - columns.min()) <= 6
        assert abs(loud[-1] - columns.max()) <= 6

    def test_bold_shows_only_what_is_played_and_says_what_does_not_fit(self):
        score = scored([(0, 1, 60, 90, 0), (0, 1, 71, 90, 0)])
        grid = bold_grid(score)
        assert grid.per_semitone >= 12
        assert grid.rows == 14 * grid.per_semitone
        with pytest.raises(NotesError, match="64 rows are too few"):
            bold_grid(score, 64)


@pytest.mark.parametrize("look", LOOKS)
class TestPixelsAlone:
    def test_notes_come_back(self, look):
        score = song()
        found = of_pixels_alone(score, look)
        f, velocity, parts = agreement(score, found)
        assert f == 1.0
        assert velocity < 0.5
        assert parts == 1.0
        assert np.abs(found.notes["start"] - score.notes["start"]).max() < 0.002

    @pytest.mark.parametrize(
        ("change", "least"),
        [(saved("JPEG", quality=75), 0.98), (scaled(0.5), 0.98), (scaled(0.75), 0.98)],
        ids=["jpeg", "half", "three quarters"],
    )
    def test_what_tools_do_leaves_them(self, look, change, least):
        score = song()
        f, velocity, parts = agreement(score, of_pixels_alone(score, look, change))
        assert f >= least
        assert velocity <= 6
        assert parts >= 0.95

    def test_grey_keeps_notes_and_velocities_and_says_that_parts_are_lost(self, look):
        def grey(pixels):
            return np.asarray(Image.fromarray(pixels).convert("L").convert("RGB"))

        score = song()
        f, velocity, _ = agreement(score, of_pixels_alone(score, look, grey))
        assert f >= 0.98
        assert velocity <= 6

    def test_repeated_notes_stay_apart(self, look):
        score = scored([(0.1 * n, 0.1 * n + 0.1, 60, 90, 0) for n in range(20)])
        found = of_pixels_alone(score, look, saved("JPEG", quality=75))
        assert len(found.notes) == 20

    def test_clusters_of_semitones_with_quiet_notes_among_loud_ones(self, look):
        velocities = [120, 10, 125, 20, 110, 5]
        score = scored([(0, 1, 60 + n, one, 0) for n, one in enumerate(velocities)])
        found = of_pixels_alone(score, look)
        assert found.notes["pitch"].tolist() == list(range(60, 66))
        assert np.abs(found.notes["velocity"].astype(int) - velocities).max() <= 2

    def test_two_parts_in_unison_are_two_notes(self, look):
        notes = [(0.1, 1.0, 60, 90, 0), (0.1, 1.0, 60, 60, 1), (1.2, 2.0, 62, 80, 1)]
        found = of_pixels_alone(scored(notes, [Part(), Part()]), look)
        assert sorted(found.notes["part"].tolist()) == [0, 1, 1]
        assert found.notes["pitch"].tolist() == [60, 60, 62]

    def test_microtones_glides_and_drums(self, look):
        score = scored(
            [(0, 1, 60.5, 90, 0), (1.5, 2.5, 65, 90, 0), (0.5, 0.51, 38, 100, 1)],
            [Part(), Part(drums=True)],
        )
        steps = np.linspace(0, 1, 40)
        curve = np.stack([0.3 + 0.4 * steps, 2 * steps], axis=1).astype(np.float32)
        (glider,) = np.flatnonzero(score.notes["pitch"] == 65)
        found = of_pixels_alone(replace(score, glides={int(glider): curve}), look)
        assert np.allclose(found.notes["pitch"], [60.5, 38, 65], atol=0.1)
        (glide,) = found.glides.values()
        assert glide[-1, 1] == pytest.approx(2.0, abs=0.15)
        assert glide[-1, 0] == pytest.approx(0.7, abs=0.05)

    def test_long_notes_are_whole_over_all_blocks(self, look):
        score = scored([(0.2, 29.0, 60, 90, 0), (11.88, 11.95, 64, 90, 0)])
        found = of_pixels_alone(score, look)
        assert np.allclose(found.notes["end"], [29.0, 11.95], atol=0.01)


@pytest.mark.parametrize(("step", "lasts"), [(0.25, 1.1), (0.33, 0.5), (0.55, 0.6), (0.8, 1.1)])
def test_nearly_the_same_pitches_are_told_apart(step, lasts):
    given = [(n / 2, n / 2 + lasts, 60 + n * step, 90, 0) for n in range(12)]
    found = of_pixels_alone(scored(given), "exact", saved("JPEG", quality=75))
    assert found.notes["start"] == pytest.approx([one[0] for one in given], abs=0.02)
    assert found.notes["pitch"] == pytest.approx([one[2] for one in given], abs=0.13)


def test_light_of_a_blurred_strip_is_no_note():
    picture = encode_notes(song(1, 2), "exact", strip=True)
    pixels = draw_strip(picture.pixels, picture.facts.to_message())
    blurred = ndimage.uniform_filter(pixels, (3, 3, 1))
    notes = decode_notes(NotesPicture.of_pixels(blurred)).notes
    assert notes["pitch"].tolist() == song(1, 2).notes["pitch"].tolist()


def test_what_jpeg_leaves_beside_bright_bars_is_no_note():
    rng = np.random.default_rng(2)
    notes = [
        (0.3 * n, 0.3 * n + 0.25, root + step, 127, n % 3)
        for n, root in enumerate(rng.integers(50, 70, 20))
        for step in (0, 2, 4, 7)
    ]
    score = scored(notes, [Part()] * 3)
    for look in LOOKS:
        found = of_pixels_alone(score, look, saved("JPEG", quality=25))
        assert agreement(score, found)[0] >= 0.99


def test_bars_are_found_on_a_ground_that_a_network_has_painted():
    """Half of it is texture; pale bars beside the real ones are ghosts."""
    score = song(2)
    rng = np.random.default_rng(3)
    picture = encode_notes(score, "bold")
    shape = picture.pixels.shape
    texture = ndimage.gaussian_filter(rng.uniform(0, 255, shape), (3, 3, 0))
    texture = np.clip(40 + 4 * (texture - texture.mean()), 0, 255)
    ghosts = np.roll(picture.pixels, (7, 9), axis=(0, 1)) * 0.3
    painted = (0.5 * picture.pixels + 0.5 * np.maximum(texture, ghosts)).astype(np.uint8)
    drawn = draw_strip(painted, picture.facts.to_message())
    found = decode_notes(NotesPicture.of_pixels(drawn))
    assert agreement(score, found)[0] >= 0.95


def test_short_and_quiet_chords_are_found_in_blurred_pictures():
    """Blurred, thin bars are pale and dull, as what a network sprinkles over bold ones is."""
    notes = [
        (n / 8, n / 8 + 0.08, 48 + 5 * n % 12 + 7 * voice, 24 + n % 24, 0)
        for n in range(48)
        for voice in range(3)
    ]
    score = scored(notes)
    assert agreement(score, of_pixels_alone(score, "exact", blurred))[0] >= 0.95


def test_what_a_network_sprinkled_over_a_picture_is_no_note():
    """There are more of them than of bars, though paler, shorter, and on no key."""
    score = song(2)
    rng = np.random.default_rng(4)
    picture = encode_notes(score, "bold")
    pixels = picture.pixels.astype(np.float32)
    grid = picture.facts.grid
    height, width = round(grid.bar), 8
    for _ in range(400):
        key, column = rng.integers(2, 8), rng.integers(0, pixels.shape[1] - width)
        row = round(pixels.shape[0] - grid.row(grid.bottom + key + 0.5) - height / 2)
        place = np.s_[row : row + height, column : column + width]
        pixels[place] = np.maximum(pixels[place], 36)
    drawn = draw_strip(pixels.astype(np.uint8), picture.facts.to_message())
    found = decode_notes(NotesPicture.of_pixels(drawn))
    assert agreement(score, found)[0] >= 0.9


class TestFiles:
    def test_an_untouched_picture_gives_back_everything(self, tmp_path: Path):
        score = song()
        score = replace(
            score,
            controls=np.array([(1, 0, 64, 127), (2, 0, 64, 0)], CONTROL),
            tempos=np.array([(0, 100), (3, 80)], TEMPO),
        )
        for look in LOOKS:
            path = tmp_path / f"{look}.png"
            encode_notes(score, look).save(path)
            assert midi_of(decode_notes(path)) == midi_of(score)

    def test_what_was_painted_over_is_read_and_the_rest_is_exact(self, tmp_path: Path):
        path, score = tmp_path / "song.png", song()
        encode_notes(score).save(path)
        image = read_image(path)
        pixels = image.pixels.copy()
        pixels[:, : pixels.shape[1] // 2] = 0
        write_image(tmp_path / "half.png", pixels, image.text)
        found = decode_notes(tmp_path / "half.png")
        late = score.notes[score.notes["start"] > 3.2]
        assert found.notes["start"].min() > 2.9
        off = np.abs(late["start"][:, None] - found.notes["start"]).min(axis=1)
        assert off.max() < 1e-3  # a tick: not by pixels alone
        assert [part.name for part in found.parts] == [part.name for part in score.parts]

    def test_a_strip_tells_parts_and_tempo_without_metadata(self):
        score = replace(song(), tempos=np.array([(0, 92)], TEMPO))
        found = of_pixels_alone(score, "bold")
        assert [part.program for part in found.parts] == [0, 10, 20, 30]
        assert found.tempos["beats"][0] == pytest.approx(92)

    def test_hostile_metadata_are_told_in_one_line_and_pixels_are_read(self, tmp_path: Path):
        picture = encode_notes(song(2, 2))
        good = json.loads(picture.facts.to_json(10**6))
        for harm in (
            {"midi": "####"},
            {"columns": -1},
            {"columns": 2**31},
            {"grid": {**good["grid"], "rows": 10**9}},
            {"grid": {**good["grid"], "hop_seconds": float("nan")}},
            {"tempo": "fast"},
            {"parts": 7},
            {"version": 99},
            {"metre": [4, 0]},
        ):
            with pytest.raises(NotesError, match="metadata"):
                NotesFacts.from_json(json.dumps(good | harm))
        for text in ("", "[]", "{", "[" * 5000):
            with pytest.raises(NotesError, match="metadata"):
                NotesFacts.from_json(text)
        path = tmp_path / "bad.png"
        write_image(path, picture.pixels, {TEXT_KEY: "{}"})
        with pytest.warns(EidophoneWarning, match="make no sense"):
            assert NotesPicture.load(path) is None

    def test_a_bomb_in_metadata_is_not_inflated(self):
        facts = encode_notes(song(1, 1)).facts
        bomb = replace(facts, midi=bytes(20_000_000)).to_json(10**9)
        with pytest.raises(NotesError, match="too large"):
            NotesFacts.from_json(bomb)

    def test_pictures_of_sound_and_of_notes_are_told_apart(self, tmp_path: Path):
        sound = tmp_path / "sound.png"
        eidophone.encode(np.zeros(20_000) + 0.1, 44_100).save(sound, strip=True)
        assert NotesPicture.load(sound) is None
        with pytest.raises(NotesError, match="does not say that it shows notes"):
            decode_notes(sound)
        notes = tmp_path / "notes.bmp"  # which has no text: the strip alone tells
        encode_notes(song(2, 4), "bold").save(notes)
        with pytest.raises(eidophone.RecipeError, match=r"decode it to a \.mid"):
            eidophone.Picture.load(notes)

    def test_bare_pictures_look_like_notes_or_do_not(self):
        picture = encode_notes(song())
        assert looks_like_notes(guessed(picture.pixels, "exact"))
        noise = np.random.default_rng(0).integers(0, 255, (512, 600, 3), np.uint8)
        assert not looks_like_notes(guessed(noise, "exact"))

    def test_what_is_no_picture_is_refused(self, tmp_path: Path):
        (tmp_path / "empty.png").write_bytes(b"")
        with pytest.raises(PictureError, match="empty"):
            decode_notes(tmp_path / "empty.png")
        with pytest.raises(NotesError, match="too long for one picture"):
            encode_notes(scored([(0, 20_000, 60, 90, 0)]))
        with pytest.raises(NotesError, match=r"lasts 22\.2 hours"):
            encode_notes(scored([(0, 80_000, 60, 90, 0)]))
        with pytest.raises(NotesError, match="no look"):
            encode_notes(song(1, 1), "bald")  # type: ignore[arg-type]

    def test_nothing_is_a_picture_of_nothing(self):
        for look in LOOKS:
            assert len(of_pixels_alone(scored([]), look).notes) == 0

    def test_what_cannot_be_seen_is_told(self):
        score = scored([(0, 1, 2, 90, 0), (0, 1, 60, 90, 0), (0, 1, 60, 80, 0)])
        with pytest.warns(EidophoneWarning, match="1 note outside the rows.*1 note under"):
            encode_notes(score)


class TestCommands:
    def test_there_and_back(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        from eidophone.faces.cli import main

        song_path, score = tmp_path / "song.mid", song()
        write_midi(song_path, score)
        for name, more in (
            ("a.png", ()),
            ("b.png", ("--notes", "bold")),
            ("squares/", ("--size", "512")),
        ):
            target = str(tmp_path / name) + ("/" if name.endswith("/") else "")
            assert main(["encode", str(song_path), target, *more]) == 0
            out = tmp_path / f"{name[0]}.mid"
            assert main(["decode", target, str(out)]) == 0
            assert out.read_bytes() == song_path.read_bytes()
        assert main(["decode", str(tmp_path / "b.png"), str(tmp_path / "b.wav")]) == 1
        assert "decode it to a .mid file" in capsys.readouterr().err
        assert main(["info", str(tmp_path / "b.png")]) == 0
        assert "of notes, bold" in capsys.readouterr().out

    @pytest.mark.parametrize("data", [b"", b"MThd", b"MThd\0\0\0\6\0\1\0\1\0\0MTrk"])
    def test_broken_midi_is_one_line(
        self, data, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        from eidophone.faces.cli import main

        path = tmp_path / "bad.mid"
        path.write_bytes(data)
        assert main(["encode", str(path), str(tmp_path / "bad.png")]) == 1
        said = capsys.readouterr().err.strip().splitlines()
        assert len(said) == 1
        assert "bad.mid" in said[0]

    def test_a_picture_of_sound_is_transcribed(self, tmp_path: Path, monkeypatch):
        from eidophone.faces.cli import main
        from eidophone.jobs import notes

        heard = []
        monkeypatch.setattr(notes, "transcribed", lambda sound, *_: heard.append(sound) or song())
        path = tmp_path / "sound.png"
        eidophone.encode(np.sin(np.arange(9_000) / 9), 44_100).save(path)
        assert main(["decode", str(path), str(tmp_path / "sound.mid")]) == 0
        assert heard[0].sample_count == 9_000

    def test_a_film_scrolls_and_comes_back(self, tmp_path: Path):
        pytest.importorskip("av")
        from eidophone.faces.cli import main

        song_path, score = tmp_path / "song.mid", song(2, 2)
        write_midi(song_path, score)
        film = tmp_path / "song.mp4"
        assert main(["encode", str(song_path), str(film), "--width", "256"]) == 0
        assert main(["decode", str(film), str(tmp_path / "again.mid")]) == 0
        found = eidophone.notes.midi.read_midi(tmp_path / "again.mid")
        f, velocity, parts = agreement(score, found)
        assert f >= 0.97
        assert velocity <= 6
        assert parts >= 0.95
