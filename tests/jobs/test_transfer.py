"""Transfer: the bundled network's layers below an output layer for other classes."""

from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.errors import DatasetChanged, InvalidSetting
from digitapp.jobs import finetuning, recorder, resuming, worker
from digitapp.library import (
    catalogue,
    few_examples,
    keras_models,
    models,
    own_datasets,
    sample_images,
    test_sets,
)
from digitapp.live import epoch_networks, networks
from digitapp.runs import RunStore, drawn_examples
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.records import CHECKPOINT, DONE, FAILED, STOPPED
from digitapp.takehome.bundle import importing
from digitapp.takehome.exports import export
from digitapp.training.architectures import build
from digitapp.training.batching import as_input
from digitapp.training.checkpoints import inherit
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import train
from tests.invented_signs import NAME, Hand, dataset, images
from tests.tiny_runs import equal

SIGNS = ("star", "heart", "pi")
ME = Hand(11)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return dataset(SIGNS, [ME], [ME], each=20, tested=30)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, data: Dataset) -> RunStore:
    """A store with the signs as a dataset, and run 1, trained on them as few examples."""
    store = RunStore(f"sqlite:///{tmp_path_factory.mktemp('transfer') / 'runs.db'}")
    own_datasets.keep(store, data, "mnist", "drawn by a test")
    run = store.create(few_examples.settings(store, NAME), few_examples.PRESET)
    found = worker.execute(store, run)
    assert found.status == DONE, found.error
    return store


def test_twenty_examples_of_each_sign_are_enough(home: RunStore) -> None:
    run = home.get(1)
    assert run.test_accuracy is not None
    assert run.test_accuracy >= 0.95
    assert models.class_names("run-1", home) == (*SIGNS, NOT_A_DIGIT)


def test_it_says_none_of_these_to_what_it_has_never_seen(home: RunStore, data: Dataset) -> None:
    read = models.load("run-1", home)
    assert read.class_names == SIGNS
    fresh = np.concatenate([images(ME.drawings(sign, 10, first=100)) for sign in SIGNS])
    others = np.concatenate(
        [images(Hand(n).drawings(sign, 5)) for n in (11, 12) for sign in ("key", "sail", "comb")]
    )
    _, none = read.answers(as_input(np.concatenate([fresh, others])))
    assert (none[:30] < 0.5).sum() >= 28
    assert (none[30:] >= 0.5).sum() >= 24


def test_a_browser_gets_it_like_any_network(home: RunStore) -> None:
    address = networks.address("run-1", home.get(1).learned, home)
    digest = address.rpartition("/")[2].removesuffix(".json")
    assert networks.gzipped("run-1", digest, home).weights
    epochs = epoch_networks.addresses(home.get(1), home)
    after = PurePosixPath(epochs[max(epochs)])
    assert epoch_networks.gzipped("run-1", after.parent.name[6:], after.stem, home).weights


def test_the_inside_page_has_its_images(home: RunStore, data: Dataset) -> None:
    found = sample_images.sample(sample_images.origin("run-1", home), home)
    assert found.class_names == (*SIGNS, NOT_A_DIGIT)
    assert len(found.x_train) == len(data.x_train)
    assert found.about == "Images of secret signs; it learned from others as well."


def test_the_frozen_layers_are_those_of_the_bundled_network(home: RunStore) -> None:
    bundled, found = keras_models.network("recogniser"), keras_models.network("run-1", home)
    same = [
        equal(ours.get_weights(), theirs.get_weights())
        for ours, theirs in zip(found.layers[:-1], bundled.layers[:-1], strict=True)
        if ours.weights and "Conv2D" in type(ours).__name__
    ]
    assert same == [True] * 5 + [False]


def test_a_new_output_layer_is_not_inherited(data: Dataset) -> None:
    spec = TrainingSpec(architecture="deep-cnn", base="run-1", new_output=True)
    base, model = build(replace(spec, base="", new_output=False), 11), build(spec, 3)
    before = model.layers[-1].get_weights()
    inherit(model, base, but_output=True)
    assert equal(model.layers[-1].get_weights(), before)
    for ours, theirs in zip(model.layers[:-1], base.layers[:-1], strict=True):
        assert equal(ours.get_weights(), theirs.get_weights()) or not ours.weights
    with pytest.raises(InvalidSetting, match="no such images were given"):
        train(replace(spec, none_of_these=True), data, base=base)


