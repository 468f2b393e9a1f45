"""The Runs page in a browser: runs side by side, one drawing read by all, exports."""

import re
import zipfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from digitapp.runs import RunStore
from tests.browser.conftest import opened
from tests.browser.session import CANVAS, WAIT, Chromium, draw, open_tab, press
from tests.digits import DIGITS

PLOT = ".st-key-overlay .js-plotly-plot"
ROW, HEADER, TICK_AT = 35, 35, 16  # pixels in the table


def tick(page: Page, row: int) -> None:
    """Press the tick box of a table row, counted from 0."""
    grid = page.locator("[data-testid=stDataFrame]").first
    at = {"x": TICK_AT, "y": HEADER + (row + 0.5) * ROW}
    grid.click(position=at, timeout=WAIT)


def wait_for_lines(page: Page, *names: str) -> None:
    """Wait until exactly these names are in the legend of the curves."""
    page.wait_for_function(
        f"""names => {{ const plot = document.querySelector('{PLOT}');
        const shown = plot ? plot.data.filter(trace => trace.showlegend) : [];
        return shown.map(trace => trace.name.split(':')[0]).join() === names.join(); }}""",
        arg=names,
        timeout=WAIT,
    )


def test_runs_are_overlaid_told_apart_read_one_drawing_and_travel(
    browser: Chromium, with_runs: str, trained: RunStore, tmp_path: Path
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/runs")
        expect(page.get_by_text("Tick runs in the table above")).to_be_visible(timeout=WAIT)
        for row, names in enumerate((["Run 3"], ["Run 3", "Run 2"], ["Run 3", "Runs 2, 1"])):
            tick(page, row)
            wait_for_lines(page, *names)
        expect(page).to_have_url(re.compile(r"runs=3(,|%2C)2(,|%2C)1"))

        open_tab(page, "What differs")
        told = page.locator(".differs tr", has_text="Optimizer")
        expect(told).to_have_text(re.compile("sgd.*adam.*adam"), timeout=WAIT)
        expect(page.locator(".differs")).not_to_contain_text("Batch size")

        open_tab(page, "One drawing")
        page.locator(CANVAS).first.wait_for(timeout=WAIT)
        draw(page, DIGITS[7])
        cards = page.locator(".reading .sign")
        expect(cards).to_have_count(3, timeout=WAIT)

        open_tab(page, "Take home")
        file = tmp_path / "taken.keras"
        page.locator(".st-key-prepare-keras button").click(timeout=WAIT)
        with page.expect_download(timeout=WAIT) as taken:
            page.locator(".st-key-download-keras button").click(timeout=WAIT)
        taken.value.save_as(file)
        with page.expect_download(timeout=WAIT) as taken:
            page.locator(".st-key-download-keras-with button >> visible=true").click(timeout=WAIT)
        with zipfile.ZipFile(taken.value.path()) as archive:
            assert {Path(name).name for name in archive.namelist()} == {
                *("run-3.keras", "read_picture.py", "README.txt")
            }
            assert archive.read("run-3/run-3.keras") == file.read_bytes()

        press(page, "Bring a run in")
        page.locator("input[type=file]").set_input_files(file)
        page.locator("button", has_text="Bring it in").click(timeout=WAIT)
        said = page.get_by_text(re.compile(r"Run \d+ is in the table now"))
        expect(said).to_be_visible(timeout=WAIT)
        brought = int(re.findall(r"\d+", said.inner_text())[0])  # deleted runs keep their number
    assert same_network(trained, 3, brought)
    assert trained.epochs(brought) == trained.epochs(3)
    trained.delete(brought)


def same_network(store: RunStore, one: int, other: int) -> bool:
    """Return whether two runs' networks give identical answers."""
    from digitapp.library import models

    images = np.random.default_rng(0).random((50, 28, 28), np.float32)
    first, second = (models.load(models.of_run(run), store) for run in (one, other))
    return np.array_equal(first.probabilities(images), second.probabilities(images))


def test_a_note_form_keeps_what_its_boxes_show(
    browser: Chromium, with_runs: str, trained: RunStore
) -> None:
    with opened(browser, "wide") as page:
        page.goto(f"{with_runs}/runs?runs=1")
        page.wait_for_function("() => window.digitappTyped", timeout=WAIT)
        page.locator("button", has_text="Name, note, tags").first.click(timeout=WAIT)
        for label, text in (("Tags", "homework"), ("Note", "Third try"), ("Name", "Mine")):
            page.get_by_label(label, exact=True).last.press_sequentially(text, timeout=WAIT)
        page.locator("button", has_text="Keep").click(timeout=WAIT)
        expect(page.get_by_text("Run 1: Mine").first).to_be_visible(timeout=WAIT)
    run = trained.get(1)
    trained.describe(1, "", "", [])  # restore it for the other tests
    assert (run.name, run.note, run.tags) == ("Mine", "Third try", ("homework",))


def test_the_page_fits_a_telephone(browser: Chromium, with_runs: str) -> None:
    with opened(browser, "phone") as page:
        page.goto(f"{with_runs}/runs?runs=1,2,3")
        wait_for_lines(page, "Runs 1, 2", "Run 3")
        main = page.locator("[data-testid=stMain]")
        for name in ("Curves", "What differs", "Scores", "Take home"):
            open_tab(page, name)
            page.wait_for_timeout(500)
            assert main.evaluate("e => e.scrollWidth <= e.clientWidth"), name
