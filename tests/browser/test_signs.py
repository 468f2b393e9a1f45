"""A dataset that is made in the page: drawn with the mouse, by keys, and with fingers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from digitapp.runs import RunStore, drawn_examples, imported_datasets
from digitapp.runs.drawn_examples import NewExample
from tests import stores
from tests.browser.conftest import opened
from tests.browser.session import Chromium, choose, served, wait_until_up

SHEET = "canvas.sheet"
SIDE = 280
SIGN = [[(60, 200), (140, 60), (220, 200)], [(80, 150), (200, 150)]]

Line = Sequence[tuple[float, float]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    return RunStore(f"sqlite:///{tmp_path_factory.mktemp('signs') / 'runs.db'}")


@pytest.fixture(scope="module")
def server(store: RunStore) -> Iterator[str]:
    with served("app.py", Path(store.database.url.removeprefix("sqlite:///"))) as found:
        wait_until_up(found.address)
        yield found.address


def make(page: Page, address: str, name: str, classes: str = "star\nspiral") -> None:
    """Make a dataset in the page, and go to its paper."""
    page.goto(f"{address}/data?new=drawn")
    page.get_by_label("Name of the dataset").fill(name)
    page.get_by_label("Names of its classes").fill(classes)
    page.get_by_role("button", name="Start drawing").click()
    page.locator(SHEET).wait_for()
    expect(page.get_by_role("radio").first).to_contain_text("0 of 20")


def places(page: Page, line: Line) -> list[tuple[float, float]]:
    """Return the places in the window of points on the paper."""
    box = page.locator(SHEET).bounding_box()
    assert box
    scale = box["width"] / SIDE
    return [(box["x"] + x * scale, box["y"] + y * scale) for x, y in line]


def draw(page: Page, lines: Sequence[Line] = SIGN, move: float = 0) -> None:
    """Draw on the paper with the mouse."""
    for line in lines:
        (first, *rest) = places(page, [(x + move, y) for x, y in line])
        page.mouse.move(*first)
        page.mouse.down()
        for place in rest:
            page.mouse.move(*place)
        page.mouse.up()


def counts(page: Page, *expected: str) -> None:
    """Wait until the classes have these counts."""
    rows = page.locator(".examples-class .count")
    expect(rows).to_have_text(list(expected))


def saved(page: Page, store: RunStore, name: str, expected: list[int]) -> None:
    """Wait until the store has so many examples of each class."""
    known = drawn_examples.facts(store, name)
    for _ in range(100):
        found = drawn_examples.counts(store, name)
        if [found.get(number, 0) for number, _ in known.classes] == expected:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{drawn_examples.counts(store, name)} are there, not {expected}")


def test_a_quick_drawer_loses_nothing(browser: Chromium, server: str, store: RunStore) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Quick")
        for number in range(12):
            draw(page, move=number)
            page.keyboard.press(" ")
        counts(page, "12 of 20", "0 of 20")
        page.get_by_role("radio", name="spiral").click()
        draw(page, SIGN[:1])
        page.locator(".keep").click()
        counts(page, "12 of 20", "1 of 20")
        saved(page, store, "Quick", [12, 1])
        found, _ = drawn_examples.read(store, "Quick")
        assert [len(each.strokes or ()) for each in found] == [2] * 12 + [1]
        first = found[11].strokes
        assert first is not None
        np.testing.assert_allclose(first[0].points[0], (71, 200), atol=1.5)

        page.keyboard.press("Backspace")
        counts(page, "12 of 20", "0 of 20")
        page.keyboard.press("Control+z")
        counts(page, "11 of 20", "0 of 20")
        saved(page, store, "Quick", [11, 0])
        page.reload()
        counts(page, "11 of 20", "0 of 20")
        expect(page.locator(".examples-gallery .picture")).to_have_count(11)


def test_the_paper_is_empty_before_the_server_has_answered(
    browser: Chromium, server: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Busy")
        inked = "e => e.getContext('2d').getImageData(0, 0, e.width, e.height).data.some(Boolean)"
        with stores.held(store):  # the server can keep nothing
            for _ in range(3):
                draw(page)
                assert page.locator(SHEET).evaluate(inked)
                page.keyboard.press(" ")
                assert not page.locator(SHEET).evaluate(inked)
            counts(page, "3 of 20", "0 of 20")
            assert drawn_examples.counts(store, "Busy") == {}
            expect(page.locator(".examples .said")).to_have_text(re.compile("Not saved yet: 3"))
        saved(page, store, "Busy", [3, 0])
        expect(page.locator(".examples .said")).to_be_hidden()


def test_examples_are_moved_and_deleted(browser: Chromium, server: str, store: RunStore) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Moved")
        for number in range(4):
            draw(page, move=10 * number)
            page.keyboard.press(" ")
        pictures = page.locator(".examples-gallery .picture")
        expect(pictures).to_have_count(4)
        saved(page, store, "Moved", [4, 0])
        first, second, third, fourth = (each.id for each in drawn_examples.read(store, "Moved")[0])
        pictures.nth(0).click()  # the newest
        pictures.nth(2).click()
        page.get_by_label("Move the chosen ones to").select_option("spiral")
        counts(page, "4 of 20", "0 of 20")  # until it is pressed
        page.get_by_role("button", name="Move", exact=True).click()
        counts(page, "2 of 20", "2 of 20")
        pictures.nth(0).click()
        page.keyboard.press("Backspace")
        counts(page, "1 of 20", "2 of 20")
        saved(page, store, "Moved", [1, 2])
        found = {each.id: each.class_id for each in drawn_examples.read(store, "Moved")[0]}
        assert found == {first: 0, second: 1, fourth: 1}
        assert third not in found


def test_without_a_pointer(browser: Chromium, server: str, store: RunStore) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Keys")
        one = NewExample(0, np.eye(28, dtype=np.uint8) * 255)
        drawn_examples.keep(store, "Keys", [one] * 20)
        page.reload()
        page.get_by_role("radio", name="star").click()
        counts(page, "20 ✓", "0 of 20")
        page.get_by_role("checkbox", name="Keep by itself").press(" ")
        expect(page.get_by_role("checkbox", name="Keep by itself")).to_be_checked()
        page.locator(".next").press("Enter")
        expect(page.get_by_role("radio", name="spiral")).to_be_checked()


def test_a_reload_keeps_the_paper_the_class_and_undo(
    browser: Chromium, server: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Again")
        page.get_by_role("radio", name="spiral").click()
        draw(page)
        page.keyboard.press(" ")
        draw(page, SIGN[:1])
        saved(page, store, "Again", [0, 1])
        page.wait_for_timeout(300)  # until the page knows it, too
        page.reload()
        expect(page.get_by_role("radio", name="spiral")).to_be_checked()
        counts(page, "0 of 20", "1 of 20")
        page.keyboard.press(" ")
        counts(page, "0 of 20", "2 of 20")
        saved(page, store, "Again", [0, 2])
        assert [len(each.strokes or ()) for each in drawn_examples.read(store, "Again")[0]] == [
            2,
            1,
        ]
        page.keyboard.press("Backspace")
        page.keyboard.press("Backspace")
        counts(page, "0 of 20", "0 of 20")


def test_a_deleted_dataset_leads_to_the_list(
    browser: Chromium, server: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Deleted")
        page.get_by_role("button", name="Delete", exact=True).click()
        page.get_by_role("button", name=re.compile("Yes, delete")).click()
        expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()
        expect(page.locator("[data-testid=stAlertContentError]")).to_have_count(0)
        assert "Deleted" not in imported_datasets.names(store)


def test_what_others_do_appears(browser: Chromium, server: str, store: RunStore) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Shared")
        draw(page)
        page.keyboard.press(" ")
        saved(page, store, "Shared", [1, 0])
        (first,), _ = drawn_examples.read(store, "Shared")
        drawn_examples.keep(store, "Shared", [first] * 2)
        draw(page)
        page.keyboard.press(" ")
        counts(page, "4 of 20", "0 of 20")
        expect(page.locator(".examples-gallery .picture")).to_have_count(4)


def test_a_class_that_somebody_deleted_gets_no_examples_and_the_page_says_so(
    browser: Chromium, server: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Fewer", "star\nspiral\nheart")
        drawn_examples.remove_class(store, "Fewer", 0)
        draw(page)
        page.keyboard.press(" ")
        expect(page.locator(".examples .said")).to_contain_text("does not exist any more")
        expect(page.locator(".examples .said")).to_be_in_viewport()
        counts(page, "0 of 20", "0 of 20")
        page.get_by_role("radio", name="heart").click()  # the drawing is on the paper again
        page.keyboard.press(" ")
        saved(page, store, "Fewer", [0, 1])


def test_with_fingers_on_a_telephone(browser: Chromium, server: str, store: RunStore) -> None:
    with opened(browser, "phone") as page:
        make(page, server, "Fingers")
        devtools = page.context.new_cdp_session(page)

        def touch(kind: str, *fingers: tuple[float, float]) -> None:
            points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
            devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        top = page.locator(SHEET).bounding_box()
        for _ in range(2):
            for line in SIGN:
                first, *rest = places(page, line)
                touch("touchStart", first)
                for place in rest:
                    touch("touchMove", place)
                touch("touchEnd")
            page.locator(".keep").tap()
        counts(page, "2 of 20", "0 of 20")
        assert page.locator(SHEET).bounding_box() == top  # nothing has scrolled or moved
        # The thumb of the other hand presses while the finger draws.
        first, middle, last = places(page, SIGN[0])
        keep = page.locator(".keep").bounding_box()
        assert keep
        thumb = (keep["x"] + keep["width"] / 2, keep["y"] + keep["height"] / 2)
        touch("touchStart", first)
        touch("touchMove", middle)
        page.wait_for_timeout(250)
        touch("touchStart", middle, thumb)
        touch("touchMove", last, thumb)
        touch("touchEnd")
        counts(page, "3 of 20", "0 of 20")
        saved(page, store, "Fingers", [3, 0])
        strokes = drawn_examples.read(store, "Fingers")[0][-1].strokes
        assert strokes is not None
        np.testing.assert_allclose(strokes[0].points[-1], SIGN[0][-1], atol=1.5)


def test_twenty_of_each_lead_to_the_training(
    browser: Chromium, server: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Ready")
        for name in ("spiral", "train a network"):
            for number in range(20):
                draw(page, SIGN[1:], move=number / 2)
                page.keyboard.press(" ")
            expect(page.locator(".next")).to_contain_text(name)
            page.locator(".next").click()
        expect(page).to_have_url(re.compile("/train.*dataset=Ready"))
        saved(page, store, "Ready", [20, 20])


def test_examples_that_change_while_they_are_fetched_are_fetched_again(
    browser: Chromium, server: str, store: RunStore
) -> None:
    drawn_examples.create(store, "Changing", ["star", "spiral"])
    one = NewExample(0, np.eye(28, dtype=np.uint8) * 255)
    drawn_examples.keep(store, "Changing", [one])
    asked: list[str] = []

    def change(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            drawn_examples.keep(store, "Changing", [one])
        route.continue_()

    with browser.tab(1400, 844) as page:  # which reports the first answer, a 404
        page.route("**/live/examples/**", change)
        page.goto(f"{server}/data?dataset=Changing")
        counts(page, "2 of 20", "0 of 20")
        expect(page.locator(".examples .said")).to_be_hidden()
    assert len(asked) == 2


def test_photos_are_offered_for_the_class_that_is_drawn(
    browser: Chromium, server: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        make(page, server, "Photos")
        page.get_by_role("radio", name="spiral").click()
        page.get_by_role("button", name="Photos and files").click()
        shown = page.get_by_label("They show")
        expect(shown).to_have_value("spiral")
        choose(page, shown, "star")
        page.wait_for_timeout(500)
        expect(shown).to_have_value("star")  # a choice of one's own stays
        choose(page, shown, "spiral")
        picture = page.locator("input[type=file]").first
        picture.set_input_files({"name": "x.png", "mimeType": "image/png", "buffer": cross()})
        counts(page, "0 of 20", "1 of 20")
        saved(page, store, "Photos", [0, 1])


def cross() -> bytes:
    """A picture of a cross on light paper."""
    sheet = np.full((120, 120), 240, np.uint8)
    sheet[20:100, 54:66] = sheet[54:66, 20:100] = 20
    file = io.BytesIO()
    Image.fromarray(sheet).save(file, "PNG")
    return file.getvalue()
