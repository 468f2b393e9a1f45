"""The cells of a notebook (nbformat 4.5)."""

from __future__ import annotations

from digitapp.takehome.code.picture_code import READ_PICTURE, read_picture_file

Cell = dict[str, object]

ABOUT_FILE = (
    f"## {READ_PICTURE}\n\nThe next cell writes this file beside the notebook. It prepares "
    "pictures as digitapp does."
)
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # in Jupyter, and in Colab


def cell(kind: str, name: str, text: str) -> Cell:
    """Return a cell, of the kind `markdown` or `code`; its name is unique in the notebook."""
    found: Cell = {"cell_type": kind, "id": name, "metadata": {}, "source": text}
    return {**found, "execution_count": None, "outputs": []} if kind == "code" else found


def file_cells() -> list[Cell]:
    """Return a heading and a folded cell that writes `read_picture.py`."""
    code = cell("code", "file", f"%%writefile {READ_PICTURE}\n{read_picture_file()}")
    return [cell("markdown", "heading-file", ABOUT_FILE), {**code, "metadata": FOLDED}]
