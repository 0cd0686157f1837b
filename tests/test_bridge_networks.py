"""Networks as tools: whatever they want and give, what comes back is the picture they mean."""

import gc
import io
import json
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eidophone.base.errors import EidophoneWarning, MissingExtraError, ToolError
from eidophone.bridge.networks import isolated as isolated_networks
from eidophone.bridge.networks import onnx
from eidophone.bridge.networks import torch as torch_files
from eidophone.bridge.networks.conventions import (
    LAYOUTS,
    PRESETS,
    arranged,
    pictures_in,
    values_named,
)
from eidophone.bridge.networks.isolated import IsolatedNetwork
from eidophone.bridge.networks.messages import Message, receive, send
from eidophone.bridge.networks.network import Port, StoppedError
from eidophone.bridge.networks.opening import open_network
from eidophone.bridge.networks.tiling import Cover
from eidophone.bridge.networks.tool import NetworkTool
from eidophone.bridge.networks.worker import Worker, loader
from eidophone.files.image import write_image

HEIGHT, WIDTH = 90, 127


def picture(height=HEIGHT, width=WIDTH):
    """A smooth picture with all tones, and colours."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    planes = [np.sin(x / 9 + y / 17), np.sin(x / 23 - y / 11 + 1), np.cos(x / 13) * np.sin(y / 7)]
    return np.rint((np.stack(planes, 2) + 1) * 127.5).astype(np.uint8)


class Fake:
    """A network of known convention: ``function`` takes and gives light ``[n, h, w, c]``."""

    def __init__(
        self,
        function,
        given="0..1",
        taken=None,
        *,
        layout="NCHW",
        shape=(None, 3, None, None),
        dtype="float32",
        multiple=1,
        others=(),
    ):
        self.function, self.layout, self.multiple = function, layout, multiple
        self.given, self.taken = PRESETS[given], PRESETS[taken or given]
        self.inputs = (Port("picture", shape, np.dtype(dtype)), *others)
        self.values = None
        self.calls = []

    def run(self, feeds):
        feed = feeds["picture"]
        port = self.inputs[0]
        if port.shape is not None:
            said = zip(port.shape, feed.shape, strict=True)
            assert all(want in (None, got) for want, got in said)
        self.calls.append(feed.shape)
        assert feed.dtype == port.dtype
        if feed.ndim != len(self.layout):
            raise ToolError("rank")
        pixels = pictures_in(feed, self.layout).astype(np.float32)
        if pixels.shape[-1] not in (1, 3, 4) or any(n % self.multiple for n in pixels.shape[1:3]):
            raise ToolError("channels or size")
        light = self.given.light(pixels)
        numbers = self.taken.numbers(self.function(light).astype(np.float32))
        if port.dtype.kind == "u":
            numbers = np.clip(np.rint(numbers), 0, 255)
        return [arranged(numbers.astype(port.dtype), self.layout)]


def clamp(light):
    return np.clip(light, 0, 1)


def off(result, wanted):
    return np.abs(result.astype(np.float64) - wanted).max()


@pytest.mark.parametrize("values", ["0..1", "-1..1", "0..255", "imagenet,0..1"])
@pytest.mark.parametrize(
    "function",
    [
        clamp,
        lambda light: 1 - clamp(light),
        lambda light: clamp((light - 0.5) * 2 + 0.5),
        lambda light: 1 / (1 + np.exp(-8 * (np.clip(light, -5, 5) - 0.5))),
        lambda light: (light > 0.5) * 1.0,
        lambda light: clamp(light[..., [1, 2, 0]] ** 2 * np.sign(light[..., [1, 2, 0]])),
    ],
    ids=["clamp", "invert", "contrast", "sigmoid", "threshold", "swap"],
)
def test_numbers_are_found(function, values):
    given, _, taken = values.partition(",")
    tool = NetworkTool("it", Fake(function, given, taken or None))
    pixels = picture()
    assert off(tool([pixels])[0], function(pixels / np.float32(255))) < 0.02


def test_what_is_said_is_not_doubted():
    network = Fake(lambda light: 1 - clamp(light), "-1..1", "0..255")
    tool = NetworkTool("it", network, values="-1..1, 0..255")
    assert off(tool([picture()])[0], 1 - picture() / 255) < 1e-3
    assert "-1..1 in, 0..255 out" in tool.describe()


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("size", [(None, None), (64, 48)])
def test_axes_channels_and_tiles_leave_the_picture_in_place(layout, channels, size):
    axes = {"N": 1, "C": channels, "H": size[0], "W": size[1]}
    network = Fake(clamp, layout=layout, shape=tuple(axes[axis] for axis in layout))
    tool = NetworkTool("it", network)
    assert tool.finding.layout == layout
    assert off(tool([picture()])[0], picture() / 255) < 1e-5


@pytest.mark.parametrize("layout", LAYOUTS)
def test_axes_are_tried_where_nothing_is_said(layout):
    def strict(light):
        if light.shape[-1] != 3:
            raise ToolError("three channels, please")
        return clamp(light)

    tool = NetworkTool("it", Fake(strict, layout=layout, shape=None))
    assert off(tool([picture()])[0], picture() / 255) < 1e-5


@pytest.mark.parametrize("dtype", ["uint8", "float16", "float64"])
def test_types_of_numbers(dtype):
    values = "0..255" if dtype == "uint8" else "0..1"
    tool = NetworkTool("it", Fake(clamp, values, dtype=dtype))
    result = tool([picture()])[0]
    assert result.dtype == np.float32
    assert off(result, picture() / 255) < 1e-3


@pytest.mark.parametrize("multiple", [4, 8, 32])
def test_sizes_that_have_to_be_multiples(multiple):
    network = Fake(clamp, multiple=multiple)
    tool = NetworkTool("it", network)
    assert tool.finding.multiple == multiple
    assert off(tool([picture()])[0], picture() / 255) < 1e-5


def floored(light):
    """As networks do that halve and double: odd sizes lose a row, and are silent about it."""
    return clamp(light)[:, : light.shape[1] // 2 * 2, : light.shape[2] // 2 * 2]


@pytest.mark.parametrize(
    "function",
    [floored, lambda light: clamp(light)[:, 10:-10, 10:-10]],
    ids=["floored", "unpadded"],
)
@pytest.mark.parametrize("size", [None, 64])
def test_what_networks_cut_off_is_there_again(function, size):
    tool = NetworkTool("it", Fake(function, shape=(1, 3, size, size)))
    assert off(tool([picture()])[0], picture() / 255) < 1e-5


@pytest.mark.parametrize("size", [None, 48])
def test_networks_that_enlarge_or_shrink(size):
    shape = (1, 3, size, size)
    double = NetworkTool("it", Fake(lambda x: clamp(x).repeat(2, 1).repeat(2, 2), shape=shape))
    assert off(double([picture()])[0], picture().repeat(2, 0).repeat(2, 1) / 255) < 1e-5
    assert "2 times as large" in double.describe()
    half = NetworkTool("it", Fake(lambda x: clamp(x)[:, ::2, ::2], shape=shape))
    assert off(half([picture()])[0], picture()[::2, ::2] / 255) < 1e-5
    cut = NetworkTool(
        "it", Fake(lambda x: clamp(x).repeat(2, 1).repeat(2, 2)[:, 14:-14, 14:-14], shape=shape)
    )
    assert off(cut([picture()])[0], picture().repeat(2, 0).repeat(2, 1) / 255) < 1e-5


def test_networks_that_say_any_size_but_mean_one():
    def particular(light):
        if light.shape[1:3] != (256, 256):
            raise ToolError("256, please")
        return clamp(light)

    tool = NetworkTool("it", Fake(particular))
    assert tool.finding.size == (256, 256)
    assert off(tool([picture(300, 280)])[0], picture(300, 280) / 255) < 1e-5


def test_tiles_fade_into_each_other():
    def vignette(light):
        y, x = (np.hanning(side + 2)[1:-1] for side in light.shape[1:3])
        return clamp(light) * 0.5 + 0.3 * np.outer(y, x)[None, :, :, None]

    tool = NetworkTool("it", Fake(vignette, shape=(1, 3, 64, 64)), values="0..1,0..1")
    result = tool([np.full((64, 400, 3), 100, np.uint8)])[0]
    assert np.abs(np.diff(result, axis=1)).max() < 0.03  # a hard seam would be 0.3


def test_memory_is_bounded():
    network = Fake(clamp)
    tool = NetworkTool("it", network)
    pixels = picture(256, 6000)
    assert off(tool([pixels])[0], pixels / 255) < 1e-5
    assert max(np.prod(shape[2:]) for shape in network.calls) <= 1 << 20


@pytest.mark.parametrize("fixed", [None, 4])
def test_batches(fixed):
    network = Fake(clamp, shape=(fixed, 3, None, None))
    tool = NetworkTool("it", network, batch=2)
    network.calls.clear()
    pictures = [np.roll(picture(), n, axis=1) for n in range(5)]
    results = tool(pictures)
    assert all(off(a, b / 255) < 1e-5 for a, b in zip(results, pictures, strict=True))
    assert [shape[0] for shape in network.calls] == ([4, 4] if fixed else [2, 2, 1])
    assert tool([]) == []


def test_grey_networks_see_each_colour_and_grey_once():
    network = Fake(lambda light: 1 - clamp(light), shape=(1, 1, None, None))
    tool = NetworkTool("it", network)
    network.calls.clear()
    assert off(tool([picture()])[0], 1 - picture() / 255) < 1e-5
    assert len(network.calls) == 3
    tool([np.repeat(picture()[..., :1], 3, axis=2)])
    assert len(network.calls) == 4


def test_the_output_that_is_a_picture_is_taken():
    class Several(Fake):
        def run(self, feeds):
            answer = super().run(feeds)[0]
            return [answer.mean(axis=(2, 3)), answer[:, :1], answer[:, :, ::2, ::2], answer]

    tool = NetworkTool("it", Several(clamp))
    assert tool.finding.output == 3
    assert off(tool([picture()])[0], picture() / 255) < 1e-5


def test_alpha_is_composited_over_black():
    def with_alpha(light):
        return np.concatenate([clamp(light), np.full_like(light[..., :1], 0.5)], axis=-1)

    tool = NetworkTool("it", Fake(with_alpha))
    assert off(tool([picture()])[0], picture() / 510) < 1e-5


class Styled(Fake):
    """Two further inputs: how strong, and which of three colours."""

    def __init__(self):
        others = (Port("strength", (1,), np.dtype("f4")), Port("style", (3,), np.dtype("f4")))
        super().__init__(clamp, others=others)

    def run(self, feeds):
        (answer,) = super().run(feeds)
        colour = feeds["style"].reshape(3, 1, 1) * 0.6 + 0.4
        return [answer * (1 - feeds["strength"]) + feeds["strength"] * answer * colour]


def test_settings():
    light = picture() / 255
    assert off(NetworkTool("it", Styled())([picture()])[0], light * [1, 0.4, 0.4]) < 1e-5
    tool = NetworkTool("it", Styled(), settings={"style": 2, "strength": 0.5})
    assert off(tool([picture()])[0], light * [0.7, 0.7, 1]) < 1e-5
    assert "strength 0.5, style 2 of 0..2" in tool.describe()
    tool = NetworkTool("it", Styled(), settings={"style": [1.0, 0.5, 0.0]})
    assert off(tool([picture()])[0], light * [1, 0.7, 0.4]) < 1e-5


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"styl": 1}, "no setting 'styl'"),
        ({"style": 3}, "0 to 2"),
        ({"style": 0.5}, "0 to 2"),
        ({"style": [1.0]}, "takes 3"),
        ({"strength": [1.0, 2.0]}, "takes 1"),
    ],
)
def test_wrong_settings(wrong, says):
    with pytest.raises(ToolError, match=says):
        NetworkTool("it", Styled(), settings=wrong)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (Fake(lambda light: light * np.nan), "finite"),
        (Fake(lambda light: light.mean(axis=(1, 2), keepdims=True)), "gives no picture"),
        (Fake(clamp, shape=(1, 1000)), "takes no picture: it takes picture \\[1, 1000\\]"),
        (Fake(clamp, shape=(1, 7, None, None)), "takes no picture"),
        (
            Fake(clamp, others=(Port("b", (1, 3, 64, 64), np.dtype("f4")),)),
            "second picture, 'b'",
        ),
    ],
)
def test_what_is_no_network_for_pictures(network, says):
    with pytest.raises(ToolError, match=says):
        NetworkTool("it", network)


def test_bad_arguments():
    for wrong, says in [
        ({"values": "1..1"}, "'1..1' are unknown"),
        ({"values": "0..1,0..1,0..1"}, "too many"),
        ({"batch": 0}, "batch 0"),
        ({"layout": "NCWH"}, "'NCWH'"),
    ]:
        with pytest.raises(ToolError, match=says):
            NetworkTool("it", Fake(clamp), **wrong)
    with pytest.raises(ToolError, match="one size"):
        NetworkTool("it", Fake(clamp))([picture(), picture(50, 50)])
    with pytest.raises(ToolError, match="no second picture"):
        NetworkTool("it", Fake(clamp), style=picture())


class Tinting(Fake):
    """The picture, with the mean colour of a second one; it knows both in its own numbers."""

    def __init__(self, name, shape, *, first=False, **how):
        self.seen = []

        def tinted(light):
            return clamp(0.7 * light + 0.3 * self.mean)

        second = Port(name, shape, np.dtype("f4"))
        super().__init__(tinted, others=(second,), **how)
        if first:
            self.inputs = self.inputs[::-1]
        self.second = second

    def run(self, feeds):
        layout = "NCHW" if self.second.shape is None or self.second.shape[1] == 3 else "NHWC"
        given = feeds[self.second.name]
        self.seen.append(given.shape)
        light = self.given.light(pictures_in(given, layout).astype(np.float32))
        self.mean = light.mean(axis=(1, 2), keepdims=True)
        ports, self.inputs = self.inputs, (Port("picture", (None, 3, None, None), given.dtype),)
        try:
            return super().run(feeds)
        finally:
            self.inputs = ports


@pytest.mark.parametrize("given", ["0..1", "-1..1", "0..255"])
@pytest.mark.parametrize(
    ("name", "shape", "first", "seen"),
    [
        ("b", (None, 3, None, None), False, (1, 3, 256, 256)),
        ("b", (1, 3, 64, 96), False, (1, 3, 64, 96)),
        ("b", (1, 48, 32, 3), False, (1, 48, 32, 3)),
        ("style_image", (None, 3, None, None), True, (1, 3, 256, 256)),
        ("style", None, False, (1, 3, 256, 256)),
    ],
)
def test_a_second_picture_is_the_style(given, name, shape, first, seen):
    red = np.zeros((50, 70, 3), np.uint8)
    red[:, :, 0] = 200
    network = Tinting(name, shape, first=first, given=given)
    tool = NetworkTool("it", network, style=red)
    wanted = 0.7 * picture() / 255 + 0.3 * np.array([200 / 255, 0, 0])
    assert off(tool([picture()])[0], wanted) < 0.02
    assert network.seen[-1] == seen
    assert (
        f"{name} the style picture in {seen[-1] if seen[1] == 3 else seen[2]} x" in tool.describe()
    )


def test_a_second_picture_comes_as_often_as_the_first():
    network = Tinting("b", (None, 3, None, None))
    NetworkTool("it", network, style=picture(), batch=3)([picture()] * 3)
    assert network.seen[-1][0] == 3


def test_it_warns_of_what_leaves_nothing_of_a_picture():
    random = np.random.default_rng(0)
    network = Fake(lambda light: random.random(light.shape) * 0.1 + 0.45)
    with pytest.warns(EidophoneWarning, match="hardly leaves a picture"):
        NetworkTool("it", network)


def test_a_network_that_breaks_later_says_so():
    network = Fake(clamp)
    tool = NetworkTool("it", network)
    network.function = lambda light: light[:, :-5]
    with pytest.raises(ToolError, match="127 x 85 pixels: 127 x 90"):
        tool([picture()])
    network.function = lambda light: light * np.inf
    with (
        pytest.raises(ToolError, match="not finite"),
        np.errstate(invalid="ignore"),
    ):
        tool([picture()])


@settings(max_examples=60)
@given(st.integers(1, 700), st.integers(16, 200), st.sampled_from([1, 2, 4]), st.integers(1, 3))
def test_tiles_cover_everything_evenly(extent, size, multiple, scale):
    cover = Cover(extent, size // multiple * multiple, size // 4, multiple)
    total = np.zeros(cover.reach * scale)
    for tile, start in enumerate(cover.starts):
        weight = cover.weights(tile, Fraction(scale))
        total[start * scale : start * scale + len(weight)] += weight
    assert cover.reach >= extent
    assert all(start % multiple == 0 for start in cover.starts)
    if size // 4 <= size // 2 - multiple:  # else three tiles may share a place
        assert total.min() > 0.4


def test_names_of_values():
    light = np.random.default_rng(0).random((4, 5, 3)).astype(np.float32)
    for name in [*PRESETS, "-0.5..0.5", "1..0", "16..235"]:
        values = values_named(name)
        assert off(values.light(values.numbers(light)), light) < 1e-5
    assert values_named("16..235").numbers(np.zeros((1, 1), np.float32)) == 16
    caffe = values_named("caffe").numbers(np.array([[1, 0, 0]], np.float32))
    np.testing.assert_allclose(caffe, [[-103.939, -116.779, 255 - 123.68]], rtol=1e-6)


# --- ONNX files, written byte by byte --------------------------------------------------------

FLOAT, INT64, BOOL = 1, 7, 9


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, array, location=None):
    kind, dtype = (INT64, "<i8") if array.dtype.kind == "i" else (FLOAT, "<f4")
    data = b"".join(field(1, n) for n in array.shape) + field(2, kind) + field(8, name)
    if location is None:
        return data + field(9, array.astype(dtype).tobytes())
    return data + field(13, field(1, "location") + field(2, location)) + field(14, 1)


def value_info(name, kind, shape):
    dims = b"".join(field(1, field(1, n) if isinstance(n, int) else field(2, n)) for n in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def node(operator, inputs, output):
    return b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, operator)


def onnx_file(
    path,
    nodes,
    weights=(),
    *,
    shape=("n", 3, "h", "w"),
    out=None,
    meta=None,
    name="x",
    opset=17,
    also=(),
):
    """Write a network from ``x`` to ``y``; nodes are ``(operator, inputs, output)``, or bytes."""
    graph = b"".join(field(1, one if isinstance(one, bytes) else node(*one)) for one in nodes)
    graph += field(2, "g") + b"".join(field(5, weight) for weight in weights)
    for one in (name, *also):
        graph += field(11, value_info(one, FLOAT, shape))
    graph += field(12, value_info("y", FLOAT, out or shape))
    model = field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, opset))
    for key, value in (meta or {}).items():
        model += field(14, field(1, key) + field(2, value))
    path.write_bytes(model)
    return path


def ints(name, values):
    """An attribute of a node."""
    return field(1, name) + b"".join(field(8, one) for one in values) + field(20, 7)


def scalar(name, value):
    return tensor(name, np.array(float(value)))


def inverting(path, **kwargs):
    """0..255, clamped."""
    nodes = [
        ("Clip", ["x", "low", "high"], "clipped"),
        ("Sub", ["high", "clipped"], "y"),
    ]
    return onnx_file(path, nodes, [scalar("low", 0), scalar("high", 255)], **kwargs)


def opened(path, **how):
    """As `open_network` does it, but in this process: for files that do no harm."""
    network = loader(path.suffix)(path)
    return NetworkTool(path.name, network, **{"values": network.values, **how})


def refused(path):
    """Why a network's process will not have this file: of the harmless ones, in this process."""
    worker = Worker()
    assert worker.answer(Message({"prepare": path.suffix})) == ({}, {})
    return worker.answer(Message({"load": str(path)})).words["error"]


