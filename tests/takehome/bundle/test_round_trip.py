"""Exported runs are imported unchanged; what cannot be known elsewhere is reported."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from digitapp.data.datasets import CLOTHES_NAMES, Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import InvalidSetting
from digitapp.evaluation import scores
from digitapp.library import catalogue, keras_models, models, onnx_networks
from digitapp.runs import RunStore, imported_datasets, stored_arrays
from digitapp.runs.records import MODEL, RESUMED, TEST
from digitapp.takehome import bundle
from digitapp.takehome.bundle.archive import MEMBER
from digitapp.training import checkpoints
from digitapp.training.guess import Guess
from digitapp.training.moments import NewRate
from digitapp.training.spec import Augmentation, TrainingSpec
from tests.takehome.bundle.run_files import DIGITS, EPOCH, IMAGES, SPEC, added, parts, told, zipped
from tests.tiny_runs import ROOT, equal, write_mnist

pytestmark = pytest.mark.usefixtures("no_datasets")

KINDS = {
    "dense": (replace(SPEC, hidden=(12, 6), l2=0.001, dropout=0.3), DIGITS),
    "batch normalisation": (replace(SPEC, architecture="deep-cnn", dropout=0.4), DIGITS),
    "eleven classes": (
        TrainingSpec(dataset="mnist", architecture="lenet-5", base="recogniser"),
        (*DIGITS, NOT_A_DIGIT),
    ),
    "clothes": (
        TrainingSpec(
            dataset="fashion_mnist",
            hidden=(),
            optimizer="sgd",
            momentum=0.9,
            augmentation=Augmentation(rotate=10),
        ),
        CLOTHES_NAMES,
    ),
}


def answers(store: RunStore, run: int) -> np.ndarray:
    model = keras_models.trained_by(store, store.get(run))
    return model.predict(IMAGES, batch_size=500, verbose=0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_run_arrives_as_it_was(kind: str, theirs: RunStore, ours: RunStore) -> None:
    spec, names = KINDS[kind]
    there = added(theirs, spec, names)
    here = ours.get(bundle.import_run(ours, bundle.keras_bundle(theirs, there)))
    assert (here.spec, here.name, here.preset) == (spec, there.name, there.preset)
    assert ours.epochs(here.id) == theirs.epochs(there.id)
    assert (here.images, here.batches) == (there.images, there.batches)
    assert (here.parameters, here.status) == (there.parameters, "done")
    assert models.class_names(models.of_run(here.id), ours) == names
    assert np.array_equal(answers(ours, here.id), answers(theirs, there.id))


def test_epoch_0_pauses_resumptions_new_rates_and_the_guess_arrive_as_they_were(
    theirs: RunStore, ours: RunStore
) -> None:
    zero = replace(EPOCH, number=0, loss=2.4, seconds=0.0)
    guess = Guess((0.0, 1 / 3, 1.0), (0.1, 0.7, 0.95))
    rates = [NewRate(0.5, 0.001, 0.01), NewRate(0.75, 0.01, 0.002), NewRate(1.0, 0.002, 0.02)]
    there = added(
        theirs,
        epochs=[zero, EPOCH],
        pauses=stored_arrays.packed_pauses([0.0, 0.25, 1.5]),
        guess=stored_arrays.pack_guess(guess),
        resumed=[1],
        new_rates=stored_arrays.packed_new_rates(rates),
    )
    here = ours.get(bundle.import_run(ours, bundle.keras_bundle(theirs, there)))
    assert ours.epochs(here.id, since=0) == [zero, EPOCH]
    assert here.epoch == 1
    assert stored_arrays.pauses(ours, here.id) == [0.0, 0.25, 1.5]
    assert stored_arrays.guess(ours, here.id) == guess
    assert ours.blob_epochs(here.id, RESUMED) == [1]
    assert stored_arrays.new_rates(ours, here.id) == rates


def test_a_file_from_before_there_was_any_of_them_is_imported(file: bytes, ours: RunStore) -> None:
    described = json.loads(parts(file)[MEMBER])
    for name in ("untrained", "pauses", "guess", "resumed", "new_rates"):
        del described[name]
    older = zipped({**parts(file), MEMBER: json.dumps(described).encode()})
    run = bundle.import_run(ours, older)
    assert [epoch.number for epoch in ours.epochs(run, since=0)] == [1, 2, 3]
    assert stored_arrays.pauses(ours, run) == []
    assert stored_arrays.new_rates(ours, run) == []
    assert stored_arrays.guess(ours, run) is None


def test_a_damaged_guess_stays_behind(theirs: RunStore, ours: RunStore) -> None:
    there = added(theirs, guess=b"damaged")
    run = bundle.import_run(ours, bundle.keras_bundle(theirs, there))
    assert stored_arrays.guess(ours, run) is None


def test_what_was_imported_can_be_exported_again(file: bytes, ours: RunStore) -> None:
    first = ours.get(bundle.import_run(ours, file))
    again = bundle.import_run(ours, bundle.keras_bundle(ours, first))
    kept = [checkpoints.unpack(ours.blob(run, MODEL) or b"") for run in (first.id, again)]
    assert equal(list(kept[0].values()), list(kept[1].values()))
    assert ours.get(again).note.count("Imported on") == 2


def test_plain_keras_opens_the_file_as_ever(file: bytes, ours: RunStore, tmp_path: Path) -> None:
    path = tmp_path / "theirs.keras"
    path.write_bytes(file)
    found = keras.models.load_model(path).predict(IMAGES, batch_size=500, verbose=0)
    assert np.array_equal(found, answers(ours, bundle.import_run(ours, file)))


def test_the_description_of_the_network_in_the_file_is_never_looked_at(
    file: bytes, ours: RunStore
) -> None:
    evil = {**parts(file), "config.json": b'{"class_name": "Lambda", "config": "exec(...)"}'}
    runs = [bundle.import_run(ours, each) for each in (file, zipped(evil))]
    assert np.array_equal(answers(ours, runs[0]), answers(ours, runs[1]))


def test_its_test_accuracy_is_measured_anew_where_the_images_are(
    file: bytes, ours: RunStore, toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITAPP_DATASETS", str(write_mnist(tmp_path / "datasets", toy)))
    moved = told(file, settings={"dataset": "mnist"})
    run = ours.get(bundle.import_run(ours, moved))
    kept = checkpoints.unpack(ours.blob(run.id, TEST) or b"")
    read = scores.counted(kept["probabilities"], toy.y_test)
    assert run.test_accuracy == pytest.approx(read.accuracy)
    assert run.test_accuracy != 0.875
    assert int(kept["fingerprint"]) == catalogue.fingerprint(toy)
    assert "measured here, on 50 images of MNIST; the file says 87.50 %" in run.note


def test_the_loss_is_measured_as_keras_does(theirs: RunStore, ours: RunStore, toy: Dataset) -> None:
    spec = replace(SPEC, l2=0.01, dropout=0.2)
    there = added(theirs, spec)
    model = keras_models.trained_by(theirs, there)
    model.compile(loss=spec.loss)
    x = toy.x_test.astype(np.float32) / 255
    loss = model.evaluate(x, toy.y_test, verbose=0)
    imported_datasets.add(ours, spec.dataset, "here", 250, packed(toy))
    file = told(bundle.keras_bundle(theirs, there), tested_on=catalogue.fingerprint(toy))
    assert ours.get(bundle.import_run(ours, file)).test_loss == pytest.approx(loss, rel=1e-5)


def test_it_comes_with_the_form_that_reads_it(
    theirs: RunStore, ours: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = added(theirs, replace(SPEC, architecture="deep-cnn", dropout=0.4))
    run = bundle.import_run(ours, bundle.keras_bundle(theirs, there))
    monkeypatch.setattr(onnx_networks, "made", lambda *_: pytest.fail("it is made anew"))
    read = models.load(models.of_run(run), ours).outputs(IMAGES)
    np.testing.assert_allclose(read, answers(theirs, there.id), atol=1e-5)


def test_no_tensorflow_is_needed(
    theirs: RunStore, ours: RunStore, toy: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITAPP_DATASETS", str(write_mnist(tmp_path / "datasets", toy)))
    spec = replace(SPEC, architecture="deeper-cnn", dropout=0.2, l2=0.01)
    file = bundle.keras_bundle(theirs, added(theirs, spec))
    path = tmp_path / "theirs.keras"
    path.write_bytes(told(file, settings={"dataset": "mnist"}))
    code = f"""
