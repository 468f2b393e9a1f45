"""The drawing as the page follows it: before and after the server knows of a stroke."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from digitapp.drawing.strokes import INK, from_canvas_json
from digitapp.errors import BadStrokes
from tests.browser.ink_drawings import Object
from tests.browser.session import ROOT

UI = ROOT / "digitapp" / "ui" / "shared"
TOO_MANY = "more than 20,000 points"
# Play events on a drawing; return how many strokes it has after each, and whether it is settled.
PLAY = """async (events) => {
  const { LiveDrawing } = await import("/js/drawing.js");
  const drawing = new LiveDrawing();
  return events.map(([name, ...given]) => {
    drawing[name](...given);
    return [drawing.strokes().length, drawing.settled];
  });
}"""
# Show a drawing to the only view of a live reading without a runtime; return what it is told.
FRAMES = """async (drawings) => {
  const { Live } = await import("/js/live.js");
  const live = new Live("/", "/nowhere/");
  const frames = [];
  live.add({ told: () => undefined, update: (frame) => frames.push(frame) });
  const network = { name: "one", address: "", preparation: { box: 20, by_mass: true, pen: 2.5 } };
  const found = [];
  for (const [revision, objects] of drawings.entries()) {
    const pen = { width: 20, colour: "#000000" };
    live.answered({ objects, revision, pen, scale: 0.5, networks: [network], record: null });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const { results, strokes } = frames.at(-1);
    const { state, problem } = results.get("one");
    found.push([strokes.length, state, problem]);
  }
  return found;
}"""


def stroke(x: float, points: int = 2) -> Object:
    """Return a stroke down the canvas, as Fabric.js has it."""
    path = [["M", x, 0], *(["L", x, 500 * n / points] for n in range(1, points))]
    return {"type": "Path", "path": path, "stroke": INK, "strokeWidth": 40}


def stored(x: float) -> Object:
    """Return the same stroke as the server knows it: with Fabric's other values, and rounded."""
    return {**stroke(x + 0.0004), "originX": "center", "originY": "center"}


A, B, C, D = 100, 200, 300, 400
SCALE = 0.5


@pytest.mark.parametrize(
    ("events", "found"),
    [
        pytest.param(
            [["moved", stroke(A)], ["lifted", stroke(A)], ["answered", [stored(A)], 1, SCALE]],
            [[1, False], [1, False], [1, True]],
            id="one stroke",
        ),
        pytest.param(
            [
                ["answered", [], 1, SCALE],
                ["lifted", stroke(A)],
                ["lifted", stroke(B)],
                ["moved", stroke(C)],
                ["answered", [stored(A)], 1, SCALE],
                ["lifted", stroke(C)],
                ["answered", [stored(A), stored(B), stored(C)], 1, SCALE],
            ],
            [[0, True], [1, False], [2, False], [3, False], [3, False], [3, False], [3, True]],
            id="the server is behind",
        ),
        pytest.param(
            [
                ["answered", [stored(A)], 1, SCALE],
                ["lifted", stroke(B)],
                ["pressed"],
                ["answered", [stored(A)], 1, SCALE],
                ["answered", [], 2, SCALE],
            ],
            [[1, True], [2, False], [2, False], [2, False], [0, True]],
            id="cleared while a stroke is on its way",
        ),
        pytest.param(
            [
                ["answered", [stored(A)], 1, SCALE],
                ["pressed"],
                ["lifted", stroke(B)],
                ["answered", [], 2, SCALE],
                ["answered", [stored(B)], 3, SCALE],
            ],
            [[1, True], [1, True], [2, False], [1, False], [1, True]],
            id="drawn before it was cleared",
        ),
        pytest.param(
            [
                ["answered", [stored(A)], 1, SCALE],
                ["pressed"],
                ["moved", stroke(B)],
                ["answered", [], 2, SCALE],
                ["cut", stroke(B)],
                ["moved", stroke(C)],
                ["lifted", stroke(C)],
                ["answered", [stored(B), stored(C)], 3, SCALE],
            ],
            [[1, True]] * 2 + [[2, False]] + [[1, False]] * 2 + [[2, False]] * 2 + [[2, True]],
            id="cleared in the middle of a stroke",
        ),
        pytest.param(
            [
                ["pressed"],
                ["lifted", stroke(A)],
                ["answered", [], 2, SCALE],
                ["pressed"],
                ["answered", [], 3, SCALE],
            ],
            [[0, True], [1, False], [1, False], [1, False], [0, True]],
            id="cleared again",
        ),
    ],
)
def test_a_stroke_counts_once(modules: Page, events: list[Any], found: list[Any]) -> None:
    start: list[Any] = [["answered", [], 1, SCALE]]
    played = modules.evaluate(PLAY, [*start, *events])
    assert played[1:] == found


