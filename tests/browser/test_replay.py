"""What picture and movement say each, and the replay of the pen's way."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from digitapp.reading.parts_words import disagreement
from digitapp.reading.prediction import Prediction
from tests.browser.session import ANSWER, PREDICTION, WAIT, draw, press
from tests.digits import DIGITS, line
from tests.reading.test_parts_words import NONE, combined

LOOK = "axe.run('.live', {resultTypes: ['violations']}).then(found => found.violations)"
UP_AND_DOWN = line((60, 130), (170, 60), (150, 220))
SEVEN = [line((80, 65), (195, 65), (125, 225)), line((110, 145), (185, 142))]
# Strokes as the modules have them.
STROKES = """(all) => all.map(
  ([points, eraser = false]) => ({ points: Float64Array.from(points.flat()), width: 20, eraser })
)"""
# Mount the replay of strokes, as `replay`; what is read of some is how many there are.
MOUNT = f"""async (all) => {{
  const {{ replayView }} = await import("/js/views/replay.js");
  const style = document.createElement("style");
  for (const name of ["/live.css", "/inside.css"]) {{
    style.textContent += await (await fetch(name)).text();
  }}
  document.head.append(style);
  document.documentElement.lang = "en";
  document.body.innerHTML = '<main><h1>Replay</h1><div class="live"></div></main>';
  const said = (name, sure) => ({{ name, sign: name, sure, other: 0, refused: false }});
  const read = (strokes, finished) => {{
    const parts = {{ picture: said("7", 0.6), movement: said("1", 0.9), weight: 0.5 }};
    const points = [100, 150].map((x) => ({{ x, y: 90, right: 1, down: 0, up: x > 100 }}));
    return {{ together: said(finished === all.length ? "1" : "7", 0.8), parts, points }};
  }};
  window.closings = 0;
  window.strokes = ({STROKES})(all);
  window.replay = replayView(document.querySelector(".live"), () => (closings += 1));
  window.read = read;
  replay.update(strokes, read);
}}"""
SLIDER, PLAY = ".live-replay-range", ".live-replay-button >> nth=0"
INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, each) => sum + each, 0);
}"""
PLACES = """() => [...document.querySelectorAll(
  ".live-answer, .live-bars, .live-seen, .live-timeline, .live-inside, .st-key-pin, .st-key-tools")]
  .map((each) => [each.className, each.getBoundingClientRect()])
  .map(([name, { x, y, width, height }]) => [name, x, y, width, height].join(" "))"""


def in_javascript(said: Prediction) -> dict[str, Any]:
    names = ("name", "sign", "sure", "other", "refused")
    return {name: getattr(said, name) for name in names}


def test_sentences_are_those_of_the_server(modules: Page) -> None:
    signs = ["1", "8", NONE]
    all_three = [combined(a, b, c) for a in signs for b in signs for c in [*signs, "7"]]
    given = [
        [in_javascript(each.parts.picture), in_javascript(each.parts.movement), each.sign]
        for each in all_three
        if each.parts
    ]
    found = modules.evaluate(
        """async (all) => {
  const { disagreement } = await import("/js/parts_words.js");
  return all.map(([picture, movement, sign]) => disagreement({ picture, movement }, sign));
}""",
        given,
    )
    assert found == [disagreement(each) for each in all_three]


def test_the_way_goes_through_the_air_from_stroke_to_stroke(modules: Page) -> None:
    strokes = [[[[0, 0], [0, 100]]], [[[30, 140], [90, 140]]], [[[200, 200]]]]
    found = modules.evaluate(
        f"""async (all) => {{
  const {{ wayOf, upTo, strokesOf, penAfter, endOf }} = await import("/js/replay/way.js");
  const way = wayOf(({STROKES})(all));
  const at = (place) => {{
    const made = upTo(way, place);
    return [strokesOf(made).map(({{ points }}) => [...points]), penAfter(made)];
  }};
  const pieces = way.pieces.map(({{ stroke, up, from, to }}) => [stroke, up, from, to]);
  const ends = [0, 1, 2, 3].map((stroke) => endOf(way, stroke));
  return {{ pieces, ends, down: at(25), air: at(125), dot: at(way.length) }};
}}""",
        strokes,
    )
    assert [piece[:2] for piece in found["pieces"]] == [
        [1, False], [2, True], [2, False], [3, True], [3, False]
    ]  # fmt: skip
    assert [round(piece[3]) for piece in found["pieces"][:3]] == [100, 150, 210]
    assert [round(end) for end in found["ends"][:3]] == [0, 100, 210]
    assert found["ends"][3] == found["pieces"][-1][3]
    assert found["down"] == [
        [[0, 0, 0, 25]], {"x": 0, "y": 25, "right": 0, "down": 1, "up": False}
    ]  # fmt: skip
    drawn, pen = found["air"]
    assert drawn == [[0, 0, 0, 100]]
    assert (pen["x"], pen["y"], pen["up"]) == (pytest.approx(15), pytest.approx(120), True)
    drawn, pen = found["dot"]
    assert drawn[-1] == [200, 200]
    assert (pen["right"], pen["down"], pen["up"]) == (0, 0, False)


