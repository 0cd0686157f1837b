"""Notes in the studio: MIDI on the shelf, corrected by hand, and never overwritten."""

import io

import numpy as np
import pytest
from PIL import Image
from studio_browser import downloaded, drop, tone
from studio_server import made, running, until, upload

pytest.importorskip("mido")

from eidophone.notes.midi import read_midi, score_of, write_midi
from eidophone.notes.pictures.codec import encode_notes
from eidophone.notes.playing import soundfont
from eidophone.notes.score import CONTROL, PEDAL, TEMPO, Part, scored
from eidophone.picture.strip import draw_strip

#: A file that says more than it has.
DAMAGED = b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\0\xff\0\x90"

PARTS = (Part("flute", 73), Part("bass", 33))
GLIDE = np.array([[0, 0], [0.1, 0.5]], np.float32)


def song(path, notes=((0, 0.5, 60, 100, 0), (0.5, 1, 64, 80, 1), (1, 2, 67, 60, 0)), **more):
    """Write a piece of two parts, whose first note glides."""
    made = scored(list(notes), PARTS, glides={0: GLIDE} if len(notes) else {}, **more)
    write_midi(path, made)
    return path


@pytest.fixture
def client(tmp_path):
    with running(tmp_path / "Eidophone", here=True) as client:
        yield client


# MIDI is an item


def test_midi_is_an_item_with_a_small_picture(client, tmp_path):
    item = upload(client, song(tmp_path / "song.mid"))
    assert (item["kind"], item["seconds"]) == ("midi", pytest.approx(2, abs=0.01))
    seen = client.get("/api/items/song.mid/thumbnail")
    pixels = np.asarray(Image.open(io.BytesIO(seen.content)).convert("RGB"))
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 3
    info = dict(client.get("/api/items/song.mid/info").json())
    assert info["notes"] == "3, of 2 parts: flute, bass"
    renamed = client.patch("/api/items/song.mid", json={"name": "other.mid"}).json()
    assert renamed["kind"] == "midi"


def test_midi_is_known_by_its_beginning(client, tmp_path):
    item = upload(client, song(tmp_path / "song.mid"), "no ending")
    assert item["kind"] == "midi"


@pytest.mark.parametrize("content", [b"", b"MThd", DAMAGED, b"what is this"])
def test_what_is_no_midi_is_refused_in_one_line(client, content, tmp_path):
    answer = client.post("/api/items", params={"name": "bad.mid"}, content=content)
    assert answer.status_code == 400
    assert str(tmp_path) not in answer.text
    assert "\n" not in answer.json()["error"]


def test_a_piece_with_too_many_notes_is_refused_in_one_line(client, tmp_path, monkeypatch):
    monkeypatch.setattr("eidophone.jobs.correcting.MOST_CORRECTED", 2)
    upload(client, song(tmp_path / "song.mid"))
    answer = client.get("/api/notes/song.mid")
    assert answer.status_code == 400
    assert "has 3 notes" in answer.json()["error"]


# Corrections


def given(client, name="song.mid"):
    """Its notes, as the page sends them back."""
    score = client.get(f"/api/notes/{name}").json()
    return [[place, *note] for place, note in enumerate(score["notes"])]


