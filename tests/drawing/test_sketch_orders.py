"""What a browser asks to be done to the drawing, in whatever order messages and reports come."""

from typing import Any

import pytest

from digitapp.drawing.sketch import Object, Objects, Sketch
from digitapp.drawing.sketch_orders import orders
from digitapp.drawing.strokes import canvas_objects, from_canvas_json
from digitapp.errors import BadStrokes


def stroke(x: float) -> Object:
    """Return a stroke as the server writes it."""
    path = [["M", x, 1.0], ["L", x, 90.0]]
    drawn = {"type": "Path", "path": path, "stroke": "#000000", "strokeWidth": 20}
    return canvas_objects(from_canvas_json({"objects": [drawn]}))[0]


A, B, C = map(stroke, (10.0, 50.0, 90.0))


def message(*waiting: dict[str, Any], session: str = "ours") -> dict[str, Any]:
    """Return what the browser tells."""
    numbered = [
        {"number": number, "forgotten": [], "drawn": [], **order}
        for number, order in enumerate(waiting, 1)
    ]
    return {"session": session, "telling": 1, "waiting": numbered}


def done(sketch: Sketch, told: dict[str, Any], taken: int = 0) -> Sketch:
    """Return the sketch after what was told, with what was taken before."""
    for order in orders(told, "ours", taken):
        sketch = order.carried_out(sketch)
    return sketch


def drawn(*objects: Object) -> Sketch:
    return Sketch().answered(objects)


def x_places(objects: Objects) -> list[float]:
    return [each["path"][0][1] for each in objects]


def test_undo_takes_the_last_stroke_also_if_the_canvas_has_yet_to_report_it() -> None:
    sketch = done(drawn(A), message({"act": "undo", "drawn": [B]}))
    assert x_places(sketch.objects) == x_places((A,))
    assert sketch.answered((A, B)).objects == sketch.objects  # the report, which comes too late
    assert x_places(sketch.redo().objects) == x_places((A, B))


def test_clear_takes_all_that_was_seen_and_what_was_drawn_after_it_is_added() -> None:
    told = message({"act": "clear", "drawn": [B]}, {"act": "add", "forgotten": [C]})
    sketch = done(drawn(A), told)
    assert x_places(sketch.objects) == x_places((C,))
    assert x_places(done(drawn(A), message({"act": "clear", "drawn": [B]})).undone) == x_places(
        (B, A)
    )


def test_a_stroke_that_was_forgotten_can_be_undone_before_the_server_has_heard_of_it() -> None:
    told = message({"act": "clear"}, {"act": "undo", "forgotten": [C]})
    sketch = done(drawn(A), told)
    assert sketch.objects == ()
    assert x_places(sketch.redo().objects) == x_places((C,))


def test_redo_does_nothing_once_another_stroke_was_drawn() -> None:
    undone = drawn(A, B).undo()
    assert x_places(done(undone, message({"act": "redo"})).objects) == x_places((A, B))
    assert x_places(done(undone, message({"act": "redo", "drawn": [C]})).objects) == x_places(
        (A, C)
    )


def test_a_drawing_made_without_the_server_is_shown_in_place_of_what_it_knew() -> None:
    told = message({"act": "show", "drawn": [B], "undone": [C]})
    sketch = done(drawn(A), told)
    assert x_places(sketch.objects) == x_places(sketch.base) == x_places((B,))
    assert x_places(sketch.redo().objects) == x_places((B, C))
    assert sketch.answered((A,)).objects == sketch.objects  # what the canvas still showed
    kept = sketch.restored((B,), (C,))  # from the tab, by a server that was started again
    assert x_places(kept.objects) == x_places((B,))


def test_each_order_is_carried_out_once_and_none_of_a_session_that_is_over() -> None:
    told = message({"act": "undo"}, {"act": "undo"})
    assert x_places(done(drawn(A, B, C), told, taken=1).objects) == x_places((A, B))
    assert done(drawn(A, B, C), told, taken=2).objects == (A, B, C)
    assert orders(message({"act": "undo"}, session="before"), "ours", 0) == []


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"session": "ours"},
        {"session": "ours", "waiting": [None]},
        {"session": "ours", "waiting": [{"number": "x"}]},
        message({"act": "explode"}),
        message({"act": "add", "forgotten": 7}),
        message({"act": "undo", "drawn": [{"type": "Path", "path": [["M", "a", "b"]]}]}),
        message({"act": "undo", "number": float("inf")}),
    ],
)
def test_what_is_no_order_is_a_sentence(told: Any) -> None:
    with pytest.raises(BadStrokes):
        orders(told, "ours", 0)