def test_what_was_erased_is_not_on_the_way(modules: Page) -> None:
    strokes = [[[[0, 0], [0, 100]]], [[[50, 0], [50, 100]]], [[[0, 0], [0, 100]], True]]
    found = modules.evaluate(
        f"""async (all) => {{
  const {{ wayOf, endOf }} = await import("/js/replay/way.js");
  const [way, none] = [all, []].map((each) => wayOf(({STROKES})(each)));
  return [way.pieces.map(({{ stroke }}) => stroke), way.strokes, endOf(way, 1), none.length];
}}""",
        strokes,
    )
    assert found == [[2], 3, 0, 0]


@pytest.mark.parametrize(
    ("strokes", "words"),
    [
        ([UP_AND_DOWN], "went up to the right, then down"),
        ([line((60, 70), (170, 60), (150, 220))], "went to the right, then down"),
        (
            SEVEN,
            "went to the right, then down to the left; then it was lifted, and went to the right",
        ),
        ([line((140, 200), (140, 60))], "went up"),
        (DIGITS[8], ""),  # too long a story
        (DIGITS[5], "came back for a second stroke, to the right"),
        ([[[140, 140]]], ""),
        ([*SEVEN, line((20, 20), (20, 90))], ""),
    ],
)
def test_a_simple_way_is_told_in_words(modules: Page, strokes: Sequence[Any], words: str) -> None:
    found = modules.evaluate(
        """async (all) => {
  const { wayInWords } = await import("/js/replay/way_words.js");
  return wayInWords(all.map((each) => Float64Array.from(each.flat())));
}""",
        strokes,
    )
    assert found == words


@pytest.mark.parametrize(
    ("together", "picture", "movement", "way", "sentence"),
    [
        (
            ("1", 0.9), ("7", 0.6), ("1", 0.95), "went up, then down",
            "It looks like a 7. But your pen went up, then down: that is how people write a 1.",
        ),
        (
            ("1", 0.6), ("7", 0.6), ("1", 0.7), "",
            "It looks like a 7. But look how your pen moved: most like a 1.",
        ),
        (
            ("7", 0.6), ("7", 0.9), ("1", 0.7), "went up",
            "It was drawn like a 1. But the picture decided: it looks like a 7.",
        ),
        (
            ("7", 0.99), ("7", 0.9), ("7", 0.7), "",
            "Picture and movement both say a 7. Together they are surer than either alone.",
        ),
        (("8", 0.7), ("8", 0.9), ("8", 0.7), "", "Picture and movement both say an 8."),
        (("4", 0.999), ("4", 0.992), ("4", 0.99), "", "Picture and movement both say a 4."),
        (("4", 0.994), ("4", 0.986), ("4", 0.985), "", "Picture and movement both say a 4."),
    ],
)  # fmt: skip
def test_why_the_movement_helped_is_one_sentence(
    modules: Page,
    together: tuple[str, float],
    picture: tuple[str, float],
    movement: tuple[str, float],
    way: str,
    sentence: str,
) -> None:
    told = [
        {"name": sign, "sign": sign, "sure": sure, "other": 0, "refused": False}
        for sign, sure in (picture, movement, together)
    ]
    found = modules.evaluate(
        """async ([picture, movement, together, way]) => {
  const { whyInWords } = await import("/js/replay/why_words.js");
  return whyInWords({ picture, movement, weight: 0.5 }, together, way);
}""",
        [*told, way],
    )
    assert found == sentence


def mounted(page: Page, strokes: Sequence[Sequence[Sequence[float]]]) -> Page:
    page.evaluate(MOUNT, [[each] for each in strokes])
    return page


def share(page: Page) -> float:
    return float(page.locator(SLIDER).input_value()) / 64


