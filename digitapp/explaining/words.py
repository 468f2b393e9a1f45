"""Nodes and layers in words: short texts that use the reader's own drawing, one file a language.

A text is data: what it says, what it points at in the live picture, and what the reader does to be
done with it. The values in its placeholders are computed in the browser (live/js/inside).
"""

from __future__ import annotations

import functools
import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from digitapp.errors import BadFile, UnknownName, did_you_mean
from digitapp.explaining.vocabulary import (
    ACTIONS,
    CONDITIONS,
    FUNCTIONS,
    HIGHLIGHTS,
    LABELS,
    PANELS,
    PLACEHOLDERS,
)

FOLDER = Path(__file__).parent / "texts"
NAME = "nodes_and_layers"


@dataclass(frozen=True)
class Function:
    """An activation function in words: its name, and what it does to a sum."""

    name: str
    rule: str


@dataclass(frozen=True)
class Variant:
    """What a text says when all the conditions in `when` hold.

    Attributes:
        task: what to do, in one sentence.
    """

    when: tuple[str, ...]
    text: str
    task: str


@dataclass(frozen=True)
class Text:
    """A short text about one idea.

    Attributes:
        highlight: what it points at, one of `HIGHLIGHTS`.
        panel: the tab that it opens, one of `PANELS`.
        done: what the reader does to be done with it, one of `ACTIONS`.
        link: the words that lead to the run's curves; empty without such a link.
        variants: the first whose conditions hold is shown; the last has none.
    """

    id: str
    title: str
    highlight: str
    panel: str
    done: str
    link: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Words:
    """The texts in one language, in the order in which they are read.

    Attributes:
        labels: what stands on buttons and the like, by the names in `LABELS`.
        functions: activation functions, by the names in `FUNCTIONS`.
    """

    language: str
    labels: Mapping[str, str]
    functions: Mapping[str, Function]
    texts: tuple[Text, ...]


def languages() -> tuple[str, ...]:
    """Return the languages that the texts exist in, such as `en`."""
    return tuple(sorted(path.name.split(".")[1] for path in FOLDER.glob(f"{NAME}.*.toml")))


@functools.cache
def load(language: str = "en") -> Words:
    """Return the texts in a language.

    Raises:
        UnknownName: when there are none in this language.
        BadFile: when the file is not as described at its beginning.
    """
    if language not in languages():
        known = ", ".join(languages())
        raise UnknownName(f"There are no texts in the language {language!r}. Available: {known}.")
    return read(FOLDER / f"{NAME}.{language}.toml")


def read(path: Path) -> Words:
    """Read the texts from a file.

    Raises:
        BadFile: when it cannot be read, or is not as described at the beginning of the English one.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFile(f"{path.name}: cannot be read as TOML ({error}).") from None
    try:
        return _words(content)
    except BadFile as error:
        raise BadFile(f"{path.name}: {error}") from None


def _words(content: Mapping[str, Any]) -> Words:
    _check_keys(content, ("language", "labels", "functions", "texts"), (), "The file")
    labels = _table(content["labels"], "labels")
    functions = _table(content["functions"], "functions")
    _check_keys(labels, LABELS, (), "labels")
    _check_keys(functions, FUNCTIONS, (), "functions")
    texts = tuple(_text(each, number) for number, each in enumerate(_list(content, "texts"), 1))
    ids = [each.id for each in texts]
    for each in ids:
        if ids.count(each) > 1:
            raise BadFile(f"The id {each!r} occurs more than once; each text needs one of its own.")
    return Words(
        language=_string(content, "language", "The file"),
        labels={name: _string(labels, name, "labels") for name in labels},
        functions={name: _function(functions[name], name) for name in functions},
        texts=texts,
    )


def _function(content: Any, name: str) -> Function:
    place = f"functions.{name}"
    table = _table(content, place)
    _check_keys(table, ("name", "rule"), (), place)
    return Function(*(_string(table, key, place) for key in ("name", "rule")))


def _text(content: Any, number: int) -> Text:
    place = f"Text {number}"
    table = _table(content, place)
    required = ("id", "title", "highlight", "panel", "done", "variants")
    _check_keys(table, required, ("task", "link"), place)
    place = f"Text {_string(table, 'id', place)!r}"
    for key, known in (("highlight", HIGHLIGHTS), ("panel", PANELS), ("done", ACTIONS)):
        _check_known(table[key], known, f"{place}: {key}")
    done = table["done"]
    if (done == "read") == bool(table.get("task")):
        raise BadFile(
            f"{place}: done is {done!r}; 'read' is for texts without a task, and only so."
        )
    variants = tuple(
        _variant(each, table.get("task", ""), place) for each in _list(table, "variants")
    )
    if not variants or variants[-1].when:
        raise BadFile(
            f"{place}: the last variant must have no conditions, so that one always holds."
        )
    texts = {key: _string(table, key, place) for key in ("id", "title", "highlight", "done")}
    link = _string(table, "link", place) if "link" in table else ""
    return Text(**texts, panel=table["panel"], link=link, variants=variants)


def _variant(content: Any, task: str, place: str) -> Variant:
    table = _table(content, f"{place}, variant")
    _check_keys(table, ("when", "text"), ("task",), f"{place}, variant")
    when = tuple(_list(table, "when"))
    place = f"{place}, variant {list(when)}"
    for condition in when:
        _check_known(condition, CONDITIONS, f"{place}: when")
    found = Variant(when, _string(table, "text", place), str(table.get("task", task)))
    there = {name for name, needs in PLACEHOLDERS.items() if set(needs) <= set(when)}
    for sentence in (found.text, found.task):
        _check_filled(sentence, there, place)
    return found


def _check_filled(text: str, there: Iterable[str], place: str) -> None:
    """Check that a text has no other placeholders than those that have a value there."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise BadFile(f"{place}: a brace stands alone ({error}).") from None
    for name in names:
        if name in PLACEHOLDERS and name not in there:
            needs = ", ".join(PLACEHOLDERS[name])
            raise BadFile(f"{place}: {{{name}}} has a value only when these hold: {needs}.")
        _check_known(name, tuple(there), f"{place}: placeholder")


def _check_known(name: Any, known: Iterable[str], place: str) -> None:
    if name not in known:
        available = ", ".join(each or "''" for each in known)
        raise BadFile(
            f"{place} {name!r} is unknown.{did_you_mean(str(name), known)} Available: {available}."
        )


def _check_keys(
    table: Mapping[str, Any], required: Iterable[str], optional: Iterable[str], place: str
) -> None:
    for key in required:
        if key not in table:
            raise BadFile(f"{place}: {key} is missing.")
    for key in table:
        _check_known(key, (*required, *optional), f"{place}: entry")


def _table(content: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(content, dict):
        raise BadFile(f"{place}: {content!r} is not a table with names and values.")
    return content


def _list(table: Mapping[str, Any], key: str) -> list[Any]:
    if not isinstance(table[key], list):
        raise BadFile(f"{key} is {table[key]!r}; it must be a list.")
    return table[key]


def _string(table: Mapping[str, Any], key: str, place: str) -> str:
    """Return a text that is there and not empty, in one line."""
    value = table[key]
    if not isinstance(value, str) or not value.strip():
        raise BadFile(f"{place}: {key} is {value!r}; it must be a text.")
    return re.sub(r"[ \t\r\n]+", " ", value).strip()