def test_onnx_with_a_second_picture(tmp_path):
    """The mean colour of the style picture is added to the picture."""
    pytest.importorskip("onnxruntime")
    mean = node("ReduceMean", ["style"], "m") + field(5, ints("axes", [2, 3]))
    path = onnx_file(
        tmp_path / "tint.onnx",
        [mean, ("Add", ["x", "m"], "sum"), ("Clip", ["sum", "low", "high"], "y")],
        [scalar("low", 0), scalar("high", 1)],
        also=("style",),
    )
    write_image(tmp_path / "red.png", np.full((20, 30, 3), (51, 0, 0), np.uint8))
    with pytest.raises(ToolError, match="wants a second picture, 'style'"):
        opened(path)
    tool = open_network(path, style=tmp_path / "red.png")
    wanted = np.clip(picture() / 255 + [0.2, 0, 0], 0, 1)
    assert off(tool([picture()])[0], wanted) < 1e-3


@pytest.mark.parametrize("shape", [("n", 3, "h", "w"), (1, 3, 64, 64), (1, 64, 48, 3)])
def test_onnx(tmp_path, shape):
    pytest.importorskip("onnxruntime")
    tool = opened(inverting(tmp_path / "invert.onnx", shape=shape))
    assert tool.describe().startswith("invert.onnx: N")
    assert "0..255 in, 0..255 out" in tool.describe()
    assert off(tool([picture()])[0], 1 - picture() / 255) < 1e-5


