"""Pressing a table row picks the row shown, even if others have changed the table since."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from digitapp.drawing.strokes import from_points, paint
from digitapp.runs import RunStore, corrected_drawings
from tests.browser.conftest import opened
from tests.browser.session import WAIT, Chromium, open_app, open_tab, press, server, wait_until_up
from tests.digits import DIGITS
from tests.tiny_runs import TINY

HEADER, TICK_AT = 35, 16  # pixels in a table


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """A store that other users add to while a page is open."""
    found = RunStore(f"sqlite:///{tmp_path_factory.mktemp('choosing') / 'runs.db'}")
    for _ in range(3):
        another_run(found)
    return found


@pytest.fixture(scope="module")
def shared(store: RunStore) -> Iterator[str]:
    """The URL of a server with that store."""
    with server("app.py", Path(store.database.url.removeprefix("sqlite:///"))) as address:
        wait_until_up(address)
        yield address


def another_run(store: RunStore) -> int:
    """Add a run that is over."""
    sizes = {"images": 1, "batches": 1, "parameters": 1}
    return store.add(TINY, name="", epochs=[], model=b"", test=None, test_loss=None,
                     test_accuracy=None, **sizes)  # fmt: skip


def tick(page: Page, row: int, height: int = 35) -> None:
    """Press the tick box of a row in the page's first table, counted from 0."""
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed(timeout=WAIT)
    at = {"x": TICK_AT, "y": HEADER + (row + 0.5) * height}
    grid.click(position=at, timeout=WAIT)


def drawing(store: RunStore) -> int:
    """Add a drawing to My handwriting."""
    return corrected_drawings.add(store, np.eye(28, dtype=np.float32), 4, "9", "recogniser")


def test_the_train_page_opens_the_run_that_was_pressed(
    browser: Chromium, shared: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{shared}/train?dataset=pen")
        expect(page.get_by_text("The latest runs")).to_be_visible(timeout=WAIT)
        newest = store.all()[0].id
        another_run(store)
        grids = page.locator("[data-testid=stDataFrame]")
        last = grids.count() - 1
        grids.nth(last).scroll_into_view_if_needed()
        grids.nth(last).click(position={"x": TICK_AT, "y": HEADER + 17}, timeout=WAIT)
        expect(page).to_have_url(re.compile(rf"run={newest}(&|$)"), timeout=WAIT)
        expect(page.locator(".st-key-status")).to_contain_text(f"Run {newest}:", timeout=WAIT)


def test_the_runs_page_ticks_the_run_that_was_pressed(
    browser: Chromium, shared: str, store: RunStore
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{shared}/runs")
        expect(page.get_by_text("Tick runs in the table above")).to_be_visible(timeout=WAIT)
        first, second = (run.id for run in store.all()[:2])
        another_run(store)
        tick(page, 0)
        expect(page).to_have_url(re.compile(rf"runs={first}$"), timeout=WAIT)
        page.wait_for_timeout(1000)  # until the table shows the added row
        another_run(store)
        tick(page, 2)
        expect(page).to_have_url(re.compile(rf"runs={first}(,|%2C){second}$"), timeout=WAIT)


def test_ticked_drawings_stay_ticked_when_others_are_kept(
    browser: Chromium, shared: str, store: RunStore
) -> None:
    made = [drawing(store) for _ in range(4)]
    with opened(browser, "wide") as page:
        page.goto(f"{shared}/handwriting")
        delete = page.locator(".st-key-delete button")
        expect(delete).to_be_disabled(timeout=WAIT)
        tick(page, 0, 64)
        expect(delete).to_be_enabled(timeout=WAIT)
        drawing(store)
        tick(page, 1, 64)
        page.wait_for_timeout(1000)
        drawing(store)
        press(page, "Delete the ticked ones")
        expect(delete).to_be_disabled(timeout=WAIT)
    assert [each.id for each in corrected_drawings.read(store)] == [
        *made[:2],
        made[3] + 1,
        made[3] + 2,
    ]


def test_the_chosen_upload_stays_when_another_is_taken_away(
    browser: Chromium, shared: str, tmp_path: Path
) -> None:
    files = []
    for name, digit in (("one", 1), ("three", 3), ("six", 6)):
        files.append(tmp_path / f"{name}.png")
        paint(from_points(DIGITS[digit], 20)).save(files[-1])
    with opened(browser, "wide") as page:
        open_app(page, shared)
        open_tab(page, "Upload")
        page.locator("input[type=file]").set_input_files(files)
        expect(page.get_by_text("one.png: 1")).to_be_visible(timeout=WAIT)
        tick(page, 1, 56)
        expect(page.get_by_text("three.png: 3")).to_be_visible(timeout=WAIT)
        remove = page.get_by_role("button", name="Remove one.png")
        remove.click(timeout=WAIT)
        expect(remove).to_have_count(0, timeout=WAIT)
        page.wait_for_timeout(1500)
        expect(page.get_by_text("three.png: 3")).to_be_visible(timeout=WAIT)
