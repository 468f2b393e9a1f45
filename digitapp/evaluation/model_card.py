"""Saving a trained model with a model card that describes it and how to rebuild it."""

from __future__ import annotations

import datetime
import platform
from importlib.metadata import version
from pathlib import Path

from digitapp.data.datasets import DATASETS
from digitapp.errors import BadFile, cause
from digitapp.evaluation.model_card_text import Report
from digitapp.files.folders import ROOT
from digitapp.text.escaping import markdown
from digitapp.text.percent import counted_percent
from digitapp.training.settings import differences
from digitapp.training.spec import PRESETS
from digitapp.training.trainer import Trained


def save(trained: Trained, path: Path, preset: str, report: Report | None = None) -> None:
    """Write the model to `path`, without its optimizer, and the card beside it as `.md`.

    With a report, its figures are on the card, and its reliability diagram is saved as `.svg`.

    Raises:
        BadFile: when the files cannot be written.
    """
    trained.model.optimizer = None
    trained.model.compiled = False
    try:
        trained.model.save(path)
        path.with_suffix(".md").write_text(card(trained, path, preset, report), "utf-8")
        if report:
            path.with_suffix(".svg").write_text(report.diagram, "utf-8")
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({cause(error)}).") from None


def card(trained: Trained, path: Path, preset: str, report: Report | None = None) -> str:
    """Return the model card as Markdown: data, settings, seed, accuracy, date, how to rebuild."""
    spec = trained.spec
    classes = trained.model.output_shape[-1]
    last = {name: values[-1] for name, values in trained.history.items()}
    rows = {
        "Data": f"{_about(spec.dataset)} Trained on {trained.images:,} images of its "
        "training part; the test part was only measured on",
        "Input": "float32 (28, 28), 0 paper to 1 ink, prepared as in `digitapp.drawing`",
        "Output": f"probabilities of {classes} classes",
        "Network": f"{spec.architecture}, {trained.model.count_params():,} parameters",
        "File": f"{path.stat().st_size / 2**20:.2f} MB",
        "Test accuracy": counted_percent(trained.test_accuracy),
        "Test loss": f"{trained.test_loss:.4f}",
        "Last epoch": ", ".join(f"{name} {value:.4f}" for name, value in last.items()),
        "Seed": str(spec.seed),
        "Date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "Made with": f"Python {platform.python_version()}, TensorFlow "
        f"{_tensorflow()}, Keras {version('keras')}",
    }
    if report:  # its own figures distinguish right, refused and wrong
        rows = {name: text for name, text in rows.items() if not name.startswith("Test ")}
    table = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    make = f"train --preset {preset}{_changes(trained, preset)}" if report is None else preset
    figures = "" if report is None else report.sections(path.with_suffix(".svg").name)
    return (
        f"# Model card: {markdown(path.stem)}\n\n| | |\n| --- | --- |\n{table}\n\n{figures}"
        f"All settings:\n\n```json\n{spec.to_json()}\n```\n\n"
        "To rebuild it (the last digits vary with the machine):\n\n"
        f"```\npython -m digitapp {make} --out {shown}\n```\n"
    )


def _about(dataset: str) -> str:
    source = DATASETS.get(dataset)
    own = markdown(f"{dataset}, a user's own dataset.")
    return f"{source.title}. {source.about}" if source else own


def _changes(trained: Trained, preset: str) -> str:
    """Return the command-line options for settings that differ from the preset."""
    changed = differences(trained.spec, PRESETS[preset]).items()
    return "".join(f" --{name.replace('_', '-')} {text}" for name, text in changed)


def _tensorflow() -> str:
    import tensorflow as tf

    return str(tf.__version__)
