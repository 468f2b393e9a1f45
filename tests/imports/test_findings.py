"""What is odd about images and classes is noticed; what is as it should be is not."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.errors import BadFile
from digitapp.imports.collection import Labelled
from digitapp.imports.finding import Finding
from digitapp.imports.findings import findings
from digitapp.imports.mends import mended, suggested
from tests.imports.collections import Collection, digits, of_images, of_labels, signs


def _found(given: Collection) -> dict[str, Finding]:
    return {each.name: each for each in findings(given)}


def test_nothing_is_odd_about_mixed_grey_images_with_a_test_part() -> None:
    assert not findings(digits())


def test_images_that_are_as_they_should_be_lack_only_a_test_part() -> None:
    (found,) = findings(signs((20, 20, 20)))
    assert (found.name, found.mend, found.suggested) == ("no_test_part", "split", True)


@pytest.mark.parametrize("side", [8, 28, 64])
def test_white_paper_is_noticed_in_any_size(side: int) -> None:
    white = of_images(
        signs((20, 20), side=20), lambda x: np.pad(255 - x, ((0, 0), (0, side), (0, side)), "edge")
    )
    assert _found(white)["inverted"].mend == "invert"


def test_white_paper_under_some_of_the_images_is_noticed_with_their_places() -> None:
    given = digits()
    assert given.test is not None
    count = len(given.train)
    some = np.arange(0, count + len(given.test), 7)
    images = np.concatenate([given.train.images, given.test.images])
    images[some] = 255 - images[some]
    test = Labelled(images[count:], given.test.labels)
    given = replace(given, train=Labelled(images[:count], given.train.labels), test=test)
    found = _found(given)
    assert {*found} == {"partly_inverted"}
    assert found["partly_inverted"].images.tolist() == some.tolist()
    assert found["partly_inverted"].suggested


def test_photographs_that_reach_the_edge_are_not_suggested_to_be_inverted() -> None:
    random = np.random.default_rng(0)
    scenes = random.integers(0, 256, (60, 28, 28), dtype=np.uint8)
    scenes[::2] //= 2
    found = _found(replace(signs((30, 30)), train=Labelled(scenes, signs((30, 30)).train.labels)))
    assert not found["partly_inverted"].suggested if "partly_inverted" in found else True


def test_pixels_of_0_and_1_as_bytes_are_faint_and_without_grey() -> None:
    found = _found(of_images(digits(), lambda x: (x > 127).astype(np.uint8)))
    assert {*found} == {"faint", "two_levels"}
    assert "brightest pixels are 1," in found["faint"].sentence


def test_faint_images_on_white_paper_are_both() -> None:
    assert {*_found(of_images(digits(), lambda x: 16 - x // 16))} == {"faint", "inverted"}


def test_black_and_white_images_have_no_grey() -> None:
    found = _found(of_images(digits(), lambda x: np.where(x > 127, 255, 0).astype(np.uint8)))
    assert {*found} == {"two_levels"}


def test_empty_images_are_found_whatever_the_colour_of_the_paper() -> None:
    given = digits(with_test_part=False)
    images = given.train.images.copy()
    images[[3, 50]], images[70] = 0, 255
    found = _found(replace(given, train=Labelled(images, given.train.labels)))
    assert found["blank"].images.tolist() == [3, 50, 70]
    assert {*found} == {"blank", "no_test_part"}  # nor are they copies of each other


def test_images_sorted_by_class_are_noticed_and_ordered_ones_of_each_in_turn_are_not() -> None:
    given = digits(with_test_part=False)
    order = np.argsort(given.train.labels, kind="stable")
    in_order = Labelled(given.train.images[order], given.train.labels[order])
    assert (
        "first many of 0, then many of 1"
        in _found(replace(given, train=in_order))["sorted"].sentence
    )
    turn = np.argsort(np.argsort(order) % 60, kind="stable")
    in_turn = Labelled(given.train.images[turn], given.train.labels[turn])
    assert "sorted" not in _found(replace(given, train=in_turn))


def test_classes_with_hardly_any_image_are_named_and_may_be_left_out() -> None:
    found = _found(signs((20, 3, 20, 1)))["rare_classes"]
    assert "Of B and D there are at most 3 images" in found.sentence
    assert len(found.images) == 4
    assert (found.mend, found.suggested) == ("leave_out_rare", False)


def test_classes_cannot_be_left_out_if_all_have_hardly_any_image() -> None:
    assert _found(signs((3, 3, 3)))["rare_classes"].mend is None


def test_a_class_that_is_only_tested_is_left_out_unless_somebody_objects() -> None:
    given = signs((20, 20, 20))
    of_c = given.train.labels == 2
    train = Labelled(given.train.images[~of_c], given.train.labels[~of_c])
    given = replace(given, train=train, test=given.train)
    found = _found(given)["rare_classes"]
    assert "Of C there are no images to learn from" in found.sentence
    assert found.suggested


def test_uneven_classes_are_noticed_and_not_mended_unasked() -> None:
    found = _found(signs((200, 20, 25)))["uneven"]
    assert "200 images of A, but only 20 of B" in found.sentence
    assert len(found.images) == 140
    assert not found.suggested
    assert "uneven" not in _found(signs((80, 20, 25)))


def test_copies_are_counted_but_for_the_first() -> None:
    given = digits(with_test_part=False)
    images = given.train.images.copy()
    label = given.train.labels[4]
    copies = np.flatnonzero(given.train.labels == label)[5:10]
    images[copies] = images[4]
    found = _found(replace(given, train=Labelled(images, given.train.labels)))["repeated"]
    assert found.images.tolist() == copies.tolist()


def test_one_copy_among_many_images_is_not_worth_a_word() -> None:
    given = digits(with_test_part=False)
    images = given.train.images.copy()
    twin = np.flatnonzero(given.train.labels == given.train.labels[4])[7]
    images[twin] = images[4]
    assert "repeated" not in _found(replace(given, train=Labelled(images, given.train.labels)))


def test_copies_with_different_labels_are_noticed_however_few() -> None:
    given = digits(with_test_part=False)
    images = given.train.images.copy()
    other = int(np.flatnonzero(given.train.labels != given.train.labels[4])[9])
    images[other] = images[4]
    found = _found(replace(given, train=Labelled(images, given.train.labels)))["contradictory"]
    assert found.images.tolist() == sorted([4, other])


def test_test_images_among_the_training_images_are_noticed() -> None:
    given = digits()
    assert given.test is not None
    images, labels = given.train.images.copy(), given.train.labels.copy()
    images[10:30], labels[10:30] = given.test.images[:20], given.test.labels[:20]
    found = _found(replace(given, train=Labelled(images, labels)))
    assert {*found} == {"shared"}
    assert found["shared"].images.tolist() == [*range(10, 30)]
    assert "20 test images of 120 are training images, too" in found["shared"].sentence


def test_the_same_images_in_both_parts_are_one_part() -> None:
    given = digits()
    found = _found(replace(given, test=given.train))
    assert {*found} == {"same_parts"}
    assert found["same_parts"].mend == "split_anew"
    assert len(found["same_parts"].images) == len(given.train)


def test_an_empty_test_part_is_none() -> None:
    given = digits()
    nothing = Labelled(given.train.images[:0], given.train.labels[:0])
    assert {*_found(replace(given, test=nothing))} == {"no_test_part"}


def test_sentences_are_sentences() -> None:
    given = of_labels(signs((200, 20, 3)), np.sort)
    found = findings(of_images(given, lambda x: 1 - (x > 127).astype(np.uint8)))
    assert len(found) >= 5
    assert all(each.sentence[0].isupper() or each.sentence[0].isdigit() for each in found)
    assert all(each.sentence.endswith(".") for each in found)


def test_a_file_of_empty_images_alone_is_refused() -> None:
    empty = of_images(digits(40), np.zeros_like)
    with pytest.raises(BadFile, match="All 40 images are empty"):
        findings(empty)


LETTERS = replace(signs((9,) * 26), class_names=tuple(map(str, range(1, 27))))
IDX = "idx files with emnist-letters-train-images-idx3-ubyte and its labels"


@pytest.mark.parametrize(
    ("form", "file"), [(IDX, "eml"), ("a CSV file", "emnist-letters-train.csv")]
)
def test_the_letters_of_emnist_are_known_by_the_names_of_their_files(form: str, file: str) -> None:
    found = findings(replace(LETTERS, form=form), files=[file])
    mends = suggested(found)
    assert {"transpose", "to_letters"} <= {*mends}
    names = mended(replace(LETTERS, form=form), mends).class_names
    assert (names[0], names[-1]) == ("A", "Z")


def test_26_numbers_may_be_letters_and_nobody_is_told_that_they_are() -> None:
    (found,) = [each for each in findings(LETTERS) if each.name == "letters"]
    assert not found.suggested
    assert "turned" not in _found(LETTERS)
