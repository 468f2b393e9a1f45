"""The modules with which examples are drawn, without a server."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from playwright.sync_api import Page

from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import from_points

LINES = [[20.0, 30.0, 150.5, 60.0, 240.0, 250.0], [60.0, 200.0, 61.0, 200.0], [140.0, 20.0]]
# A desk with paper on which lines appear without a pen.
DESK = """async () => {
  const { Desk } = await import("/js/examples/desk.js");
  const { Outbox } = await import("/js/examples/outbox.js");
  const outbox = new Outbox();
  const desk = new Desk("signs", outbox);
  desk.told([{ id: 0, name: "star" }, { id: 4, name: "spiral" }]);
  const sheet = { lines: desk.lines, down: false };
  sheet.take = (count) => sheet.lines.splice(0, count);
  sheet.putBack = (lines) => sheet.lines.unshift(...lines);
  sheet.undo = () => sheet.lines.pop();
  desk.sheet = sheet;
  const draw = (points, began = performance.now(), ended = began) => {
    sheet.lines.push({ points, began, ended });
    desk.pen(false);
  };
  const orders = () => outbox.waiting.map(({ act, into, strokes, examples }) =>
    [act, into ?? examples.length, strokes?.length ?? 0]);
  Object.assign(window, { desk, outbox, sheet, draw, orders });
}"""


def evaluated(page: Page, script: str, given: Any = None) -> Any:
    """Return what a script finds that has a desk before it."""
    page.evaluate(DESK)
    return page.evaluate(script, given)


def test_an_example_looks_as_on_the_server(modules: Page) -> None:
    found = evaluated(
        modules,
        """async (lines) => {
          const image = desk.image(lines.map((points) => ({ points, began: 0, ended: 0 })));
          return btoa(String.fromCharCode(...image));
        }""",
        LINES,
    )
    drawing = from_points([[*zip(line[::2], line[1::2], strict=True)] for line in LINES], 14)
    image = np.frombuffer(base64.b64decode(found), np.uint8).reshape(28, 28)
    np.testing.assert_array_equal(image, np.rint(stroke_image(drawing) * 255).astype(np.uint8))


def test_what_is_kept_leaves_the_paper_at_once_and_is_told_in_order(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          draw([10, 10, 200, 200]);
          draw([10, 200, 200, 10]);
          desk.keep();
          const left = sheet.lines.length;
          desk.keep(); // nothing is there to keep
          desk.choose(4);
          draw([10, 10, 200, 20]);
          desk.keep();
          return [left, desk.count(0), desk.count(4), orders()];
        }""",
    )
    assert found == [0, 1, 1, [["keep", 0, 2], ["keep", 4, 1]]]


def test_what_is_on_the_paper_goes_along_to_the_class_that_is_chosen(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          const chosen = [];
          desk.chose = (id) => chosen.push(id);
          draw([10, 10, 200, 200]);
          desk.choose(4);
          desk.choose(4);
          desk.keep();
          return [desk.count(0), desk.count(4), desk.chosen, chosen];
        }""",
    )
    assert found == [0, 1, 4, [4]]


def test_going_on_keeps_what_is_drawn_in_the_class_before(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          draw([10, 10, 200, 200]);
          desk.goOn();
          sheet.lines.push({ points: [10, 10, 90, 90], began: 0, ended: 0 });
          sheet.down = true;
          desk.pen(true);
          desk.goOn(); // while the pen is still down
          sheet.down = false;
          desk.pen(false);
          return [desk.count(0), desk.count(4), desk.chosen, sheet.lines.length];
        }""",
    )
    assert found == [1, 1, 0, 0]


def test_undo_passes_over_what_others_have_deleted(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          draw([1, 1, 99, 99]); desk.keep();
          desk.choose(4);
          draw([1, 1, 99, 9]); desk.keep();
          desk.album.remove([desk.kept[1].example]); // by another tab
          desk.told([{ id: 4, name: "spiral" }, { id: 5, name: "heart" }]); // so is the class star
          desk.undo();
          const gone = [desk.kept.length, desk.own?.name];
          draw([1, 1, 99, 99]);
          desk.keep();
          return [...gone, desk.count(4)];
        }""",
    )
    assert found == [0, "spiral", 1]


def test_a_tab_remembers_the_paper_the_class_and_what_can_be_taken_back(modules: Page) -> None:
    found = evaluated(
        modules,
        """async () => {
          const { Desk } = await import("/js/examples/desk.js");
          desk.load([], new Uint8Array()); // there were none
          desk.choose(4);
          draw([1, 1, 99, 99]); desk.keep();
          desk.album.named({ [desk.kept[0].example.key]: 7 });
          draw([5, 6, 70, 80]);
          desk.remember();
          const anew = new Desk("signs", outbox); // the page is loaded anew
          anew.told(desk.classes);
          anew.remember(); // before the examples have come
          anew.load([[3, 0], [7, 4]], new Uint8Array(2 * 784));
          const { chosen, lines, kept } = anew;
          return [chosen, lines.map(({ points }) => points), kept.map(({ example }) => example.id)];
        }""",
    )
    assert found == [4, [[5, 6, 70, 80]], [7]]


def test_undo_takes_a_stroke_and_then_the_last_example(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          const seen = [];
          draw([10, 10, 200, 200]);
          desk.keep();
          draw([10, 10, 100, 200]);
          for (let each = 0; each < 3; each++) {
            desk.undo();
            seen.push([sheet.lines.length, desk.count(0)]);
          }
          return [seen, orders()];
        }""",
    )
    assert found == [[[0, 1], [0, 0], [0, 0]], [["keep", 0, 1], ["remove", 1, 0]]]


