"""Many networks that follow the pen and the sliders in the page, without asking the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import CANVAS, WAIT, Chromium, draw, on_page, open_tab, press, sent_by
from tests.digits import DIGITS

CARDS = ".live-reading"
RECORD = ".reading"
VERDICTS = ".live-verdict"
CURVES = ".st-key-endurance"
AXES = {"rotation": "Rotation", "pen": "Pen width"}
SEEN = """() => {
  const canvas = document.querySelector(".st-key-live-distorted .live-pixels");
  const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
  const verdicts = [...document.querySelectorAll(".live-verdict")].map((card) =>
    [card.dataset.digit, ...card.querySelectorAll(".live-verdict-part")]
      .map((each) => (each.textContent ?? each).replace(/^[✓✗] /, "")).join(" "));
  const marks = [...document.querySelectorAll(".st-key-endurance .points path")].map((path) => {
    const { x, y } = path.getBoundingClientRect();
    return [x, y];
  });
  return { picture: [...data].join(), verdicts, marks };
}"""
LARGEST_DIFFERENCE = """async () => {
  const picture = document.querySelector(".st-key-distorted-record img");
  await picture.decode();
  const own = document.querySelector(".st-key-live-distorted .live-pixels");
  const [one, other] = [picture, own].map((source) => {
    const brush = new OffscreenCanvas(28, 28).getContext("2d");
    brush.drawImage(source, 0, 0);
    return brush.getImageData(0, 0, 28, 28).data;
  });
  return Math.max(...one.map((value, at) => Math.abs(value - other[at])));
}"""
# The server's figure is shown, and marked where the slider is.
AT_THE_SLIDER = """([name]) => {
  const slider = document.querySelector(`.st-key-distortion-${name} input`);
  const { layout } = document.querySelector(".st-key-endurance .js-plotly-plot");
  return layout.shapes[0].x0 === Number(slider.value);
}"""
OF_TOMORROW = '{"format": 2, "layers": [], "weights": "2.bin"}  '
BROKEN: Any = {"body": "throw new Error();", "content_type": "text/javascript"}
FACTS = """cards => cards.map(card => card.dataset.run + ": "
  + [...card.querySelectorAll(".sign, .sign + span, .live-reading-sign, .live-reading-words")]
    .map(each => each.textContent.trim()).join(" "))"""
PLACES = """all => all.map(e => { const b = e.getBoundingClientRect();
  return [e.className, b.x, b.y + document.querySelector('[data-testid=stMain]').scrollTop,
          b.width, b.height].join(' '); })"""


def drawn_slowly(page: Page, stroke: list[tuple[float, float]], look: Callable[[], Any]) -> Any:
    """Draw a stroke; return what `look` finds in the middle and at its end, the pen still down."""
    found = []
    for number, (x, y) in enumerate(on_page(page, stroke)):
        page.mouse.move(x, y)
        if number == 0:
            page.mouse.down()
        if number == len(stroke) // 2:
            page.wait_for_timeout(100)
            found.append(look())
    page.wait_for_timeout(100)
    return [*found, look()]


def open_one_drawing(page: Page, address: str, runs: str = "1,2,3") -> None:
    page.goto(f"{address}/runs?runs={runs}")
    open_tab(page, "One drawing")
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    page.locator(f"{CARDS}[data-state=ready], {CARDS}[data-state=blank]").first.wait_for(
        timeout=WAIT
    )


@pytest.mark.parametrize("width", WIDTHS)
def test_all_runs_read_while_the_pen_moves_and_the_server_agrees(
    browser: Chromium, with_runs: str, width: str
) -> None:
    with opened(browser, width) as page:
        sent = sent_by(page)
        open_one_drawing(page, with_runs)
        expect(page.locator(f"{CARDS}[data-state=blank]")).to_have_count(3, timeout=WAIT)
        on_page(page, DIGITS[3][0])  # scrolls to the canvas
        page.wait_for_timeout(500)
        places = page.locator(f"{CARDS}, {CARDS} *").evaluate_all(PLACES)

        messages = len(sent)
        cards = page.locator(CARDS)
        middle, end = drawn_slowly(page, DIGITS[3][0], lambda: cards.evaluate_all(FACTS))
        assert middle != end
        assert all(re.search("(sure|not a digit: .*%)$", each) for each in (*middle, *end))
        assert len(sent) == messages
        assert page.locator(RECORD).count() == 0

        page.mouse.up()
        expect(page.locator(RECORD)).to_have_count(3, timeout=WAIT)
        assert len(sent) > messages
        assert cards.evaluate_all(FACTS) == page.locator(RECORD).evaluate_all(FACTS)
        assert places_of_boxes(page) == fixed(places)
        record = page.locator(".st-key-readings-record")
        expect(record.locator("..")).to_have_css("clip-path", "inset(50%)")  # for screen readers


def places_of_boxes(page: Page) -> list[str]:
    return fixed(page.locator(f"{CARDS}, {CARDS} *").evaluate_all(PLACES))


def fixed(places: list[str]) -> list[str]:
    """Leave out what grows with its text or value: the sign's width, words and bars."""
    growing = ("live-reading-sign", "live-reading-words", "live-reading-fill", "live-reading-note")
    return [each for each in places if each.startswith("live-") and not each.startswith(growing)]


