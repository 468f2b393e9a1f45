"""Escape untrusted text for Markdown, HTML, Plotly figures, CSV files and the terminal.

Names of runs, notes, tags, classes, files, datasets and query parameters, and the errors that quote
them, are plain text: each function here keeps one kind of output from interpreting it as markup.
Every such text is passed through one of them, once, where it is shown.
"""

from __future__ import annotations

import html as _html
import re
import unicodedata

JOINER = "\N{WORD JOINER}"  # invisible, and not part of any markup

_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Those, controls except newline and tab, surrogates, and Unicode line separators.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
# Letters and symbols by their category, but rendered blank.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_BREAKS = re.compile(r"\r\n?")
# Text that Streamlit's Markdown still changes after removing the backslashes: URLs and e-mail
# addresses become links, :names: become emoji, ASCII arrows become arrow characters.
_CHANGED_LATER = re.compile(
    r"""(?P<first>
        https?:(?=//) | www(?=\.) | @(?=[-\w]+\.) | :(?=[\w+/-]+:)
        | (?:(?<=\s)|^)[<>~-](?=(?:->|>|-|=)(?:\s|$))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_SIGNS = re.compile(r"""[\\`*\[\]<>&$~|#] | :(?=\S) | (?<![^\W_])_+ | _+(?![^\W_])""", re.VERBOSE)
_LINE_START = re.compile(r"^[ \t]*(?:([+=-])|(\d{1,9})([.)](?=\s|$)))?", re.MULTILINE)

# First characters of a formula; the last four are the full-width forms of =, +, - and @.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def plain(text: str) -> str:
    """Return text for places without markup: a terminal, a table, a select box.

    Characters that could affect the text around them are replaced by their code points, such as
    `[U+202E]`: control characters and bidirectional overrides. So is every character of a text in
    which none is visible.
    """
    text = _BREAKS.sub("\n", text)
    if text and not is_visible(text):
        return "".join(map(_number, text))
    return _CONTROLS.sub(lambda found: _number(found[0]), text)


def markdown(text: str) -> str:
    """Escape text for Markdown, Streamlit's and a notebook's, so that it is shown literally.

    It may be used anywhere in a line, and in a table cell if it is a single line.
    """
    text = _CHANGED_LATER.sub(lambda found: found["first"] + JOINER, plain(text))
    text = _SIGNS.sub(lambda found: "".join(f"\\{sign}" for sign in found[0]), text)
    return _LINE_START.sub(_line_start, text)


def html(text: str) -> str:
    """Escape text for HTML, between tags or in an attribute."""
    return _html.escape(plain(text))


def figure(text: str) -> str:
    """Escape text for a Plotly figure, where labels, legends, axes and hovers allow some HTML."""
    return plain(text).replace("&", "&amp;").replace("<", "&lt;")


def cell(text: str) -> str:
    """Escape text for a cell of a CSV file, so that no spreadsheet interprets it as a formula."""
    lines = (_CONTROLS.sub(lambda found: _number(found[0]), line) for line in text.split("\r"))
    text = "\r".join(lines)
    return f"'{text}" if _is_formula(text) else text


def entry(text: str) -> str:
    """Escape text for a table on a page, which users may download as a CSV file.

    It is treated as by `plain`; text that would be a formula gets an invisible first character.
    """
    text = plain(text)
    return f"{JOINER}{text}" if _is_formula(text) else text


def is_visible(text: str) -> bool:
    """Whether a text contains a visible character."""
    return any(not _is_blank(sign) for sign in text)


def direction_control(text: str) -> str:
    """Return a text's first bidirectional control character; empty without one."""
    found = _DIRECTION_CONTROLS.search(text)
    return found[0] if found else ""


def _is_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(_FORMULA)


def _is_blank(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category in ("Cc", "Cf", "Cs") or category[0] in "MZ" or sign in _BLANK


def _number(sign: str) -> str:
    return f"[U+{ord(sign):04X}]"


def _line_start(found: re.Match[str]) -> str:
    """Drop spaces that would start a code block, and escape markers of a list or heading."""
    sign, digits, dot = found.groups()
    if sign:
        return f"\\{sign}"
    return f"{digits}\\{dot}" if digits else ""
