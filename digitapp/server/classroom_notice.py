"""What the terminal says of the room that `make class` opens: its code, QR code and links."""

from __future__ import annotations

import os
import sys

from digitapp.server.identity import Stores

NAME_VARIABLE = "DIGITAPP_ROOM"  # the name of the room, or of one that is there already
NOTICE = "{room}\n  End the room with: python -m digitapp room end {code}\n"


def opened_room(store: Stores, address: str) -> tuple[str, str]:
    """Open the room of a class, or make it; return what to print, and the last part of its link.

    Args:
        store: returns the store.
        address: of this server, as other machines reach it.

    Raises:
        InvalidSetting, StoreProblem: when the room's name cannot be used, or the store fails.
    """
    from digitapp.figures import qr_code
    from digitapp.library import classroom_links
    from digitapp.runs import classroom_teaching, people

    whole = store()
    room = classroom_teaching.opened(whole, os.environ.get(NAME_VARIABLE, ""))
    keys = classroom_teaching.link_key(whole, room.code), people.house_key(whole)
    link = classroom_links.teacher_link(address, room.code, *keys)
    joining = classroom_links.join_link(address, room)
    picture = qr_code.text(joining) if qr_code.can_show(sys.stdout) else ""
    told = classroom_links.notice(room, address, link, picture)
    return NOTICE.format(room=told, code=room.code), link.removeprefix(address)
