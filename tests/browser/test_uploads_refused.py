"""Files that a shared server refuses: the page says why, in words."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from digitapp.drawing.strokes import from_points, paint
from digitapp.runs import limits
from tests.browser.session import WAIT, Chromium, open_app, open_tab, served, wait_until_up
from tests.digits import DIGITS


def test_too_many_files_are_a_sentence_and_the_others_are_read(
    browser: Chromium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITAPP_SHARED", "yes")
    monkeypatch.setenv(limits.variable("uploads"), "1")
    paint(from_points(DIGITS[6], 20)).save(tmp_path / "six.png")
    paint(from_points(DIGITS[1], 20)).save(tmp_path / "one.png")
    with served("app.py") as found, browser.tab(1400, 844) as page:
        wait_until_up(found.address)
        open_app(page, found.address)
        open_tab(page, "Upload")
        files = page.locator("input[type=file]")
        files.set_input_files(tmp_path / "six.png")
        expect(page.get_by_text("six.png: 6")).to_be_visible(timeout=WAIT)
        files.set_input_files(tmp_path / "one.png")
        uploader = page.locator("[data-testid=stFileUploader]")
        expect(uploader).to_contain_text("too many files within a minute", timeout=WAIT)
        expect(uploader).not_to_contain_text("Axios")
        expect(page.get_by_text("six.png: 6")).to_be_visible(timeout=WAIT)
