"""`evaluate`: measure a network on labelled handwriting or on its own test set."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from digitapp.cli import terminal
from digitapp.cli.parsing import add_model, whole_number
from digitapp.errors import BadFile
from digitapp.evaluation import score_table
from digitapp.library import catalogue, models
from digitapp.runs import RunStore
from digitapp.text.escaping import plain


def add_to(evaluate: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    evaluate.set_defaults(run=_evaluate)
    evaluate.add_argument("--strokes", type=Path, metavar="FILE", help="pen strokes as JSON")
    evaluate.add_argument("--images", type=Path, metavar="LABELS.json", help="beside its pictures")
    evaluate.add_argument(
        "--numbers", type=Path, metavar="FILE", help="numbers put together from pen strokes"
    )
    evaluate.add_argument("--others", action="store_true", help="images that are not digits")
    evaluate.add_argument("--seed", type=whole_number, default=0, help="for random conditions")
    add_model(evaluate)
    evaluate.add_argument(
        "--run",
        type=whole_number,
        dest="of_run",
        metavar="ID",
        help="the network of this run, by default on its dataset's test images",
    )
    evaluate.add_argument("--json", action="store_true", help="one JSON object")


def _evaluate(chosen: argparse.Namespace) -> None:
    from digitapp.evaluation import full_evaluation

    asked = (chosen.strokes, chosen.images, chosen.numbers, chosen.others)
    if not any(asked) and chosen.of_run is None:
        raise BadFile(
            "Nothing to evaluate on: give --strokes FILE, --images LABELS.json, --numbers FILE or "
            "--others, or a --run ID to evaluate on its own test images."
        )
    name = chosen.model if chosen.of_run is None else models.of_run(chosen.of_run)
    store = RunStore() if name not in models.MODELS else None
    predictor = models.load(name, store)
    found: dict[str, Any] = {"model": name}
    seed, told = chosen.seed, terminal.progress
    if chosen.strokes:
        found["strokes"] = full_evaluation.of_strokes(predictor, chosen.strokes, seed, told)
    if chosen.images:
        found["images"] = full_evaluation.of_pictures(predictor, chosen.images, told)
    if chosen.numbers:
        found["numbers"] = full_evaluation.of_numbers(predictor, chosen.numbers, seed, told)
    if chosen.others:
        found["others"] = full_evaluation.of_non_digits(predictor, told)
    if store and not any(asked):
        data = catalogue.dataset(store, store.get(chosen.of_run).spec.dataset)
        found["test"] = full_evaluation.of_test(predictor, data, told)
    print(json.dumps(found) if chosen.json else plain(score_table.as_text(found)))
