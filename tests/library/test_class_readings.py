"""What networks read of the drawings of a class: stroke by stroke, and all of all."""

from dataclasses import replace

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.drawing.strokes import from_points
from digitapp.errors import UnknownName
from digitapp.library import class_matrix, class_readings, class_retests, class_wall, models
from digitapp.library.class_matrix import Reader, latest_of_each, right_counts
from digitapp.library.class_readings import Read
from digitapp.library.class_retests import Retests, right_share
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore, classroom_datasets, classroom_wall, drawn_examples
from digitapp.runs.classroom_wall import Ink, Sent
from tests.a_class import Class, a_class, drawing, example
from tests.digits import DIGITS
from tests.tiny_runs import until


@pytest.fixture
def seven(store_url: str) -> Class:
    return a_class(RunStore(store_url))


def ink(digit: int) -> Ink:
    return Ink(np.zeros((28, 28), np.uint8), from_points(DIGITS[digit], 14))


def test_a_drawing_is_read_after_each_of_its_strokes(recogniser: Predictor) -> None:
    drawings = {7: ink(7), 4: ink(4)}
    found = class_readings.stages(recogniser, "recogniser", "", "here", drawings)
    assert {number: each.read.sign for number, each in found.items()} == {7: "7", 4: "4"}
    assert [count for count, _ in found[7].after] == [1]
    assert found[7].read.sure > 0.9


def test_a_picture_is_read_by_its_image(recogniser: Predictor) -> None:
    image = class_wall_image(recogniser)
    assert class_readings.read(recogniser, Ink(image, None)).sign == "7"


def class_wall_image(recogniser: Predictor) -> np.ndarray:
    from digitapp.reading.reader import read_drawing

    read = read_drawing(recogniser, from_points(DIGITS[7], 14))
    return np.rint(read.image * 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("sign", "refused", "meant", "right"),
    [
        ("7", False, "7", True),
        ("7", False, "1", False),
        ("?", True, "1", False),
        ("7", False, "", None),
        ("7", False, "star", None),
    ],
)
def test_a_reading_is_right_or_wrong_where_it_is_known_what_was_meant(
    sign: str, refused: bool, meant: str, right: bool | None
) -> None:
    read = Read(sign, 0.9, refused, False, "not a digit", ("1", "7"))
    assert read.right(meant) is right


def test_the_latest_of_the_wall_are_shown_with_how_the_pen_went(
    seven: Class, recogniser: Predictor
) -> None:
    for number in range(3):
        classroom_wall.send(seven.ada, seven.room, drawing(number))
    reader = class_wall.Reader(recogniser, "recogniser", "")
    wall = class_wall.wall(seven.bo, seven.room, reader, 2)
    assert (wall.count, [each.own for each in wall.shown]) == (3, [False, False])
    with pytest.raises(UnknownName):
        class_wall.wall(seven.eve, seven.room, reader, 2)


def test_points_that_lie_close_together_are_not_sent_to_the_page() -> None:
    line = from_points([[(10.0, 10.0 + n) for n in range(20)]], 14)
    (told,) = class_wall.way(line)
    wild = from_points([[(float(n * 7 % 280), float(n * 13 % 280)) for n in range(1_000)]], 14)
    assert len(class_wall.way(wild)[0]["places"]) <= 2 * class_wall.MOST_SHOWN  # type: ignore[arg-type]
    assert told["width"] == 14
    assert told["places"] == [each for y in (10, 13, 16, 19, 22, 25, 28, 29) for each in (10, y)]
    (dot,) = class_wall.way(from_points([[(5.0, 6.0)]], 20))
    assert dot["places"] == [5, 6]


