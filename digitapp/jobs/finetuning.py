"""Fine-tuning: training a network that was trained before, and measuring what it forgets.

A network trained further on new images gets better at them and worse at the old ones, however well
it knew them (McCloskey & Cohen, "Catastrophic Interference in Connectionist Networks", 1989).
Mixing in some of the old kind helps (rehearsal: Robins, 1995).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from digitapp.data import datasets
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.errors import BadFile, InvalidSetting, UnknownName
from digitapp.jobs.stroke_lessons import STROKES_BY_OTHERS, strokes_by_others
from digitapp.library import catalogue, keras_models, models
from digitapp.library.handwriting_accuracy import NO_PATHS, right, right_by_movement, with_paths
from digitapp.library.handwriting_datasets import MIXED, OWN, Paths
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore
from digitapp.runs.records import LEAST_JUDGED, BeforeAndAfter
from digitapp.text.percent import counted_percent
from digitapp.training.spec import Augmentation, TrainingSpec

if TYPE_CHECKING:
    import keras

GENTLE = Augmentation(rotate=10, shift=1, scale=0.1, slant=0.15, thickness=0.4)
# Upper bounds of the loss in accuracy, and words for it; above the last one it is "a lot".
FORGETTING = ((0.001, "nothing to speak of"), (0.02, "a little"), (0.1, "some of what it knew"))
TOO_FEW = (
    "Whether it learned your writing cannot be said yet: only {} put aside for the test, "
    f"and {LEAST_JUDGED} are needed. Correct some more, and teach again."
)

# Test parts that are no datasets: one's own drawings as one of the two readers reads them alone.
BY_PICTURE, BY_MOVEMENT = "picture alone", "movement alone"
TITLES = {
    OWN: "Yours, put aside",
    MIXED: "Yours, put aside",
    BY_PICTURE: "Yours, picture alone",
    BY_MOVEMENT: "Yours, movement alone",
    STROKES_BY_OTHERS: "other people's strokes",
}


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
        random_labels=0.0,
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
            "a run that begins with a network must have the same layers.",
            "base",
        )
    if spec.new_output:
        return
    known = models.class_names(spec.base, store)
    catalogue.check_classes(spec.dataset, catalogue.class_names(store, spec.dataset), known)


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
    data: Dataset, before: Predictor | None, after: Predictor, paths: Paths = NO_PATHS
) -> tuple[BeforeAndAfter, ...]:
    """Compare how many test images each network reads correctly, of the dataset and of MNIST.

    Where MNIST is not available, `pen` is used instead. It is left out if its test part is the
    dataset's, or if the networks do not know its classes. If the network has learned movements, it
    is also compared on those of others, and each of its two readers alone on those of the dataset.

    Args:
        data: the dataset of the fine-tuning, whose classes both networks know.
        before: the base network; None when it was deleted.
        paths: the pen's path beside an image of the dataset, where it is known.
    """
    parts, familiar = [data], _familiar()
    known = {*familiar.class_names} <= {*data.class_names}
    if known and catalogue.fingerprint(familiar) != catalogue.fingerprint(data):
        parts.append(catalogue.in_terms_of(familiar, data.class_names))
    found = [_compared(part, before, after, right, paths) for part in parts]
    if paths and after.reads_movement:
        found += _movement(data, before, after, paths)
    return tuple(found)


def _movement(
    data: Dataset, before: Predictor | None, after: Predictor, paths: Paths
) -> list[BeforeAndAfter]:
    """Compare the readers of movement alone and of pictures alone, and both on others' strokes."""
    others, moved = strokes_by_others(data.class_names)
    found = [_compared(others, before, after, right, moved)]
    drawn = with_paths(data, paths)
    if len(drawn.y_test):
        seen, alone = replace(drawn, name=BY_PICTURE), replace(drawn, name=BY_MOVEMENT)
        found.append(_compared(seen, before, after, right, NO_PATHS))
        found.append(_compared(alone, before, after, right_by_movement, paths))
    return found


def _compared(
    data: Dataset,
    before: Predictor | None,
    after: Predictor,
    count: Callable[[Predictor, Dataset, Paths], int],
    paths: Paths,
) -> BeforeAndAfter:
    then = count(before, data, paths) if before else None
    return BeforeAndAfter(data.name, then, count(after, data, paths), len(data.y_test))


def in_order(found: Sequence[BeforeAndAfter]) -> list[BeforeAndAfter]:
    """Return one's own writing first, and what each reader says of it alone; others after it."""
    first = (OWN, MIXED, BY_PICTURE, BY_MOVEMENT, STROKES_BY_OTHERS)
    return sorted(found, key=lambda each: (*first, each.data).index(each.data))


def title(data: str) -> str:
    """Return the name of a test part for users."""
    return TITLES.get(data) or catalogue.title(data)


def in_words(found: Sequence[BeforeAndAfter]) -> list[str]:
    """Describe what it has learned and forgotten: a sentence for each test part.

    Of the parts, those of one reader alone are left out.
    """
    return [
        _learned(each) if each.data in (OWN, MIXED) else _forgotten(each)
        for each in in_order(found)
        if each.total and each.data not in (BY_PICTURE, BY_MOVEMENT)
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
    if found.too_few:
        return TOO_FEW.format(_aside(found.total))
    if found.before is None:
        return f"It reads {now} of your test pictures right."
    if found.after > found.before:
        return f"It learned your writing: {found.before} of {found.total} right before, {now} now."
    if found.after < found.before:
        return f"It reads your writing less well: {found.before} right before, {now} now."
    return f"It reads your writing as well as before: {now} right."


def _aside(count: int) -> str:
    return f"{count} picture{' is' if count == 1 else 's are'}"


def _forgotten(found: BeforeAndAfter) -> str:
    name, now = title(found.data), counted_percent(found.after / found.total, None)
    if found.before is None:
        return f"On {name} it gets {now} right; the network that it began with was deleted."
    lost = (found.before - found.after) / found.total
    then = counted_percent(found.before / found.total, None)
    known = f"On {name} it got {then} right before and {now} now"
    if lost <= -FORGETTING[0][0]:
        return f"{known}: it even got better."
    much = next((words for most, words in FORGETTING if lost < most), "a lot")
    return f"{known}: it forgot {much}."
