"""Every page with hostile names everywhere: none reaches Markdown, HTML or a figure unescaped."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from digitapp.data import class_names
from digitapp.drawing.sketch import Sketch
from digitapp.drawing.strokes import from_points, paint
from digitapp.library import models
from digitapp.runs import RunStore, drawn_examples
from digitapp.text import escaping
from digitapp.training.settings import SETTINGS
from tests.digits import DIGITS, fabric
from tests.hostile import BIDI, MARKUP
from tests.pages import hostile_store
from tests.pages.hostile_store import EVERYTHING, OF_EVERYTHING
from tests.pages.test_draw import UPLOAD
from tests.pages.train_page import checked, refusals

SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))
PLAIN = {  # elements that show plain text, and their fields that are Markdown nevertheless
    "text_input": ("label", "help"),
    "text_area": ("label", "help"),
    "selectbox": ("label", "help"),
    "multiselect": ("label", "help"),
    "arrow_data_frame": (),
    "code": (),
    "imgs": (),
}
Way = Callable[[str], str]
# For quoting in a message: on one line, with one kind of quotes, so that repr() leaves it as it is.
IN_ADDRESS = " ".join(each for each in MARKUP if "\n" not in each and '"' not in each)
QUOTED = repr(IN_ADDRESS)
ALL = {*MARKUP}
# A run's name has one line, and is cut when long.
IN_LEGENDS = {each for each in MARKUP if len(each) < 40 and "\n" not in each}


def script(first: str) -> None:
    """The app with this page first."""
    import streamlit as st

    from digitapp.pages import data, draw, handwriting, inside, runs, stress, train

    pages = {
        "draw": draw.page,
        "inside": inside.page,
        "data": lambda: data.page(lambda name: None),
        "train": lambda: train.page(lambda: None, lambda: None),
        "runs": lambda: runs.page(lambda run: None),
        "handwriting": lambda: handwriting.page(lambda: None),
        "stress": stress.page,
    }
    shown = [
        st.Page(page, title=name, url_path=name, default=name == first)
        for name, page in pages.items()
    ]
    st.navigation(shown).run()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the hostile store."""
    path = tmp_path_factory.mktemp("hostile") / "runs.db"
    store = RunStore(f"sqlite:///{path}")
    hostile_store.filled(store)
    hostile_store.add_everything(store)
    return path


@pytest.fixture
def store(home: Path, store_url: str, toy_mnist: Path, launched: list[int]) -> RunStore:
    shutil.copy(home, store_url.removeprefix("sqlite:///"))
    return RunStore(store_url)


def opened(page: str, state: dict[str, Any] | None = None, **address: str) -> AppTest:
    app = AppTest.from_function(script, args=(page,), default_timeout=60)
    for name, value in (state or {}).items():
        app.session_state[name] = value
    for name, text in address.items():
        app.query_params[name] = text
    return checked(app.run())


def interpreted(app: AppTest) -> Iterator[tuple[Way, str]]:
    """Yield all text of a page that is interpreted as markup, with the function that escapes it."""
    for part in _elements(app):
        kind, proto = getattr(part, "type", ""), getattr(part, "proto", None)
        if kind == "bidi_component":
            figure = json.loads(proto.json or "{}").get("figure", "{}")
            yield from ((escaping.figure, text) for text in _strings(json.loads(figure)))
        elif proto is not None:
            way = escaping.html if kind == "html" else escaping.markdown
            yield from ((way, text) for text in _fields(proto, PLAIN.get(kind)))


def _elements(app: AppTest) -> Iterator[Any]:
    waiting = list(app._tree.children.values())
    while waiting:
        part = waiting.pop()
        waiting += list(getattr(part, "children", {}).values())
        yield part


def _fields(proto: Any, wanted: tuple[str, ...] | None) -> Iterator[str]:
    """Yield the texts in a Streamlit message, of the wanted fields or of all."""
    for field, value in proto.ListFields():
        if wanted is not None and field.name not in wanted:
            continue
        for each in value if field.is_repeated else [value]:
            if isinstance(each, str):
                yield each
            elif hasattr(each, "ListFields"):
                yield from _fields(each, None)


def _strings(value: Any) -> Iterator[str]:
    parts = value.values() if isinstance(value, dict) else value
    for part in [parts] if isinstance(value, str) else []:
        yield part
    if isinstance(value, dict | list):
        for part in parts:
            yield from _strings(part)


def raw(app: AppTest) -> list[tuple[str, str]]:
    """Return the hostile texts that appear on a page unescaped, where they have an effect."""
    return [
        (each, text[:200])
        for way, text in interpreted(app)
        for each in MARKUP
        if means_something(each, text, way)
    ]


def means_something(each: str, text: str, way: Way) -> bool:
    """Return whether a hostile text is in `text` unescaped, at a line's start if it must be."""
    anywhere = each in text and each not in way(f"a{each}b")
    line = f"\n{each}"
    return anywhere or (line in f"\n{text}" and line not in f"\n{way(each)}")


