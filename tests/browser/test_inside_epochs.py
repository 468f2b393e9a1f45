"""A drawing over the epochs of a run: by slider, by keys and by itself, as NumPy and Keras read."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from digitapp.explaining.nodes import first_layer
from digitapp.live import epoch_networks
from digitapp.live.packing import Packed
from digitapp.runs import Lease, Outcome, RunStore
from digitapp.runs.records import DONE
from digitapp.training import checkpoints, snapshots
from digitapp.training.architectures import build
from digitapp.training.spec import TrainingSpec
from tests.browser.conftest import opened
from tests.browser.live_page import LOAD, RUN, RUNTIME, open_modules, received, sent
from tests.browser.session import ANSWER, CANVAS, WAIT, Chromium, draw, served, wait_until_up
from tests.digits import DIGITS
from tests.tiny_runs import EPOCH, TINY
from tests.untrained import random_values

EPOCHS = 30
KEPT, OLD, CNN = 1, 2, 3  # runs
SPECS = {
    KEPT: replace(TINY, epochs=EPOCHS, dropout=0.2),
    OLD: replace(TINY, epochs=2),
    CNN: replace(TINY, architecture="deep-cnn", epochs=1),
}
# An output's probability changes by so much when each weight is rounded to float16.
ROUNDED = 2e-3
SAME = 1e-5
SLIDER, SAID, LABEL = ".live-epoch-range:visible", ".live-epochs-said:visible", ".live-epoch-label"
LETTERS = "all => all.map((each) => each.textContent)"

Values = list[NDArray[Any]]


def values_after(run: int, epoch: int) -> Values:
    """Weights on the way from one random network to another, which favours a digit in turn."""
    start, end = random_values(SPECS[run], 10), random_values(SPECS[run], 10)
    share = epoch / SPECS[run].epochs
    mixed = [one + share * (np.roll(other, 1) - one) for one, other in zip(start, end, strict=True)]
    mixed[-1][epoch % 10] += 2
    return [each.astype(one.dtype) for each, one in zip(mixed, start, strict=True)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RunStore:
    """A run that kept all weights, one of an older version, and a convolutional one."""
    made = RunStore(f"sqlite:///{tmp_path_factory.mktemp('epochs') / 'runs.db'}")
    for run, spec in SPECS.items():
        assert made.create(spec) == run
        _trained(made, run, spec, all_weights=run != OLD)
    return made


def _trained(store: RunStore, run: int, spec: TrainingSpec, all_weights: bool) -> None:
    lease = Lease(store, run)
    lease.take()
    assert lease.turn(64)
    lease.begin(0, 180, 9)
    for epoch in range(spec.epochs + 1):
        values = values_after(run, epoch)
        layer = checkpoints.pack({"weights": first_layer(values)})
        kept = snapshots.pack(values) if all_weights else None
        if epoch == 0:
            lease.built(7, 0, layer, kept)
        else:
            lease.keep(replace(EPOCH, number=epoch, val_accuracy=epoch / 100), b"", layer, kept)
    model = checkpoints.pack_model(values_after(run, spec.epochs))
    lease.finish(Outcome(DONE, model=model, test_loss=0.5, test_accuracy=0.75))


@pytest.fixture(scope="module")
def server(store: RunStore) -> Iterator[str]:
    with served("app.py", Path(store.database.url.removeprefix("sqlite:///"))) as found:
        wait_until_up(found.address)
        yield found.address


@pytest.fixture(scope="module")
def opened_once(browser: Chromium, server: str) -> Iterator[tuple[Page, list[str]]]:
    """A drawing that all epochs' networks have read, and what was fetched for it."""
    fetched: list[str] = []
    with opened(browser, "wide") as page:
        page.on("request", lambda request: fetched.append(request.url))
        look(page, server, f"run-{KEPT}")
        all_read(page)
        yield page, fetched


@pytest.fixture
def kept(opened_once: tuple[Page, list[str]]) -> Page:
    """That page, with the finished network."""
    page, _ = opened_once
    page.locator(SLIDER).focus()
    page.keyboard.press("End")
    expect(chosen(page)).to_have_text("Finished")
    return page


