"""Build pieces of HTML. Arguments are text, and are escaped here, unless described as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digitapp.text.escaping import html as escape


def section(title: str, *content: str, about: str = "") -> str:
    """Return a section of the page.

    Args:
        title: its heading.
        content: HTML.
        about: a sentence under the title.
    """
    lead = f'<p class="about">{escape(about)}</p>' if about else ""
    return f"<section><h2>{escape(title)}</h2>{lead}{''.join(content)}</section>"


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], columns: int = 0, numbers: int = 0
) -> str:
    """Return a table, which scrolls horizontally where it is too wide.

    Args:
        head: the column headings; not shown if empty.
        rows: the cells of each row.
        columns: the number of columns, if there is no head.
        numbers: how many of the last columns hold numbers, aligned to the right.
    """
    kinds = [""] * ((columns or len(head)) - numbers) + [' class="number"'] * numbers
    named = f"<thead>{_row('th', head, kinds)}</thead>" if any(head) else ""
    body = "".join(_row("td", row, kinds) for row in rows)
    return f'<div class="scroll"><table>{named}<tbody>{body}</tbody></table></div>'


def code(text: str) -> str:
    """Return preformatted text."""
    return f"<pre>{escape(text)}</pre>"


def picture(source: str, about: str, kind: str) -> str:
    """Return an image.

    Args:
        source: a data URL.
        about: the alternative text.
        kind: the CSS class.
    """
    return f'<img class="{kind}" src="{escape(source)}" alt="{escape(about)}">'


def _row(tag: str, cells: Sequence[str], kinds: Sequence[str]) -> str:
    found = (
        f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True)
    )
    return f"<tr>{''.join(found)}</tr>"
