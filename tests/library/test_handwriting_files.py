"""The file of My handwriting: taken along and brought back."""

import io
from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.drawing.strokes import Drawing, from_points
from digitapp.errors import BadFile
from digitapp.library import handwriting_files
from digitapp.library.handwriting_datasets import OWN
from digitapp.runs import RunStore, corrected_drawings
from digitapp.runs.corrected_drawings import Correction
from tests import stores
from tests.digits import DIGITS

pytestmark = stores.on_both

LABELS = (4, 7, 4, 1, 7, 0, 4, 2)


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def _image(number: int) -> np.ndarray:
    return np.roll(np.eye(28, dtype=np.float32), number, axis=0)


def _filled(store: RunStore) -> list[Correction]:
    """Keep drawings, every other one with its strokes."""
    for number, label in enumerate(LABELS):
        strokes = from_points(DIGITS[label], 20) if number % 2 else None
        corrected_drawings.add(store, _image(number), label, "9", "recogniser", strokes)
    return corrected_drawings.read(store)


def _points(drawing: Drawing | None) -> list[object]:
    return [[each.width, each.points.tolist()] for each in drawing or ()]


def _content(found: list[Correction]) -> list[tuple[object, ...]]:
    """All that a file keeps of drawings, in an order of its own."""
    each = ((one.image.tobytes(), one.label, one.aside, _points(one.strokes)) for one in found)
    return sorted(each, key=lambda one: one[0])


def test_what_was_downloaded_comes_back_with_its_movements_and_the_same_ones_held_out(
    store: RunStore,
) -> None:
    kept = _filled(store)
    assert any(each.aside for each in kept)
    file = handwriting_files.archive(kept)
    corrected_drawings.clear(store)
    brought = handwriting_files.bring(store, file, "mine.npz")
    assert (brought.added, brought.moved, brought.known) == (8, 4, 0)
    assert brought.sentence == "8 drawings added to My handwriting, 4 of them with the movement."
    assert _content(corrected_drawings.read(store)) == _content(kept)
    assert handwriting_files.archive(corrected_drawings.read(store)) == file


def test_what_is_there_already_is_not_added_again(store: RunStore) -> None:
    kept = _filled(store)
    file = handwriting_files.archive(kept)
    corrected_drawings.remove(store, [kept[3].id])
    brought = handwriting_files.bring(store, file, "mine.npz")
    assert brought.sentence == (
        "1 drawing added to My handwriting, 1 of them with the movement. "
        "7 in the file were there already."
    )
    assert _content(corrected_drawings.read(store)) == _content(kept)


def test_of_a_file_that_holds_none_out_one_in_four_is(store: RunStore) -> None:
    kept = [each for each in _filled(store) if not each.aside]
    corrected_drawings.clear(store)
    handwriting_files.bring(store, handwriting_files.archive(kept), "mine.npz")
    found = corrected_drawings.read(store)
    assert len(found) == len(kept)
    assert sum(each.aside for each in found) == len(kept) // 4


def test_the_command_line_brings_them_back_under_their_own_name(
    store: RunStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = _filled(store)
    path = tmp_path / "mine.npz"
    path.write_bytes(handwriting_files.archive(kept))
    corrected_drawings.clear(store)
    assert main(["data", "import", str(path), "--name", OWN]) == 0
    assert "8 drawings added to My handwriting" in capsys.readouterr().out
    assert _content(corrected_drawings.read(store)) == _content(kept)
    assert main(["data", "import", str(tmp_path / "none.npz"), "--name", OWN]) == 1
    assert "none.npz: cannot be read" in capsys.readouterr().err


def _saved(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


X, Y = np.zeros((2, 28, 28), np.uint8), np.array([1, 2], np.uint8)
ROW = [0.0, 0.0, 20.0, 5.0, 6.0]


def _rows(**changed: float) -> np.ndarray:
    """A stroke of one point, with other values at some places."""
    places = {"image": 0, "width": 2, "x": 3}
    row = np.array([ROW], np.float32)
    for name, value in changed.items():
        row[0, places[name]] = value
    return row


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "not an archive of x_train, y_train"),
        (b"PK no archive", "not an archive"),
        (_saved(x_train=X), "not an archive of x_train, y_train"),
        (_saved(x_train=X, y_train=Y + 8), "each from 0 to 9"),
        (_saved(x_train=X, y_train=Y, x_test=X), "not an archive of x_test, y_test"),
        (_saved(x_train=X, y_train=Y, strokes_train=_rows()[:, :4]), "must be float32"),
        (_saved(x_train=X, y_train=Y, strokes_train=_rows().astype(np.float64)), "float64"),
        (_saved(x_train=X, y_train=Y, strokes_train=_rows(image=2)), "not in the file"),
        (_saved(x_train=X, y_train=Y, strokes_train=_rows(image=0.5)), "not in the file"),
        (_saved(x_train=X, y_train=Y, strokes_train=_rows(image=np.nan)), "not in the file"),
        (_saved(x_train=X, y_train=Y, strokes_train=_rows(x=np.inf)), "out of range"),
        (_saved(x_train=X, y_train=Y, strokes_train=_rows(width=0)), "out of range"),
        (_saved(x_train=X, y_train=Y, strokes_train=np.tile(_rows(), (20_001, 1))), "20,000"),
        (_saved(x_train=np.tile(X, (2501, 1, 1)), y_train=np.tile(Y, 2501)), "5,002 drawings"),
    ],
)
def test_a_file_in_another_form_adds_nothing_and_says_why(
    file: bytes, reason: str, store: RunStore
) -> None:
    with pytest.raises(BadFile, match=reason) as raised:
        handwriting_files.bring(store, file, "mine.npz")
    assert str(raised.value).startswith("mine.npz: ")
    assert not corrected_drawings.read(store)


def test_a_file_that_unpacks_to_more_than_is_allowed_is_rejected_before_it_is_unpacked(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handwriting_files, "MOST_MEGABYTES", 1)
    file = io.BytesIO()
    np.savez_compressed(file, x_train=np.zeros((2000, 28, 28), np.uint8))
    assert len(file.getvalue()) < 2**20
    with pytest.raises(BadFile, match=r"mine.npz: 1\.\d MB; at most 1 MB"):
        handwriting_files.bring(store, file.getvalue(), "mine.npz")


def test_strokes_of_an_image_without_any_stay_unknown(store: RunStore) -> None:
    x = np.stack([X[0], X[0] + 1])
    file = _saved(x_train=x, y_train=Y, strokes_train=_rows(image=1))
    handwriting_files.bring(store, file, "mine.npz")
    one, two = corrected_drawings.read(store)
    assert (one.strokes, _points(two.strokes)) == (None, [[20.0, [[5.0, 6.0]]]])
