"""The Draw page as a person uses it: with the mouse or a finger, wide and on a phone."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from digitapp.drawing.strokes import from_points, paint
from tests.browser.session import (
    ANSWER,
    CANVAS,
    PREDICTION,
    WAIT,
    Chromium,
    answered,
    draw,
    open_app,
    open_tab,
    press,
    touches,
)
from tests.digits import DIGITS, arc, line

INVITATION = re.compile("Draw a digit from 0 to 9")
TABLE = "[data-testid=stDataFrame] .dvn-scroller"  # the part that scrolls
# Independent of window size; running it at each would cost the suite half a minute.
WIDE = pytest.mark.parametrize("page", ["wide"], indirect=True)


def reads(page: Page, digit: int, strokes: int) -> None:
    """Wait until the page reads `digit` after that many strokes."""
    said = re.compile(rf"^\s*{digit}\s+\d+\.\d+ % sure after {strokes} stroke")
    expect(page.locator(PREDICTION)).to_have_text(said, timeout=WAIT)


def test_a_drawn_digit_is_read_after_each_stroke(page: Page) -> None:
    for digit in (4, 5, 7):
        first, second = DIGITS[digit]
        expect(page.locator(PREDICTION)).to_have_text(INVITATION, timeout=WAIT)
        draw(page, [first])
        expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
        draw(page, [second])
        reads(page, digit, strokes=2)
        timeline = page.locator(".live-badge")
        expect(timeline).to_have_count(2)
        expect(timeline.first).to_have_text(re.compile(r"^1:\s*(\d\s*[\d.]+ %|\?(picture \d)?)$"))
        expect(timeline.last).to_have_text(re.compile(rf"^2:\s*{digit}\s*[\d.]+ %$"))
        press(page, "Clear")
        answered(page)  # a stroke in whose middle the canvas is cleared would count as two


def test_the_page_shows_what_the_network_sees(page: Page) -> None:
    draw(page, DIGITS[3])
    reads(page, 3, strokes=1)
    steps = page.locator(".live-step")
    titles = ("Your drawing", "Grey and inverted", "Cropped", "Made small", "Centred")
    for number, title in enumerate(titles, 1):
        expect(steps.nth(number - 1)).to_have_text(re.compile(rf"^\s*{number}\s*{title}\s*$"))
    expect(page.locator(".st-key-comparison")).to_have_count(0)
    page.get_by_text("Why all these steps?").click()
    comparison = page.locator(".st-key-comparison")
    expect(comparison).to_contain_text("Prepared with care: 3")
    expect(comparison).to_contain_text("Just squeezed to 28x28:")
    for plot in (0, 1):
        expect(comparison.locator(".js-plotly-plot").nth(plot)).to_be_visible()


@WIDE
def test_the_longest_bar_is_the_digit_that_is_read(page: Page) -> None:
    draw(page, DIGITS[8])
    reads(page, 8, strokes=1)
    expect(page.locator(".live-row[data-kind=winner] .live-label")).to_have_text("8")
    widths = page.locator(".live-fill").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().width)"
    )
    assert len(widths) == 11
    assert widths.index(max(widths)) == 8


@WIDE
def test_undo_redo_and_clear_change_what_is_read(page: Page) -> None:
    draw(page, DIGITS[7])
    reads(page, 7, strokes=2)
    press(page, "Undo")
    expect(page.locator(PREDICTION)).to_have_text(re.compile("after 1 stroke"), timeout=WAIT)
    press(page, "Redo")
    reads(page, 7, strokes=2)
    press(page, "Clear")
    expect(page.locator(PREDICTION)).to_have_text(INVITATION, timeout=WAIT)
    draw(page, DIGITS[0])
    reads(page, 0, strokes=1)


@WIDE
def test_the_eraser_takes_ink_away(page: Page) -> None:
    zero_and_bar = [*DIGITS[0], line((40, 30), (40, 250))]
    draw(page, zero_and_bar)
    expect(page.locator(PREDICTION)).to_have_text(re.compile("after 2 strokes"), timeout=WAIT)
    press(page, "Eraser")
    answered(page)
    draw(page, [line((40, 20), (40, 265))])
    reads(page, 0, strokes=3)
    press(page, "Clear")
    expect(page.locator(PREDICTION)).to_have_text(INVITATION, timeout=WAIT)
    draw(page, DIGITS[3])  # with the pen: there was nothing left to erase
    reads(page, 3, strokes=1)


@WIDE
def test_a_letter_is_refused_and_a_number_is_read_when_that_is_asked_for(page: Page) -> None:
    draw(
        page, [line((60, 240), (140, 40)), line((140, 40), (220, 240)), line((95, 160), (185, 160))]
    )
    expect(page.locator(PREDICTION)).to_contain_text("This doesn't look like a digit", timeout=WAIT)
    press(page, "Clear")
    expect(page.locator(PREDICTION)).to_have_text(INVITATION, timeout=WAIT)
    draw(page, [[(x * 0.45 - 15, y * 0.45 + 70) for x, y in stroke] for stroke in DIGITS[7]])
    draw(page, [[(x * 0.45 + 120, y * 0.45 + 70) for x, y in stroke] for stroke in DIGITS[0]])
    expect(page.get_by_text("Or is it the number 70?")).to_be_visible(timeout=WAIT)
    page.get_by_text("Read several digits as a number").first.click()
    expect(page.locator(".st-key-number")).to_have_text(re.compile(r"^\s*70\s+\d+\.\d+ % sure"))
    boxes = page.locator(".st-key-drawn-boxes .js-plotly-plot .annotation")
    expect(boxes).to_have_count(2, timeout=WAIT)  # the library of figures is loaded now


@WIDE
def test_a_drawing_is_kept_while_another_tab_is_open(page: Page) -> None:
    draw(page, DIGITS[2])
    reads(page, 2, strokes=1)
    open_tab(page, "Upload")
    expect(page.locator("input[type=file]")).to_be_attached(timeout=WAIT)
    open_tab(page, "Draw")
    reads(page, 2, strokes=1)
    assert inked(page) > 0


@WIDE
def test_a_drawing_and_uploads_stand_side_by_side(page: Page, tmp_path: Path) -> None:
    paint(from_points(DIGITS[6], 20)).save(tmp_path / "six.png")
    draw(page, DIGITS[3])
    reads(page, 3, strokes=1)
    open_tab(page, "Upload")
    page.locator("input[type=file]").set_input_files(tmp_path / "six.png")
    expect(page.get_by_text("six.png: 6")).to_be_visible(timeout=WAIT)
    open_tab(page, "Draw")
    reads(page, 3, strokes=1)
    open_tab(page, "Upload")
    expect(page.get_by_text("six.png: 6")).to_be_visible(timeout=WAIT)


def test_uploads_are_read_and_a_bad_one_is_explained(page: Page, tmp_path: Path) -> None:
    good, bad = tmp_path / "six.png", tmp_path / "notes.png"
    paint(from_points(DIGITS[6], 20)).save(good)
    bad.write_text("these are no pixels")
    open_tab(page, "Upload")
    page.locator("input[type=file]").set_input_files([good, bad])
    expect(page.get_by_text("six.png: 6")).to_be_visible(timeout=WAIT)
    with page.expect_download() as download:
        press(page, "Download as CSV")
    rows = Path(download.value.path()).read_text().splitlines()
    assert rows[1].startswith("six.png,6,")
    assert "not a picture" in rows[2]


def test_all_of_25_files_are_seen_without_scrolling_inside_anything(
    page: Page, tmp_path: Path
) -> None:
    files = [tmp_path / "six.png", *(tmp_path / f"notes-{number}.png" for number in range(24))]
    paint(from_points(DIGITS[6], 20)).save(files[0])
    for each in files[1:]:
        each.write_text("these are no pixels")
    open_tab(page, "Upload")
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_text("six.png: 6")).to_be_visible(timeout=WAIT)
    for place in (page.locator(TABLE), page.get_by_test_id("stAlert")):
        expect(place).to_have_count(1)
        assert place.evaluate("e => e.scrollHeight <= e.clientHeight")
        assert place.evaluate("e => e.scrollWidth <= e.clientWidth")
    told = page.get_by_text("This is text, not a picture; it must be PNG, JPEG")
    expect(told).to_have_count(24)


def test_the_page_fits_its_window_without_scrolling_sideways(page: Page) -> None:
    draw(page, DIGITS[1])
    reads(page, 1, strokes=1)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")


@pytest.mark.parametrize("width", [641, 769, 1100])
def test_nothing_is_cut_off_or_wider_than_its_place_between_phone_and_screen(
    browser: Chromium, address: str, width: int
) -> None:
    with browser.tab(width, 800) as page:
        open_app(page, address)
        draw(page, DIGITS[1])
        reads(page, 1, strokes=1)
        tools, paper = (
            page.locator(each).first.bounding_box()
            for each in (".st-key-tools button >> nth=-1", CANVAS)
        )
        assert tools
        assert paper
        assert tools["x"] + tools["width"] <= paper["x"] + paper["width"] + 1
        hint = page.get_by_text("Wrong? Press what it was.")
        assert hint.evaluate("e => e.scrollWidth <= e.clientWidth")


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_the_menu_on_a_phone_lies_over_the_choice_of_the_network(page: Page) -> None:
    page.get_by_test_id("stExpandSidebarButton").click(timeout=WAIT)
    page.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click(timeout=5000)
    page.get_by_label("Which network reads?").click(timeout=WAIT)
    expect(page.get_by_role("option").first).to_be_visible()


@WIDE
def test_the_keyboard_reaches_nothing_that_is_not_seen(page: Page) -> None:
    expect(page.get_by_role("heading", name="Draw for the network")).to_be_attached()
    expect(page.locator(".st-key-title a")).to_be_hidden()


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_the_invitation_is_not_cut_off(page: Page) -> None:
    words = page.locator(f"{ANSWER} .live-sentence")
    expect(words).to_contain_text("the network will read it", timeout=WAIT)
    assert words.evaluate("e => e.scrollHeight <= e.clientHeight")


@pytest.mark.parametrize("page", ["phone"], indirect=True)
def test_a_finger_draws_and_does_not_scroll_the_page(page: Page) -> None:
    before = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    send = touches(page)
    for number, place in enumerate(arc(140, 140, 55, 85, -90, 270)):
        send("touchMove" if number else "touchStart", [place])
    send("touchEnd", [])
    reads(page, 0, strokes=1)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == before


def inked(page: Page) -> int:
    """Return how many canvas pixels are dark in the browser."""
    shot = page.locator(CANVAS).first.screenshot()
    return sum(Image.open(io.BytesIO(shot)).convert("L").point(lambda v: v < 128).getdata())
