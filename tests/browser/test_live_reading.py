"""The browser's reading of a network's outputs: field by field and word for word as Python's."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.reading.prediction import Prediction
from digitapp.reading.refusals import readable, refusal, split_outputs
from digitapp.text.percent import percent
from tests.browser.live_page import received, sent

ODD = ("ankle boot", "8", "Äpfel", "<b>é</b>", "😀 face", "a", "  ", "none of these", "élan", "0")
CLASSES = {
    "digits": DIGIT_NAMES,
    "digits and none": (*DIGIT_NAMES, NOT_A_DIGIT),
    "clothes": CLOTHES_NAMES,
    "clothes and none": (*CLOTHES_NAMES, NOT_A_DIGIT),
    "none first": (NOT_A_DIGIT, *DIGIT_NAMES),
    "digits and letters": (*DIGIT_NAMES, *"ABCa", NOT_A_DIGIT),
    "none within": ("a", NOT_A_DIGIT, "b"),
    "one": ("7",),
    "one or none": ("7", NOT_A_DIGIT),
    "two": ("0", "1"),
    "three": ("a", "e", "x"),
    "odd": ODD,
    "26": tuple("abcdefghijklmnopqrstuvwxyz"),
    "26 and none": (*"abcdefghijklm", NOT_A_DIGIT, *"nopqrstuvwxyz"),
}
SHARPNESS = (0.1, 1.0, 5.0, 30.0, 300.0)
EACH = 120  # random outputs of each sharpness

READ = """
async ([outputs, names]) => {
  const { interpret } = await import("/js/reading.js");
  const all = floats(outputs);
  const found = [];
  for (let at = 0; at < all.length; at += names.length) {
    const read = interpret(all.slice(at, at + names.length), names);
    found.push({ ...read, probabilities: sent(read.probabilities), shares: sent(read.shares) });
  }
  return JSON.stringify(found);
}
"""


def _random(classes: int, rng: np.random.Generator) -> NDArray[np.float32]:
    scores = np.concatenate([rng.normal(0, sharp, (EACH, classes)) for sharp in SHARPNESS])
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def _borderline(classes: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Outputs about the limits from which words change; ties; zeros and ones."""
    near = [0, 1e-38, 0.03, 0.1995, 0.2, 0.3, 0.4995, 0.5, 0.8, 0.97251, 0.9725, 0.99, 0.9951, 1]
    found = []
    for value in near:
        for step in (-np.inf, 0, np.inf):
            best = np.nextafter(np.float32(value), np.float32(step) if step else np.float32(value))
            for spread in (1, 2, classes):
                row = np.zeros(classes, np.float32)
                row[:spread] = max(0, 1 - float(best)) / spread
                row[rng.integers(classes)] = max(best, np.float32(0))
                found += [row, row[::-1], rng.permutation(row)]
    found += [
        np.full(classes, 1 / classes),
        np.zeros(classes),
        np.ones(classes),
        np.eye(classes)[0],
    ]
    return np.array(found, np.float32)


def _predictions(outputs: NDArray[np.float32], names: Sequence[str]) -> list[Prediction]:
    shares, others = split_outputs(outputs, names)
    refuses = refusal(names) is not None
    return [
        Prediction(each, readable(names), float(other), refuses)
        for each, other in zip(shares, others, strict=True)
    ]


def _words(of: Prediction) -> dict[str, object]:
    """The fields of a prediction, and the words that `verdicts.verdict` makes of it."""
    doubt = "The network is not sure about this one. " if of.unsure and not of.refused else ""
    return {
        "classNames": [*of.class_names],
        "other": of.other,
        "refuses": of.refuses,
        "choices": [*of.choices],
        "choice": of.choice,
        "order": of.order,
        "label": of.label,
        "name": of.name,
        "sign": of.sign,
        "confidence": of.confidence,
        "sure": of.sure,
        "refused": of.refused,
        "refusal": of.refusal,
        "none": of.none,
        "unsure": of.unsure,
        "runnersUp": of.runners_up,
        "sentence": of.sentence,
        "doubtful": of.unsure or of.refused,
        "headline": of.refusal if of.refused else f"{percent(of.sure)} sure",
        "explanation": f"{doubt}{of.sentence}",
    }


@pytest.mark.parametrize("classes", CLASSES)
def test_it_reads_outputs_as_python_does(modules: Page, classes: str) -> None:
    names, rng = CLASSES[classes], np.random.default_rng(0)
    outputs = np.concatenate([_random(len(names), rng), _borderline(len(names), rng)])
    found = json.loads(modules.evaluate(READ, [sent(outputs), [*names]]))
    for read, expected in zip(found, _predictions(outputs, names), strict=True):
        np.testing.assert_array_equal(received(read.pop("probabilities")), expected.probabilities)
        np.testing.assert_array_equal(received(read.pop("shares")), expected.shares)
        assert read == _words(expected)


@pytest.mark.parametrize("decimals", [None, 0, 1, 2, 3])
def test_percentages_are_pythons(modules: Page, decimals: int | None) -> None:
    rng = np.random.default_rng(0)
    halves = np.arange(0, 1.0000001, 1 / 3200)  # in percent, all eighths and thirty-seconds
    near = np.array([0.9, 0.98999999, 0.99, 0.999, 0.9990001, 0.9995, 0.99995, 1 - 2**-53, 1.0])
    shares = [
        *halves,
        *near,
        *np.nextafter(near, 0),
        *rng.random(4000),
        *(1 - rng.random(999) ** 9),
    ]
    found = modules.evaluate(
        """async ([shares, decimals]) => {
          const { percent } = await import("/js/reading.js");
          return JSON.parse(shares).map((share) => percent(share, decimals ?? undefined)).join();
        }""",
        [json.dumps([float(share) for share in shares]), decimals],
    )
    assert found.split(",") == [percent(float(share), decimals) for share in shares]
