"""Links to a room, and what the terminal says of it: its address, code, QR code, teacher's link."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

from digitapp.errors import InvalidSetting
from digitapp.runs.classroom_records import Classroom
from digitapp.text.escaping import plain

PAGE = "room"  # of the app
JOIN = "join"  # its query parameter
ENTER = "enter"  # path of the teacher's link
ADDRESS_VARIABLE = "DIGITAPP_ADDRESS"  # of the server, as browsers reach it
USUAL_PORT = 8501
ELSEWHERE = ("203.0.113.1", 9)  # of no machine (RFC 5737); nothing is sent there
BETWEEN = "."  # the parts of a teacher's link

NOTICE = """\
  Room {name}

    Address       {address}
    Code          {code}
    Pupils' link  {join}
"""
TEACHERS = "    Your link     {link}\n                  (for the teacher alone: do not show it)\n"


def join_link(address: str, room: Classroom) -> str:
    """Return the link by which pupils join a room."""
    told = BETWEEN.join(filter(None, (room.code, room.join_key)))
    return f"{address}/{PAGE}?{JOIN}={told}"


def teacher_link(address: str, code: str, key: str, house_key: str = "") -> str:
    """Return the link by which a browser becomes the teacher's.

    Args:
        key: from `classroom_teaching.link_key`.
        house_key: from `people.house_key`, if the browser is to act for who runs the server, too.
    """
    ticket = BETWEEN.join(filter(None, (code, key, house_key)))
    return f"{address}/{ENTER}/{ticket}"


def notice(classroom: Classroom, address: str, teachers: str, picture: str = "") -> str:
    """Return what a terminal says of a room.

    Args:
        address: of the server.
        teachers: the link for the teacher; empty for none.
        picture: of the QR code of the pupils' link, if the terminal can show it.
    """
    join = join_link(address, classroom)
    told = {"name": plain(classroom.name), "code": classroom.code, "join": join}
    lines = NOTICE.format(address=address, **told)
    lines += TEACHERS.format(link=teachers) if teachers else ""
    return f"{lines}\n{_indented(picture)}\n" if picture else lines


def own_address(port: int = USUAL_PORT) -> str:
    """Return the address of a server on this machine, as other machines reach it.

    It is the one in `DIGITAPP_ADDRESS`, or else that of this machine in its network.

    Raises:
        InvalidSetting: when the variable holds something else.
    """
    told = os.environ.get(ADDRESS_VARIABLE, "")
    if told:
        return checked_address(told)
    return f"http://{in_network()}:{port}"


def checked_address(text: str) -> str:
    """Return a server's address without a slash at its end.

    Raises:
        InvalidSetting: when it is not one.
    """
    try:
        found = urlsplit(text.strip())
        named = found.scheme in ("http", "https") and found.hostname and not found.query
    except ValueError:
        named = None
    if not named:
        raise InvalidSetting(
            f"The address {text!r} must be that of the server, such as https://digits.school.org "
            "or http://192.168.1.20:8501."
        )
    return text.strip().rstrip("/")


def in_network() -> str:
    """Return the address of this machine that others in its network can reach."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)  # sends nothing: it only chooses the own address
            return str(probe.getsockname()[0])
        except OSError:
            return "localhost"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
