"""Class wall page: what the class has drawn, on the projector or on a pupil's own screen."""

from digitapp.ui.classroom import shown_room
from digitapp.ui.classroom.wall import wall_page
from digitapp.ui.shared import address, messages

PAGE = "wall"


def page() -> None:
    """Show the page."""
    address.arrived(PAGE)
    address.address_problems(PAGE, shown_room.ROOM, shown_room.SHOW)
    with messages.errors_shown():
        membership = shown_room.room_shown()
        if membership is None:
            shown_room.say_there_is_none()
            return
        wall_page.wall_page(membership)