# Orders about a drawing, and what the server is told; `x` says where strokes begin.
ORDERS = """async ([a, b, c, d, scale]) => {
  const { LiveDrawing } = await import("/js/drawing.js");
  const { DrawingOrders } = await import("/js/drawing_orders.js");
  const drawing = new LiveDrawing();
  const orders = new DrawingOrders(drawing);
  const told = [];
  const x = (strokes) => strokes.map(({ path }) => Math.round(path[0][1]));
  const send = ({ session, waiting }) =>
    told.push([session, ...waiting.map(({ number, act, forgotten, drawn }) =>
      [number, act, x(forgotten), x(drawn)])]);
  const answered = (objects, revision, taken, session = "one") => {
    orders.answered({ session, taken }, send);
    drawing.answered(objects, revision, scale);
    orders.handOver();
  };
"""


def test_what_the_canvas_has_forgotten_is_handed_over_once_when_the_rest_is_known(
    modules: Page,
) -> None:
    told, places = modules.evaluate(
        ORDERS
        + """
  answered([], 1, 0);
  drawing.lifted(a);
  drawing.moved(b);
  answered([], 2, 0); // not while the pen is down
  drawing.cut(c);
  drawing.moved(b);
  drawing.lifted(b);
  orders.handOver(); // not before the canvas has reported what it has drawn
  told.push("known");
  answered([b], 2, 0);
  const places = drawing.strokes().map(({ points }) => Math.round(points[0] / scale));
  answered([b], 2, 0); // another answer, from before the server was told
  drawing.lifted(d);
  told.push("taken");
  answered([a, c, b], 3, 1); // it has told the canvas, which has forgotten the next stroke
  answered([a, c, b, d], 4, 2);
  return [told, places];
}""",
        [*map(stroke, (A, B, C, D)), SCALE],
    )
    assert places == [A, C, B]
    first, second = [1, "add", [A, C], []], [2, "add", [D], []]
    assert told == ["known", ["one", first], "taken", ["one", second]]


def test_a_press_says_which_strokes_were_seen_and_is_told_until_it_is_carried_out(
    modules: Page,
) -> None:
    told, pressed = modules.evaluate(
        ORDERS
        + """
  const pressed = [orders.press("undo")]; // before the server can be told: the button itself
  answered([a], 1, 0);
  drawing.lifted(b);
  pressed.push(orders.press("undo"), orders.press("width"));
  drawing.lifted(c); // after the press
  answered([a], 1, 0);
  pressed.push(orders.press("clear"));
  answered([], 3, 2);
  pressed.push(drawing.count);
  orders.rest();
  pressed.push(orders.press("redo"));
  answered([], 3, 2);
  orders.press("redo");
  answered([], 1, 0, "two"); // the server was started again
  return [told, pressed];
}""",
        [*map(stroke, (A, B, C, D)), SCALE],
    )
    undo, clear, redo = [1, "undo", [], [B]], [2, "clear", [], [B, C]], [3, "redo", [], []]
    again = ["two", [1, *redo[1:]]]
    assert told == [["one", undo], ["one", undo, clear], ["one", redo], again]
    assert pressed == [False, True, False, True, 0, False]


def test_a_drawing_without_the_server_has_all_that_was_asked_for_before(modules: Page) -> None:
    found = modules.evaluate(
        """async ([a, b, c, d]) => {
  const { same } = await import("/js/drawing.js");
  const { afterOrders } = await import("/js/own_drawing.js");
  const x = (strokes) => strokes.map(({ path }) => path[0][1]);
  const state = ({ objects, undone, changes }) => [x(objects), x(undone), changes];
  const orders = [
    { act: "undo", forgotten: [], drawn: [b, c] }, // the server knows the first of these already
    { act: "add", forgotten: [], drawn: [] },
    { act: "clear", forgotten: [d], drawn: [] },
    { act: "redo", forgotten: [], drawn: [] },
  ];
  const own = afterOrders([a, b], orders, same);
  const found = [state(own)];
  own.redo();
  found.push(state(own));
  own.add(c);
  own.undo();
  own.undo();
  found.push(state(own), JSON.parse(sessionStorage.getItem("digitapp.drawing")).map(x));
  own.clear();
  found.push(sessionStorage.getItem("digitapp.drawing"));
  return found;
}""",
        [*map(stroke, (A, B, C, D))],
    )
    assert found == [
        [[A], [D, B], 3],
        [[A, B], [D], 4],
        [[A], [C, B], 7],
        [[A], [C, B]],
        None,
    ]