def test_a_network_that_cannot_be_had_leaves_its_card_to_the_server(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as page:
        page.route("**/live/networks/run-2/**", lambda route: route.fulfill(body=OF_TOMORROW))
        open_one_drawing(page, with_runs)
        ours = page.locator(f"{CARDS}[data-run='2']")
        expect(ours).to_have_attribute("data-state", "unavailable", timeout=WAIT)
        draw(page, DIGITS[0])
        expect(page.locator(RECORD)).to_have_count(3, timeout=WAIT)
        expect(ours).to_contain_text(re.compile("(sure|not a digit.*%).*read by the server"))
        said = page.locator(f"{RECORD}[data-run='2'] .sign")
        expect(ours).to_have_attribute("data-digit", said.inner_text().strip())
        for run in (1, 3):
            card = page.locator(f"{CARDS}[data-run='{run}']")
            expect(card).to_have_attribute("data-state", "ready")
            expect(card).not_to_contain_text("read by the server")
        press(page, "Clear")
        expect(page.locator(f"{CARDS}[data-empty]")).to_have_count(3, timeout=WAIT)


def test_where_the_code_cannot_be_loaded_the_server_reads(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as page:
        page.route("**/live/code/**", lambda route: route.fulfill(**BROKEN))
        page.goto(f"{with_runs}/runs?runs=1,2")
        open_tab(page, "One drawing")
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, DIGITS[0])
        expect(page.locator(RECORD)).to_have_count(2, timeout=WAIT)
        assert page.locator(RECORD).first.evaluate("e => e.offsetWidth") > 150
        expect(page.locator(RECORD).first).to_be_in_viewport()
        page.goto(f"{with_runs}/stress")
        picture = page.locator(".st-key-distorted-record img")
        expect(picture).to_be_in_viewport(timeout=WAIT)
        expect(page.locator(".st-key-verdicts-record")).to_contain_text("right", timeout=WAIT)
        assert picture.evaluate("e => e.offsetWidth") > 200


def thumb(page: Page, name: str) -> tuple[float, float]:
    """Scroll a slider of the stress test into view; return where its thumb is in the window."""
    place = page.locator(f".st-key-distortion-{name} input").locator("../..")
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def open_stress_test(page: Page, address: str) -> None:
    page.goto(f"{address}/stress")
    page.locator(f"{CURVES} .points path").nth(2).wait_for(timeout=WAIT)
    expect(page.locator(f"{VERDICTS}[data-state=ready]")).to_have_count(3, timeout=WAIT)
    page.locator(CANVAS).first.wait_for(timeout=WAIT)


def seen(page: Page) -> dict[str, Any]:
    """Return the picture's pixels, the verdicts and the marked place in the plot, in pixels."""
    found: dict[str, Any] = page.evaluate(SEEN)
    return found


def same_picture_as_the_servers(page: Page) -> bool:
    """Whether no pixel differs by more than is lost when the server writes its picture."""
    return bool(page.evaluate(LARGEST_DIFFERENCE) <= 1)


def said_by_server(page: Page) -> list[str]:
    """Return the server's verdicts, such as `7: right, 99.2 % sure.`, without punctuation."""
    told = page.locator(".st-key-verdicts [data-announced]").evaluate_all(
        "all => all.map(each => each.dataset.announced)"
    )
    return [re.sub(r"^.*: (\S+), (.*)\.$", r"\1 \2", each).replace(",", "") for each in told]


def test_the_stress_test_follows_a_slider_while_it_is_dragged(
    browser: Chromium, with_runs: str
) -> None:
    with opened(browser, "wide") as page:
        sent = sent_by(page)
        open_stress_test(page, with_runs)
        for name, by in (("rotation", 50), ("pen", 70)):
            x, y = thumb(page, name)
            page.wait_for_timeout(500)
            before, messages = seen(page), len(sent)
            places = page.locator(f"{VERDICTS}, .live-picture, {CURVES}").evaluate_all(PLACES)
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x + by / 2, y)
            page.wait_for_timeout(150)
            middle = seen(page)
            page.mouse.move(x + by, y)
            page.wait_for_timeout(150)
            end = seen(page)
            for part in ("picture", "verdicts", "marks"):
                assert before[part] != middle[part] != end[part], part
            assert len(sent) == messages

            page.mouse.up()
            expect(page.locator(f"{CURVES} .xtitle")).to_have_text(AXES[name], timeout=WAIT)
            page.wait_for_function(AT_THE_SLIDER, arg=[name], timeout=WAIT)
            after = seen(page)
            assert after["picture"] == end["picture"]
            assert same_picture_as_the_servers(page)
            assert after["verdicts"] == end["verdicts"] == said_by_server(page)
            heights = [mark[1] for mark in after["marks"]]
            assert heights == pytest.approx([mark[1] for mark in end["marks"]], abs=0.5)
            if name == "rotation":  # the other slider's values are on another axis
                aside = [mark[0] for mark in after["marks"]]
                assert aside == pytest.approx([mark[0] for mark in end["marks"]], abs=1.5)
            now = page.locator(f"{VERDICTS}, .live-picture, {CURVES}").evaluate_all(PLACES)
            assert now == places


def test_the_stress_test_follows_the_pen(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "wide") as page:
        sent = sent_by(page)
        open_stress_test(page, with_runs)
        page.wait_for_timeout(500)
        messages = len(sent)
        middle, end = drawn_slowly(page, DIGITS[7][0], lambda: seen(page))
        for part in ("picture", "verdicts"):
            assert middle[part] != end[part], part
        assert len(sent) == messages
        page.mouse.up()
        expect(page.locator(".live-verdicts[data-settled]")).to_have_count(1, timeout=WAIT)
        digit = page.get_by_label("Which digit is it?")
        expect(digit).to_have_value(end["verdicts"][0].split()[0], timeout=WAIT)
        page.wait_for_timeout(500)
        after = seen(page)
        assert after["picture"] != middle["picture"]
        assert same_picture_as_the_servers(page)
        assert after["verdicts"] == said_by_server(page)