def test_onnx_runtime_tells_nobody_and_leaves_nothing_behind(tmp_path, monkeypatch):
    pytest.importorskip("onnxruntime")
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    open_network(inverting(tmp_path / "invert.onnx"))([picture()])
    assert list(place.iterdir()) == []


def test_onnx_metadata_is_believed(tmp_path):
    pytest.importorskip("onnxruntime")
    meta = {"Image.NominalPixelRange": "Normalized_1_1"}
    path = onnx_file(tmp_path / "negate.onnx", [("Neg", ["x"], "y")], meta=meta)
    tool = opened(path)
    assert tool.finding.values.name == "-1..1"
    assert off(tool([picture()])[0], 1 - picture() / 255) < 1e-5


def test_onnx_weights_stay_in_their_folder(tmp_path):
    pytest.importorskip("onnxruntime")
    folder = tmp_path / "net"
    folder.mkdir()
    for place in (tmp_path, folder):
        np.full(1, 0.5, "<f4").tofile(place / "weights.bin")
    (folder / "link.bin").symlink_to(tmp_path / "weights.bin")

    def network(location):
        weight = tensor("w", np.zeros(1), location)
        return onnx_file(folder / "net.onnx", [("Mul", ["x", "w"], "y")], [weight])

    tool = opened(network("weights.bin"), values="0..1,0..1")
    assert off(tool([picture()])[0], picture() / 510) < 1e-5
    for location in ("../weights.bin", str(tmp_path / "weights.bin"), "link.bin"):
        assert "ternal data" in refused(network(location))


