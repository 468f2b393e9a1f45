"""Templates: every value in them is escaped, and none that is missing is passed over."""

import re
from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from digitapp.text import escaping
from digitapp.text.templates import HTML, MARKDOWN, PACKAGE, TEXT, render
from tests.hostile import BIDI, INVISIBLE, MARKUP

TEMPLATES = sorted(PACKAGE.rglob("*.j2"))
JINJA = ("{{ 7 * 7 }}", "{% endraw %}", "{%", "}}", "{{ value }}")
HOSTILE = (*MARKUP, BIDI, *INVISIBLE, *JINJA)
PLACES = (
    "{{ value }}",
    "{% for each in [value] %}{{ each }}{% endfor %}",
    "{% macro shown(text) %}{{ text }}{% endmacro %}{{ shown(value) }}",
    "{% macro shown() %}{{ caller() }}{% endmacro %}{% call shown() %}{{ value }}{% endcall %}",
    "{% set text = value %}{{ text }}",
    "{{ [value] | join('') }}",
)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("environment", "escape"),
    [(HTML, escaping.html), (MARKDOWN, escaping.markdown), (TEXT, escaping.plain)],
)
def test_a_value_is_escaped_once(
    environment: jinja2.Environment, escape: Callable[[str], str], place: str
) -> None:
    for text in HOSTILE:
        assert environment.from_string(place).render(value=text) == escape(text)


def test_the_templates_own_text_is_not_escaped() -> None:
    assert HTML.from_string("<b>{{ n }}</b>").render(n=3) == "<b>3</b>"
    assert MARKDOWN.from_string("**{{ n }}**").render(n=3) == "**3**"


def test_a_missing_value_is_an_error() -> None:
    for source in ("{{ missing }}", "{% if missing %}{% endif %}", "{{ value.missing }}"):
        with pytest.raises(jinja2.UndefinedError):
            HTML.from_string(source).render(value=1)


def test_json_in_a_script_cannot_end_it() -> None:
    found = HTML.from_string("{{ value | tojson }}").render(value={"b": "</script>", "a": 1})
    assert found == r'{"b":"\u003c/script\u003e","a":1}'


def test_a_template_is_named_by_its_place() -> None:
    bins = [[2, 0.5, 1.0]]
    assert render("evaluation/reliability.svg.j2", bins=bins).startswith("<svg ")
    with pytest.raises(jinja2.TemplateNotFound):
        render("evaluation/no-such.svg.j2")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_only_the_projects_own_text_is_trusted(path: Path) -> None:
    source = path.read_text("utf-8")
    trusted = {
        "report.html.j2": {"style", "script"},
        "webpage.html.j2": {"style", "script"},
        "model_card.md.j2": {"card.settings", "card.command"},  # in blocks of code
    }
    found = set(re.findall(r"([\w.]+) *\| *safe\b", source))
    assert found == trusted.get(path.name, set())
    assert "autoescape" not in source
    assert not re.search(r"\w=\{\{", source), "put quotes round an attribute's value"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_template_can_be_read_and_is_rendered_by_a_module_beside_it(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    HTML.get_template(name)
    assert any(f'"{name}"' in each.read_text("utf-8") for each in path.parent.glob("*.py"))
