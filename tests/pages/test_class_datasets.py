"""Class datasets on the Data page, without a browser."""

import gzip
import json

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.library import example_orders, own_datasets
from digitapp.library.example_orders import Taken
from digitapp.live import examples as live_examples
from digitapp.runs import RunStore, classroom_datasets, drawn_examples
from digitapp.runs.classroom_datasets import counts_by_person, listed
from digitapp.runs.drawn_examples import keep
from tests.a_class import ADA, BO, EVE, TEACHER, Class, a_class, example
from tests.pages.test_data import make, opened
from tests.pages.test_wall import As, as_person
from tests.pages.train_page import component, labels, said

__all__ = ["as_person"]  # a fixture
SIGNS = "Our signs"


@pytest.fixture
def seven(store: RunStore) -> Class:
    return a_class(store)


@pytest.fixture
def signs(seven: Class) -> str:
    return classroom_datasets.create(seven.teacher, seven.room, SIGNS, ["star", "spiral"])


def taken_away(app: AppTest) -> list[str]:
    return [label for label in labels(app) if " drawn by " in label]


def test_a_teacher_makes_a_dataset_for_her_class(seven: Class, as_person: As) -> None:
    as_person(TEACHER)
    app = opened(new="drawn")
    app.toggle(key="for-the-class").set_value(True)
    app = make(app, SIGNS, "star\nspiral")
    assert app.query_params == {"dataset": f"{SIGNS} (class {seven.room})"}
    assert f"# {SIGNS}" in said(app)
    assert "everybody in the room draws for it" in said(app)
    assert [each.facts.class_names for each in listed(seven.bo, seven.room)] == [("star", "spiral")]


def test_a_pupil_is_not_offered_to_make_one(seven: Class, as_person: As) -> None:
    as_person(ADA)
    app = opened(new="drawn")
    assert not [each for each in app.toggle if each.key == "for-the-class"]


def test_the_list_has_those_of_the_class_for_its_members_alone(
    signs: str, as_person: As, seven: Class
) -> None:
    keep(seven.bo, signs, [example(0), example(1)])
    as_person(ADA)
    told = said(opened())
    assert "## Of your class" in told
    assert "2 images" in told
    as_person(EVE)
    assert SIGNS not in said(opened())
    assert "There is no dataset" in said(opened(dataset=signs))


def test_a_pupil_draws_and_takes_away_only_what_is_hers(
    signs: str, as_person: As, seven: Class
) -> None:
    keep(seven.ada, signs, [example(0, 1), example(1, 2)])
    keep(seven.bo, signs, [example(0, 3)])
    as_person(ADA)
    app = opened(dataset=signs)
    assert "Drawn by Ada 2, Bo 1." in said(app)
    assert taken_away(app) == ["All 2 drawn by you"]
    assert not {"Add", "Rename", "Remove star"} & {*labels(app)}  # the classes are the teacher's
    assert not any("delete" in label for label in labels(app))
    button = next(each for each in app.button if " drawn by " in each.label)
    button.click().run()
    assert counts_by_person(seven.bo, signs) == {BO: 1}


def test_a_teacher_changes_its_classes_and_takes_away_anybodys(
    signs: str, as_person: As, seven: Class
) -> None:
    keep(seven.ada, signs, [example(0, 1)])
    keep(seven.bo, signs, [example(0, 3)])
    as_person(TEACHER)
    app = opened(dataset=signs)
    assert {*taken_away(app)} == {"All 1 drawn by Ada", "All 1 drawn by Bo"}
    assert "Rename" in labels(app)
    assert any(label.startswith("Yes, delete") for label in labels(app))
    app.button(key="delete-dataset").click().run()
    assert listed(seven.teacher, seven.room) == []


def test_the_page_is_told_of_others_drawings_now_and_then(
    signs: str, as_person: As, seven: Class
) -> None:
    as_person(ADA)
    app = opened(dataset=signs)
    assert component(app, "examples")["foreign"] == "1"
    keep(seven.bo, signs, [example(0, 3)])
    assert component(app.run(), "examples")["foreign"] == "1"  # not after every drawing


def test_a_change_by_others_is_met_once_within_the_time_that_is_given() -> None:
    taken = Taken("session")
    assert example_orders.met(taken, "a", "1", apart=60.0) == 1
    assert example_orders.met(taken, "a", "2", apart=60.0) == 1
    assert example_orders.met(taken, "a", "2") == 2
    assert example_orders.met(taken, "b", "1", apart=60.0) == 1


def test_who_asks_for_an_earlier_version_gets_the_examples_of_now(signs: str, seven: Class) -> None:
    before = live_examples.address(signs, drawn_examples.facts(seven.ada, signs))
    keep(seven.bo, signs, [example(0, 3)])
    digest = before.rpartition("/")[2].removesuffix(".json")
    assert live_examples.gzipped(signs, digest, seven.ada)


def test_a_shared_file_of_it_comes_in_under_a_name_of_ones_own(signs: str, seven: Class) -> None:
    assert own_datasets.free_name(seven.ada, signs) == SIGNS


def test_the_page_knows_which_examples_are_others_to_change(signs: str, seven: Class) -> None:
    (mine,) = keep(seven.ada, signs, [example(0, 1)])
    (theirs,) = keep(seven.bo, signs, [example(0, 2)])
    digest = live_examples.address(signs, drawn_examples.facts(seven.ada, signs))
    digest = digest.rpartition("/")[2].removesuffix(".json")

    def others(store: RunStore) -> list[int]:
        told = gzip.decompress(live_examples.gzipped(signs, digest, store))
        return list(json.loads(told)["others"])

    assert others(seven.ada) == [theirs]
    assert others(seven.bo) == [mine]
    assert others(seven.teacher) == []
