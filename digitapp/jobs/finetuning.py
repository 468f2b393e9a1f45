"""Fine-tuning: training a network that was trained before, and measuring what it forgets.

A network trained further on new images gets better at them and worse at the old ones, however well
it knew them (McCloskey & Cohen, "Catastrophic Interference in Connectionist Networks", 1989).
Mixing in some of the old kind helps (rehearsal: Robins, 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from digitapp.data import datasets
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.library import catalogue, keras_models, models
from digitapp.library.handwriting_accuracy import right
from digitapp.library.handwriting_datasets import MIXED, OWN
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore
from digitapp.runs.records import BeforeAndAfter
from digitapp.text.percent import counted_percent
from digitapp.training.spec import Augmentation, TrainingSpec

if TYPE_CHECKING:
    import keras

GENTLE = Augmentation(rotate=10, shift=1, scale=0.1, slant=0.15, thickness=0.4)
# Upper bounds of the loss in accuracy, and words for it; above the last one it is "a lot".
FORGETTING = ((0.001, "nothing to speak of"), (0.02, "a little"), (0.1, "some of what it knew"))


def settings(store: RunStore, base: str, mixed: bool = False, epochs: int = 0) -> TrainingSpec:
    """Return settings for fine-tuning a network on the user's handwriting: few, small steps.

    Args:
        mixed: mix in other digits, so that it forgets less.
        epochs: number of epochs; 0 for the default.

    Raises:
        UnknownName: when there is no such network.
    """
    return replace(
        models.settings(base, store),
        base=base,
        dataset=MIXED if mixed else OWN,
        optimizer="adam",
        momentum=0.0,
        cosine_decay=False,
        learning_rate=0.0003 if mixed else 0.0001,
        batch_size=64 if mixed else 16,
        epochs=epochs or (3 if mixed else 20),
        validation_split=0,
        train_size=None,
        early_stopping=None,
        augmentation=GENTLE,
    )


def check(store: RunStore, spec: TrainingSpec) -> None:
    """Reject a base network that is missing or does not fit; accept a spec without one.

    Raises:
        UnknownName, InvalidSetting: saying which network, and why.
    """
    if not spec.base:
        return
    run, made = models.run_of(spec.base), models.settings(spec.base, store)
    if run is not None and store.get(run).test_accuracy is None:
        raise UnknownName(f"Run {run} has no trained network to begin with yet.")
    if _layers(spec) != _layers(made):
        raise InvalidSetting(
            f"The network {spec.base} is {_layers(made)}, and this one would be {_layers(spec)}; "
            "a run that begins with a network must have the same layers."
        )
    known = models.class_names(spec.base, store)
    catalogue.check_classes(spec.dataset, catalogue.class_names(spec.dataset), known)


def base(store: RunStore, spec: TrainingSpec, going_on: bool) -> keras.Model | None:
    """Return the network that a run begins with; None for fresh weights.

    Args:
        going_on: whether the run resumes from a checkpoint; a missing or damaged network is then
            None, too.

    Raises:
        UnknownName, BadFile: when it is missing or damaged.
    """
    if not spec.base:
        return None
    try:
        return keras_models.network(spec.base, store)
    except (UnknownName, BadFile):
        if going_on:
            return None
        raise


def scores_before_and_after(
    data: Dataset, before: Predictor | None, after: Predictor
) -> tuple[BeforeAndAfter, ...]:
    """Compare how many test images each network reads correctly, of the dataset and of MNIST.

    Where MNIST is not available, `pen` is used instead. It is left out if its test part is the
    dataset's, or if the networks do not know its classes.

    Args:
        data: the dataset of the fine-tuning, whose classes both networks know.
        before: the base network; None when it was deleted.
    """
    parts, familiar = [data], _familiar()
    known = {*familiar.class_names} <= {*data.class_names}
    if known and catalogue.fingerprint(familiar) != catalogue.fingerprint(data):
        parts.append(catalogue.in_terms_of(familiar, data.class_names))
    found = []
    for part in parts:
        then, now = right(before, part) if before else None, right(after, part)
        found.append(BeforeAndAfter(part.name, then, now, len(part.y_test)))
    return tuple(found)


def in_words(found: Sequence[BeforeAndAfter]) -> list[str]:
    """Describe what it has learned and forgotten, in a sentence for each test part."""
    return [
        _learned(each) if each.data in (OWN, MIXED) else _forgotten(each)
        for each in found
        if each.total
    ]


def _layers(spec: TrainingSpec) -> str:
    hidden = f" with hidden layers {', '.join(map(str, spec.hidden)) or 'none'}"
    kind = f"{spec.architecture}{hidden if spec.architecture == 'dense' else ''}"
    return f"{kind} and activation {spec.activation}"


def _familiar() -> Dataset:
    """Return MNIST, which most networks were trained on, or `pen` where MNIST is not available."""
    if datasets.local_folder(DATASETS["mnist"]):
        with suppress(BadFile):
            return datasets.load("mnist")
    return datasets.load("pen")


def _learned(found: BeforeAndAfter) -> str:
    now = f"{found.after} of {found.total}"
    if found.before is None:
        return f"It reads {now} of your test pictures right."
    if found.after > found.before:
        return f"It learned your writing: {found.before} of {found.total} right before, {now} now."
    if found.after < found.before:
        return f"It reads your writing less well: {found.before} right before, {now} now."
    return f"It reads your writing as well as before: {now} right."


def _forgotten(found: BeforeAndAfter) -> str:
    name, now = catalogue.title(found.data), counted_percent(found.after / found.total, None)
    if found.before is None:
        return f"On {name} it gets {now} right; the network that it began with was deleted."
    lost = (found.before - found.after) / found.total
    then = counted_percent(found.before / found.total, None)
    known = f"On {name} it got {then} right before and {now} now"
    if lost <= -FORGETTING[0][0]:
        return f"{known}: it even got better."
    much = next((words for most, words in FORGETTING if lost < most), "a lot")
    return f"{known}: it forgot {much}."