@pytest.mark.parametrize("data", [b"", b"junk" * 99, pickle.dumps([1]), None])
def test_onnx_files_that_are_none(tmp_path, data):
    pytest.importorskip("onnxruntime")
    path = inverting(tmp_path / "bad.onnx")
    path.write_bytes(path.read_bytes()[:-60] if data is None else data)
    assert refused(path).isprintable()


def test_network_files_are_opened(tmp_path):
    pytest.importorskip("onnxruntime")
    path = inverting(tmp_path / "net.onnx")
    assert off(open_network(path)([picture()])[0], 1 - picture() / 255) < 1e-5
    path.write_bytes(b"junk")
    with pytest.raises(ToolError, match=r"cannot read .*net\.onnx as a network: [ -~]+$"):
        open_network(path)


def test_files_that_are_not_opened(tmp_path):
    with pytest.raises(ToolError, match=r"there is no network .*none\.onnx"):
        open_network(tmp_path / "none.onnx")
    path = inverting(tmp_path / "net.caffemodel")
    with pytest.raises(ToolError, match=r"net\.caffemodel .*use \.onnx, \.safetensors"):
        open_network(path)
    for ending in (".pt", ".pt2", ".pth", ".PTH"):
        path.replace(tmp_path / f"net{ending}")
        path = tmp_path / f"net{ending}"
        with pytest.raises(ToolError, match=r"net\.\w+ could run any program .* ONNX"):
            open_network(path)


