"""The datasets of real handwriting: drawn as the page draws, split by writer, and cached."""

from pathlib import Path

import numpy as np
import pytest

from digitapp.data import datasets, hand_files, hand_images, hands
from digitapp.data.array_files import PARTS, Arrays
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.data.sample_sheet import samples
from digitapp.data.writers import Writers
from digitapp.drawing import preprocessing
from digitapp.drawing.preprocessing import from_strokes
from digitapp.errors import BadFile

SIZES = {"hands": (6245, 1249), "uji": (1000, 200)}


@pytest.fixture(scope="module")
def uji(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return datasets.load("uji")


def _writers_of(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The writers of the training and the test images, in their order."""
    known = [(each.writer % 6, each.writer) for each in hands.read(name)]
    train = sorted(each for each in known if each[0] != 5)
    return np.array(train)[:, 1], np.array([each for each in sorted(known) if each[0] == 5])[:, 1]


@pytest.mark.parametrize("name", SIZES)
def test_a_sixth_of_the_writers_is_for_the_test_and_nobody_is_in_both_parts(name: str) -> None:
    train, test = _writers_of(name)
    assert not {*train} & {*test}
    assert len({*test}) * 6 == len({*train} | {*test})
    found = hand_images.writers(name)
    assert found.tests == len({*test})
    assert found.ends == tuple(np.flatnonzero(np.diff(train, append=-1)) + 1)


@pytest.mark.parametrize("name", SIZES)
def test_the_images_are_counted_without_drawing_any(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(*given: object) -> None:
        raise AssertionError("it was drawn")

    monkeypatch.setattr(preprocessing, "stroke_image", drawn)
    monkeypatch.setattr(hands, "read", drawn)
    count = DATASETS[name].count
    assert count
    assert count(Path()) == SIZES[name]


def test_the_images_are_those_that_the_page_makes_of_the_strokes(uji: Dataset) -> None:
    train, test = _writers_of("uji")
    for images, labels, writers, place in (
        (uji.x_train, uji.y_train, train, 437),
        (uji.x_test, uji.y_test, test, 60),
    ):
        mine = [each for each in hands.read("uji") if each.writer == writers[place]]
        digit = mine[place - int(np.flatnonzero(writers == writers[place])[0])]
        assert digit.label == labels[place]
        image = from_strokes(digit.drawing(12)).image  # whatever the pen
        np.testing.assert_array_equal(images[place], np.round(image * 255))


def test_every_writer_wrote_two_of_each_digit(uji: Dataset) -> None:
    for first in range(0, 1000, 20):
        assert sorted(uji.y_train[first : first + 20]) == sorted([*range(10)] * 2)


def test_the_images_are_drawn_once_and_again_when_the_file_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, drawn = hands.read("uji")[:60], list[object]()
    draw = preprocessing.stroke_image
    monkeypatch.setattr(hands, "read", lambda name: few)
    monkeypatch.setattr(hands, "writers", lambda name: np.array([d.writer for d in few], np.uint8))
    monkeypatch.setattr(
        preprocessing, "stroke_image", lambda *given: drawn.append(given) or draw(*given)
    )
    first = hand_images.load("uji", tmp_path)
    (file,) = tmp_path.iterdir()
    _assert_same(hand_images.load("uji", tmp_path), first)
    assert len(drawn) == 60
    with np.load(file) as found:
        kept = {name: found[name] for name in (*PARTS, "fingerprint")}
    for times, changes in ((2, {"fingerprint": "another"}), (3, {"x_train": None})):
        texts = {name: np.array(text, dtype=object) for name, text in changes.items()}
        np.savez(file, **{**kept, **texts}, allow_pickle=True)
        _assert_same(hand_images.load("uji", tmp_path), first)
        assert len(drawn) == 60 * times
    _assert_same(hand_images.load("uji", tmp_path), first)
    assert len(drawn) == 180


def _assert_same(found: Arrays, expected: Arrays) -> None:
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_other_strokes_have_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hand_images.fingerprint("uji")
    assert before != hand_images.fingerprint("hands")
    other = tmp_path / "uji.npz"
    other.write_bytes(hand_files.packed(hands.read("uji")[1:], 10))
    monkeypatch.setitem(hands.FILES, "uji", other)
    assert hand_images.fingerprint("uji") != before


@pytest.mark.parametrize("damage", [None, b"", b"PK\x03\x04 but not an archive"])
def test_a_damaged_bundled_file_is_named(
    damage: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hands.FILES, "uji", tmp_path / "uji.npz")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    hands._read.cache_clear()
    if damage is not None:
        (tmp_path / "uji.npz").write_bytes(damage)
    count = DATASETS["uji"].count
    assert count
    for ask in (lambda: datasets.load("uji"), lambda: count(Path())):
        with pytest.raises(BadFile, match=r"uji\.npz: "):
            ask()
    hands._read.cache_clear()


def test_samples_are_by_many_people(uji: Dataset) -> None:
    assert uji.writers
    for label in range(10):
        found = samples(uji, label, 12)
        places = [np.flatnonzero((uji.x_train == each).all(axis=(1, 2)))[0] for each in found]
        assert {*uji.y_train[places].tolist()} == {label}
        assert len({*np.searchsorted(uji.writers.ends, places, "right").tolist()}) == 12
    few = Dataset("few", ("a",), uji.x_train[:3], np.zeros(3, np.uint8), uji.x_test, uji.y_test,
                  Writers((1, 3), 1))  # fmt: skip
    np.testing.assert_array_equal(samples(few, 0, 5), few.x_train)
