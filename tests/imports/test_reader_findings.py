"""What the bundled network notices about images and labels of digits."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.data.datasets import CLOTHES_NAMES
from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding
from digitapp.imports.findings import findings
from digitapp.imports.orientations import ORIENTATIONS
from digitapp.library import second_opinion
from digitapp.reading.prediction import Predictor
from tests.imports.collections import digits, of_images, of_labels, signs


@pytest.fixture(scope="module")
def reader(recogniser: Predictor) -> second_opinion.SecondOpinion:
    return second_opinion.SecondOpinion(recogniser)


def _found(given: Collection, reader: second_opinion.SecondOpinion) -> dict[str, Finding]:
    return {each.name: each for each in findings(given, reader)}


LAID = {  # what is done to upright images, by what undoes it
    "transpose": lambda x: x.transpose(0, 2, 1),
    "turn_left": lambda x: np.rot90(x, -1, axes=(1, 2)),
    "turn_round": lambda x: np.rot90(x, 2, axes=(1, 2)),
    "turn_right": lambda x: np.rot90(x, 1, axes=(1, 2)),
    "mirror": lambda x: x[:, :, ::-1],
    "flip": lambda x: x[:, ::-1],
    "transpose_other": lambda x: np.rot90(x, 2, axes=(1, 2)).transpose(0, 2, 1),
}


def test_good_digits_are_good(reader: second_opinion.SecondOpinion) -> None:
    assert not _found(digits(), reader)


@pytest.mark.parametrize("mend", LAID)
def test_every_orientation_is_noticed(mend: str, reader: second_opinion.SecondOpinion) -> None:
    found = _found(of_images(digits(120), LAID[mend]), reader)
    assert {*found} == {"turned"}
    assert (found["turned"].mend, found["turned"].suggested) == (mend, True)
    assert ORIENTATIONS[mend].words in found["turned"].sentence


def test_turned_digits_on_white_paper_are_both(reader: second_opinion.SecondOpinion) -> None:
    found = _found(of_images(digits(300), lambda x: 255 - x.transpose(0, 2, 1)), reader)
    assert {*found} == {"turned", "inverted"}


def test_digits_with_names_in_words_are_known(reader: second_opinion.SecondOpinion) -> None:
    words = ("zero", "One", "two", "three", "Four", "five", "six", "seven", "eight", "NINE")
    given = replace(of_images(digits(120), LAID["mirror"]), class_names=words)
    assert {*_found(given, reader)} == {"turned"}


def test_digits_among_other_classes_are_enough(reader: second_opinion.SecondOpinion) -> None:
    given = of_images(digits(120), LAID["transpose"])
    assert {*_found(replace(given, class_names=(*"012345", *"ABCD")), reader)} == {"turned"}


def test_ten_for_zero_is_noticed(reader: second_opinion.SecondOpinion) -> None:
    given = replace(digits(300, with_test_part=False), class_names=tuple(map(str, range(1, 11))))
    ten = of_labels(given, lambda y: (y + 9) % 10)
    assert _found(ten, reader)["labels_from_one"].mend == "ten_is_zero"
    shifted = _found(given, reader)["labels_from_one"]
    assert shifted.mend == "one_less"
    assert "the images of 1 show 0, those of 2 show 1" in shifted.sentence


def test_turned_digits_with_labels_from_one_are_both(
    reader: second_opinion.SecondOpinion,
) -> None:
    given = replace(digits(300, with_test_part=False), class_names=tuple(map(str, range(1, 11))))
    found = _found(of_images(given, LAID["transpose"]), reader)
    assert {*found} == {"turned", "labels_from_one", "no_test_part"}


def test_digits_from_1_to_9_have_their_right_names(reader: second_opinion.SecondOpinion) -> None:
    given = digits(300, with_test_part=False)
    keep = given.train.labels > 0
    train = replace(
        given.train, images=given.train.images[keep], labels=given.train.labels[keep] - 1
    )
    assert {*_found(replace(given, class_names=tuple("123456789"), train=train), reader)} == {
        "no_test_part"
    }


def test_wrong_labels_are_found_and_hardly_any_other(
    reader: second_opinion.SecondOpinion,
) -> None:
    wrong = np.arange(0, 480, 16)
    given = of_labels(digits(), lambda y: np.where(np.arange(len(y)) % 16 == 0, (y + 3) % 10, y))
    found = _found(given, reader)
    assert {*found} == {"mislabelled"}
    listed = {*found["mislabelled"].images.tolist()}
    assert len(listed & {*wrong.tolist()}) >= 28
    assert len(listed - {*wrong.tolist()}) <= 2
    assert not found["mislabelled"].suggested


def test_a_class_with_another_ones_images_is_asked_about(
    reader: second_opinion.SecondOpinion,
) -> None:
    given = of_labels(digits(), lambda y: np.where(y == 3, 5, np.where(y == 5, 3, y)))
    found = [each for each in findings(given, reader) if each.name == "misnamed_class"]
    assert [each.sentence.split(" look ")[0] for each in found] == [
        "Most images of 3",
        "Most images of 5",
    ]
    assert all(each.mend is None for each in found)


def test_what_the_network_does_not_know_it_says_nothing_about(
    reader: second_opinion.SecondOpinion,
) -> None:
    of_signs = _found(signs((20, 20, 20), tuple("347"), side=28), reader)
    assert {*of_signs} == {"no_test_part", "placed_otherwise"}
    assert {*_found(signs((20, 20, 20), tuple("347"), side=20), reader)} == {"no_test_part"}
    assert not _found(replace(digits(300), class_names=CLOTHES_NAMES), reader)


def test_a_handful_of_digits_is_too_few_to_judge_by(reader: second_opinion.SecondOpinion) -> None:
    given = of_images(digits(15, with_test_part=False), LAID["transpose"])
    assert "turned" not in _found(given, reader)


def test_all_images_are_read_only_if_some_have_the_wrong_label(
    reader: second_opinion.SecondOpinion, monkeypatch: pytest.MonkeyPatch
) -> None:
    from digitapp.imports import reader_findings

    monkeypatch.setattr(reader_findings, "LOOKED_AT", 200)
    told: list[str] = []
    findings(digits(), reader, told=told.append)
    assert not told
    wrong = of_labels(digits(), lambda y: np.where(np.arange(len(y)) % 16 == 0, (y + 3) % 10, y))
    (found,) = findings(wrong, reader, told=told.append)
    assert told == ["Reading 600 images, as some may have the wrong label."]
    assert len(found.images) >= 28