def test_missing_extras(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtraError, match=r"eidophone\[onnx\]"):
        onnx.loader()
    old = type(sys)("onnxruntime")
    old.__version__ = "1.23.2"
    monkeypatch.setitem(sys.modules, "onnxruntime", old)
    with pytest.raises(MissingExtraError, match="update it"):
        onnx.loader()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r"eidophone\[torch\]"):
        torch_files.loader(".pt")


def test_missing_weights_extra(torch, monkeypatch):
    monkeypatch.setitem(sys.modules, "spandrel", None)
    with pytest.raises(MissingExtraError, match=r"eidophone\[spandrel\]"):
        torch_files.loader(".safetensors")


def test_what_a_process_lacks_is_said_here(tmp_path, monkeypatch):
    (tmp_path / "onnxruntime.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtraError, match=r"eidophone\[onnx\]"):
        open_network(inverting(tmp_path / "net.onnx"))


# --- What broken and hostile networks do to the process that they are in ---------------------


def endless(path):
    """A loop that goes on for as long as it says to itself to go on."""
    body = field(1, node("Identity", ["go"], "goes")) + field(
        1, node("Identity", ["kept"], "keeps")
    )
    body += field(2, "body") + field(11, value_info("i", INT64, ()))
    body += field(11, value_info("go", BOOL, ())) + field(12, value_info("goes", BOOL, ()))
    body += field(11, value_info("kept", FLOAT, (1, 3, "h", "w")))
    body += field(12, value_info("keeps", FLOAT, (1, 3, "h", "w")))
    loop = node("Loop", ["", "yes", "x"], "y")
    loop += field(5, field(1, "body") + field(6, body) + field(20, 5))
    yes = field(2, BOOL) + field(8, "yes") + field(9, b"\1")
    return onnx_file(path, [loop], [yes], shape=(1, 3, "h", "w"))


def greedy(path):
    """All that it wants are 8 GB, for a little arithmetic."""
    nodes = [
        ("ReduceMax", ["x"], "brightest"),
        ("Expand", ["brightest", "size"], "wall"),
        ("ReduceMean", ["wall"], "mean"),
        ("Add", ["x", "mean"], "y"),
    ]
    return onnx_file(path, nodes, [tensor("size", np.array([1, 1, 40_000, 50_000]))])


@pytest.mark.skipif(sys.platform == "win32", reason="nobody says how much memory it has")
def test_a_network_that_wants_all_memory_is_stopped(tmp_path):
    pytest.importorskip("onnxruntime")
    with pytest.raises(ToolError, match=r"^greedy\.onnx: it took more than 1\.\d GB of memory"):
        open_network(greedy(tmp_path / "greedy.onnx"))


def test_networks_that_say_they_take_too_much():
    huge = 1 << 31
    network = Fake(clamp, others=(Port("s", (huge, huge), np.dtype("f4")),))
    with pytest.raises(ToolError, match=r"'s' takes 4,611,.* numbers: too many"):
        NetworkTool("it", network)
    for shape in [(1, 3, huge, huge), (huge, 3, 64, 64), (3, huge, 16)]:
        with pytest.raises(ToolError, match="too large for pictures"):
            NetworkTool("it", Fake(clamp, shape=shape))


def test_networks_that_give_too_much(tmp_path):
    pytest.importorskip("onnxruntime")
    times = tensor("times", np.array([1.0, 1, 80, 80]))
    path = onnx_file(tmp_path / "much.onnx", [("Upsample", ["x", "times"], "y")], [times], opset=9)
    worker = Worker()
    worker.answer(Message({"prepare": ".onnx"}))
    worker.answer(Message({"load": str(path)}))
    feeds = {"x": np.zeros((1, 3, 64, 64), np.float32)}
    assert "more than 256 MiB" in worker.answer(Message({}, feeds)).words["error"]


@pytest.mark.parametrize("name", [b"\xf4", b"\x1b[31m", b"a\nb"])
def test_names_that_are_none(tmp_path, name):
    pytest.importorskip("onnxruntime")
    path = onnx_file(tmp_path / "named.onnx", [("Abs", [name], "y")], name=name)
    assert refused(path).isprintable()


@pytest.fixture
def isolated(tmp_path):
    pytest.importorskip("onnxruntime")
    return IsolatedNetwork(inverting(tmp_path / "net.onnx"))


FEEDS = {"x": np.zeros((1, 3, 20, 30), np.float32)}


def test_a_network_stays_loaded_and_is_loaded_again_after_a_crash(isolated):
    process = isolated._process
    assert isolated.run(FEEDS)[0].shape == (1, 3, 20, 30)
    assert isolated._process is process
    os.kill(process._process.pid, signal.SIGSEGV)
    process._process.wait()
    assert (isolated.run(FEEDS)[0] == 255).all()
    assert isolated._process is not process


@pytest.fixture
def busy(tmp_path):
    """A network that will never answer."""
    pytest.importorskip("onnxruntime")
    network = IsolatedNetwork(endless(tmp_path / "busy.onnx"))
    network.seconds = 600
    return network


def test_a_network_without_end_is_stopped(busy):
    process = busy._process._process
    busy.seconds = 0.1
    with pytest.raises(StoppedError, match=r"more than 0\.1 seconds"):
        busy.run(FEEDS)
    assert process.returncode == -signal.SIGKILL


def test_a_crash_is_said(busy, monkeypatch):
    def crash(pid):
        os.kill(pid, signal.SIGSEGV)
        return 0

    monkeypatch.setattr(isolated_networks, "_resident_bytes", crash)
    with pytest.raises(StoppedError, match=r"crashed \(SIGSEGV\)"):
        busy.run(FEEDS)


def test_an_interruption_stops_the_process(busy, monkeypatch):
    process = busy._process._process

    def interrupt(pid):
        raise KeyboardInterrupt

    monkeypatch.setattr(isolated_networks, "_resident_bytes", interrupt)
    with pytest.raises(KeyboardInterrupt):
        busy.run(FEEDS)
    assert process.returncode == -signal.SIGKILL


def test_nothing_else_is_tried_with_a_network_that_was_stopped():
    calls = []

    def crash(light):
        calls.append(light.shape)
        raise StoppedError("it crashed")

    with pytest.raises(ToolError, match=r"^it: it crashed$"):
        NetworkTool("it", Fake(crash))
    assert len(calls) == 1


def test_the_process_ends_with_the_tool(isolated):
    process = isolated._process._process
    again = IsolatedNetwork(isolated._path)
    other = again._process._process
    del again
    gc.collect()
    assert other.returncode == -signal.SIGKILL
    assert process.poll() is None


PARENT = """
import functools, subprocess, sys
from pathlib import Path
import numpy as np
from eidophone.bridge.networks.isolated import IsolatedNetwork

subprocess.Popen = functools.partial(subprocess.Popen, pass_fds=[int(sys.argv[2])])
network = IsolatedNetwork(Path(sys.argv[1]))
network.seconds = 600
feeds = {"x": np.zeros((1, 3, 20, 30), np.float32)}
if sys.argv[3] == "idle":
    network.run(feeds)
print("ready", flush=True)
if sys.argv[3] == "busy":
    network.run(feeds)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs the pipes and signals of Unix")
@pytest.mark.parametrize("kill", ["SIGKILL", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("state", ["idle", "busy"])
def test_no_process_outlives_its_parent(tmp_path, state, kill):
    pytest.importorskip("onnxruntime")
    path = (endless if state == "busy" else inverting)(tmp_path / "net.onnx")
    reading, writing = os.pipe()  # both processes hold its end until they are gone
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(path), str(writing), state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[writing],
    )
    os.close(writing)
    with parent, os.fdopen(reading, "rb") as pipe:
        assert parent.stdout.readline() == b"ready\n"
        parent.send_signal(getattr(signal, kill))
        assert select.select([pipe], [], [], 60)[0]
        assert pipe.read() == b""


def test_messages_come_as_they_were_sent():
    arrays = {
        "a": np.arange(6, dtype=np.float16).reshape(2, 3),
        "none": np.empty((0, 3), np.uint8),
        "one": np.float32(5),
        "T": np.arange(6).reshape(2, 3).T,
    }
    pipe = io.BytesIO()
    send(pipe, Message({"load": "ü"}, arrays))
    length = pipe.tell()
    send(pipe, Message({}))
    pipe.seek(0)
    words, received = receive(pipe)
    assert words == {"load": "ü"}
    for name, was in arrays.items():
        assert received[name].dtype == was.dtype
        np.testing.assert_array_equal(received[name], was)
    assert receive(pipe) == ({}, {})
    assert receive(pipe) is None
    for cut in range(length):
        assert receive(io.BytesIO(pipe.getvalue()[:cut])) is None


@pytest.mark.parametrize(
    "said",
    [
        {"words": {}, "arrays": [("a", "|u1", [1 << 50])]},
        {"words": {}, "arrays": [("a", "|u1", [1 << 40, 0]), ("b", "<f8", [200])]},
        {"words": {}, "arrays": [("a", "|u1", [1 << 50]), ("b", "|u1", [-(1 << 50)])]},
        {"words": {}, "arrays": [("a", "|u1", [-1, 5])]},
        {"words": {}, "arrays": [("a", "|O", [1])]},
        {"words": {}, "arrays": [("a", "nonsense", [1])]},
        {"words": {}, "arrays": [("a",)]},
        {"words": "x" * 2000, "arrays": []},
        {"arrays": []},
        [],
        7,
    ],
)
def test_messages_that_no_network_sends_are_the_last(said):
    head = json.dumps(said).encode()
    assert receive(io.BytesIO(struct.pack(">Q", len(head)) + head), 1000) is None
    assert receive(io.BytesIO(struct.pack(">Q", 1 << 60)), 1000) is None


def test_a_process_that_says_what_nobody_understands_is_stopped(tmp_path, monkeypatch):
    noise = "import os, time; os.write(1, bytes([9] * 99)); time.sleep(1000)"
    command = [sys.executable, "-c", noise]
    monkeypatch.setattr("eidophone.bridge.networks.isolated.our_python", lambda _: command)
    path = tmp_path / "it.onnx"
    path.write_bytes(b"")
    with pytest.raises(ToolError, match="what runs it crashed"):
        IsolatedNetwork(path)


# --- PyTorch files ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


@pytest.fixture
def module(torch):
    torch.manual_seed(0)

    class Invert(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = torch.nn.Conv2d(3, 3, 1)
            with torch.no_grad():
                self.conv.weight.copy_(-torch.eye(3)[..., None, None])
                self.conv.bias.zero_()

        def forward(self, x):
            size = (x.shape[-2] * 2, x.shape[-1] * 2)
            return torch.nn.functional.interpolate(self.conv(x).clamp(-1, 1), size=size), x.mean()

    return Invert().eval()


def twice(light):
    return light.repeat(2, 0).repeat(2, 1)


@pytest.mark.filterwarnings("ignore")  # PyTorch's own exporters warn
def program(torch, module, path):
    free = torch.export.Dim.AUTO
    exported = torch.export.export(
        module, (torch.zeros(1, 3, 64, 96),), dynamic_shapes=({2: free, 3: free},)
    )
    torch.export.save(exported, path)
    return path


def test_exported_programs(torch, module, tmp_path):
    tool = opened(program(torch, module, tmp_path / "net.pt2"))
    assert off(tool([picture()])[0], twice(1 - picture() / 255)) < 1e-5


@pytest.mark.filterwarnings("ignore")
def test_scripts(torch, module, tmp_path):
    torch.jit.save(torch.jit.script(module), tmp_path / "net.pt")
    tool = open_network(tmp_path / "net.pt", trusted=True)
    assert off(tool([picture()])[0], twice(1 - picture() / 255)) < 1e-5


@pytest.mark.filterwarnings("ignore")
def test_damaged_torch_files(torch, module, tmp_path):
    path = tmp_path / "net.pt"
    torch.jit.save(torch.jit.script(module), path)
    path.write_bytes(path.read_bytes()[:-100])
    assert refused(path).isprintable()
    path = program(torch, module, tmp_path / "net.pt2")
    path.write_bytes(path.read_bytes().replace(b"conv", b"\xffcon"))
    assert refused(path).isprintable()


def compact(torch, path):
    """Twice as large, by one of the architectures that are known by their weights."""
    from spandrel.architectures.Compact.__arch.SRVGG import SRVGGNetCompact

    torch.manual_seed(0)
    network = SRVGGNetCompact(num_feat=4, num_conv=1, upscale=2)
    weights = {name: weight * 0 for name, weight in network.state_dict().items()}
    if path.suffix == ".pth":
        torch.save({"params_ema": weights}, path)
    else:
        from safetensors.torch import save_file

        save_file(weights, path)
    return path


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", [".safetensors", ".pth"])
def test_weights_of_known_architectures(torch, tmp_path, ending):
    pytest.importorskip("spandrel")
    path = compact(torch, tmp_path / f"net{ending}")
    tool = opened(path)
    assert "0..1 in, 0..1 out, 2 times as large" in tool.describe()
    # With weights of nothing, what is left is the way around them: each pixel four times.
    assert off(tool([picture()])[0], twice(picture() / 255)) < 1e-5


@pytest.mark.filterwarnings("ignore")
def test_pickles_are_not_run(torch, tmp_path):
    pytest.importorskip("spandrel")
    hit = tmp_path / "hit"

    class Bomb:
        def __reduce__(self):
            return open, (str(hit), "w")

    torch.save({"bomb": Bomb()}, tmp_path / "net.pth")
    assert refused(tmp_path / "net.pth")
    assert not hit.exists()


@pytest.mark.filterwarnings("ignore")
def test_weights_of_nothing_known(torch, tmp_path):
    pytest.importorskip("spandrel")
    from safetensors.torch import save_file

    save_file({"weight": torch.zeros(3)}, tmp_path / "net.safetensors")
    assert refused(tmp_path / "net.safetensors").isprintable()


def test_the_bytes_of_onnx_are_right():
    """`field` and `varint` against the specification of protocol buffers."""
    assert field(1, 150) == b"\x08\x96\x01"
    assert field(2, "testing") == b"\x12\x07testing"
    assert struct.unpack("<f", tensor("w", np.ones(1))[-4:]) == (1.0,)


@pytest.mark.filterwarnings("ignore")
def test_scripts_with_settings(torch, tmp_path):
    class Mix(torch.nn.Module):
        def forward(self, x, strength: float, colour, gain: float = 1.0):
            return (x * (1 - strength) + x * strength * colour).clamp(0, 1) * gain

    torch.jit.save(torch.jit.script(Mix()), tmp_path / "net.pt")
    settings = {"strength": 0.5, "colour": 0.5}
    tool = opened(tmp_path / "net.pt", settings=settings, values="0..1,0..1")
    assert off(tool([picture()])[0], picture() / 255 * 0.75) < 1e-5


def test_what_is_said_has_to_fit():
    with pytest.raises(ToolError, match="does not take pictures as NHWC"):
        NetworkTool("it", Fake(clamp), layout="NHWC")
