"""Datasets made in the page: classes and examples in the store."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sqlalchemy as sa

from digitapp.drawing.strokes import from_points
from digitapp.errors import InvalidSetting, UnknownName
from digitapp.runs import RunStore, drawn_examples, imported_datasets
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.tables import examples
from tests import stores

pytestmark = stores.on_both

SIGNS = "Secret signs"
LINE = from_points([[(20, 20), (200, 240)]], 14)


def example(class_id: int = 0, ink: int = 200) -> NewExample:
    return NewExample(class_id, np.full((28, 28), ink, np.uint8), LINE)


@pytest.fixture
def store() -> RunStore:
    return RunStore()


@pytest.fixture
def made(store: RunStore) -> RunStore:
    drawn_examples.create(store, SIGNS, ["star", "🌀", "lightning"])
    return store


def test_examples_come_back_as_they_were_kept(made: RunStore) -> None:
    ids = drawn_examples.keep(made, SIGNS, [example(1, 7), example(2, 8)])
    found, damaged = drawn_examples.read(made, SIGNS)
    assert [(each.id, each.class_id, int(each.image[0, 0])) for each in found] == [
        (ids[0], 1, 7),
        (ids[1], 2, 8),
    ]
    assert not damaged
    strokes = found[0].strokes
    assert strokes is not None
    np.testing.assert_array_equal(strokes[0].points, LINE[0].points)


def test_each_change_raises_the_revision_and_counts_the_images(made: RunStore) -> None:
    def known() -> tuple[int, int]:
        (listed,) = imported_datasets.listed(made)
        return listed.facts.revision, listed.images

    assert known() == (0, 0)
    first, second = drawn_examples.keep(made, SIGNS, [example(), example()])
    assert known() == (1, 2)
    drawn_examples.move(made, SIGNS, [first], 2)
    assert known() == (2, 2)
    drawn_examples.remove(made, SIGNS, [second])
    assert known() == (3, 1)
    drawn_examples.rename_class(made, SIGNS, 0, "sun")
    assert known() == (4, 1)
    drawn_examples.remove_class(made, SIGNS, 2)
    assert known() == (5, 0)


def test_an_example_moves_to_another_class(made: RunStore) -> None:
    (number,) = drawn_examples.keep(made, SIGNS, [example(0)])
    drawn_examples.move(made, SIGNS, [number], 1)
    assert drawn_examples.counts(made, SIGNS) == {1: 1}


def test_classes_keep_their_examples_when_others_are_renamed_and_removed(made: RunStore) -> None:
    drawn_examples.keep(made, SIGNS, [example(0), example(1), example(2), example(2)])
    drawn_examples.rename_class(made, SIGNS, 2, "⚡")
    drawn_examples.remove_class(made, SIGNS, 0)
    drawn_examples.add_classes(made, SIGNS, ["heart", "moon"])
    facts = drawn_examples.facts(made, SIGNS)
    assert facts.class_names == ("🌀", "⚡", "heart", "moon")
    counts = drawn_examples.counts(made, SIGNS)
    assert [counts.get(number, 0) for number, _ in facts.classes] == [1, 2, 0, 0]


def test_the_id_of_a_removed_class_never_comes_again(made: RunStore) -> None:
    drawn_examples.remove_class(made, SIGNS, 2)
    drawn_examples.add_classes(made, SIGNS, ["moon"])
    with pytest.raises(UnknownName, match="does not exist any more"):
        drawn_examples.keep(made, SIGNS, [example(2)])


def test_at_least_two_classes_stay(made: RunStore) -> None:
    drawn_examples.remove_class(made, SIGNS, 0)
    with pytest.raises(InvalidSetting, match="at least 2"):
        drawn_examples.remove_class(made, SIGNS, 1)
    assert drawn_examples.facts(made, SIGNS).class_names == ("🌀", "lightning")


def test_a_class_that_is_gone_gets_no_examples(made: RunStore) -> None:
    drawn_examples.remove_class(made, SIGNS, 1)
    with pytest.raises(UnknownName, match="does not exist any more"):
        drawn_examples.keep(made, SIGNS, [example(0), example(1)])
    assert drawn_examples.counts(made, SIGNS) == {}
    assert drawn_examples.facts(made, SIGNS).revision == 1


def test_a_deleted_dataset_takes_its_examples_with_it(made: RunStore) -> None:
    drawn_examples.keep(made, SIGNS, [example()])
    imported_datasets.remove(made, SIGNS)
    assert made.database.value(sa.select(sa.func.count()).select_from(examples)) == 0
    for change in (
        lambda: drawn_examples.keep(made, SIGNS, [example()]),
        lambda: drawn_examples.rename_class(made, SIGNS, 0, "sun"),
        lambda: drawn_examples.facts(made, SIGNS),
    ):
        with pytest.raises(UnknownName, match="no dataset “Secret signs”"):
            change()


def test_an_imported_dataset_cannot_be_drawn(made: RunStore) -> None:
    imported_datasets.add(made, "letters", "letters.npz", 3, b"")
    with pytest.raises(UnknownName, match="another kind"):
        drawn_examples.keep(made, "letters", [example()])


def test_several_pupils_keep_examples_at_once(made: RunStore) -> None:
    def draw(number: int) -> list[int]:
        return drawn_examples.keep(made, SIGNS, [example(number % 3)])

    with ThreadPoolExecutor(4) as pupils:
        ids = [number for kept in pupils.map(draw, range(24)) for number in kept]
    assert len({*ids}) == 24
    (listed,) = imported_datasets.listed(made)
    assert (listed.images, listed.facts.revision) == (24, 24)
    assert drawn_examples.counts(made, SIGNS) == {0: 8, 1: 8, 2: 8}


def test_a_damaged_example_leaves_the_others_readable(made: RunStore) -> None:
    first, second, third = drawn_examples.keep(made, SIGNS, [example()] * 3)
    made.database.change(examples.update().where(examples.c.id == first).values(image=b"short"))
    made.database.change(examples.update().where(examples.c.id == second).values(strokes=b"\1x"))
    found, damaged = drawn_examples.read(made, SIGNS)
    assert damaged == [first]
    assert [(each.id, each.strokes_damaged) for each in found] == [(second, True), (third, False)]
