"""Fine-tuning a network on one's own handwriting: settings, and the scores before and after."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitapp.errors import InvalidSetting, UnknownName
from digitapp.jobs import finetuning
from digitapp.library import handwriting_datasets, models
from digitapp.library.models import DEFAULT
from digitapp.runs import Run, handwriting_scores
from digitapp.runs.corrected_drawings import ASIDE_OF, Correction
from digitapp.runs.records import LEAST_JUDGED, BeforeAndAfter
from digitapp.text.escaping import markdown
from digitapp.text.percent import counted_percent
from digitapp.training.spec import TrainingSpec
from digitapp.ui.shared.address import came_by_link, run_number
from digitapp.ui.shared.networks import chosen_model, digit_readers
from digitapp.ui.shared.resources import store
from digitapp.ui.shared.selections import still_chosen
from digitapp.ui.shared.session import TAUGHT_RUN

TAUGHT = "run"  # query parameter
PUPIL = "pupil"  # the network to fine-tune
# Epochs with one's own pictures alone, and mixed with others.
TRAINING_LENGTHS = {"A little": (10, 1), "Well": (20, 3), "For long": (60, 8)}
FEW_PICTURES = 10  # test pictures
ABOUT_LENGTH = "The longer it learns, the better it knows these pictures, and the more it forgets."
ABOUT_MIXED = (
    "It also learns from as many digits by others, so it forgets less. Without them it is done "
    "sooner, and forgets more of what it knew."
)
ABOUT_BOTH = (
    "The network reads a drawing by its picture and by the movement of the pen, and makes one "
    "answer of both. It learned both; two rows say how well each of them does by itself."
)
NO_MOVEMENT = (
    "It learns from the pictures alone, because the movement of the pen is not kept with any of "
    "them. How this network reads movements stays as it is."
)
TOO_FEW_ASIDE = (
    "Of your drawings, {:d} {} put aside for the test so far. A network is judged by them once "
    f"there are {LEAST_JUDGED:d}, which takes about {ASIDE_OF * LEAST_JUDGED:d} corrections."
)
CHANCE = "With so few test pictures, a difference of one may be chance: correct more to be sure."


def enough_to_teach(found: Sequence[Correction]) -> bool:
    """Return whether there are enough corrections; if not, show how many are needed."""
    try:
        handwriting_datasets.check(found)
    except InvalidSetting as lack:
        st.info(markdown(str(lack)))
        return False
    _, aside = handwriting_datasets.parts(found)
    if len(aside) < LEAST_JUDGED:
        st.caption(TOO_FEW_ASIDE.format(len(aside), "is" if len(aside) == 1 else "are"))
    return True


def teaching_settings(found: Sequence[Correction]) -> tuple[TrainingSpec, str]:
    """Show which network, how long, and whether to mix; return the settings and a run name.

    Raises:
        UnknownName, StoreProblem: when the network no longer exists, or the store fails.
    """
    titles, chosen = digit_readers(), chosen_model()
    known, place = still_chosen(PUPIL, list(titles), chosen if chosen in titles else DEFAULT)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        base = st.selectbox(
            "Which network?",
            known,
            place,
            format_func=lambda name: titles.get(name, name),
            key=PUPIL,
            width=320,
        )
        length = st.segmented_control(
            "How long?",
            list(TRAINING_LENGTHS),
            default="Well",
            required=True,
            key="length",
            help=ABOUT_LENGTH,
        )
    if models.reads_movement(base, store()):
        st.caption(_movement(found))
    mixed = st.toggle("Mix in other digits", value=True, key="mixed", help=ABOUT_MIXED)
    epochs = TRAINING_LENGTHS[length][mixed]
    name = titles.get(base, base).partition(":")[0]
    return finetuning.settings(store(), base, mixed, epochs), f"{name} + my handwriting"


def _movement(found: Sequence[Correction]) -> str:
    """Say whether the network will learn from movements, too."""
    learned, _ = handwriting_datasets.parts(found)
    moved = sum(each.strokes is not None for each in learned)
    if not moved:
        return NO_MOVEMENT
    which = "all of them" if moved == len(learned) else f"{moved:,} of them"
    return f"It learns from {len(learned):,} pictures, and from the movement of the pen in {which}."


def as_before() -> None:
    """Show the run that was shown last, if the visitor has just come by a link that names none."""
    if came_by_link() and TAUGHT not in st.query_params:
        show_taught(TAUGHT_RUN.get())


def taught_run() -> Run | None:
    """Return the run named in the page's URL; None when it names none.

    Raises:
        UnknownName: when it does not exist, or did not start from another network.
    """
    text = st.query_params.get(TAUGHT)
    if not text:
        TAUGHT_RUN.set(None)
        return None
    number = run_number(text)
    run = None if number is None else store().get(number)
    if run is None or not run.spec.base:
        raise UnknownName(f"{text!r} in this page's address is not a run that taught a network.")
    show_taught(run.id)
    return run


def show_taught(run: int | None) -> None:
    """Put a run into the page's URL, or remove it."""
    TAUGHT_RUN.set(run)
    if run is None:
        st.query_params.pop(TAUGHT, None)
    elif st.query_params.get(TAUGHT) != str(run):
        st.query_params[TAUGHT] = str(run)


def lesson(run: Run) -> None:
    """Show what a run has learned and forgotten: sentences, and the scores behind them."""
    found = handwriting_scores.read(store(), run.id)
    for sentence in finetuning.in_words(found):
        st.markdown(f"**{markdown(sentence)}**")
    judged = [each for each in finetuning.in_order(found) if not each.too_few]
    if not judged:
        return
    with st.container(key="lesson"):
        st.dataframe(
            [_row(each) for each in judged],
            hide_index=True,
            column_config={
                "data": st.column_config.TextColumn("Test pictures"),
                "before": st.column_config.TextColumn("Right before"),
                "after": st.column_config.TextColumn("Right now"),
            },
        )
    if any(each.data == finetuning.BY_MOVEMENT for each in judged):
        st.caption(ABOUT_BOTH)
    if any(each.total < FEW_PICTURES for each in judged):
        st.caption(CHANCE)


def _row(found: BeforeAndAfter) -> dict[str, object]:
    title = finetuning.title(found.data)
    title = title[0].upper() + title[1:]
    title = title if title.startswith("Yours") else f"{title} ({found.total:,})"
    before = "-" if found.before is None else _share(found.before, found.total)
    now = _share(found.after, found.total)
    return {"data": title, "before": before, "after": now}


def _share(right: int, total: int) -> str:
    return f"{right} of {total}" if total < 100 else counted_percent(right / total)
