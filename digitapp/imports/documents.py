"""Zip files that are no archives for people: documents of office programs, and networks."""

from __future__ import annotations

from collections.abc import Iterable

OFFICE = "[Content_Types].xml"  # in every document of Microsoft Office
# What a member's name begins with, what the file is, and what to do.
OF_OFFICE = {
    "xl/": "an Excel table; save it as CSV (UTF-8, separated by commas)",
    "word/": "a Word document; bring its pictures instead",
    "ppt/": "a PowerPoint presentation; bring its pictures instead",
}
# A member's whole name.
WHOLE = {
    "META-INF/manifest.xml": "an office document; save a table as CSV, or bring its pictures",
    "META-INF/MANIFEST.MF": "a Java program",
    "model.weights.h5": "a network in a .keras file; add it with runs import",
}
PYTORCH = (
    "PyTorch's pickled objects, which could run programs, so they are never loaded; save the "
    "arrays with numpy.savez as images and labels"
)


def document(names: Iterable[str]) -> str:
    """Return what a zip file is and what to do, by the names in it; empty for an archive."""
    known = {*names}
    if OFFICE in known:  # otherwise xl may be the name of a class
        for start, told in OF_OFFICE.items():
            if any(name.startswith(start) for name in known):
                return told
    found = next((told for name, told in WHOLE.items() if name in known), "")
    return PYTORCH if any(name.endswith("/data.pkl") for name in known) else found
