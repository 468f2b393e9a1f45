"""`train --dataset NAME` with few images: from the built-in network, unless told not to."""

import json
from dataclasses import replace

import pytest

from digitapp.cli import main
from digitapp.library import few_examples, own_datasets
from digitapp.runs import RunStore
from digitapp.training.network_names import network_name
from tests.invented_signs import NAME, Hand, dataset


@pytest.fixture
def store() -> RunStore:
    found, me = RunStore(), Hand(7)
    own_datasets.keep(found, dataset(["key", "sail"], [me], [me], 6, 3), "mnist", "drawn by a test")
    return found


def test_few_images_start_from_the_built_in_network(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--dataset", NAME, "--epochs", "1", "--json"]) == 0
    found = capsys.readouterr()
    assert "secret signs has only 12 images to learn from" in found.err
    assert "for fresh weights: --preset dense-128" in found.err
    run = store.get(json.loads(found.out)["run"])
    assert run.preset == few_examples.PRESET
    assert replace(run.spec, epochs=30) == few_examples.settings(store, NAME)
    assert network_name(run.spec) == "built-in network + secret signs"


@pytest.mark.parametrize("options", [["--base", "none"], ["--preset", "dense-128"]])
def test_fresh_weights_can_be_asked_for(
    store: RunStore, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--dataset", NAME, "--epochs", "1", *options, "--json"]) == 0
    found = capsys.readouterr()
    assert "only" not in found.err
    assert store.get(json.loads(found.out)["run"]).spec.base == ""


def test_more_layers_than_there_are_cannot_be_frozen(
    store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["train", "--preset", few_examples.PRESET, "--dataset", NAME, "--frozen", "8"]
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert "frozen is 8, but this network has 7 layers with weights before its output" in said
    assert "train_size" not in said  # the preset's 200 images are not asked of 12
    assert store.active() == []
