"""MIDI files: what is written comes back, and what strangers bring gets one line."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidophone.base.errors import NotesError, OutputError
from eidophone.notes.midi import midi_of, read_midi, score_of, write_midi
from eidophone.notes.score import CONTROL, METRE, TEMPO, Part, scored

mido = pytest.importorskip("mido")


def midi(*messages, kind=1, beat=480):
    """The bytes of a file of one track, of messages as mido writes them, by another's hand."""
    file = mido.MidiFile(type=kind, ticks_per_beat=beat)
    file.tracks.append(mido.MidiTrack(messages))
    made = io.BytesIO()
    file.save(file=made)
    return made.getvalue()


def on(note, time=0, velocity=64, channel=0):
    return mido.Message("note_on", note=note, velocity=velocity, time=time, channel=channel)


def off(note, time=0, channel=0):
    return mido.Message("note_off", note=note, time=time, channel=channel)


def of(kind, **values):
    return mido.Message(kind, **values)


@pytest.fixture(scope="module")
def song():
    """All that a score can hold: tempos, metres, drums, a pedal, microtones and glides."""
    return scored(
        [
            (0.0, 0.5, 60, 64, 0),
            (0.5, 1.0, 64.5, 80, 0),  # quarter tones, beside a note that does not bend
            (0.5, 1.5, 67, 100, 0),
            (1.5, 2.5, 62, 1, 0),
            (0.0, 0.1, 36, 127, 1),
            (2.0, 4.0, 40, 90, 2),
        ],
        [Part("Häng", 11), Part("kit", 0, drums=True), Part("low", 33)],
        glides={3: np.array([[0.25, 1.0], [0.5, -3.0]], np.float32)},
        controls=np.array([(0.25, 0, 64, 127), (1.25, 0, 64, 0)], CONTROL),
        tempos=np.array([(0, 120), (1, 60), (2.5, 200)], TEMPO),
        metres=np.array([(0, 3, 4), (1.5, 7, 8)], METRE),
    )


def test_a_score_comes_back_whole(song):
    back = score_of(midi_of(song))
    assert back.parts == song.parts
    assert back.resolution == song.resolution
    for name in ("start", "end"):
        np.testing.assert_allclose(back.notes[name], song.notes[name], atol=1e-3)
    np.testing.assert_allclose(back.notes["pitch"], song.notes["pitch"], atol=0.01)
    assert (back.notes[["velocity", "part"]] == song.notes[["velocity", "part"]]).all()
    (place,) = back.glides
    assert back.notes["pitch"][place] == pytest.approx(62, abs=0.01)
    np.testing.assert_allclose(back.glides[place], song.glides[next(iter(song.glides))], atol=0.01)
    assert (back.controls == song.controls).all()
    np.testing.assert_allclose(back.tempos["time"], [0, 1, 2.5], atol=1e-3)
    np.testing.assert_allclose(back.tempos["beats"], [120, 60, 200], rtol=1e-4)
    assert back.metres[["over", "under"]].tolist() == [(3, 4), (7, 8)]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 4000), st.integers(1, 2000), st.integers(1, 126), st.integers(1, 127)
        ),
        max_size=12,
        unique_by=lambda one: one[2],
    )
)
def test_whole_ticks_come_back_exactly(ticks):
    score = scored(
        [(start / 960, (start + length) / 960, key, loud, 0) for start, length, key, loud in ticks]
    )
    back = score_of(midi_of(score))
    for name in ("start", "end", "pitch", "velocity"):
        np.testing.assert_allclose(back.notes[name], score.notes[name], atol=1e-9)


def test_beats_and_seconds_are_each_others_inverse(song):
    seconds = np.linspace(0, 6, 50)
    np.testing.assert_allclose(song.times(song.beats(seconds)), seconds)
    np.testing.assert_allclose(song.beats(np.array([0.0, 1.0, 2.5])), [0, 2, 3.5])


def test_the_tempo_is_that_of_most_of_the_time():
    steady = scored([(0, 9, 60, 64, 0)], tempos=np.array([(0, 81), (0.7, 93)], TEMPO))
    assert steady.tempo == 93


def test_the_pedal_holds_what_ends_while_it_is_down(song):
    held = dict(zip(song.notes["pitch"].tolist(), song.sounding().tolist(), strict=True))
    assert held == {60: 1.25, 64.5: 1.25, 67: 1.5, 62: 2.5, 36: 0.1, 40: 4.0}


def test_a_part_of_some_notes_keeps_their_glides(song):
    few = song.only(song.notes["part"] == 0)
    assert few.notes["pitch"].tolist() == [60, 64.5, 67, 62]
    assert list(few.glides) == [3]


