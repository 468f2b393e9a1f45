"""The command `room`: codes and links, and the life of a room."""

import json
import re
from pathlib import Path

import pytest

from digitapp.cli import main
from digitapp.errors import InvalidSetting, UnknownName
from digitapp.library import classroom_links
from digitapp.runs import RunStore, classrooms
from digitapp.runs.classroom_joining import join, teach

ADDRESS = "https://digits.school.org"


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


def _said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["room", *arguments]) == 0
    return capsys.readouterr().out


def _made(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, str]:
    return json.loads(_said(capsys, "new", "Class 7a", "--address", ADDRESS, "--json", *more))


def test_a_new_room_has_a_code_and_two_links_that_work(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _made(capsys)
    assert made["join"].startswith(f"{ADDRESS}/room?join={made['code']}.")
    told = made["join"].partition("=")[2]
    assert join(store.seen_by("ben"), told).classroom.name == "Class 7a"
    code, key = made["teach"].removeprefix(f"{ADDRESS}/enter/").split(".")
    assert join(store.seen_by("ana"), code).classroom.name == "Class 7a"
    assert teach(store.seen_by("mrs b"), code, key).member.teacher


def test_the_links_are_printed_again_and_the_teachers_is_replaced(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    made = _made(capsys)
    again = _said(capsys, "link", made["code"].lower(), "--address", ADDRESS)
    assert made["teach"] in again
    assert re.search(rf"Code +{made['code']}\n", again)
    new = _said(capsys, "link", made["code"], "--address", ADDRESS, "--new")
    assert made["teach"] not in new
    with pytest.raises(UnknownName, match="not valid"):
        teach(store.seen_by("mrs b"), made["code"], made["teach"].split(".")[-1])


def test_rooms_are_listed_with_their_pupils(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "room new" in _said(capsys, "list")
    made = _made(capsys)
    join(store.seen_by("ana"), made["code"])
    _said(capsys, "new", "\x1b[31mRed")
    listed = _said(capsys, "list")
    assert re.search(rf"{made['code']} .* open +1 pupils  Class 7a\n", listed)
    assert "\x1b" not in listed
    found = [json.loads(line) for line in _said(capsys, "list", "--json").splitlines()]
    assert [each["pupils"] for each in found] == [0, 1]


def test_a_room_is_ended_opened_cleared_and_deleted(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    code, ana = _made(capsys)["code"], store.seen_by("ana")
    join(ana, code)
    assert f"room open {code}" in _said(capsys, "end", code)
    assert classrooms.current(ana) is None
    _said(capsys, "open", code)
    assert classrooms.current(ana) is not None
    _said(capsys, "clear", code)
    assert [each.teacher for each in classrooms.listed(store, code)] == [True]
    _said(capsys, "clear", code, "--delete")
    assert classrooms.taught(store) == []


def test_an_unknown_room_is_told_with_those_that_there_are(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    code = _made(capsys)["code"]
    other = "CCCCC" if code != "CCCCC" else "DDDDD"
    assert main(["room", "end", other]) == 1
    assert f"There is no room {other}. Rooms: {code}." in capsys.readouterr().err


@pytest.mark.parametrize("address", ["digits.school.org", "ftp://x", "http://", "http://[", "/"])
def test_an_address_that_is_none_is_refused(
    address: str, store_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["room", "new", "--address", address]) == (2 if address.startswith("-") else 1)
    assert "must be that of the server" in capsys.readouterr().err


def test_the_servers_address_may_be_told_by_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(classroom_links.ADDRESS_VARIABLE, "https://lab.school.org/digits/")
    assert classroom_links.own_address() == "https://lab.school.org/digits"
    monkeypatch.setenv(classroom_links.ADDRESS_VARIABLE, "lab")
    with pytest.raises(InvalidSetting, match="must be that of the server"):
        classroom_links.own_address()


def test_a_room_is_taken_home_and_brought_back(
    store: RunStore, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, file = _made(capsys)["code"], str(tmp_path / "room.zip")
    join(store.seen_by("ana"), code, "Ana")
    assert "1 run" not in _said(capsys, "export", code, "--out", file)
    _said(capsys, "clear", code, "--delete")
    told = _said(capsys, "import", file, "--address", ADDRESS)
    assert "1 person, 0 drawings on the wall" in told
    assert f"{ADDRESS}/room?join={code}." in told
    assert classrooms.as_member(store.seen_by("ana"), code).member.nickname == "Ana"


def test_a_file_that_is_no_room_is_a_sentence(
    store_url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["room", "import", str(tmp_path / "none.zip")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    (tmp_path / "some.zip").write_text("text")
    assert main(["room", "import", str(tmp_path / "some.zip")]) == 1
    assert "not a file of a room" in capsys.readouterr().err