def shown(app: AppTest) -> set[str]:
    """Return the hostile texts that appear escaped."""
    found = list(interpreted(app))
    return {each for each in MARKUP if any(way(each) in text for way, text in found)}


def test_a_text_is_found_where_it_stands_as_it_is() -> None:
    for way in (escaping.markdown, escaping.html, escaping.figure):
        safe = way(EVERYTHING)
        changed = [each for each in MARKUP if way(f"\n{each}") != f"\n{each}"]
        assert not [each for each in MARKUP if means_something(each, safe, way)]
        assert [each for each in MARKUP if means_something(each, EVERYTHING, way)] == changed


def test_a_runs_own_page(store: RunStore) -> None:
    app = opened("train", run=str(OF_EVERYTHING))
    assert not raw(app)
    assert shown(app) == ALL


def test_a_run_whose_dataset_and_base_are_nowhere(store: RunStore) -> None:
    app = opened("train", run=str(OF_EVERYTHING + 1))
    assert not raw(app)
    assert shown(app) == ALL


@pytest.mark.parametrize("part", ["Curves", "What differs", "Scores", "One drawing", "Take home"])
def test_runs_side_by_side(part: str, store: RunStore) -> None:
    every = [OF_EVERYTHING, *range(1, len(MARKUP) + 1)]
    ticked = ",".join(map(str, every[: 3 if part == "One drawing" else None]))
    app = opened("runs", {"sketch": SEVEN, "runs-part": part}, runs=ticked)
    assert not raw(app)
    expected = {"Curves": IN_LEGENDS, "Scores": IN_LEGENDS, "Take home": set()}
    assert shown(app) >= expected.get(part, ALL)


def test_a_note_form(store: RunStore) -> None:
    assert not raw(opened("runs", runs=str(OF_EVERYTHING)))


def test_a_drawing_read_as_hostile_classes(store: RunStore) -> None:
    app = opened("draw", {"sketch": SEVEN, "reader": models.of_run(OF_EVERYTHING)})
    assert not raw(app)
    assert shown(app) == ALL


def test_uploads_with_hostile_file_names(store: RunStore) -> None:
    reader = models.of_run(OF_EVERYTHING)
    app = opened("draw", {"way": UPLOAD, "reader": reader})
    picture = io.BytesIO()
    paint(from_points(DIGITS[6], 20)).save(picture, "PNG")
    files = [(f"{name}.png", picture.getvalue(), "image/png") for name in (EVERYTHING, BIDI)]
    files.append((f"bad {EVERYTHING}.png", b"no picture", "image/png"))
    app = checked(app.file_uploader(key="files").set_value(files).run())
    assert not raw(app)
    assert shown(app) == ALL
    table = app.dataframe[0].value
    assert not [name for name in table["file"] if escaping.direction_control(name)]
    assert any("U+202E" in name for name in table["file"])


def test_the_stress_test(store: RunStore) -> None:
    chosen = [models.DEFAULT, models.of_run(OF_EVERYTHING)]
    app = opened("stress", {"sketch": SEVEN, "tested networks": chosen})
    assert not raw(app)
    assert shown(app) == ALL


def test_ones_handwriting(store: RunStore) -> None:
    assert not raw(opened("handwriting"))


def test_datasets_of_ones_own(store: RunStore) -> None:
    names = [text for text in MARKUP if "\n" not in text and len(text) <= class_names.LONGEST]
    kept = class_names.checked([text for text in names if not escaping.direction_control(text)])
    drawn_examples.create(store, "$x$ `y` [z](a)", kept)
    for address in ({}, {"new": "drawn"}, {"dataset": "$x$ `y` [z](a)"}):
        assert not raw(opened("data", **address))


def test_a_hostile_dataset_in_the_address(store: RunStore) -> None:
    app = opened("data", dataset=IN_ADDRESS)
    assert not raw(app)
    assert escaping.markdown(QUOTED) in refusals(app)


def test_a_hostile_preset_in_the_address(store: RunStore) -> None:
    app = opened("train", preset=IN_ADDRESS)
    assert not raw(app)
    assert f"Unknown preset {escaping.markdown(QUOTED)}" in refusals(app)


def test_hostile_settings_in_the_address(store: RunStore) -> None:
    app = opened("train", **dict.fromkeys(SETTINGS, IN_ADDRESS))
    assert not raw(app)
    assert refusals(app).count(escaping.markdown(QUOTED)) == len(SETTINGS)


@pytest.mark.parametrize("page", ["train", "runs", "handwriting"])
def test_a_hostile_run_in_the_address(page: str, store: RunStore) -> None:
    text = IN_ADDRESS.replace(",", "")  # a comma would separate the numbers of runs
    app = opened(page, **{"runs" if page == "runs" else "run": text})
    assert not raw(app)
    assert escaping.markdown(repr(text)) in refusals(app)
