"""One step of a training: its batch, what the network said, and how its weights moved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

from digitapp.figures.thumbnails import data_url, weight_pictures
from digitapp.library import models
from digitapp.runs import Run
from digitapp.runs.records import PAUSED, QUEUED, STEP
from digitapp.runs.watching import Followed
from digitapp.text.templates import render
from digitapp.training import layer_table, step_record
from digitapp.training.architectures import layers
from digitapp.training.layer_specs import LayerSpec
from digitapp.training.step_record import StepRecord
from digitapp.ui.shared import caching, messages
from digitapp.ui.shared.resources import store

MOST_SHOWN = 32  # images
NONE_YET = "Press One batch, or choose slow motion: then what a batch did is shown here."
NOT_STARTED = "This run has not started yet. Later, in slow motion, what a batch did is shown here."
NONE_NOW = "What the last batch did is shown while a run trains; this one does not train now."
KINDS = {"Dense": "nodes", "Conv2D": "filters", "BatchNormalization": "normalised values"}


class Shown(NamedTuple):
    """An image of the batch, with what the network said before the step.

    Attributes:
        share, share_after: the probability of the true class, before and after.
    """

    picture: str
    true: str
    said: str
    confidence: float
    right: bool
    share: float
    share_after: float


class Moved(NamedTuple):
    """A layer, and how far its weights moved, relative to their size."""

    name: str
    share: float


class Node(NamedTuple):
    """A node of the first layer: pictures of its weights before, of their change, and after."""

    number: int
    before: str
    change: str
    after: str


class Step(NamedTuple):
    """A step in the form in which the page shows it."""

    record: StepRecord
    images: list[Shown]
    moved: list[Moved]
    nodes: list[Node]
    stronger: float  # by how much the changes are magnified in their pictures


def step(run: Run, seen: Followed) -> None:
    """Show the last batch of a run that is stepped or in slow motion, if it is known."""
    if run.active and (run.status == PAUSED or run.pace is not None or run.steps):
        _step(run, seen)


def last_batch(run: Run, seen: Followed) -> None:
    """Show the last batch of a run that was taken slowly, or say how to see one."""
    if not _step(run, seen):
        yet = NOT_STARTED if run.status == QUEUED else NONE_YET
        st.info(yet if run.active else NONE_NOW)


def _step(run: Run, seen: Followed) -> bool:
    """Show the last batch that was recorded; return whether there is one."""
    stored = seen.kept(STEP)
    if not stored:
        return False
    with messages.errors_shown():
        shown = _shown(run.id, stored[-1])
        if shown is None:
            return True
        epoch, batch = divmod(stored[-1] - 1, run.batches)
        when = f"epoch {epoch + 1:d}, batch {batch + 1:,} of {run.batches:,}"
        drops = bool(run.spec.dropout)
        st.html(render("ui/train/step.html.j2", step=shown, when=when, drops=drops))
    return True


@caching.data(max_entries=20, show_spinner=False)
def _shown(run: int, batches: int) -> Step | None:
    """Return the step after so many batches; None if another one has taken its place."""
    data = store().blob(run, STEP, batches)
    if data is None:
        return None
    record = step_record.unpack(data)
    found = store().get(run)
    names = models.class_names_of(store(), found)
    return Step(record, _images(record, names), _moved(record, found), *_nodes(record))


def _images(record: StepRecord, names: Sequence[str]) -> list[Shown]:
    rows = zip(record.images, record.labels, record.before, record.after, strict=True)
    return [
        Shown(
            picture=data_url(Image.fromarray(image)),
            true=names[label],
            said=names[before.argmax()],
            confidence=float(before.max()),
            right=bool(before.argmax() == label),
            share=float(before[label]),
            share_after=float(after[label]),
        )
        for image, label, before, after in islice(rows, MOST_SHOWN)
    ]


def _moved(record: StepRecord, run: Run) -> list[Moved]:
    """Return the layers that learn, named by what they are."""
    rows = [each for each in layer_table.rows(_layers(run)) if each.trainable]
    if len(rows) != len(record.moved):  # of another version
        rows = []
    names = [f"{row.shape[-1]} {KINDS.get(row.kind, row.kind)}" for row in rows]
    found = []
    for at, share in enumerate(record.moved):
        what = f" ({names[at]})" if names else ""
        last = at == len(record.moved) - 1
        found.append(Moved(f"{'Output layer' if last else f'Layer {at + 1}'}{what}", float(share)))
    return found


def _layers(run: Run) -> list[LayerSpec]:
    return layers(run.spec, len(models.class_names_of(store(), run)))


def _nodes(record: StepRecord) -> tuple[list[Node], float]:
    """Return the nodes that moved most, and by how much their changes are magnified."""
    weights, change = record.weights, record.change
    largest = max(float(np.abs(change).max()), 1e-12)
    both = weight_pictures(np.concatenate([weights, weights + change]))
    pictures = zip(both[: len(weights)], weight_pictures(change), both[len(weights) :], strict=True)
    found = [
        Node(int(number) + 1, *map(data_url, three))
        for number, three in zip(record.nodes, pictures, strict=True)
    ]
    return found, float(np.abs(weights).max()) / largest
