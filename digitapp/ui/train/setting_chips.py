"""The settings of a run as chips, those that differ from its preset in colour."""

from __future__ import annotations

import streamlit as st

from digitapp.runs import Run
from digitapp.text.templates import render
from digitapp.training.network_names import preset_title
from digitapp.training.spec import PRESETS
from digitapp.ui.train.setting_words import in_words


def setting_chips(run: Run) -> None:
    """Show all settings of a run: first those changed from its preset, then the others."""
    found = in_words(run)
    changed = [each for each in found if each.instead_of]
    same = [each for each in found if not each.instead_of]
    preset = preset_title(run.preset) if run.preset in PRESETS else ""
    with st.container(key="chips"):
        st.html(render("ui/train/setting_chips.html.j2", changed=changed, same=same, preset=preset))
