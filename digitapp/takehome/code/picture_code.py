"""The file that prepares pictures, `read_picture.py`, and the code that reads pictures with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from digitapp.takehome.code.merged_modules import merged

READ_PICTURE = "read_picture.py"
_LONGEST_LINE = 100

_READING = """\
# Put pictures of your own, such as photographs of handwriting, into a folder named pictures beside
# this file. read_picture.py, which digitapp offers with it, prepares them as digitapp does.
class_names = {names}
pictures = sorted(Path("pictures").glob("[!.]*"))  # none, where there is no such folder
if pictures:
    try:
        from read_picture import DigitappError, predict_picture
    except ModuleNotFoundError as error:
        needed = "read_picture.py must be beside this file, and SciPy and Pillow be installed"
        raise SystemExit(f"To read pictures, {{needed}} ({{error}}).") from error
for picture in pictures:
    try:
        found = predict_picture(model, picture, class_names{preparation})
        print(f"{{picture}}: {{found.answer}}")
    except DigitappError as error:
        print(error)"""


@cache
def read_picture_file() -> str:
    """Return the contents of `read_picture.py`: the modules that prepare and read pictures here.

    It is the same for every run, and needs NumPy, SciPy and Pillow.
    """
    return merged("digitapp.takehome.code.read_picture")


def reading(names: str, preparation: str) -> str:
    """Return the code that reads the pictures in a folder with the trained network.

    Args:
        names: a Python expression: the names of the classes.
        preparation: the entry of `PREPARATIONS` by which the network's images were made.
    """
    return _READING.format(names=names, preparation=preparation_argument(preparation))


def preparation_argument(preparation: str) -> str:
    """Return what a call of `read_picture` says beyond its first arguments: often nothing."""
    return "" if preparation == "mnist" else f', preparation="{preparation}"'


def listed(names: Sequence[str], before: int = 0) -> str:
    """Return the code of a list of names, with one in each line if they do not fit into one.

    Args:
        before: how many characters stand before it in its line.
    """
    shown = [json.dumps(name) if name.isascii() else repr(name) for name in names]
    line = f"[{', '.join(shown)}]"
    if before + len(line) <= _LONGEST_LINE:
        return line
    return "\n".join(["[", *(f"    {each}," for each in shown), "]"])