def test_the_replay_plays_to_the_end_and_pauses(modules: Page) -> None:
    page = mounted(modules, SEVEN)
    expect(page.locator(".live-replay-why")).to_contain_text("that is how people write a 1")
    page.evaluate("replay.show(0)")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    page.wait_for_function("() => document.querySelector('.live-replay-range').value > 8")
    page.get_by_role("button", name="Pause").click()
    stopped = share(page)
    assert 0 < stopped < 1
    expect(page.locator(".live-replay-cell >> nth=2")).to_contain_text("7")
    expect(page.locator(".live-replay-why")).to_have_text("This is what each of them says so far.")
    page.wait_for_timeout(150)
    assert share(page) == stopped
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.live-replay-range').value === '64'")
    expect(page.locator(".live-replay-cell >> nth=2")).to_contain_text("1")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_keys_and_buttons_move_along_the_way(modules: Page) -> None:
    page = mounted(modules, SEVEN)
    slider = page.locator(SLIDER)
    slider.press("ArrowLeft")
    assert share(page) == 63 / 64
    expect(slider).to_have_attribute("aria-valuetext", "stroke 2 of 2, 98 % of the way")
    page.get_by_role("button", name="To the end of the stroke before").click()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("stroke 1 of 2, 6. %"))
    page.get_by_role("button", name="To the end of the stroke before").click()
    assert share(page) == 0
    for _ in range(2):
        page.get_by_role("button", name="To the end of the next stroke").click()
    assert share(page) == 1
    slider.press("Escape")
    assert page.evaluate("closings") == 1


def test_the_points_that_the_network_gets_are_shown_on_request(modules: Page) -> None:
    page = mounted(modules, SEVEN)
    canvas = page.locator(".live-replay-canvas")
    before = canvas.evaluate(INK)
    dots = page.get_by_role("button", name="64 points")
    dots.click()
    expect(dots).to_have_attribute("aria-pressed", "true")
    assert canvas.evaluate(INK) != before
    dots.click()
    assert canvas.evaluate(INK) == before


def test_with_reduced_motion_nothing_moves_by_itself(modules: Page) -> None:
    modules.emulate_media(reduced_motion="reduce")
    page = mounted(modules, [UP_AND_DOWN])
    page.evaluate("replay.show(0)")
    page.wait_for_timeout(300)
    assert share(page) == 1
    page.evaluate("replay.show(1)")
    assert share(page) == 1
    page.locator(PLAY).click()
    page.wait_for_function("() => document.querySelector('.live-replay-range').value === '16'")


def test_a_drawing_that_changes_is_shown_whole_and_an_empty_one_invites(modules: Page) -> None:
    page = mounted(modules, SEVEN)
    page.locator(SLIDER).press("ArrowLeft")
    page.evaluate("replay.update(strokes.map((each) => ({ ...each })), read)")  # the same once more
    assert share(page) < 1
    page.evaluate("replay.update(strokes.slice(0, 1), read)")
    assert share(page) == 1
    page.evaluate("replay.update([], () => null)")
    expect(page.locator(".live-replay-why")).to_have_text(re.compile("Draw a digit"))
    expect(page.locator(PLAY)).to_be_disabled()


def test_the_replay_is_accessible(modules: Page) -> None:
    page = mounted(modules, SEVEN)
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(LOOK) == []


@pytest.mark.parametrize("state", ["both", "alone", "examples"])
def test_below_the_answer_stands_what_each_says_or_what_there_is_to_try(
    modules: Page, state: str
) -> None:
    modules.evaluate(
        """async (state) => {
  const { partsView } = await import("/js/views/parts.js");
  document.body.innerHTML = '<main class="live"></main>';
  window.heard = [];
  const view = partsView(document.querySelector("main"), {
    onReplay: () => heard.push("replay"),
    onExample: (name) => heard.push(name),
  });
  view.setExamples([{ name: "7", spoken: "Draw a 7 with a bar" }]);
  const said = (sign, sure) => ({ name: sign, sign, sure, other: 0, refused: false });
  const parts = { picture: said("7", 0.62), movement: said("1", 0.98), weight: 0.8 };
  const shown = state === "both" ? parts : null;
  view.update({ reads: state !== "alone", blank: state === "examples", parts: shown, sign: "1" });
}""",
        state,
    )
    view = modules.locator(".live-parts")
    shown = {
        "both": ["From the picture: 7, 62 %", "From the movement: 1, 98 %", "counts 80 %"],
        "alone": ["This network reads the picture alone"],
        "examples": ["Or try a tricky"],
    }
    for text in shown[state]:
        expect(view).to_contain_text(text)
    pressed = {"both": "Replay", "examples": "Draw a 7 with a bar"}.get(state)
    buttons = modules.get_by_role("button")
    expect(buttons).to_have_count(1 if pressed else 0)
    if pressed:
        buttons.click()
        assert modules.evaluate("heard") == ["replay" if state == "both" else "7"]


