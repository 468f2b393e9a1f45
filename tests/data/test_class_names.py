"""Names of classes, as people type them."""

import pytest

from digitapp.data import class_names
from digitapp.errors import InvalidSetting


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("star\nspiral\n\n  lightning ", ["star", "spiral", "lightning"]),
        ("star, spiral; lightning", ["star", "spiral", "lightning"]),
        ("salt, pepper\nvinegar", ["salt, pepper", "vinegar"]),
        ("😀 😭", ["😀 😭"]),
        ("", []),
    ],
)
def test_names_stand_on_lines_or_between_commas(text: str, names: list[str]) -> None:
    assert class_names.split(text) == names


def test_any_script_and_emoji_are_names() -> None:
    names = ("star", "звезда", "星", "نجمة", "⭐", "👨‍👩‍👧", "#1", "*_")
    assert class_names.checked(names) == names


def test_spaces_and_invisible_signs_around_a_name_are_taken_away() -> None:
    assert class_names.checked([" a  star\t", "sp\x00iral"]) == ("a star", "spiral")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["star"], "1 class; a dataset has at least 2"),
        ([], "0 classes"),
        ([str(number) for number in range(101)], "101 classes"),
        (["star", ""], "no name"),
        (["star", "x" * 41], "41 characters"),
        (["star", "\u200b"], "invisible"),
        (["star", "a\u202eb"], "reverses"),
        (["star", "star"], "Two classes are called “star”"),
        (["star", "STAR"], "differ only in capitals"),
        (["Ä", "A\u0308"], "Two classes"),
        (["star", "Not a digit"], "No class can be called"),
    ],
)
def test_what_cannot_be_a_name_gets_a_sentence(names: list[str], said: str) -> None:
    with pytest.raises(InvalidSetting, match=said):
        class_names.checked(names)


def test_names_from_a_file_are_made_usable() -> None:
    names = ["sun", " sun ", "sun\n", "x" * 50, "\u200b", "None of these", "A", "a"]
    found, told = class_names.usable(names)
    assert found[:3] == ("sun", "sun (2)", "sun (3)")
    assert found[3:6] == ("x" * 40, "class 4", "None of these (class)")
    assert class_names.checked(found, capitals_tell=True) == found
    assert len(told) == 1
    assert told[0].endswith(".")
    assert class_names.usable(["a", "b"]) == (("a", "b"), ())


def test_many_long_names_stay_different() -> None:
    found, _ = class_names.usable(["y" * 60] * 100)
    assert len({*found}) == 100
    assert max(map(len, found)) == 40


def test_capitals_may_tell_classes_apart_in_files_alone() -> None:
    assert class_names.checked(["A", "a"], capitals_tell=True) == ("A", "a")
    with pytest.raises(InvalidSetting, match="differ only in capitals"):
        class_names.checked(["A", "a"])
    with pytest.raises(InvalidSetting, match="each needs a name of its own"):
        class_names.checked(["A", "A"], capitals_tell=True)
