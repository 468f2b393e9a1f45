"""Who is in the room, and what they draw and train, live: for its teacher."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from digitapp.runs import (
    RunStore,
    classroom_screens,
    classroom_teaching,
    classroom_trainings,
    classroom_wall,
    classrooms,
)
from digitapp.runs.classroom_records import Classroom, Member
from digitapp.runs.classroom_screens import DRAWN, Screen
from digitapp.runs.classroom_trainings import Training
from digitapp.text.escaping import markdown, plain
from digitapp.text.percent import percent
from digitapp.ui.classroom.doing import FOLLOWS
from digitapp.ui.shared.messages import busy_shown, errors_kept, errors_shown, kept_error
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.session import MEMBERS, PICKED_MEMBER

SCRIPT = Path(__file__).with_name("members.js").read_text("utf-8")
UPDATED_EVERY = 2.0  # seconds
PROBLEMS = "members"
PAGES = {
    **{"": "Drawing", "draw": "Drawing", "inside": "Looking inside the network"},
    **{"data": "On the Data page", "train": "On the Train page", "runs": "Comparing runs"},
    **{"handwriting": "On My handwriting", "stress": "Testing a network"},
    **{
        FOLLOWS: "Follows you",
        "room": "On the Room page",
        "wall": "Looking at the class wall",
        "race": "At the race",
    },
}

_members = st.components.v2.component("digitapp.members", js=SCRIPT, isolate_styles=False)


def members_live(classroom: Classroom) -> None:
    """Show the members, anew every two seconds."""
    st.fragment(_live, run_every=UPDATED_EVERY)(classroom)


def _live(classroom: Classroom) -> None:
    with errors_shown(), busy_shown():
        found = [each for each in classrooms.listed(store(), classroom.code) if not each.teacher]
        screens = classroom_screens.read(store(), classroom.code)
        trained = classroom_trainings.read(store(), classroom.code)
        here = sum(not _is_away(each) for each in found if not each.removed)
        st.markdown(f"## In the room: {here:d}")
        if not found:
            st.write("Nobody has joined yet. Show the class the code above.")
        chosen = {each.person: each for each in found}.get(PICKED_MEMBER.get())
        cards = [_card(each, screens.get(each.person), trained.get(each.person)) for each in found]
        if found:
            _board(cards, PICKED_MEMBER.get())
        if chosen:
            _actions(classroom, chosen, trained.get(chosen.person))
        elif found:
            away = [each for each in found if _is_away(each) and not each.removed]
            if away:
                gone = partial(classroom_teaching.remove_away, code=classroom.code)
                _button(f"Take out who is away ({len(away):d})", "person_off", gone)
            st.caption("Press somebody's card to hide a name or drawings, or to stop a run.")
        kept_error(PROBLEMS)


def _board(cards: Sequence[dict[str, Any]], picked: str) -> None:
    def pick() -> None:
        now = str(MEMBERS.get()["picked"])
        PICKED_MEMBER.set("" if now == PICKED_MEMBER.get() else now)

    data = {"members": cards, "picked": picked}
    _members(key=MEMBERS.key, data=data, on_picked_change=pick)


def _is_away(member: Member) -> bool:
    return time.time() - member.seen > classroom_teaching.AWAY_AFTER


def _card(member: Member, screen: Screen | None, training: Training | None) -> dict[str, Any]:
    notes = ["removed"] * member.removed + ["name hidden"] * member.hidden
    image = None if screen is None else screen.image
    return {
        "id": member.person,
        "name": plain(member.shown_name),
        "note": ", ".join(notes),
        "away": member.removed or _is_away(member),
        "image": "" if image is None else base64.b64encode(image.tobytes()).decode(),
        "says": _said(screen) if screen and image is not None else "",
        "doing": _doing(member, screen),
        "training": _trained(training) if training else "",
        "share": training.epoch / max(training.epochs, 1) if training else None,
    }


def _said(screen: Screen) -> str:
    if screen.sure == DRAWN:
        return f"Drew {plain(screen.guess)}"
    if not screen.guess:
        return "Read as none of these"
    return f"Read as {plain(screen.guess)}, {percent(screen.sure)}"


def _doing(member: Member, screen: Screen | None) -> str:
    if member.removed or _is_away(member):
        return "" if member.removed else "Away"
    return PAGES.get(screen.page, "") if screen else "Has just come"


def _trained(training: Training) -> str:
    name = f"run {training.run}"
    if training.status == "queued":
        return f"{name[0].upper()}{name[1:]} waits"
    score = "" if training.accuracy is None else f", {percent(training.accuracy)}"
    verb = "Pauses" if training.status == "paused" else "Trains"
    return f"{verb} {name}: epoch {training.epoch} of {training.epochs}{score}"


def _actions(classroom: Classroom, chosen: Member, training: Training | None) -> None:
    """Show what the teacher may do about a member."""
    code, person, does = classroom.code, chosen.person, classroom_teaching
    st.markdown(f"**{markdown(chosen.shown_name)}**")
    with st.container(horizontal=True, gap="small"):
        if chosen.hidden:
            shown = partial(does.hide_name, code=code, person=person, hidden=False)
            _button("Show the name", "visibility", shown)
        else:
            hidden = partial(does.hide_name, code=code, person=person, hidden=True)
            _button("Hide the name", "visibility_off", hidden)
        hide = partial(does.hide_drawings, code=code, person=person)
        theirs = [
            each for each in classroom_wall.sent(store(), code, True) if each.person == person
        ]
        if any(not each.hidden for each in theirs):
            _button("Hide the drawings on the wall", "hide_image", partial(hide, hidden=True))
        if any(each.hidden for each in theirs):
            _button("Show the drawings on the wall", "image", partial(hide, hidden=False))
        if training:
            stop = partial(does.stop_run, code=code, run=training.run)
            _button("Stop the run", "stop_circle", stop)
        if chosen.removed:
            _button("Let back in", "login", partial(does.let_back, code=code, person=person))
        else:
            _button(
                "Remove from the room", "logout", partial(does.remove, code=code, person=person)
            )


def _button(label: str, icon: str, do: Callable[[RunStore], object]) -> None:
    def act() -> None:
        with errors_kept(PROBLEMS):
            do(store())

    st.button(label, icon=f":material/{icon}:", key=f"member-{icon}", on_click=act)
