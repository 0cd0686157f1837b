"""Traditions: folders of tunes are learnt, each tune once, and new tunes composed of them."""

import shutil
import zipfile

import numpy as np
import pytest

from eidophone.base.errors import EidophoneWarning, NotesError, noted
from eidophone.base.tensors import Kind
from eidophone.faces.cli import main
from eidophone.notes.fundamentals.lines import lines_in
from eidophone.notes.midi import read_midi, write_midi
from eidophone.notes.score import METRE, Part, scored
from eidophone.notes.traditions import learn, training
from eidophone.notes.traditions.closing import Closing
from eidophone.notes.traditions.collection import collection_of, incipit, melody
from eidophone.notes.traditions.compose import compose, composed, scale_named
from eidophone.notes.traditions.composing import Composer
from eidophone.notes.traditions.context import Context
from eidophone.notes.traditions.converters import _abc_tunes, _played_once, tunes_in
from eidophone.notes.traditions.copying import RUN, Runs, repeated
from eidophone.notes.traditions.form import again_of, frame_of
from eidophone.notes.traditions.judge import Judge
from eidophone.notes.traditions.mixing import product
from eidophone.notes.traditions.model import Model, crossing
from eidophone.notes.traditions.ngram import WittenBell
from eidophone.notes.traditions.settings import Composing, LearningTunes
from eidophone.notes.traditions.tokens import SILENT, Line, Words, beside, lines_of, scale_of
from eidophone.notes.traditions.verticals import Verticals
from eidophone.notes.traditions.ways import Ways

pytest.importorskip("mido")

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 3, 5, 7, 10)


def score(pitches, beats, metre=(4, 4), drums=False, part=0):
    """Notes one after another, at 120 beats a minute."""
    ends = np.cumsum(beats) / 2
    notes = [
        (end - last / 2, end, pitch, 80, 0)
        for pitch, last, end in zip(pitches, beats, ends, strict=True)
    ]
    metres = np.array([(0, *metre)], METRE)
    return scored(notes, [Part("x", 7, drums)], metres=metres)


