"""The eight texts beside the network: with and without a drawing, by mouse and by keyboard."""

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from digitapp.explaining import words
from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import ANSWER, CANVAS, WAIT, Chromium, draw, press, wait_until_up
from tests.digits import DIGITS

TEXTS = words.load().texts
GUIDE, TEXT = ".live-guide", ".live-guide-text"
EMPTY = f"{ANSWER}[data-state=ready][data-empty]"
# Where the parts of the card are in it: the page itself may scroll.
BOXES = """() => {
  const card = document.querySelector(".live-guide").getBoundingClientRect();
  return [card.height, ...["dots", "name", "words"].map((part) => {
    const { x, y, width } = document.querySelector(`.live-guide-text .live-guide-${part},
      .live-guide-body > .live-guide-${part}`).getBoundingClientRect();
    return [x - card.x, y - card.y, width];
  })];
}"""


IN_STRIP = """(part) => {
  const [frame, strip] = [`.live-inside-frame[data-part=${part}]`, ".live-inside-scroller"]
    .map((each) => document.querySelector(each).getBoundingClientRect());
  return frame.left >= strip.left - 1 && frame.right <= strip.right + 1;
}"""
SAME_PLACE = """() => {
  const [one, other] = ["[data-part=node]", ".live-inside-chosen"]
    .map((each) => JSON.stringify(document.querySelector(each).getBoundingClientRect()));
  return one === other;
}"""


@pytest.fixture(scope="module")
def pages(browser: Chromium, address: str) -> Iterator[dict[str, Page]]:
    """A page of each width, opened once."""
    with ExitStack() as stack:
        found = {width: stack.enter_context(opened(browser, width)) for width in WIDTHS}
        for each in found.values():
            open_inside(each, address)
            each.locator(EMPTY).wait_for()
        yield found


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, pages: dict[str, Page]) -> Page:
    return begun_anew(pages[request.param])


@pytest.fixture
def wide(pages: dict[str, Page]) -> Page:
    return begun_anew(pages["wide"])


@pytest.fixture
def phone(pages: dict[str, Page]) -> Page:
    return begun_anew(pages["phone"])


def begun_anew(page: Page) -> Page:
    """Return a page at the first of the texts, without a drawing and without a chosen node."""
    if page.locator(".live-guide-fold").inner_text() == "Show":
        page.get_by_role("button", name="Show").click()
    if not page.locator(EMPTY).count():
        press(page, "Clear")
        page.locator(EMPTY).wait_for()
    page.locator(".live-inside-stage").press("Escape")
    page.locator(".live-guide-dot").first.click()
    expect(title(page)).to_have_text(TEXTS[0].title)
    return page


def open_inside(page: Page, address: str, network: str = "") -> None:
    wait_until_up(address)
    page.goto(f"{address}/inside" + (f"?network={network}" if network else ""))
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    expect(page.locator(GUIDE)).not_to_have_attribute("data-waiting", re.compile(""), timeout=WAIT)


def title(page: Page) -> Locator:
    return page.locator(f"{TEXT} h3")


def press_next(page: Page) -> None:
    page.get_by_role("button", name="Next →").click()


def filled(texts: Sequence[str]) -> re.Pattern[str]:
    """Match any of the texts, with a number or a name in each place."""
    parts = (re.split(r"{\w+}", each) for each in texts)
    return re.compile(f"^({'|'.join(r'[^{}…]+?'.join(map(re.escape, each)) for each in parts)})$")


def check_all(page: Page, drawing: bool) -> None:
    """Walk through all texts; each is complete, and about the drawing if there is one."""
    for text in TEXTS:
        expect(title(page)).to_have_text(text.title)
        fitting = [each.text for each in text.variants if ("drawing" in each.when) == drawing]
        words = page.locator(f"{TEXT} .live-guide-words")
        expect(words).to_have_text(filled(fitting), use_inner_text=True)
        task = page.locator(f"{TEXT} .live-guide-task").inner_text()
        assert not re.search("[{}…]", task)
        if text is not TEXTS[-1]:
            press_next(page)
    expect(page.get_by_role("button", name="Next →")).to_be_disabled()


def test_all_texts_with_a_drawing(page: Page) -> None:
    draw(page, DIGITS[4])
    check_all(page, drawing=True)


def test_all_texts_without_a_drawing(page: Page) -> None:
    check_all(page, drawing=False)


def test_nothing_moves_from_one_text_to_the_next(page: Page) -> None:
    before = page.evaluate(BOXES)
    for _ in TEXTS[1:]:
        press_next(page)
        assert page.evaluate(BOXES) == before


