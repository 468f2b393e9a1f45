"""What a run kept after its epochs, chosen with a slider or played one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import streamlit as st

from digitapp.ui.shared.session import Values

PLAYED_EVERY = 0.5  # seconds an epoch


class Player(NamedTuple):
    """Where it is kept which epoch is shown, by run.

    Attributes:
        name: ends the keys of the buttons: `play-<name>`, `hold-<name>`.
        epoch: the epoch that is shown, the slider's value.
        played: while it plays, the place of the next epoch.
    """

    name: str
    epoch: Values[int]
    played: Values[int | None]


def by_epoch(run: int, stored: Sequence[int], player: Player, show: Callable[[int], None]) -> None:
    """Show what was kept after the epoch that was chosen, or after each of them in turn.

    Args:
        stored: the epochs, in order; at least one.
        show: shows what was kept after an epoch.
    """
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