import sys
from pathlib import Path
sys.modules["tensorflow"] = sys.modules["keras"] = None
from digitapp.runs import RunStore
from digitapp.takehome.bundle import import_run
import_run(RunStore(), Path({str(path)!r}).read_bytes())
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    (run,) = ours.all()
    assert "measured here, on 50 images of MNIST" in run.note


@pytest.mark.parametrize(("tested_on", "measured"), [(None, False), (7, False), ("same", True)])
def test_a_users_own_dataset_of_that_name_must_be_the_very_same(
    tested_on: object, measured: bool, file: bytes, ours: RunStore, toy: Dataset
) -> None:
    imported_datasets.add(ours, SPEC.dataset, "here", 250, packed(toy))
    of_toy = catalogue.fingerprint(toy) if tested_on == "same" else tested_on
    run = ours.get(bundle.import_run(ours, told(file, tested_on=of_toy)))
    assert (ours.blob(run.id, TEST) is not None) is measured
    assert ("measured here" in run.note) is measured
    assert ("as told by the file" in run.note) is not measured
    assert (run.test_accuracy == 0.875) is not measured


@pytest.mark.parametrize("dataset", ["mnist", "digits_and_others", "my_handwriting"])
def test_images_that_are_not_here_are_not_fetched(
    dataset: str, ours: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "digitapp.data.downloads.fetch", lambda files, folder: pytest.fail("it downloads")
    )
    names = [*DIGITS, NOT_A_DIGIT] if dataset == "digits_and_others" else list(DIGITS)
    spec = replace(SPEC, dataset=dataset)
    made = bundle.keras_bundle(ours, added(ours, spec, tuple(names)))
    run = ours.get(bundle.import_run(ours, made))
    assert run.test_accuracy == 0.875
    assert run.note.startswith("With a <b>thin</b> pen.\nImported on ")


