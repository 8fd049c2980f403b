"""Where the words of a map go, so that none lies on another."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Box = tuple[float, float, float, float]
"""left, bottom, right, top in pixels"""

DIRECTIONS = ((1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1))
DISTANCES = (5.0, 13.0, 24.0, 38.0, 55.0, 75.0, 98.0)
"""pixels between an anchor and its label"""


@dataclass(frozen=True)
class Placed:
    """A label's box, and whether it lies so far from its anchor that a line should lead to it."""

    box: Box
    anchor: tuple[float, float]
    far: bool


def overlap(a: Box, b: Box) -> float:
    """Return the area that two boxes share."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0.0) * max(height, 0.0)


def _outside(box: Box, frame: Box) -> float:
    """Return the area of a box that lies outside the frame."""
    return (box[2] - box[0]) * (box[3] - box[1]) - overlap(box, frame)


def candidate(anchor: tuple[float, float], size: tuple[float, float], direction: tuple[int, int], gap: float) -> Box:
    """Return the box whose side nearest the anchor is `gap` away in a direction."""
    (x, y), (width, height), (dx, dy) = anchor, size, direction
    diagonal = 0.75 if dx and dy else 1.0
    left = x - width / 2 + dx * (width / 2 + gap * diagonal)
    bottom = y - height / 2 + dy * (height / 2 + gap * diagonal)
    return left, bottom, left + width, bottom + height


def points_inside(points: Floats, box: Box) -> int:
    """Return how many points lie in a box."""
    if not len(points):
        return 0
    x, y = points[:, 0], points[:, 1]
    return int(((x >= box[0]) & (x <= box[2]) & (y >= box[1]) & (y <= box[3])).sum())


def place(
    anchors: Sequence[Sequence[tuple[float, float]]],
    sizes: Sequence[tuple[float, float]],
    frame: Box,
    taken: Sequence[Box] = (),
    lines: Floats | None = None,
) -> list[Placed]:
    """Choose a box for each label, most important label first.

    Greedy: each label takes the best of 56 places around each of its anchors, given those before it. Lying on another
    label or leaving the frame costs far more than distance; covering a line costs a little.

    Parameters
    ----------
    anchors : (label) points that the label may stand at, pixels, the best first
    sizes : (label) width and height in pixels
    frame : the map's box
    taken : boxes that no label may cover: symbols, scale bar, legend
    lines : (point, 2) pixels along lines that labels should rather not cover
    """
    busy = list(taken)
    points = lines if lines is not None else np.empty((0, 2))
    placed: list[Placed] = []
    for choices, size in zip(anchors, sizes, strict=True):
        best = (float("inf"), Placed((0.0, 0.0, 0.0, 0.0), (0.0, 0.0), far=False))
        tries = itertools.product(enumerate(choices), DISTANCES, enumerate(DIRECTIONS))
        for (rank, anchor), gap, (preference, direction) in tries:
            box = candidate(anchor, size, direction, gap)
            padded = (box[0] - 1.5, box[1] - 1.0, box[2] + 1.5, box[3] + 1.0)
            hit = sum(overlap(padded, other) for other in busy)
            cost = 50.0 * hit + 80.0 * _outside(padded, frame) + 15.0 * points_inside(points, box)
            cost += 3.0 * gap + preference + 4.0 * rank
            if cost < best[0]:
                best = (cost, Placed(box, anchor, gap > 10.0))
        busy.append(best[1].box)
        placed.append(best[1])
    return placed


def collisions(placed: Sequence[Placed]) -> int:
    """Return how many pairs of labels lie on each other."""
    boxes = [label.box for label in placed]
    return sum(overlap(a, b) > 1.0 for i, a in enumerate(boxes) for b in boxes[i + 1 :])
