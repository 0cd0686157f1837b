"""A model keeps what was learnt, and the sounds that it was learnt of."""

import json
import math

import numpy as np
import pytest

from eidophone.base.errors import EidophoneWarning, LearnError
from eidophone.learning.collections import Collection, Conditions
from eidophone.learning.model import Model
from eidophone.learning.parts import flow_in
from eidophone.learning.storing import read, write
from eidophone.learning.tracks import Track
from eidophone.learning.train import _hear as hear


def model():
    rng = np.random.default_rng(3)
    smooth = np.cumsum(rng.integers(-2, 3, size=(3, 90, 512)), axis=2) + 120
    levels = np.clip(smooth, 0, 255).astype(np.uint8)
    one = Collection("one", (Track("a.wav", levels[:1]), Track("b\udce9.wav", levels, held=True)))
    two = Collection("two", (Track("c.wav", levels[1:2]),))
    conditions = Conditions(500, np.full(512, -80, np.float32))
    made = Model((one, two), conditions)
    return made.having("maps", {"mean": np.arange(4, dtype=np.float32)}, kind="music")


def test_what_was_saved_is_loaded(tmp_path):
    made, path = model(), tmp_path / "model.eido"
    made.save(path)
    again = Model.load(path)
    assert again.names == ("one", "two")
    assert again.conditions.top == 500
    np.testing.assert_array_equal(again.conditions.floor_db, made.conditions.floor_db)
    assert again.part("maps")["mean"].tolist() == [0, 1, 2, 3]
    assert again.part("flow") == {}
    assert again.facts == {"kind": "music"}
    for each, other in zip(made.collections, again.collections, strict=True):
        assert [one.held for one in each.tracks] == [one.held for one in other.tracks]
        for one, two in zip(each.tracks, other.tracks, strict=True):
            assert one.levels.shape == two.levels.shape
            assert np.abs(one.levels.astype(int) - two.levels).mean() < 3


def test_what_is_saved_again_is_not_compressed_again(tmp_path):
    model().save(tmp_path / "one.eido")
    Model.load(tmp_path / "one.eido").save(tmp_path / "two.eido")
    one, two = ((tmp_path / name).read_bytes() for name in ("one.eido", "two.eido"))
    assert one == two


def test_names_of_tracks_are_text_whoever_wrote_them(tmp_path):
    model().save(tmp_path / "one.eido")
    arrays, facts = read(tmp_path / "one.eido")
    facts["collections"][0]["tracks"][0]["name"] = "\ud800"
    write(tmp_path / "two.eido", arrays, facts)
    assert Model.load(tmp_path / "two.eido").collections[0].tracks[0].name == "?"


def test_a_room_that_learns_anew_forgets_what_it_knew():
    made = model().having("maps", {"other": np.zeros(1)})
    assert made.part("maps").keys() == {"other"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda arrays, facts: facts.pop("collections"),
        lambda arrays, facts: facts.update(collections=[]),
        lambda arrays, facts: facts.update(collections=[1, 2]),
        lambda arrays, facts: facts.update(top=0),
        lambda arrays, facts: facts.update(top="high"),
        lambda arrays, facts: facts["collections"][0]["tracks"][0].update(columns=10**12),
        lambda arrays, facts: facts["collections"][0]["tracks"][0].update(columns=math.inf),
        lambda arrays, facts: facts["collections"][0]["tracks"][0].update(colours=2),
        lambda arrays, facts: facts["collections"].pop(),
        lambda arrays, facts: facts["collections"][0].update(name="two"),
        lambda arrays, facts: facts["collections"][0].update(name="\x1b[31m"),
        lambda arrays, facts: facts["collections"][0].update(name="\ud800"),
        lambda arrays, facts: facts["collections"][1].update(tracks=[]),
        lambda arrays, facts: arrays.pop(min(one for one in arrays if one.startswith("tracks."))),
        lambda arrays, facts: arrays.pop("conditions.floor_db"),
        lambda arrays, facts: arrays.update({"conditions.floor_db": np.zeros(3, np.float32)}),
        lambda arrays, facts: arrays.update({"conditions.floor_db": np.ones(512, np.float32)}),
    ],
)
def test_damaged_models_are_refused_in_one_line(tmp_path, spoil):
    path = tmp_path / "model.eido"
    model().save(path)
    arrays, facts = read(path)
    facts = json.loads(json.dumps(facts))
    spoil(arrays, facts)
    write(path, arrays, facts, overwrite=True)
    with pytest.raises(LearnError) as raised:
        Model.load(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"flow": "text"},
        {"flow": {"worth": {"translating": {"takes_over": False}}}},
        {"flow": {"worth": {"generating": {"takes_over": True}}}},
        {"flow": {"worth": {"translating": {"takes_over": "yes"}}}},
        {"flow": {"worth": [1]}},
    ],
)
def test_a_flow_is_used_for_what_it_does_better_alone(said):
    assert flow_in(model().having("flow", {}, **said), "translating") is None


def test_a_flow_that_cannot_be_used_here_is_told(monkeypatch):
    made = model().having("flow", {}, flow={"worth": {"translating": {"takes_over": True}}})
    monkeypatch.setattr("eidophone.learning.parts.find_spec", lambda _: None)
    with pytest.warns(EidophoneWarning, match="needs PyTorch"):
        assert flow_in(made, "translating") is None


def test_what_cannot_be_heard_while_it_trains_does_not_end_the_training(tmp_path):
    with pytest.warns(EidophoneWarning, match="no folder .*: training goes on"):
        hear(np.full((9, 512), -40, np.float32), tmp_path / "gone" / "one.wav")