def kept(client, notes, of="song.mid", **more):
    answer = client.post("/api/notes", json={"of": of, "notes": notes, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def read(client, name):
    return read_midi(client.studio.workspace.path_of(name))


def test_what_was_corrected_is_another_item_and_all_else_stays(client, tmp_path):
    pedals = np.array([(0.25, 0, PEDAL, 127), (1.5, 0, PEDAL, 0)], CONTROL)
    tempos = np.array([(0, 100), (1.2, 140)], TEMPO)
    path = song(tmp_path / "song.mid", controls=pedals, tempos=tempos)
    content = path.read_bytes()
    upload(client, path)
    notes = given(client)
    del notes[1]
    notes[1][3] = 70
    notes.append([None, 3, 3.5, 72, 33, 1])
    item = kept(client, notes)
    assert item["name"] == "song 2.mid"
    assert (item["made"]["act"], item["made"]["of"]) == ("correct", ["song.mid"])
    assert client.studio.workspace.path_of("song.mid").read_bytes() == content
    score, before = read(client, "song 2.mid"), read(client, "song.mid")
    assert score.notes["pitch"].tolist() == [60, 70, 72]
    assert score.notes["velocity"].tolist() == [100, 60, 33]
    assert score.notes["start"] == pytest.approx([0, 1, 3], abs=0.002)
    assert score.notes["part"].tolist() == [0, 0, 1]
    assert score.parts == before.parts
    assert score.controls.tolist() == before.controls.tolist()
    assert score.tempos["beats"] == pytest.approx(before.tempos["beats"])
    assert score.glides[0] == pytest.approx(before.glides[0], abs=0.01)


def test_a_glide_goes_with_its_note_and_ends_with_it(client, tmp_path):
    upload(client, song(tmp_path / "song.mid"))
    notes = given(client)
    notes[0][1:4] = [2.5, 2.55, 62]
    score = read(client, kept(client, notes)["name"])
    place = int(np.flatnonzero(np.isclose(score.notes["start"], 2.5, atol=0.002))[0])
    assert 2.5 + score.glides.get(place, GLIDE[:1])[-1, 0] <= 2.56
    assert 1 not in score.glides


def test_versions_are_numbered_after_the_first(client, tmp_path):
    upload(client, song(tmp_path / "no. 4.mid"))
    names = [kept(client, given(client, "no. 4.mid"), of="no. 4.mid")["name"]]
    names.append(kept(client, given(client, names[0]), of=names[0])["name"])
    assert names == ["no. 4 2.mid", "no. 4 3.mid"]
    made = client.get("/api/items/no. 4 3.mid").json()["made"]
    assert made["of"] == ["no. 4 2.mid", "no. 4.mid"]


def test_beats_can_be_others_while_no_note_moves(client, tmp_path):
    upload(client, song(tmp_path / "song.mid"))
    score = read(client, kept(client, given(client), beats=90)["name"])
    assert score.tempos["beats"].tolist() == [pytest.approx(90, rel=1e-4)]
    assert score.notes["start"] == pytest.approx([0, 0.5, 1], abs=0.002)


def test_a_piece_can_begin_with_nothing(client):
    answer = client.post("/api/notes", json={"name": "mine", "notes": []})
    assert answer.json()["name"] == "mine.mid"
    score = client.get("/api/notes/mine.mid").json()
    assert (score["notes"], len(score["parts"])) == ([], 1)
    item = kept(client, [[None, 0, 1, 60, 90, 0]], of="mine.mid")
    assert score_of(client.get(f"/api/items/{item['name']}/file").content).notes["pitch"] == [60]


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ([None, 1, 0.5, 60, 90, 0], "ends before it starts"),
        ([None, 0, 1, 60, 90, 7], "part that is not there"),
        ([9, 0, 1, 60, 90, 0], "no note 9"),
        ([None, 0, 1, 200, 90, 0], "pitch"),
        ([None, -1, 1, 60, 90, 0], ""),
        ([None, 0, 1e9, 60, 90, 0], ""),
        ([None, 0, 1, 60, 0, 0], ""),
        ([None, 0, 1, 60], ""),
        ("a note", ""),
    ],
)
def test_notes_that_cannot_be_are_refused(client, tmp_path, note, words):
    upload(client, song(tmp_path / "song.mid"))
    answer = client.post("/api/notes", json={"of": "song.mid", "notes": [note]})
    assert answer.status_code in (400, 422)
    assert words in answer.json()["error"] or answer.status_code == 422
    assert [one["name"] for one in client.get("/api/items").json()] == ["song.mid"]


def test_what_is_no_piece_cannot_be_corrected(client, tmp_path):
    upload(client, tone(tmp_path / "a.wav", seconds=0.1, rate=8_000))
    assert client.get("/api/notes/a.wav").status_code == 400
    assert client.get("/api/notes/none.mid").status_code == 404
    body = {"of": "none.mid", "notes": []}
    assert client.post("/api/notes", json=body).status_code == 404


# The page


