"""The command line: everything the pages do, for scripts and for people who like it plain."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitapp import backend, models, reports
from digitapp.datasets import DATASETS, where
from digitapp.errors import BadFile, BadPicture, DigitappError
from digitapp.registry import lookup
from digitapp.settings import SETTINGS, from_text
from digitapp.spec import PRESETS

if TYPE_CHECKING:
    from PIL import Image

    from digitapp.prediction import Predictor
    from digitapp.reading import Reading
    from digitapp.training import Trained


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 something failed, 2 wrong usage."""
    chosen = _parser().parse_args(arguments)
    try:
        status = int(chosen.run(chosen))
        sys.stdout.flush()
        return status
    except DigitappError as error:
        print(f"digitapp: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("digitapp: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has gone: there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _predict(chosen: argparse.Namespace) -> int:
    from digitapp.reading import read_picture

    preparation = lookup(models.MODELS, "model", chosen.model).preparation
    predictor = models.load(chosen.model)
    failed = 0
    for name in chosen.images:
        try:
            reading = read_picture(predictor, _picture(name), preparation)
        except DigitappError as error:
            print(f"{name}: {error}", file=sys.stderr, flush=True)
            failed = 1
            continue
        print(_as_json(name, reading) if chosen.json else _as_line(name, reading), flush=True)
    return failed


def _picture(name: str) -> Image.Image:
    from digitapp.pictures import MAX_FILE_MEGABYTES, read_bytes, read_file

    if name != "-":
        return read_file(Path(name))
    if sys.stdin is None or sys.stdin.isatty():
        raise BadPicture("Nothing arrives on standard input; pipe a picture into it.")
    return read_bytes(sys.stdin.buffer.read(MAX_FILE_MEGABYTES * 2**20 + 1))


def _as_line(name: str, reading: Reading) -> str:
    from digitapp.prediction import percent

    read = reading.prediction
    doubt = f" - not sure. {read.sentence}" if read.unsure else ""
    return f"{name}: {read.name} ({percent(read.confidence, decimals=1)}){doubt}"


def _as_json(name: str, reading: Reading) -> str:
    read = reading.prediction
    return json.dumps(
        {
            "file": name,
            "digit": read.label,
            "confidence": round(read.confidence, 6),
            "probabilities": [round(float(share), 6) for share in read.probabilities],
            "unsure": read.unsure,
        }
    )


def _data_list(chosen: argparse.Namespace) -> int:
    rows = []
    for name, source in DATASETS.items():
        row = {"name": name, "title": source.title, "about": source.about}
        rows.append({**row, "where": where(source)})
    for row in rows:
        print(json.dumps(row) if chosen.json else "{name:14} {about} [{where}]".format(**row))
    return 0


def _data_show(chosen: argparse.Namespace) -> int:
    from digitapp.datasets import load, sample_sheet

    data = load(chosen.name)
    try:
        sample_sheet(data).save(chosen.out)
    except (OSError, ValueError) as error:
        raise BadFile(f"{chosen.out}: cannot be written ({error}).") from None
    print(
        f"{chosen.out}: ten images of each of {len(data.class_names)} classes; "
        f"{len(data.x_train):,} training and {len(data.x_test):,} test images in all."
    )
    return 0


def _evaluate(chosen: argparse.Namespace) -> int:
    if not (chosen.strokes or chosen.images):
        raise BadFile("Nothing to evaluate on: give --strokes FILE, --images LABELS.json or both.")
    predictor = models.load(chosen.model)
    found: dict[str, Any] = {"model": chosen.model}
    if chosen.strokes:
        found["strokes"] = _strokes_report(predictor, chosen.strokes, chosen.seed)
    if chosen.images:
        found["images"] = _pictures_report(predictor, chosen.images)
    print(json.dumps(found) if chosen.json else reports.as_text(found))
    return 0


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


def _train(chosen: argparse.Namespace) -> int:
    backend.start()
    from digitapp import modelcard
    from digitapp.datasets import load
    from digitapp.progress import EpochLines
    from digitapp.training import train

    texts = {name: getattr(chosen, name) for name in SETTINGS}
    given = {name: text for name, text in texts.items() if text is not None}
    spec = from_text(given, lookup(PRESETS, "preset", chosen.preset))
    if chosen.out and chosen.out.suffix != ".keras":
        raise BadFile(f"{chosen.out}: a model's file name must end in .keras.")
    if chosen.out and not chosen.out.parent.is_dir():
        raise BadFile(f"{chosen.out}: there is no folder {chosen.out.parent}.")
    trained = train(spec, load(spec.dataset), [EpochLines(spec.epochs)])
    if chosen.out:
        modelcard.save(trained, chosen.out, chosen.preset)
        print(f"Saved {chosen.out} and its model card.", file=sys.stderr)
    print(_trained_json(chosen.preset, trained) if chosen.json else _trained_text(trained))
    return 0


def _trained_text(trained: Trained) -> str:
    return (
        f"Test accuracy {trained.test_accuracy * 100:.2f} %, test loss {trained.test_loss:.4f}, "
        f"after {trained.seconds:.0f} s ({trained.images_per_second:,.0f} images a second)."
    )


def _trained_json(preset: str, trained: Trained) -> str:
    validation = trained.history.get("val_accuracy")
    return json.dumps(
        {
            "preset": preset,
            "epochs": trained.epochs,
            "val_accuracy": validation[-1] if validation else None,
            "test_loss": trained.test_loss,
            "test_accuracy": trained.test_accuracy,
            "seconds": round(trained.seconds, 3),
            "images_per_second": round(trained.images_per_second, 1),
        }
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="digitapp", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_predict(commands)
    _add_evaluate(commands)
    _add_train(commands)
    data = commands.add_parser("data", help="list the datasets, or show one").add_subparsers(
        required=True, metavar="WHAT"
    )
    listing = _command(data, "list", _data_list, "the datasets, and where they are")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    show = _command(data, "show", _data_show, "a picture with images of every class")
    show.add_argument("name", metavar="NAME", help=", ".join(DATASETS))
    show.add_argument("--out", type=Path, required=True, metavar="PICTURE.png")
    return parser


def _add_predict(commands: Any) -> None:
    predict = _command(commands, "predict", _predict, "read pictures of digits")
    predict.add_argument("images", nargs="+", metavar="IMAGE", help="a file, or - for stdin")
    _add_model(predict)
    predict.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_evaluate(commands: Any) -> None:
    evaluate = _command(commands, "evaluate", _evaluate, "measure on labelled handwriting")
    evaluate.add_argument("--strokes", type=Path, metavar="FILE", help="pen strokes as JSON")
    evaluate.add_argument("--images", type=Path, metavar="LABELS.json", help="beside its pictures")
    evaluate.add_argument("--seed", type=_seed, default=0, help="of the conditions (default 0)")
    _add_model(evaluate)
    evaluate.add_argument("--json", action="store_true", help="one JSON object")


def _add_train(commands: Any) -> None:
    train = _command(commands, "train", _train, "train a network")
    train.add_argument("--preset", default="dense-128", help=", ".join(PRESETS))
    changes = train.add_argument_group("settings, each in the place of the preset's")
    for name, setting in SETTINGS.items():
        choices = f" One of: {', '.join(setting.choices)}." if setting.choices else ""
        option = "--" + name.replace("_", "-")
        changes.add_argument(option, dest=name, metavar="VALUE", help=setting.about + choices)
    train.add_argument("--json", action="store_true", help="end with one JSON object")
    train.add_argument("--out", type=Path, metavar="FILE.keras", help="save the model, and a card")


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number from 0 up.")
    return int(text)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default=models.DEFAULT, help=", ".join(models.MODELS))


def _command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], about: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    return parser
