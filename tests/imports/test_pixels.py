"""Images in any usual form become grey bytes, or a sentence."""

from collections.abc import Callable

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports import pixels
from digitapp.imports.pixels import grey

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (7, 28, 28), dtype=np.uint8)
FORMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "as they are": lambda x: x,
    "int64": lambda x: x.astype(np.int64),
    "big-endian int32": lambda x: x.astype(">i4"),
    "float 0 to 1": lambda x: x / 255,
    "float32 0 to 1": lambda x: (x / 255).astype(np.float32),
    "float 0 to 255": lambda x: x.astype(np.float64),
    "-1 to 1": lambda x: x / 127.5 - 1,
    "16 bits": lambda x: x.astype(np.uint16) * 257,
    "16 bits as floats": lambda x: x.astype(np.float64) * 257,
    "rows": lambda x: x.reshape(len(x), 784),
    "rows of floats": lambda x: x.reshape(len(x), 784) / 255,
    "one channel": lambda x: x[..., None],
    "one channel, first": lambda x: x[:, None],
    "colours": lambda x: np.repeat(x[..., None], 3, axis=-1),
    "colours, first": lambda x: np.repeat(x[:, None], 3, axis=1) / 255,
    "colours and opacity": lambda x: np.concatenate(
        [np.repeat(x[..., None], 3, axis=-1), np.full((*x.shape, 1), 255, np.uint8)], axis=-1
    ),
    "Fortran's order": np.asfortranarray,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_images_in_any_form_are_the_same(form: str) -> None:
    found = grey([FORMS[form](IMAGES), FORMS[form](IMAGES[:2])], "file")
    assert [part.dtype for part in found.parts] == [np.uint8, np.uint8]
    assert np.array_equal(found.parts[0], IMAGES)
    assert np.array_equal(found.parts[1], IMAGES[:2])


def test_some_at_a_time_are_the_same_as_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "AT_ONCE", 1000)
    assert np.array_equal(grey([IMAGES / 255], "file").parts[0], IMAGES)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float32])
def test_black_and_white_becomes_0_and_255(kind: type) -> None:
    dots = (IMAGES > 127).astype(kind)
    found = grey([dots], "file")
    assert np.array_equal(found.parts[0], np.where(IMAGES > 127, 255, 0))
    assert found.converted


def test_the_range_is_that_of_all_parts() -> None:
    dark = np.zeros((2, 28, 28))
    found = grey([IMAGES.astype(float), dark + 1], "file")
    assert found.parts[1].max() == 1


def test_what_is_transparent_is_paper() -> None:
    clear = np.zeros((1, 8, 8, 4), np.uint8)
    clear[0, 2, 2] = (0, 0, 0, 255)
    found = grey([clear], "file").parts[0][0]
    assert (found[2, 2], found[0, 0]) == (0, 255)


def test_red_green_and_blue_count_as_they_are_seen() -> None:
    colours = np.zeros((1, 8, 8, 3), np.uint8)
    colours[0, 0, :3] = np.diag([255, 255, 255])
    assert grey([colours], "file").parts[0][0, 0, :3].tolist() == [76, 150, 29]


def test_an_empty_part_stays_empty() -> None:
    found = grey([IMAGES / 255, np.zeros((0, 28, 28))], "file")
    assert found.parts[1].shape == (0, 28, 28)


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (np.zeros((0, 28, 28)), "there are no images"),
        (np.zeros((3, 785)), "float64 (3, 785); they must be (n, pixels) of squares"),
        (np.zeros((3, 28, 28, 2)), "1, 3 or 4 channels"),
        (np.zeros((3, 28, 28, 3, 1)), "they must be (n, pixels)"),
        (np.zeros(3), "they must be (n, pixels)"),
        (np.zeros((3, 2, 2)), "sides of 4 to 1024"),
        (np.zeros((1, 2000, 2)), "sides of 4 to 1024"),
        (np.full((2, 8, 8), np.nan), "NaN or infinite"),
        (np.full((2, 8, 8), -5), "int64 from -5 to -5; they must be from 0 to 1"),
        (np.full((2, 8, 8), 3e6), "from 3e+06 to 3e+06"),
        (np.full((2, 8, 8), "7"), "they must be numbers"),
        (np.full((2, 8, 8), 1j), "they must be numbers"),
    ],
)
def test_anything_else_is_a_sentence(images: np.ndarray, said: str) -> None:
    with pytest.raises(BadFile) as told:
        grey([images], "own.npz")
    assert said in str(told.value)
    assert str(told.value).startswith("own.npz: ")


def test_parts_of_different_sizes_are_refused() -> None:
    with pytest.raises(BadFile, match="same size"):
        grey([IMAGES, IMAGES[:, :20, :20]], "file")


def test_whole_numbers_from_minus_1_to_1_are_known() -> None:
    dots = np.where(IMAGES > 127, 1, -1).astype(np.int8)
    assert np.array_equal(grey([dots], "file").parts[0], np.where(IMAGES > 127, 255, 0))


@pytest.mark.parametrize(("low", "high"), [(-0.02, 1.02), (-0.05, 1.0), (0.0, 1.3)])
def test_what_resizing_adds_to_0_to_1_is_cut_off(low: float, high: float) -> None:
    over = IMAGES / 255
    over[0, 0, :2] = low, high
    found = grey([over], "file")
    assert np.array_equal(found.parts[0][1:], IMAGES[1:])
    assert found.parts[0][0, 0, :2].tolist() == [0, 255]
    assert "were cut to 0 to 1" in found.converted[0]