def test_a_press_while_the_pen_draws_keeps_the_sign_when_it_is_lifted(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          sheet.lines.push({ points: [10, 10, 90, 90], began: performance.now() - 400, ended: 0 });
          sheet.down = true;
          desk.pen(true);
          desk.keep();
          const before = desk.count(0);
          sheet.down = false;
          desk.pen(false);
          return [before, desk.count(0), sheet.lines.length];
        }""",
    )
    assert found == [0, 1, 0]


def test_a_stroke_that_has_just_begun_is_the_next_signs(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          draw([10, 10, 90, 90], performance.now() - 900, performance.now() - 500);
          sheet.lines.push({ points: [5, 5], began: performance.now(), ended: 0 });
          sheet.down = true;
          desk.keep();
          return [desk.count(0), sheet.lines.map(({ points }) => points)];
        }""",
    )
    assert found == [1, [[5, 5]]]


def test_an_example_that_was_kept_too_early_is_put_together_again(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          const early = desk.pause.length;
          draw([10, 10, 90, 90], 100, 300);
          desk.keep();
          draw([90, 10, 10, 90], 1000, 1200);
          desk.join();
          const joined = sheet.lines.map(({ points }) => points[0]);
          desk.keep();
          return [early, joined, desk.count(0), desk.pause.length, orders()];
        }""",
    )
    told = [["keep", 0, 1], ["remove", 1, 0], ["keep", 0, 2]]
    assert found == [1000, [10, 90], 1, 2100, told]


def test_it_keeps_by_itself_after_a_rest_and_not_while_the_pen_is_down(modules: Page) -> None:
    found = evaluated(
        modules,
        """async () => {
          desk.itself = true;
          Object.defineProperty(desk.pause, "length", { get: () => 60 });
          const rest = () => new Promise((done) => setTimeout(done, 150));
          draw([10, 10, 90, 90]);
          sheet.down = true;
          desk.pen(true);
          await rest();
          const before = desk.count(0);
          sheet.down = false;
          desk.pen(false);
          await rest();
          return [before, desk.count(0)];
        }""",
    )
    assert found == [0, 1]


def test_it_leads_to_the_next_class_that_needs_examples(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          desk.aim = 2;
          const next = () => desk.next?.name ?? null;
          const seen = [next()];
          for (const id of [4, 0]) {
            desk.choose(id);
            for (let each = 0; each < 2; each++) { draw([1, 1, 99, 99]); desk.keep(); }
            seen.push(next());
          }
          return seen;
        }""",
    )
    assert found == ["spiral", "star", None]


def test_orders_are_told_until_they_are_done_each_once(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          const sent = [];
          const tellings = [];
          outbox.send = ({ waiting, telling }) => {
            sent.push(waiting.map(({ number }) => number));
            tellings.push(telling);
          };
          const add = () => outbox.add({ dataset: "signs", act: "remove", examples: [] });
          add();
          outbox.answered({ session: "one", taken: 0, wrong: {} }); // only now it knows the session
          add();
          const { done } = outbox.answered({ session: "one", taken: 1, wrong: {} });
          add();
          outbox.answered({ session: "two", taken: 0, wrong: {} }); // the server has started again
          const { refused } = outbox.answered({ session: "two", taken: 2, wrong: { 2: "Why." } });
          return [sent, done.length, refused.map(([{ number }, why]) => [number, why]),
            outbox.waiting.length, new Set(tellings).size];
        }""",
    )
    assert found == [[[1], [1, 2], [2, 3], [1, 2]], 1, [[2, "Why."]], 0, 4]


def test_examples_that_the_server_sends_leave_those_on_their_way(modules: Page) -> None:
    found = evaluated(
        modules,
        """() => {
          const image = (ink) => new Uint8Array(784).fill(ink);
          draw([1, 1, 99, 99]); desk.keep();
          draw([1, 1, 99, 9]); desk.keep();
          const [first, second] = desk.album.all;
          desk.album.named({ [first.key]: 7 });
          desk.album.load([[3, 4], [7, 4]], Uint8Array.of(...image(1), ...image(2)));
          return [desk.album.all.map(({ id, into, image }) => [id, into, image[0]]),
            desk.album.all.includes(first), desk.album.all.includes(second)];
        }""",
    )
    assert found == [[[3, 4, 1], [7, 4, 0], [None, 0, 0]], True, True]
