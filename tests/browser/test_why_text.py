"""What is said of the pictures of *Why this digit?*."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.live_page import sent

ASK = """async ([image, values, of]) => {
  const told = await import("/js/inside/why_text.js");
  return told[of](floats(image), floats(values), "4");
}"""
MINUS = "\N{MINUS SIGN}"
TOP, BOTTOM = 300, 600  # pixels


def said(modules: Page, of: str, top: float, bottom: float) -> str:
    image, values = np.zeros((2, 784), np.float32)
    image[[TOP, BOTTOM]] = 1
    values[[TOP, BOTTOM]] = top, bottom
    found: Any = modules.evaluate(ASK, [sent(image), sent(values), of])
    return str(found)


@pytest.mark.parametrize(
    ("top", "bottom", "sentence"),
    [
        (2, -1, f"The ink speaks most for 4 (+2.0). The ink speaks most against it ({MINUS}1.0)."),
        (2, -0.04, "The ink speaks most for 4 (+2.0)."),
        (0.04, -1, f"The ink speaks most against 4 ({MINUS}1.0)."),
        (0.04, -0.04, "Hardly any ink speaks for 4 or against it."),
    ],
)
def test_ink_that_counts_for_nothing_is_not_named(
    modules: Page, top: float, bottom: float, sentence: str
) -> None:
    told = said(modules, "mostInk", top, bottom)
    assert re.sub(" (at|on|in) the( [a-z]+)+ speaks", " speaks", told) == sentence


@pytest.mark.parametrize(
    ("fall", "rise", "sentence"),
    [
        (2, -0.04, f"the score of 4 falls most ({MINUS}2.0)."),
        (0.04, -1, "the score of 4 rises most (+1.0)."),
        (0.04, -0.04, "Wherever it is covered, the score of 4 hardly changes."),
    ],
)
def test_a_score_that_hardly_changes_is_said_to(
    modules: Page, fall: float, rise: float, sentence: str
) -> None:
    assert said(modules, "mostCovered", fall, rise).endswith(sentence)