def test_the_number_of_another_run_means_nothing_here(ours: RunStore, theirs: RunStore) -> None:
    there = added(theirs, replace(SPEC, base="run-1"))
    added(ours)
    run = bundle.import_run(ours, bundle.keras_bundle(theirs, there))
    assert ours.get(run).spec == replace(SPEC, base="run-1-elsewhere")
    assert np.array_equal(answers(ours, run), answers(theirs, there.id))


def test_it_is_called_as_it_was_or_as_one_likes(file: bytes, ours: RunStore) -> None:
    names = [ours.get(bundle.import_run(ours, file, name)).name for name in ("", "  Mine ")]
    assert names == ["Ada's network", "Mine"]
    with pytest.raises(InvalidSetting, match="100"):
        bundle.import_run(ours, file, "x" * 101)


def test_the_longest_note_gives_way_to_where_it_came_from(file: bytes, ours: RunStore) -> None:
    note = ours.get(bundle.import_run(ours, told(file, note="x" * 2000))).note
    assert len(note) == 2000
    assert note.endswith("are not here.")


def test_a_run_that_was_stopped_before_its_first_epoch_travels(
    theirs: RunStore, ours: RunStore
) -> None:
    there = added(theirs, epochs=[], images=0, batches=0)
    run = bundle.import_run(ours, bundle.keras_bundle(theirs, there))
    assert (ours.epochs(run), ours.get(run).images) == ([], 0)


def packed(data: Dataset) -> bytes:
    names = ("x_train", "y_train", "x_test", "y_test")
    return checkpoints.pack({name: getattr(data, name) for name in names})