def test_a_tricky_example_is_drawn_and_replayed_and_nothing_moves(page: Page) -> None:
    expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)
    page.get_by_role("button", name="Draw a 7 with a bar").click()
    expect(page.locator(ANSWER)).to_have_attribute("data-digit", "7", timeout=WAIT)
    expect(page.locator(PREDICTION)).to_contain_text("after 2 strokes", timeout=WAIT)
    parts = page.locator(".live-part")
    expect(parts).to_have_count(2)
    assert parts.evaluate_all("all => all.map(each => each.dataset.digit)") == ["2", "7"]
    expect(page.locator(".live-sentence")).to_contain_text("It looks like a 2, but was drawn like")
    before = page.evaluate(PLACES)
    wide = (page.viewport_size or {})["width"] > 400
    replay = page.get_by_role("button", name="Replay")
    replay.click()
    expect(page.locator(".live-replay-canvas")).to_be_in_viewport()
    assert not wide or page.evaluate(PLACES) == before
    last = page.locator(".live-replay-cell")
    page.wait_for_function("() => document.querySelector('.live-replay-range').value === '64'")
    for cell, digit in enumerate(("2", "7", "7")):  # they may be a frame behind the slider
        expect(last.nth(cell)).to_have_attribute("data-digit", digit)
    page.get_by_role("button", name="Back to the picture").click()
    expect(page.locator(".live-replay-canvas")).to_be_hidden()
    expect(replay).to_be_focused()
    page.locator(".live-badge-replay").first.click()
    expect(page.locator(SLIDER)).to_have_attribute("aria-valuetext", re.compile("stroke 1 of 2"))
    press(page, "Clear")
    expect(page.get_by_role("button", name="Draw a 7 with a bar")).to_be_visible(timeout=WAIT)


def test_two_that_agree_are_quiet(page: Page) -> None:
    draw(page, DIGITS[3])
    expect(page.locator(ANSWER)).to_have_attribute("data-digit", "3", timeout=WAIT)
    expect(page.locator(".live-parts[data-state=both]:not([data-disagree])")).to_be_visible()
    expect(page.locator(".live-sentence")).not_to_contain_text("was drawn like")


@pytest.mark.parametrize("page", ["phone"], indirect=True)
@pytest.mark.parametrize(
    "strokes",
    [
        DIGITS[5][:1],
        [[(x * 0.45 + move, y) for x, y in stroke] for move in (0, 130) for stroke in DIGITS[0]],
    ],
    ids=["one says no digit", "both say no digit"],
)
def test_the_row_of_what_each_says_fits_a_phone(page: Page, strokes: Sequence[Any]) -> None:
    draw(page, strokes)
    expect(page.locator(ANSWER)).to_have_attribute("data-digit", NONE, timeout=WAIT)
    expect(page.locator(".live-part", has_text="no digit").last).to_be_visible()
    row = page.locator(".live-parts-both")
    assert row.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_the_card_of_one_drawing_says_in_small_what_each_of_the_two_says(modules: Page) -> None:
    modules.evaluate(
        """async () => {
  const { readingsView } = await import("/js/views/readings.js");
  document.body.innerHTML = '<main class="live"></main>';
  const view = readingsView(document.querySelector("main"), "Draw");
  const card = { run: 1, title: "Run 1", colour: "#123", choices: ["1", "7"], record: null };
  view.setCards([{ ...card, name: "both" }, { ...card, name: "alone" }]);
  const shares = { shares: [0.9, 0.1], choice: 0 };
  const said = (sign) => ({ sign, sure: 0.9, other: 0, refused: false, ...shares });
  const parts = { picture: said("7"), movement: said("1"), weight: 0.5 };
  const ready = { state: "ready", prediction: said("1") };
  view.update(new Map([["both", { ...ready, parts }], ["alone", { ...ready, parts: null }]]));
}"""
    )
    notes = modules.locator(".live-reading-note")
    expect(notes.first).to_have_text("picture 7, movement 1")
    expect(notes.last).to_have_text("")
    expect(modules.locator(".live-reading").first).to_have_attribute("data-disagree", "true")
