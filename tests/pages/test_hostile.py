"""Every page with hostile names everywhere: none reaches Markdown, HTML or a figure as it is."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from digitapp import escaping, models
from digitapp.runs import RunStore
from digitapp.settings import SETTINGS
from digitapp.sketch import Sketch
from digitapp.strokes import from_points, paint
from tests.digits import DIGITS
from tests.hostile import BIDI, MARKUP
from tests.pages import hostile_store
from tests.pages.test_draw import fabric
from tests.pages.train_page import checked, said

SEVEN = Sketch(objects=tuple(map(fabric, DIGITS[7])))
PLAIN = {  # what shows text as it stands, and what of it is Markdown all the same
    "text_input": ("label", "help"),
    "text_area": ("label", "help"),
    "selectbox": ("label", "help"),
    "multiselect": ("label", "help"),
    "arrow_data_frame": (),
    "code": (),
    "imgs": (),
}
NAMES = (*MARKUP, BIDI)
Way = Callable[[str], str]


def script(first: str) -> None:
    """The app with this page first."""
    import streamlit as st

    from digitapp.pages import draw, handwriting, runs, stress, train

    pages = {
        "draw": draw.page,
        "train": lambda: train.page(lambda: None),
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
    hostile_store.filled(RunStore(f"sqlite:///{path}"))
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
    """All text of a page that somebody takes for markup, with what makes it safe for that."""
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
    """The texts in a message of Streamlit's, of these fields or of all."""
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
    """The hostile texts that stand on a page as they are, where they mean something."""
    return [
        (each, text[:200])
        for way, text in interpreted(app)
        for each in MARKUP
        if each in text and each not in way(f"a{each}b")
    ]


def shows(app: AppTest) -> int:
    """How many of the hostile texts are there, made safe."""
    found = list(interpreted(app))
    return sum(any(way(each) in text for way, text in found) for each in MARKUP)


@pytest.mark.parametrize("place", range(len(MARKUP)))
def test_a_runs_own_page(place: int, store: RunStore) -> None:
    app = opened("train", run=str(place + 1))
    assert not raw(app)
    assert shows(app)


def test_a_run_whose_dataset_and_base_are_nowhere(store: RunStore) -> None:
    app = opened("train", run=str(len(MARKUP) + 1))
    assert not raw(app)
    assert shows(app) >= 3


@pytest.mark.parametrize("part", ["Curves", "What differs", "Scores", "One drawing", "Take home"])
def test_runs_side_by_side(part: str, store: RunStore) -> None:
    count = 3 if part == "One drawing" else len(MARKUP)
    ticked = ",".join(str(n + 1) for n in range(count))
    app = opened("runs", {"sketch": SEVEN, "runs-part": part}, runs=ticked)
    assert not raw(app)
    assert shows(app) or part == "Take home"


def test_a_note_form(store: RunStore) -> None:
    assert not raw(opened("runs", runs="1"))


def test_a_drawing_read_as_hostile_classes(store: RunStore) -> None:
    app = opened("draw", {"sketch": SEVEN, "reader": models.of_run(1)})
    assert not raw(app)
    assert shows(app) >= 3


def test_uploads_with_hostile_file_names(store: RunStore) -> None:
    app = opened("draw", {"way": ":material/upload: Upload", "reader": models.of_run(1)})
    picture = io.BytesIO()
    paint(from_points(DIGITS[6], 20)).save(picture, "PNG")
    files = [(f"{n}{text}.png", picture.getvalue(), "image/png") for n, text in enumerate(NAMES)]
    files.append((f"bad {MARKUP[0]}.png", b"no picture", "image/png"))
    app = checked(app.file_uploader(key="files").set_value(files[:3] + files[-2:]).run())
    assert not raw(app)
    table = app.dataframe[0].value
    assert not [name for name in table["file"] if escaping.turning(name)]
    assert any("U+202E" in name for name in table["file"])


@pytest.mark.parametrize("network", [9, 20])
def test_the_stress_test(network: int, store: RunStore) -> None:
    chosen = [models.DEFAULT, models.of_run(network)]
    app = opened("stress", {"sketch": SEVEN, "tested networks": chosen})
    assert not raw(app)
    assert shows(app)


def test_ones_handwriting(store: RunStore) -> None:
    assert not raw(opened("handwriting"))


@pytest.mark.parametrize("text", MARKUP)
def test_a_hostile_preset_in_the_address(text: str, store: RunStore) -> None:
    app = opened("train", preset=text)
    assert not raw(app)
    assert "Unknown preset" in said(app)


@pytest.mark.parametrize(("place", "name"), list(enumerate(SETTINGS)))
def test_a_hostile_setting_in_the_address(place: int, name: str, store: RunStore) -> None:
    assert not raw(opened("train", **{name: MARKUP[place % len(MARKUP)]}))


@pytest.mark.parametrize("page", ["train", "runs", "handwriting"])
@pytest.mark.parametrize("text", MARKUP[:4])
def test_a_hostile_run_in_the_address(page: str, text: str, store: RunStore) -> None:
    assert not raw(opened(page, **{"runs" if page == "runs" else "run": text}))
