"""Teaching the stroke reader: what it learns, what it keeps, and what a run leaves of it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from digitapp.data import hands
from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.data.gentle_strokes import gently_varied
from digitapp.drawing import pen_path
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import Drawing, from_points
from digitapp.errors import UnknownName
from digitapp.jobs import finetuning, stroke_lessons, worker
from digitapp.library import models, onnx_networks
from digitapp.library.handwriting_datasets import OWN
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.runs import RunStore, corrected_drawings, handwriting_scores, stored_arrays
from digitapp.runs.records import STROKE_READER
from digitapp.training.spec import TrainingSpec
from tests.tiny_runs import TINY, write_mnist

SHORT = TrainingSpec(dataset=OWN, base="recogniser", epochs=5)
# A way of writing 3 that nobody has: a spiral from outside to inside.
TURNS = np.linspace(0, 5 * np.pi, 60)
SPIRAL = np.stack(
    [140 + (110 - 6 * TURNS) * np.cos(TURNS), 140 + (110 - 6 * TURNS) * np.sin(TURNS)]
)
THREE = from_points([SPIRAL.T.tolist()], 20)


def again(count: int, seed: int) -> list[Drawing]:
    """The spiral, written several times."""
    rng = np.random.default_rng(seed)
    return [gently_varied(THREE, rng) for _ in range(count)]


@pytest.fixture(scope="module")
def bundled() -> bytes:
    return models.network_file("recogniser").strokes


@pytest.fixture(scope="module")
def taught(bundled: bytes) -> StrokeReader:
    """The bundled stroke reader after a short lesson: the spiral is a 3."""
    return StrokeReader(stroke_lessons.taught(bundled, [(each, 3) for each in again(6, 1)], SHORT))


def test_each_step_has_some_of_ones_own_and_others_with_what_is_said_of_them(
    bundled: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stroke_lessons, "REAL", 40)
    monkeypatch.setattr(stroke_lessons, "SYNTHETIC", 40)
    monkeypatch.setattr(stroke_lessons, "NO_DIGITS", 20)
    reader, own = StrokeReader(bundled), [(each, 3) for each in again(2, 1)]
    first, second = (stroke_lessons.examples(reader, own, 4, seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.paths, second.paths)
    assert first.in_step == stroke_lessons.OWN + stroke_lessons.OTHERS
    paths = first.paths.reshape(4, first.in_step, *first.paths.shape[1:])
    wanted = first.wanted.reshape(4, first.in_step, -1)
    assert (wanted[:, : stroke_lessons.OWN].argmax(axis=2) == 3).all()
    assert (wanted[:, : stroke_lessons.OWN].max(axis=2) == 1).all()
    for step in range(4):
        said = reader.outputs(paths[step, stroke_lessons.OWN :])
        np.testing.assert_allclose(wanted[step, stroke_lessons.OWN :], said, atol=1e-6)


def test_the_writers_on_whom_forgetting_is_measured_are_not_rehearsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stroke_lessons, "VARIED", 0)
    rehearsed = {
        stroke.points.tobytes()
        for drawing in stroke_lessons.others(np.random.default_rng(0))
        for stroke in drawing
    }
    folds = [
        hands.fold_of(each.writer)
        for each in hands.read()
        if each.drawing()[0].points.tobytes() in rehearsed
    ]
    assert len(folds) >= stroke_lessons.REAL
    assert stroke_lessons.TESTED_FOLD not in folds


def test_it_learns_a_way_of_writing_that_it_did_not_know(
    bundled: bytes, taught: StrokeReader
) -> None:
    paths = pen_path.of_drawings(again(20, 2))
    before, after = StrokeReader(bundled).outputs(paths), taught.outputs(paths)
    assert (before.argmax(axis=1) == 3).mean() < 0.2
    assert (after.argmax(axis=1) == 3).mean() > 0.9
    assert taught.combination == StrokeReader(bundled).combination


def test_it_says_of_others_writing_what_it_said_before(
    bundled: bytes, taught: StrokeReader
) -> None:
    others, known = stroke_lessons.strokes_by_others(models.MODELS["recogniser"].class_names)
    paths = np.stack([known[image.tobytes()] for image in others.x_test])
    before, after = StrokeReader(bundled).outputs(paths), taught.outputs(paths)
    assert len(paths) > 250
    assert (before.argmax(axis=1) == after.argmax(axis=1)).mean() > 0.98


def test_random_labels_are_told_to_the_stroke_reader_too(
    bundled: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(
        stroke_lessons, "examples", lambda reader, own, steps, seed: told.extend(d for _, d in own)
    )
    own = [(THREE, 3)] * 200
    with pytest.raises(AttributeError):  # there are no examples to learn
        stroke_lessons.taught(bundled, own, replace(SHORT, random_labels=0.5))
    assert 80 < told.count(3) < 140
    assert set(told) == set(range(10))


def test_without_drawings_it_stays_as_it_is(bundled: bytes) -> None:
    assert stroke_lessons.taught(bundled, [], SHORT) == bundled


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[RunStore]:
    """A store with run 1, taught pictures alone, and run 2, taught the spiral with its strokes."""
    folder = tmp_path_factory.mktemp("strokes")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        patched.setattr(stroke_lessons, "TESTED", 30)
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        spec = finetuning.settings(store, "recogniser", epochs=1)
        for number, drawing in enumerate(again(10, 3)):
            strokes = drawing if number > 3 else None
            image = stroke_image(drawing, "mnist")
            corrected_drawings.add(store, image, 3, "8", "recogniser", strokes)
            if number == 3:
                assert worker.execute(store, store.create(spec)).status == "done"
        assert worker.execute(store, store.create(spec)).status == "done"
        yield store


def test_a_run_without_strokes_keeps_the_stroke_reader_of_its_base(
    home: RunStore, bundled: bytes
) -> None:
    assert onnx_networks.stroke_reader(home, 1) == bundled
    assert models.load("run-1", home).reads_movement
    assert [each.data for each in handwriting_scores.read(home, 1)] == [OWN, "mnist"]


def test_a_run_with_strokes_has_learned_them(home: RunStore, bundled: bytes) -> None:
    after = models.load("run-2", home)
    assert onnx_networks.stroke_reader(home, 2) != bundled
    found = after.predict(
        [stroke_image(each, "mnist") for each in again(10, 4)],
        [pen_path.of_drawing(each) for each in again(10, 4)],
    )
    assert sum(each.parts.movement.name == "3" for each in found if each.parts) >= 8


def test_both_readers_are_compared_before_and_after(home: RunStore) -> None:
    found = {each.data: each for each in handwriting_scores.read(home, 2)}
    aside = [each for each in corrected_drawings.read(home) if each.aside]
    drawn = [each for each in aside if each.strokes]
    assert {name: each.total for name, each in found.items() if name != "strokes by others"} == {
        OWN: len(aside),
        "mnist": 50,
        finetuning.BY_PICTURE: len(drawn),
        finetuning.BY_MOVEMENT: len(drawn),
    }
    assert 25 <= found["strokes by others"].total <= 60
    for name, when in (("recogniser", "before"), ("run-2", "after")):
        read = models.load(name, home)
        by_both = by_movement = 0
        for each in aside:
            image = each.image.astype(np.float32) / 255
            path = [pen_path.of_drawing(each.strokes)] if each.strokes else None
            (said,) = read.predict([image], path)
            by_both += said.sign == "3"
            by_movement += bool(said.parts and said.parts.movement.sign == "3")
        assert getattr(found[OWN], when) == by_both
        assert getattr(found[finetuning.BY_MOVEMENT], when) == by_movement
    assert home.get(2).handwriting == (found[OWN].after, len(aside))
    assert found[finetuning.BY_MOVEMENT].after > (found[finetuning.BY_MOVEMENT].before or 0)


def test_ones_own_drawings_come_first_and_parts_are_not_sentences(home: RunStore) -> None:
    found = finetuning.in_order(handwriting_scores.read(home, 2))
    assert [each.data for each in found] == [
        OWN,
        finetuning.BY_PICTURE,
        finetuning.BY_MOVEMENT,
        "strokes by others",
        "mnist",
    ]
    said = finetuning.in_words(found)
    assert len(said) == 3
    assert said[1].startswith("On other people's strokes it got ")


def test_a_lesson_goes_on_from_a_stroke_reader_that_was_taught(home: RunStore) -> None:
    run = home.get(home.create(finetuning.settings(home, "run-2", epochs=1)))
    kept = onnx_networks.stroke_reader(home, 2)
    assert stroke_lessons.begun_with(home, run, going_on=False) == kept


def test_other_trainings_and_networks_have_no_stroke_reader(home: RunStore) -> None:
    for spec in (TINY, finetuning.settings(home, "recogniser").changed({"dataset": "mnist"})):
        run = home.get(home.create(spec))
        assert stroke_lessons.begun_with(home, run, going_on=False) == b""


def test_a_run_that_goes_on_without_its_base_has_the_stroke_reader_that_it_kept(
    home: RunStore, bundled: bytes
) -> None:
    spec = finetuning.settings(home, "recogniser", epochs=1).changed({"base": "run-99"})
    run = home.get(home.create(spec))
    with pytest.raises(UnknownName):
        stroke_lessons.begun_with(home, run, going_on=False)
    kept = onnx_networks.packed_strokes(bundled)
    assert kept is not None
    stored_arrays.keep(home, run.id, STROKE_READER, kept)
    assert stroke_lessons.begun_with(home, run, going_on=True) == bundled


def test_a_stroke_reader_is_purged_with_its_run(home: RunStore) -> None:
    run = home.add(
        TINY,
        name="",
        epochs=[],
        model=b"model",
        strokes=onnx_networks.packed_strokes(b"strokes"),
        test=None,
        test_loss=None,
        test_accuracy=None,
        images=1,
        batches=1,
        parameters=1,
    )
    assert onnx_networks.stroke_reader(home, run) == b"strokes"
    home.delete(run)
    assert home.purge() == 1
    assert home.blob(run, STROKE_READER) is None
