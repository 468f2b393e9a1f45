"""The style sheets of all pages are on every page, so none may name another page's containers."""

import re
from pathlib import Path

from digitapp.ui import shared

FOLDER = Path(shared.__file__).parent
DRAWING = ("instrument.css", "looking.css")  # pages with a canvas, which share parts of it


def _containers(sheet: str) -> set[str]:
    return {*re.findall(r"st-key-([\w-]+)", (FOLDER / sheet).read_text("utf-8"))}


def test_the_train_pages_layout_moves_nothing_of_the_pages_with_a_canvas() -> None:
    for sheet in DRAWING:
        assert _containers(sheet)
        assert not _containers("training.css") & _containers(sheet)
        assert not _keys(FOLDER.parent / "train") & _containers(sheet)


def _keys(folder: Path) -> set[str]:
    return {
        key
        for file in folder.glob("*.py")
        for key in re.findall(r'key="([\w-]+)"', file.read_text("utf-8"))
    }
