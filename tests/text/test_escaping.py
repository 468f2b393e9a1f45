"""Escaping: text stays plain text, wherever it is shown."""

import random
import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from digitapp.text import escaping
from tests.hostile import BIDI, INVISIBLE, MARKUP

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PLAIN = {
    "inline",
    "paragraph_open",
    "paragraph_close",
    "text",
    "text_special",
    "softbreak",
    "hardbreak",
}
SIGNS = [*"\\`*_{}[]()<>#+-.!|~$:&@=/'\"^ \n", "a", "1", "www.", "https://", "&lt;", "  \n"]


class _Text(HTMLParser):
    """Collects the tags and the text of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _kinds(source: str) -> set[str]:
    found = PARSER.parse(source)
    return {token.type for each in found for token in (each, *(each.children or ()))}


def _shown(source: str) -> str:
    return re.sub(r"\s+", " ", _Text(PARSER.render(source)).text).strip()


def _random_texts() -> list[str]:
    rng = random.Random(7)
    return ["".join(rng.choices(SIGNS, k=rng.randint(1, 14))) for _ in range(3_000)]


def _as_written(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("text", MARKUP)
def test_markdown_shows_a_hostile_text_as_it_stands(text: str) -> None:
    safe = escaping.markdown(text)
    assert _kinds(safe) <= PLAIN
    assert _shown(safe).replace(escaping.JOINER, "") == _as_written(text)


def test_markdown_shows_any_text_as_it_stands() -> None:
    for text in _random_texts():
        safe = escaping.markdown(text)
        assert _kinds(safe) <= PLAIN, text
        assert _shown(safe).replace(escaping.JOINER, "") == _as_written(escaping.plain(text))


def test_markdown_stays_text_behind_other_text_and_in_a_table() -> None:
    for text in MARKUP:
        line = escaping.markdown(text.replace("\n", " "))
        assert _kinds(f"Run 3: {line}") <= PLAIN
        rendered = _Text(PARSER.render(f"| a | b |\n| --- | --- |\n| {line} | end |\n"))
        assert rendered.tags.count("td") == 2
        assert not {*rendered.tags} & {"a", "img", "script", "b", "code", "em"}


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/d",
        "_http://evil.example",
        "WWW.evil.example",
        "me@evil.example",
        ":streamlit:",
        ":material/home:",
        ":material_home:",
        ":+1:",
        "a -> b",
        "-- x",
        "y ~= z",
    ],
)
def test_what_streamlit_changes_after_the_backslashes_are_gone_is_kept_apart(text: str) -> None:
    later = re.compile(
        r"https?://|www\.|[-.\w+]@[-\w]|:[\w+/-]+:|(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)", re.I
    )
    assert later.search(text)
    assert not later.search(_shown(escaping.markdown(text)))


@pytest.mark.parametrize(
    "text", ["Run 3: dense-128", "snake_case", "97.2 %", "7 (98.2 %)", "äöü 字"]
)
def test_usual_names_are_left_as_they_are(text: str) -> None:
    every = (escaping.plain, escaping.markdown, escaping.html, escaping.figure, escaping.cell)
    assert {each(text) for each in every} == {text}


@pytest.mark.parametrize("text", MARKUP)
def test_html_and_figures_show_a_hostile_text_as_it_stands(text: str) -> None:
    for escaped in (escaping.html(text), escaping.figure(text)):
        found = _Text(escaped)
        assert (found.tags, found.text) == ([], escaping.plain(text))
    attribute = _Text(f'<p title="{escaping.html(text)}" class="x">end</p>')
    assert (attribute.tags, attribute.text) == (["p"], "end")


def test_nothing_turns_the_rest_of_a_line_around() -> None:
    every = (escaping.plain, escaping.markdown, escaping.html, escaping.figure, escaping.cell)
    for each in every:
        assert escaping.direction_control(BIDI)
        assert not escaping.direction_control(each(BIDI))
        assert "U+202E" in each(BIDI)


@pytest.mark.parametrize("text", ["\x1b[31mred", "a\x00b", "a\rb\x07", "half \udc80", "a\u2028b"])
def test_control_characters_are_shown_by_their_numbers(text: str) -> None:
    shown = escaping.plain(text)
    assert "[U+" in shown or "\n" in shown
    assert all(sign.isprintable() or sign == "\n" for sign in shown)


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_cannot_be_seen_is_shown_by_its_number(text: str) -> None:
    assert not escaping.is_visible(text)
    assert escaping.plain(text).startswith("[U+")


@pytest.mark.parametrize("text", ["👩‍👩‍👧", "नमस्ते", "می‌خواهم", "שלום", "é", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_joiners_within_words_of_other_scripts_stay(text: str) -> None:
    assert escaping.is_visible(text)
    assert escaping.plain(text) == text


def test_an_empty_text_stays_empty() -> None:
    assert escaping.plain("") == escaping.markdown("") == escaping.cell("") == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert escaping.cell(text).startswith("'")
