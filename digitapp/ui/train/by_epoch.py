"""What a run kept after its epochs, chosen with a slider or played one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from digitapp.runs import Run
from digitapp.text.escaping import markdown
from digitapp.ui.shared.session import Values

PLAYED_EVERY = 0.5  # seconds an epoch


class Player(NamedTuple):
    """What is said about it, and where it is kept which epoch is shown, by run.

    Attributes:
        title, about: above what is shown.
        not_yet, not_kept: in place of them, before there is something and where nothing was kept.
        name: ends the keys of the buttons: `play-<name>`, `hold-<name>`.
        epoch: the epoch that is shown, the slider's value.
        played: while it plays, the place of the next epoch.
    """

    title: str
    about: str
    not_yet: str
    not_kept: str
    name: str
    epoch: Values[int]
    played: Values[int | None]


def latest_or_by_epoch(
    run: Run,
    stored: Sequence[int],
    player: Player,
    show: Callable[[int], None],
    latest: Callable[[int], None] | None = None,
) -> None:
    """Show what a run kept: the latest while it may change, afterwards what is chosen by epoch.

    Args:
        stored: the epochs, in order; none if nothing is kept.
        show: shows what was kept after an epoch.
        latest: shows it of the latest epoch while the run may change; None for `show`.
    """
    if not stored:
        st.caption(markdown(player.not_yet if run.may_change else player.not_kept))
        return
    st.markdown(f"**{markdown(player.title)}**")
    st.caption(markdown(player.about))
    if run.may_change:
        (latest or show)(stored[-1])
    else:
        _by_epoch(run.id, stored, player, show)


def _by_epoch(run: int, stored: Sequence[int], player: Player, show: Callable[[int], None]) -> None:
    if len(stored) == 1:
        show(stored[0])
        return
    plays = player.played[run].get() is not None
    st.fragment(_played, run_every=PLAYED_EVERY if plays else None)(run, stored, player, show)


def _played(run: int, stored: Sequence[int], player: Player, show: Callable[[int], None]) -> None:
    played, chosen = player.played[run], player.epoch[run]
    place = played.get()
    if place is not None and place < len(stored):
        chosen.set(stored[place])
        played.set(place + 1)
    elif place is not None:
        played.pop()
        st.rerun()
    elif chosen.get() not in stored:
        chosen.set(stored[-1])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if place is None:
            if st.button("Play", icon=":material/play_arrow:", key=f"play-{player.name}"):
                played.set(0)
                st.rerun()
        elif st.button("Hold", icon=":material/pause:", key=f"hold-{player.name}"):
            played.pop()
            st.rerun()
        epoch = st.select_slider(
            "After epoch", stored, format_func=lambda number: f"{number:d}", key=chosen.key
        )
    show(int(epoch))