def chosen(page):
    return page.locator("p-notes section[aria-label='Chosen notes']")


def place(page, seconds, pitch):
    """Where a moment and a pitch are on the screen."""
    return page.evaluate(
        """([seconds, pitch]) => {
            const { roll } = document.querySelector('p-notes');
            const box = roll.element.getBoundingClientRect();
            return [box.left + roll.xOf(seconds), box.top + roll.yOf(pitch)];
        }""",
        [seconds, pitch],
    )


def notes_of(page):
    """What the roll has: start, end, pitch, velocity of each note."""
    return page.evaluate(
        """() => document.querySelector('p-notes').piece.ordered
            .map(({ start, end, pitch, velocity }) => [start, end, pitch, velocity])"""
    )


def drag(page, *places, keys=()):
    for key in keys:
        page.keyboard.down(key)
    page.mouse.move(*places[0])
    page.mouse.down()
    for one in places[1:]:
        page.mouse.move(*one, steps=4)
    page.mouse.up()
    for key in keys:
        page.keyboard.up(key)


def opened(studio, page, name="song.mid", count=3):
    studio.open(page, f"notes/{name}")
    words = "1 note" if count == 1 else f"{count} notes"
    page.locator("p-notes .facts").get_by_text(words, exact=False).wait_for()
    page.wait_for_function("() => document.querySelector('p-notes').picture.geometry?.height > 50")


@pytest.fixture
def piece(studio, page, tmp_path):
    studio.clear()
    studio.put(song(tmp_path / "song.mid"))
    opened(studio, page)
    return page


def test_notes_are_moved_stretched_drawn_and_erased_by_hand(piece):
    from playwright.sync_api import expect

    page = piece
    drag(page, place(page, 1.5, 67), place(page, 2.0, 69))
    assert notes_of(page)[2] == pytest.approx([1.5, 2.5, 69, 60], abs=1e-3)
    expect(chosen(page)).to_contain_text("1 note is chosen")
    drag(page, place(page, 2.49, 69), place(page, 2.98, 69))
    assert notes_of(page)[2] == pytest.approx([1.5, 3.0, 69, 60], abs=1e-3)
    drag(page, place(page, 1.51, 69), place(page, 1.76, 69), keys=("Control",))
    assert notes_of(page)[2][:2] == pytest.approx([1.76, 3.0], abs=0.02)  # free of the grid
    page.get_by_role("radio", name="Draw").click()
    drag(page, place(page, 3.3, 62), place(page, 3.96, 62))
    assert notes_of(page)[3] == pytest.approx([3.25, 4.0, 62, 90], abs=0.03)
    page.get_by_role("radio", name="Erase").click()
    drag(page, place(page, 0.1, 60), place(page, 0.12, 60))
    assert len(notes_of(page)) == 3
    for _ in range(5):
        page.get_by_role("button", name="Undo", exact=True).click()
    assert [one[2] for one in notes_of(page)] == [60, 64, 67]
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_many_are_chosen_by_a_frame_and_altered_together(piece):
    from playwright.sync_api import expect

    page = piece
    drag(page, place(page, 0.3, 58), place(page, 1.3, 69))
    expect(chosen(page)).to_contain_text("3 notes are chosen")
    length = page.get_by_role("spinbutton", name="Length")
    expect(length).to_have_attribute("placeholder", "several")
    length.fill("0.25")
    length.press("Enter")
    assert [round(end - start, 3) for start, end, *_ in notes_of(page)] == [0.25] * 3
    page.get_by_role("slider", name="Velocity").press("ArrowRight")
    assert [one[3] for one in notes_of(page)] == [101, 81, 61]
    drag(page, place(page, 0.1, 60), place(page, 0.1, 62))
    assert [one[2] for one in notes_of(page)] == [62, 66, 69]
    drag(page, place(page, 0.1, 62), place(page, 0.1, 72), keys=("Alt",))
    assert len(notes_of(page)) == 6  # copies


