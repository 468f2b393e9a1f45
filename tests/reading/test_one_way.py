"""The way of a drawing through the modules: each hands on to the next, none calls one above it."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from PIL import Image

from digitapp.drawing.strokes import from_points, paint
from digitapp.reading import numbers, reader
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS
from tests.writing import sheet_size, written

WAYS: dict[str, Callable[[Predictor], object]] = {
    "a drawing": lambda network: reader.read_drawing(network, from_points(DIGITS[7], 20)),
    "a picture": lambda network: reader.read_picture(network, _sheet("7")),
    "a number": lambda network: numbers.read_drawing(network, written("7.5")),
    "a picture of a number": lambda network: numbers.read_picture(network, _sheet("7.5")),
}


def _sheet(text: str) -> Image.Image:
    drawing = written(text)
    return paint(drawing, sheet_size(drawing))


def _calls_between_modules(call: Callable[[], object]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    stack: list[str] = []

    def follow(frame: FrameType, event: str, _: object) -> None:
        module = str(frame.f_globals.get("__name__"))
        if module.startswith(("digitapp.drawing.", "digitapp.reading.")):
            if event == "call":
                found.update({(stack[-1], module)} if stack else ())
                stack.append(module)
            elif event == "return":
                stack.pop()

    before = sys.getprofile()
    sys.setprofile(follow)
    try:
        call()
    finally:
        sys.setprofile(before)
    return {(above, below) for above, below in found if above != below}


@pytest.mark.parametrize("way", WAYS)
def test_no_module_calls_back_into_one_above(way: str, recogniser: Predictor) -> None:
    below: dict[str, set[str]] = {}
    for above, called in _calls_between_modules(lambda: WAYS[way](recogniser)):
        below.setdefault(above, set()).add(called)
    assert len(below) > 1
    for start in below:
        reached, waiting = set[str](), [start]
        while waiting:
            new = below.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        assert start not in reached
