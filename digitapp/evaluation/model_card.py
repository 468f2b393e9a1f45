"""The model card, which describes a trained model and how to rebuild it, and saving the two."""

from __future__ import annotations

import datetime
import platform
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from digitapp.data.datasets import DATASETS
from digitapp.data.hands import CREDITS
from digitapp.errors import BadFile, cause
from digitapp.evaluation import card_rows
from digitapp.evaluation.calibration import Calibration
from digitapp.files.folders import ROOT
from digitapp.reading.combination import Combination
from digitapp.text.percent import counted_percent
from digitapp.text.templates import render
from digitapp.training.random_labels import share_in_words
from digitapp.training.settings import differences
from digitapp.training.spec import PRESETS, TrainingSpec
from digitapp.training.trainer import Trained

# What the bins of confidence are shown of, the first one there is.
BUNDLED = "recogniser"
ALL = " of its training part"
OTHERS = ": those of its training part, and built-in shapes that look like none of its classes"
SHOWN = {
    "folds": "the real handwriting as drawn",
    "strokes": "the strokes as drawn",
    "test": "the test images",
}


@dataclass(frozen=True)
class StrokeFacts:
    """What a model card tells about the stroke reader beside the network.

    Attributes:
        parameters: number of its parameters.
        size: of its file, in bytes.
        paths: number of paths that it was trained on.
        data: what they were, in a sentence or more.
        combination: how its answers are combined with those of the picture.
        fitted: a sentence on what these parameters were fitted on.
    """

    parameters: int
    size: int
    paths: int
    data: str
    combination: Combination
    fitted: str

    @property
    def parameters_of_combination(self) -> list[tuple[str, float]]:
        """The name and value of each parameter of the combination."""
        return [(name.replace("_", " "), value) for name, value in asdict(self.combination).items()]


@dataclass(frozen=True)
class Report:
    """Calibration and measurements of a network.

    Attributes:
        calibration: the result of its calibration.
        measured: values from `full_evaluation`: test and others; optionally strokes, numbers and
            images, and from networks trained without the writers, folds and fold_numbers.
        strokes: facts about the stroke reader, if there is one.
        folds: the number of those networks.
        second_stage: what it was trained on after its settings' dataset; empty for nothing.
    """

    calibration: Calibration
    measured: dict[str, Any]
    strokes: StrokeFacts | None = None
    folds: int = 0
    second_stage: str = ""

    @property
    def shown(self) -> str:
        """Say which answers the bins and the diagram are of."""
        return SHOWN[self._shown]

    @property
    def _shown(self) -> str:
        return next(name for name in SHOWN if name in self.measured)

    @property
    def bins(self) -> list[list[float]]:
        """Number of answers, mean confidence and share right, in equal steps of confidence.

        They are of the real handwriting if there is any, else of the strokes as drawn, else of the
        test images.
        """
        return list(self.measured[self._shown]["reliability"])

    @property
    def diagram(self) -> str:
        """The reliability diagram as SVG: the share of correct answers for each confidence."""
        return render("evaluation/reliability.svg.j2", bins=self.bins)


@dataclass(frozen=True)
class ModelCard:
    """What a model card says.

    Attributes:
        name: of the model, without the file's suffix.
        rows: title and value of the facts in its table.
        settings: of the training, as JSON.
        command: the command line that rebuilds the model.
        report: its measurements, if they were made.
        credits: of the handwriting that it was trained on, as licences ask for.
    """

    name: str
    rows: dict[str, str]
    settings: str
    command: str
    report: Report | None
    credits: tuple[str, ...] = ()

    def markdown(self) -> str:
        """Return the card as Markdown."""
        return render("evaluation/model_card.md.j2", card=self, rows=card_rows)


@dataclass(frozen=True)
class ModelFacts:
    """What a model card tells about a network and its training.

    Attributes:
        classes: number of its outputs.
        parameters: number of its parameters.
        images: number of images that it was trained on.
        history: one value per epoch for each metric, as in Keras's `History.history`.
        test_loss, test_accuracy: on the dataset's test part; accuracy from 0 to 1.
        size: of its file, in bytes; None if that is unknown.
        made_with: the versions of the programs that trained it; empty if they are unknown.
    """

    spec: TrainingSpec
    classes: int
    parameters: int
    images: int
    history: Mapping[str, Sequence[float]]
    test_loss: float
    test_accuracy: float
    size: int | None = None
    made_with: str = ""