@pytest.fixture
def wide(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as page:
        yield page


def look(page: Page, server: str, network: str, drawn: bool = True) -> None:
    """Open a network's panel of epochs, with a drawing."""
    page.goto(f"{server}/inside?network={network}")
    page.locator(CANVAS).first.wait_for(timeout=WAIT)
    if drawn:
        draw(page, DIGITS[4])
        expect(page.locator(ANSWER)).to_have_attribute("data-state", "ready", timeout=WAIT)
    page.get_by_role("tab", name="Over the epochs").click(timeout=WAIT)


def letters(page: Page) -> list[str]:
    return page.locator(".live-epoch-letter").evaluate_all(LETTERS)


def all_read(page: Page) -> list[str]:
    """Wait until each epoch's network has read the drawing; return what they read."""
    read = f".live-epoch-dot[data-known] >> nth={EPOCHS + 1}"
    page.locator(read).wait_for(timeout=WAIT)
    return letters(page)


def chosen(page: Page) -> Locator:
    return page.locator(f"{LABEL}:visible")


@pytest.mark.parametrize("run", [KEPT, CNN])
def test_the_network_of_an_epoch_gives_what_keras_gives_with_its_weights(
    store: RunStore, wide: Page, run: int
) -> None:
    epoch, spec = 1, SPECS[run]
    address = epoch_networks.addresses(store.get(run), store)[epoch]
    zipped = epoch_networks.gzipped(f"run-{run}", str(epoch), Path(address).stem, store)
    open_modules(wide, {"a": Packed(*map(gzip.decompress, (zipped.description, zipped.weights)))})
    wide.evaluate(LOAD, [RUNTIME, "a"])
    rng = np.random.default_rng(0)
    images = np.asarray(rng.random((20, 28, 28)) * (rng.random((20, 28, 28)) > 0.7), np.float32)
    found = received(wide.evaluate(RUN, sent(images))).reshape(20, 10)

    model, exact = build(spec), values_after(run, epoch)
    rounded = [
        each.astype(np.float16).astype(np.float32) if each.dtype.kind == "f" else each
        for each in exact
    ]
    for values, tolerance in ((rounded, SAME), (exact, ROUNDED)):
        checkpoints.assign(model.variables, values)
        expected = model.predict(images, verbose=0)
        assert np.ptp(expected, axis=0).max() > 10 * ROUNDED, "the images are told apart"
        np.testing.assert_allclose(found, expected, atol=tolerance)


def check_epochs(page: Page) -> None:
    """Walk through the first epochs by keys."""
    read = all_read(page)
    assert len(read) == EPOCHS + 2
    assert len(set(read)) > 1, "the epochs read differently"
    expect(chosen(page)).to_have_text("Finished")
    slider = page.locator(SLIDER)
    slider.focus()
    page.keyboard.press("Home")
    for place in range(4):
        title = f"After epoch {place} of {EPOCHS}" if place else "Before the training"
        expect(chosen(page)).to_have_text(title)
        said = re.compile(rf"^It says {read[place]}, \d")
        expect(page.locator(SAID)).to_have_text(said)
        expect(page.locator(ANSWER)).to_have_attribute("data-digit", read[place])
        sure = page.locator(SAID).inner_text().partition(", ")[2].partition(" sure")[0]
        expect(page.locator(ANSWER)).to_contain_text(f"{sure} sure")
        spoken = f"{title}: It says {read[place]}, {sure} sure."
        expect(slider).to_have_attribute("aria-valuetext", spoken)
        accuracy = f"{place}.0 % of the validation" if place else "Its weights are random"
        expect(page.locator(SAID)).to_contain_text(accuracy)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect(chosen(page)).to_have_text("Finished")
    assert letters(page) == read


def test_answer_and_picture_are_of_the_chosen_epoch(kept: Page) -> None:
    check_epochs(kept)


def test_on_a_phone_too(browser: Chromium, server: str) -> None:
    with opened(browser, "phone") as page:
        look(page, server, f"run-{KEPT}")
        check_epochs(page)


def test_a_point_of_the_curve_is_chosen_by_a_press(kept: Page) -> None:
    kept.locator(".live-epoch-dot").nth(12).click()
    expect(chosen(kept)).to_have_text(f"After epoch 12 of {EPOCHS}")
    expect(kept.locator(SLIDER)).to_have_value("12")


def test_it_plays_through_the_epochs_and_stops_when_asked(kept: Page) -> None:
    play = kept.locator(".live-epoch-play:visible")
    play.click()
    expect(play).to_have_text("Pause")
    expect(chosen(kept)).to_have_text(re.compile(f"^After epoch [1-9]\\d* of {EPOCHS}$"))
    play.click()
    expect(play).to_have_text("Play")
    now = chosen(kept).inner_text()
    kept.wait_for_timeout(1000)
    expect(chosen(kept)).to_have_text(now)
    kept.locator(SLIDER).focus()
    kept.keyboard.press("End")
    kept.keyboard.press("ArrowLeft")
    play.click()
    expect(chosen(kept)).to_have_text("Finished")
    expect(play).to_have_text("Play")


def test_where_motion_is_unwanted_it_goes_one_step_at_a_time(wide: Page, server: str) -> None:
    wide.emulate_media(reduced_motion="reduce")
    look(wide, server, f"run-{KEPT}")
    all_read(wide)
    step = wide.locator(".live-epoch-play:visible")
    expect(step).to_have_text("Next")
    step.click()
    expect(chosen(wide)).to_have_text("Before the training")
    wide.wait_for_timeout(1000)
    expect(chosen(wide)).to_have_text("Before the training")
    step.click()
    expect(chosen(wide)).to_have_text(f"After epoch 1 of {EPOCHS}")


def test_thirty_networks_are_fetched_once_and_leak_nothing(
    kept: Page, opened_once: tuple[Page, list[str]]
) -> None:
    _, fetched = opened_once
    tensors = []
    for _ in range(2):
        kept.keyboard.press("Home")
        for place in range(1, EPOCHS + 1):
            kept.keyboard.press("ArrowRight")
            expect(chosen(kept)).to_have_text(f"After epoch {place} of {EPOCHS}")
        kept.wait_for_timeout(500)
        tensors.append(kept.evaluate("tf.memory().numTensors"))
    assert tensors[0] == tensors[1]
    weights = [each for each in fetched if "/epoch-" in each and each.endswith(".bin")]
    assert len(weights) == len({*weights}) == EPOCHS + 1


def test_the_curve_follows_the_pen(wide: Page, server: str) -> None:
    look(wide, server, f"run-{KEPT}", drawn=False)
    expect(wide.locator(".live-epochs-title:visible")).to_contain_text("Draw a digit")
    draw(wide, DIGITS[3])
    all_read(wide)
    curve = wide.locator(".live-epoch-curve").first
    before = curve.get_attribute("d")
    wide.mouse.move(*_middle(wide))
    wide.mouse.down()
    for step in range(12):
        x, y = _middle(wide)
        wide.mouse.move(x + 4 * step, y - 6 * step)
    expect(curve).not_to_have_attribute("d", before or "")  # before the pen is lifted
    wide.mouse.up()


def _middle(page: Page) -> tuple[float, float]:
    box = page.locator(CANVAS).first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_of_an_older_run_the_weights_of_a_node_are_shown(
    wide: Page, server: str, store: RunStore
) -> None:
    look(wide, server, f"run-{OLD}")
    panel = wide.get_by_role("tabpanel")
    expect(panel).to_contain_text("only the first layer's weights were kept")
    expect(panel).to_contain_text("Node 1 of the first layer")
    expect(wide.locator(SLIDER)).to_have_count(1)
    picture, seen = wide.locator(".live-first-layers-picture"), set()
    wide.locator(SLIDER).focus()
    wide.keyboard.press("Home")
    for title in ("Before the training", "After epoch 1", "After epoch 2"):
        expect(chosen(wide)).to_have_text(title)
        expect(wide.locator(SAID)).to_contain_text("without the bias: ")
        seen.add((picture.evaluate("e => e.toDataURL()"), wide.locator(SAID).inner_text()))
        wide.keyboard.press("ArrowRight")
    assert {len({each[part] for each in seen}) for part in (0, 1)} == {3}


def test_the_match_of_a_drawing_with_weights_is_their_sum_of_products(wide: Page) -> None:
    open_modules(wide)
    rng = np.random.default_rng(4)
    weights, image = rng.normal(size=784), rng.random(784)
    weights, image = weights.astype(np.float32), image.astype(np.float32)
    found = wide.evaluate(
        """async ([weights, image]) => {
          const { match } = await import("/js/inside/first_layers.js");
          return match(floats(weights), floats(image));
        }""",
        [sent(weights), sent(image)],
    )
    assert found == pytest.approx(float(weights.astype(float) @ image.astype(float)), abs=1e-4)


def test_the_built_in_network_says_why_there_is_no_slider(wide: Page, server: str) -> None:
    look(wide, server, "recogniser", drawn=False)
    panel = wide.get_by_role("tabpanel")
    expect(panel).to_contain_text("comes without the epochs of its training. Train a network")
    expect(wide.locator(SLIDER)).to_have_count(0)
