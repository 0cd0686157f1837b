"""Network files as tools: pictures of any size through a network of any convention."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

import numpy as np

from eidophone.base.arrays import Float32, Pixels
from eidophone.base.errors import ToolError, tell
from eidophone.bridge.networks.conventions import LayoutName
from eidophone.bridge.networks.finding import find
from eidophone.bridge.networks.network import Finding, Network, as_channels
from eidophone.bridge.networks.settings import Settings
from eidophone.bridge.networks.tiling import Canvas, Cover
from eidophone.files.image import to_rgb
from eidophone.picture.ink import brightest

#: What a network gets or gives at a time: style networks need about a kilobyte for each pixel.
_MOST_PIXELS = 1 << 20

#: Networks with fewer marks get a warning. Strong styles have 1.5, and what only blurs has 2.
_LEAST_MARKS = 1.0

#: Tiles overlap by a quarter, within reason.
_MOST_OVERLAP = 128


class NetworkTool:
    """A network as a tool: finds out how to use it, and sends pictures through it.

    Networks of fixed size get overlapping tiles, which fade into each other, and so do those that
    would need much memory. Where sizes have to be multiples of something, pictures are continued
    by reflection and cut afterwards. Networks of grey pictures get red, green and blue one by one:
    each is a picture (left, middle, right).

    Args:
        name: what people call it.
        network: the network, loaded.
        layout, values, settings: as for `find`.
        batch: how many pictures or tiles at a time; ignored where the network has its own mind.
        style: for networks that take a second picture: ``[height, width, 3]``.

    Raises:
        ToolError: it cannot be used for pictures, or a value does not fit it.
    """

    def __init__(
        self,
        name: str,
        network: Network,
        *,
        layout: LayoutName | None = None,
        values: str | None = None,
        settings: Settings | None = None,
        batch: int | None = None,
        style: Pixels | None = None,
    ) -> None:
        if batch is not None and batch < 1:
            raise ToolError(f"batch {batch} is too small: at least 1")
        self.name = name
        self._network = network
        with self._named():
            self.finding = find(
                network,
                layout=layout,
                values=values,
                settings=settings,
                style=None if style is None else _light(style),
            )
        self._batch = self.finding.batch or batch or 1
        if self.finding.marks < _LEAST_MARKS:
            tell(
                f"{name} hardly leaves a picture as it was found ({self.finding.describe()}): "
                f"if that is wrong, say which values it takes"
            )

    def __call__(self, pictures: Sequence[Pixels], /) -> list[Pixels]:
        """What the network makes of ``pictures``: ``[height, width, 3]`` float32 in 0..1.

        Args:
            pictures: ``[height, width, 3]`` uint8, uint16, or float32 in 0..1; all of one size.

        Raises:
            ToolError: the network fails, or gives what is no number.
        """
        if len({picture.shape for picture in pictures}) > 1:
            raise ToolError("the pictures for a network have to be of one size")
        lights = [_light(picture) for picture in pictures]
        channels = self.finding.channels
        with self._named():
            if channels == 1:
                return [self._colour_by_colour(light) for light in lights]
            answers = _through(self._network, self.finding, self._batch, [
                as_channels(light, channels) for light in lights
            ])  # fmt: skip
        return [to_rgb(answer) for answer in answers]

    def describe(self) -> str:
        """One line that says what was found."""
        return f"{self.name}: {self.finding.describe()}"

    @contextmanager
    def _named(self) -> Iterator[None]:
        """What goes wrong says with which network."""
        try:
            yield
        except ToolError as error:
            raise ToolError(f"{self.name}: {error}") from None

    def _colour_by_colour(self, light: Float32) -> Pixels:
        """``light`` through a network of grey pictures; once, if it is grey."""
        is_grey = np.array_equal(light, np.broadcast_to(light[..., :1], light.shape))
        planes = [light[..., :1]] if is_grey else np.split(light, 3, axis=2)
        answers = _through(self._network, self.finding, self._batch, planes)
        if is_grey:
            return to_rgb(answers[0])
        return np.stack([to_rgb(answer).mean(axis=2) for answer in answers], axis=2)


def _light(picture: Pixels) -> Float32:
    return picture.astype(np.float32) / np.float32(brightest(picture.dtype))


class _Tile(NamedTuple):
    """A piece of a picture: of which one, its place among the tiles, and itself."""

    picture: int
    row: int
    column: int
    light: Float32


def _through(
    network: Network, finding: Finding, batch: int, lights: Sequence[Float32]
) -> list[Float32]:
    """What ``network`` makes of each of ``lights``, ``[height, width, channels]`` in 0..1."""
    if not lights:
        return []
    height, width = lights[0].shape[:2]
    rows, columns = _covers(finding, height, width)
    scale = finding.geometry.scale
    canvases: list[Canvas] = []
    tiles = _tiles(finding, lights, rows, columns)
    while group := list(islice(tiles, batch)):
        for tile, answer in zip(group, _ask(network, finding, group), strict=True):
            if tile.picture == len(canvases):
                size = (int(rows.reach * scale), int(columns.reach * scale))
                canvases.append(Canvas((*size, answer.shape[2])))
            canvases[tile.picture].paint(
                answer,
                int(rows.starts[tile.row] * scale),
                int(columns.starts[tile.column] * scale),
                rows.weights(tile.row, scale),
                columns.weights(tile.column, scale),
            )
    size = (math.ceil(height * scale), math.ceil(width * scale))
    return [canvas.picture()[: size[0], : size[1]] for canvas in canvases]


def _covers(finding: Finding, height: int, width: int) -> tuple[Cover, Cover]:
    """The tiles of a picture: one, if the network takes it whole."""
    growth = max(1.0, float(finding.geometry.scale)) ** 2
    most = int(_MOST_PIXELS / growth)
    most_rows = min(height, math.isqrt(most))
    most_columns = most // most_rows
    return (
        _cover(finding, height, finding.size[0], most_rows),
        _cover(finding, width, finding.size[1], most_columns),
    )


def _cover(finding: Finding, extent: int, size: int | None, most: int) -> Cover:
    margin = 2 * finding.geometry.margin
    if size is None:
        wanted = min(extent, most) + margin
        size = math.ceil(wanted / finding.multiple) * finding.multiple
    shown = size - margin
    overlap = min(shown // 4, _MOST_OVERLAP)
    return Cover(extent, shown, overlap, finding.geometry.scale.denominator)


def _tiles(
    finding: Finding, lights: Sequence[Float32], rows: Cover, columns: Cover
) -> Iterator[_Tile]:
    """The tiles of all pictures, which are continued by reflection, with the network's margins."""
    margin = finding.geometry.margin
    for picture, light in enumerate(lights):
        after = [cover.reach - cover.extent + margin for cover in (rows, columns)]
        pads = ((margin, max(after[0], 0)), (margin, max(after[1], 0)), (0, 0))
        padded = np.pad(light, pads, "reflect")
        for row, top in enumerate(rows.starts):
            for column, left in enumerate(columns.starts):
                part = padded[top : top + rows.size + 2 * margin]
                yield _Tile(picture, row, column, part[:, left : left + columns.size + 2 * margin])


def _ask(network: Network, finding: Finding, group: Sequence[_Tile]) -> Float32:
    """``[tiles, height, width, channels]`` light in 0..1, without margins.

    Raises:
        ToolError: the network fails, gives another size than it should, or no numbers.
    """
    missing = (finding.batch or len(group)) - len(group)
    light = np.stack([tile.light for tile in group] + [group[-1].light] * missing)
    answer = finding.ask(network, light)
    if not np.isfinite(answer).all():
        raise ToolError("the network gave values that are not finite")
    scale, margin = finding.geometry.scale, finding.geometry.margin
    height, width = (int((side - 2 * margin) * scale) for side in light.shape[1:3])
    top, left = (answer.shape[1] - height) // 2, (answer.shape[2] - width) // 2
    if top < 0 or left < 0:
        raise ToolError(
            f"the network gave {answer.shape[2]} x {answer.shape[1]} pixels: "
            f"{width} x {height} were expected"
        )
    shown = answer[: len(group), top : top + height, left : left + width]
    return np.clip(shown, 0, 1)