def test_the_numbers_follow_the_pen(wide: Page) -> None:
    expect(title(wide)).to_have_text("Image and pixels")
    draw(wide, DIGITS[1])
    number = wide.locator(f"{TEXT} .live-guide-value")
    expect(number).to_have_text(re.compile(r"^[1-9]\d+$"))
    first = number.inner_text()
    draw(wide, DIGITS[0])
    expect(number).not_to_have_text(first)


def test_the_picture_is_told_what_the_text_points_at(wide: Page) -> None:
    workshop = wide.locator(".live-workshop").first
    for text in TEXTS:
        expect(workshop).to_have_attribute("data-highlight", text.highlight)
        if text is not TEXTS[-1]:
            press_next(wide)
    wide.get_by_role("button", name="Hide").click()
    expect(workshop).to_have_attribute("data-highlight", "")
    expect(title(wide)).not_to_be_visible()


def test_a_text_opens_its_panel(wide: Page) -> None:
    for text in TEXTS:
        if text.panel:
            tab = wide.locator(f"#live-tab-{text.panel}")
            expect(tab).to_have_attribute("aria-selected", "true")
        if text is not TEXTS[-1]:
            press_next(wide)


def test_the_place_and_the_ticks_are_kept_while_another_page_is_shown(wide: Page) -> None:
    press_next(wide)
    press_next(wide)
    page_link = wide.get_by_role("link", name="Runs", exact=True)
    wide.get_by_role("button", name="Hide").click()
    wide.get_by_role("button", name="Show").click()
    page_link.click()
    expect(wide.locator(GUIDE)).to_have_count(0, timeout=WAIT)
    wide.get_by_role("link", name="Inside", exact=True).click()
    expect(title(wide)).to_have_text("A layer", timeout=WAIT)


def test_the_keyboard_alone_leads_through_all_texts(wide: Page) -> None:
    wide.get_by_role("button", name="Hide").focus()
    wide.keyboard.press("Tab")
    for text in TEXTS:
        expect(title(wide)).to_have_text(text.title)
        focused = wide.locator(":focus")
        expect(focused).to_have_attribute("aria-current", "step")
        expect(focused).to_have_attribute("aria-label", re.compile(re.escape(text.title)))
        wide.keyboard.press("ArrowRight")
    expect(title(wide)).to_have_text(TEXTS[-1].title)
    for _ in TEXTS:
        wide.keyboard.press("ArrowLeft")
    expect(title(wide)).to_have_text(TEXTS[0].title)


def test_what_a_text_points_at_is_framed_and_nothing_else(wide: Page) -> None:
    frames = wide.locator(".live-inside-frame:visible")
    draw(wide, DIGITS[4])
    for text in TEXTS:
        workshop = wide.locator(".live-workshop").first
        expect(workshop).to_have_attribute("data-highlight", text.highlight)
        in_picture = text.highlight in ("pixels", "node", "layer", "answers")
        expect(frames).to_have_count(int(in_picture))
        if in_picture:
            expect(frames).to_have_attribute("data-part", text.highlight)
        if text is not TEXTS[-1]:
            press_next(wide)


def test_the_frame_of_a_node_is_around_the_chosen_one(wide: Page) -> None:
    draw(wide, DIGITS[4])
    press_next(wide)
    frame, ring = (wide.locator(each) for each in ("[data-part=node]", ".live-inside-chosen"))
    expect(frame).to_be_visible()
    canvas = wide.locator(".live-inside-canvas")
    box = canvas.bounding_box()
    assert box is not None
    before = frame.bounding_box()
    canvas.click(position={"x": box["width"] - 30, "y": box["height"] / 2})
    expect(ring).to_be_visible()
    wide.wait_for_function(SAME_PLACE)
    assert frame.bounding_box() != before


def test_on_a_phone_the_picture_is_scrolled_to_what_a_text_points_at(phone: Page) -> None:
    for text in TEXTS:
        expect(phone.locator(".live-workshop").first).to_have_attribute(
            "data-highlight", text.highlight
        )
        if phone.locator(f".live-inside-frame[data-part={text.highlight}]").count():
            phone.wait_for_function(IN_STRIP, arg=text.highlight)
        if text is not TEXTS[-1]:
            press_next(phone)
    tab = phone.locator("#live-tab-map").bounding_box()
    assert tab is not None
    assert tab["x"] + tab["width"] <= 390


def test_a_button_leads_to_what_the_text_points_at(phone: Page) -> None:
    for text in TEXTS:
        phone.get_by_role("button", name="Show me where").click()
        part = f"[data-part~={text.highlight}]:visible, #live-tab-{text.highlight}:visible"
        expect(phone.locator(part).first).to_be_in_viewport()
        if text is not TEXTS[-1]:
            press_next(phone)