def test_all_is_done_by_keys_too(piece):
    from playwright.sync_api import expect

    page = piece
    page.locator("p-notes e-picture .surface").focus()
    page.keyboard.press("n")
    expect(chosen(page)).to_contain_text("C4 at 0:00.00, velocity 100")
    for key in ("n", "ArrowUp", "Shift+ArrowDown", "ArrowRight", "Shift+ArrowRight", "]"):
        page.keyboard.press(key)
    assert [0.625, 1.25, 53, 86] in [[round(value, 3) for value in one] for one in notes_of(page)]
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    assert len(notes_of(page)) == 6
    page.keyboard.press("Delete")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    assert len(notes_of(page)) == 4
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")
    assert len(notes_of(page)) == 3


def test_what_was_done_survives_a_reload_and_is_kept_beside(piece, studio):
    from playwright.sync_api import expect

    page = piece
    page.keyboard.press("n")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+z")
    keep = page.get_by_role("button", name="Keep", exact=True)
    expect(keep).to_be_enabled()
    page.wait_for_function(
        """async () => {
            const { Deeds } = await import('/web/notes/deeds.js');
            const { item } = document.querySelector('p-notes');
            const key = `${item.name}/${item.modified}/${item.bytes}`;
            const { steps, place } = await new Deeds(key, () => undefined).read();
            return steps.length === 2 && place === 1;
        }"""
    )
    opened(studio, page)
    page.wait_for_function("() => document.querySelector('p-notes').piece?.altered")
    assert [one[2] for one in notes_of(page)] == [61, 64, 67]
    page.keyboard.press("Control+Shift+z")
    assert [one[2] for one in notes_of(page)] == [62, 64, 67]
    keep.click()
    page.get_by_text("It is kept as song 2.mid").wait_for()
    expect(page.locator("p-notes h2").first).to_have_text("song 2.mid")
    _, name = downloaded(page, lambda: page.get_by_role("link", name="MIDI file").click())
    assert name == "song 2.mid"
    given_ = {one["name"]: one for one in studio.ask("GET", "items")}
    assert sorted(given_) == ["song 2.mid", "song.mid"]
    assert [one[2] for one in studio.ask("GET", "notes/song%202.mid")["notes"]] == [62, 64, 67]
    assert [one[2] for one in studio.ask("GET", "notes/song.mid")["notes"]] == [60, 64, 67]
    page.locator("e-shelf").get_by_title("song.mid", exact=True).click()
    expect(page.locator("p-notes h2").first).to_have_text("song.mid")
    expect(keep).to_be_disabled()


def test_a_card_can_be_dragged_out_as_the_file_that_it_is(piece):
    carried = piece.evaluate(
        """() => [
            document.querySelector('e-shelf .card .main'),
            document.querySelector('p-notes a[draggable]'),
        ].map((one) => {
            const dataTransfer = new DataTransfer();
            one.dispatchEvent(new DragEvent('dragstart', { dataTransfer, bubbles: true }));
            return dataTransfer.getData('DownloadURL');
        })"""
    )
    for one in carried:
        assert one.startswith("application/octet-stream:song.mid:http://127.0.0.1:")
        assert one.endswith("/api/items/song.mid/file?download=1")


def test_notes_lie_over_the_picture_of_their_sound_and_play(studio, page, tmp_path):
    from playwright.sync_api import expect

    studio.clear()
    studio.put(tone(tmp_path / "a.wav", seconds=2, hz=440, rate=22_050))
    studio.put(song(tmp_path / "song.mid", [(0, 1.9, 69, 100, 0)]))
    opened(studio, page, count=1)
    select = page.get_by_role("combobox", name="Sound behind the notes")
    select.select_option("a.wav")
    page.wait_for_function(
        """() => {
            const { picture, roll } = document.querySelector('p-notes');
            if (!picture.geometry || picture.loading) return false;
            const column = Math.round(1 / picture.view.hop_seconds);
            const at = (pitch) => {
                const hz = 440 * 2 ** ((pitch - 69) / 12);
                return picture.colourAt(column, picture.rowOfHz(hz))?.[0] ?? -1;
            };
            return picture.view.axis === 'octaves' && at(69) > 150 && at(75) < at(69) / 2;
        }"""
    )
    page.get_by_role("radio", name="Both").click()
    play = page.locator("p-notes").get_by_role("button", name="Play", exact=True)
    play.click()
    page.wait_for_function("() => document.querySelector('p-notes').roll.place > 0.1")
    page.locator("p-notes").get_by_role("button", name="Pause", exact=True).or_(play).wait_for()
    page.reload()
    expect(select).to_have_value("a.wav")


