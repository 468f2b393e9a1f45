"""The latest values above the curves, as a screen reader says them."""

import re

from digitapp.text.templates import render

VALUES = [
    ("training", "#4f6df5", "-", "50.00 %", "mean of epoch 2"),
    ("validation", "#f28e2b", "..", "25.00 %", "after epoch 2"),
]


def test_each_value_is_named_before_it_is_said_and_explained_after_it() -> None:
    html = render("ui/train/latest_values.html.j2", title="Accuracy", values=VALUES)
    assert re.findall(r"<(p|dl|dt|dd)\b", html) == ["p", "dl", *["dt", "dd", "dd"] * 2]
    texts = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert texts == (
        "Accuracy - training 50.00 % mean of epoch 2 .. validation 25.00 % after epoch 2"
    )
