"""Every mend puts right what was found, and says so."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.imports.collection import Collection, Labelled
from digitapp.imports.finding import NONE
from digitapp.imports.findings import findings
from digitapp.imports.mends import MENDS, mended, suggested
from digitapp.imports.orientations import ORIENTATIONS
from tests.imports.collections import digits, of_images, of_labels, signs


def _same(one: Collection, other: Collection) -> bool:
    parts = zip((one.train, one.test), (other.train, other.test), strict=True)
    return one.class_names == other.class_names and all(
        a is b or (np.array_equal(a.images, b.images) and np.array_equal(a.labels, b.labels))
        for a, b in parts
        if a is not None and b is not None
    )


EXACT: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "invert": lambda x: 255 - x,
    **{
        name: lambda x, name=name: {  # type: ignore[misc]
            "turn_left": ORIENTATIONS["turn_right"],
            "turn_right": ORIENTATIONS["turn_left"],
        }.get(name, ORIENTATIONS[name]).upright(x)
        for name in ORIENTATIONS
        if name != "as_is"
    },
}


@pytest.mark.parametrize("mend", EXACT)
def test_pixels_are_put_back_exactly(mend: str) -> None:
    clean = digits(50)
    found = mended(of_images(clean, EXACT[mend]), {mend: NONE})
    assert _same(found, clean)
    assert found.told == (MENDS[mend].done,)


def test_the_orientations_are_all_different() -> None:
    image = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    assert (
        len(
            {
                each.upright(image).tobytes() + bytes(each.upright(image).shape)
                for each in ORIENTATIONS.values()
            }
        )
        == 8
    )


def test_white_paper_under_some_images_becomes_black() -> None:
    clean = digits(100)
    assert clean.test is not None
    train, test = clean.train.images.copy(), clean.test.images.copy()
    train[::4], test[1::4] = 255 - train[::4], 255 - test[1::4]
    bad = replace(
        clean, train=replace(clean.train, images=train), test=replace(clean.test, images=test)
    )
    found = mended(bad, suggested(findings(bad)))
    assert _same(found, clean)
    assert "In 25 images with white paper" in found.told[0]


def test_faint_images_become_as_bright_as_they_were() -> None:
    clean = digits(100)
    found = mended(of_images(clean, lambda x: x // 16), {"brighten": NONE})
    assert found.train.images.max() == 255
    assert np.abs(found.train.images.astype(int) - clean.train.images).max() <= 17


def test_black_and_white_gets_soft_edges() -> None:
    hard = of_images(digits(50), lambda x: np.where(x > 127, 255, 0).astype(np.uint8))
    found = mended(hard, {"soften": NONE}).train.images
    assert len(np.unique(found)) > 5
    assert found[hard.train.images == 0].max() < 255
    assert np.abs(found.mean() - hard.train.images.mean()) < 1


def test_ten_becomes_zero_and_classes_stay_in_order() -> None:
    clean = digits(100)
    bad = replace(
        of_labels(clean, lambda y: (y + 9) % 10),
        class_names=tuple(map(str, range(1, 11))),
        test=None,
    )
    assert _same(mended(bad, {"ten_is_zero": NONE}), replace(clean, test=None))


def test_labels_become_one_less() -> None:
    clean = digits(100)
    bad = replace(clean, class_names=tuple(map(str, range(1, 11))))
    assert _same(mended(bad, {"one_less": NONE}), clean)


@pytest.mark.parametrize(("mend", "names"), [("one_less", "ABC"), ("one_less", "012")])
def test_labels_that_cannot_be_shifted_are_a_sentence(mend: str, names: str) -> None:
    with pytest.raises(InvalidSetting, match=f"{names[0]}, {names[1]}, {names[2]}"):
        mended(signs((9, 9, 9), tuple(names)), {mend: NONE})


def test_what_is_left_out_is_left_out_at_once_from_both_parts() -> None:
    clean = digits(100)
    assert clean.test is not None
    count = len(clean.train)
    left = mended(
        clean,
        {
            "leave_out_blank": np.array([0, 5, count]),
            "leave_out_repeated": np.array([5, 7, count + 3]),
        },
    )
    assert np.array_equal(left.train.images, np.delete(clean.train.images, [0, 5, 7], axis=0))
    assert left.test is not None
    assert np.array_equal(left.test.labels, np.delete(clean.test.labels, [0, 3]))
    assert left.told == ("3 images without ink left out.", "3 images left out as copies.")


def test_rare_classes_are_forgotten_with_their_images() -> None:
    given = signs((20, 2, 20))
    (rare,) = [each for each in findings(given) if each.name == "rare_classes"]
    found = mended(given, {"leave_out_rare": rare.images})
    assert found.class_names == ("A", "C")
    assert np.bincount(found.train.labels).tolist() == [20, 20]


def test_a_class_that_loses_all_its_training_images_is_left_out_and_it_is_said() -> None:
    given = signs((20, 20, 20))
    given = replace(given, test=given.train)
    of_b = np.flatnonzero(given.train.labels == 1)
    found = mended(given, {"leave_out_mislabelled": of_b})
    assert found.class_names == ("A", "C")
    assert found.told[-1] == "Left out, as no image was left to learn from: B."
    assert found.test is not None
    assert np.bincount(found.test.labels).tolist() == [20, 20]


def test_one_class_is_not_enough() -> None:
    given = signs((20, 2))
    with pytest.raises(InvalidSetting, match="at least two"):
        mended(given, {"leave_out_rare": np.flatnonzero(given.train.labels == 1)})


def test_not_everything_can_be_left_out() -> None:
    with pytest.raises(InvalidSetting, match="All training images would be left out"):
        mended(signs((20, 20)), {"leave_out_mislabelled": np.arange(40)})


def test_what_need_not_be_done_is_not_said() -> None:
    assert mended(digits(50), {"split": NONE}).told == ()


def test_one_part_given_twice_is_split_anew() -> None:
    given = digits(300)
    given = replace(given, test=given.train)
    found = mended(given, suggested(findings(given)))
    assert found.test is not None
    assert len(found.train) + len(found.test) == len(given.train)
    assert not {*map(bytes, found.train.images)} & {*map(bytes, found.test.images)}


def test_what_is_suggested_leaves_nothing_to_suggest() -> None:
    given = of_images(
        of_labels(signs((60, 20, 20)), np.sort), lambda x: 1 - (x > 127).astype(np.uint8)
    )
    images = given.train.images.copy()
    images[3], images[4] = 1, images[90]
    given = replace(given, train=Labelled(images, given.train.labels))
    first = findings(given)
    assert {"blank", "faint", "inverted", "contradictory"} < {each.name for each in first}
    assert not suggested(findings(mended(given, suggested(first))))


def test_an_unknown_mend_is_a_sentence() -> None:
    with pytest.raises(UnknownName, match="mend"):
        mended(digits(50), {"paint": NONE})
