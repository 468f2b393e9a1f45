"""Modules merged into one file: what is needed, in order; else a clear refusal."""

import subprocess
import sys
from pathlib import Path

import pytest

from digitapp.takehome.code import merged_modules
from digitapp.takehome.code.merged_modules import NotMergeable, merged
from digitapp.takehome.code.picture_code import read_picture_file

ONE = '''
"""Shapes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from digitapp.two import Length

if TYPE_CHECKING:
    import nowhere

# Half of this is a radius.
DIAMETER: Length = 4.0
UNUSED = 1

def area(wide: Length = DIAMETER) -> float:
    """Return the area of a circle."""
    return math.pi * (wide / 2) ** 2

def unused() -> None:
    """Is left out."""
'''
TWO = '''
"""Measures."""

import os
from contextlib import suppress

with suppress(ModuleNotFoundError):
    import nowhere

Length = float
Weight = float
'''


def _written(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    found = {
        "digitapp": '"""All."""\n',
        "digitapp.top": f'"""Circles."""\n\n{code}',
        "digitapp.one": ONE.lstrip(),
        "digitapp.two": TWO.lstrip(),
    }
    monkeypatch.setattr(merged_modules, "_source", found.__getitem__)


def test_the_file_holds_what_is_needed_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "from digitapp.one import area\n\nAREA = area()\n"
    _written(monkeypatch, code)
    text = merged("digitapp.top")
    assert text.startswith('"""Circles.\n"""\n')
    assert "unused" not in text.lower()
    assert "Weight" not in text
    assert "import os" not in text
    assert "# Half of this is a radius.\nDIAMETER" in text
    names: dict[str, object] = {}
    exec(text, names)
    assert names["AREA"] == pytest.approx(12.566, abs=0.001)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("from digitapp.one import DIAMETER\n\nLength = DIAMETER\n", "Length means different"),
        ("from digitapp.one import area\n\nmath = area()\n", "math means different things in"),
        ("print = 5\n", "print means different things in Python and digitapp.top"),
        ("from digitapp import one\n\nAREA = one.area()\n", "top uses one, which digitapp does"),
        ("from digitapp.one import area as other\n\nAREA = other()\n", "with `as`, or as a module"),
        ("import digitapp.one\n\nAREA = digitapp.one.area()\n", "with `as`, or as a module"),
        ("def f():\n    from digitapp.one import area\n", "imports a module of digitapp in a fun"),
    ],
)
def test_what_cannot_be_merged_is_named(
    code: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _written(monkeypatch, code)
    with pytest.raises(NotMergeable, match=said):
        merged("digitapp.top")


def test_the_file_for_pictures_is_clean_laid_out_and_without_digitapp(tmp_path: Path) -> None:
    text = read_picture_file()
    assert "import digitapp" not in text
    assert "from digitapp" not in text
    assert "stroke" in text  # the width of a picture's lines
    assert "class Stroke" not in text
    (tmp_path / "read_picture.py").write_text(text, "utf-8")
    for command in (["check"], ["format", "--diff"]):
        options = ["--isolated", "--no-cache", "--line-length", "100", str(tmp_path)]
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *options],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
