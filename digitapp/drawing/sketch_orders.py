"""What a browser asks to be done to the drawing on the canvas: each order once, in its order.

A browser numbers its orders, and tells all that it does not yet know to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from digitapp.drawing.sketch import Objects, Sketch
from digitapp.drawing.strokes import canvas_objects, from_canvas_json
from digitapp.errors import BadStrokes

CLEAR = "clear"
ACTS: Mapping[str, Callable[[Sketch], Sketch]] = {
    "add": lambda sketch: sketch,
    "undo": Sketch.undo,
    "redo": Sketch.redo,
    CLEAR: Sketch.clear,
}
SHOW = "show"


@dataclass(frozen=True)
class Order:
    """One order.

    Attributes:
        number: counts the orders of a session, from 1 on.
        act: one of `ACTS`, or `SHOW`.
        forgotten: strokes that the canvas forgot when it was told something.
        drawn: strokes that it shows, and may not have reported; to `SHOW`, the whole drawing.
        undone: of such a drawing, those that can be redone, the next one last.
    """

    number: int
    act: str
    forgotten: Objects = ()
    drawn: Objects = ()
    undone: Objects = ()

    def carried_out(self, sketch: Sketch) -> Sketch:
        """Return the sketch on which this was done, as it was seen when it was asked for."""
        if self.act == SHOW:
            return sketch.shown(self.drawn, self.undone)
        seen = sketch.drawn_meanwhile(self.forgotten).with_unreported(self.drawn)
        return ACTS[self.act](seen)


def orders(told: Mapping[str, Any], session: str, taken: int) -> list[Order]:
    """Return the orders in a message that were not yet carried out, in their order.

    Args:
        told: by the browser: `session`, and `waiting`, as drawing_orders.js's `What`, numbered.
        session: which is told; orders to one that is over are not carried out.
        taken: the number of the last order that was carried out.

    Raises:
        BadStrokes: when something in it is no order.
    """
    try:
        if told["session"] != session:
            return []
        waiting = [each for each in told["waiting"] if int(each["number"]) > taken]
        return [_order(each) for each in sorted(waiting, key=lambda each: int(each["number"]))]
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise BadStrokes(f"The browser sent something that is not a drawing ({error}).") from None


def _order(told: Mapping[str, Any]) -> Order:
    act = str(told["act"])
    if act not in (*ACTS, SHOW):
        raise ValueError(f"{act!r} is unknown")
    parts = (told["forgotten"], told["drawn"], told.get("undone") or [])
    return Order(int(told["number"]), act, *map(_strokes, parts))


def _strokes(found: Any) -> Objects:
    return tuple(canvas_objects(from_canvas_json({"objects": found})))