def test_bends_of_other_programs_are_pitches_and_glides():
    wide = [of("control_change", control=c, value=v) for c, v in ((101, 0), (100, 0), (6, 12))]
    back = score_of(
        midi(
            *wide,
            of("pitchwheel", pitch=4096),
            on(60),
            of("pitchwheel", pitch=-8192, time=480),
            off(60, 480),
        )
    )
    assert back.notes["pitch"].tolist() == [66]
    np.testing.assert_allclose(back.glides[0], [[0.5, -18]])


def test_channels_of_a_file_of_one_track_are_its_parts():
    back = score_of(
        midi(
            of("program_change", program=5),
            on(60),
            on(40, channel=3),
            off(60, 10),
            off(40, channel=3),
            of("program_change", program=6),
            on(61),
            off(61, 10),
            kind=0,
        )
    )
    assert [part.program for part in back.parts] == [5, 0, 6]
    assert sorted(back.notes["part"].tolist()) == [0, 1, 2]


def test_a_second_strike_ends_after_the_first_and_what_never_ends_is_told():
    with pytest.warns(match="never end"):
        back = score_of(midi(on(60), on(60, 480), off(60, 480), on(70), of("pitchwheel", time=960)))
    assert back.notes[["start", "end"]].tolist() == [(0, 1), (0.5, 2), (1, 2)]


def test_notes_that_bend_apart_get_channels_of_their_own():
    slendro = [60 + 2.4 * k for k in range(5)]
    back = score_of(midi_of(scored([(0, 1, pitch, 64, 0) for pitch in slendro])))
    np.testing.assert_allclose(back.notes["pitch"], slendro, atol=0.002)
    assert len(back.parts) == 1


def test_more_bends_than_channels_are_told():
    crowd = scored([(0, 1, 40 + 1.05 * k, 64, 0) for k in range(20)])
    with pytest.warns(match="5 of 20 notes share the pitch bend"):
        midi_of(crowd)


def test_more_parts_than_channels_keep_their_programs():
    many = scored([(k, k + 1, 60, 64, k) for k in range(20)], [Part(f"{k}", k) for k in range(20)])
    back = score_of(midi_of(many))
    assert [part.program for part in back.parts] == list(range(20))


def test_frames_of_a_film_are_seconds():
    given = bytearray(midi(on(60), off(60, 1000)))
    given[12:14] = struct.pack(">bB", -25, 40)
    assert score_of(bytes(given)).notes["end"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "the file is empty"),
        (b"MThd", "ends too early"),
        (b"MThd" + b"\xff" * 40, "its header makes no sense"),
        (midi(on(60)).replace(b"\0\1\1\xe0", b"\0\0\1\xe0"), "its header makes no sense"),
        (b"ID3 is no MIDI", "no MIDI file"),
        (midi(on(60))[:-9], "damaged"),
        (midi(on(60)).replace(b"\x01\xe0", b"\0\0"), "no ticks"),
        (midi(on(60), off(60, 2**27)), "hours: 24 are read"),
        (b"MThd" + bytes(5_000_000), "more than 4 MB"),
        (
            midi(mido.MetaMessage("key_signature", key="Bb")).replace(
                b"\x59\x02\xfe\0", b"\x59\x02\xfe\7"
            ),
            "key",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_no_midi_file_gets_one_line(given, said, tmp_path):
    path = tmp_path / "strange.mid"
    path.write_bytes(given)
    with pytest.raises(NotesError, match=said) as caught:
        read_midi(path)
    assert "\n" not in str(caught.value)
    assert "strange.mid" in str(caught.value)


def test_metres_of_nothing_are_left_out():
    zero = mido.MetaMessage("time_signature", numerator=3, denominator=4)
    given = midi(zero, on(60), off(60, 10)).replace(b"\xff\x58\x04\x03", b"\xff\x58\x04\x00")
    assert score_of(given).metres[["over", "under"]].tolist() == [(4, 4)]


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ((0, 1, 128, 64, 0), "outside 0 to 127"),
        ((0, 1, np.nan, 64, 0), "no number"),
        ((1, 0.5, 60, 64, 0), "ends before"),
        ((0, 1, 60, 0, 0), "velocity"),
        ((0, 1, 60, 64, 3), "not there"),
        ((0, 1e9, 60, 64, 0), "86400 at most"),
    ],
)
def test_impossible_notes_are_refused(note, said):
    with pytest.raises(NotesError, match=said):
        scored([note])


def test_nothing_is_overwritten_unasked(song, tmp_path):
    write_midi(tmp_path / "a.mid", song)
    with pytest.raises(OutputError):
        write_midi(tmp_path / "a.mid", song)
    write_midi(tmp_path / "a.mid", song, overwrite=True)
    assert len(read_midi(tmp_path / "a.mid").notes) == len(song.notes)
