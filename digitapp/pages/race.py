"""Race page: the runs of a room side by side, with a podium, and who reads whose drawing."""

from digitapp.ui.classroom import shown_room
from digitapp.ui.classroom.race import race_page
from digitapp.ui.shared import address, messages

PAGE = "race"


def page() -> None:
    """Show the page."""
    address.arrived(PAGE)
    address.address_problems(PAGE, shown_room.ROOM, shown_room.SHOW)
    with messages.errors_shown():
        membership = shown_room.room_shown()
        if membership is None:
            shown_room.say_there_is_none()
            return
        race_page.race_page(membership)
