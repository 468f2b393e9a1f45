"""`room`: make rooms for classes; list, end and clear them; take one home, bring it back."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from digitapp.cli import room_race
from digitapp.cli.parsing import Command, command, subcommands
from digitapp.errors import BadFile, UnknownName, cause
from digitapp.figures import qr_code
from digitapp.library import classroom_links
from digitapp.runs import RunStore, classroom_teaching, classrooms
from digitapp.runs.classroom_codes import typed_code
from digitapp.runs.classroom_records import Classroom
from digitapp.text.escaping import plain

ABOUT_ADDRESS = (
    "of the server, as browsers reach it, such as https://digits.school.org; by default the one in "
    f"{classroom_links.ADDRESS_VARIABLE}, or else this machine's"
)


def add_to(parser: argparse.ArgumentParser) -> None:
    """Add the commands."""
    room = subcommands(parser)
    new = command(room, "new", _new, "make a room, and print its code and its links")
    new.add_argument("name", metavar="NAME", nargs="?", default="", help="such as “Class 7a”")
    listing = command(room, "list", _list, "all rooms, the newest first")
    for each in (new, listing):
        each.add_argument("--json", action="store_true", help="one JSON object a room")
    link = _of_room(room, "link", _link, "print a room's code and links again")
    link.add_argument(
        "--new", action="store_true", help="replace the teacher's link: the old one ends"
    )
    for each in (new, link):
        each.add_argument("--address", default="", metavar="URL", help=ABOUT_ADDRESS)
    link.add_argument("--json", action="store_true", help="one JSON object")
    _of_room(room, "end", _end, "end a room: pupils can no longer join it or see it")
    _of_room(room, "open", _open, "open a room again that has ended")
    clear = _of_room(room, "clear", _clear, "empty a room: members, wall and class datasets")
    clear.add_argument("--delete", action="store_true", help="and delete it")

    room_race.add_to(room)
    export = _of_room(room, "export", _export, "write all of a room into one file")
    export.add_argument("--out", type=Path, metavar="FILE.zip", help="by default room-CODE.zip")
    back = command(room, "import", _import, "bring back a room from such a file")
    back.add_argument("file", type=Path, metavar="FILE.zip")
    back.add_argument("--address", default="", metavar="URL", help=ABOUT_ADDRESS)


def _of_room(room: Any, name: str, run: Command, about: str) -> argparse.ArgumentParser:
    parser = command(room, name, run, about)
    parser.add_argument("code", metavar="CODE")
    return parser


def _new(chosen: argparse.Namespace) -> None:
    store = RunStore()
    made = classrooms.create(store, chosen.name)
    _tell(store, made, chosen)


def _list(chosen: argparse.Namespace) -> None:
    store = RunStore()
    found = classrooms.taught(store)
    if not found and not chosen.json:
        print("There are no rooms yet. Make one with: python -m digitapp room new NAME")
    for each in found:
        people = [one for one in classrooms.listed(store, each.code) if not one.removed]
        pupils = sum(not one.teacher for one in people)
        values = {"code": each.code, "name": each.name, "created": each.created}
        values |= {"ended": each.ended, "pupils": pupils}
        if chosen.json:
            print(json.dumps(values))
            continue
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(each.created))
        state = "open" if each.ended is None else "ended"
        print(plain(f"{each.code}  {made}  {state:5}  {pupils:>3} pupils  {each.name}"))


def _link(chosen: argparse.Namespace) -> None:
    store, code = RunStore(), _code(chosen)
    if chosen.new:
        classroom_teaching.new_link(store, code)
    _tell(store, classrooms.as_teacher(store, code).classroom, chosen)


def _tell(store: RunStore, room: Classroom, chosen: argparse.Namespace) -> None:
    address = _address(chosen)
    key = classroom_teaching.link_key(store, room.code)
    teachers = classroom_links.teacher_link(address, room.code, key)
    if getattr(chosen, "json", False):
        join = classroom_links.join_link(address, room)
        print(json.dumps({"code": room.code, "name": room.name, "join": join, "teach": teachers}))
        return
    join = classroom_links.join_link(address, room)
    picture = qr_code.text(join) if qr_code.can_show(sys.stdout) else ""
    print(classroom_links.notice(room, address, teachers, picture))


def _address(chosen: argparse.Namespace) -> str:
    if chosen.address:
        return classroom_links.checked_address(chosen.address)
    return classroom_links.own_address()


def _end(chosen: argparse.Namespace) -> None:
    code = _code(chosen)
    classroom_teaching.end(RunStore(), code)
    print(f"The room {code} has ended. Open it again with: python -m digitapp room open {code}")


def _open(chosen: argparse.Namespace) -> None:
    code = _code(chosen)
    classroom_teaching.reopen(RunStore(), code)
    print(f"The room {code} is open.")


def _clear(chosen: argparse.Namespace) -> None:
    store, code = RunStore(), _code(chosen)
    if chosen.delete:
        classroom_teaching.delete(store, code)
        print(f"The room {code} is deleted. What people trained and kept stays theirs.")
        return
    classroom_teaching.clear(store, code)
    print(f"The room {code} is empty. What people trained and kept stays theirs.")


def _export(chosen: argparse.Namespace) -> None:
    from digitapp.runs import classroom_export

    code = _code(chosen)
    path = chosen.out or Path(f"room-{code}.zip")
    if chosen.out is None and path.exists():
        raise BadFile(f"{path}: there is such a file already. Say where to write with --out.")
    try:
        with path.open("wb") as file:
            told = classroom_export.write(RunStore(), code, file)
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({cause(error)}).") from None
    print(plain(f"Wrote {path} ({path.stat().st_size:,} bytes): {told}."))


def _import(chosen: argparse.Namespace) -> None:
    from digitapp.runs import classroom_import

    store = RunStore()
    try:
        with chosen.file.open("rb") as file:
            room, told = classroom_import.read(store, file, chosen.file.name)
    except OSError as error:
        raise BadFile(f"{chosen.file}: cannot be read ({cause(error)}).") from None
    print(plain(f"Brought back {told}."))
    _tell(store, room, chosen)


def _code(chosen: argparse.Namespace) -> str:
    """Return the code of a room that is there.

    Raises:
        UnknownName: when there is none, with those that there are.
    """
    code, store = typed_code(chosen.code), RunStore()
    known = [each.code for each in classrooms.taught(store)]
    if code not in known:
        raise UnknownName(f"There is no room {code}. Rooms: {', '.join(known) or 'none yet'}.")
    return code
