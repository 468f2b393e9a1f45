"""Datasets that are published in a form of their own, told by the names of their files.

EMNIST (Cohen, Afshar, Tapson, van Schaik, 2017) keeps its images with rows and columns swapped, and
the letters as the numbers 1 to 26. The bundled network notices the former only where there are
digits.
"""

from __future__ import annotations

from collections.abc import Sequence

from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding

EMNIST = "emnist"
LETTERS = tuple(map(str, range(1, 27)))


def findings(collection: Collection, files: Sequence[str]) -> list[Finding]:
    """Return what such files need, where the images themselves did not tell.

    Args:
        files: their names.
    """
    form = collection.form.casefold()
    of_emnist = any(EMNIST in name.casefold() for name in (form, *files))
    found = []
    if of_emnist and ("idx" in form or "csv" in form):
        said = (
            "These are files of EMNIST, whose images have their rows and columns swapped. Look at "
            "the pictures to see whether they are upright then."
        )
        found.append(Finding("turned", said, mend="transpose", suggested=True))
    if collection.class_names == LETTERS:
        letters = "in EMNIST, they are the letters A to Z."
        said = f"The classes are 1 to 26: {letters if of_emnist else 'perhaps the letters A to Z?'}"
        found.append(Finding("letters", said, mend="to_letters", suggested=of_emnist))
    return found
