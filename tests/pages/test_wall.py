"""The class wall page, and what the Draw page offers to who is in a room, without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.drawing.sketch import Sketch
from digitapp.runs import RunStore, classroom_datasets, classroom_wall, drawn_examples
from digitapp.runs.classroom_wall import hide, send, sent
from tests.a_class import ADA, BO, EVE, TEACHER, Class, a_class, drawing
from tests.digits import DIGITS, fabric
from tests.pages.train_page import checked, component, labels, press, said

APP = Path(__file__).resolve().parent.parent.parent / "app.py"
SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))
As = Callable[[str], None]


@pytest.fixture
def seven(store: RunStore) -> Class:
    return a_class(store)


@pytest.fixture
def as_person(monkeypatch: pytest.MonkeyPatch) -> As:
    """A function that lets a person visit the pages opened from then on."""

    def visit(person: str) -> None:
        monkeypatch.setattr("digitapp.ui.shared.visitor.person", lambda whole: person)

    return visit


def script() -> None:
    """The app with the class wall first."""
    import streamlit as st

    from digitapp.pages import wall

    st.navigation([st.Page(wall.page, title="Class wall", url_path="wall", default=True)]).run()


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return checked(app.run())


def drawn(sketch: Sketch | None = SEVEN) -> AppTest:
    """The Draw page with a drawing."""
    app = AppTest.from_file(str(APP), default_timeout=60)
    if sketch:
        app.session_state["sketch"] = sketch
    return checked(app.run())


def on_wall(app: AppTest) -> list[dict[str, object]]:
    found: list[dict[str, object]] = component(app, "class-wall")["drawings"]
    return found


def test_who_is_in_no_room_is_told_how_to_join_one(as_person: As, seven: Class) -> None:
    as_person(EVE)
    assert "You are in no room yet" in said(opened())
    assert "You are not in this room" in said(opened(room=seven.room))


def test_the_wall_shows_what_was_sent_with_what_is_read(seven: Class, as_person: As) -> None:
    first, second = send(seven.ada, seven.room, drawing(1)), send(seven.bo, seven.room, drawing(2))
    as_person(BO)
    shown = on_wall(opened())
    assert [(each["id"], each["name"], each["sign"]) for each in shown] == [
        (first, "Ada", "1"),
        (second, "Bo", "1"),
    ]
    assert [each["can"] for each in shown] == ["", "withdraw"]
    assert shown[0]["way"] == [{"width": 14, "places": [140, 40, 141, 151]}]


def test_what_was_read_wrong_is_marked_if_it_was_said_what_it_is(
    seven: Class, as_person: As
) -> None:
    send(seven.ada, seven.room, drawing(1, meant="7"))
    send(seven.ada, seven.room, drawing(2, meant="1"))
    as_person(BO)
    shown = on_wall(opened())
    assert [(each["meant"], each["doubtful"]) for each in shown] == [("7", True), ("", False)]


def test_a_pupil_has_no_buttons_of_the_teacher(seven: Class, as_person: As) -> None:
    as_person(ADA)
    assert not {"Hidden", "Clear", "Yes, clear the wall"} & {*labels(opened())}
    as_person(TEACHER)
    assert "Yes, clear the wall" in labels(opened())


def test_a_teacher_shows_again_what_she_has_hidden_and_clears_the_wall(
    seven: Class, as_person: As
) -> None:
    number = send(seven.ada, seven.room, drawing(1))
    hide(seven.teacher, seven.room, number)
    as_person(TEACHER)
    app = opened()
    assert on_wall(app) == []
    app = press(app, f"show-drawing-{number}")
    assert [each["can"] for each in on_wall(app)] == ["hide"]
    press(app, "clear-wall-yes")
    assert sent(seven.teacher, seven.room, hidden=True) == []


def test_a_wall_on_the_projector_says_how_to_join(seven: Class, as_person: As) -> None:
    as_person(TEACHER)
    app = opened(show="all")
    assert f"Join with the code {seven.room}" in said(app)
    assert component(app, "class-wall")["presenting"] is True
    app = press(app, "present")
    assert "show" not in app.query_params


def test_only_the_latest_drawings_are_shown_and_it_is_said(seven: Class, as_person: As) -> None:
    for number in range(33):
        send(seven.ada, seven.room, drawing(number))
    as_person(TEACHER)
    app = opened()
    assert component(app, "class-wall")["size"] == "small"  # all of them fit
    app.session_state["wall-size"] = "medium"
    told = component(checked(app.run()), "class-wall")
    assert len(told["drawings"]) == 32
    assert told["more"] == "The latest 32 of 33"


def test_without_a_room_the_draw_page_offers_nothing_of_it(as_person: As, seven: Class) -> None:
    as_person(EVE)
    assert "Send to the class wall" not in labels(drawn())


def test_a_drawing_is_sent_named_and_taken_back(seven: Class, as_person: As) -> None:
    as_person(ADA)
    assert drawn(None).button(key="send-to-wall").disabled
    app = press(drawn(), "send-to-wall")
    (found,) = sent(seven.bo, seven.room)
    assert (found.person, found.guess, found.meant) == (ADA, "7", "")
    assert "Your drawing is on the class wall." in app.toast[0].value
    app = checked(app.selectbox(key=f"meant-{found.id}").set_value("7").run())
    assert sent(seven.bo, seven.room)[0].meant == "7"
    app = press(app, "take-back")
    assert sent(seven.bo, seven.room) == []
    assert "Send to the class wall" in labels(app)


def test_its_author_is_told_that_a_drawing_was_hidden_or_cleared(
    seven: Class, as_person: As
) -> None:
    as_person(ADA)
    app = press(drawn(), "send-to-wall")
    (found,) = sent(seven.bo, seven.room)
    hide(seven.teacher, seven.room, found.id)
    assert "Your teacher has hidden it" in said(checked(app.run()))
    classroom_wall.clear(seven.teacher, seven.room)
    assert "It is not on the class wall any more" in said(checked(app.run()))


def test_a_drawing_is_added_to_a_class_dataset_and_taken_out(seven: Class, as_person: As) -> None:
    name = classroom_datasets.create(seven.teacher, seven.room, "Our digits", ["7", "8"])
    as_person(ADA)
    app = drawn()
    assert app.selectbox(key=f"pooled-class-{name}").value == 0  # what it was read as
    app = press(app, "pool-it")
    (found,) = drawn_examples.read(seven.bo, name)[0]
    assert (found.person, found.class_id) == (ADA, 0)
    assert found.strokes is not None
    assert app.toast[0].value == "Added as a 7 to **Our digits**."
    press(app, "undo-pooled")
    assert drawn_examples.read(seven.bo, name)[0] == []