def test_what_was_drawn_before_the_live_reading_was_loaded_is_known_to_it(modules: Page) -> None:
    """Cleared, and drawn on again, while it was on its way: the last stroke is handed over."""
    script = (UI / "early_pen.js").read_text("utf-8")
    modules.set_content(
        '<canvas class="upper-canvas" width="100" height="100" '
        'style="position: absolute; left: 20px; top: 20px"></canvas>'
        '<div class="st-key-clear" style="margin-top: 200px">'
        '<div class="stButton"><button>Clear</button></div></div>'
    )
    modules.evaluate(f"() => {{ {script} }}")
    told = "(answer) => digitappEarly.told({ answer })"
    answer = {"objects": [], "revision": 1, "scale": SCALE, "pen": {"width": 4, "colour": INK}}
    modules.evaluate(told, answer)
    for x in (40, 60):
        if x == 60:
            modules.get_by_role("button").click()
        modules.mouse.move(x, 30)
        modules.mouse.down()
        modules.mouse.move(x, 90)
        modules.mouse.up()
    modules.evaluate("document.querySelector('canvas').style.left = '50px'")  # after the strokes
    found = modules.evaluate(
        """async (told) => {
  const { Live } = await import("/js/live.js");
  const live = new Live("/", "/nowhere/");
  const pending = live.drawing.pending.map(({ path, strokeWidth }) => [path[0][1], strokeWidth]);
  const sent = [];
  live.answered({ ...told, networks: [], session: "one", taken: 0 }, (each) => sent.push(each));
  const [{ act, forgotten }] = sent[0].waiting;
  return [pending, act, forgotten.map(({ path }) => path[0][1]), digitappEarly.take()];
}""",
        {**answer, "revision": 2},
    )
    assert found == [
        [[pytest.approx(20, abs=0.1), 4], [pytest.approx(40, abs=0.1), 4]],
        "add",
        [pytest.approx(40, abs=0.1)],
        [],
    ]


def test_a_drawing_with_too_many_points_says_so_and_can_be_cleared(modules: Page) -> None:
    many = [stroke(A, 7000), stroke(B, 7000), stroke(C, 7000)]
    with pytest.raises(BadStrokes, match=TOO_MANY):
        from_canvas_json({"objects": many}, SCALE)
    (_, loading, _), (strokes, state, problem), (_, cleared, _) = modules.evaluate(
        FRAMES, [many[:2], many, []]
    )
    assert (loading, strokes, state, cleared) == ("loading", 0, "unavailable", "loading")
    assert TOO_MANY in problem


def test_a_network_that_fails_leaves_the_reading_to_the_server(modules: Page) -> None:
    found = modules.evaluate(
        """async (objects) => {
  const { Live } = await import("/js/live.js");
  const live = new Live("/", "/nowhere/");
  let failing = true;
  const run = () => {
    if (failing) throw new Error("out of memory");
    return { outputs: Float32Array.of(0.1, 0.9), activations: [] };
  };
  live.networks.want = () => undefined;
  live.networks.get = () => ({ description: { class_names: ["0", "1"] }, run });
  const preparation = { box: 20, by_mass: true, pen: 2.5 };
  const networks = [{ name: "one", address: "one.json", preparation }];
  const frames = [];
  let latest = null;
  live.add({ told: () => undefined, update: (frame) => (latest = frame.results.get("one")) });
  for (failing of [true, false]) {
    live.answered({ objects, revision: 1, pen: {}, scale: 0.5, networks, record: null });
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    frames.push(latest);
  }
  return frames.map(({ state, problem, prediction }) => [state, problem, prediction?.sign]);
}""",
        [stroke(A)],
    )
    assert found == [["unavailable", "Error: out of memory", None], ["ready", "", "1"]]


def test_a_stroke_is_lost_with_its_canvas_and_cut_with_its_brush(modules: Page) -> None:
    """As when another page is shown while the pen is down: no canvas ever reports the stroke."""
    modules.evaluate(
        """async () => {
  const { followPen } = await import("/js/pen.js");
  document.body.innerHTML = '<canvas class="upper-canvas" width="100" height="100"></canvas>';
  window.heard = [];
  window.brush = 1;
  const note = (name) => () => heard.push(name);
  const pen = () => ({ width: 4, colour: "#000000", brush });
  const names = ["moved", "lifted", "cut", "lost"];
  followPen({ pen, ...Object.fromEntries(names.map((name) => [name, note(name)])) });
}"""
    )
    for meanwhile, end in (
        ("0", "lifted"),
        ("brush += 1", "cut lost"),  # it was told another drawing, and has forgotten this stroke
        ("document.querySelector('canvas').remove()", "lost"),
    ):
        modules.evaluate("heard.length = 0")
        modules.mouse.move(30, 30)
        modules.mouse.down()
        modules.mouse.move(60, 60)
        modules.evaluate(meanwhile)
        modules.mouse.up()
        assert modules.evaluate("heard") == ["moved", "moved", *end.split()]
