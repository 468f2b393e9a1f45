"""A lesson in a room, in two browsers: joining, the teacher's view, Follow me, and one's own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.session import ANSWER, CANVAS, Chromium, draw, served, wait_until_up
from tests.digits import DIGITS

POLLED = 30_000  # milliseconds: a pupil's page asks every two seconds, on a busy machine


@dataclass(frozen=True)
class Lesson:
    """A server as `make class` starts it, the teacher's page, and a pupil's on a phone."""

    address: str
    code: str
    teacher: Page
    pupil: Page


@pytest.fixture(scope="module")
def lesson(browser: Chromium) -> Iterator[Lesson]:
    """Windows of two sizes, which have cookies of their own."""
    with (
        served("app.py", options=["--server.address=0.0.0.0"]) as server,
        browser.tab(1400, 844) as teacher,
        browser.tab(390, 844) as pupil,
    ):
        wait_until_up(server.address)
        printed = server.printed.read_text("utf-8")
        code = re.search(r"Code +(\w{5})\n", printed)
        teachers, pupils = (re.search(rf"http://[^/\s]+(/{each}\S+)", printed) for each in LINKS)
        assert code
        assert teachers
        assert pupils
        for page in (teacher, pupil):
            page.set_default_timeout(POLLED)
        teacher.goto(server.address + teachers[1])
        pupil.goto(server.address + pupils[1])
        yield Lesson(server.address, code[1], teacher, pupil)


INK = """
e => e.getContext('2d').getImageData(0, 0, 28, 28).data.filter((v, i) => i % 4 == 0 && v).length
"""
LINKS = ("enter/", "room[?]join=")


def test_the_links_of_the_terminal_lead_teacher_and_pupil_into_the_room(lesson: Lesson) -> None:
    expect(lesson.teacher).to_have_url(f"{lesson.address}/room")  # no key stays in the address
    expect(lesson.teacher.get_by_text("Nobody has joined yet")).to_be_visible()
    expect(lesson.teacher.get_by_alt_text("QR code")).to_be_visible()
    expect(lesson.pupil.get_by_label("Code of the room").last).to_have_value(lesson.code)
    lesson.pupil.get_by_role("textbox", name="Nickname").fill("Ada")
    lesson.pupil.get_by_role("button", name="Join").click()
    expect(lesson.pupil.get_by_text("You are in this room as")).to_be_visible()
    expect(lesson.pupil).to_have_url(f"{lesson.address}/room")


def test_the_teacher_sees_what_a_pupil_draws(lesson: Lesson) -> None:
    lesson.pupil.goto(lesson.address)
    _drawn(lesson.pupil, 7)
    card = lesson.teacher.locator(".members button")
    expect(card).to_contain_text("Read as 7", timeout=POLLED)
    expect(card).to_contain_text("Ada")
    assert card.locator("canvas").evaluate(INK) > 30


def test_the_teachers_page_and_drawing_come_to_the_pupil_and_go_again(lesson: Lesson) -> None:
    teacher, pupil = lesson.teacher, lesson.pupil
    teacher.goto(lesson.address)
    _drawn(teacher, 3)
    teacher.get_by_role("button", name="Follow me").click()
    _reads(pupil, 3)
    teacher.get_by_role("link", name="Inside").first.click()
    expect(pupil).to_have_url(re.compile("/inside"), timeout=POLLED)
    pupil.reload()
    expect(pupil).to_have_url(re.compile("/inside"), timeout=POLLED)
    teacher.get_by_role("button", name="Set free").click()
    expect(pupil).to_have_url(f"{lesson.address}/", timeout=POLLED)
    _reads(pupil, 7)


def test_a_drawing_kept_in_the_tab_is_there_again_after_the_teachers(lesson: Lesson) -> None:
    teacher, pupil = lesson.teacher, lesson.pupil
    pupil.goto(f"{lesson.address}/data")  # a new session, which has not seen the drawing
    teacher.get_by_role("link", name="Draw").first.click()
    _reads(teacher, 3)
    teacher.get_by_role("button", name="Follow me").click()
    _reads(pupil, 3)
    teacher.get_by_role("button", name="Set free").click()
    expect(pupil).to_have_url(re.compile("/data"), timeout=POLLED)
    pupil.goto(f"{lesson.address}/runs")
    expect(pupil.get_by_role("heading", name="Runs")).to_be_visible()
    pupil.wait_for_timeout(3000)
    expect(pupil).to_have_url(re.compile("/runs"))  # and it stays there
    pupil.goto(lesson.address)
    _reads(pupil, 7)
    teacher.get_by_role("link", name="Inside").first.click()
    expect(teacher).to_have_url(re.compile("/inside"))


def test_who_follows_comes_back_from_other_pages_and_to_the_room(lesson: Lesson) -> None:
    teacher, pupil = lesson.teacher, lesson.pupil
    pupil.goto(f"{lesson.address}/room")
    expect(pupil.get_by_text("You are in this room as")).to_be_visible()
    teacher.get_by_role("button", name="Follow me").click()
    expect(pupil).to_have_url(re.compile("/inside"), timeout=POLLED)
    _chip_shows(pupil, "visibility")
    pupil.goto(f"{lesson.address}/data")
    expect(pupil).to_have_url(re.compile("/inside"), timeout=POLLED)
    teacher.get_by_role("button", name="Set free").click()
    expect(pupil.get_by_text("You are in this room as")).to_be_visible(timeout=POLLED)
    _chip_shows(pupil, "groups")


def test_a_pupil_who_is_removed_is_out_at_once(lesson: Lesson) -> None:
    lesson.teacher.goto(f"{lesson.address}/room")
    lesson.teacher.locator(".members button").click()
    lesson.teacher.get_by_role("button", name="Remove from the room").click()
    expect(lesson.pupil.get_by_role("heading", name="Join a room")).to_be_visible(timeout=POLLED)


def _drawn(page: Page, digit: int) -> None:
    expect(page.locator(CANVAS)).to_be_visible()
    page.wait_for_timeout(1000)
    draw(page, DIGITS[digit][:1])
    _reads(page, digit)


def _chip_shows(page: Page, icon: str) -> None:
    chip = page.locator(".st-key-room-chip").get_by_test_id("stIconMaterial").first
    expect(chip).to_have_text(icon, timeout=POLLED)


def _reads(page: Page, digit: int) -> None:
    expect(page.locator(ANSWER).first).to_have_attribute("data-digit", str(digit), timeout=POLLED)
