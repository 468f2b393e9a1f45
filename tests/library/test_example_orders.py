"""What a browser asks to be done to examples: each order once, in its order."""

import re
from typing import Any

import numpy as np
import pytest

from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import from_points
from digitapp.errors import StoreProblem
from digitapp.library import drawn_datasets, example_orders, new_examples
from digitapp.library.example_orders import Taken
from digitapp.runs import RunStore, drawn_examples
from digitapp.runs.imported_datasets import Facts

SIGNS = "Secret signs"
DRAWING = from_points([[(20, 20), (200, 90)]], 14)
LINE = [20.0, 20.5, 100.0, 30.0, 200.0, 240.0]


@pytest.fixture
def store() -> RunStore:
    found = RunStore()
    drawn_examples.create(found, SIGNS, ["star", "spiral"])
    return found


def order(number: int, act: str, **others: Any) -> dict[str, Any]:
    return {"number": number, "dataset": SIGNS, "act": act, **others}


def keep(number: int, into: int = 0, **others: Any) -> dict[str, Any]:
    values = {"key": f"key-{number}", "into": into, "width": 14, "strokes": [LINE], **others}
    return order(number, "keep", **values)


def told(*orders: dict[str, Any], session: str = "mine") -> dict[str, Any]:
    return {"session": session, "waiting": [*orders]}


def carry_out(store: RunStore, taken: Taken, *orders: dict[str, Any]) -> list[int]:
    """Carry out orders; return the classes of the examples afterwards."""
    example_orders.carry_out(store, taken, told(*orders))
    return [each.class_id for each in drawn_examples.read(store, SIGNS)[0]]


def test_a_drawing_is_kept_as_the_network_reads_it(store: RunStore) -> None:
    taken = Taken("mine")
    assert carry_out(store, taken, keep(1, 1)) == [1]
    (found,), _ = drawn_examples.read(store, SIGNS)
    assert taken.ids == {"key-1": found.id}
    points = from_points([[*zip(LINE[::2], LINE[1::2], strict=True)]], 14)
    np.testing.assert_allclose(found.image / 255, stroke_image(points), atol=0.5 / 255 + 1e-6)
    assert found.strokes is not None
    np.testing.assert_allclose(found.strokes[0].points, points[0].points)


def test_an_order_that_is_told_again_is_carried_out_once(store: RunStore) -> None:
    taken = Taken("mine")
    assert carry_out(store, taken, keep(1)) == [0]
    assert carry_out(store, taken, keep(1), keep(2)) == [0, 0]
    assert carry_out(store, taken, keep(2), keep(1)) == [0, 0]
    assert taken.last == 2


def test_orders_of_a_session_before_this_one_are_not_carried_out(store: RunStore) -> None:
    taken = Taken("mine")
    example_orders.carry_out(store, taken, told(keep(1), session="another"))
    assert drawn_examples.counts(store, SIGNS) == {}


def test_an_example_is_moved_and_taken_back_before_its_id_is_known(store: RunStore) -> None:
    taken = Taken("mine")
    moved = order(3, "move", examples=["key-1"], into=1)
    assert carry_out(store, taken, keep(1), keep(2), moved) == [1, 0]
    assert carry_out(store, taken, order(4, "remove", examples=["key-2", "unknown"])) == [1]
    known = taken.ids["key-1"]
    assert carry_out(store, taken, order(5, "remove", examples=[known])) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (keep(1, 7), "A class of the dataset"),
        (keep(1, strokes=[]), "nothing drawn|no ink|Nothing"),
        (keep(1, strokes=[[]]), "stroke"),
        (keep(1, strokes=[[1, 2, 3]]), "not an example"),
        (keep(1, strokes=[["a", "b"]]), "stroke"),
        (keep(1, strokes=[[float("nan"), 1.0]]), "out of range"),
        (keep(1, strokes=7), "not an example"),
        (keep(1, strokes=[[1, 2] * 20_001]), "20,000 points"),
        (keep(1, width=float("inf")), "width"),
        (keep(1, into="x"), "not an example"),
        (keep(1, dataset="Gone"), "no dataset “Gone”"),
        (order(1, "burn", examples=[]), "not an example"),
        (order(1, "move", examples=[1]), "not an example"),
    ],
)
def test_what_cannot_be_carried_out_is_told_and_the_rest_goes_on(
    store: RunStore, wrong: dict[str, Any], said: str
) -> None:
    taken = Taken("mine")
    assert carry_out(store, taken, wrong, keep(2)) == [0]
    assert taken.last == 2
    assert [*taken.wrong] == [1]
    assert re.search(said, taken.wrong[1])


def test_what_a_failing_store_did_not_keep_is_kept_when_it_is_told_again(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Taken("mine")

    def fail(*given: object) -> list[int]:
        raise StoreProblem("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(drawn_examples, "keep", fail)
        with pytest.raises(StoreProblem):
            example_orders.carry_out(store, taken, told(keep(1)))
    assert taken.last == 0
    assert carry_out(store, taken, keep(1), keep(2)) == [0, 0]


def test_what_a_session_before_this_one_has_kept_is_not_kept_again(store: RunStore) -> None:
    carry_out(store, Taken("mine"), keep(1))
    taken = Taken("mine")  # the server was started again before it could answer
    assert carry_out(store, taken, keep(1, again=True), keep(2, again=True, into=1)) == [0, 1]
    first = drawn_examples.read(store, SIGNS)[0][0]
    assert taken.ids["key-1"] == first.id
    assert carry_out(store, taken, order(3, "remove", examples=["key-1"])) == [1]
    assert carry_out(store, taken, keep(4, into=1)) == [1, 1]  # drawn twice in the same way


def test_a_store_that_fails_just_after_an_order_has_it_once(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, answers = Taken("mine"), [drawn_examples.facts(store, SIGNS)]

    def once(*given: object) -> Facts:
        if not answers:
            raise StoreProblem("The store is busy.")
        return answers.pop()

    with monkeypatch.context() as patched:
        patched.setattr(drawn_examples, "facts", once)
        example_orders.carry_out(store, taken, told(keep(1)))
    assert carry_out(store, taken, keep(1)) == [0]
    assert not taken.wrong


def test_a_change_by_another_in_the_same_moment_is_fetched(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, alone = Taken("mine"), drawn_examples.keep

    def version() -> str:
        return drawn_datasets.version(drawn_examples.facts(store, SIGNS))

    def both(*given: Any) -> list[int]:
        alone(store, SIGNS, [new_examples.drawn(1, DRAWING, "mnist")])
        return alone(*given)

    assert example_orders.met(taken, SIGNS, version()) == 1
    with monkeypatch.context() as patched:
        patched.setattr(drawn_examples, "keep", both)
        carry_out(store, taken, keep(1))
    assert example_orders.met(taken, SIGNS, version()) == 2


def test_only_what_others_change_is_to_be_fetched_anew(store: RunStore) -> None:
    taken = Taken("mine")

    def met() -> int:
        version = drawn_datasets.version(drawn_examples.facts(store, SIGNS))
        return example_orders.met(taken, SIGNS, version)

    assert met() == 1  # the browser knows nothing yet
    carry_out(store, taken, keep(1), keep(2))
    assert met() == 1
    carry_out(store, Taken("mine"), keep(1))
    assert met() == 2
    carry_out(store, Taken("mine"), keep(1))
    carry_out(store, taken, keep(3))
    assert met() == 3
