"""What was noticed about images that were brought, with a switch for each mend."""

from __future__ import annotations

import numpy as np
import streamlit as st

from digitapp.figures.thumbnails import data_url, strip
from digitapp.imports.finding import Finding, labels_of
from digitapp.imports.mends import ALWAYS, MENDS
from digitapp.library import brought_files
from digitapp.library.brought_files import Brought
from digitapp.text.escaping import markdown
from digitapp.ui.shared.session import BROUGHT_OFTEN, MENDED

SHOWN = 12  # images of a finding
FRAME = 100  # grey level of the line around each image
# Findings about every image, of which some are shown, and about labels, which are shown as well.
SEEN_IN_ALL = {"inverted", "faint", "two_levels", "turned", "labels_from_one", "letters"}
OF_LABELS = {"mislabelled", "contradictory", "misnamed_class", "labels_from_one", "letters"}
NOTHING = "Nothing odd was noticed."
DONE_ANYWAY = "This is done when they are kept."


def findings(brought: Brought) -> list[str]:
    """Show what was noticed; return the mends that are switched on."""
    st.markdown("## Noticed")
    if not brought.findings:
        st.success(NOTHING, icon=":material/check:")
    return [each.mend for each in brought.findings if _is_mended(brought, each) and each.mend]


def _is_mended(brought: Brought, finding: Finding) -> bool:
    """Show a finding with some of its images, and a switch if it can be mended."""
    with st.container(border=True, key=f"finding-{finding.name}", gap="small"):
        st.markdown(markdown(finding.sentence))
        if len(finding.images) or finding.name in SEEN_IN_ALL:
            _pictures(brought, finding)
        if finding.mend in ALWAYS:
            st.caption(DONE_ANYWAY)
            return True
        if finding.mend is None:
            return False
        return st.toggle(
            markdown(MENDS[finding.mend].title),
            finding.suggested,
            key=MENDED[f"{BROUGHT_OFTEN.get()}-{finding.mend}"].key,
        )


def _pictures(brought: Brought, finding: Finding) -> None:
    """Show some of the images as they are; where it is about labels, upright and with those."""
    of_labels = finding.name in OF_LABELS
    places = brought_files.shown_places(brought, finding, SHOWN)
    mends = brought.suggested if of_labels else {}
    images = brought_files.shown_images(brought, places, mends)
    framed = np.pad(
        images if of_labels else 255 - images, ((0, 0), (1, 1), (1, 1)), constant_values=FRAME
    )
    st.image(data_url(strip(framed), wide=True), alt="Some of these images")
    if of_labels:
        names, labels = brought.collection.class_names, labels_of(brought.collection)
        classes = ", ".join(names[label] for label in labels[places])
        st.caption(f"Their labels: {markdown(classes)}")
