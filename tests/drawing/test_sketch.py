"""The sketch: undo, redo and clear, while the canvas answers late."""

import json
from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

from digitapp.drawing.sketch import Object, Objects, Sketch

Press = Callable[[Sketch], Sketch]

A: Object = {"type": "Path", "path": [["M", 1, 1], ["L", 9, 9]], "strokeWidth": 20}
B: Object = {"type": "Path", "path": [["M", 5, 5], ["L", 5, 50]], "strokeWidth": 20}
C: Object = {"type": "Path", "path": [["M", 7, 2], ["L", 70, 2]], "strokeWidth": 4}


def _drawn(*objects: Object) -> Sketch:
    """A sketch whose canvas has answered after each stroke."""
    sketch = Sketch()
    for count in range(1, len(objects) + 1):
        sketch = sketch.answered(objects[:count])
    return sketch


def _shown(sketch: Sketch) -> Objects:
    """Return what the canvas shows after following the sketch's instructions."""
    return tuple(sketch.initial_drawing["objects"])


def _settled(sketch: Sketch) -> Sketch:
    """Return the sketch after the canvas has answered with what it was sent."""
    return sketch.answered(_shown(sketch))


def test_a_new_sketch_is_empty() -> None:
    assert (Sketch().objects, Sketch().undone, _shown(Sketch())) == ((), (), ())


def test_strokes_are_kept_in_the_order_they_were_drawn() -> None:
    assert _drawn(A, B, C).objects == (A, B, C)


def test_drawing_tells_the_canvas_nothing_so_that_it_is_not_drawn_again() -> None:
    assert _drawn(A, B).initial_drawing == Sketch().initial_drawing


def test_undo_takes_the_last_stroke_and_tells_the_canvas() -> None:
    sketch = _drawn(A, B).undo()
    assert (sketch.objects, sketch.undone) == ((A,), (B,))
    assert _shown(sketch) == (A,)


def test_redo_brings_back_what_was_undone_last() -> None:
    sketch = _settled(_drawn(A, B, C).undo())
    sketch = _settled(sketch.undo())
    sketch = sketch.redo()
    assert (sketch.objects, sketch.undone) == ((A, B), (C,))
    assert _shown(sketch) == (A, B)
    assert _settled(sketch).redo().objects == (A, B, C)


def test_clear_takes_all_and_redo_brings_the_strokes_back_one_by_one() -> None:
    sketch = _settled(_drawn(A, B, C).clear())
    assert (sketch.objects, _shown(sketch)) == ((), ())
    for expected in [(A,), (A, B), (A, B, C)]:
        sketch = _settled(sketch.redo())
        assert sketch.objects == expected


@pytest.mark.parametrize(("press", "sketch"), [(Sketch.undo, Sketch()), (Sketch.redo, _drawn(A))])
def test_a_button_with_nothing_to_do_tells_the_canvas_nothing(press: Press, sketch: Sketch) -> None:
    assert press(sketch) == sketch


def test_a_new_stroke_clears_what_could_be_redone() -> None:
    sketch = _settled(_drawn(A, B).undo()).answered((A, C))
    assert (sketch.objects, sketch.undone) == ((A, C), ())


def test_moving_a_stroke_keeps_what_could_be_redone() -> None:
    elsewhere = {**A, "left": 50}
    sketch = _settled(_drawn(A, B).undo()).answered((elsewhere,))
    assert (sketch.objects, sketch.undone) == ((elsewhere,), (B,))


@pytest.mark.parametrize("press", [Sketch.undo, Sketch.clear])
def test_an_answer_from_before_it_was_told_does_not_bring_a_stroke_back(press: Press) -> None:
    told = press(_drawn(A, B))
    stale = told.answered((A, B)).answered((A, B))
    assert (stale.objects, stale.undone) == (told.objects, told.undone)
    assert stale.initial_drawing == told.initial_drawing
    assert (_settled(stale).objects, _settled(stale).undone) == (told.objects, told.undone)


def test_a_stale_answer_does_not_take_a_redone_stroke_away() -> None:
    told = _settled(_drawn(A, B).undo()).redo()
    assert told.answered((A,)).objects == (A, B)


def test_once_it_has_answered_the_same_drawing_counts_again() -> None:
    sketch = _settled(_drawn(A, B).undo())
    assert sketch.answered((A, B)).objects == (A, B)


@pytest.mark.parametrize(("press", "left"), [(Sketch.undo, (A,)), (Sketch.clear, ())])
def test_a_stroke_drawn_before_the_canvas_was_told_is_not_lost(press: Press, left: Objects) -> None:
    told = press(_drawn(A, B))
    late = told.answered((A, B, C))  # which it forgets as soon as it is told
    assert (late.objects, _shown(late)) == (left, left)
    kept = late.drawn_meanwhile((C,))
    assert (kept.objects, _shown(kept)) == ((*left, C), (*left, C))
    assert kept.revision > late.revision
    for report in ((A, B, C), left, (*left, C)):  # all that the canvas may still say
        kept = kept.answered(report)
        assert kept.objects == (*left, C)
    assert kept.answered((*left, C, B)).objects == (*left, C, B)


