"""What members do, for their teacher; what the teacher shows, and how browsers hear of it."""

import time

import numpy as np
import pytest

from digitapp.drawing.strokes import Stroke
from digitapp.errors import InvalidSetting, StoreBusy, UnknownName
from digitapp.runs import RunStore, classroom_leading, classroom_screens, classroom_teaching
from digitapp.runs.classroom_joining import join, leave
from digitapp.runs.classroom_leading import Lead, unpack
from digitapp.runs.classroom_news import ClassroomNews
from digitapp.runs.classroom_screens import Doing, ScreenWriter
from digitapp.runs.classrooms import create, current, listed
from tests.digits import DIGITS
from tests.stores import on_both
from tests.tiny_runs import TINY

pytestmark = on_both
ANA, BEN = "ana", "ben"
IMAGE = np.arange(784, dtype=np.uint16).reshape(28, 28).astype(np.uint8)
STROKE = Stroke(np.array(DIGITS[7][0]), 20.0)
DRAWN = Doing("draw", None, IMAGE, (STROKE,), "7", 0.97)


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture
def code(store: RunStore) -> str:
    room = create(store, "7a").code
    join(store.seen_by(ANA), room, "Ana")
    return room


def test_the_newest_of_each_member_is_written_and_the_drawing_stays_on_other_pages(
    store: RunStore, code: str
) -> None:
    writer = ScreenWriter(store)
    for doing in (Doing("draw"), DRAWN, Doing("train", 3)):
        writer.show(ANA, doing)
        writer.write()
    found = classroom_screens.read(store, code)[ANA]
    assert (found.page, found.run, found.guess, found.sure) == ("train", 3, "7", 0.97)
    np.testing.assert_array_equal(found.image, IMAGE)


def test_nothing_is_written_of_who_is_in_no_room(store: RunStore, code: str) -> None:
    writer = ScreenWriter(store)
    writer.show(BEN, DRAWN)
    leave(store.seen_by(ANA), code)
    writer.show(ANA, DRAWN)
    writer.write()
    assert classroom_screens.read(store, code) == {}


def test_it_is_written_by_itself_soon(store: RunStore, code: str) -> None:
    ScreenWriter(store).show(ANA, DRAWN)
    latest = time.monotonic() + 60
    while not classroom_screens.read(store, code):
        assert time.monotonic() < latest
        time.sleep(0.05)


def test_what_a_locked_store_does_not_take_is_kept(
    store: RunStore, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScreenWriter, "_keep_writing", lambda self: None)
    writer = ScreenWriter(store)
    writer.show(ANA, DRAWN)
    with monkeypatch.context() as locked:
        locked.setattr(writer, "_write", _locked)
        writer.write()
    writer.heard(ANA)
    writer.write()
    assert classroom_screens.read(store, code)[ANA].guess == "7"


def _locked(news: object) -> None:
    raise StoreBusy("The store is locked by another program.")


def test_who_is_heard_of_is_seen(store: RunStore, code: str) -> None:
    before = listed(store, code)[1].seen
    time.sleep(0.01)
    writer = ScreenWriter(store)
    writer.heard(ANA)
    writer.write()
    assert listed(store, code)[1].seen > before


def test_the_mark_of_a_room_changes_with_what_is_shown_and_with_its_end(
    store: RunStore, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("digitapp.runs.classroom_news.KEPT", 0.0)
    news = ClassroomNews(store)
    seen = [news.mark(ANA)]
    classroom_leading.lead(store, code, Lead("draw"))
    seen.append(news.mark(ANA))
    classroom_leading.lead(store, code, Lead("draw"))
    assert news.mark(ANA) == seen[-1]
    classroom_leading.free(store, code)
    seen.append(news.mark(ANA))
    classroom_teaching.end(store, code)
    seen.append(news.mark(ANA))
    assert len({*seen}) == 4
    assert seen[-1] == news.mark(BEN) == ""


def test_all_marks_are_read_once_a_second_however_many_ask(
    store: RunStore, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    news, asked = ClassroomNews(store), []
    read = ClassroomNews._all
    monkeypatch.setattr(ClassroomNews, "_all", lambda self: asked.append(1) or read(self))
    began = time.monotonic()
    for _ in range(200):
        news.mark(ANA)
    assert len(asked) <= 1 + (time.monotonic() - began)


def test_what_the_teacher_shows_arrives_as_it_is(store: RunStore, code: str) -> None:
    shown = Lead("train", {"run": "3"}, ({"type": "path", "path": [["M", 1, 2]]},), "recogniser")
    classroom_leading.lead(store, code, shown)
    found = current(store.seen_by(ANA))
    assert found is not None
    assert unpack(found.classroom.leading) == shown
    classroom_leading.free(store, code)
    found = current(store.seen_by(ANA))
    assert found is not None
    assert unpack(found.classroom.leading) is None


def test_a_run_that_the_teacher_shows_can_be_read_and_no_other_of_hers(
    store: RunStore, code: str
) -> None:
    shown, kept = store.create(TINY), store.create(TINY)
    theirs = store.seen_by(BEN).create(TINY)
    classroom_leading.lead(store, code, Lead("train", {"run": f"{shown}"}, reader=f"run-{theirs}"))
    ana = store.seen_by(ANA)
    assert ana.get(shown).id == shown
    for run in (kept, theirs):
        with pytest.raises(UnknownName):
            ana.get(run)


def test_a_page_that_still_leads_does_not_begin_again(store: RunStore, code: str) -> None:
    classroom_leading.lead(store, code, Lead("draw"))
    classroom_leading.free(store, code)
    classroom_leading.lead(store, code, Lead("draw"), begin=False)
    found = current(store.seen_by(ANA))
    assert found is not None
    assert found.classroom.leading == ""


def test_a_drawing_without_end_is_not_shown(store: RunStore, code: str) -> None:
    endless = Lead("draw", objects=({"path": [["L", 1.0, 2.0]] * 150_000},))
    with pytest.raises(InvalidSetting, match="too long"):
        classroom_leading.lead(store, code, endless)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"page": "draw"}', '{"address": []}'])
def test_a_damaged_note_of_what_is_shown_frees_everybody(text: str) -> None:
    assert unpack(text) is None