def save(
    trained: Trained,
    path: Path,
    preset: str,
    report: Report | None = None,
    onnx: bytes | None = None,
) -> None:
    """Write the model to `path`, without its optimizer, and the card beside it as `.md`.

    With a report, its figures are on the card, and its reliability diagram is saved as `.svg`; an
    ONNX file of the same network is saved as `.onnx`.

    Raises:
        BadFile: when the files cannot be written.
    """
    trained.model.optimizer = None
    trained.model.compiled = False
    try:
        trained.model.save(path)
        facts = _facts(trained, path.stat().st_size)
        path.with_suffix(".md").write_text(card(facts, path, preset, report).markdown(), "utf-8")
        if report:
            path.with_suffix(".svg").write_text(report.diagram, "utf-8")
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({cause(error)}).") from None
    if onnx:
        write(path.with_suffix(".onnx"), onnx)


def write(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        BadFile: when it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadFile(f"{path}: cannot be written ({cause(error)}).") from None


def card(facts: ModelFacts, path: Path, preset: str, report: Report | None = None) -> ModelCard:
    """Return the model card: data, settings, seed, accuracy, date, how to rebuild the model.

    Args:
        path: the model's file.
        preset: on the command line, options give only the differences from it. With a report, the
            name of the command that rebuilds the model.
    """
    spec = facts.spec
    source = DATASETS.get(spec.dataset)
    about = (
        f"{source.title}. {source.about}" if source else f"{spec.dataset}, a user's own dataset."
    )
    last = {name: values[-1] for name, values in facts.history.items()}
    random = f"{share_in_words(spec.random_labels)} of the training images had random ones"
    images = f"{facts.images:,} images{OTHERS if spec.none_of_these else ALL}"
    rows = {
        "Data": f"{about} Trained on {images}; the test part was only measured on",
        "Begins with": _base(spec),
        "Labels": random if spec.random_labels else "",
        "Second stage": report.second_stage if report else "",
        "Input": "float32 (28, 28), 0 paper to 1 ink, prepared as in digitapp.drawing",
        "Output": f"probabilities of {facts.classes} classes",
        "Network": f"{spec.architecture}, {facts.parameters:,} weights",
        "File": "" if facts.size is None else f"{facts.size / 2**20:.2f} MB",
        "Test accuracy": counted_percent(facts.test_accuracy),
        "Test loss": f"{facts.test_loss:.4f}",
        "Last epoch": ", ".join(f"{name} {value:.4f}" for name, value in last.items()),
        "Seed": str(spec.seed),
        "Date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "Made with": facts.made_with,
    }
    rows = {title: value for title, value in rows.items() if value}
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    if report:  # its own figures distinguish right, refused and wrong
        del rows["Test accuracy"], rows["Test loss"]
        make = preset
    else:
        changed = differences(spec, PRESETS[preset]).items()
        options = "".join(
            f" --{name.replace('_', '-')} {shlex.quote(text)}" for name, text in changed
        )
        make = f"train --preset {preset}{options}"
    command = f"python -m digitapp {make} --out {shown}"
    whose = hands_credits(spec, report)
    return ModelCard(path.stem, rows, spec.to_json(), command, report, whose)


def _base(spec: TrainingSpec) -> str:
    """Say what of another network it begins with; nothing with fresh weights."""
    if not spec.new_output:
        return spec.base
    kept = f"; the first {spec.frozen} stay as they are" if spec.frozen else ""
    return f"{spec.base}: its layers but the output layer, which is new{kept}"


def hands_credits(spec: TrainingSpec, report: Report | None) -> tuple[str, ...]:
    """Return the credits of the real handwriting that a network or its stroke reader learned from.

    The bundled network, with which others begin, and its stroke reader learned from all of it.
    """
    source = DATASETS.get(spec.dataset)
    learned = {spec.dataset, *(source.made_of if source else ())}
    bundled = spec.base == BUNDLED or (report is not None and report.strokes is not None)
    return tuple(text for name, text in CREDITS.items() if bundled or name in learned)


def _facts(trained: Trained, size: int) -> ModelFacts:
    import tensorflow as tf

    return ModelFacts(
        spec=trained.spec,
        classes=trained.model.output_shape[-1],
        parameters=trained.model.count_params(),
        images=trained.images,
        history=trained.history,
        test_loss=trained.test_loss,
        test_accuracy=trained.test_accuracy,
        size=size,
        made_with=f"Python {platform.python_version()}, TensorFlow {tf.__version__}, "
        f"Keras {version('keras')}",
    )