@pytest.mark.parametrize(("ends", "status", "kept"), [("stop", STOPPED, 3), ("break", FAILED, 1)])
def test_it_goes_on_after_its_end_as_if_never_interrupted(
    ends: str, status: str, kept: int, home: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "LARGE_EVERY", 1000.0)  # the first checkpoint is the only one
    spec = replace(few_examples.settings(home, NAME), epochs=4)
    whole, halved = home.create(spec), home.create(spec)
    assert worker.execute(home, whole).status == DONE

    def interrupted() -> bool:
        over = home.get(halved).epoch == 3
        if over and ends == "break":
            raise RuntimeError("The process breaks off.")
        return over

    stopped = worker.execute(home, halved, interrupted=interrupted)
    assert (stopped.status, stopped.epoch) == (status, 3)
    assert home.blob_epochs(halved, CHECKPOINT) == [kept]
    home.resume(halved)
    assert worker.execute(home, halved).status == DONE
    ours, theirs = (keras_models.trained_by(home, home.get(each)) for each in (whole, halved))
    assert equal(ours.get_weights(), theirs.get_weights())
    lost = [[epoch.loss for epoch in home.epochs(each)] for each in (whole, halved)]
    assert lost[0] == lost[1]


def test_classes_that_were_renamed_keep_the_names_that_the_run_learned(
    home: RunStore, data: Dataset
) -> None:
    named = replace(data, name="renamed")
    own_datasets.keep(home, named, "mnist", "drawn by a test")
    spec = replace(few_examples.settings(home, "renamed"), epochs=2)
    run = home.create(spec)
    worker.execute(home, run, interrupted=lambda: home.get(run).epoch == 1)
    swapped = replace(named, class_names=("heart", "star", "pi"))
    own_datasets.keep(home, swapped, "mnist", "drawn by a test", instead=True)
    home.resume(run)
    found = worker.execute(home, run)
    assert found.status == DONE, found.error
    assert models.class_names(f"run-{run}", home) == (*SIGNS, NOT_A_DIGIT)
    tested = test_sets.here(home, "renamed", (*SIGNS, NOT_A_DIGIT), found.fingerprint)
    assert tested is not None
    assert np.array_equal(tested.y_test, data.y_test)
    anew = home.create(spec)
    worker.execute(home, anew, interrupted=lambda: True)
    assert models.class_names(f"run-{anew}", home)[:2] == ("heart", "star")


def test_a_run_keeps_its_few_test_images_when_the_dataset_changes(
    home: RunStore, data: Dataset
) -> None:
    named = replace(data, name="growing")
    own_datasets.keep(home, named, "mnist", "drawn by a test")
    run = home.create(replace(few_examples.settings(home, "growing"), epochs=1))
    worker.execute(home, run)
    grown = replace(named, x_test=named.x_test[1:], y_test=named.y_test[1:])
    own_datasets.keep(home, grown, "mnist", "drawn by a test", instead=True)
    answers = test_sets.answers(home, run)
    assert answers is not None
    tested = answers.tested("growing", models.class_names(f"run-{run}", home))
    assert tested is not None
    assert np.array_equal(tested.x_test, data.x_test)
    assert np.array_equal(tested.y_test, data.y_test)
    report = export(home, home.get(run), "report").data.decode()
    assert f"of {len(data.y_test)} test images right" in report
    measured = export(home, home.get(run), "onnx").measured
    assert measured is None or measured.total == len(data.y_test)


def test_a_dataset_that_has_grown_is_told_as_what_it_is(home: RunStore) -> None:
    drawn_examples.create(home, "drawn", ("star", "heart"))
    run = replace(home.get(1), spec=few_examples.settings(home, "drawn"), fingerprint="before")
    with pytest.raises(DatasetChanged, match=r"Examples of 'drawn' were added .* Train a new run"):
        resuming.check(home, run, "now")
    with pytest.raises(DatasetChanged, match="Restore the old dataset"):
        resuming.check(home, replace(home.get(1), fingerprint="before"), "now")


