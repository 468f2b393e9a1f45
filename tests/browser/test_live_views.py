"""The views of the live reading, on a page of their own: no app, no server."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Route, expect

import digitapp.live
from digitapp.data.datasets import CLOTHES_NAMES, DIGIT_NAMES
from digitapp.data.non_digit_shapes import NOT_A_DIGIT
from digitapp.drawing.digit import PREPARATIONS, STROKE_STEPS, stroke_steps
from digitapp.reading.prediction import NONE_OF_THESE
from tests.browser.conftest import WIDTHS, opened
from tests.browser.session import Chromium

LOOK = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
LIVE = Path(digitapp.live.__file__).parent
ORIGIN = "http://views.test/"  # nothing is asked for: all of it is answered here
TYPES = {".js": "text/javascript", ".css": "text/css"}
DIGITS = [*DIGIT_NAMES, NOT_A_DIGIT]
LETTERS = [chr(ord("A") + place) for place in range(26)]
LONG = ["T-shirt/top", "Supercalifragilisticexpialidocious", *DIGIT_NAMES[:8]]
HOSTILE = ['<img src=x onerror="window.hit = 1">', "*bold* `code` $x$", "&amp;", *DIGIT_NAMES[:7]]
PAGE = """
<!doctype html><html lang="en"><head><title>Views</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="live.css"><meta name="viewport" content="width=device-width">
<style>
  body { margin: 16px; background: #fff; }
  @media (prefers-color-scheme: dark) {
    body {
      --st-primary-color: #4d68ea; --st-text-color: #fafafa; --st-background-color: #0e1117;
      --st-secondary-background-color: #262730; background: #0e1117;
    }
  }
</style></head><body><main class="live"><h1>Views</h1></main>
<script type="module" src="start.js"></script></body></html>
"""
START = """
import { interpret } from "./js/reading.js";
import { answerView } from "./js/views/answer.js";
import { barsView } from "./js/views/bars.js";
import { filmstripView } from "./js/views/filmstrip.js";
import { layout } from "./js/views/inside_layout.js";
import { insideView } from "./js/views/inside.js";
import { choicesOf, columnsOf } from "./js/views/layers.js";
import { pictureView } from "./js/views/picture.js";
import { timelineView } from "./js/views/timeline.js";

const place = document.querySelector("main");
window.picked = [];
window.start = (description, steps, picks) => {
  const choices = choicesOf(description);
  const onPick = picks ? (name) => window.picked.push(name) : null;
  const views = {
    answer: answerView(place),
    bars: barsView(place, { choices, onPick }),
    timeline: timelineView(place),
    picture: pictureView(place),
    filmstrip: filmstripView(place, steps),
    inside: insideView(place),
  };
  views.answer.setNames(choices);
  window.setCaptions = views.filmstrip.setCaptions;
  window.show = (outputs, seed) => {
    const prediction = interpret(Float32Array.from(outputs), description.class_names);
    const points = Float64Array.of(60, 60, 200, 60 + seed, 120, 220);
    const strokes = [{ points, width: 20, eraser: false }];
    const image = Float32Array.from({ length: 784 }, (_, n) => (n % 28 === 9 + seed ? 1 : 0));
    const box = { values: image.filter((_, n) => n % 28 === 9), width: 1, height: 28 };
    const ready = { image, box, bounds: { left: 50, top: 50, right: 210, bottom: 230 } };
    const value = (_, n) => Math.abs(Math.sin(seed + n));
    const activations = description.sizes.map((size) => ({
      values: Float32Array.from({ length: size }, value),
    }));
    const { shares, choice, refused, sign, sure, doubtful } = prediction;
    const network = { description };
    views.answer.update({ state: "ready", prediction });
    views.bars.update(shares, choice, { refused });
    views.timeline.update([{ stroke: 1, sign, sure, doubtful }]);
    views.picture.update(ready.image);
    views.filmstrip.update({ strokes, prepared: ready });
    views.inside.update({ network, activations, prediction, resting: false });
  };
  window.unread = (state, message) => views.answer.update({ state, message });
  window.blank = () => {
    unread("blank");
    views.bars.update(null, -1);
    views.timeline.update([]);
    views.picture.update(null);
    views.filmstrip.update({ strokes: [], prepared: null });
    const network = { description };
    views.inside.update({ network, activations: [], prediction: null, resting: true });
  };
};
window.columns = columnsOf;
window.placed = (description, width, room, size) =>
  layout(columnsOf(description), choicesOf(description), width, room, size);
"""
# What must stay where it is, whatever the network reads.
BOXES = """() => [...document.querySelectorAll(
  "section, .live-answer, .live-sign, .live-words, .live-row, .live-label, .live-track, " +
  ".live-share, .live-layer, canvas")]
  .map((each) => [each.className, each.getBoundingClientRect()])
  .map(([name, { x, y, width, height }]) => [name, x + scrollX, y + scrollY, width, height])
"""
LIT = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, each) => sum + each, 0);
}"""


def convolution(side: int, given: int, maps: int, **options: Any) -> dict[str, Any]:
    kernel = {"shape": [side, side, given, maps], "offset": 0}
    return {"kind": "Convolution", "stride": 1, "same": False, "kernel": kernel, **options}


def dense(given: int, nodes: int) -> dict[str, Any]:
    return {"kind": "Dense", "kernel": {"shape": [given, nodes], "offset": 0}}


RELU, SOFTMAX = ({"kind": "Activation", "name": name} for name in ("relu", "softmax"))
HALVING = {"stride": 2, "same": True}


def small_cnn(classes: Sequence[str]) -> dict[str, Any]:
    layers = [{"kind": "Reshape"}, convolution(3, 1, 16), RELU]
    layers += [{"kind": "Pooling", "side": 2, "average": False}, {"kind": "Flatten"}]
    layers += [dense(2704, 64), RELU, dense(64, len(classes)), SOFTMAX]
    count = len(classes)
    sizes = [784, 10816, 10816, 2704, 2704, 64, 64, count, count]
    return described(layers, classes) | {"sizes": sizes}


def deeper_cnn() -> dict[str, Any]:
    layers: list[dict[str, Any]] = [{"kind": "Reshape"}]
    for given, maps, how in ((1, 32, {}), (32, 48, HALVING), (48, 64, {}), (64, 160, HALVING)):
        layers += [convolution(3, given, maps, **{"same": True, **how}), RELU]
    layers += [{"kind": "Flatten"}, dense(7840, 128), RELU, dense(128, 11), SOFTMAX]
    return described(layers, DIGITS)


def wide_dense() -> dict[str, Any]:
    layers = [{"kind": "Flatten"}, dense(784, 5000), RELU, dense(5000, 127), dense(127, 10)]
    return described(layers, DIGIT_NAMES)


def described(layers: Sequence[dict[str, Any]], classes: Sequence[str]) -> dict[str, Any]:
    how = {"box": 20, "by_mass": True, "pen": 2.5}
    return {"format": 1, "class_names": [*classes], "preparation": how, "layers": [*layers]}


@pytest.fixture(params=WIDTHS)
def views(request: pytest.FixtureRequest, browser: Chromium) -> Iterator[Page]:
    """A page with the views' modules loaded, wide or a phone's."""
    with opened(browser, request.param) as page:
        yield loaded(page)


@pytest.fixture
def wide(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as page:
        yield loaded(page)


def loaded(page: Page) -> Page:
    page.route(f"{ORIGIN}**", _answer)
    page.goto(ORIGIN)
    page.wait_for_function("() => window.start !== undefined")
    return page


def _answer(route: Route) -> None:
    name = route.request.url.removeprefix(ORIGIN)
    own = {"": PAGE, "start.js": START}
    body = own[name] if name in own else (LIVE / name).read_text("utf-8")
    route.fulfill(body=body, content_type=TYPES.get(Path(name).suffix, "text/html"))


def start(page: Page, classes: Sequence[str], picks: bool = True) -> None:
    how = PREPARATIONS["mnist"]
    steps = [{"title": title, "caption": says} for title, says in stroke_steps(how)]
    told = ", ".join(json.dumps(each) for each in (small_cnn(classes), steps, picks))
    page.evaluate(f"start({told})")


def show(page: Page, classes: Sequence[str], best: int, share: float, seed: int = 1) -> None:
    """Show a reading in which class number `best` has that share."""
    rest = (1 - share) / (len(classes) - 1)
    outputs = [share if place == best else rest for place in range(len(classes))]
    page.evaluate("([outputs, seed]) => show(outputs, seed)", [outputs, seed])


def test_the_answer_tells_its_state_in_attributes(views: Page) -> None:
    start(views, DIGITS)
    answer = views.locator(".live-answer")
    expect(answer).to_have_attribute("data-state", "loading")
    show(views, DIGITS, best=7, share=0.972)
    expect(answer).to_have_attribute("data-state", "ready")
    expect(answer).to_have_attribute("data-digit", "7")
    expect(answer.locator(".live-headline")).to_have_text("97.2 % sure")
    assert float(answer.get_attribute("data-confidence") or "") == pytest.approx(0.972, abs=1e-3)
    before = int(answer.get_attribute("data-revision") or "")
    show(views, DIGITS, best=10, share=0.9)  # not a digit
    expect(answer).to_have_attribute("data-digit", "?")
    expect(answer).to_have_attribute("data-revision", f"{before + 1}")
    expect(views.locator("[data-kind=doubtful] .live-label")).to_have_text(NONE_OF_THESE)
    views.evaluate("blank()")
    expect(answer).to_have_attribute("data-state", "ready")
    expect(answer).to_have_attribute("data-digit", "?")
    expect(answer).to_have_attribute("data-confidence", "0")


def test_a_reading_replaces_no_nodes(wide: Page) -> None:
    start(wide, DIGITS)
    show(wide, DIGITS, best=8, share=0.62)
    wide.evaluate("window.watcher = new MutationObserver(() => undefined)")
    wide.evaluate("watcher.observe(document, {subtree: true, childList: true})")
    for seed, share in enumerate((0.91, 0.3, 0.999)):
        show(wide, DIGITS, best=seed, share=share, seed=seed)
    assert wide.evaluate("watcher.takeRecords().length") == 0
    expect(wide.locator(".live-sign")).to_have_text("2")


@pytest.mark.parametrize("classes", [DIGITS, LETTERS, LONG], ids=["digits", "letters", "long"])
def test_nothing_moves_between_readings_or_is_wider_than_the_page(
    views: Page, classes: list[str]
) -> None:
    start(views, classes)
    views.evaluate("blank()")
    views.wait_for_timeout(100)
    before = views.evaluate(BOXES)
    for best, share in ((1, 0.9999), (len(classes) - 1, 0.4), (0, 0.7)):
        show(views, classes, best, share, seed=best)
        assert views.evaluate(BOXES) == before
    assert views.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_names_of_clothes_fit_below_the_answer(views: Page) -> None:
    start(views, CLOTHES_NAMES)
    likely = {"sandal": 0.35, "T-shirt": 0.3, "pullover": 0.28}
    views.evaluate("outputs => show(outputs, 1)", [likely.get(n, 0.01) for n in CLOTHES_NAMES])
    told = views.locator(".live-sentence")
    expect(told).to_contain_text("It could also be a T-shirt or a pullover.")
    assert told.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    body = views.locator(".live-answer-body")
    assert body.evaluate("e => e.scrollHeight <= e.clientHeight")


def test_a_name_and_a_sentence_fit_beside_a_small_drawing(views: Page) -> None:
    start(views, CLOTHES_NAMES)
    views.add_style_tag(content=".live-answer { width: 134px }")  # as on a phone
    likely = {"ankle boot": 0.35, "coat": 0.3, "shirt": 0.28}
    views.evaluate("outputs => show(outputs, 1)", [likely.get(n, 0.01) for n in CLOTHES_NAMES])
    for part in (".live-headline", ".live-sentence"):
        fits = "e => e.scrollHeight <= e.clientHeight + 1 && e.scrollWidth <= e.clientWidth"
        assert views.locator(part).evaluate(fits), part


@pytest.mark.parametrize("classes", [DIGITS, CLOTHES_NAMES], ids=["digits", "clothes"])
@pytest.mark.parametrize("wide", [109, 134])  # on a phone of 320 or of 390 pixels
def test_what_is_said_before_anything_is_read_fits_beside_a_small_drawing(
    views: Page, classes: list[str], wide: int
) -> None:
    start(views, classes)
    views.add_style_tag(content=f".live-answer {{ width: {wide}px }}")
    body, sentence = (views.locator(f".live-{each}") for each in ("answer-body", "sentence"))
    height = body.bounding_box()
    for state, message in (
        ("blank", "Draw a digit, and watch the network at work."),
        ("blank", "Draw something, and watch the network at work."),
        ("loading", ""),
        ("unavailable", ""),
    ):
        views.evaluate("([state, message]) => unread(state, message)", [state, message])
        expect(sentence).to_have_text(message or re.compile("network"))
        for part in (sentence, body):
            assert part.evaluate("e => e.scrollHeight <= e.clientHeight + 1"), message or state
        assert body.bounding_box() == height
    show(views, classes, len(classes) - 1, 0.9)
    said = views.locator(".live-headline")
    if classes is DIGITS:
        expect(said).to_have_text("This doesn't look like a digit to me.")
        for part in (said, body):
            assert part.evaluate("e => e.scrollHeight <= e.clientHeight + 1")
    assert said.evaluate("e => e.scrollWidth <= e.clientWidth")
    assert body.bounding_box() == height


def test_a_bar_is_pressed_to_say_what_it_was(views: Page) -> None:
    start(views, DIGITS)
    views.get_by_role("button", name="It was a 7").click()
    views.get_by_role("button", name="It was an 8").focus()
    views.keyboard.press("Enter")
    views.keyboard.press("Tab")
    views.keyboard.press("Space")
    assert views.evaluate("picked") == ["7", "8", "9"]
    expect(views.locator("button.live-choice")).to_have_count(10)  # "none of these" is no button


def test_a_finger_presses_a_bar(browser: Chromium) -> None:
    with opened(browser, "phone") as page:
        start(loaded(page), DIGITS)
        bar = page.get_by_role("button", name="It was a 3")
        bar.tap()
        assert page.evaluate("picked") == ["3"]
        box = bar.bounding_box()
        assert box
        assert box["height"] >= 32


def test_bars_without_correction_are_no_buttons(wide: Page) -> None:
    start(wide, DIGITS, picks=False)
    expect(wide.locator(".live-bars button")).to_have_count(0)
    expect(wide.get_by_text("Wrong?")).to_have_count(0)


def test_names_are_shown_as_text(wide: Page) -> None:
    start(wide, HOSTILE)
    for best in range(3):
        show(wide, HOSTILE, best, 0.9)
        expect(wide.locator(".live-sign")).to_have_text(HOSTILE[best])
    labels = wide.locator(".live-label").all_text_contents()
    assert labels == HOSTILE
    assert wide.locator("img, b >> text=bold").count() == 0
    assert wide.evaluate("window.hit") is None


def test_pointing_at_a_pixel_tells_its_value(wide: Page) -> None:
    start(wide, DIGITS)
    show(wide, DIGITS, best=7, share=0.9)
    picture = wide.locator(".live-picture canvas")
    box = picture.bounding_box()
    assert box
    cell = box["width"] / 28
    picture.hover(position={"x": 10.5 * cell, "y": 0.5 * cell})
    expect(wide.locator(".live-picture .live-hint")).to_have_text("row 1, column 11: 1.00")


def test_a_step_explains_itself_without_moving_anything(views: Page) -> None:
    start(views, DIGITS)
    show(views, DIGITS, best=7, share=0.9)
    before = views.evaluate(BOXES)
    step = views.get_by_role("button", name="4. Made small")
    step.focus()
    expect(views.get_by_role("tooltip")).to_have_text(STROKE_STEPS[3][1])
    assert views.evaluate(BOXES) == before
    step.press("Enter")
    other = [caption for _, caption in stroke_steps(PREPARATIONS["fashion_mnist"])]
    views.evaluate("other => setCaptions(other)", other)  # another network was chosen
    expect(views.get_by_role("tooltip")).to_have_text(other[3])
    step.press("Escape")
    expect(views.get_by_role("tooltip")).to_have_count(0)


def test_the_network_is_lit_by_the_drawing(wide: Page) -> None:
    start(wide, DIGITS)
    wide.evaluate("blank()")
    canvas = wide.locator(".live-inside canvas")
    dark = canvas.evaluate(LIT)
    show(wide, DIGITS, best=7, share=0.9, seed=1)
    lit = canvas.evaluate(LIT)
    show(wide, DIGITS, best=7, share=0.9, seed=2)
    assert len({dark, lit, canvas.evaluate(LIT)}) == 3
    titles = wide.locator(".live-layer").all_inner_texts()
    assert [each.replace("\n", " ") for each in titles] == [
        "Pixels 28x28",
        "1. Convolution 16 maps of 26x26",
        "2. Max pooling 16 maps of 13x13",
        "3. Dense layer 64 nodes",
        "4. Answers 11 choices",
    ]


def test_a_column_names_its_layer_and_its_activation(wide: Page) -> None:
    found = wide.evaluate("each => columns(each)", small_cnn(DIGITS))
    assert [(each["layer"], each["place"], each["activation"]) for each in found] == [
        (-1, 0, ""),
        (1, 2, "relu"),
        (3, 3, ""),
        (5, 6, "relu"),
        (7, 8, "softmax"),
    ]


def test_columns_stand_beside_each_other(wide: Page) -> None:
    networks = (small_cnn(LETTERS), deeper_cnn(), wide_dense())
    for network, width in product(networks, (358, 1336, 1800)):
        check_layout(wide, network, width, 200, "small")
        check_layout(wide, network, width, 400, "large")


def check_layout(wide: Page, network: dict[str, Any], width: int, room: int, size: str) -> None:
    found = wide.evaluate("each => placed(...each)", [network, width, room, size])
    columns = found["placed"]
    assert found["width"] == width or width == 358
    for column in columns:
        assert 0 < column["shown"] <= column["column"]["count"]
        assert column["top"] >= 0
        assert column["top"] + column["height"] <= room + 1
    for one, other in pairwise(columns):
        assert one["left"] + one["width"] + 20 <= other["left"]
    assert columns[-1]["left"] + columns[-1]["width"] <= found["width"]


def test_colours_follow_the_theme(wide: Page) -> None:
    start(wide, DIGITS)
    show(wide, DIGITS, best=7, share=0.9)
    canvas = wide.locator(".live-inside canvas")
    light = canvas.evaluate(LIT)
    wide.emulate_media(color_scheme="dark")
    wide.wait_for_timeout(200)
    assert canvas.evaluate(LIT) != light


def test_axe_finds_nothing_wrong(views: Page) -> None:
    start(views, DIGITS)
    views.evaluate(AXE_SCRIPT)
    wrong = []
    for theme in ("light", "dark"):
        views.emulate_media(color_scheme=theme)
        for best, share in ((7, 0.99), (10, 0.9), (3, 0.4)):
            show(views, DIGITS, best, share)
            views.wait_for_timeout(100)
            wrong += views.evaluate(LOOK)
    assert not wrong
