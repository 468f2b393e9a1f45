"""The Room page: joining, a pupil's view and the teacher's, without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.runs import RunStore, classroom_screens, classroom_teaching, classrooms
from digitapp.runs.classroom_joining import join
from digitapp.runs.classroom_screens import Doing, ScreenWriter
from digitapp.ui.shared.resources import whole
from tests.a_class import ADA, BO, EVE, TEACHER, Class, a_class, drawing
from tests.pages.train_page import checked, component, press, refusals, said
from tests.tiny_runs import TINY

APP = Path(__file__).resolve().parent.parent.parent / "app.py"
As = Callable[[str], None]


@pytest.fixture
def seven(store: RunStore) -> Class:
    return a_class(store)


@pytest.fixture
def as_person(monkeypatch: pytest.MonkeyPatch) -> As:
    """A function that lets a person visit the pages opened from then on, of a shared server."""
    monkeypatch.setattr("digitapp.ui.shared.visitor.among_others", lambda: True)

    def visit(person: str) -> None:
        monkeypatch.setattr("digitapp.ui.shared.visitor.person", lambda whole: person)

    return visit


def script() -> None:
    """The app with the Room page first."""
    import streamlit as st

    from digitapp.pages import room

    st.navigation([st.Page(lambda: room.page({}), title="Room", url_path="room")]).run()


def opened(**address: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=60)
    for name, value in address.items():
        app.query_params[name] = value
    return checked(app.run())


def joined(app: AppTest, code: str, nickname: str = "") -> AppTest:
    app.text_input(key="room-code").set_value(code)
    app.text_input(key="nickname").set_value(nickname)
    (button,) = (each for each in app.button if each.label == "Join")
    return checked(button.click().run())


def test_a_pupil_joins_with_the_code_and_a_nickname(seven: Class, as_person: As) -> None:
    as_person(EVE)
    app = joined(opened(), seven.room.lower(), "*Eve*")
    assert "You are in this room as *Eve *" in said(app)
    assert "Also here: Ada, Bo" in said(app)
    assert classrooms.as_member(seven.eve, seven.room).member.nickname == "*Eve*"


def test_the_pupils_link_fills_in_the_code_and_is_not_stopped_by_others_tries(
    seven: Class, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitapp.runs.classroom_codes.MOST_WRONG_IN_ALL", 0)
    key = classrooms.as_teacher(seven.teacher, seven.room).classroom.join_key
    as_person(EVE)
    app = opened(join=f"{seven.room}.{key}")
    assert app.text_input(key="room-code").value == seven.room
    app = joined(app, seven.room)
    assert "You are in this room as Guest 1" in said(app)
    assert dict(app.query_params) == {}


def test_a_code_of_no_room_is_a_sentence(seven: Class, as_person: As) -> None:
    as_person(EVE)
    other = "CCCCC" if seven.room != "CCCCC" else "DDDDD"
    assert f"There is no room with the code {other}" in refusals(joined(opened(), other))
    assert "is not the code of a room" in refusals(joined(opened(), "hello you"))


def test_a_pupil_sees_no_code_no_links_and_no_screens(seven: Class, as_person: As) -> None:
    as_person(ADA)
    app = opened(show="code")
    assert "7a" in said(app)
    assert not {"Close the door", "Take home", "Show it large"} & {
        each.label for each in app.button
    }
    assert classroom_teaching.link_key(seven.teacher, seven.room) not in str(app.main)
    assert BO not in [each.key for each in app.main]


def test_a_pupil_has_another_nickname_and_leaves(seven: Class, as_person: As) -> None:
    as_person(ADA)
    app = opened()
    app.text_input(key="new-nickname").set_value("Bo")
    (button,) = (each for each in app.button if each.label == "Take it")
    assert "called “Bo” already" in refusals(checked(button.click().run()))
    press(app, "leave-room")
    assert "Join a room" in said(app)
    assert classrooms.current(seven.ada) is None


def test_the_teacher_sees_who_is_there_what_they_draw_and_train(
    seven: Class, as_person: As
) -> None:
    writer, seen = ScreenWriter(seven.house), drawing()
    writer.show(ADA, Doing("draw", None, seen.image, seen.strokes, "1", 0.98))
    writer.write()
    run = seven.bo.create(TINY)
    as_person(TEACHER)
    cards = {each["name"]: each for each in component(opened(), "members")["members"]}
    assert cards["Ada"]["says"] == "Read as 1, 98.0 %"
    assert cards["Ada"]["doing"] == "Drawing"
    assert cards["Bo"]["training"] == f"Run {run} waits"
    assert len(cards["Ada"]["image"]) == 1048  # 784 bytes as base64


@pytest.mark.parametrize(
    ("button", "changed"),
    [
        ("member-visibility_off", lambda seven: _member(seven).hidden),
        ("member-logout", lambda seven: _member(seven).removed),
        ("member-stop_circle", lambda seven: seven.bo.all()[0].status == "stopped"),
    ],
)
def test_the_teacher_hides_a_name_removes_somebody_and_stops_a_run(
    seven: Class, as_person: As, button: str, changed: Callable[[Class], bool]
) -> None:
    seven.bo.create(TINY)
    as_person(TEACHER)
    app = AppTest.from_function(script, default_timeout=60)
    app.session_state["picked member"] = BO
    checked(app.run())
    assert not changed(seven)
    press(app, button)
    assert changed(seven)


def _member(seven: Class) -> classrooms.Member:
    return next(each for each in classrooms.listed(seven.teacher, seven.room) if each.person == BO)


@pytest.mark.parametrize("button", ["close_door", "end", "clear"])
def test_the_teacher_closes_the_door_ends_and_clears_the_room(
    seven: Class, as_person: As, button: str
) -> None:
    as_person(TEACHER)
    press(opened(), f"room-{button}-{seven.room}")
    there = classrooms.current(seven.ada)
    assert (there is None) == (button != "close_door")
    assert there is None or there.classroom.closed


def test_a_teacher_without_a_room_opens_one_of_hers_again(seven: Class, as_person: As) -> None:
    classroom_teaching.end(seven.teacher, seven.room)
    as_person(TEACHER)
    app = opened()
    assert "Join a room" in said(app)
    press(app, f"room-reopen-{seven.room}")
    assert "In the room" in said(app)
    assert classrooms.current(seven.ada) is not None


def test_a_chip_on_every_page_says_where_one_is_and_leads_to_the_room(
    store: RunStore, as_person: As
) -> None:
    as_person(ADA)
    assert "Join a room" in _links()
    room = classrooms.create(store, "7a with a *very* long name").code
    join(store.seen_by(ADA), room)
    assert any(each.endswith(f" · {room}") and "…" in each for each in _links())
    assert "Join a room" not in _links()


def test_who_is_alone_at_home_sees_nothing_of_rooms(store: RunStore) -> None:
    assert _links() == ["Look inside"]


def _links() -> list[str]:
    app = checked(AppTest.from_file(str(APP), default_timeout=60).run())
    return [each.proto.label for each in app.get("page_link")]


def test_what_a_pupil_draws_is_told_and_what_one_alone_draws_is_not(
    seven: Class, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digitapp.drawing.sketch import Sketch
    from tests.digits import DIGITS, fabric

    told: list[tuple[str, Doing]] = []
    monkeypatch.setattr(ScreenWriter, "show", lambda self, *what: told.append(what))
    for person in (ADA, EVE):
        as_person(person)
        app = AppTest.from_file(str(APP), default_timeout=60)
        app.session_state["sketch"] = Sketch(objects=tuple(map(fabric, DIGITS[7])))
        checked(app.run())
    drawn = [doing for _, doing in told if doing.image is not None]
    assert {person for person, _ in told} == {ADA}
    assert [(each.page, each.guess) for each in drawn] == [("draw", "7")]


def test_the_screens_of_a_room_are_written_by_the_whole_server(seven: Class) -> None:
    assert whole().person == ""
    assert classroom_screens.read(seven.teacher, seven.room) == {}


def test_an_example_that_a_pupil_draws_is_seen_by_the_teacher(
    seven: Class, as_person: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digitapp.ui.classroom import doing

    writer = ScreenWriter(seven.house)
    monkeypatch.setattr(writer, "_keep_writing", lambda: None)
    monkeypatch.setattr(doing, "screen_writer", lambda: writer)
    monkeypatch.setattr(doing, "here", lambda: classrooms.current(seven.ada))
    doing.drew(drawing().image, "star")
    writer.write()
    as_person(TEACHER)
    cards = {each["name"]: each for each in component(opened(), "members")["members"]}
    assert cards["Ada"]["says"] == "Drew star"
    assert cards["Ada"]["doing"] == "On the Data page"
    assert cards["Bo"]["image"] == ""
