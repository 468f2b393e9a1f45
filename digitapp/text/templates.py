"""Jinja2 templates in which every value is escaped by default.

A template is a file beside the module that renders it: `.html.j2` and `.svg.j2` for a page or a
picture, `.md.j2` for Markdown, `.txt.j2` for plain text. Only `| safe`, on the project's own text,
leaves a value as it is. In Markdown, a value stands by itself, `{{ value }}`: `~` and `join` escape
for HTML only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from digitapp.text import escaping
from digitapp.text.percent import counted_percent, percent

PACKAGE = Path(__file__).parent.parent


def _environment(escape: Callable[[str], str]) -> Environment:
    def escaped(value: object) -> Markup:  # as `Markup`, Jinja2 does not escape it once more
        return value if isinstance(value, Markup) else Markup(escape(str(value)))

    found = Environment(
        loader=FileSystemLoader(PACKAGE),
        autoescape=True,
        finalize=escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {
        "counted_percent": counted_percent,
        "percent": percent,
        "thousands": "{:,}".format,
    }
    found.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
    return found


HTML, MARKDOWN = _environment(escaping.html), _environment(escaping.markdown)
TEXT = _environment(escaping.plain)


def render(template: str, **values: Any) -> str:
    """Fill in a template.

    Args:
        template: its file in `digitapp/`, such as `takehome/report/report.html.j2`.
        values: what it refers to by name. Text is escaped: for Markdown in an `.md.j2`, for plain
            text in a `.txt.j2`, else for HTML.

    Raises:
        jinja2.UndefinedError: if the template refers to a value that is missing.
    """
    special = {".md.j2": MARKDOWN, ".txt.j2": TEXT}
    environment = next((special[end] for end in special if template.endswith(end)), HTML)
    return environment.get_template(template).render(values)