def test_a_dataset_made_by_hand_has_few_examples_for_long(home: RunStore) -> None:
    drawn_examples.create(home, "many drawn", ("star", "heart"))
    image = np.eye(28, dtype=np.uint8) * 255
    new = [NewExample(number, image) for number in (0, 1) for _ in range(140)]
    drawn_examples.keep(home, "many drawn", new)
    assert few_examples.images(home, "many drawn") == 224


def test_what_is_not_compared_with_the_bundled_network_is_what_that_does_not_know(
    home: RunStore,
) -> None:
    spec = few_examples.settings(home, NAME)
    finetuning.check(home, spec)
    with pytest.raises(InvalidSetting, match="Choose another network, or another dataset"):
        finetuning.check(home, replace(spec, new_output=False, none_of_these=False))
    with pytest.raises(InvalidSetting, match="must have the same layers"):
        finetuning.check(home, replace(spec, architecture="deep-cnn"))


def test_few_means_few_for_each_class(home: RunStore, data: Dataset) -> None:
    assert few_examples.images(home, NAME) == 60
    assert few_examples.images(home, "mnist") is None
    assert few_examples.images(home, "no such dataset") is None
    many = replace(data, name="many", x_train=np.tile(data.x_train, (6, 1, 1)))
    many = replace(many, y_train=np.tile(data.y_train, 6))
    own_datasets.keep(home, many, "mnist", "drawn by a test")
    assert few_examples.images(home, "many") is None


def test_ten_digits_keep_the_output_layer_that_knows_them(home: RunStore, toy: Dataset) -> None:
    own_datasets.keep(home, replace(toy, name="digits of mine"), "mnist", "made by a test")
    spec = few_examples.settings(home, "digits of mine")
    assert (spec.base, spec.new_output, spec.none_of_these) == ("recogniser", False, False)
    finetuning.check(home, spec)


def test_other_shapes_are_not_learned_beside_images_that_are_prepared_otherwise(
    home: RunStore, data: Dataset
) -> None:
    own_datasets.keep(home, replace(data, name="photos"), "fashion_mnist", "made by a test")
    spec = few_examples.settings(home, "photos")
    assert (spec.new_output, spec.none_of_these) == (True, False)
    assert models.classes(spec, home) == SIGNS


def test_without_the_bundled_network_the_rest_stays() -> None:
    spec = few_examples.with_fresh_weights(PRESETS[few_examples.PRESET])
    assert (spec.base, spec.new_output, spec.frozen) == ("", False, 0)
    assert spec.augmentation == PRESETS[few_examples.PRESET].augmentation
    assert spec.none_of_these


def test_none_of_these_is_learned_once(home: RunStore) -> None:
    spec = TrainingSpec(dataset="digits_and_others", none_of_these=True)
    with pytest.raises(InvalidSetting, match="has such a class already"):
        models.classes(spec, home)
    assert models.classes(replace(spec, dataset="pen"), home)[-1] == NOT_A_DIGIT
    assert catalogue.class_names(home, NAME) == SIGNS


def test_it_is_taken_home_and_comes_back_the_same(
    home: RunStore, data: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = RunStore(f"sqlite:///{tmp_path_factory.mktemp('elsewhere') / 'runs.db'}")
    back = importing.import_run(elsewhere, export(home, home.get(1), "keras").data)
    ours, theirs = models.load("run-1", home), models.load(f"run-{back}", elsewhere)
    seen = as_input(data.x_test)
    assert theirs.class_names == SIGNS
    np.testing.assert_allclose(ours.probabilities(seen), theirs.probabilities(seen), atol=1e-6)


def test_its_report_and_its_code_say_what_it_learned(home: RunStore) -> None:
    report, code = (export(home, home.get(1), kind).data.decode() for kind in ("report", "script"))
    assert "images of secret signs and of other shapes for 30 epochs" in report
    assert "beginning with all layers but the last of the network recogniser" in report
    assert "These images are in digitapp's store on this computer" in code
    assert "beside(data.x_train[:size], data.y_train[:size], seed)" in code
    assert "# 32 filters of 3 x 3 pixels, which stay as they are" in code