def walk(rng, degrees, beats, bars=8, tonic=60):
    """A tune that walks along a scale, and ends on its tonic."""
    steps, lasts = [0], []
    while sum(lasts) < bars * 4:
        lasts += beats[rng.integers(len(beats))]
    for _ in lasts[1:-1]:
        steps.append(int(np.clip(steps[-1] + rng.choice([-1, 1, 1, -1, 2, -2]), -3, 9)))
    pitches = [tonic + 12 * (n // len(degrees)) + degrees[n % len(degrees)] for n in [*steps, 0]]
    return score(pitches, lasts)


EVEN, DOTTED = [[2, 1, 1], [1, 1, 1, 1]], [[3, 1], [2.5, 0.5, 1]]


def people(folder, degrees, beats, seed, count=14):
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    for n in range(count):
        tonic = int(rng.integers(57, 66))
        write_midi(folder / f"{n:03}.mid", walk(rng, degrees, beats, tonic=tonic))
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("peoples")
    return {
        "even": people(root / "even", MAJOR, EVEN, 1),
        "dotted": people(root / "dotted", MINOR, DOTTED, 2),
    }


@pytest.fixture(scope="module")
def model(folders):
    with pytest.MonkeyPatch.context() as patch, noted():
        patch.setattr(learn, "can_train", lambda: False)
        return learn.learnt(folders, LearningTunes())


# --- collections ---


def test_what_cannot_be_learnt_of_is_said_in_a_line_each(folders, tmp_path):
    for one in sorted(folders["even"].iterdir())[:5]:
        (tmp_path / one.name).write_bytes(one.read_bytes())
        (tmp_path / f"again-{one.name}").write_bytes(one.read_bytes())
    (tmp_path / "empty.mid").write_bytes(b"")
    (tmp_path / "noise.mid").write_bytes(np.random.default_rng(0).bytes(400))
    write_midi(tmp_path / "drums.mid", score([36, 38] * 8, [1] * 16, drums=True))
    with noted() as said:
        found = collection_of("mine", tmp_path)
    assert len(found.tunes) == 5
    assert found.is_small
    assert len(said) == 3
    assert any("2 cannot be read: empty.mid, noise.mid" in one for one in said)
    assert any("1 have no melody: drums.mid" in one for one in said)
    assert any("5 begin as others do" in one for one in said)


def test_where_there_are_no_tunes_one_line_says_so(tmp_path):
    with pytest.raises(NotesError, match="no folder"):
        collection_of("mine", tmp_path / "nowhere")
    with pytest.raises(NotesError, match="no tunes"):
        collection_of("mine", tmp_path)
    write_midi(tmp_path / "drums.mid", score([36, 38] * 8, [1] * 16, drums=True))
    with pytest.raises(NotesError, match="1 have no melody"):
        collection_of("mine", tmp_path)


def test_what_is_endless_is_left_out_where_it_is_learnt(folders, tmp_path, monkeypatch):
    monkeypatch.setattr(learn, "can_train", lambda: False)
    folder = tmp_path / "some"
    shutil.copytree(folders["even"], folder)
    write_midi(folder / "endless.mid", score([60, 62, 64, 65, 67], [300] * 5, (1, 64)))
    with noted() as said:
        learn.learn_tradition({"some": folder}).save(tmp_path / "some.tradition")
    assert any("1 that are too long (endless.mid: it has 2400" in one for one in said)
    assert len(Model.load(tmp_path / "some.tradition").traditions[0].tunes) == 14
    with noted(), pytest.raises(NotesError, match="bars: 20000 of a tune"):
        learn.learn_tradition({"endless": folder / "endless.mid"})


def test_an_incipit_is_the_same_at_any_pitch():
    low, high = score([60, 62, 64, 65, 67], [1] * 5), score([67, 69, 71, 72, 74], [1] * 5)
    assert incipit(low) == incipit(high) != incipit(score([60, 62, 64, 65, 66], [1] * 5))
    assert incipit(score([60, 62], [1, 1])) is None


def test_of_chords_and_parts_the_highest_is_the_melody():
    notes = [(0, 1, 60, 80, 0), (0, 1, 72, 80, 0), (1, 2, 74, 80, 0), (0, 2, 40, 80, 1)]
    _, _, pitches = melody(scored(notes, [Part(), Part()]))
    assert pitches.tolist() == [72, 74]


def test_abc_is_read_without_its_repeats(tmp_path):
    pytest.importorskip("symusic")
    (tmp_path / "two.abc").write_text(
        'L:1/8\nX:1\nT:One\nM:4/4\nK:C\n|:"Am"CDEF GABc:|[1 c4 z4:|[2 [K:G]c8|]\n\n'
        "X:1\nT:Two\nM:3/4\nK:C\nC2E2G2|c6|\n"
    )
    first, second = tunes_in(tmp_path / "two.abc")
    assert [first.name, second.name] == ["two.abc#1", "two.abc#2"]
    assert melody(first.score)[2].tolist() == [60, 62, 64, 65, 67, 69, 71, 72, 72, 72]
    assert second.score.metres[["over", "under"]][0].tolist() == (3, 4)
    assert melody(first.played)[2].tolist()[:16] == 2 * [60, 62, 64, 65, 67, 69, 71, 72]
    assert second.played is None


def test_only_repeats_are_taken_out_of_abc():
    _, (tune,) = _abc_tunes('X:1\nM:C\nK:D\n|:A[FA]2 "1:x"B:|:c/2 [M:3/4] d::|\nw: la:la\n')
    assert _played_once(tune).strip().splitlines()[2:] == [
        '|A[FA]2 "1:x"B|c/2 [M:3/4] d|',
        "w: la:la",
    ]


def test_bombs_are_refused(tmp_path):
    pytest.importorskip("music21")
    (tmp_path / "bomb.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(NotesError, match="entities"):
        list(tunes_in(tmp_path / "bomb.xml"))
    with zipfile.ZipFile(tmp_path / "bomb.mxl", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("score.xml", b" " * (9 << 20))
    with pytest.raises(NotesError, match="larger than any score"):
        list(tunes_in(tmp_path / "bomb.mxl"))
    (tmp_path / "broken.mxl").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(NotesError, match="damaged"):
        list(tunes_in(tmp_path / "broken.mxl"))


# --- tokens ---


def test_an_upbeat_is_found():
    (line,) = lines_of(score([67, 72, 74, 76, 72, 67, 72], [1, 2, 1, 2, 1, 2, 1], (3, 4)))
    assert line.starts[:3].tolist() == [96, 144, 240]
    assert crossing([line]) == 0


def test_do_is_the_same_for_one_tune_at_any_pitch():
    tunes = [lines_of(walk(np.random.default_rng(n), MAJOR, EVEN)) for n in range(8)]
    scale = scale_of(tunes)
    (line,) = beside(tunes[0], scale)
    higher = [Line(tunes[0][0].pitches + 3, line.starts, line.lasts, line.metre)]
    assert (beside(higher, scale)[0].do - line.do) % 12 == 3
    assert line.final in range(12)


def test_tokens_come_back():
    line = Line(np.array([60, SILENT, 67]), np.array([0, 48, 96]), np.array([48, 48, 7]), (4, 4))
    words = Words.of([line])
    tokens = words.of_pitches(line)
    assert [words.pitch(int(one), 60) for one in tokens] == [60, SILENT, 67]
    assert [words.lasts[one] for one in words.of_lasts(line)] == [48, 48, 7]
    assert words.unknown(line) == 0
    assert words.unknown(Line(line.pitches + 30, line.starts, line.lasts + 1, (4, 4))) == 6


def test_a_context_knows_what_stood_a_bar_before_and_what_followed():
    words = Words(0, 12, (48, 96))
    context = Context(words, (4, 4), 0, 4 * 192)
    for pitch in (2, 4, 6, 7, 2, 4):
        context.push(pitch, 0)
    pitches, durations = context.tokens()
    assert pitches[:2] == [4, 6]  # the last; a bar before
    assert pitches[5] == 6  # what followed 2, 4
    assert durations[1:6] == [0, 2, 2, 2, 0]
    assert (
        len(context.numbers())
        == training.examples_of(
            [Line(np.array([60]), np.array([0]), np.array([48]), (4, 4))], words
        )[0].numbers.shape[1]
    )


# --- models ---


def test_witten_and_bell():
    counts = WittenBell(4)
    for symbol in (0, 0, 1):
        counts.learn([()], symbol)
    found = counts.probabilities([()])
    assert found == pytest.approx([(2 + 0.5) / 5, (1 + 0.5) / 5, 0.1, 0.1])
    assert counts.probabilities([(), "unseen"]) == pytest.approx(found)
    assert [counts.probability([()], one) for one in range(4)] == pytest.approx(found)


def test_the_mixture_foretells_better_than_the_baseline(model):
    for one in model.traditions:
        baseline = min(bits for name, bits in one.bits.items() if "order" in name)
        assert one.bits["n-grams, mixed"] < baseline + 0.1
    line = model.traditions[0].tops[0]
    telling = model.traditions[0].expert.line(Context(model.words, line.metre, 0, 768), 0, 0)
    assert telling.durations().sum() == pytest.approx(1)
    assert telling.pitches(0).sum() == pytest.approx(1)


def test_a_product_of_experts():
    sure, unsure = np.array([0.98, 0.01, 0.01]), np.array([0.2, 0.6, 0.2])
    assert product([sure, unsure], np.array([1.0, 0])) == pytest.approx(sure, abs=1e-4)
    both = product([sure, unsure], np.array([0.5, 0.5]))
    assert both[0] == pytest.approx(
        np.sqrt(0.196) / (2 * 0.0 + np.sqrt(0.196) + np.sqrt(0.006) + np.sqrt(0.002)), abs=1e-3
    )
    assert product([unsure], np.ones(1), 0.5)[1] > 0.8


def test_a_bar_that_comes_again_is_known():
    pitches, starts = np.array([60, 62, 64, 60, 62]), np.array([0, 96, 192, 384, 480])
    line = Line(pitches, starts, np.array([96, 96, 192, 96, 96]), (4, 4))
    assert again_of(line, 3) == (-1, -1, 0)
    frame = frame_of(line)
    assert frame.long(5).again == (-1, -1, 0, -1, -1)
    assert frame.long(2).end == 384
    assert frame.long(6).again == (-1, -1, 0, -1, -1, 3)


def test_copies_and_repeats_are_counted():
    rng = np.random.default_rng(0)
    pitches = rng.integers(55, 75, 20)
    line = Line(pitches, np.arange(20) * 48, np.full(20, 48), (4, 4))
    runs = Runs([line])
    higher = Line(pitches[4:14] + 5, np.arange(10) * 48, np.full(10, 48), (4, 4))
    assert runs.copied(higher).all()
    assert runs.has((pitches[:RUN] + 2).tolist(), [48] * RUN)
    twice = Line(np.tile(pitches[:10], 2), np.arange(20) * 48, np.full(20, 48), (4, 4))
    assert repeated(twice).tolist() == [False] * 10 + [True] * 10


def test_a_judge_tells_them_apart(model):
    first, second = (one.tops for one in model.traditions)
    judge = Judge.trained(first[:7], second[:7])
    assert np.mean([judge.share(one) for one in first[7:]]) < 0.35
    assert np.mean([judge.share(one) for one in second[7:]]) > 0.65


# --- composing ---


def test_new_tunes_are_as_was_asked_for(model):
    made = compose(model, mix="even=0.3,dotted=0.7", bars=8, count=3, seed=7)
    again = compose(model, mix="even=30%,dotted=70%", bars=8, count=3, seed=7)
    for one, same in zip(made, again, strict=True):
        assert (one.notes == same.notes).all()
        assert one.seconds == pytest.approx(16)
        assert one.parts[0].program == 7
    assert len({one.notes.tobytes() for one in made}) == 3
    other = compose(model, mix="even=0.3,dotted=0.7", bars=8, seed=8)
    assert other[0].notes.tobytes() != made[0].notes.tobytes()


def test_new_tunes_copy_no_run_and_cross_no_bar_line(model):
    learnt = Runs(line for one in model.traditions for line in one.tops)
    lines = [lines_of(one)[0] for one in compose(model, bars=16, count=6)]
    assert crossing(lines) <= 0.015
    copied = np.concatenate([learnt.copied(line) for line in lines])
    assert copied.mean() < 0.05


def test_no_triplet_is_left_unfinished():
    lasts = [16, 16, 16, 24, 24, 48, 48] * 6
    starts = np.cumsum([0, *lasts[:-1]])
    learnt = Line(np.full(len(lasts), 60), starts, np.array(lasts), (4, 4))
    words = Words.of([learnt])
    ways = Ways([[learnt]], np.ones(1), words)
    assert np.array(words.lasts)[ways.lasting((4, 4), 16)].tolist() == [16]
    assert not ways.lasting((3, 4), 0).any()

    class Anything:
        """Foretells every pitch and duration alike."""

        def line(self, *_):
            return self

        def durations(self):
            return np.full(words.durations, 1 / words.durations)

        def pitches(self, _):
            return np.full(words.pitches, 1 / words.pitches)

    composer = Composer(
        [Anything()],
        np.ones(1),
        words,
        Runs(),
        0.0,
        ways,
        Verticals([], np.ones(0)),
        Closing([[learnt]], np.ones(1)),
    )
    made = composer.line(frame_of(learnt).long(20), np.random.default_rng(0))
    assert crossing([made]) == 0
    assert set(made.starts % 48) == {0, 16, 24, 32}


def test_a_tune_comes_to_its_end_as_the_learnt_ones_did(model):
    pitches = np.array([60, 69, 67, 69, 64, 62, 60])  # a step above comes before the last note only
    line = Line(pitches, np.arange(7) * 48, np.full(7, 48), (4, 4))
    closing = Closing([[line] * 20], np.ones(1))
    step, leap = closing.odds(0, np.array([2, 9]))
    assert step > 10 * leap
    assert closing.odds(100 * 48, np.array([2, 9])).tolist() == [1, 1]
    tops = [line for one in model.traditions for line in one.tops]
    finals = [one.notes[-2:] for one in compose(model, mix="even", count=6)]
    assert max(abs(np.diff(one["pitch"])[0]) for one in finals) <= 9
    lasts = {round(float(one["end"][-1] - one["start"][-1]), 2) for one in finals}
    assert lasts <= {round(line.lasts[-1] / 96, 2) for line in tops}


def test_a_scale_is_kept_to(model):
    for one in compose(model, mix="even", scale="hirajoshi", count=2):
        pitches = np.round(one.notes["pitch"]).astype(int)
        assert set((pitches - pitches[-1]) % 12) == {0, 2, 3, 7, 8}
    assert scale_named("0, 2,7").nonzero()[0].tolist() == [0, 2, 7]
    with pytest.raises(NotesError, match="did you mean dorian"):
        scale_named("dorien")
    with pytest.raises(NotesError, match="0 to 11"):
        scale_named("0,12")


def test_a_tune_goes_on(model):
    begun = walk(np.random.default_rng(9), MAJOR, EVEN, bars=4, tonic=62)
    (made,) = composed(model, Composing(mix="even", bars=4), begun)
    count = len(begun.notes)
    assert made.notes["pitch"][:count].tolist() == begun.notes["pitch"].tolist()
    assert made.notes["start"][:count] == pytest.approx(begun.notes["start"])
    assert made.seconds == pytest.approx(16)
    with pytest.raises(NotesError, match="no melody"):
        list(composed(model, Composing(), score([36] * 5, [1] * 5, drums=True)))


def test_quarter_tones_come_back(tmp_path, monkeypatch):
    monkeypatch.setattr(learn, "can_train", lambda: False)
    for n in range(12):
        tune = walk(np.random.default_rng(n), (0, 2, 3.5, 5, 7, 9, 10.5), EVEN, tonic=58 + n % 5)
        write_midi(tmp_path / f"{n}.mid", tune)
    with noted():
        model = learn.learn_tradition({"rast": tmp_path})
    model.save(tmp_path / "rast.tradition")
    for one in compose(tmp_path / "rast.tradition", bars=8, count=2):
        beside = one.notes["pitch"] % 1
        assert set(np.round(beside, 1)) == {0, 0.5}
        assert set(np.round((one.notes["pitch"] - one.notes["pitch"][-1]) % 12, 1)) >= {0, 3.5}


def test_voices_need_tunes_that_have_them(model, tmp_path):
    with pytest.raises(NotesError, match="`voices` is 2"):
        compose(model, voices=2)
    folder = tmp_path / "chorales"
    folder.mkdir()
    for n in range(4):
        high = walk(np.random.default_rng(n), MAJOR, EVEN, tonic=67).notes
        low = walk(np.random.default_rng(n + 50), MAJOR, EVEN, tonic=48).notes
        low["part"] = 1
        write_midi(folder / f"{n}.mid", scored(np.concatenate([high, low]), [Part(), Part()]))
    with pytest.MonkeyPatch.context() as patch, noted():
        patch.setattr(learn, "can_train", lambda: False)
        two = learn.learn_tradition({"two": folder})
    (made,) = compose(two, voices=2, bars=4)
    assert len(made.parts) == 2
    high, low = (made.notes["pitch"][made.notes["part"] == n] for n in (0, 1))
    assert np.median(high) > np.median(low)


def in_two_voices(rng, intervals, parallel, notes):
    """Voices that walk; where both go the same way, ``parallel`` fifths, or none."""
    high, between = [67], [7]
    while len(high) < notes:
        high.append(int(np.clip(high[-1] + rng.integers(-3, 4), 58, 76)))
        between.append(7 if parallel else int(rng.choice(intervals)))
        same_way = (high[-1] - high[-2]) * (high[-1] - high[-2] - between[-1] + between[-2]) > 0
        if same_way and between[-2] % 12 == between[-1] % 12 == 7 and not parallel:
            between[-1] = 4
    starts, lasts = np.arange(notes) * 48, np.full(notes, 48)
    upper = Line(np.array(high), starts, lasts, (4, 4))
    return upper, Line(upper.pitches - between, starts, lasts, (4, 4))


def below(verticals, upper, rng):
    """A voice that knows nothing but how it fits."""
    pitches, made = np.arange(45, 70), []
    for n, at in enumerate(upper.starts.tolist()):
        there = Line(np.array(made, int), upper.starts[:n], upper.lasts[:n], (4, 4))
        odds = verticals.odds([upper], there, at, at + 48, pitches)
        made.append(int(rng.choice(pitches, p=odds / odds.sum())))
    return upper.pitches - made


@pytest.mark.parametrize("parallel", [True, False])
def test_voices_move_as_those_that_were_learnt(parallel):
    rng = np.random.default_rng(4)
    learnt = in_two_voices(rng, (4, 7, 19), parallel, 3000)
    upper, _ = in_two_voices(rng, (4, 7, 19), parallel, 200)
    verticals = Verticals([[learnt]], np.ones(1))
    between = below(verticals, upper, rng)
    assert np.isin(between % 12, (7,) if parallel else (4, 7)).mean() > 0.9
    same_way = np.diff(upper.pitches) * np.diff(upper.pitches - between) > 0
    fifths = ((between[1:] % 12 == 7) & (between[:-1] % 12 == 7))[same_way].mean()
    assert fifths > 0.9 if parallel else fifths < 0.03
    rising = Line(np.array([67, 69]), upper.starts[:2], upper.lasts[:2], (4, 4))
    there = Line(np.array([60]), upper.starts[:1], upper.lasts[:1], (4, 4))
    along, apart = verticals.odds([rising], there, 48, 96, np.array([62, 50]))
    assert along > 20 * apart if parallel else apart > 20 * along


def test_voices_are_as_far_apart_as_those_that_were_learnt():
    rng = np.random.default_rng(5)
    upper, lower = in_two_voices(rng, (7, 16, 19), False, 400)
    verticals = Verticals([[(upper, lower)]], np.ones(1))
    between = below(verticals, upper, rng)
    apart = upper.pitches - lower.pitches
    assert np.mean((between < apart.min()) | (between > apart.max())) < 0.02
    assert np.ptp(between) > 10  # and not all the same


@pytest.mark.parametrize(
    ("mix", "said"),
    [("evn", "did you mean even"), ("even=x", "no share"), ("even=0", "leaves nothing")],
)
def test_a_mix_that_is_not_understood(model, mix, said):
    with pytest.raises(NotesError, match=said):
        compose(model, mix=mix)


def test_one_tune_and_two_collections_of_the_same(folders, tmp_path):
    (one,) = sorted(folders["even"].iterdir())[:1]
    with pytest.MonkeyPatch.context() as patch, noted() as said:
        patch.setattr(learn, "can_train", lambda: False)
        model = learn.learn_tradition({"one": one, "same": one})
    assert any("cannot be told apart" in line for line in said)
    assert any("one has 1 tune: under 200" in line for line in said)
    assert compose(model, bars=4)[0].seconds == pytest.approx(8)


# --- files ---


def test_a_model_comes_back(model, tmp_path):
    path = tmp_path / "two.tradition"
    model.save(path)
    again = Model.load(path)
    assert again.names == ["even", "dotted"]
    assert again.traditions[0].bits == model.traditions[0].bits
    kept = [lines_in(one.traditions[0].melodies) for one in (model, again)]
    assert [len(one) for one in kept[0]] == [len(one) for one in kept[1]]
    assert kept[0][0].pitches.tolist() == kept[1][0].pitches.tolist()
    for one, same in zip(compose(model, seed=3), compose(path, seed=3), strict=True):
        assert (one.notes == same.notes).all()


def test_a_damaged_model_gets_one_line(model, tmp_path):
    path = tmp_path / "two.tradition"
    model.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotesError, match="damaged"):
        Model.load(path)
    path.write_bytes(whole)
    kind = Kind("eidophone.tradition", 2, "", NotesError)
    arrays, facts = kind.read(path)
    changes = {
        "0.sizes": arrays["0.sizes"] + 1,
        "0.lasts": -arrays["0.lasts"],
        "0.metres": arrays["0.metres"] * 0,
        "0.pitches": arrays["0.pitches"] + 100,
        "0.shares": arrays["0.shares"][:, :2],
        "scale": arrays["scale"][:3],
    }
    for name, changed in changes.items():
        kind.write(path, arrays | {name: changed}, facts, overwrite=True)
        with pytest.raises(NotesError, match="damaged model"):
            Model.load(path)
    kind.write(path, arrays, facts | {"words": {"low": 0, "high": 1, "lasts": []}}, overwrite=True)
    with pytest.raises(NotesError, match="damaged model"):
        Model.load(path)


def test_the_commands(folders, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(learn, "can_train", lambda: False)
    monkeypatch.chdir(tmp_path)
    named = [f"{name}={folder}" for name, folder in folders.items()]
    assert main(["tradition", "two", *named]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == "two.tradition"
    assert "n-grams of order 2" in said.err
    assert not (tmp_path / "two-training").exists()
    assert main(["tradition", "two", *named]) == 1  # it is there
    capsys.readouterr()
    assert main(["compose", "two", "new.mid", "--mix", "even", "--count", "2", "--bars", "4"]) == 0
    assert capsys.readouterr().out.split() == ["new-001.mid", "new-002.mid"]
    assert read_midi("new-001.mid").seconds == pytest.approx(8, abs=0.1)
    assert main(["tradition", "two", "--report", "two"]) == 0
    assert capsys.readouterr().out.strip() == "two.html"
    assert "Fundamentals of even and dotted" in (tmp_path / "two.html").read_text("utf-8")
    assert main(["tradition", "two", "--report", "two"]) == 1
    assert main(["tradition", "two", *named, "--report", "new"]) == 1
    assert main(["compose", "two", "new.wav"]) == 1
    assert "end it in .mid" in capsys.readouterr().err
    assert main(["tradition", "three", "nowhere/"]) == 1
    assert not (tmp_path / "three-training").exists()


# --- the net ---


@pytest.fixture(scope="module")
def examples(model):
    lines = [one for each in model.traditions for one in each.tops]
    words = model.words
    return [part for line in lines for part in training.examples_of([line], words)], words


@pytest.mark.filterwarnings("ignore")
def test_the_net_is_the_same_in_numpy(examples):
    pytest.importorskip("torch")
    parts, words = examples
    net, _ = training.trained(parts[:6], [], words, most_notes=1)
    one = parts[0]
    run = training._Run(words, parts[:6], 1, 0)
    for name, array in net.arrays.items():
        run.net[name].data.copy_(run.torch.tensor(array))
    memory, total = net.start(), 0.0
    for n in range(len(one.pitch)):
        said = one.pitches[n : n + 1], one.durations[n : n + 1]
        memory, heard = net.listen(memory, *said, one.numbers[n : n + 1], one.who[None])
        duration = one.duration[n : n + 1]
        total -= net.durations(heard, said[1])[0, one.duration[n]]
        total -= net.pitches(heard, duration, one.ends[n : n + 1], said[0])[0, one.pitch[n]]
    assert total / len(one.pitch) / np.log(2) == pytest.approx(run.bits([one]), abs=1e-3)


@pytest.mark.filterwarnings("ignore")
def test_a_training_that_was_killed_goes_the_same_way(examples, tmp_path):
    pytest.importorskip("torch")
    parts, words = examples
    some, held = parts[:8], parts[8:10]
    whole = []
    through, best = training.trained(some, held, words, most_notes=1, told=whole.append)

    class KilledError(Exception):
        pass

    def kill(stage):
        if stage.epoch == 2:
            raise KilledError

    state = tmp_path / "state"
    with pytest.raises(KilledError):
        training.trained(some, held, words, most_notes=1, state=state, told=kill)
    rest = []
    again, found = training.trained(some, held, words, most_notes=1, state=state, told=rest.append)
    assert found == best == min(one.bits for one in whole)
    done, found = training.trained(some, held, words, most_notes=1, state=state)  # not saved yet
    assert found == best
    assert all((done.arrays[name] == through.arrays[name]).all() for name in through.arrays)
    assert [one.bits for one in rest] == [one.bits for one in whole[2:]]
    assert all((again.arrays[name] == through.arrays[name]).all() for name in through.arrays)
    other = []
    training.trained(some, held, words, most_notes=1, seed=5, state=state, told=other.append)
    assert len(other) == len(whole)  # another training begins anew
    state.write_bytes(b"nonsense")
    assert training.trained(some, held, words, most_notes=1, state=state)[0].words == words


@pytest.mark.filterwarnings("ignore")
def test_a_trained_net_composes(folders, tmp_path):
    pytest.importorskip("torch")
    with noted(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(learn, "MOST_NOTES", 1)
        model = learn.learnt(folders, LearningTunes(), state=tmp_path)
    model.save(tmp_path / "two.tradition")
    path = tmp_path / "two.tradition"
    assert (compose(path)[0].notes == compose(model)[0].notes).all()


def test_without_pytorch_one_line_says_so(folders, monkeypatch):
    monkeypatch.setattr(learn, "can_train", lambda: False)
    with pytest.warns(EidophoneWarning) as caught:
        learn.learn_tradition({"even": folders["even"]})
    assert sum("without PyTorch" in str(one.message) for one in caught) == 1
