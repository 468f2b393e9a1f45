"""Results of a run: scores, confusion matrix, mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st
from PIL import Image
from streamlit.elements.lib.column_types import ColumnConfig

from digitapp import figures
from digitapp.data.datasets import Dataset
from digitapp.errors import BadFile
from digitapp.evaluation import scores
from digitapp.evaluation.scores import ReadImage, Score
from digitapp.figures.thumbnails import data_url
from digitapp.library import catalogue, test_sets
from digitapp.reading.class_words import spoken
from digitapp.runs import Run
from digitapp.takehome.code.data_code import needs
from digitapp.takehome.exports import export, file_name
from digitapp.text.escaping import entry, markdown, plain
from digitapp.text.percent import counted_percent
from digitapp.text.templates import render
from digitapp.ui.shared import caching
from digitapp.ui.shared.charts import pickable_chart
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.resources import dataset, store
from digitapp.ui.shared.session import CELL, MISTAKE
from digitapp.ui.train.class_names import class_names

FEW = 200  # test images; of fewer, one makes a difference of half a percent or more
MOST_MISTAKES = 200  # kinds of them to choose from
GALLERY_SIZE = 24  # images in a gallery
MATRIX = "var(--matrix, min({}px, 95vw))"  # what room there is, where it is presented
ABOUT_SHARES = {
    "precision": "Of images read as this class, the correct share.",
    "recall": "Of images of this class, the share read correctly.",
}
METRIC_HELP = {
    "Test accuracy": "The share of the test images read correctly; it learned from none of them.",
    "Test loss": "How far it was from being sure of the right answers; 0 is best.",
    "Validation accuracy": "The share of the held-back images read correctly after the last epoch.",
    "Weights": "The numbers that training changes, except in frozen layers.",
    "Training time": "Of all epochs together, without pauses.",
}


def test_scores(run: Run) -> None:
    """Show test loss and accuracy, validation accuracy, number of weights and training time."""
    with st.container(horizontal=True, key="scores"):
        if run.test_accuracy is not None and run.test_loss is not None:
            few = few_tested(run)
            of_few = f", {few:d} images" if few else ""
            _metric("Test accuracy", counted_percent(run.test_accuracy), of_few)
            _metric("Test loss", f"{run.test_loss:.4f}")
        if run.val_accuracy is not None:
            _metric("Validation accuracy", counted_percent(run.val_accuracy))
        _metric("Weights", f"{run.parameters:,}")
        _metric("Training time", f"{run.seconds:.1f} s")


def few_tested(run: Run) -> int | None:
    """Return the number of test images of a run if it is so small that it must be told.

    A network that was taught one's handwriting is tested with the few drawings put aside.

    Raises:
        StoreProblem: when the store fails.
    """
    with suppress(BadFile):  # its mistakes cannot be shown then, and there it is told
        answers = _answers(run.id, run.learned)
        if answers and len(answers.probabilities) < FEW:
            return len(answers.probabilities)
    return None


class _Tested(NamedTuple):
    """A run's answers to its test images: the images, the answers, and their counts."""

    data: Dataset
    answers: test_sets.Answers
    score: Score


def _tested(run: Run) -> _Tested:
    answers = _answers(run.id, run.learned)
    if answers is None:
        raise BadFile(f"Run {run.id} has no stored answers to the test images.")
    names = class_names(run)
    data = answers.tested(run.spec.dataset, names)
    if data is None:
        data = catalogue.as_learned(dataset(run.spec.dataset), names, run.fingerprint)
        data = catalogue.in_terms_of(data, names)
    if not answers.belong_to(data):
        raise BadFile(
            f"The test images of {catalogue.title(run.spec.dataset)} have changed since this "
            "run, so its answers to them can no longer be shown."
        )
    score = scores.counted(answers.probabilities, data.y_test)
    return _Tested(replace(data, class_names=spoken(names)), answers, score)


def mistakes(run: Run) -> None:
    """Show the confusion matrix, and the images of the clicked cell.

    Raises:
        BadFile: when its answers are missing, or its test images have changed since the training.
    """
    data, answers, score = _tested(run)
    left, right = st.columns(2)
    with left:
        st.markdown("**What it takes for what**")
        many = len(data.class_names) > figures.READABLE
        what = "square" if many else "number"
        st.caption(f"Press a {what} to see those images; press it again for all mistakes.")
        cell = _clicked(run, score, data.class_names)
    with right:
        if cell is None:
            st.markdown("**Its most confident mistakes**")
            found = scores.mistakes(answers.probabilities, data.y_test)
            st.caption(f"{len(found):,} of {score.total:,} test images were read wrong.")
        else:
            true, said = (data.class_names[place] for place in cell)
            st.markdown(f"**Images of {markdown(true)} that were read as {markdown(said)}**")
            found = scores.cell(answers.probabilities, data.y_test, *cell)
            st.caption(f"{len(found):,} images, the most confident first.")
        gallery(data, found[:GALLERY_SIZE])


