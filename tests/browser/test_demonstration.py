"""The lesson of docs/demonstration.md, held as a teacher would: by buttons, and by keys."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from digitapp.data.datasets import FOLDER_VARIABLE, Dataset
from digitapp.ui.train.keys import KEYS
from tests.browser.session import WAIT, Chromium, served, wait_until_up
from tests.tiny_runs import write_mnist

PROJECTOR, SMALL_PROJECTOR = (1920, 1080), (1280, 720)
BEGIN = "train?preset=nodes-and-layers&train_size=2000&epochs=4&show=all"
BUTTONS = {  # by what they do: where they are on the page
    "train": "train",
    "pause": "do-pause",
    "resume": "do-resume",
    "batch": "do-batch",
    "epoch": "do-epoch",
    "new": "new",
    "mistakes": "view-mistakes",
    "own_drawing": "view-own-drawing",
    "step": "view-last-batch",
    "curves": "view-curves",
}
PACES = {  # those of the keys 4 to 1
    "pace_1": "1 a second",
    "pace_5": "5 a second",
    "pace_20": "20 a second",
    "pace_full": "Full speed",
}
SAME_KEY = {"resume": "pause"}
POINTS = """() => [...document.querySelectorAll('.st-key-accuracy-curve .js-plotly-plot')]
    .flatMap(plot => plot.data.flatMap(trace => [...(trace.x || [])]))"""
TEXT = """() => [...document.querySelectorAll('.st-key-accuracy-curve .js-plotly-plot')]
    .map(plot => plot.layout.font.size)"""
TOO_HIGH = """() => { const page = document.querySelector('[data-testid="stMain"]');
    return page.scrollHeight - page.clientHeight; }"""
LARGE_TEXT = 20  # pixels
LOOKED_AT = os.environ.get("DIGITAPP_SCREENSHOTS", "")  # a folder, to look at each moment


class Lesson:
    """A teacher at a projector.

    Args:
        by: what is used: `buttons` or `keys`.
    """

    def __init__(self, page: Page, by: str) -> None:
        self.page, self._by = page, by

    def press(self, what: str) -> None:
        """Do something, by its button or by its key."""
        button = self.page.locator(f".st-key-{BUTTONS[what]} button")
        expect(button).to_be_enabled(timeout=WAIT)
        if self._by == "keys":
            self.page.keyboard.press(KEYS[SAME_KEY.get(what, what)].lower())
        else:
            button.click()

    def at_pace(self, name: str, title: str) -> None:
        """Choose a pace."""
        if self._by == "keys":
            self.page.keyboard.press(KEYS[name])
        else:
            self.page.locator(".st-key-pace").get_by_text(title, exact=True).click()
        expect(self.page.get_by_role("radio", name=title)).to_be_checked(timeout=WAIT)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until a text is shown."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=WAIT)

    def sees_status(self, name: str) -> None:
        """Wait until the run has this status."""
        expect(self.page.locator(".st-key-status", has_text=name).first).to_be_visible(timeout=WAIT)

    def sees_epochs(self, at_least: float) -> None:
        """Wait until the curve goes that far."""
        self.page.wait_for_function(f"() => Math.max(...({POINTS})()) >= {at_least}", timeout=WAIT)

    def has_it_all_in_sight(self, moment: str) -> None:
        """Check that nothing needs scrolling on either projector, and look at it."""
        for width, height in (SMALL_PROJECTOR, PROJECTOR):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.wait_for_timeout(700)  # the page is laid out anew
            if LOOKED_AT:
                self.page.screenshot(path=Path(LOOKED_AT) / f"{moment}-{self._by}-{width}.png")
            assert self.page.evaluate(TOO_HIGH) <= 0, f"{moment} at {width} x {height}"
            sizes = self.page.evaluate(TEXT)
            assert all((size > LARGE_TEXT) == (width >= PROJECTOR[0]) for size in sizes)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, toy: Dataset) -> Iterator[str]:
    """The URL of a server whose MNIST is the toy, 40 times: 8,000 images."""
    folder = write_mnist(tmp_path_factory.mktemp("school") / "datasets", toy, times=40)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(FOLDER_VARIABLE, str(folder))
        with served("app.py") as found:
            wait_until_up(found.address)
            yield found.address


@pytest.mark.parametrize("by", ["buttons", "keys"])
def test_a_lesson_of_guessing_learning_and_mistakes(
    by: str, browser: Chromium, school: str
) -> None:
    with browser.tab(*PROJECTOR) as page:
        lesson = Lesson(page, by)
        page.goto(f"{school}/{BEGIN}")
        page.locator(".st-key-wait-first label").click(timeout=WAIT)
        for name, title in PACES.items():
            lesson.at_pace(name, title)
        lesson.has_it_all_in_sight("1-set-up")

        lesson.press("train")
        lesson.sees_status("paused")
        lesson.sees("before training")
        assert set(page.evaluate(f"({POINTS})()")) == {0}
        lesson.has_it_all_in_sight("2-it-guesses")

        lesson.press("batch")
        lesson.sees_epochs(0.01)
        lesson.press("step")
        expect(page.locator(".st-key-stage")).to_contain_text("of 100", timeout=WAIT)
        lesson.has_it_all_in_sight("3-one-batch")
        lesson.press("curves")

        lesson.press("epoch")
        lesson.sees_epochs(1)
        lesson.sees_status("paused")
        lesson.at_pace("pace_20", PACES["pace_20"])
        lesson.press("resume")
        lesson.sees_status("running")
        lesson.sees_epochs(1.1)
        lesson.has_it_all_in_sight("4-slow-motion")
        lesson.at_pace("pace_full", PACES["pace_full"])
        lesson.sees_status("done")
        lesson.has_it_all_in_sight("5-learned")

        lesson.press("mistakes")
        lesson.sees("Its most confident mistakes")
        lesson.has_it_all_in_sight("6-mistakes")
        lesson.press("own_drawing")
        lesson.has_it_all_in_sight("7-own-drawing")
        lesson.press("new")
        expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
        assert "show=all" in page.url


@pytest.mark.parametrize("name", ["little-data", "learning-rate"])
def test_a_lesson_of_learning_by_heart_and_of_steps_that_are_too_large(
    name: str, browser: Chromium, school: str
) -> None:
    with browser.tab(*PROJECTOR) as page:
        lesson = Lesson(page, "buttons")
        page.goto(f"{school}/{BEGIN}")
        page.get_by_role("tab", name="Experiments").click(timeout=WAIT)
        page.locator(f".st-key-experiment-{name} button").click(timeout=WAIT)
        lesson.sees("Watch")
        lesson.has_it_all_in_sight(f"8-{name}-begins")
        expect(page.get_by_text("What came of it").first).to_be_visible(timeout=3 * WAIT)
        lesson.has_it_all_in_sight(f"9-{name}-done")
        assert "show=all" in page.url
