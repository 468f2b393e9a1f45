"""A run as one web page, opened from the disk without a network, and drawn on."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing import pen_path
from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import CANVAS_SIDE, from_points
from digitapp.library import models
from digitapp.reading.parts_words import disagreement
from digitapp.reading.prediction import STROKE_CLASSES, Prediction
from digitapp.reading.refusals import choices
from digitapp.runs import Run, RunStore
from digitapp.takehome.exports import export
from digitapp.training import checkpoints
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import Chromium
from tests.digits import DIGITS
from tests.hostile import BIDI, MARKUP
from tests.live.stored import give_stroke_reader
from tests.of_classes import RUNS
from tests.takehome.bundle.run_files import added
from tests.tiny_runs import until
from tests.untrained import as_if_trained, stroke_reader, values

PEN = 20  # the page's, in units of the drawing
ANSWER = ".live-answer"
READY = f"{ANSWER}[data-state=ready]"
PIXELS = """async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  const { data } = document.querySelector("#seen .live-pixels").getContext("2d")
    .getImageData(0, 0, 28, 28);
  return Array.from({ length: 784 }, (_, at) => data[4 * at]);
}"""
FASHION = TrainingSpec(dataset="fashion_mnist", architecture="simple-cnn", activation="gelu")
REFUSING = TrainingSpec(dataset="mnist", architecture="deep-cnn")
Stroke = Sequence[Sequence[float]]
Pen = Callable[[Page, Sequence[Stroke]], None]


def _mouse(page: Page, strokes: Sequence[Stroke]) -> None:
    for stroke in strokes:
        for number, (x, y) in enumerate(stroke):
            page.mouse.move(x, y)
            if number == 0:
                page.mouse.down()
        page.mouse.up()


def _finger(page: Page, strokes: Sequence[Stroke]) -> None:
    devtools = page.context.new_cdp_session(page)

    def touch(kind: str, *points: Sequence[float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    for stroke in strokes:
        touch("touchStart", stroke[0])
        for point in stroke[1:]:
            touch("touchMove", point)
        touch("touchEnd")


PENS: dict[str, Pen] = {"wide": _mouse, "phone": _finger}


def _placed(page: Page, strokes: Sequence[Stroke]) -> list[list[list[float]]]:
    """Return strokes in whole pixels of the page, to which pointers of browsers are rounded."""
    page.locator("#paper").scroll_into_view_if_needed()
    box = page.locator("#paper").bounding_box()
    assert box is not None
    scale = box["width"] / CANVAS_SIDE
    return [
        [[round(box["x"] + x * scale), round(box["y"] + y * scale)] for x, y in stroke]
        for stroke in strokes
    ]


def _units(page: Page, strokes: Sequence[Stroke]) -> list[list[list[float]]]:
    """Return strokes of the page in units of the drawing."""
    box = page.locator("#paper").bounding_box()
    assert box is not None
    scale = CANVAS_SIDE / box["width"]
    return [[[(x - box["x"]) * scale, (y - box["y"]) * scale] for x, y in each] for each in strokes]


def _read(
    store: RunStore, run: Run, strokes: Sequence[Stroke]
) -> tuple[NDArray[np.float32], Prediction]:
    """Return the server's image of strokes, and what it reads."""
    predictor = models.load(models.of_run(run.id), store)
    drawing = from_points(strokes, PEN)
    image = stroke_image(drawing, predictor.preparation)
    (found,) = predictor.predict([image], [pen_path.of_drawing(drawing)])
    return image, found


@contextmanager
def _page(browser: Chromium, width: str, store: RunStore, run: Run, folder: Path) -> Iterator[Page]:
    """Open a run's page from the disk without a network; fail if it asks for anything."""
    found = export(store, run, "webpage")
    path = folder / found.file_name
    path.write_bytes(found.data)
    asked: list[str] = []
    with opened(browser, width) as page:
        page.context.set_offline(True)
        page.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: asked.append(dialog.message))
        page.goto(path.as_uri())
        page.locator(READY).wait_for()
        yield page
    assert not [url for url in asked if url != path.as_uri() and not url.startswith("data:")]


def _untrained(store: RunStore, spec: TrainingSpec, names: tuple[str, ...], **more: object) -> Run:
    model = as_if_trained(spec, len(names))
    weights = checkpoints.pack_model(values(model))
    return added(store, spec, names, model=weights, parameters=model.count_params(), **more)


def _same_as_on_the_server(page: Page, store: RunStore, run: Run, pen: Pen) -> None:
    answer = page.locator(ANSWER)
    for digit in (4, 2, 7):
        strokes = _placed(page, DIGITS[digit])
        pen(page, strokes)
        image, read = _read(store, run, _units(page, strokes))
        expect(answer).to_have_attribute("data-digit", read.sign if not read.refused else "?")
        assert np.abs(np.array(page.evaluate(PIXELS)) - 255 * image.ravel()).max() <= 1
        sure = float(answer.get_attribute("data-confidence") or "nan")
        assert sure == pytest.approx(read.sure, abs=2e-4)
        page.get_by_role("button", name="Clear").click()
        expect(answer).to_have_attribute("data-confidence", "0")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", RUNS)
def test_it_reads_as_the_server_does(
    name: str, width: str, browser: Chromium, other_classes: RunStore, tmp_path: Path
) -> None:
    run = other_classes.get(RUNS[name])
    with _page(browser, width, other_classes, run, tmp_path) as page:
        _same_as_on_the_server(page, other_classes, run, PENS[width])
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= WIDTHS[width]


