"""Zip files that are no archives for people: documents of office programs, and networks."""

from __future__ import annotations

from collections.abc import Iterable

# What a member's name begins or ends with, what the file is, and what to do.
STARTS = {
    "xl/": "an Excel table; save it as CSV (UTF-8, separated by commas)",
    "word/": "a Word document; bring its pictures instead",
    "ppt/": "a PowerPoint presentation; bring its pictures instead",
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
    for name in names:
        for start, told in STARTS.items():
            if name.startswith(start):
                return told
        if name.endswith("/data.pkl"):
            return PYTORCH
    return ""
