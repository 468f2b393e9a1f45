"""Classes of pictures by their folders and names."""

from functools import partial
from pathlib import Path

import pytest

from digitapp.errors import BadFile
from digitapp.imports.entries import Entry
from digitapp.imports.forms.naming import by_folder, by_name, check, part_of


def entries(*names: str) -> list[Entry]:
    return [Entry(tuple(name.split("/")), 1, partial(Path("nowhere").open, "rb")) for name in names]


FOLDERS = [
    ("sun/1.png, moon/2.png", "sun moon", "00"),
    ("own/sun/1.png, own/moon/2.png", "sun moon", "00"),
    ("train/sun/1.png, test/sun/2.png, train/moon/3.png", "sun sun moon", "010"),
    ("sun/train/1.png, sun/test/2.png, moon/train/3.png", "sun sun moon", "010"),
    ("trainingSet/trainingSet/0/1.png, trainingSet/trainingSet/1/2.png", "0 1", "00"),
    ("a/Training Set/0/1.png, a/Testing/1/2.png", "0 1", "01"),
    ("train/car/1.png, train/bus/2.png, train/train/3.png", "car bus train", "000"),
    ("car/1.png, bus/2.png, train/3.png, test/4.png", "car bus train test", "0000"),
    ("gzip/a/sun/1.png, gzip/a/moon/2.png", "sun moon", "00"),
]
NAMES = [
    ("7_1.png, 7_2.png, 3_3.png, 3_4.png", "7 7 3 3"),
    ("img1_7.png, img2_7.png, img3_3.png, img4_3.png", "7 7 3 3"),
    ("cat.1.jpg, cat.2.jpg, dog.1.jpg, dog.2.jpg", "cat cat dog dog"),
    ("sun (1).png, sun (2).png, moon (1).png, moon (2).png", "sun sun moon moon"),
    ("a1.png, a2.png, b1.png, b2.png", "a a b b"),
    ("id_1_label_x.png, id_2_label_x.png, id_3_label_y.png, id_4_label_y.png", "x x y y"),
]


@pytest.mark.parametrize(("names", "classes", "tests"), FOLDERS)
def test_classes_and_parts_are_told_by_folders(names: str, classes: str, tests: str) -> None:
    found = by_folder(entries(*names.split(", ")), [])
    assert found.classes == tuple(classes.split())
    assert found.tests == tuple(sign == "1" for sign in tests)
    assert not found.told


def test_the_outer_of_two_folders_is_the_class_and_it_is_said() -> None:
    names = [f"{sun}/{who}/{n}.png" for sun in ("sun", "moon") for who in "ab" for n in (1, 2)]
    found = by_folder(entries(*names), [])
    assert found.classes == ("sun",) * 4 + ("moon",) * 4
    assert found.told == (
        "The classes are the outer folders, such as sun; those inside them, such as a, are not "
        "told apart.",
    )


def test_folders_of_many_people_hold_the_folders_of_the_classes() -> None:
    names = [f"w{who}/{sign}/1.png" for who in range(150) for sign in ("sun", "moon")]
    assert {*by_folder(entries(*names), []).classes} == {"sun", "moon"}


def test_pictures_beside_the_folders_of_classes_are_told() -> None:
    found = by_folder(entries("sun/1.png", "moon/2.png", "cover.png", "test/all/9.png"), ["stars"])
    assert found.classes[:3] == ("sun", "moon", None)
    assert found.told[0].startswith("Not used: cover.png")
    assert found.told[-1] == "Left out: the folder stars, which is empty."


def test_the_validation_part_is_the_test_part_where_there_is_no_other() -> None:
    found = by_folder(entries("train/a/1.png", "train/b/2.png", "val/a/3.png"), [])
    assert found.tests == (False, False, True)
    names = ("train/a/1.png", "train/b/2.png", "val/a/3.png", "test/b/4.png")
    both = by_folder(entries(*names), [])
    assert both.classes == ("a", "b", None, "b")
    assert both.told == ("Not used: a picture of the validation part.",)


@pytest.mark.parametrize(("names", "classes"), NAMES)
def test_classes_are_told_by_names(names: str, classes: str) -> None:
    found = by_name(entries(*names.split(", ")))
    assert found
    assert found.classes == tuple(classes.split())


def test_names_that_tell_no_classes_are_a_sentence() -> None:
    some = entries("own/1.png", "own/2.png", "own/3.png")
    with pytest.raises(BadFile, match=r"3 pictures, all in one folder \(own\)"):
        check(by_name(some), some, "own.zip")


def test_a_part_is_told_by_whole_words() -> None:
    assert part_of("Test") == part_of("testing_set") == "test"
    assert part_of("valid") == "held back"
    assert not any(map(part_of, ("tests of mine", "te", "t", "contest")))