def test_networks_read_in_the_background_each_drawing_once(
    other_classes: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    run, reader = other_classes.all()[0], Reader()
    loaded = class_matrix.models.load
    monkeypatch.setattr(
        class_matrix.models, "load", lambda *about: read.append(1) or loaded(*about)
    )

    def looked(*numbers: int) -> class_matrix.Matrix:
        return reader.matrix(other_classes, [run], {number: ink(7) for number in numbers})

    assert looked(1, 2).waiting == 1
    until(lambda: looked(1, 2).waiting == 0)
    assert {*looked(1, 2).cells} == {(run.id, 1), (run.id, 2)}
    until(lambda: looked(1, 2, 3).waiting == 0)
    assert len(looked(1, 2, 3).cells) == 3
    assert len(read) == 2


def test_a_network_that_cannot_be_read_is_not_tried_for_ever(other_classes: RunStore) -> None:
    run, reader = other_classes.all()[0], Reader()
    other_classes.delete(run.id)
    reader.matrix(other_classes, [run], {1: ink(7)})
    until(lambda: reader.matrix(other_classes, [run], {1: ink(7)}).problems)
    assert reader.matrix(other_classes, [run], {1: ink(7)}).waiting == 0


def test_counts_leave_out_what_cannot_be_judged() -> None:
    sent = [Sent(n, who, 0.0, "", 0.9, meant, False) for n, who, meant in SENT]
    assert [each.id for each in latest_of_each(sent)] == [2, 3, 4]
    read = {1: "7", 2: "7", 3: "1", 4: "7"}
    cells = {(9, n): Read(sign, 0.9, False, False, "", ("1", "7")) for n, sign in read.items()}
    by_run, by_drawing = right_counts(class_matrix.Matrix(cells, {}, 0), [9], sent[1:])
    assert by_run == {9: (1, 2)}
    assert by_drawing == {2: (1, 1), 3: (0, 1), 4: (0, 0)}


SENT = ((1, "ada", "7"), (2, "ada", "7"), (3, "bo", "7"), (4, "cy", ""))


def test_networks_are_tested_again_with_the_images_of_now(
    other_classes: RunStore, toy: Dataset
) -> None:
    run, retests = other_classes.all()[0], Retests()
    network = models.load(models.of_run(run.id), other_classes)
    few = replace(toy, class_names=network.class_names[:2] * 5)
    until(lambda: not retests.of(other_classes, [run], few, "1").waiting)
    found = retests.of(other_classes, [run], few, "1")
    assert found.scores == {run.id: right_share(network, few)}
    assert retests.of(other_classes, [run], few, "2").waiting == 1


def test_an_image_of_a_class_that_a_network_does_not_know_is_read_wrong(
    recogniser: Predictor, toy: Dataset
) -> None:
    unknown = replace(toy, class_names=tuple(f"sign {number}" for number in range(10)))
    assert right_share(recogniser, unknown) == 0.0


def test_while_a_class_goes_on_drawing_its_images_are_taken_once_a_minute(
    seven: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    signs = classroom_datasets.create(seven.teacher, seven.room, "Signs", ["star", "spiral"])
    few, retests = [example(kind, n) for kind in (0, 1) for n in range(3)], Retests()
    drawn_examples.keep(seven.ada, signs, few)
    data, version = retests.images(seven.bo, signs)
    assert len(data.y_test) == 2
    drawn_examples.keep(seven.ada, signs, few)
    assert retests.images(seven.bo, signs) == (data, version)
    with pytest.raises(UnknownName):
        retests.images(seven.eve, signs)
    monkeypatch.setattr(class_retests, "APART", 0.0)
    assert retests.images(seven.bo, signs)[1] != version


def test_the_race_on_a_class_dataset_reads_what_is_kept_for_its_test(seven: Class) -> None:
    signs = classroom_datasets.create(seven.teacher, seven.room, "Signs", ["star", "spiral"])
    for store, kind in ((seven.ada, 0), (seven.bo, 1), (seven.ada, 1)):
        drawn_examples.keep(store, signs, [example(kind, n) for n in range(4)])
    classroom_wall.send(seven.ada, seven.room, drawing(1))
    found = class_matrix.drawings_of(seven.bo, seven.room, signs, 9)
    assert [(each.sent.person, each.sent.meant) for each in found] == [
        ("bo", "spiral"),
        ("ada", "spiral"),
    ]
    assert all(each.sent.id < 0 and each.ink.strokes for each in found)
    on_wall = class_matrix.drawings_of(seven.bo, seven.room, "mnist", 9)
    assert [each.sent.person for each in on_wall] == ["ada"]
    with pytest.raises(UnknownName):
        class_matrix.drawings_of(seven.eve, seven.room, signs, 9)
