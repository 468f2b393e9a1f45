"""Pieces of HTML. Whatever is not said to be HTML is text, and is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digitapp.text.escaping import html as escape


def section(title: str, *content: str, about: str = "") -> str:
    """A part of the page.

    Args:
        content: HTML.
        about: a sentence under the title.
    """
    lead = f'<p class="about">{escape(about)}</p>' if about else ""
    return f"<section><h2>{escape(title)}</h2>{lead}{''.join(content)}</section>"


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], columns: int = 0, numbers: int = 0
) -> str:
    """A table; it scrolls by itself where it is too wide.

    Args:
        head: of its columns; none is shown when it is empty.
        columns: how many there are, when there is no head.
        numbers: so many of the last columns are set to the right.
    """
    kinds = [""] * ((columns or len(head)) - numbers) + [' class="number"'] * numbers
    named = f"<thead>{_row('th', head, kinds)}</thead>" if any(head) else ""
    body = "".join(_row("td", row, kinds) for row in rows)
    return f'<div class="scroll"><table>{named}<tbody>{body}</tbody></table></div>'


def code(text: str) -> str:
    """Lines as they are."""
    return f"<pre>{escape(text)}</pre>"


def picture(source: str, about: str, kind: str) -> str:
    """An image.

    Args:
        source: a data URL.
        about: in words, for those who do not see it.
        kind: its class.
    """
    return f'<img class="{kind}" src="{escape(source)}" alt="{escape(about)}">'


def _row(tag: str, cells: Sequence[str], kinds: Sequence[str]) -> str:
    found = (
        f"<{tag}{kind}>{escape(cell)}</{tag}>" for cell, kind in zip(cells, kinds, strict=True)
    )
    return f"<tr>{''.join(found)}</tr>"
