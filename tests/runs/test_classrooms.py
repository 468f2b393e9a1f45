"""Rooms in the store: making, joining and leaving one, and who may know what of it."""

from itertools import pairwise

import pytest

from digitapp.errors import InvalidSetting, QueueFull, UnknownName
from digitapp.runs import (
    RunStore,
    classroom_codes,
    classroom_joining,
    classroom_teaching,
    nicknames,
)
from digitapp.runs.classroom_codes import ALPHABET, MOST_WRONG
from digitapp.runs.classroom_joining import join, leave, rename, teach
from digitapp.runs.classrooms import as_member, as_teacher, create, current, listed, names, taught
from tests.stores import on_both

pytestmark = on_both
ANA, BEN, EVE = "ana", "ben", "eve"


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


def seen_by(store: RunStore, person: str) -> RunStore:
    return store.seen_by(person)


def _wrong(code: str) -> str:
    return "".join(ALPHABET[(ALPHABET.index(each) + 1) % len(ALPHABET)] for each in code)


def test_who_runs_the_server_makes_a_room_and_teaches_it(store: RunStore) -> None:
    room = create(store, "  Class   7a ")
    assert room.name == "Class 7a"
    assert as_teacher(store, room.code).member.nickname == "Teacher"
    assert current(store) is not None
    assert [each.code for each in taught(store)] == [room.code]


def test_a_pupil_makes_no_room(store: RunStore) -> None:
    room = create(store)
    ana = seen_by(store, ANA)
    join(ana, room.code)
    with pytest.raises(InvalidSetting, match="Only teachers can make a room"):
        create(ana, "Mine")


def test_a_code_is_found_however_it_is_typed(store: RunStore) -> None:
    room = create(store)
    typed = f" {room.code[:2].lower()}-{room.code[2:].lower()} "
    found = join(seen_by(store, ANA), typed, "Ana")
    assert (found.classroom.code, found.member.nickname) == (room.code, "Ana")


def test_a_code_has_no_signs_that_look_alike_and_no_vowels() -> None:
    codes = {classroom_codes.new_code() for _ in range(200)}
    assert len(codes) > 190
    assert not set("".join(codes)) & set("AEIOUYLSBZ012580")


@pytest.mark.parametrize("typed", ["", "ABC", "CDFGHJ", "CDFG0", "CDFG!", "💥💥💥💥💥"])
def test_what_cannot_be_a_code_is_not_looked_for(store: RunStore, typed: str) -> None:
    for _ in range(2 * MOST_WRONG):
        with pytest.raises(InvalidSetting, match="is not the code of a room"):
            join(seen_by(store, EVE), typed)


def test_who_tries_codes_may_try_a_few_a_minute_and_then_not_even_the_right_one(
    store: RunStore,
) -> None:
    room = create(store)
    eve = seen_by(store, EVE)
    for _ in range(MOST_WRONG):
        with pytest.raises(UnknownName, match="There is no room with the code"):
            join(eve, _wrong(room.code))
    with pytest.raises(QueueFull, match="wrong codes in one minute"):
        join(eve, room.code)
    assert join(seen_by(store, ANA), room.code).classroom == room


def test_everybody_together_may_not_try_every_code(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classroom_codes, "MOST_WRONG_IN_ALL", 6)
    room = create(store)
    for number in range(6):
        with pytest.raises(UnknownName):
            join(seen_by(store, f"eve {number}"), _wrong(room.code))
    with pytest.raises(QueueFull, match="on this server"):
        join(seen_by(store, "another"), _wrong(room.code))