def test_midi_is_dropped_and_opens_on_its_page(studio, page, complaints, tmp_path):
    from playwright.sync_api import expect

    studio.clear()
    studio.put(tone(tmp_path / "a.wav", seconds=0.2, rate=8_000))
    studio.open(page, "sound/a.wav")
    drop(page.locator("body"), song(tmp_path / "song.mid"))
    expect(page.locator("p-notes h2").first).to_have_text("song.mid")
    complaints.expect("Failed to load resource")
    bad = tmp_path / "bad.mid"
    bad.write_bytes(DAMAGED)
    drop(page.locator("body"), bad)
    alert = page.get_by_role("alert").filter(has_text="bad.mid")
    expect(alert).to_be_visible()


def test_ten_thousand_notes_are_drawn_at_once(studio, page, tmp_path):
    studio.clear()
    notes = [(i * 0.05, i * 0.05 + 0.1, 40 + i % 50, 1 + i % 127, i % 2) for i in range(10_000)]
    studio.put(song(tmp_path / "long.mid", notes))
    opened(studio, page, "long.mid", 10_000)
    took = page.evaluate(
        """async () => {
            const { roll, picture } = document.querySelector('p-notes');
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            picture.fit();
            await frame();
            const begun = performance.now();
            for (let i = 0; i < 10; i++) {
                roll.redraw();
                await frame();
            }
            return (performance.now() - begun) / 10;
        }"""
    )
    assert took < 500  # a frame of 60 Hz where nothing else runs; never a second


# Finding notes

TRANSCRIBED = "eidophone.notes.transcribing.transcribe.transcribed"


def test_the_notes_of_a_sound_become_an_item(client, tmp_path, monkeypatch):
    told = []

    def found(sound, how, progress):
        told.append((sound.sample_count, how.timing, how.instrument))
        return scored([(0, 0.2, 69, 80, 0)])

    monkeypatch.setattr(TRANSCRIBED, found)
    upload(client, tone(tmp_path / "a.wav", seconds=0.25, rate=8_000))
    job = made(client, "transcribe", ["a.wav"], timing="quantised", instrument="voice")
    assert (job["error"], job["items"]) == (None, ["a.mid"])
    assert told == [(2_000, "quantised", "voice")]
    assert client.get("/api/items/a.mid").json()["made"]["of"] == ["a.wav"]
    assert "choose one sound" in made(client, "transcribe", ["a.wav", "a.wav"])["error"]


def test_notes_are_played_by_a_sound_of_the_shelf(client, tmp_path, monkeypatch):
    told = []

    def file(song_, target, sounds, how, *, progress):
        told.append((song_.name, sounds and sounds.name, how.pitch))
        tone(target, seconds=0.1, rate=8_000)

    monkeypatch.setattr("eidophone.jobs.acts.play.play_file", file)
    upload(client, song(tmp_path / "song.mid"))
    upload(client, tone(tmp_path / "a.wav", seconds=0.1, rate=8_000))
    job = made(client, "play", ["song.mid"], sound="a.wav", pitch="A4")
    assert (job["error"], job["items"]) == (None, ["song played.wav"])
    made(client, "play", ["song.mid"])
    assert told == [("song.mid", "a.wav", "A4"), ("song.mid", None, None)]
    client.patch("/api/items/a.wav", json={"name": "b.wav"})
    record = client.get("/api/items/song played.wav").json()["made"]
    assert record["settings"]["sound"] == "b.wav"


