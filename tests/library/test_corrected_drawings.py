"""Corrected drawings: stored, split off for the test, made into datasets and a file."""

import io
from pathlib import Path

import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data.datasets import DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing.strokes import Stroke, from_points, remaining_ink
from digitapp.errors import InvalidSetting, UnknownName
from digitapp.library import catalogue, handwriting_datasets, handwriting_files
from digitapp.library.handwriting_datasets import MIXED, OWN
from digitapp.runs import RunStore, corrected_drawings
from digitapp.runs.corrected_drawings import Correction
from tests import own_data, stores

pytestmark = stores.on_both


@pytest.fixture
def store() -> RunStore:
    return RunStore()


def image(number: int) -> np.ndarray:
    """A distinct image for each number: float32 (28, 28)."""
    found = np.zeros((28, 28), np.float32)
    found[10, 10], found[number % 28, number // 28] = 1, 0.5
    return found


def keep(store: RunStore, labels: list[int]) -> list[Correction]:
    """Store drawings corrected to these digits."""
    for number, label in enumerate(labels):
        corrected_drawings.add(store, image(number), label, str((label + 1) % 10), "recogniser")
    return corrected_drawings.read(store)


def test_a_correction_comes_back_as_it_was(store: RunStore) -> None:
    number = corrected_drawings.add(store, image(3), 4, "not a digit", "run-12")
    (found,) = corrected_drawings.read(RunStore())
    assert (found.id, found.label, found.guess) == (number, 4, "not a digit")
    assert (found.model, found.aside) == ("run-12", False)
    assert found.created > 1.7e9
    assert found.image.dtype == np.uint8
    np.testing.assert_array_equal(found.image, np.rint(image(3) * 255))


def test_the_strokes_come_back_as_the_eraser_left_them(store: RunStore) -> None:
    pen = from_points([[(40.5, 40), (240, 40)], [(60, 200)]], 20)
    wiped = Stroke(np.array([(140.0, 0.0), (140.0, 80.0)]), 30, eraser=True)
    corrected_drawings.add(store, image(3), 4, "9", "recogniser", (*pen, wiped))
    corrected_drawings.add(store, image(4), 4, "9", "recogniser")
    drawn, pictured = corrected_drawings.read(RunStore())
    assert pictured.strokes is None
    assert drawn.strokes is not None
    for found, left in zip(drawn.strokes, remaining_ink((*pen, wiped)), strict=True):
        np.testing.assert_allclose(found.points, left.points, atol=1e-4)
        assert (found.width, found.eraser) == (20, False)
    corrected_drawings.relabel(store, drawn.id, 7)
    (relabelled, _) = corrected_drawings.read(store)
    assert relabelled.strokes is not None
    assert len(relabelled.strokes) == 3


@pytest.mark.parametrize("label", [-1, 10, 4.0, "4", True])
def test_what_is_no_digit_is_no_label(label: object, store: RunStore) -> None:
    with pytest.raises(InvalidSetting, match=r"label is .*; it must be"):
        corrected_drawings.add(store, image(0), label, "9", "recogniser")  # type: ignore[arg-type]
    assert corrected_drawings.read(store) == []


def test_a_label_can_be_changed_and_corrections_deleted(store: RunStore) -> None:
    ids = [each.id for each in keep(store, [1, 2, 3, 4, 5])]
    corrected_drawings.relabel(store, ids[1], 7)
    corrected_drawings.remove(store, [ids[0], ids[3], 99])
    assert [(each.id, each.label) for each in corrected_drawings.read(store)] == [
        (ids[1], 7),
        (ids[2], 3),
        (ids[4], 5),
    ]
    corrected_drawings.remove(store, [])
    with pytest.raises(UnknownName, match="not in My handwriting any more"):
        corrected_drawings.remove(store, [ids[0], ids[3]])
    with pytest.raises(UnknownName, match="not in My handwriting any more"):
        corrected_drawings.relabel(store, ids[0], 3)
    assert [corrected_drawings.label_of(store, each) for each in ids[:3]] == [None, 7, 3]
    assert len(corrected_drawings.read(store)) == 3
    corrected_drawings.clear(store)
    assert corrected_drawings.read(store) == []
    assert keep(store, [1])[0].id > ids[-1]  # a number is never reused


@pytest.mark.parametrize(
    "labels",
    [[4] * 40, [4, 7] * 20, list(range(10)) * 4, [1] * 30 + [2] * 10, [0, 0, 0, 9] * 10],
    ids=["one", "two by turns", "ten by turns", "many of one", "one of four"],
)
def test_one_of_four_is_put_aside_evenly_over_the_digits(
    labels: list[int], store: RunStore
) -> None:
    found = keep(store, labels)
    aside = [each.label for each in found if each.aside]
    assert 9 <= len(aside) <= 10
    for label in set(labels):
        assert aside.count(label) <= labels.count(label) / 4 + 1
        assert aside.count(label) >= labels.count(label) / 4 - 1.5


def test_what_was_put_aside_stays_so_whatever_is_deleted(store: RunStore) -> None:
    before = {each.id: each.aside for each in keep(store, [4, 7, 2] * 8)}
    corrected_drawings.remove(store, [1, 2, 5, 6])
    keep(store, [4] * 4)
    after = {each.id: each.aside for each in corrected_drawings.read(store)}
    assert all(after[number] == before[number] for number in after.keys() & before.keys())


def test_the_version_changes_with_every_change(store: RunStore) -> None:
    versions = [corrected_drawings.version(store)]
    assert versions == [""]
    for change in (
        lambda: keep(store, [1, 2, 3]),
        lambda: corrected_drawings.relabel(store, 2, 5),
        lambda: corrected_drawings.remove(store, [1]),
        lambda: keep(store, [1]),
    ):
        change()
        versions.append(corrected_drawings.version(store))
    assert len(set(versions)) == len(versions)


def test_labels_that_add_up_to_the_same_are_different_versions(store: RunStore) -> None:
    keep(store, [2, 3])
    before = corrected_drawings.version(store)
    corrected_drawings.relabel(store, 1, 4)
    corrected_drawings.relabel(store, 2, 2)  # 1 * 4 + 2 * 2 equals 1 * 2 + 2 * 3
    assert corrected_drawings.version(store) != before
    corrected_drawings.relabel(store, 1, 2)
    corrected_drawings.relabel(store, 2, 3)
    assert corrected_drawings.version(store) == before


def test_the_dataset_tests_on_what_was_put_aside(store: RunStore) -> None:
    found = keep(store, [4, 7, 2, 4, 4, 1, 0, 9])
    data = catalogue.dataset(store, OWN)
    assert (data.name, data.class_names) == (OWN, DIGIT_NAMES)
    assert data.y_train.tolist() == [each.label for each in found if not each.aside]
    assert data.y_test.tolist() == [each.label for each in found if each.aside]
    np.testing.assert_array_equal(data.x_test[0], next(e.image for e in found if e.aside))


def test_mixed_it_is_as_heavy_as_the_digits_it_is_mixed_with(store: RunStore) -> None:
    keep(store, [4, 7, 2, 4])
    own, mixed = catalogue.dataset(store, OWN), catalogue.dataset(store, MIXED)
    mine = (mixed.x_train[:, None] == own.x_train[None]).all(axis=(2, 3))
    assert mine.sum(axis=0) == pytest.approx([667, 667, 667], abs=1)
    assert len(mixed.x_train) == mine.any(axis=1).sum() + handwriting_datasets.MIXED_IN
    for place, label in enumerate(own.y_train):
        assert set(mixed.y_train[mine[:, place]]) == {label}
    np.testing.assert_array_equal(mixed.x_test, own.x_test)
    assert set(mixed.y_train) == set(range(10))


def test_a_network_that_knows_what_is_no_digit_sees_some_of_that_too(store: RunStore) -> None:
    keep(store, [4, 7, 2, 4])
    names = (*DIGIT_NAMES, NOT_A_DIGIT)
    mixed, plain = (catalogue.dataset_for(store, MIXED, each) for each in (names, DIGIT_NAMES))
    assert mixed.class_names == names
    assert (mixed.y_train == 10).sum() == handwriting_datasets.OTHERS
    np.testing.assert_array_equal(mixed.y_train[mixed.y_train < 10], plain.y_train)
    assert len(mixed.x_train) == len(mixed.y_train)
    assert catalogue.fingerprint(mixed) == catalogue.fingerprint(plain)
    assert catalogue.dataset_for(store, OWN, names).y_train.max() < 10


@pytest.mark.parametrize(
    ("labels", "said"),
    [([], "0 pictures, 0 of"), ([4], "1 picture, 0 of"), ([4, 7, 2], "3 pictures, 0 of")],
)
@pytest.mark.parametrize("name", [OWN, MIXED])
def test_too_few_are_a_sentence_with_the_number_that_it_takes(
    name: str, labels: list[int], said: str, store: RunStore
) -> None:
    keep(store, labels)
    with pytest.raises(InvalidSetting, match=rf"{said} them put aside .* 3 to learn .* and 1 put"):
        catalogue.dataset(store, name)


def test_it_is_among_the_datasets_as_soon_as_there_is_something(store: RunStore) -> None:
    assert OWN not in catalogue.dataset_names(store)
    keep(store, [4])
    assert catalogue.dataset_names(store)[-2:] == [OWN, MIXED]
    assert catalogue.title(OWN) == "My handwriting"
    assert catalogue.class_names(store, MIXED) == DIGIT_NAMES
    assert catalogue.about("mine") == "A dataset of your own."


def test_the_file_can_be_imported(store: RunStore, tmp_path: Path) -> None:
    path = tmp_path / "mine.npz"
    path.write_bytes(handwriting_files.archive(keep(store, [4, 7, 2, 4, 1])))
    brought, own = own_data.kept(store, path, "mine"), catalogue.dataset(store, OWN)
    assert brought.class_names == ("1", "2", "4", "7")
    np.testing.assert_array_equal(brought.x_test, own.x_test)
    assert [brought.class_names[label] for label in brought.y_test] == [*map(str, own.y_test)]
    for place, (image_, label) in enumerate(zip(own.x_train, own.y_train, strict=True)):
        (found,) = np.flatnonzero((brought.x_train == image_).all(axis=(1, 2)))  # they are shuffled
        assert brought.class_names[brought.y_train[found]] == str(label), place


def test_the_file_has_the_strokes_too_and_is_imported_without_them(
    store: RunStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = from_points([[(9, 8), (7, 6)], [(5, 4)]], 20), from_points([[(3, 2)]], 10)
    for number, strokes in enumerate((None, one, None, two)):
        corrected_drawings.add(store, image(number), 4 + number % 2, "9", "recogniser", strokes)
    path = tmp_path / "mine.npz"
    path.write_bytes(handwriting_files.archive(corrected_drawings.read(store)))
    with np.load(path) as found:
        assert found["strokes_train"].dtype == np.float32
        expected = [[1, 0, 20, 9, 8], [1, 0, 20, 7, 6], [1, 1, 20, 5, 4]]
        assert found["strokes_train"].tolist() == expected
        assert found["strokes_test"].tolist() == [[0, 0, 10, 3, 2]]
    assert main(["data", "import", str(path), "--name", "mine"]) == 0
    assert "a dataset keeps the images alone" in capsys.readouterr().out
    assert len(catalogue.dataset(store, "mine").x_train) == 3


def test_the_file_of_too_few_has_no_test_part(store: RunStore) -> None:
    with np.load(io.BytesIO(handwriting_files.archive(keep(store, [4, 7])))) as found:
        assert set(found) == {"x_train", "y_train"}
        assert found["y_train"].tolist() == [4, 7]  # without strokes, there are no arrays for them


def test_whether_some_are_put_aside_is_told_without_reading_them(store: RunStore) -> None:
    assert not corrected_drawings.some_put_aside(store)
    for count in range(1, 9):
        kept = keep(store, [count % 2])
        assert corrected_drawings.some_put_aside(store) == any(each.aside for each in kept)
    assert corrected_drawings.some_put_aside(store)