def test_a_stroke_that_the_server_knows_is_not_added_again() -> None:
    as_drawn = {"path": C["path"], "stroke": "#000000", "strokeWidth": 4}
    sketch = _drawn(A, C)
    assert sketch.drawn_meanwhile((as_drawn,)) is sketch
    assert sketch.drawn_meanwhile((as_drawn, B)).objects == (B, A, C)  # it was told nothing before


def test_a_stroke_that_the_canvas_has_forgotten_comes_before_those_drawn_since() -> None:
    sketch = _drawn(A, B).undo().answered((A, C))
    assert sketch.drawn_meanwhile((B,)).objects == (A, B, C)


def test_strokes_on_another_drawing_that_the_canvas_has_taken_count() -> None:
    taken = tuple({**stroke, "left": 1.5} for stroke in (A, B))  # with values of the canvas's own
    sketch = _drawn(A).shown((A, B))
    assert sketch.answered(taken).objects == taken
    assert sketch.answered((*taken, C)).objects == (*taken, C)


@pytest.mark.parametrize(
    "presses",
    [
        [Sketch.undo, Sketch.undo],
        [Sketch.undo, Sketch.undo, Sketch.undo],
        [Sketch.undo, Sketch.redo],
        [Sketch.undo, Sketch.clear],
        [Sketch.clear, Sketch.redo],
        [Sketch.clear, Sketch.redo, Sketch.redo],
    ],
    ids=lambda presses: " ".join(press.__name__ for press in presses),
)
def test_quick_presses_end_as_slow_ones_though_the_canvas_answers_each_later(
    presses: Sequence[Press],
) -> None:
    slow = quick = _drawn(A, B, C)
    told = [(A, B, C)]
    for press in presses:
        slow, quick = _settled(press(slow)), press(quick)
        told.append(_shown(quick))
    for late in told:
        quick = quick.answered(late)
    assert (quick.objects, quick.undone) == (slow.objects, slow.undone)


@pytest.mark.parametrize("press", [Sketch.undo, Sketch.clear])
def test_telling_the_same_twice_still_changes_what_the_canvas_is_given(press: Press) -> None:
    given, sketch = [], Sketch()
    for stroke in (A, B, A):
        sketch = _settled(press(sketch.answered((stroke,))))
        given.append(sketch.initial_drawing)
    assert [each["objects"] for each in given] == [[], [], []]
    assert all(earlier != later for earlier, later in pairwise(given))


def test_a_canvas_shown_anew_is_told_all_of_it_and_keeps_the_history() -> None:
    before = _settled(_drawn(A, B, C).undo())
    sketch = before.mounted()
    assert _shown(sketch) == (A, B)
    assert sketch.initial_drawing != before.initial_drawing
    assert sketch.mounted().initial_drawing != sketch.initial_drawing
    assert _settled(sketch).redo().objects == (A, B, C)


def test_a_canvas_shown_anew_may_be_drawn_on_and_emptied_at_once() -> None:
    sketch = _drawn(A, B).mounted()
    assert sketch.answered((A, B, C)).objects == (A, B, C)
    assert sketch.answered(()).objects == ()


def test_what_the_canvas_is_given_travels_as_json() -> None:
    given = _drawn(A, B).undo().initial_drawing
    assert json.loads(json.dumps(given)) == given


def test_another_drawing_takes_the_place_of_this_one_with_its_history() -> None:
    sketch = _drawn(A).undo()
    shown = sketch.shown((B, C))
    assert shown.objects == shown.base == (B, C)
    assert shown.undone == ()
    assert shown.revision == sketch.revision + 1


def test_a_restored_drawing_is_told_to_the_canvas_and_keeps_its_history() -> None:
    sketch = Sketch().restored((A, B), (C,))
    assert sketch.objects == sketch.base == (A, B)
    assert sketch.revision == 1
    assert sketch.answered(()) == sketch  # the canvas, before it was updated
    assert sketch.redo().objects == (A, B, C)
    assert sketch.undo().objects == (A,)


def test_a_canvas_that_outlives_its_server_does_not_get_its_strokes_twice() -> None:
    sketch = Sketch(objects=(A, B, C)).restored((A, B), ())
    assert sketch.objects == sketch.base == (A, B, C)
    sketch = Sketch(objects=(A, B)).restored((A, B), (C,))
    assert sketch.objects == (A, B)
    assert sketch.redo().objects == (A, B, C)


def test_a_restored_drawing_comes_below_what_was_drawn_meanwhile() -> None:
    sketch = Sketch(objects=(C,)).restored((A, B), (C,))
    assert sketch.objects == (A, B, C)
    assert sketch.undone == ()