def test_tries_of_others_keep_neither_members_nor_links_out(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = create(store, link_key="key")
    join(seen_by(store, ANA), room.code, "Ana")
    monkeypatch.setattr(classroom_codes, "MOST_WRONG_IN_ALL", 0)
    with pytest.raises(QueueFull, match="on this server"):
        join(seen_by(store, BEN), room.code)
    with pytest.raises(QueueFull):
        join(seen_by(store, BEN), f"{room.code}.{room.join_key}x")
    assert join(seen_by(store, ANA), room.code).member.nickname == "Ana"
    rename(seen_by(store, ANA), room.code, "Anna")
    assert join(seen_by(store, BEN), f"{room.code}.{room.join_key}").classroom == room
    assert teach(seen_by(store, "mrs b"), room.code, "key").member.teacher


def test_wrong_keys_of_teachers_links_count_as_nobodys_wrong_codes(store: RunStore) -> None:
    room = create(store, link_key="key")
    for number in range(2 * MOST_WRONG):
        with pytest.raises(UnknownName, match="not valid"):
            teach(seen_by(store, EVE), room.code, f"key {number}")
    assert join(seen_by(store, EVE), room.code).classroom == room
    assert teach(seen_by(store, EVE), room.code, "key").member.teacher


def test_nobody_new_comes_through_a_closed_door(store: RunStore) -> None:
    room, ana = create(store), seen_by(store, ANA)
    join(ana, room.code, "Ana")
    classroom_teaching.close_door(store, room.code)
    for told in (room.code, f"{room.code}.{room.join_key}"):
        with pytest.raises(InvalidSetting, match="closed the door"):
            join(seen_by(store, BEN), told)
    assert join(ana, room.code).member.nickname == "Ana"
    classroom_teaching.close_door(store, room.code, closed=False)
    assert join(seen_by(store, BEN), room.code).classroom.closed is False


def test_a_new_pupils_link_ends_the_old_one(store: RunStore) -> None:
    room = create(store)
    classroom_teaching.new_pupils_link(store, room.code)
    new = as_member(store, room.code).classroom.join_key
    assert new != room.join_key
    assert create(store).join_key not in (new, room.join_key, "")


def test_only_so_many_join_in_a_minute(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom_joining, "MOST_JOINING", 2)
    room = create(store)
    join(seen_by(store, ANA), room.code)
    with pytest.raises(QueueFull, match="Very many people"):
        join(seen_by(store, BEN), room.code)


def test_who_was_removed_or_never_came_takes_nobodys_place(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classroom_joining, "MOST_MEMBERS", 3)
    room = create(store)
    for person in (ANA, EVE):
        join(seen_by(store, person), room.code)
    with pytest.raises(QueueFull, match="This room is full"):
        join(seen_by(store, BEN), room.code)
    classroom_teaching.remove(store, room.code, EVE)
    join(seen_by(store, BEN), room.code)
    monkeypatch.setattr(classroom_joining, "SILENT", 0.0)
    join(seen_by(store, "dan"), room.code)


def test_who_is_away_is_taken_out_and_comes_back(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = create(store)
    join(seen_by(store, ANA), room.code, "Ana")
    assert classroom_teaching.remove_away(store, room.code) == 0
    monkeypatch.setattr(classroom_teaching, "AWAY_AFTER", 0.0)
    assert classroom_teaching.remove_away(store, room.code) == 1
    assert current(seen_by(store, ANA)) is None
    assert join(seen_by(store, ANA), room.code, "Ana").classroom == room


def test_wrong_codes_are_forgotten_after_a_minute(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = create(store)
    eve = seen_by(store, EVE)
    for _ in range(MOST_WRONG):
        with pytest.raises(UnknownName):
            join(eve, _wrong(room.code))
    minute = classroom_codes._minute()
    monkeypatch.setattr(classroom_codes, "_minute", lambda: minute + 1)
    assert join(eve, room.code).classroom == room


def test_names_are_unique_in_a_room_whatever_their_case_and_spaces(store: RunStore) -> None:
    room = create(store)
    join(seen_by(store, ANA), room.code, "Star Fish")
    with pytest.raises(InvalidSetting, match="called “STARFISH” already"):
        join(seen_by(store, BEN), room.code, "STARFISH")
    with pytest.raises(UnknownName):
        as_member(seen_by(store, BEN), room.code)
    other = create(store)
    assert join(seen_by(store, BEN), other.code, "STARFISH").member.nickname == "STARFISH"


@pytest.mark.parametrize(
    ("first", "second"),
    [("oca", "\u043e\u0441\u0430"), ("Bill", "BiIl"), ("Leo", "Le0"), ("Pat", "\uff30at")],
)
def test_names_of_letters_that_look_alike_are_the_same(
    store: RunStore, first: str, second: str
) -> None:
    room = create(store)
    join(seen_by(store, ANA), room.code, first)
    with pytest.raises(InvalidSetting, match="already"):
        join(seen_by(store, BEN), room.code, second)


@pytest.mark.parametrize(
    "name",
    ["Zoë", "Łukasz", "Ольга", "Ελένη", "李雷", "أحمد", "Nguyễn", "👩\u200d🚀", "R2D2"],
)
def test_names_of_all_alphabets_are_welcome(store: RunStore, name: str) -> None:
    assert join(seen_by(store, ANA), create(store).code, name).member.nickname == name


def test_who_gives_no_name_gets_one(store: RunStore) -> None:
    room = create(store)
    join(seen_by(store, ANA), room.code, "guest 2")
    given = [join(seen_by(store, each), room.code).member.nickname for each in (BEN, EVE)]
    assert given == ["Guest 1", "Guest 3"]


@pytest.mark.parametrize(
    ("nickname", "told"),
    [
        ("x" * (nicknames.LONGEST + 1), "at most 20 are allowed"),
        ("\u2060", "only invisible characters"),
        ("A\u202eB", "reverses the order"),
        ("Teacher", "sounds like the teacher's"),
        ("TEACHER 2", "sounds like the teacher's"),
        ("\uff34eacher", "sounds like the teacher's"),  # a wide T
        ("\u0422\u0435\u0430\u0441h\u0435r", "alphabet"),  # Cyrillic, but for two letters
        ("T\u200beacher", "invisible"),
        ("Te\u00adacher", "invisible"),
        ("a\u0301\u0301\u0301\u0301", "stacked"),
        ("Hidden  NAME", "hidden ones are called so"),
        ("P\u200dat", "invisible"),
    ],
)
def test_a_nickname_that_cannot_be_read_or_pretends_is_refused(
    store: RunStore, nickname: str, told: str
) -> None:
    room = create(store)
    with pytest.raises(InvalidSetting, match=told):
        join(seen_by(store, ANA), room.code, nickname)
    assert current(seen_by(store, ANA)) is None


def test_who_comes_back_is_the_same_member(store: RunStore) -> None:
    room, ana = create(store), seen_by(store, ANA)
    join(ana, room.code, "Ana")
    assert join(ana, room.code).member.nickname == "Ana"
    assert join(ana, room.code, "Anna").member.nickname == "Anna"
    rename(ana, room.code, "Annie")
    assert [each.nickname for each in listed(ana, room.code)] == ["Teacher", "Annie"]


def test_one_is_in_the_room_joined_last_and_in_none_after_leaving_all(store: RunStore) -> None:
    first, second, ana = create(store), create(store), seen_by(store, ANA)
    for room, other in pairwise((first, second, first)):
        join(ana, room.code)
        join(ana, other.code)
        found = current(ana)
        assert found is not None
        assert found.classroom.code == other.code
    leave(ana, first.code)
    found = current(ana)
    assert found is not None
    assert found.classroom.code == second.code
    leave(ana, second.code)
    assert current(ana) is None


def test_the_only_teacher_cannot_leave(store: RunStore) -> None:
    room = create(store)
    with pytest.raises(InvalidSetting, match="needs its teacher"):
        leave(store, room.code)


def test_a_stranger_knows_nothing_of_a_room(store: RunStore) -> None:
    room, eve = create(store), seen_by(store, EVE)
    join(seen_by(store, ANA), room.code, "Ana")
    for ask in (as_member, as_teacher, listed, names, leave):
        with pytest.raises(UnknownName, match="You are not in this room"):
            ask(eve, room.code)
    assert taught(eve) == []


def test_a_member_is_no_teacher(store: RunStore) -> None:
    room, ana = create(store), seen_by(store, ANA)
    join(ana, room.code)
    assert not as_member(ana, room.code).member.teacher
    with pytest.raises(InvalidSetting, match="Only the teacher"):
        as_teacher(ana, room.code)


def test_the_teachers_link_makes_a_teacher_and_no_other_does(store: RunStore) -> None:
    room, ana = create(store, link_key="the key"), seen_by(store, ANA)
    join(ana, room.code, "Ana")
    for key in ("", "the kex", "ключ"):
        with pytest.raises(UnknownName, match="not valid"):
            teach(ana, room.code, key)
    found = teach(ana, room.code, "the key")
    assert (found.member.teacher, found.member.nickname) == (True, "Teacher 2")
    assert create(ana, "Another").teacher == ANA


def test_a_link_key_of_one_room_opens_no_other(store: RunStore) -> None:
    create(store, link_key="first")
    other = create(store, link_key="second")
    with pytest.raises(UnknownName):
        teach(seen_by(store, ANA), other.code, "first")


def test_a_room_has_a_limit(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digitapp.runs.classroom_joining.MOST_MEMBERS", 2)
    room = create(store)
    join(seen_by(store, ANA), room.code)
    with pytest.raises(QueueFull, match="This room is full"):
        join(seen_by(store, BEN), room.code)
    assert join(seen_by(store, ANA), room.code, "Ana").member.nickname == "Ana"
