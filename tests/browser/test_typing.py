"""The value shown in a box is the value used, however the box loses focus."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import WAIT, Chromium

PRESET = "train?preset=dense-128&dataset=mnist&epochs=1&validation_split=0.1&train_size=100"
TYPED = {  # every box of the sidebar, including one whose new text passes through the old
    "train_size": "1000",
    "validation_split": "0.15",
    "layer-0": "31",
    "l2": "0.005",
    "learning_rate": "0.002",
    "batch_size": "321",
    "epochs": "2",
    "early_stopping": "4",
    "seed": "17",
}
ADDRESS_OF = {"layer-0": "hidden"}
TITLES = {"learning_rate": "Learning rate", "seed": "Seed"}


def opened_page(page: Page, address: str) -> None:
    page.goto(f"{address}/{PRESET}")
    expect(page.get_by_text("dense network with 128 hidden nodes")).to_be_visible(timeout=WAIT)
    if page.viewport_size == {"width": WIDTHS["phone"], "height": 844}:
        page.get_by_test_id("stExpandSidebarButton").click()
    # Nobody types as fast as a test.
    page.wait_for_function("() => window.digitappTyped", timeout=WAIT)
    more = page.locator(".st-key-seed-0 input")  # open, because the link changes a setting in it
    expect(more).to_be_visible(timeout=WAIT)


def type_into(page: Page, name: str, text: str) -> None:
    """Replace the text in the box and leave it there: no key is pressed afterwards."""
    box = page.locator(f".st-key-{name}-0 input")
    box.click(timeout=WAIT)
    box.press("Control+a")
    box.press_sequentially(text)
    expect(box).to_have_value(text)


def used(page: Page, name: str, text: str) -> None:
    """Wait until the page uses the value, as its URL shows."""
    said = re.compile(rf"[?&]{ADDRESS_OF.get(name, name)}={re.escape(text)}(&|$)")
    expect(page).to_have_url(said, timeout=WAIT)
    expect(page.locator(f".st-key-{name}-0 input")).to_have_value(text)


def by_key(page: Page) -> None:
    page.keyboard.press("Tab")


def by_mouse(page: Page) -> None:
    page.get_by_text("dense network with").first.click()


def by_finger(page: Page) -> None:
    page.get_by_test_id("stSidebar").get_by_text("Learning", exact=True).tap()


@pytest.mark.parametrize(
    ("width", "leave"), [("wide", by_key), ("wide", by_mouse), ("phone", by_finger)]
)
def test_every_box_is_used_as_it_was_left(
    width: str, leave: Callable[[Page], None], browser: Chromium, with_toys: str
) -> None:
    with opened(browser, width) as page:
        opened_page(page, with_toys)
        for name, text in TYPED.items():
            type_into(page, name, text)
            leave(page)
            used(page, name, text)


SCROLL_AND_LEAVE = """() => {
  const of = (name) => document.querySelector(`[data-testid=${name}]`);
  of("stSidebarContent").dispatchEvent(new Event("scroll", { bubbles: true }));
  of("stSidebarHeader").dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  setTimeout(() => document.activeElement.blur());
}"""


def test_a_box_left_while_its_list_closes_is_used_as_it_was_left(
    browser: Chromium, with_toys: str
) -> None:
    """The closing list ignores Enter, although it is still shown."""
    with opened(browser, "phone") as page:
        opened_page(page, with_toys)
        type_into(page, "train_size", TYPED["train_size"])  # one of the options
        expect(page.get_by_role("option", name=TYPED["train_size"], exact=True)).to_be_visible()
        page.evaluate(SCROLL_AND_LEAVE)
        used(page, "train_size", TYPED["train_size"])


def press_mouse(page: Page) -> None:
    page.locator(".st-key-train button").click(timeout=WAIT)


def press_key(page: Page) -> None:
    train = page.locator(".st-key-train button")
    for _ in range(60):
        page.keyboard.press("Tab")
        if train.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")


def press_finger(page: Page) -> None:
    page.locator("[data-testid=stSidebarCollapseButton] button").tap()
    page.locator(".st-key-train button").tap(timeout=WAIT)


@pytest.mark.parametrize(
    ("width", "name", "press"),
    [
        ("wide", "learning_rate", press_mouse),
        ("wide", "seed", press_mouse),
        ("wide", "learning_rate", press_key),
        ("phone", "learning_rate", press_finger),
    ],
)
def test_train_pressed_at_once_trains_with_what_the_box_shows(
    width: str, name: str, press: Callable[[Page], None], browser: Chromium, with_toys: str
) -> None:
    with opened(browser, width) as page:
        opened_page(page, with_toys)
        type_into(page, name, TYPED[name])
        press(page)
        expect(page).to_have_url(re.compile("[?&]run="), timeout=WAIT)
        setting = f"{TITLES[name]} {TYPED[name]}"
        expect(page.locator(".st-key-chips")).to_contain_text(setting, timeout=WAIT)
        new = page.locator(".st-key-new button")
        new.click(timeout=WAIT)
        expect(new).to_have_count(0, timeout=WAIT)
        of_run = page.locator(f"[class*='st-key-{name}-'] input")  # of the newly filled-in settings
        expect(of_run.last).to_have_value(TYPED[name], timeout=WAIT)
        expect(of_run).to_have_count(1, timeout=WAIT)  # the old ones stay for a moment


def test_a_number_that_is_none_is_told_and_not_changed(browser: Chromium, with_toys: str) -> None:
    with opened(browser, "wide") as page:
        opened_page(page, with_toys)
        for typed in ("5000", "-3", "1.5"):
            type_into(page, "epochs", typed)
            page.keyboard.press("Tab")
            refusal = re.compile(f"Epochs are '?{re.escape(typed)}'?; they must be")
            for place in ("stSidebar", "stMain"):  # next to the box, and next to the button
                expect(page.get_by_test_id(place).get_by_text(refusal)).to_be_visible(timeout=WAIT)
            expect(page.locator(".st-key-train button")).to_be_disabled()
            expect(page.locator(".st-key-epochs-0 input")).to_have_value(typed)
