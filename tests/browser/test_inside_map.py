"""The map of digits: laid out alike each time, with one's own drawing in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import WIDTHS, opened
from tests.browser.live_page import open_modules, received, sent
from tests.browser.session import CANVAS, WAIT, Chromium, draw, on_page
from tests.digits import DIGITS

CLASSES, EACH, SIZE = 5, 40, 12
READY = ".live-map[data-ready]"
# Lay out vectors as if they were what a network made of images.
LAY_OUT = """
([vectors, count]) => new Promise(async (over) => {
  const { layoutOf } = await import("/js/inside/map_layout.js");
  const values = { vectors: floats(vectors), images: { count } };
  const told = [];
  const see = () => {
    const { places, progress, problem } = layoutOf(values, see);
    told.push(progress);
    if (places || problem) over({ places: places && sent(places), problem, told });
  };
  see();
})
"""
Places = NDArray[np.float32]


@pytest.fixture(scope="module")
def modules(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as page:
        open_modules(page)
        yield page


@pytest.fixture(scope="module")
def groups() -> Places:
    """Vectors around a few middles, one of each in turn."""
    rng = np.random.default_rng(0)
    middles = rng.normal(0, 3, (CLASSES, SIZE))
    near = np.tile(middles, (EACH, 1)) + rng.normal(0, 0.3, (CLASSES * EACH, SIZE))
    return near.astype(np.float32)


def _laid_out(page: Page, vectors: Places) -> dict[str, Any]:
    return page.evaluate(LAY_OUT, [sent(vectors), len(vectors)])


def _places(page: Page, vectors: Places) -> Places:
    return received(_laid_out(page, vectors)["places"]).reshape(-1, 2)


def test_the_same_network_always_has_the_same_map(modules: Page, groups: Places) -> None:
    first, second = (_places(modules, groups) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_what_is_near_for_the_network_is_near_on_the_map(modules: Page, groups: Places) -> None:
    places = _places(modules, groups)
    assert len(places) == len(groups)
    np.testing.assert_allclose([places.min(axis=0), places.max(axis=0)], [[-1, -1], [1, 1]])
    apart = np.linalg.norm(places[:, np.newaxis] - places, axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.mean(apart.argmin(axis=1) % CLASSES == np.arange(len(places)) % CLASSES) > 0.95


def test_progress_is_told(modules: Page, groups: Places) -> None:
    told = _laid_out(modules, groups)["told"]
    assert len(told) > 10
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1


@pytest.mark.parametrize("count", [5, 12])
def test_a_few_images_have_a_map_too(modules: Page, groups: Places, count: int) -> None:
    assert np.isfinite(_places(modules, groups[:count])).all()


def test_images_that_are_all_the_same_for_the_network(modules: Page) -> None:
    assert np.isfinite(_places(modules, np.ones((40, 6), np.float32))).all()


@pytest.mark.parametrize(
    ("vectors", "problem"),
    [
        (np.ones((4, 3), np.float32), "There are too few test images for a map: 4."),
        (np.full((9, 3), np.nan, np.float32), "There is no map: the network's values are not f"),
    ],
)
def test_where_there_can_be_none_it_says_so(modules: Page, vectors: Places, problem: str) -> None:
    found = _laid_out(modules, vectors)
    assert found["places"] is None
    assert found["problem"].startswith(problem)


def test_the_arrow_keys_lead_to_the_nearest_in_their_direction(modules: Page) -> None:
    places = [(0, 0), (0.5, 0.1), (0.3, 0.9), (-0.2, 0), (0, -0.4), (0.9, 0)]
    found = modules.evaluate(
        """async (places) => {
          const { imageTowards } = await import("/js/inside/map_keys.js");
          const at = new Float32Array(places.flat());
          const keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "Escape", "a"];
          return [
            keys.map((key) => imageTowards(key, at, 0, [0, 0])),
            keys.map((key) => imageTowards(key, at, -1, [0.85, 0.1])),
            imageTowards("ArrowRight", at, 5, [0, 0]),
          ];
        }""",
        places,
    )
    assert found == [[1, 2, 3, 4, -1, None], [5, 5, 5, 5, None, None], None]


def _open(page: Page, address: str) -> Locator:
    """Open the map of the bundled network, with a drawing in it."""
    page.goto(f"{address}/inside")
    page.locator(f".st-key-inside-canvas {CANVAS}").wait_for(timeout=WAIT)
    draw(page, DIGITS[7])
    page.get_by_role("tab", name="Map of digits").click(timeout=WAIT)
    page.locator(READY).wait_for(timeout=WAIT)
    expect(page.locator(".live-map-yours")).to_have_text(
        re.compile("^Your drawing is nearest to "), timeout=WAIT
    )
    return page.locator(".live-map-frame")


def _above(frame: Locator) -> str:
    """What is painted above the images: the drawing's place and the chosen image."""
    return frame.evaluate("(frame) => frame.querySelectorAll('canvas')[1].toDataURL()")


def _is_painted_anew(page: Page, before: str) -> None:
    painted = "document.querySelectorAll('.live-map-frame canvas')[1].toDataURL()"
    page.wait_for_function(f"(before) => {painted} !== before", arg=before)


def test_the_drawing_moves_on_the_map_while_it_is_drawn(browser: Chromium, with_toys: str) -> None:
    with opened(browser, "wide") as page:
        frame = _open(page, with_toys)
        expect(page.locator(".live-map-about")).to_have_text(
            re.compile("^These are 50 test images of MNIST.* by the 128 nodes of the last hidden ")
        )
        (x, y), *others = on_page(page, [(60, 140), (100, 150), (200, 160)])
        page.mouse.move(x, y)
        page.mouse.down()
        for x, y in others:
            before = _above(frame)
            page.mouse.move(x, y)
            _is_painted_anew(page, before)
        page.mouse.up()


@pytest.mark.parametrize("width", WIDTHS)
def test_its_images_are_reached_by_keyboard_and_pointer(
    browser: Chromium, with_toys: str, width: str
) -> None:
    with opened(browser, width) as page:
        frame = _open(page, with_toys)
        details = page.locator(".live-map-details")
        expect(details).to_have_text(re.compile("^Point at an image"))
        frame.focus()
        seen = []
        for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowDown", "ArrowDown"):
            page.keyboard.press(key)
            seen.append(frame.get_attribute("data-chosen"))
        assert len({*seen} - {None}) >= 3
        expect(details).to_have_text(re.compile(r"^This is an? \d\.The network says "))
        page.keyboard.press("Escape")
        expect(details).to_have_text(re.compile("^Point at an image"))
        frame.scroll_into_view_if_needed()
        box = frame.bounding_box()
        assert box
        places = [(across / 12, down / 12) for across in range(1, 12) for down in range(1, 12)]
        for across, down in places:
            at = box["x"] + across * box["width"], box["y"] + down * box["height"]
            page.touchscreen.tap(*at) if width == "phone" else page.mouse.move(*at)
            if frame.get_attribute("data-chosen"):
                break
        expect(details).to_have_text(re.compile(r"^This is an? \d\.The network says "))
        before = _above(frame)
        page.get_by_label("Show the images themselves").check()
        _is_painted_anew(page, before)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) == 0
