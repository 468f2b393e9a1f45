"""Class datasets in the store: made by the teacher, drawn by all, each example its author's."""

import pytest

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.library import catalogue, drawn_datasets
from digitapp.runs import RunStore, classroom_datasets, drawn_examples, imported_datasets
from digitapp.runs.classroom_datasets import counts_by_person, listed, short_name
from digitapp.runs.classroom_joining import leave
from digitapp.runs.drawn_examples import keep, move, read, remove
from tests import stores
from tests.a_class import ADA, BO, Class, a_class, example

pytestmark = stores.on_both
NAMES = ["star", "spiral"]


@pytest.fixture
def seven(store_url: str) -> Class:
    return a_class(RunStore(store_url))


@pytest.fixture
def signs(seven: Class) -> str:
    return classroom_datasets.create(seven.teacher, seven.room, "Our signs", NAMES)


def test_a_teacher_makes_one_that_all_of_the_room_have(seven: Class, signs: str) -> None:
    assert signs == f"Our signs (class {seven.room})"
    assert short_name(signs) == "Our signs"
    for store in (seven.ada, seven.bo, seven.teacher):
        (found,) = listed(store, seven.room)
        assert (found.name, found.facts.class_names, found.images) == (signs, tuple(NAMES), 0)


def test_a_pupil_and_a_stranger_make_none(seven: Class) -> None:
    with pytest.raises(InvalidSetting, match="Only the teacher"):
        classroom_datasets.create(seven.ada, seven.room, "Mine", NAMES)
    with pytest.raises(UnknownName, match="not in this room"):
        classroom_datasets.create(seven.eve, seven.room, "Mine", NAMES)
    assert listed(seven.teacher, seven.room) == []


def test_two_rooms_have_one_of_the_same_name(seven: Class, signs: str) -> None:
    other = a_class(seven.house)
    second = classroom_datasets.create(other.teacher, other.room, "Our signs", NAMES)
    keep(seven.ada, signs, [example()])
    assert second != signs
    assert [each.images for each in listed(other.ada, other.room)] == [0]


def test_nobody_gives_a_dataset_of_ones_own_the_name_of_one_of_a_class(
    seven: Class, signs: str
) -> None:
    for store in (seven.ada, seven.eve, seven.house):
        with pytest.raises(InvalidSetting, match="only be the name of a class dataset"):
            drawn_examples.create(store, signs, NAMES)


def test_all_draw_for_it_and_it_is_known_who_drew_what(seven: Class, signs: str) -> None:
    keep(seven.ada, signs, [example(0, 1), example(1, 2)])
    keep(seven.bo, signs, [example(1, 3)])
    found, _ = read(seven.house, signs)
    assert [(each.person, each.class_id) for each in found] == [(ADA, 0), (ADA, 1), (BO, 1)]
    assert counts_by_person(seven.bo, signs) == {ADA: 2, BO: 1}
    (row,) = listed(seven.teacher, seven.room)
    assert (row.images, row.facts.revision) == (3, 2)


def test_a_stranger_draws_nothing_for_it_and_changes_nothing(seven: Class, signs: str) -> None:
    (number,) = keep(seven.ada, signs, [example()])
    for tried in (
        lambda: keep(seven.eve, signs, [example()]),
        lambda: remove(seven.eve, signs, [number]),
        lambda: move(seven.eve, signs, [number], 1),
        lambda: drawn_examples.add_classes(seven.eve, signs, ["more"]),
        lambda: counts_by_person(seven.eve, signs),
        lambda: classroom_datasets.remove_all_of(seven.eve, signs, ADA),
        lambda: classroom_datasets.remove(seven.eve, signs),
        lambda: listed(seven.eve, seven.room),
    ):
        with pytest.raises(UnknownName):
            tried()
    assert drawn_examples.counts(seven.house, signs) == {0: 1}


def test_an_example_is_its_authors_to_take_away_and_the_teachers(seven: Class, signs: str) -> None:
    first, second = keep(seven.ada, signs, [example(0, 1), example(0, 2)])
    for tried in (
        lambda: remove(seven.bo, signs, [first]),
        lambda: move(seven.bo, signs, [first, second], 1),
        lambda: classroom_datasets.remove_all_of(seven.bo, signs, ADA),
    ):
        with pytest.raises(InvalidSetting, match="who drew it, and by the teacher"):
            tried()
    move(seven.ada, signs, [first], 1)
    remove(seven.teacher, signs, [second])
    assert drawn_examples.counts(seven.house, signs) == {1: 1}
    remove(seven.ada, signs, [first])
    assert drawn_examples.counts(seven.house, signs) == {}


def test_its_classes_are_the_teachers_to_change(seven: Class, signs: str) -> None:
    for tried in (
        lambda: drawn_examples.add_classes(seven.ada, signs, ["heart"]),
        lambda: drawn_examples.rename_class(seven.ada, signs, 0, "sun"),
        lambda: drawn_examples.remove_class(seven.ada, signs, 0),
    ):
        with pytest.raises(InvalidSetting, match="Only the teacher can change the classes"):
            tried()
    drawn_examples.add_classes(seven.teacher, signs, ["heart"])
    drawn_examples.rename_class(seven.teacher, signs, 0, "sun")
    assert drawn_examples.facts(seven.house, signs).class_names == ("sun", "spiral", "heart")


def test_a_teacher_takes_away_all_of_one_pupil(seven: Class, signs: str) -> None:
    keep(seven.ada, signs, [example(0, 1), example(1, 2)])
    keep(seven.bo, signs, [example(0, 3)])
    assert classroom_datasets.remove_all_of(seven.teacher, signs, ADA) == 2
    assert counts_by_person(seven.teacher, signs) == {BO: 1}


def test_ones_own_is_taken_away_after_leaving_too(seven: Class, signs: str) -> None:
    keep(seven.ada, signs, [example(0, 1), example(1, 2)])
    keep(seven.bo, signs, [example(0, 3)])
    leave(seven.ada, seven.room)
    with pytest.raises(UnknownName):
        classroom_datasets.remove_all_of(seven.ada, signs, BO)
    assert classroom_datasets.remove_all_of(seven.ada, signs, ADA) == 2
    assert counts_by_person(seven.bo, signs) == {BO: 1}


def test_a_teacher_deletes_it_and_a_pupil_does_not(seven: Class, signs: str) -> None:
    with pytest.raises(InvalidSetting, match="Only the teacher"):
        classroom_datasets.remove(seven.ada, signs)
    classroom_datasets.remove(seven.teacher, signs)
    assert listed(seven.ada, seven.room) == []
    assert imported_datasets.facts(seven.house, signs) is None


def test_it_is_a_dataset_to_train_on_once_there_is_enough(seven: Class, signs: str) -> None:
    keep(seven.ada, signs, [example(0, number) for number in range(5)])
    keep(seven.bo, signs, [example(1, number) for number in range(3)])
    assert signs in catalogue.dataset_names(seven.house)
    data = catalogue.dataset(seven.house, signs)
    assert (data.class_names, len(data.x_train), len(data.x_test)) == (("star", "spiral"), 6, 2)
    assert drawn_datasets.counts(seven.house, signs) == (6, 2)


def test_what_is_not_a_class_dataset_has_no_class_counts(seven: Class) -> None:
    drawn_examples.create(seven.house, "Own signs", NAMES)
    with pytest.raises(UnknownName, match="There is no class dataset"):
        counts_by_person(seven.teacher, "Own signs")
