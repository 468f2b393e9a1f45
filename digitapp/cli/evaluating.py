"""`evaluate`: how well a network reads labelled handwriting, or its own test set."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitapp import models, reports
from digitapp.cli.parsing import add_model, command, whole_number
from digitapp.errors import BadFile
from digitapp.runs import RunStore

if TYPE_CHECKING:
    from digitapp.prediction import Predictor


def add_to(commands: Any) -> None:
    """Add the command."""
    evaluate = command(commands, "evaluate", _evaluate, "measure on labelled handwriting")
    evaluate.add_argument("--strokes", type=Path, metavar="FILE", help="pen strokes as JSON")
    evaluate.add_argument("--images", type=Path, metavar="LABELS.json", help="beside its pictures")
    evaluate.add_argument("--seed", type=whole_number, default=0, help="of the conditions")
    add_model(evaluate)
    evaluate.add_argument(
        "--run",
        type=whole_number,
        dest="of_run",
        metavar="ID",
        help="the network of this run, by default on its dataset's test images",
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object")


def _evaluate(chosen: argparse.Namespace) -> int:
    if not (chosen.strokes or chosen.images or chosen.of_run is not None):
        raise BadFile(
            "Nothing to evaluate on: give --strokes FILE, --images LABELS.json or both, or a "
            "--run ID to evaluate on its own test images."
        )
    name = chosen.model if chosen.of_run is None else models.of_run(chosen.of_run)
    store = RunStore() if name not in models.MODELS else None
    predictor = models.load(name, store)
    found: dict[str, Any] = {"model": name}
    if chosen.strokes:
        found["strokes"] = _strokes_report(predictor, chosen.strokes, chosen.seed)
    if chosen.images:
        found["images"] = _pictures_report(predictor, chosen.images)
    if store and not (chosen.strokes or chosen.images):
        found["test"] = _test_report(store, chosen.of_run, predictor)
    print(json.dumps(found) if chosen.json else reports.as_text(found))
    return 0


def _test_report(store: RunStore, run: int, predictor: Predictor) -> dict[str, Any]:
    from digitapp import evaluation, library
    from digitapp.batching import as_input

    data = library.dataset(store, store.get(run).spec.dataset)
    score = evaluation.score(predictor, as_input(data.x_test), data.y_test)
    values = {"dataset": data.name, "class_names": list(data.class_names)}
    return {**values, **reports.score_values(score)}


def _strokes_report(predictor: Predictor, path: Path, seed: int) -> dict[str, Any]:
    from digitapp import evaluation

    digits = evaluation.read_strokes(path)
    conditions = {
        condition: {
            way: reports.score_values(
                evaluation.score_strokes(predictor, digits, condition, way, seed)
            )
            for way in evaluation.WAYS
        }
        for condition in evaluation.CONDITIONS
    }
    return {"file": str(path), "digits": len(digits), "seed": seed, "conditions": conditions}


def _pictures_report(predictor: Predictor, path: Path) -> dict[str, Any]:
    from digitapp import evaluation

    digits, others = evaluation.read_labels(path)
    return {
        "file": str(path),
        "digits": len(digits),
        "not_single_digits": others,
        "prepared": reports.score_values(evaluation.score_pictures(predictor, digits)),
        "squeeze": reports.score_values(evaluation.score_pictures(predictor, digits, True)),
    }