def test_parts_have_sounds_of_their_own(client, tmp_path, monkeypatch):
    told = []

    def file(song_, target, sounds, how, *, progress):
        told.append({part: path.name for part, path in sounds.items()})
        tone(target, seconds=0.1, rate=8_000)

    monkeypatch.setattr("eidophone.jobs.acts.play.play_file", file)
    upload(client, song(tmp_path / "song.mid"))
    for name in ("a.wav", "b.wav"):
        upload(client, tone(tmp_path / name, seconds=0.1, rate=8_000))
    job = made(client, "play", ["song.mid"], sound="a.wav", parts=[2], players=["b.wav"])
    assert job["error"] is None
    made(client, "play", ["song.mid"], parts=[2], players=["b.wav"])
    assert told == [{1: "a.wav", 2: "b.wav"}, {2: "b.wav"}]
    client.patch("/api/items/b.wav", json={"name": "c.wav"})
    record = client.get("/api/items/song played.wav").json()["made"]
    assert record["settings"]["players"] == ["c.wav"]
    job = made(client, "play", ["song.mid"], parts=[1, 2], players=["a.wav"])
    assert job["error"] == "1 sounds were given for 2 parts"


FONT = b"RIFF\x04\0\0\0sfbk"


@pytest.fixture
def synthesiser(monkeypatch):
    """FluidSynth is there, whatever is installed; where it is, and what a font may have."""
    monkeypatch.setattr(soundfont.shutil, "which", lambda _: "/bin/fluidsynth")
    return monkeypatch


def soundfont_answer(client, content=FONT):
    return client.post("/api/items", params={"name": "a.sf2"}, content=content)


def test_soundfonts_are_items_where_there_is_a_synthesiser(client, tmp_path, synthesiser):
    assert soundfont_answer(client).json()["kind"] == "soundfont"
    played = []
    synthesiser.setattr(
        "eidophone.jobs.acts.play.play_file",
        lambda song_, target, sounds, how, **_: (played.append(sounds.name), tone(target)),
    )
    upload(client, song(tmp_path / "song.mid"))
    assert made(client, "play", ["song.mid"], sound="a.sf2")["error"] is None
    assert played == ["a.sf2"]


def test_what_is_no_soundfont_or_too_large_or_cannot_be_played_is_one_line(client, synthesiser):
    for content in (b"RIFF", b"MThd" * 9):
        assert "a.sf2 is no SoundFont" in soundfont_answer(client, content).json()["error"]
    synthesiser.setattr(soundfont, "MOST_BYTES", 8)
    assert "take a smaller one" in soundfont_answer(client).json()["error"]
    synthesiser.undo()
    synthesiser.setattr(soundfont.shutil, "which", lambda _: None)
    answer = soundfont_answer(client)
    assert answer.status_code == 400
    assert "played by FluidSynth, which is not installed" in answer.json()["error"]


def test_each_part_is_given_a_sound_on_the_page(studio, page, tmp_path):
    studio.clear()
    studio.put(tone(tmp_path / "a.wav", seconds=0.2, rate=8_000))
    studio.put(song(tmp_path / "song.mid"))
    opened(studio, page)
    page.get_by_text("Another for a part").click()
    page.get_by_role("combobox", name="bass").select_option("a.wav")
    with page.expect_request(lambda one: '"play"' in (one.post_data or "")) as waited:
        page.get_by_role("button", name="Make it a sound").click()
    assert waited.value.post_data_json["settings"] == {"parts": [2], "players": ["a.wav"]}


def test_notes_are_found_and_then_seen(studio, page, tmp_path):
    from playwright.sync_api import expect

    studio.clear()
    studio.put(tone(tmp_path / "a.wav", seconds=1, rate=22_050))
    studio.open(page, "notes/a.wav")
    find = page.get_by_role("button", name="Find the notes")
    expect(find).to_be_enabled()
    page.get_by_role("combobox", name="Instrument").select_option("sustained")
    with page.expect_request(lambda one: "transcribe" in (one.post_data or "")) as waited:
        find.click()
    asked = waited.value.post_data_json
    assert (asked["of"], asked["settings"]) == (["a.wav"], {"instrument": "sustained"})


# Pictures