def gallery(data: Dataset, found: Sequence[ReadImage]) -> None:
    """Show test images with the class they were read as and, if different, the true class."""

    def picture(read: ReadImage) -> str:
        return data_url(Image.fromarray(data.x_test[read.number]))

    st.html(
        render(
            "ui/train/gallery.html.j2", found=found, class_names=data.class_names, picture=picture
        )
    )


def downloads(run: Run) -> None:
    """Show buttons to download the trained network and the code that trains it."""
    for label, name in (("Network (.keras)", "keras"), ("Code (.py)", "script")):
        data = partial(_file, run, name)
        download_button(label, data, file_name(run, name))
    st.caption(markdown(f"About the code: {'. '.join(needs(run.spec))}"), width="content")


def _file(run: Run, name: str) -> bytes:
    return export(store(), run, name).data


def _metric(title: str, value: str, more: str = "") -> None:
    st.metric(f"{title}{more}", value, help=METRIC_HELP[title], width="content")


def _clicked(run: Run, score: Score, class_names: Sequence[str]) -> tuple[int, int] | None:
    """Show the matrix; return the cell clicked last, as (true class, read class)."""
    kept = CELL[run.id]
    cell = kept.get()
    if len(class_names) > figures.READABLE:
        _mistake_chosen(run, score, class_names)
        cell = kept.get()
    figure = figures.confusion(score.confusion, class_names, cell)
    height = MATRIX.format(figures.confusion_side(len(class_names)))
    if picked := pickable_chart(figure, "confusion-matrix", height):
        now = (int(picked[0]), int(picked[1]))
        kept.set(None if now == cell else now)
        st.rerun()
    return cell


def _mistake_chosen(run: Run, score: Score, class_names: Sequence[str]) -> None:
    """Show the mistakes to choose from, the most frequent first: squares of many are small."""
    kept, chosen = CELL[run.id], MISTAKE[run.id]
    cell, options = kept.get(), scores.mixed_up(score.confusion)[:MOST_MISTAKES]
    if cell is not None and cell not in options:
        options = [cell, *options]
    chosen.set(cell)

    def words(place: tuple[int, int]) -> str:
        true, said = (class_names[each] for each in place)
        taken = "read right" if true == said else f"read as {said}"
        return plain(f"{true}, {taken}: {score.confusion[place]:,}")

    st.selectbox(
        "What it mixes up most often",
        options,
        index=None,
        format_func=words,
        key=chosen.key,
        placeholder="All mistakes",
        on_change=lambda: kept.set(chosen.get()),
    )


class _OfClass(NamedTuple):
    """Precision and recall of a class, 0 to 1 or NaN, and how many test images it has."""

    name: str
    precision: float
    recall: float
    images: int


def _by_class(run: Run) -> list[_OfClass]:
    data, _, score = _tested(run)
    columns = (data.class_names, score.precision, score.per_class, score.counts)
    return [
        _OfClass(name, float(precision), float(recall), int(count))
        for name, precision, recall, count in zip(*columns, strict=True)
    ]


def class_by_class(run: Run) -> None:
    """Show a table of precision and recall.

    Raises:
        BadFile: as `mistakes`.
    """
    rows = [
        {
            "class": entry(each.name),
            "precision": 100 * each.precision,
            "recall": 100 * each.recall,
            "images": each.images,
        }
        for each in _by_class(run)
    ]
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        column_config={
            "class": "Class",
            "precision": _share("Precision", ABOUT_SHARES["precision"]),
            "recall": _share("Recall", ABOUT_SHARES["recall"]),
            "images": st.column_config.NumberColumn("Test images", format="localized"),
        },
    )


def large_class_table(run: Run) -> None:
    """Show the same table for a class, as large as its place, with what its columns mean.

    Raises:
        BadFile: as `mistakes`.
    """
    st.html(render("ui/train/class_table.html.j2", rows=_by_class(run), about=ABOUT_SHARES))


def _share(title: str, about: str) -> ColumnConfig:
    return st.column_config.ProgressColumn(
        title, help=about, format="%.1f %%", min_value=0, max_value=100
    )


@caching.data(max_entries=20, show_spinner=False)
def _answers(run: int, trained: str) -> test_sets.Answers | None:
    """Cached until the run's network changes, and `trained` with it."""
    return test_sets.answers(store(), run)
