"""The class wall in a browser: a drawing that arrives moves no other, and can be hidden."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from digitapp.runs import RunStore
from digitapp.runs.classroom_wall import send, sent
from tests.a_class import Class, a_class, drawing
from tests.browser.conftest import opened
from tests.browser.session import Chromium, served, wait_until_up

Places = dict[str, tuple[float, float]]
FULL = 32  # drawings of the size Medium


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """A class whose wall lacks one drawing to be full."""
    file = tmp_path_factory.mktemp("wall") / "runs.db"
    found = a_class(RunStore(f"sqlite:///{file}"))
    for number in range(FULL - 1):
        send(found.ada, found.room, drawing(number))
    return found


@pytest.fixture(scope="module")
def wall(browser: Chromium, seven: Class) -> Iterator[Page]:
    """The wall on a projector, as the teacher shows it."""
    with served("app.py", Path(seven.house.database.url.removeprefix("sqlite:///"))) as found:
        wait_until_up(found.address)
        with opened(browser, "wide") as page:
            page.goto(f"{found.address}/wall?show=all")
            expect(page.locator(".wall-card")).to_have_count(FULL - 1)
            page.get_by_role("radio", name="Medium").click()
            expect(page.get_by_role("radio", name="Medium")).to_be_checked()
            yield page


def places(page: Page) -> Places:
    cards = page.locator(".wall-card").all()
    boxes = {card.get_attribute("data-drawing"): card.bounding_box() for card in cards}
    return {str(number): (box["x"], box["y"]) for number, box in boxes.items() if box}


def test_drawings_arrive_in_a_free_place_and_then_in_that_of_the_oldest(
    wall: Page, seven: Class
) -> None:
    before = places(wall)
    first, last = send(seven.bo, seven.room, drawing(70)), send(seven.bo, seven.room, drawing(71))
    expect(wall.locator(f'[data-drawing="{last}"]')).to_be_visible()
    now = places(wall)
    oldest = min(before, key=int)
    assert {each: at for each, at in now.items() if each in before} == {
        each: at for each, at in before.items() if each != oldest
    }
    new = {now[str(first)], now[str(last)]}
    assert before[oldest] in new
    assert len(new - {*before.values()}) == 1  # the place that was free
    assert len(now) == FULL
    expect(wall.locator(f'[data-drawing="{last}"] .wall-sign')).to_have_text("1")
    expect(wall.locator(".wall-more")).to_have_text(f"The latest {FULL} of {FULL + 1}")


def test_a_drawing_that_is_hidden_leaves_the_others_where_they_are(
    wall: Page, seven: Class
) -> None:
    latest = sent(seven.teacher, seven.room)[-1].id
    card, before = wall.locator(f'[data-drawing="{latest}"]'), places(wall)
    card.hover()
    card.get_by_role("button").click()
    expect(card).to_have_count(0)
    hidden = [each.id for each in sent(seven.teacher, seven.room, hidden=True) if each.hidden]
    assert hidden == [latest]
    now = places(wall)  # the one before those that were shown is back, in the place that is free
    assert {each: at for each, at in now.items() if each in before} == {
        each: at for each, at in before.items() if each != str(latest)
    }
