"""Text that people and files named, on its way to where text can mean something else.

Names of runs, notes, tags, classes, files, datasets and query parameters, and the errors that
quote them, are text: each function here keeps one kind of reader from taking it for markup. Every
such text goes through one of them, once, where it is shown.
"""

from __future__ import annotations

import html as _html
import re
import unicodedata

JOINER = "\N{WORD JOINER}"  # cannot be seen, and is no part of any markup

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Those, controls other than ends of lines and tabs, halves of characters, other ends of lines.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
# Letters and signs by their category, but drawn as nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_BREAKS = re.compile(r"\r\n?")
# What Streamlit's Markdown still changes in plain text, after it has taken the backslashes away:
# addresses become links, :names: become pictures, arrows other signs.
_CHANGED_LATER = re.compile(
    r"""(?P<first>
        https?:(?=//) | www(?=\.) | @(?=[-\w]+\.) | :(?=[\w+/-]+:)
        | (?:(?<=\s)|^)[<>~-](?=(?:->|>|-|=)(?:\s|$))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNS = re.compile(r"""[\\`*\[\]<>&$~|#] | :(?=\S) | (?<![^\W_])_+ | _+(?![^\W_])""", re.VERBOSE)
_LINE_START = re.compile(r"^[ \t]*(?:([+=-])|(\d{1,9})([.)](?=\s|$)))?", re.MULTILINE)

# What a formula begins with; the last four are their wide forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def plain(text: str) -> str:
    """Text for where nothing is markup: a terminal, a table, a list to choose from.

    What could change the text around it is shown by its number, such as `[U+202E]`: control
    characters, and signs that turn the order of a line. So is a text in which nothing can be seen.
    """
    text = _BREAKS.sub("\n", text)
    if text and not is_visible(text):
        return "".join(map(_number, text))
    return _CONTROLS.sub(lambda found: _number(found[0]), text)


def markdown(text: str) -> str:
    """Text for Markdown, Streamlit's and a notebook's: shown letter by letter, whatever is in it.

    It may stand at the start of a line or within one, and in a table's cell if it is of one line.
    """
    text = _CHANGED_LATER.sub(lambda found: found["first"] + JOINER, plain(text))
    text = _SIGNS.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), text)
    return _LINE_START.sub(_line_start, text)


def html(text: str) -> str:
    """Text for HTML, between tags or in an attribute."""
    return _html.escape(plain(text))


def figure(text: str) -> str:
    """Text for a Plotly figure, whose labels, legends, axes and hints know some tags of HTML."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;")


def cell(text: str) -> str:
    """Text for a cell of a CSV file: no spreadsheet takes it for a formula."""
    lines = (_CONTROLS.sub(lambda found: _number(found[0]), line) for line in text.split("\r"))
    text = "\r".join(lines)
    return f"'{text}" if _is_formula(text) else text


def entry(text: str) -> str:
    """Text for a table on a page, which people may download as a CSV file: as `plain`, `cell`.

    What would be a formula there begins with a sign that nobody sees.
    """
    text = plain(text)
    return f"{JOINER}{text}" if _is_formula(text) else text


def is_visible(text: str) -> bool:
    """Whether there is anything to be seen in a text."""
    return any(not _is_blank(sign) for sign in text)


def turning(text: str) -> str:
    """The first sign in a text that turns the order of what stands after it; empty without one."""
    found = _TURNING.search(text)
    return found[0] if found else ""


def _is_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(_FORMULA)


def _is_blank(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category in ("Cc", "Cf", "Cs") or category[0] in "MZ" or sign in _BLANK


def _number(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


def _line_start(found: re.Match[str]) -> str:
    """Without the spaces that make a block of code, and with no sign of a list or a heading."""
    sign, digits, dot = found.groups()
    if sign:
        return f"\\{sign}"
    return f"{digits}\\{dot}" if digits else ""
