"""Models are kept whole, and what a stranger sends is data only."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest

from eidophone.base.errors import LearnError, OutputError
from eidophone.learning.pages import PAGE_COLUMNS, levels_of_pages, page_count, pages_of
from eidophone.learning.shares import Shares
from eidophone.learning.storing import named_for, part_of, read, write


def smooth(colours, columns):
    x, y = np.arange(columns)[:, None], np.arange(512)[None]
    one = 120 + 60 * np.sin(x / 40) * np.cos(y / 60)
    return np.stack([one + 20 * n for n in range(colours)]).astype(np.uint8)


@pytest.mark.parametrize("colours", [1, 3])
def test_pages_bring_levels_back(colours):
    levels = smooth(colours, PAGE_COLUMNS + 50)
    pages = list(pages_of(levels))
    assert len(pages) == page_count(levels.shape[1]) == 2
    again = levels_of_pages(pages, colours, levels.shape[1])
    assert np.abs(again.astype(int) - levels).max() <= 4  # bytes; of noise more is lost


def test_pages_of_other_sizes_and_no_pages_are_refused():
    (page,) = pages_of(smooth(1, 64))
    for colours, columns in ((1, 65), (3, 64)):
        with pytest.raises(LearnError, match="not what the model says"):
            levels_of_pages([page], colours, columns)
    with pytest.raises(LearnError, match="cannot be read"):
        levels_of_pages([page[: len(page) // 2]], 1, 64)
    with pytest.raises(LearnError, match="cannot be read"):
        levels_of_pages([np.zeros(9, np.uint8)], 1, 64)


def test_a_model_file_holds_what_was_written(tmp_path):
    path = tmp_path / "model.eido"
    arrays = {"a.x": np.arange(3.0, dtype=np.float32), "b.y": np.eye(2)}
    write(path, arrays, {"names": ["lear"]})
    again, facts = read(path)
    assert facts["names"] == ["lear"]
    assert {name: one.tolist() for name, one in again.items()} == {
        name: one.tolist() for name, one in arrays.items()
    }
    assert part_of(again, "a")["x"].tolist() == [0, 1, 2]
    assert named_for(part_of(again, "b"), "b").keys() == {"b.y"}
    with pytest.raises(OutputError):
        write(path, arrays, {})


def stranger(header, data=b""):
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no model",
        (1 << 62).to_bytes(8, "little"),
        stranger({}),
        stranger({"x": {"dtype": "9\n" * 9999, "shape": [1], "data_offsets": [0, 4]}}, bytes(4)),
        stranger({"x": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}),
        stranger({"__metadata__": {"eidophone.model": "[" * 5000}}),
        stranger({"__metadata__": {"eidophone.model": "[]"}}),
        stranger({"__metadata__": {"eidophone.model": json.dumps({"version": 99})}}),
        stranger(
            {
                "__metadata__": {"eidophone.model": json.dumps({"version": 1})},
                "x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
            },
            np.float32(np.nan).tobytes(),
        ),
        stranger(
            {
                "__metadata__": {"eidophone.model": json.dumps({"version": 1})},
                "x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
            },
            np.float32(-1e30).tobytes(),
        ),
        stranger(
            {
                "__metadata__": {"eidophone.model": json.dumps({"version": 1})},
                "x": {"dtype": "F16", "shape": [1], "data_offsets": [0, 2]},
            },
            b"\0\0",
        ),
    ],
)
def test_no_model_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "model.eido"
    path.write_bytes(content)
    with pytest.raises(LearnError) as raised:
        read(path)
    assert str(path) in str(raised.value)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 400


def test_a_model_that_may_not_be_read_is_not_said_to_be_none(tmp_path, monkeypatch):
    path = tmp_path / "model.eido"
    write(path, {"x": np.zeros(1)}, {})

    def locked(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)  # to root, nothing is locked
    with pytest.raises(LearnError, match=r"cannot read .*model.eido: Permission denied"):
        read(path)


def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "model.eido"
    write(path, {"x": np.zeros(1)}, {})

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match=r"(?i)space"):
        write(path, {"x": np.ones(1)}, {}, overwrite=True)
    assert read(path)[0]["x"].tolist() == [0]
    assert list(tmp_path.iterdir()) == [path]


def test_shares():
    names = ["lear", "autechre", "more"]
    assert Shares.parse("autechre=0.7,lear=0.3", names).points.tolist() == [
        pytest.approx([0.3, 0.7, 0])
    ]
    assert Shares.parse("lear=1, more=3", names).points.tolist() == [[0.25, 0, 0.75]]
    assert Shares.parse("lear=30%,autechre=.3,more=40 %", names).at(np.zeros(1)) == pytest.approx(
        np.array([[0.3, 0.3, 0.4]])
    )
    assert Shares.parse("autechre", names).points.tolist() == [[0, 1, 0]]
    path = Shares.parse("lear=1:autechre=1", names)
    assert not path.steady
    assert path.at(np.array([0, 0.25, 1])).tolist() == [[1, 0, 0], [0.75, 0.25, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("opeth=1", "'opeth' in 'opeth=1' is no collection of this model: use lear, autechre"),
        ("lear=x", "'x' in 'lear=x' is no share"),
        ("lear=-1", "they are 0 or more"),
        ("lear=inf", "they are 0 or more"),
        ("lear=nan", "they are 0 or more"),
        ("lear=0", "leaves nothing"),
        ("", "is no collection"),
    ],
)
def test_what_is_no_share_is_said(text, words):
    with pytest.raises(LearnError, match=words):
        Shares.parse(text, ["lear", "autechre"])
