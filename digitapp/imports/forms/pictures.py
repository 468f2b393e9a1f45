"""Pictures: in a folder for each class, with their class in their names, or on one sheet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from digitapp.imports.entries import Entry
from digitapp.imports.forms import naming, sheet
from digitapp.imports.forms.decoding import decoded
from digitapp.imports.found import Found, Part
from digitapp.imports.labels import plain
from digitapp.imports.progress import Progress, unseen


def read(
    entries: Sequence[Entry],
    texts: Sequence[Entry],
    empty: Sequence[str],
    origin: str,
    progress: Progress = unseen,
) -> Found:
    """Read pictures and tell what they show.

    Args:
        entries: the pictures.
        texts: text files beside them, one of which may tell their classes.
        empty: folders without files.
        origin: the name of what was brought, in an error message.
        progress: is told how many have been read.

    Raises:
        BadFile: when they cannot be read, or their classes cannot be told.
    """
    if len(entries) == 1:
        return sheet.read(entries[0], origin)
    labelling = naming.by_table(entries, texts)
    not_used = [] if labelling else [entry.name for entry in texts]
    if not labelling:
        labelling = naming.by_folder(entries, empty)
        if not labelling.is_useful:
            labelling = naming.by_name(entries)
    labelling = naming.check(labelling, entries, origin)
    used = [place for place, name in enumerate(labelling.classes) if name is not None]
    found = decoded([entries[place] for place in used], origin, progress)
    places = [used[place] for place in found.places]
    labels = plain([labelling.classes[place] or "" for place in places])
    tests = np.array([labelling.tests[place] for place in places], dtype=bool)
    told = [*labelling.told, *found.told]
    if not_used:
        told.append(f"Not used: {', '.join(not_used[:3])}{', ...' if len(not_used) > 3 else ''}.")
    if tests.all():
        tests[:] = False
        told.append("There is only a test part; it is used as if it were everything.")
    train = Part(found.images[~tests], labels[~tests])
    test = Part(found.images[tests], labels[tests]) if tests.any() else None
    return Found(labelling.form, train, test, tuple(told))