def test_notes_are_drawn_and_read_back(client, tmp_path):
    upload(client, song(tmp_path / "song.mid"))
    job = made(client, "draw", ["song.mid"], notes="bold")
    assert (job["error"], job["items"]) == (None, ["song notes.png"])
    assert client.get("/api/items/song notes.png").json()["kind"] == "picture"
    job = made(client, "read", ["song notes.png"])
    assert (job["error"], job["items"]) == (None, ["song notes.mid"])
    assert read(client, "song notes.mid").notes["pitch"].tolist() == [60, 64, 67]


def test_pictures_of_notes_from_elsewhere_lead_to_the_page(client, tmp_path):
    picture = encode_notes(scored([(0, 0.5, 60, 100, 0)]))
    picture.save(tmp_path / "exact.png")
    assert upload(client, tmp_path / "exact.png")["has_notes"]
    pixels = draw_strip(picture.pixels, picture.facts.to_message())
    Image.fromarray(pixels).save(tmp_path / "strip.png")
    assert not upload(client, tmp_path / "strip.png")["has_notes"]
    answer = client.post("/api/views", json={"item": "strip.png"})
    assert (answer.status_code, answer.json()["shows"]) == (400, "notes")


def test_a_dropped_picture_of_notes_opens_among_notes_or_leads_there(
    studio, page, complaints, tmp_path
):
    from playwright.sync_api import expect

    studio.clear()
    picture = encode_notes(scored([(0, 0.5, 60, 100, 0)]))
    pixels = draw_strip(picture.pixels, picture.facts.to_message())
    Image.fromarray(pixels).save(tmp_path / "strip.png")
    complaints.expect("Failed to load resource")
    studio.put(tone(tmp_path / "a.wav", seconds=0.2, rate=8_000))
    studio.open(page, "sound/a.wav")
    drop(page.locator("body"), tmp_path / "strip.png")
    page.get_by_text("strip.png has notes").wait_for()
    page.get_by_role("button", name="Open it on the Notes page").click()
    expect(page.get_by_role("button", name="Find the notes")).to_be_enabled()


# Traditions

TUNE = "X:{0}\nT:{0}\nM:4/4\nL:1/8\nK:C\n{1}|]\n"


def tunes(path, shift, count=4):
    """A file of ABC with tunes that are all unlike."""
    rng = np.random.default_rng(shift)
    names = "CDEFGABcdefg"
    bars = (
        " | ".join("".join(names[one] for one in rng.integers(0, 12, 8)) for _ in range(8))
        for _ in range(count)
    )
    path.write_text("\n".join(TUNE.format(n + 1, one) for n, one in enumerate(bars)))
    return path


@pytest.fixture
def untrained(monkeypatch):
    """No net is trained: counts do, and take no time."""
    pytest.importorskip("symusic")
    monkeypatch.setattr("eidophone.notes.traditions.learn.can_train", lambda: False)


def collection(client, name, *paths):
    body = {"name": name, "kind": "tunes"}
    one = client.post("/api/learn/collections", json=body).json()
    for path in paths:
        where = f"/api/learn/collections/{one['id']}/sounds"
        answer = client.post(where, params={"name": path.name}, content=path.read_bytes())
        one = answer.json()
    return one


def test_files_of_tunes_are_collected_and_others_left_out(client, tmp_path):
    text = tmp_path / "words.txt"
    text.write_text("words")
    one = collection(client, "reels", tunes(tmp_path / "a.abc", 1), text)
    assert (one["kind"], one["sounds"], one["left_out_count"]) == ("tunes", 1, 1)
    assert one["left_out"] == [["words.txt", "it is no MIDI, ABC, MusicXML or kern, and no sound"]]


def test_sounds_are_tunes_as_well_and_are_transcribed(client, tmp_path, untrained, monkeypatch):
    heard = scored([(n / 2, n / 2 + 0.4, 60 + n * n % 7, 90, 0) for n in range(24)])
    monkeypatch.setattr(
        "eidophone.notes.transcribing.transcribe.transcribe", lambda *_, **__: heard
    )
    one = collection(client, "airs", tone(tmp_path / "a.wav", seconds=0.2, rate=8_000))
    assert (one["sounds"], one["left_out_count"]) == (1, 0)
    settings = {"names": ["airs"], "collections": [one["id"]]}
    client.post("/api/jobs", json={"act": "tradition", "name": "airs", "settings": settings})
    until(lambda: client.get("/api/jobs").json()[0]["state"] not in ("waiting", "running"))
    (job,) = client.get("/api/jobs").json()
    assert (job["error"], job["items"]) == (None, ["airs.tradition"])


