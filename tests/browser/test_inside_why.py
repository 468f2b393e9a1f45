"""*Why this digit?* on the Inside page: what is shown, of which answer, and of which drawing."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import ANSWER, CANVAS, WAIT, Chromium, draw, wait_until_up
from tests.digits import DIGITS

PART = ".live-why"
METHODS = ("Gradient \u00d7 input", "Integrated gradients", "Occlusion")
# Where its parts are within it: the page itself may scroll.
BOXES = f"""() => {{
  const {{ x: left, y: top }} = document.querySelector("{PART}").getBoundingClientRect();
  return [...document.querySelectorAll("{PART} :is(h2, h3, button, canvas, p)")].map((each) => {{
    const {{ x, y, width, height }} = each.getBoundingClientRect();
    return each.role === "radio" || each.matches(".live-hint, .live-why-key")
      ? [] : [each.className, x - left, y - top, height];
  }});
}}"""


def open_why(page: Page, address: str, network: str = "", digit: int = 4) -> None:
    """Open the tab, and draw a digit."""
    wait_until_up(address)
    page.goto(f"{address}/inside" + (f"?network={network}" if network else ""))
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    page.get_by_role("tab", name="Why this digit?").click(timeout=WAIT)
    expect(page.locator(f"{PART}[data-empty]")).to_be_visible(timeout=WAIT)
    draw(page, DIGITS[digit])


@pytest.fixture(scope="module")
def page(browser: Chromium, address: str) -> Iterator[Page]:
    """The page with a drawn 4, read by the built-in network."""
    with opened(browser, "wide") as shown:
        open_why(shown, address)
        expect(shown.locator(ANSWER)).to_have_attribute("data-digit", "4", timeout=WAIT)
        yield shown


def card(page: Page, method: str) -> Locator:
    return page.locator(f"{PART} article").filter(has=page.get_by_role("heading", name=method))


def expect_about(page: Page, name: str) -> None:
    """Wait until all three pictures are about an answer and about the drawing as it is."""
    expect(page.locator(f"{PART} h2")).to_have_text(f"Why {name}?", timeout=WAIT)
    for method in METHODS:
        shown = card(page, method)
        told = re.compile(rf"(for|of) {name}\b")
        expect(shown.locator(".live-why-sentence")).to_have_text(told, timeout=WAIT)
        expect(shown).not_to_have_attribute("data-earlier", "true", timeout=WAIT)
        sentence = shown.locator(".live-why-sentence").inner_text()
        picture = shown.get_by_role("img")
        expect(picture).to_have_attribute("aria-label", f"{method}. {sentence}")


def ask(page: Page, name: str) -> Locator:
    return page.get_by_role("radiogroup", name="Ask about").get_by_role("radio", name=name)


def press(page: Page, name: str) -> Locator:
    """Press one of the two buttons; return what is said then."""
    page.get_by_role("button", name=name).click()
    return page.locator(f"{PART} .live-why-way").filter(has=page.get_by_text(name, exact=True))


def test_it_explains_the_answer_and_any_other(page: Page) -> None:
    expect_about(page, "4")
    expect(ask(page, "Its answer")).to_be_checked()
    told = card(page, "Integrated gradients").locator(".live-why-numbers").inner_text()
    found = re.search(r"([\d.]+)\s% of the difference accounted for, (\d+) steps", told)
    assert found is not None
    assert float(found[1]) >= 99
    assert 32 <= int(found[2]) <= 512
    ask(page, "9").click()
    expect_about(page, "9")
    expect(page.locator(PART)).to_contain_text("What would make it say 9?")
    page.keyboard.press("ArrowRight")
    expect(ask(page, "none of these")).to_be_focused()
    expect_about(page, "none of these")
    page.keyboard.press("ArrowRight")
    expect(ask(page, "Its answer")).to_be_checked()
    expect(page.locator(f"{PART} h2")).to_have_text("Why 4?")
    expect(page.locator(PART)).to_contain_text("What would change its mind?")


def test_it_compares_two_answers(page: Page) -> None:
    expect_about(page, "4")
    rival = page.get_by_label("and not")
    expect(rival).to_have_value("")
    before = page.evaluate(BOXES)
    rival.select_option("9")
    expect(page.locator(f"{PART} h2")).to_have_text("Why 4 and not 9?")
    expect(page.locator(".live-why-legend")).to_have_text("Blue speaks for 4Orange speaks for 9")
    lead = re.compile("lead of 4 over 9 falls most")
    expect(card(page, "Occlusion").locator(".live-why-sentence")).to_have_text(lead, timeout=WAIT)
    told = card(page, "Integrated gradients").locator(".live-why-numbers")
    expect(told).to_have_text(re.compile(r"^Score of 4 less that of 9: .+\s% of the difference"))
    scores = page.locator(f"{PART} .live-why-head .live-hint").inner_text()
    found = re.search(r": (.+) and (.+); the difference: (.+)", scores)
    assert found is not None
    four, nine, difference = (float(each.replace("\u2212", "-")) for each in found.groups())
    assert difference == pytest.approx(four - nine, abs=0.11)
    assert page.evaluate(BOXES) == before
    ask(page, "9").click()  # with itself, it is not compared
    expect_about(page, "9")
    ask(page, "Its answer").click()
    rival.select_option("nothing else")
    expect_about(page, "4")


def test_pixels_that_change_the_answer_are_found(page: Page) -> None:
    ask(page, "Its answer").click()
    expect(page.locator(f"{PART} h2")).to_have_text("Why 4?")
    for name, more in (("Add ink", "more"), ("Take ink away", "less")):
        found = press(page, name)
        turn = found.locator(".live-why-turn")
        expect(turn).to_have_text(re.compile(r"^4 \(.+ %\) → (?!4).+ \(.+ %\)$"), timeout=WAIT)
        expect(found).to_contain_text(re.compile(rf"\d+ pixels? of ink {more}"))
        picture = found.get_by_role("img")
        expect(picture).to_have_attribute(
            "aria-label", re.compile(re.escape(f"{name}. {turn.inner_text()}. "))
        )
    ask(page, "9").click()
    found = press(page, "Add ink")
    expect(found.locator(".live-why-turn")).to_have_text(re.compile("→ 9"), timeout=WAIT)


def test_what_was_found_of_an_earlier_drawing_is_marked(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        open_why(page, with_runs, "run-1", digit=1)
        expect(page.locator(f"{PART} h2")).to_have_text(re.compile(r"Why \d\?"), timeout=WAIT)
        found = press(page, "Add ink")
        expect(found.locator(".live-why-sentence")).to_have_text(re.compile("fewe|most"))
        expect(found).not_to_have_attribute("data-earlier", "true")
        for method in METHODS:
            expect(card(page, method).locator(".live-why-sentence")).to_have_text(
                re.compile("for|of")
            )
        before = page.evaluate(BOXES)
        draw(page, [[[60, 220], [220, 220]]])
        expect(found).to_have_attribute("data-earlier", "true", timeout=WAIT)
        for method in METHODS:
            expect(card(page, method)).not_to_have_attribute("data-earlier", "true", timeout=WAIT)
        assert page.evaluate(BOXES) == before


@pytest.mark.parametrize("width", WIDTHS)
def test_without_a_drawing_it_says_nothing(browser: Chromium, with_runs: str, width: str) -> None:
    with opened(browser, width) as page:
        open_why(page, with_runs, "run-1", digit=1)
        expect(page.locator(f"{PART}:not([data-empty])")).to_be_visible(timeout=WAIT)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) == 0
        page.locator("button", has_text="Clear").first.click()
        expect(page.locator(f"{PART}[data-empty]")).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("button", name="Add ink")).to_be_disabled()
        for method in METHODS:
            expect(card(page, method).locator(".live-why-sentence")).to_have_text("")
