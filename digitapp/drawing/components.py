"""Select the connected components that are the digit, not specks, frames, fingers or a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from digitapp.drawing.background import EIGHT_NEIGHBOURS, Grey, Mask, edge

Labels = NDArray[np.integer]

SPECK_SHARE = 0.08  # of the main component's ink
WRITING_SHARE = 0.25  # of the main component's longest side; a smaller one is no part of a number
POINT, ROUND = 0.6, 0.7  # smallest point: its side in line widths, and the share of it filled
POINT_DARKNESS = 0.3  # of a digit's mean squared depth; a blurred point is paler than a line
POINTS_ABOVE_AND_BEFORE, POINTS_BELOW_AND_AFTER = (0.3, 0.7), (0.5, 0.7)  # of the height
POINTS_EACH = 2  # points per digit, at most
PART_REACH = 0.6  # of the digit's longest side: largest gap between its parts
EDGE_PENALTY = 0.1  # for a component that touches the picture's edge
ALONG_EDGE = 0.25  # of its longest side; a finger or a table touches the edge for longer
ALONG_EDGE_PENALTY = 0.002
LARGE = 0.1  # of the picture's longest side; a speck is smaller
SHEET_SHARE, SHEET_FILL = 0.5, 0.75  # of the picture and its own box; no digit covers this much
JUNK = 0.02  # weight per ink; less means that it lies along the edge, or is a blot touching it
STROKE = 0.4  # of the longest side; a digit's lines are thinner
BLOT_PENALTY = 0.1
FRAME_RIM = 0.08  # of a frame's sides: how far inwards its ink may lie
FRAME_SHARE = 0.85  # of its ink that lies there, at least
LEAST_FRAME = 4  # pixels; a smaller frame has no room for another component
FRAMED_SHARE = 0.25  # of the frame's height or width: smallest component that it may enclose


@dataclass(frozen=True)
class Components:
    """The connected components of a mask, with one value or row of values for each.

    Attributes:
        labels: (height, width), 0 where there is no ink.
        boxes: (n, 4): top, left, bottom, right, the latter two exclusive.
        ink: (n,): the sum of the squared depths, so that shadows and smears count for little.
        weight: (n,): the ink, reduced if the component does not look like a digit; 0 for a frame.
        touching: (n,): whether it touches the picture's edge.
        along: (n,): whether it lies along the edge, as a table or a finger does.
        line: (n,): the mean width of its lines, in pixels.
    """

    labels: Labels
    boxes: NDArray[np.intp]
    ink: Grey
    weight: Grey
    touching: Mask
    along: Mask
    line: Grey

    @property
    def sides(self) -> NDArray[np.intp]:
        """Height and width of each component: (n, 2)."""
        return self.boxes[:, 2:] - self.boxes[:, :2]

    @property
    def soundness(self) -> float:
        """How digit-like the ink is, 0 to 1; 1 when most of it is lines clear of the edge."""
        return float(self.weight.max() / self.ink.max())

    @property
    def heavy(self) -> Mask:
        """Which components could be parts of the main one: (n,)."""
        return np.asarray(self.weight >= SPECK_SHARE * self.weight.max())

    @property
    def is_sound(self) -> bool:
        """Whether the main component is large, made of lines and clear of the edge."""
        main = int(np.argmax(self.weight))
        large = self.sides[main].max() >= LARGE * max(self.labels.shape)
        return bool(large and self.weight[main] == self.ink[main])

    @property
    def is_sheet(self) -> bool:
        """Whether the main component is so large and so full that it is paper, not ink."""
        main = int(np.argmax(self.weight))
        box = int(self.sides[main].prod())
        full = np.count_nonzero(self.labels == main + 1) >= SHEET_FILL * box
        return bool(full and box >= SHEET_SHARE * self.labels.size)

    def chosen(self, kept: Mask) -> Mask:
        """Return the mask of the components selected by `kept`, (n,)."""
        return np.concatenate([[False], kept])[self.labels]


def found_components(mask: Mask, depth: Grey) -> Components:
    """Label a mask's components and weigh them.

    Args:
        mask: (height, width), true where there is ink; at least one pixel.
        depth: (height, width), how much darker than the paper each pixel is.
    """
    labels, _ = scipy.ndimage.label(mask, EIGHT_NEIGHBOURS)
    found = scipy.ndimage.find_objects(labels)
    boxes = np.array([[a.start, b.start, a.stop, b.stop] for a, b in found])
    ink: Grey = np.bincount(labels.ravel(), (depth**2).ravel())[1:].astype(np.float64)
    longest = (boxes[:, 2:] - boxes[:, :2]).max(axis=1)
    touching = np.bincount(edge(labels), minlength=len(longest) + 1)[1:] / longest
    along = touching > ALONG_EDGE
    penalty = np.where(along, ALONG_EDGE_PENALTY, np.where(touching > 0, EDGE_PENALTY, 1))
    # The mean width of each component's lines, as if it were made of lines; see `stroke_width`.
    inside = scipy.ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    flat = labels.ravel()
    line = 4 * (np.bincount(flat, inside.ravel())[1:] / np.bincount(flat)[1:] - 0.5)
    weight = ink * penalty * np.where(line > STROKE * longest, BLOT_PENALTY, 1)
    weight[_frames(labels, boxes, ink)] = 0
    return Components(labels, boxes, ink, weight, touching > 0, along, line)


def digit_mask(parts: Components) -> Mask:
    """Return the mask of the main component and nearby ones large enough to be parts of it."""
    main = int(np.argmax(parts.weight))
    heavy = parts.heavy
    if not parts.touching[main]:
        heavy = heavy & ~parts.touching
    return parts.chosen(_near(parts.boxes, heavy, main))


def writing_mask(parts: Components) -> Mask:
    """Return the mask of the main component, those not much smaller, and points beside them."""
    main = int(np.argmax(parts.weight))
    tall = parts.sides.max(axis=1) >= WRITING_SHARE * parts.sides[main].max()
    clear = parts.weight > JUNK * parts.ink
    kept = tall & (clear | ~clear[main])
    return parts.chosen(kept | _points(parts, kept, main))


def _points(parts: Components, kept: Mask, main: int) -> Mask:
    """Select small components that may be points: as large and dark as the pen's, beside a digit.

    If there are many of them, they belong to the paper and none is selected.
    """
    area = np.bincount(parts.labels.ravel())[1:]
    line, height = parts.line[main], float(np.median(parts.sides[kept, 0].clip(1)))
    low = parts.boxes[kept, :2].min(axis=0) - height * np.array(POINTS_ABOVE_AND_BEFORE)
    high = parts.boxes[kept, 2:].max(axis=0) + height * np.array(POINTS_BELOW_AND_AFTER)
    large = (parts.sides.max(axis=1) >= POINT * line) & (area >= (POINT * line) ** 2 * ROUND)
    dark = parts.ink / area >= POINT_DARKNESS * np.median((parts.ink / area)[kept])
    near = (parts.boxes[:, :2] >= low).all(axis=1) & (parts.boxes[:, 2:] <= high).all(axis=1)
    found = ~kept & ~parts.touching & (parts.weight > 0) & large & dark & near
    few = found.sum() <= POINTS_EACH * kept.sum() + POINTS_EACH
    return found if few else np.zeros_like(found)


def _near(boxes: NDArray[np.intp], wanted: Mask, main: int) -> Mask:
    """Select the main component, the wanted ones near it, those near these, and so on."""
    near = np.arange(len(boxes)) == main
    while True:
        low, high = boxes[near, :2].min(axis=0), boxes[near, 2:].max(axis=0)
        gaps = np.hypot(*np.maximum(0, np.maximum(low - boxes[:, 2:], boxes[:, :2] - high)).T)
        more = wanted & (gaps <= PART_REACH * (high - low).max())
        if (near | more).sum() == near.sum():
            return near
        near |= more


def _frames(labels: Labels, boxes: NDArray[np.intp], ink: Grey) -> Mask:
    """Select the components that are boxes drawn around another one.

    A component a quarter as high or wide as the frame must cross one of a few lines through it, so
    looking along these lines finds it: linear in the pixels, however many components there are.
    """
    sides = boxes[:, 2:] - boxes[:, :2]
    found = (ink >= SPECK_SHARE * ink.max()) & (sides >= LEAST_FRAME).all(axis=1)
    found &= _along_their_boxes(labels, boxes)
    for number in np.flatnonzero(found).tolist():
        top, left, bottom, right = boxes[number]
        crop = labels[top:bottom, left:right]
        down, across = (max(1, int(FRAMED_SHARE * side)) for side in crop.shape)
        met = np.concatenate([crop[::down].ravel(), crop[:, ::across].ravel()])
        inner = np.unique(met[met > 0]) - 1
        inside = (boxes[inner, :2] > boxes[number, :2]).all(axis=1)
        inside &= (boxes[inner, 2:] < boxes[number, 2:]).all(axis=1)
        large = (sides[inner] >= FRAMED_SHARE * sides[number]).any(axis=1)
        found[number] = (inside & large).any()
    return found


def _along_their_boxes(labels: Labels, boxes: NDArray[np.intp]) -> Mask:
    """Select the components that have nearly all their ink along the sides of their box."""
    rows, columns = np.nonzero(labels)
    owner = labels[rows, columns] - 1
    rims = np.maximum(2, np.rint(FRAME_RIM * (boxes[:, 2:] - boxes[:, :2]))).astype(np.intp)
    inner = np.ones(len(owner), dtype=bool)
    for axis, place in enumerate((rows, columns)):
        low, high = boxes[:, axis] + rims[:, axis], boxes[:, 2 + axis] - rims[:, axis]
        inner &= (place >= low[owner]) & (place < high[owner])
    inside = np.bincount(owner[inner], minlength=len(boxes))
    return np.asarray(inside < (1 - FRAME_SHARE) * np.bincount(owner, minlength=len(boxes)))
