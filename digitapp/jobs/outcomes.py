"""What comes of a training: its network in all the forms that are stored, and its scores."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from digitapp.data.datasets import Dataset
from digitapp.errors import StoreProblem
from digitapp.jobs import finetuning, stroke_lessons
from digitapp.library import (
    handwriting_accuracy,
    handwriting_datasets,
    onnx_networks,
    test_sets,
)
from digitapp.library.handwriting_accuracy import NO_PATHS
from digitapp.library.handwriting_datasets import Paths
from digitapp.reading.prediction import Predictor
from digitapp.reading.stroke_reader import StrokeReader
from digitapp.runs import Outcome, RunStore
from digitapp.runs.retrying import retry_while_busy
from digitapp.training import checkpoints, phases
from digitapp.training.spec import TrainingSpec

if TYPE_CHECKING:
    from digitapp.training.trainer import Trained

Tell = Callable[[str], None]


def outcome(
    store: RunStore,
    trained: Trained,
    data: Dataset,
    strokes: bytes,
    before: Predictor | None,
    status: str,
    tell: Tell,
) -> Outcome:
    """Return how a run ended, with its network in the forms that are stored, scored.

    Args:
        data: what it was trained on.
        strokes: the stroke reader that it began with; empty for none.
        before: the network that it began with, if there was one.
        status: done or stopped.
        tell: records what is being done, one of the `training.phases`.
    """
    spec = trained.spec
    model = checkpoints.pack_model(trained.model.variables)
    onnx = onnx_networks.made(spec, data.class_names, model)
    strokes, paths = _taught(store, strokes, spec, tell)
    moves = StrokeReader(strokes) if strokes else None
    after = Predictor(onnx, data.class_names, strokes=moves)
    compare, compared = finetuning.scores_before_and_after, spec.base and not spec.new_output
    return Outcome(
        status,
        test_loss=trained.test_loss,
        test_accuracy=trained.test_accuracy,
        model=model,
        onnx=onnx_networks.packed(onnx, model),
        strokes=onnx_networks.packed_strokes(strokes),
        test=test_sets.pack_answers(trained.test_probabilities, data),
        compared=compare(data, before, after, paths) if compared else (),
        handwriting=_own(store, after, tell),
    )


def _taught(store: RunStore, strokes: bytes, spec: TrainingSpec, tell: Tell) -> tuple[bytes, Paths]:
    """Teach a stroke reader, if there is one, the strokes of My handwriting.

    Returns:
        the stroke reader, empty if there is none, and the paths of the drawings.
    """
    if not strokes:
        return b"", NO_PATHS
    tell(phases.MOVEMENTS)
    own = retry_while_busy(lambda: handwriting_datasets.written(store))
    paths = retry_while_busy(lambda: handwriting_datasets.paths(store))
    return stroke_lessons.taught(strokes, own, spec), paths


def _own(store: RunStore, predictor: Predictor, tell: Tell) -> tuple[int, int] | None:
    """Score the network on My handwriting; None if the store fails: the network is kept."""
    tell(phases.HANDWRITING)
    with suppress(StoreProblem):
        return retry_while_busy(lambda: handwriting_accuracy.score(store, predictor))
    return None
