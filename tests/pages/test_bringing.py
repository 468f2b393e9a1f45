"""The Data page's way in for files, without a browser: looked at, mended by switches, kept."""

import io

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitapp.data.datasets import Dataset, load
from digitapp.library import catalogue, own_datasets, shared_files
from digitapp.runs import RunStore, imported_datasets
from digitapp.ui.data import bringing
from tests.hostile import MARKUP
from tests.imports.collections import digits
from tests.pages.test_draw import APP
from tests.pages.test_hostile import raw
from tests.pages.train_page import checked, press, refusals, said

GIVEN = digits(120, with_test_part=False).train
WHITE = 255 - GIVEN.images
EVEN = np.array([0, 1, 0, 1], dtype=np.uint8)


def script() -> None:
    """The app with the Data page first."""
    import streamlit as st

    from digitapp.pages import data

    page = st.Page(lambda: data.page(lambda _: None), title="Data", url_path="data", default=True)
    st.navigation([page]).run()


def _npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _brought(*files: tuple[str, bytes]) -> AppTest:
    """The page after files were handed over."""
    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["new"] = "file"
    checked(app.run())
    uploader = app.file_uploader(key="bring-data-files-0")
    assert app.button(key="look-at-files").disabled  # until something has arrived
    uploader.set_value([(name, data, "application/octet-stream") for name, data in files])
    return press(checked(app.run()), "look-at-files")


def _images(name: str) -> set[bytes]:
    data = catalogue.dataset(RunStore(), name)
    return {*map(bytes, data.x_train), *map(bytes, data.x_test)}


def test_the_way_in_is_beside_the_one_for_drawing() -> None:
    app = AppTest.from_function(script, default_timeout=60)
    app = press(checked(app.run()), "new-from-file")
    assert app.query_params["new"] == "file"
    assert "nothing is kept before you say so" in said(app)


def test_files_are_looked_at_mended_and_kept_under_their_name() -> None:
    app = _brought(("own_digits.npz", _npz(images=WHITE, labels=GIVEN.labels)))
    assert "120 images to learn from, none to test with; 28 x 28 pixels; 10 classes" in said(app)
    assert "The paper is white and the ink is black" in said(app)
    assert imported_datasets.names(RunStore()) == {}
    (invert,) = [each for each in app.toggle if each.label == "Swap black and white"]
    assert invert.value
    app = press(app, "keep-brought")
    assert app.query_params == {"dataset": "own digits"}
    assert "From own_digits.npz." in said(app).replace("\\", "")
    assert "Black and white changed places." in said(app)
    assert _images("own digits") == {*map(bytes, load("hands").x_test[:120])}


def test_a_switch_decides_about_a_mend_and_the_field_about_the_name() -> None:
    app = _brought(("white.npz", _npz(images=WHITE, labels=GIVEN.labels)))
    (invert,) = [each for each in app.toggle if each.label == "Swap black and white"]
    invert.set_value(False)
    app.text_input[0].set_value("Weiß")
    app = press(app, "keep-brought")
    assert app.query_params == {"dataset": "Weiß"}
    assert _images("Weiß") == {*map(bytes, WHITE)}


def test_images_that_may_be_mislabelled_are_shown_with_their_labels() -> None:
    labels = np.where(np.arange(120) % 20 == 3, (GIVEN.labels + 5) % 10, GIVEN.labels)
    app = _brought(("wrong.npz", _npz(images=GIVEN.images, labels=labels)))
    assert "may have the wrong label" in said(app)
    (leave_out,) = [each for each in app.toggle if "doubtful label" in each.label]
    assert not leave_out.value
    assert any(each.value.startswith("Their labels: ") for each in app.caption)


def test_a_name_that_cannot_be_used_is_a_sentence_and_nothing_is_lost() -> None:
    app = _brought(("a.npz", _npz(images=GIVEN.images, labels=GIVEN.labels)))
    app.text_input[0].set_value("a/b")
    app = press(app, "keep-brought")
    assert "contains /" in refusals(app)
    app.text_input[0].set_value("ab")
    app = press(app, "keep-brought")
    assert app.query_params == {"dataset": "ab"}


def test_a_file_that_cannot_be_used_is_a_sentence_and_another_can_be_brought() -> None:
    app = _brought(("notes.txt", b"milk\neggs\n"))
    assert "notes.txt: " in refusals(app)
    assert app.file_uploader(key="bring-data-files-0")


def test_a_shared_dataset_is_opened_as_what_it_is() -> None:
    data = Dataset("signs", ("a", "b"), WHITE[:4], EVEN, WHITE[4:8], EVEN)
    own_datasets.keep(RunStore(), data, "fashion_mnist", "a file", ("It was mended.",))
    file = shared_files.archive(RunStore(), "signs")
    own_datasets.remove(RunStore(), "signs")
    app = AppTest.from_function(script, default_timeout=60)
    app.query_params["new"] = "file"
    uploader = checked(app.run()).file_uploader(key="bring-data-files-0")
    uploader.set_value([("theirs.npz", file, "application/zip")])
    app = press(checked(app.run()), "open-shared")
    assert app.query_params == {"dataset": "signs"}
    assert _images("signs") == {*map(bytes, WHITE[:8])}
    assert catalogue.preparation(RunStore(), "signs") == "fashion_mnist"


def test_files_that_are_too_large_together_are_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bringing, "MOST_MEGABYTES", 1)
    random = np.random.default_rng(0).integers(0, 256, 900_000, dtype=np.uint8)
    app = _brought(("one.npz", _npz(images=random)), ("two.npz", _npz(images=random)))
    assert "2 MB together; at most 1 MB can come in here" in refusals(app)


def test_images_that_unpack_to_too_much_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_KEPT", 0)
    app = _brought(("small.npz", _npz(images=GIVEN.images, labels=GIVEN.labels)))
    assert "MB, unpacked; at most 0 MB can be looked at here" in refusals(app)
    assert "brought" not in app.session_state


def test_what_was_not_kept_is_let_go_of_on_other_pages() -> None:
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.session_state["brought"] = object()
    checked(app.run())  # Draw
    assert "brought" not in app.session_state


def test_other_files_can_be_brought_instead() -> None:
    app = _brought(("a.npz", _npz(images=GIVEN.images, labels=GIVEN.labels)))
    app = press(app, "not-these")
    assert app.file_uploader(key="bring-data-files-1")
    assert imported_datasets.names(RunStore()) == {}


def test_what_files_and_classes_are_called_has_no_effect() -> None:
    names = [each for each in MARKUP if len(each) <= 40]
    labels = np.sort(np.resize(names, 120))
    labels[:2] = "rare one"
    app = _brought((f"{MARKUP[0]}.npz", _npz(images=GIVEN.images, labels=labels)))
    assert "sorted by class" in said(app)
    assert "rare one" in said(app)
    assert not raw(app)
