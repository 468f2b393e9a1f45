"""The race page, without a browser."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import DIGIT_NAMES
from digitapp.library import class_matrix
from digitapp.runs import RunStore, classroom_datasets, drawn_examples
from digitapp.runs.classroom_race import enter, entries
from digitapp.runs.classroom_wall import send
from digitapp.runs.tables import runs as rows
from tests.a_class import ADA, BO, EVE, TEACHER, Class, a_class, drawing, example
from tests.pages.test_wall import As, as_person
from tests.pages.train_page import checked, labels, press, said
from tests.pages.train_page import opened as train_page
from tests.tiny_runs import change, until

__all__ = ["as_person"]  # a fixture
FIRST, SECOND, THIRD = 1, 2, 3  # the runs


def script() -> None:
    """The app with the race first."""
    import streamlit as st

    from digitapp.pages import race

    st.navigation([st.Page(race.page, title="Race", url_path="race", default=True)]).run()


def opened(part: str = "standings", **address: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["race-part"] = part
    for name, value in address.items():
        app.query_params[name] = value
    return checked(app.run())


@pytest.fixture
def seven(runs: RunStore) -> Class:
    """A class in which Ada and Bo have trained: Ada twice, and better."""
    found = a_class(runs)
    for run, person in ((FIRST, ADA), (SECOND, ADA), (THIRD, BO)):
        change(runs, run, person=person, test_accuracy=(0.5, 0.9, 0.75)[run - 1])
    return found


@pytest.fixture
def racing(seven: Class) -> Class:
    for store, run in ((seven.ada, FIRST), (seven.ada, SECOND), (seven.bo, THIRD)):
        enter(store, seven.room, run)
    return seven


def test_who_is_in_no_room_sees_no_race(racing: Class, as_person: As) -> None:
    as_person(EVE)
    assert "You are in no room yet" in said(opened())
    assert "You are not in this room" in said(opened(room=racing.room))


def test_a_race_without_runs_says_how_to_enter_one(seven: Class, as_person: As) -> None:
    as_person(ADA)
    app = opened()
    assert "No run is in the race yet" in said(app)
    press(app, "enter-run")
    assert [each.run.id for each in entries(seven.bo, seven.room)] == [SECOND]


def test_the_best_run_of_each_is_on_the_podium(racing: Class, as_person: As) -> None:
    as_person(TEACHER)
    told = said(opened())
    assert "Ada 90.00 %" in told
    assert "Bo 75.00 %" in told
    assert "50.00 %" not in told


def test_a_pupil_takes_out_her_own_runs_and_a_teacher_all(racing: Class, as_person: As) -> None:
    as_person(BO)
    app = opened()
    outs = {label for label in labels(app) if label.startswith("Take out run")}
    assert outs == {"Take out run 3: Bo, another"}
    press(app, f"out-{THIRD}")
    as_person(TEACHER)
    press(opened(), f"out-{FIRST}")
    assert [each.run.id for each in entries(racing.bo, racing.room)] == [SECOND]


def test_a_run_under_way_says_how_far_it_is(racing: Class, as_person: As) -> None:
    racing.house.database.change(
        rows.update().where(rows.c.id == THIRD).values(status="queued", host="elsewhere")
    )
    as_person(ADA)
    told = said(opened())
    assert "Bo waits for its turn" in told
    assert "Bo 75.00 %" not in told


def test_curves_are_those_of_all_runs_in_the_race(racing: Class, as_person: As) -> None:
    as_person(ADA)
    app = opened("curves")
    figure = app.get("bidi_component")
    assert any("race-curves" in (part.key or "") for part in figure)


def test_everyones_best_network_reads_everyones_latest_drawing(
    racing: Class, as_person: As
) -> None:
    as_person(BO)
    assert "Once somebody has sent a drawing" in said(opened("matrix"))
    send(racing.ada, racing.room, drawing(1))
    send(racing.ada, racing.room, drawing(2, meant="1"))
    send(racing.bo, racing.room, drawing(3))
    found = entries(racing.bo, racing.room)
    assert class_matrix.READER  # it reads in the background
    app = opened("matrix")
    until(lambda: "still reading" not in said(checked(app.run())))
    told = said(app)
    assert told.count("network of") == 1
    assert {each.name for each in found} == {"Ada", "Bo"}
    bodies = " ".join(str(part.proto.body) for part in app.get("html"))
    assert bodies.count('class="unknown"') == 2  # Bo's drawing, by two networks
    assert bodies.count('class="right"') + bodies.count('class="wrong"') == 2


def test_a_run_of_ones_own_is_entered_where_it_is_shown(seven: Class, as_person: As) -> None:
    as_person(ADA)
    app = press(train_page(run=SECOND), f"race-{SECOND}")
    assert [each.run.id for each in entries(seven.bo, seven.room)] == [SECOND]
    assert "Take out of the race" in labels(app)
    press(app, f"race-{SECOND}")
    assert entries(seven.bo, seven.room) == []


def test_a_run_of_another_person_cannot_be_entered_where_it_is_shown(
    racing: Class, as_person: As
) -> None:
    as_person(BO)
    assert f"race-{SECOND}" not in {each.key for each in train_page(run=SECOND).button}


def test_on_a_dataset_that_has_grown_all_are_tested_again(racing: Class, as_person: As) -> None:
    digits = classroom_datasets.create(racing.teacher, racing.room, "Our digits", DIGIT_NAMES)
    few = [example(label, number) for label in range(10) for number in range(3)]
    drawn_examples.keep(racing.ada, digits, few)
    for run in (SECOND, THIRD):
        spec = replace(racing.house.get(run).spec, dataset=digits).to_json()
        change(racing.house, run, spec=spec, fingerprint=f"of run {run}")
    as_person(BO)
    app = opened()
    app.selectbox(key="raced").set_value(digits)
    until(lambda: "Testing" not in said(checked(app.run())))
    told = said(app)
    assert "tested again, with the same 10 drawings" in told
    assert "90.00 %" not in told  # of before