def test_traditions_are_learnt_and_compose(client, tmp_path, untrained):
    two = [
        collection(client, name, tunes(tmp_path / f"{name}.abc", shift))
        for name, shift in (("reels", 1), ("airs", 2))
    ]
    settings = {"names": ["reels", "airs"], "collections": [one["id"] for one in two]}
    body = {"act": "tradition", "name": "reels and airs", "settings": settings}
    client.post("/api/jobs", json=body)

    def over():
        (job,) = client.get("/api/jobs").json()
        return job if job["state"] not in ("waiting", "running") else None

    job = until(over)
    assert (job["error"], job["items"]) == (None, ["reels and airs.tradition"])
    item = client.get("/api/items/reels and airs.tradition").json()
    assert item["kind"] == "tradition"
    found = client.get("/api/notes/traditions/reels and airs.tradition").json()
    assert [(one["name"], one["tunes"]) for one in found["traditions"]] == [
        ("reels", 4),
        ("airs", 4),
    ]
    assert "dorian" in found["scales"]
    ways = {"mix": "reels=0.3,airs=0.7", "bars": 4, "count": 2, "scale": "major"}
    job = made(client, "compose", ["reels and airs.tradition"], **ways)
    assert job["error"] is None
    assert job["items"] == ["reels and airs composed-001.mid", "reels and airs composed-002.mid"]
    assert len(read(client, job["items"][0]).notes)
    info = dict(client.get("/api/items/reels and airs.tradition/info").json())
    assert info["reels"] == "4 tunes"
    more = made(client, "compose", ["reels and airs.tradition"], after=job["items"][0], bars=4)
    assert more["items"] == ["reels and airs composed.mid"]


def test_fundamentals_are_a_page_that_can_do_nothing(client, tmp_path):
    pytest.importorskip("symusic")
    one = collection(client, "reels", tunes(tmp_path / "a.abc", 1))
    settings = {"names": ["reels"], "collections": [one["id"]]}
    body = {"act": "fundamentals", "name": "reels fundamentals", "settings": settings}
    client.post("/api/jobs", json=body)
    until(lambda: client.get("/api/jobs").json()[0]["state"] not in ("waiting", "running"))
    (job,) = client.get("/api/jobs").json()
    assert (job["error"], job["items"]) == (None, ["reels fundamentals.html"])
    page = client.get("/api/learn/pages/reels fundamentals.html")
    assert "Fundamentals of reels" in page.text
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'; ")


def test_what_is_no_tradition_is_refused_in_one_line(client, tmp_path):
    for content in (b"", b"what is this", b"\xff" * 100):
        params = {"name": "bad.tradition"}
        answer = client.post("/api/items", params=params, content=content)
        assert answer.status_code == 400
        assert str(tmp_path) not in answer.text
        assert "\n" not in answer.json()["error"]


def test_folders_of_tunes_are_dropped_and_learnt(studio, page, tmp_path):
    from playwright.sync_api import expect

    studio.clear()
    for one in studio.ask("GET", "learn/collections"):
        studio.ask("DELETE", f"learn/collections/{one['id']}")
    folder = tmp_path / "reels"
    folder.mkdir()
    tunes(folder / "a.abc", 1)
    (folder / "words.txt").write_text("words")
    studio.open(page, "notes")
    page.get_by_role("radio", name="Compose").click()
    learn = page.get_by_role("button", name="Learn these traditions")
    expect(learn).to_be_disabled()
    page.locator("p-notes input[type=file]").set_input_files(folder)
    expect(page.locator("p-notes .collections > li")).to_contain_text("1 file")
    page.get_by_text("1 file that is no tune was left out").wait_for()
    with page.expect_request(lambda one: "tradition" in (one.post_data or "")) as waited:
        learn.click()
    assert waited.value.post_data_json["settings"]["names"] == ["reels"]
