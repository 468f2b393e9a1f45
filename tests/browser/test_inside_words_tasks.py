"""The tasks of the eight texts, each done as a reader does it: its tick is there only then."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import opened
from tests.browser.session import WAIT, Chromium, draw
from tests.browser.test_inside_words import TEXT, TEXTS, open_inside, press_next, title
from tests.digits import DIGITS

TASK = f"{TEXT} .live-guide-task"
STAGE = ".live-inside-stage"
Do = Callable[[Page], None]


@pytest.fixture(params=["the bundled network", "a dense run"])
def page(
    request: pytest.FixtureRequest, browser: Chromium, address: str, with_runs: str
) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        if request.param == "a dense run":
            open_inside(shown, with_runs, "run-1")
        else:
            open_inside(shown, address)
        draw_four(shown)
        yield shown


def draw_four(page: Page) -> None:
    """Draw, and wait until the network's picture says what it shows: the pen rests."""
    draw(page, DIGITS[4])
    expect(page.locator(".live-unseen", has_text="Strongest in layer")).to_have_count(1)


def pressed(part: str, across: float = 0.5) -> Do:
    """Press a part of the network's picture."""

    def press(page: Page) -> None:
        page.locator(STAGE).scroll_into_view_if_needed()
        box = page.locator(f".live-inside-frame[data-part={part}]").bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + across * box["width"], box["y"] + 0.52 * box["height"])

    return press


def change_a_weight(page: Page) -> None:
    pressed("node")(page)
    panel = page.locator("#live-panel-node")
    panel.locator("[data-part=weights]:visible").first.click()
    slider = panel.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")


def switch_off(page: Page) -> None:
    pressed("node")(page)
    page.get_by_role("button", name="Switch this").click()


def ask_about_another(page: Page) -> None:
    page.get_by_role("radiogroup", name="Ask about").get_by_role("radio").nth(3).click()


def open_map(page: Page) -> None:
    page.locator("#live-tab-map").click()


MOUSE: dict[str, Do] = {
    "pixels": pressed("pixels"),
    "node": pressed("node"),
    "layer": pressed("answers", 0.1),
    "weights": change_a_weight,
    "activation": switch_off,
    "probabilities": ask_about_another,
    "loss": pressed("answers", 0.1),
    "accuracy": open_map,
}


def in_picture(*keys: str) -> Do:
    """Choose something in the network's picture by keys."""

    def choose(page: Page) -> None:
        page.locator(STAGE).focus()
        for key in (*keys, "Enter"):
            page.keyboard.press(key)

    return choose


def weight_by_keys(page: Page) -> None:
    in_picture("ArrowDown")(page)
    page.locator("#live-panel-node").get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")


def off_by_keys(page: Page) -> None:
    page.get_by_role("button", name="Switch this").focus()
    page.keyboard.press("Enter")


def ask_by_keys(page: Page) -> None:
    page.locator(".live-why-choice[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")


def map_by_keys(page: Page) -> None:
    page.locator(".live-tab[aria-selected=true]").focus()
    tab = page.locator(".live-tab[aria-selected=true]")
    while (chosen := tab.get_attribute("id") or "") != "live-tab-map":
        page.keyboard.press("ArrowRight")
        expect(tab).not_to_have_id(chosen)


KEYS: dict[str, Do] = {
    "pixels": in_picture("ArrowDown", "PageUp"),
    "node": in_picture("PageDown"),
    "layer": in_picture("PageDown", "PageDown"),
    "weights": weight_by_keys,
    "activation": off_by_keys,
    "probabilities": ask_by_keys,
    "loss": in_picture(*["PageDown"] * 9),
    "accuracy": map_by_keys,
}


def walk(page: Page, ways: dict[str, Do], go_on: Do) -> None:
    """Do all tasks; in a later text, what was done before for an earlier one may count already."""
    task = page.locator(TASK)
    for number, text in enumerate(TEXTS):
        expect(title(page)).to_have_text(text.title)
        if text.id != "loss":  # an answer was pressed before
            expect(task).not_to_have_attribute("data-done", "true")
        ways[text.id](page)
        expect(task).to_have_attribute("data-done", "true")
        expect(dots(page)).to_have_count(number + 1)
        if text is not TEXTS[-1]:
            go_on(page)


def dots(page: Page) -> Locator:
    return page.locator(".live-guide-dot[data-done]")


def by_arrow(page: Page) -> None:
    page.locator(".live-guide-dot[aria-current]").focus()
    page.keyboard.press("ArrowRight")


def test_each_task_is_ticked_when_it_is_done(page: Page) -> None:
    walk(page, MOUSE, press_next)
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(title(page)).to_have_count(0, timeout=WAIT)
    page.get_by_role("link", name="Inside", exact=True).click()
    expect(dots(page)).to_have_count(len(TEXTS), timeout=WAIT)
    expect(title(page)).to_have_text(TEXTS[-1].title)


def test_each_task_can_be_done_by_the_keyboard(page: Page) -> None:
    walk(page, KEYS, by_arrow)


def test_the_loss_is_that_of_the_answer_that_was_pressed(browser: Chromium, address: str) -> None:
    with opened(browser, "wide") as page:
        open_inside(page, address)
        draw_four(page)
        for _ in range(6):
            press_next(page)
        told = page.locator(f"{TEXT} .live-guide-words")
        loss = page.locator(f"{TEXT} .live-guide-value").last
        expect(told).to_contain_text("If you meant 4")
        least = float(loss.inner_text())
        in_picture(*["PageDown"] * 9, *["ArrowUp"] * 9)(page)  # the first answer
        expect(told).to_contain_text("If you meant 0")
        assert float(loss.inner_text()) > least