@pytest.mark.parametrize(
    ("spec", "names"),
    [(FASHION, CLOTHES_NAMES), (REFUSING, (*DIGIT_NAMES, NOT_A_DIGIT))],
    ids=["clothes", "digits and others"],
)
def test_it_reads_clothes_and_what_is_no_digit(
    spec: TrainingSpec,
    names: tuple[str, ...],
    browser: Chromium,
    store_url: str,
    tmp_path: Path,
) -> None:
    store = RunStore(store_url)
    run = _untrained(store, spec, names)
    with _page(browser, "wide", store, run, tmp_path) as page:
        _same_as_on_the_server(page, store, run, _mouse)
        assert page.locator(".live-label").all_inner_texts() == [*choices(names)]


@pytest.mark.parametrize("width", WIDTHS)
def test_where_a_run_reads_the_movement_its_page_does(
    width: str, browser: Chromium, store_url: str, tmp_path: Path
) -> None:
    store = RunStore(store_url)
    run = _untrained(store, REFUSING, STROKE_CLASSES)
    give_stroke_reader(store, run.id, stroke_reader())
    with _page(browser, width, store, run, tmp_path) as page:
        _same_as_on_the_server(page, store, run, PENS[width])
        expect(page.locator("footer")).to_contain_text("how your pen moves")
        strokes = _placed(page, DIGITS[4])
        PENS[width](page, strokes)
        _, read = _read(store, run, _units(page, strokes))
        said = disagreement(read)
        assert said, "nobody has trained either of the two"
        expect(page.locator(".live-sentence")).to_contain_text(said)


def test_it_undoes_clears_and_draws_with_one_finger_only(
    browser: Chromium, other_classes: RunStore, tmp_path: Path
) -> None:
    run = other_classes.get(RUNS["letters"])
    with _page(browser, "phone", other_classes, run, tmp_path) as page:
        answer, undo = page.locator(ANSWER), page.get_by_role("button", name="Undo")
        blank = page.evaluate(PIXELS)
        first, second = _placed(page, DIGITS[4])
        expect(undo).to_be_disabled()
        _finger(page, [first])
        once = page.evaluate(PIXELS)
        assert once != blank
        _finger(page, [second])
        assert page.evaluate(PIXELS) != once
        undo.tap()
        until(lambda: page.evaluate(PIXELS) == once, 20)
        devtools = page.context.new_cdp_session(page)
        two = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(second[:2])]
        devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": two[:1]})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": two})
        devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        undo.tap()
        until(lambda: page.evaluate(PIXELS) == once, 20)
        page.keyboard.press("Control+z")
        until(lambda: page.evaluate(PIXELS) == blank, 20)
        expect(undo).to_be_disabled()
        expect(answer).to_have_attribute("data-digit", "?")


def test_a_stroke_goes_on_outside_the_paper_and_ends_there(
    browser: Chromium, other_classes: RunStore, tmp_path: Path
) -> None:
    run = other_classes.get(RUNS["answers"])
    with _page(browser, "wide", other_classes, run, tmp_path) as page:
        (stroke,) = _placed(page, [[[40, 140], [140, 150], [500, 160]]])
        _mouse(page, [stroke])
        page.mouse.move(*_placed(page, [[[100, 30]]])[0][0])
        image, _ = _read(other_classes, run, _units(page, [stroke]))
        assert np.abs(np.array(page.evaluate(PIXELS)) - 255 * image.ravel()).max() <= 1


def test_hostile_names_are_text(browser: Chromium, store_url: str, tmp_path: Path) -> None:
    store, texts = RunStore(store_url), (*MARKUP, BIDI)
    name, note = "</title></style></script><script>alert(1)</script>", "\n".join(MARKUP)
    run = _untrained(store, TrainingSpec(hidden=(4,)), texts, name=name, note=note)
    with _page(browser, "wide", store, run, tmp_path) as page:
        _mouse(page, _placed(page, DIGITS[7]))
        assert page.locator("h1").text_content() == name
        assert page.locator(".note").text_content() == note
        safe = [text.replace("\u202e", "[U+202E]") for text in texts]
        assert page.locator(".live-label").all_text_contents() == safe
        assert page.locator("main :is(a, img, script, iframe)").count() == 0


@pytest.mark.parametrize(
    "missing", ["delete window.WebAssembly", "WebAssembly.instantiate = undefined"]
)
def test_a_browser_that_cannot_run_it_says_so(
    missing: str, browser: Chromium, other_classes: RunStore, tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(export(other_classes, other_classes.get(RUNS["answers"]), "webpage").data)
    with opened(browser, "wide") as page:
        page.add_init_script(missing)
        page.goto(path.as_uri())
        page.locator(f"{ANSWER}[data-state=unavailable]").wait_for()
        told = page.locator(".live-sentence").inner_text()
        assert told == (
            "This browser has no WebAssembly, so it cannot run the network itself. "
            "Try this page in another browser."
        )
        _mouse(page, _placed(page, DIGITS[7]))  # one can draw all the same
        assert max(page.evaluate(PIXELS)) == 255
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "unavailable")


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_light_or_dark_as_the_browser_and_accessible(
    width: str, browser: Chromium, other_classes: RunStore, tmp_path: Path
) -> None:
    run, colours, wrong = other_classes.get(RUNS["letters"]), [], []
    with _page(browser, width, other_classes, run, tmp_path) as page:
        page.evaluate(AXE_SCRIPT)
        PENS[width](page, _placed(page, DIGITS[7]))
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.evaluate(PIXELS)
            colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            wrong += [(rule["id"], scheme, rule["nodes"][0]["html"]) for rule in found]
        assert not wrong
        assert colours[0] == "rgb(255, 255, 255)" != colours[1]
