"""What is seen while a network or the images are still loading, and when that fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import opened
from tests.browser.session import (
    CANVAS,
    PREDICTION,
    WAIT,
    Chromium,
    draw,
    press,
    served,
    wait_until_up,
)
from tests.browser.test_draw import reads
from tests.digits import DIGITS


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The URL of a server whose networks and images wait for files in this folder."""
    folder = tmp_path_factory.mktemp("slow")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SLOW_FOLDER", str(folder))
        with served("tests/browser/slow_app.py") as found:
            wait_until_up(found.address)
            yield found.address, folder
            for name in ("network", "images"):  # so that the server can end
                (folder / name).touch()


def test_the_draw_page_says_that_its_network_is_being_loaded_and_then_reads(
    browser: Chromium, slow: tuple[str, Path]
) -> None:
    address, folder = slow
    (folder / "damaged").touch()
    with opened(browser, "wide") as page:
        page.goto(address)
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        expect(page.locator(PREDICTION)).to_contain_text("Draw a digit", timeout=WAIT)
        draw(page, DIGITS[7])
        waiting = page.get_by_text("Getting the network ready")
        expect(waiting).to_be_visible(timeout=WAIT)
        expect(page.get_by_role("heading", name="Draw for the network")).to_be_visible()
        with opened(browser, "phone") as other:  # the other pages can be used
            other.goto(f"{address}/handwriting")
            expect(other.get_by_text("Nothing is kept yet")).to_be_visible(timeout=WAIT)

        (folder / "network").touch()
        told = page.get_by_text("The network is damaged.")
        expect(told).to_be_visible(timeout=WAIT)
        expect(waiting).to_have_count(0)
        (folder / "damaged").unlink()
        press(page, "Undo")
        reads(page, 7, strokes=1)
        expect(told).to_have_count(0)


def test_the_train_page_says_that_the_images_are_fetched(
    browser: Chromium, slow: tuple[str, Path]
) -> None:
    address, folder = slow
    with opened(browser, "wide") as page:
        page.goto(f"{address}/train?preset=dense-128")
        expect(page.get_by_text("dense network with 128 hidden nodes")).to_be_visible(timeout=WAIT)
        page.get_by_role("tab", name="Images").click(timeout=WAIT)
        expect(page.get_by_text("Fetching the images")).to_be_visible(timeout=WAIT)
        expect(page.locator(".st-key-train button")).to_be_enabled(timeout=WAIT)
        (folder / "images").touch()
        expect(page.get_by_text("learns from 200 images")).to_be_visible(timeout=WAIT)
        expect(page.get_by_text("Fetching the images")).to_have_count(0)
