"""`recogniser`: rebuild the two bundled networks: train, calibrate, measure, write the model card.

Beside the picture reader, the stroke reader and the weights for reading numbers are saved.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from digitapp import backend
from digitapp.cli.parsing import whole_number
from digitapp.cli.terminal import progress
from digitapp.cli.train import check_out, finish_here
from digitapp.data import hands
from digitapp.data.datasets import DATASETS
from digitapp.errors import InvalidSetting
from digitapp.library import catalogue, keras_models, models
from digitapp.reading import number_weights
from digitapp.runs import RunStore
from digitapp.runs.held_run import new_owner
from digitapp.training.spec import PRESETS
from digitapp.training.trainer import Trained

RECOGNISER_PRESET = models.DEFAULT


def add_to(rebuild: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    rebuild.set_defaults(run=_rebuild)
    rebuild.add_argument(
        "--out", type=Path, default=models.MODELS[RECOGNISER_PRESET].path, metavar="FILE.keras"
    )
    begin = rebuild.add_mutually_exclusive_group()
    begin.add_argument(
        "--from-run",
        type=whole_number,
        metavar="ID",
        help="begin the second stage with the network of this run",
    )
    begin.add_argument(
        "--first-stage",
        type=Path,
        metavar="FILE.keras",
        help="begin the second stage with the network in this file",
    )
    rebuild.add_argument(
        "--folds", type=Path, metavar="FOLDER", help="keep the readers of the folds there"
    )
    rebuild.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep each training of the second stage and of the strokes there, and do not repeat "
        "those that are there; empty it when the program has changed",
    )
    rebuild.add_argument("--strokes", type=Path, metavar="FILE", help="to measure on")
    rebuild.add_argument("--images", type=Path, metavar="LABELS.json", help="to measure on")


def _rebuild(chosen: argparse.Namespace) -> int:
    backend.check_can_train()
    check_out(chosen.out)
    store = RunStore()
    run, preset = chosen.from_run, PRESETS[RECOGNISER_PRESET]
    if run is None and not chosen.first_stage:
        owner = new_owner()
        run = store.create(preset, RECOGNISER_PRESET, "The built-in network", owner=owner)
        status = finish_here(store, run, owner)
        if status:
            return status
    _finish(store, _first_stage(store, run, chosen.first_stage), chosen)
    beside = f"beside it {models.STROKE_FILE} and {number_weights.FILE.name}"
    print(f"Saved {chosen.out}, the same as .onnx, {beside}, and the model card.", file=sys.stderr)
    return 0


def _first_stage(store: RunStore, run: int | None, file: Path) -> Trained:
    """Return the result of the first stage: of a run, or without one, the network in a file."""
    preset = PRESETS[RECOGNISER_PRESET]
    if run is None:
        classes = len(DATASETS[preset.dataset].class_names)
        return keras_models.trained_elsewhere(file, preset, classes)
    if store.get(run).spec != preset:
        raise InvalidSetting(
            f"Run {run} was not trained with the settings of preset {RECOGNISER_PRESET}."
        )
    return keras_models.trained(store, store.get(run))


def _finish(store: RunStore, first: Trained, chosen: argparse.Namespace) -> None:
    """Train the second stage and the stroke reader, measure both readers and save them."""
    from digitapp.evaluation import (
        fold_readers,
        full_evaluation,
        kept_trainings,
        model_card,
        second_stage,
        stroke_stage,
    )
    from digitapp.reading.prediction import Predictor
    from digitapp.reading.stroke_reader import StrokeReader
    from digitapp.training.onnx_model import onnx_model

    data = catalogue.dataset(store, first.spec.dataset)
    kept = kept_trainings.KeptTrainings(chosen.keep)
    trained, calibration, pictures = second_stage.carried_out(first, data, progress, kept)
    stage = stroke_stage.carried_out(pictures, progress, kept)
    if chosen.folds:
        fold_readers.save(chosen.folds, pictures, stage.folds)
    progress("Measuring the networks that have learned from all writers.")
    onnx = onnx_model(trained.spec, data.class_names, [*map(np.asarray, trained.model.variables)])
    predictor = Predictor(onnx, data.class_names, strokes=StrokeReader(stage.stroke_reader))
    test = full_evaluation.of_test(predictor, data, progress)
    found: dict[str, Any] = {"test": test, **stage.measured}
    if chosen.strokes:
        found["strokes"] = full_evaluation.of_strokes(predictor, chosen.strokes, 0, progress)
        found["numbers"] = full_evaluation.of_numbers(predictor, chosen.strokes, 0, progress)
    if chosen.images:
        found["images"] = full_evaluation.of_pictures(predictor, chosen.images, progress)
    found["others"] = full_evaluation.of_non_digits(predictor, progress)
    report = model_card.Report(calibration, found, stage.facts, hands.FOLDS, second_stage.ABOUT)
    model_card.save(trained, chosen.out, RECOGNISER_PRESET, report, onnx)
    model_card.write(chosen.out.with_name(models.STROKE_FILE), stage.stroke_reader)
    weights = stage.number_weights.to_json().encode()
    model_card.write(chosen.out.with_name(number_weights.FILE.name), weights)
