"""`recogniser`: rebuild the bundled network: train, calibrate, measure, write its model card."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from digitapp import backend
from digitapp.cli.parsing import whole_number
from digitapp.cli.train import check_out, finish_here
from digitapp.errors import InvalidSetting
from digitapp.library import catalogue, keras_models, models
from digitapp.runs import RunStore
from digitapp.runs.lease import new_owner
from digitapp.training.spec import PRESETS

RECOGNISER_PRESET = models.DEFAULT
REFUSED_DIGITS = 0.005  # share of the validation digits that may be rejected as non-digits


def add_to(rebuild: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    rebuild.set_defaults(run=_rebuild)
    rebuild.add_argument(
        "--out", type=Path, default=models.MODELS[RECOGNISER_PRESET].path, metavar="FILE.keras"
    )
    rebuild.add_argument(
        "--from-run", type=whole_number, metavar="ID", help="use the network of this run"
    )
    rebuild.add_argument("--strokes", type=Path, metavar="FILE", help="to measure on")
    rebuild.add_argument("--images", type=Path, metavar="LABELS.json", help="to measure on")


def _rebuild(chosen: argparse.Namespace) -> int:
    backend.check_can_train()
    check_out(chosen.out)
    store = RunStore()
    run = chosen.from_run
    if run is None:
        owner = new_owner()
        run = store.create(
            PRESETS[RECOGNISER_PRESET], RECOGNISER_PRESET, "The built-in network", owner=owner
        )
        status = finish_here(store, run, owner)
        if status:
            return status
    elif store.get(run).spec != PRESETS[RECOGNISER_PRESET]:
        raise InvalidSetting(
            f"Run {run} was not trained with the settings of preset {RECOGNISER_PRESET}."
        )
    _finish(store, run, chosen)
    print(f"Saved {chosen.out}, the same as .onnx, and its model card.", file=sys.stderr)
    return 0


def _finish(store: RunStore, run: int, chosen: argparse.Namespace) -> None:
    """Calibrate the network on its validation split, measure it and save it."""
    from digitapp.evaluation import full_evaluation, model_card
    from digitapp.evaluation.calibration import calibrate
    from digitapp.reading.prediction import Predictor
    from digitapp.reading.refusals import refusal
    from digitapp.training.batching import split
    from digitapp.training.onnx_model import onnx_model

    trained = keras_models.trained(store, store.get(run))
    data = catalogue.dataset(store, trained.spec.dataset)
    parts = split(trained.spec, data)
    other = refusal(data.class_names)
    digits = parts.y_validation != other
    calibration = calibrate(
        trained.model, parts.x_validation[digits], parts.y_validation[digits], REFUSED_DIGITS, other
    )
    onnx = onnx_model(trained.spec, data.class_names, [*map(np.asarray, trained.model.variables)])
    predictor = Predictor(onnx, data.class_names)
    found: dict[str, Any] = {"test": full_evaluation.of_test(predictor, data)}
    if chosen.strokes:
        found["strokes"] = full_evaluation.of_strokes(predictor, chosen.strokes, seed=0)
        found["numbers"] = full_evaluation.of_numbers(predictor, chosen.strokes, seed=0)
    if chosen.images:
        found["images"] = full_evaluation.of_pictures(predictor, chosen.images)
    found["others"] = full_evaluation.of_non_digits(predictor)
    report = model_card.Report(calibration, found)
    model_card.save(trained, chosen.out, RECOGNISER_PRESET, report, onnx)
