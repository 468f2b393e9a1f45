"""Fine-tuning: starting weights, and accuracy won and lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from digitapp.cli import main
from digitapp.data import datasets
from digitapp.data.datasets import DIGIT_NAMES, FOLDER_VARIABLE, Dataset
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.jobs import finetuning, worker
from digitapp.library import keras_models, models
from digitapp.library.handwriting_datasets import MIXED, OWN
from digitapp.library.models import MODELS
from digitapp.runs import RunStore, corrected_drawings, handwriting_scores
from digitapp.runs.records import BeforeAndAfter
from digitapp.training.architectures import build
from digitapp.training.checkpoints import Checkpoint
from digitapp.training.onnx_model import onnx_model
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import train
from tests.tiny_runs import TINY, change, equal, last, variables, weights, write_mnist

DEEP = TrainingSpec(architecture="deep-cnn", batch_size=40, epochs=1, train_size=80)
NORMALIZATION = keras.layers.BatchNormalization


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[RunStore]:
    """A store with run 1, trained on the toy, and corrections: toys labelled as the next digit.

    Run 2 was fine-tuned on them.
    """
    folder = tmp_path_factory.mktemp("finetuning")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(write_mnist(folder / "datasets", toy)))
        store = RunStore(f"sqlite:///{folder / 'runs.db'}")
        assert worker.execute(store, store.create(TINY.changed({"epochs": 6}))).status == "done"
        for number in range(24):
            image = toy.x_test[number].astype(np.float32) / 255
            label = (int(toy.y_test[number]) + 1) % 10
            corrected_drawings.add(store, image, label, str(toy.y_test[number]), "run-1")
        spec = finetuning.settings(store, "run-1", epochs=40).changed({"learning_rate": 0.01})
        assert worker.execute(store, store.create(spec)).status == "done"
        yield store


def test_it_begins_with_the_settings_of_the_network(home: RunStore) -> None:
    for mixed, name in ((False, OWN), (True, MIXED)):
        spec = finetuning.settings(home, "run-1", mixed, 7)
        assert (spec.base, spec.dataset, spec.epochs) == ("run-1", name, 7)
        assert (spec.hidden, spec.architecture) == (TINY.hidden, TINY.architecture)
    spec = finetuning.settings(home, "recogniser")
    preset = PRESETS["recogniser"]
    assert (spec.architecture, spec.dropout) == (preset.architecture, preset.dropout)
    assert (spec.cosine_decay, spec.validation_split, spec.early_stopping) == (False, 0, None)


def test_random_labels_are_not_taken_over(store_url: str) -> None:
    store = RunStore(store_url)  # in the other one, later runs would wait for it
    muddled = store.create(TINY.changed({"random_labels": 1.0}))
    assert finetuning.settings(store, f"run-{muddled}").random_labels == 0


def test_a_training_begins_with_the_weights_of_its_base_and_leaves_its_normalisation(
    toy: Dataset,
) -> None:
    base = train(DEEP, toy).model
    spec = DEEP.changed({"base": "run-1", "learning_rate": 1e-6, "seed": 3})
    found = train(spec, toy, base=base).model
    for ours, theirs in zip(found.layers, base.layers, strict=True):
        same = equal(ours.get_weights(), theirs.get_weights())
        assert same == (isinstance(ours, NORMALIZATION) or not ours.weights)
        for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(mine, other, atol=1e-4)


def test_going_on_does_not_begin_with_the_base_again(home: RunStore, toy: Dataset) -> None:
    base = keras_models.network("run-1", home)
    spec = TINY.changed({"base": "run-1", "epochs": 2, "dropout": 0.2})
    kept: list[Checkpoint] = []
    whole = train(spec, toy, base=base, keep=kept.append)
    resumed = train(spec, toy, start=last(kept[:1]))
    assert equal(variables(resumed.model), variables(whole.model))


def test_a_base_that_is_not_given_or_does_not_fit_is_refused(home: RunStore, toy: Dataset) -> None:
    spec = TINY.changed({"base": "run-1", "hidden": [17]})
    with pytest.raises(InvalidSetting, match="base is 'run-1', but that network was not given"):
        train(spec, toy)
    with pytest.raises(BadFile, match="do not fit the network"):
        train(spec, toy, base=keras_models.network("run-1", home))


def test_a_taught_network_has_learned_what_it_was_told(home: RunStore) -> None:
    own, mnist = handwriting_scores.read(home, 2)
    assert (own.data, own.total, mnist.data, mnist.total) == (OWN, 5, "mnist", 50)
    assert own.before == 0
    assert own.after > 2
    assert mnist.before is not None
    assert mnist.before > 40
    assert mnist.after < mnist.before - 10  # the same pictures with other labels
    assert home.get(2).test_accuracy == pytest.approx(own.after / own.total)
    assert handwriting_scores.read(home, 1) == []


def test_the_counts_are_what_the_networks_read(home: RunStore, toy: Dataset) -> None:
    for name, expected in (("run-1", "before"), ("run-2", "after")):
        said = models.load(name, home).probabilities(toy.x_test.astype(np.float32) / 255)
        right = int((said.argmax(axis=1) == toy.y_test).sum())
        assert right == getattr(handwriting_scores.read(home, 2)[1], expected)


class Counter(keras.callbacks.Callback):
    """Counts the steps."""

    steps = 0

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self.steps += 1


def test_a_taught_network_reads_and_goes_on_when_its_base_is_gone(home: RunStore) -> None:
    base = home.create(TINY.changed({"epochs": 1}))
    assert worker.execute(home, base).status == "done"
    spec = finetuning.settings(home, f"run-{base}", epochs=6)
    whole, stopped, waiting = (home.create(spec) for _ in range(3))
    assert worker.execute(home, whole).status == "done"
    counter = Counter()
    found = worker.execute(home, stopped, [counter], lambda: counter.steps > 6)
    assert (found.status, found.epoch) == ("stopped", 3)
    home.delete(base)

    found = worker.execute(home, waiting)
    assert found.status == "failed"
    said = "The network that it begins with is missing. "
    assert found.error.startswith(f"{said}There is no run {base} any more")
    home.resume(stopped)
    assert worker.execute(home, stopped).status == "done"
    assert equal(weights(home, stopped), weights(home, whole))
    assert [each.before for each in handwriting_scores.read(home, stopped)] == [None, None]
    assert models.class_names(f"run-{whole}", home) == DIGIT_NAMES
    assert keras_models.network(f"run-{whole}", home).output_shape == (None, 10)
    for run in (whole, stopped, waiting):
        home.delete(run)
    assert handwriting_scores.read(home, whole) == []


def test_a_network_with_more_classes_keeps_them(
    home: RunStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = (*DIGIT_NAMES, "not a digit")
    path = tmp_path / "wide.keras"
    model = build(PRESETS["dense-128"], len(names))
    model.save(path)
    values = [np.asarray(variable) for variable in model.variables]
    onnx = onnx_model(PRESETS["dense-128"], names, values)
    path.with_suffix(".onnx").write_bytes(onnx)
    entry = models.Entry("Wide", path, names, "mnist", "dense-128")
    monkeypatch.setitem(MODELS, "wide", entry)
    run = home.create(finetuning.settings(home, "wide", epochs=1))
    assert worker.execute(home, run).status == "done"
    monkeypatch.delitem(MODELS, "wide")
    assert models.class_names(f"run-{run}", home) == names
    assert keras_models.network(f"run-{run}", home).output_shape == (None, 11)
    home.delete(run)


def test_without_mnist_the_built_in_digits_tell_what_was_forgotten(
    home: RunStore, toy: Dataset, no_datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "load", lambda name: replace(toy, name=name))
    run = home.create(finetuning.settings(home, "run-1", epochs=1))
    assert worker.execute(home, run).status == "done"
    assert [each.data for each in handwriting_scores.read(home, run)] == [OWN, "pen"]
    home.delete(run)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"base": "run-99"}, "There is no run 99"),
        ({"base": "cnn"}, "Unknown model 'cnn'"),
        ({"hidden": [17]}, "run-1 is dense with hidden layers 16 .* hidden layers 17"),
        ({"activation": "tanh"}, "activation relu, and this one would be .* activation tanh"),
        ({"architecture": "lenet-5"}, "must have the same layers"),
    ],
)
def test_a_base_that_does_not_go_with_the_settings_is_refused(
    change: dict[str, object], sentence: str, home: RunStore
) -> None:
    spec = finetuning.settings(home, "run-1").changed(change)
    with pytest.raises((UnknownName, InvalidSetting), match=sentence):
        finetuning.check(home, spec)


def test_a_network_of_clothes_is_refused(home: RunStore) -> None:
    run = home.create(TINY.changed({"dataset": "fashion_mnist"}))
    spec = finetuning.settings(home, f"run-{run}")
    with pytest.raises(UnknownName, match=f"Run {run} has no trained network"):
        finetuning.check(home, spec)
    change(home, run, test_accuracy=0.5, status="done")
    with pytest.raises(
        InvalidSetting, match=r"knows the classes T-shirt, .*, but .* my_handwriting"
    ):
        finetuning.check(home, spec)
    found = worker.execute(home, home.create(spec))
    assert found.status == "failed"
    assert "knows the classes T-shirt" in found.error
    home.delete(found.id)
    home.delete(run)


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((3, 7, 8), "It learned your writing: 3 of 8 right before, 7 of 8 now."),
        ((7, 3, 8), "It reads your writing less well: 7 right before, 3 of 8 now."),
        ((8, 8, 8), "It reads your writing as well as before: 8 of 8 right."),
        ((None, 7, 8), "It reads 7 of 8 of your test pictures right."),
        ((2, 5, 5), "It learned your writing: 2 of 5 right before, 5 of 5 now."),
    ],
)
def test_what_it_learned_is_a_sentence(counts: tuple[int | None, int, int], sentence: str) -> None:
    assert finetuning.in_words([BeforeAndAfter(MIXED, *counts)]) == [sentence]


@pytest.mark.parametrize(("total", "aside"), [(1, "1 picture is"), (4, "4 pictures are")])
def test_it_is_not_judged_on_fewer_than_five_pictures(total: int, aside: str) -> None:
    (said,) = finetuning.in_words([BeforeAndAfter(MIXED, 0, total, total)])
    assert said.startswith("Whether it learned your writing cannot be said yet")
    assert f"only {aside} put aside for the test, and 5 are needed." in said


@pytest.mark.parametrize(
    ("before", "after", "end"),
    [
        (9960, 9955, "99.60 % right before and 99.55 % now: it forgot nothing to speak of."),
        (9960, 9810, "and 98.1 % now: it forgot a little."),
        (9960, 9400, "and 94.0 % now: it forgot some of what it knew."),
        (9960, 5000, "and 50.0 % now: it forgot a lot."),
        (9700, 9800, "and 98.0 % now: it even got better."),
        (None, 9800, "On MNIST it gets 98.0 % right; the network that it began with was deleted."),
    ],
)
def test_what_it_forgot_is_a_sentence(before: int | None, after: int, end: str) -> None:
    (said,) = finetuning.in_words([BeforeAndAfter("mnist", before, after, 10_000)])
    assert said.startswith("On MNIST it g")
    assert said.endswith(end)


def test_the_command_line_teaches(
    home: RunStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITAPP_DATABASE_URL", home.database.url)
    command = ["train", "--base", "run-1", "--dataset", OWN, "--epochs", "1"]
    assert main(command) == 0
    run = home.all()[0]
    assert run.spec == finetuning.settings(home, "run-1", epochs=1)
    assert "is done. Test accuracy" in capsys.readouterr().out
    home.delete(run.id)
    assert main(["train", "--base", "run-77", "--dataset", OWN]) == 1
    assert capsys.readouterr().err == "digitapp: There is no run 77.\n"
    assert main([*command, "--preset", "dense-512"]) == 1
    assert "must have the same layers" in capsys.readouterr().err
