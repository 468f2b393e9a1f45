"""*Follow me*: the teacher's page and drawing on the pupils' screens, and their own back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from digitapp.drawing.strokes import from_canvas_json
from digitapp.errors import BadStrokes, DigitappError
from digitapp.runs import classroom_leading
from digitapp.runs.classroom_leading import Lead
from digitapp.runs.classroom_news import mark
from digitapp.runs.classroom_records import Membership
from digitapp.ui.classroom.here import forget_here, here, teaches
from digitapp.ui.classroom.leading import LED_TO
from digitapp.ui.shared import drawing_keeper, networks
from digitapp.ui.shared.session import (
    ADDRESS_READ,
    FOLLOWING,
    FORM,
    KEPT_SCREEN,
    NEWS,
    READER,
    SCREEN_TAKEN,
    SHOWN_EXPERIMENT,
    SHOWN_RUN,
    SKETCH,
    SPEC,
    TOKEN,
    Following,
    OwnScreen,
)

SCRIPT = Path(__file__).with_name("following.js").read_text("utf-8")
ROOM = "room"  # the page on which one can leave the room, also while the teacher leads
PATH = "/class/now"
WITHOUT_COOKIE_EVERY = 3.0  # seconds
BEGINS = "Your teacher shows you something: this page follows. Your own page comes back afterwards."
ENDS = "You have your own page back."

_following = st.components.v2.component("digitapp.following", js=SCRIPT, isolate_styles=False)


def follow(pages: Mapping[str, StreamlitPage], shown: str) -> None:
    """Show what the teacher of the visitor's room shows, if she leads; call it before the page.

    Args:
        pages: all, by their names in the address.
        shown: the name of the page that the visitor has opened.
    """
    found = here()
    _ask_for_news(found)
    goal = _goal(found, shown)
    if goal is not None:
        _switch(pages, *goal, shown)
        if FOLLOWING.get() is None:  # the tab, and the chip, are to hear of it
            st.rerun()


def _goal(found: Membership | None, shown: str) -> tuple[str, Mapping[str, str]] | None:
    """Begin to follow, go on, or end it; return the page and address to show, if any."""
    leading, own = _leading(found), KEPT_SCREEN.pop()
    followed = FOLLOWING.get()
    if leading is None:
        before = own or (followed.before if followed else None)
        return None if before is None else _go_back(before)
    if found is None or leading.page not in LED_TO:
        return None
    if own is not None and followed is not None:
        followed = Following(followed.revision, own)
        FOLLOWING.set(followed)
    away = shown not in (leading.page, ROOM)
    if followed is not None and followed.revision == found.classroom.revision and not away:
        return None
    before = followed.before if followed else own or _own_screen(shown)
    if followed is None:
        st.toast(BEGINS, icon=":material/visibility:")
    FOLLOWING.set(Following(found.classroom.revision, before))
    return _show(leading)


def _leading(found: Membership | None) -> Lead | None:
    if found is None or teaches(found):
        return None
    return classroom_leading.unpack(found.classroom.leading)


def _own_screen(shown: str) -> OwnScreen:
    """Return what the visitor would like to have back."""
    return OwnScreen(
        shown,
        st.query_params.to_dict(),
        SKETCH.get().objects,
        READER.get(),
        (FORM.get(), SPEC.get(), SHOWN_RUN.get(), SHOWN_EXPERIMENT.get()),
    )


def _show(leading: Lead) -> tuple[str, Mapping[str, str]]:
    """Take the teacher's drawing and network; return her page and its address."""
    with suppress(BadStrokes):  # a drawing that cannot be shown leaves the last one
        from_canvas_json({"objects": leading.objects})
        if SKETCH.get().objects != leading.objects:
            SKETCH.set(SKETCH.get().shown(leading.objects))
    with suppress(DigitappError):  # a network that cannot be read leaves the last one
        if leading.reader and leading.reader != READER.get():
            networks.read_with(leading.reader)
    for each in (FORM, SPEC, ADDRESS_READ, SHOWN_RUN, SHOWN_EXPERIMENT):  # as the address says
        each.pop()
    return leading.page, leading.address


def _go_back(before: OwnScreen) -> tuple[str, Mapping[str, str]]:
    """Give the visitor back what she had before she followed; return her page and its address."""
    FOLLOWING.pop()
    SKETCH.set(SKETCH.get().shown(before.objects))
    with suppress(DigitappError):  # her network may be deleted meanwhile
        networks.read_with(before.reader)
    form, spec, run, experiment = before.training
    FORM.set(form)
    SPEC.set(spec)
    SHOWN_RUN.set(run)
    SHOWN_EXPERIMENT.set(experiment)
    st.toast(ENDS, icon=":material/undo:")
    return before.page, before.address


def _switch(
    pages: Mapping[str, StreamlitPage], page: str, address: Mapping[str, str], shown: str
) -> None:
    if page == shown and st.query_params.to_dict() == dict(address):
        return
    if page in pages:
        st.switch_page(pages[page], query_params=dict(address))


def _ask_for_news(found: Membership | None) -> None:
    """Have the browser of a pupil ask whether there is something new in her room."""
    if found is None or teaches(found):
        return
    if TOKEN.get():  # without a cookie, the server would not know who asks
        st.fragment(_look, run_every=WITHOUT_COOKIE_EVERY)(found)
        return
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    url = (f"/{base}" if base else "") + PATH
    classroom = found.classroom
    followed = FOLLOWING.get()
    data = {
        "mark": mark(classroom.code, classroom.revision),
        "url": url,
        "own": _packed(followed.before) if followed else "",
        "session": drawing_keeper.session_name(),
        "taken": SCREEN_TAKEN.get(),
    }
    with st.container(key="following"):
        _following(key=NEWS.key, data=data, on_mark_change=forget_here, on_own_change=_take_own)


def _take_own() -> None:
    """Take what this tab kept of an earlier session; what cannot be read is forgotten."""
    SCREEN_TAKEN.set(True)
    with suppress(ValueError, KeyError, TypeError, AttributeError, BadStrokes):
        kept = json.loads(str(NEWS.get()["own"]))
        from_canvas_json({"objects": kept["objects"]})
        address = {str(name): str(value) for name, value in kept["address"].items()}
        objects = tuple(dict(each) for each in kept["objects"])
        KEPT_SCREEN.set(OwnScreen(str(kept["page"]), address, objects, str(kept["reader"])))


def _packed(screen: OwnScreen) -> str:
    """Return what a tab keeps of a page: all but the settings of the Train page's widgets."""
    kept = {"page": screen.page, "address": dict(screen.address), "objects": screen.objects}
    return json.dumps({**kept, "reader": screen.reader}, separators=(",", ":"))


def _look(found: Membership) -> None:
    forget_here()
    now = here()
    if now is None or now.classroom != found.classroom:
        st.rerun()
