"""The first check: what an untrained network scores, and that it leaves no trace."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from digitapp.data.datasets import Dataset
from digitapp.training import first_check, phases
from digitapp.training.architectures import build
from digitapp.training.batching import Split, split, targets
from digitapp.training.spec import LOSSES, TrainingSpec
from digitapp.training.trainer import compile_model, train
from tests.tiny_runs import TINY, equal, variables


class Noted(phases.Nobody):
    """An observer that notes what it hears."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.untrained: list[Mapping[str, float] | None] = []

    def phase(self, name: str) -> None:
        self.phases.append(name)

    def begin(self, model: Any, batches: Any, untrained: Mapping[str, float] | None) -> None:
        self.untrained.append(untrained)


def _scores(spec: TrainingSpec, parts: Split) -> tuple[Any, dict[str, float]]:
    """Return a new network, and what the first check finds."""
    model = build(spec)
    compile_model(model, spec, len(parts.x_train))
    found = first_check.scores(model, spec, parts, 10)
    assert found
    return model, found


@pytest.mark.parametrize("loss", LOSSES)
def test_it_finds_what_keras_finds(loss: str, toy: Dataset) -> None:
    spec = TINY.changed({"loss": loss, "l2": 0.01, "dropout": 0.5, "validation_split": 0.25})
    parts = split(spec, toy)
    model, found = _scores(spec, parts)
    for start, x, y in (
        ("", parts.x_train, parts.y_train),
        ("val_", parts.x_validation, parts.y_validation),
    ):
        kerass = model.evaluate(x, targets(spec, y, 10), verbose=0, return_dict=True)
        for name in ("loss", "accuracy"):
            assert found[start + name] == pytest.approx(kerass[name], rel=1e-5), start + name


def test_a_new_network_guesses(toy: Dataset) -> None:
    _, found = _scores(TINY, split(TINY, toy))
    assert found["accuracy"] < 0.3
    assert found["val_accuracy"] < 0.35
    assert found["loss"] == pytest.approx(np.log(10), rel=0.25)


def test_without_validation_images_there_is_no_validation_score(toy: Dataset) -> None:
    spec = TINY.changed({"validation_split": 0})
    _, found = _scores(spec, split(spec, toy))
    assert set(found) == {"loss", "accuracy"}


def test_of_many_images_it_reads_some_from_everywhere(
    toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_check, "MOST_IMAGES", 7)
    monkeypatch.setattr(first_check, "AT_ONCE", 3)
    parts, read = split(TINY, toy), []

    def model(x: np.ndarray, training: bool) -> np.ndarray:
        read.append((x, training))
        return np.full((len(x), 10), 0.1, np.float32)

    monkeypatch.setattr(model, "losses", [], raising=False)
    first_check.scores(model, TINY, parts, 10)  # type: ignore[arg-type]
    assert [len(x) for x, _ in read] == [3, 3, 1] * 2
    assert not any(training for _, training in read)
    seen = np.concatenate([x for x, _ in read[:3]])
    places = [int(np.flatnonzero((parts.x_train == x).all(axis=(1, 2)))[0]) for x in seen]
    assert (places[0], places[-1]) == (0, len(parts.x_train) - 1)
    assert max(np.diff(places)) - min(np.diff(places)) <= 1


def test_scores_that_are_not_finite_are_none(toy: Dataset) -> None:
    model = build(TINY)
    compile_model(model, TINY, 100)
    model.layers[-1].kernel.assign(np.full((16, 10), np.nan))
    assert first_check.scores(model, TINY, split(TINY, toy), 10) is None


@pytest.mark.parametrize(
    "changes", [{"dropout": 0.4, "l2": 0.01}, {"architecture": "lenet-5", "epochs": 1}]
)
def test_the_network_learns_the_same_to_the_last_bit_with_and_without_it(
    changes: dict[str, Any], toy: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = TINY.changed(changes)
    checked = train(spec, toy)
    monkeypatch.setattr(first_check, "scores", lambda *given: None)
    plain = train(spec, toy)
    assert equal(variables(checked.model), variables(plain.model))
    assert checked.history == plain.history


def test_an_observer_hears_the_phases_in_their_order_and_gets_the_scores(toy: Dataset) -> None:
    noted = Noted()
    train(TINY.changed({"epochs": 1}), toy, observer=noted)
    assert noted.phases == [phases.NETWORK, phases.FIRST_CHECK, phases.FIRST_STEP, phases.TEST]
    (scores,) = noted.untrained
    assert scores == _scores(TINY, split(TINY, toy))[1]


def test_a_training_that_goes_on_has_no_first_check(toy: Dataset) -> None:
    kept: list[Any] = []
    train(TINY.changed({"epochs": 1}), toy, keep=kept.append)
    noted = Noted()
    train(TINY, toy, start=kept[-1], observer=noted)
    assert noted.untrained == [None]
