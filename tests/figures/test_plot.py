"""Accuracy and loss side by side, from anything that has a history."""

from types import SimpleNamespace

import pytest

from digitapp import figures
from digitapp.errors import DigitappError, InvalidSetting
from tests.figures.values import epoch

KERAS = {
    "loss": [0.9, 0.5],
    "accuracy": [0.6, 0.8],
    "val_loss": [0.8, 0.4],
    "val_accuracy": [0.7, 0.9],
    "learning_rate": [0.1, 0.05],
}
EPOCHS = [epoch(1, 0.9, 0.6, (0.8, 0.7)), epoch(2, 0.5, 0.8, (0.4, 0.9))]
FORMS = {"the object": SimpleNamespace(history=KERAS), "its history": KERAS, "epochs": EPOCHS}


@pytest.mark.parametrize("form", FORMS)
def test_accuracy_is_at_the_left_and_loss_at_the_right(form: str) -> None:
    found = figures.plot_accuracy_and_loss(FORMS[form])
    values = [(trace.xaxis, trace.name, trace.x, trace.y) for trace in found.data]
    assert values == [
        ("x", "training", (1, 2), (0.6, 0.8)),
        ("x", "validation", (1, 2), (0.7, 0.9)),
        ("x2", "training", (1, 2), (0.9, 0.5)),
        ("x2", "validation", (1, 2), (0.8, 0.4)),
    ]
    layout = found.layout
    assert (layout.yaxis.title.text, layout.yaxis2.title.text) == ("accuracy", "loss")


def test_there_is_no_line_for_a_validation_that_was_not() -> None:
    found = figures.plot_accuracy_and_loss({"loss": [0.9], "accuracy": [0.6]})
    assert [trace.name for trace in found.data if trace.x] == ["training", "training"]


def test_each_line_is_named_at_its_end_instead_of_in_a_legend() -> None:
    found = figures.plot_accuracy_and_loss(KERAS)
    assert not found.layout.showlegend
    for trace in found.data:
        *before, last = trace.text
        assert not any(before)
        assert trace.name in last


def test_the_names_of_lines_that_end_close_together_are_apart() -> None:
    close = {**KERAS, "val_accuracy": [0.7, 0.82]}
    accuracy = figures.plot_accuracy_and_loss(close).data[:2]
    assert [trace.textposition for trace in accuracy] == ["bottom right", "top right"]


def test_all_losses_are_within_the_axis() -> None:
    options = figures.plot_accuracy_and_loss(KERAS).layout.yaxis2.autorangeoptions
    assert options.clipmin <= 0.4
    assert options.clipmax >= 0.9


@pytest.mark.parametrize(
    ("history", "told"),
    [
        ({}, "nothing"),
        ({"loss": [], "accuracy": []}, "nothing"),
        ({"loss": [0.9, 0.8]}, "loss of 2 epochs"),
        ({"accuracy": [0.9]}, "accuracy of 1 epochs"),
        ({"loss": [0.9], "acc": [0.9]}, "acc of 1 epochs"),
        (SimpleNamespace(history={"val_loss": [0.9]}), "val_loss"),
        ({**KERAS, "val_loss": [0.8]}, "val_loss of 1 epochs"),
        ([], "list []"),
        (None, "None"),
        ("history.json", "history.json"),
        ([1, 2, 3], "list [1, 2, 3]"),
        ([EPOCHS[0], {}], "list"),
    ],
)
def test_a_history_without_accuracy_or_loss_is_refused_in_a_sentence(
    history: object, told: str
) -> None:
    with pytest.raises(InvalidSetting) as caught:
        figures.plot_accuracy_and_loss(history)
    assert isinstance(caught.value, DigitappError)
    assert told in str(caught.value)
    assert str(caught.value).endswith(".")
    assert len(str(caught.value)) < 250
