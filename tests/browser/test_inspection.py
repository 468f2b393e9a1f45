"""What is looked at inside a network, when that is another one or cannot be had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import opened
from tests.browser.live_page import RUNTIME, open_modules
from tests.browser.node_page import networks
from tests.browser.session import Chromium
from tests.browser.test_live_drawing import stroke

# Look into one network, choose a node and change what the other one does not have; go on to that.
GO_ON = """async ([folder, first, second, objects]) => {
  const { Live } = await import("/js/live.js");
  const { sceneOf } = await import("/js/inside/scene.js");
  const { switched } = await import("/js/edits.js");
  const live = new Live("/", `${folder}/`);
  const preparation = { box: 20, by_mass: true, pen: 2.5 };
  let frame = null;
  live.add({ activations: true, told: () => undefined, update: (now) => (frame = now) });

  async function look(name) {
    const networks = [{ name, address: `networks/${name}.json`, preparation }];
    const pen = { width: 20, colour: "#000000" };
    const inside = { name, epochs: [] };
    live.answered({ objects, revision: 1, pen, scale: 0.5, networks, record: null, inside });
    let scene = null;
    while (!scene) {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      if (frame.results.get(name)?.state === "unavailable") return frame.results.get(name).problem;
      scene = sceneOf(frame, inside);
    }
    return scene;
  }

  const before = await look(first);
  const last = before.description.layers.length - 1;
  live.inspection.select(before.columns.length - 1, 0);
  live.inspection.setEdits(switched(live.inspection.edits, last, 0));
  live.inspection.setEpoch(3);
  const after = await look(second);
  if (typeof after === "string") return after;
  const { prediction, unchanged, inspection } = after;
  const plain = after.network.run(after.image).outputs;
  return {
    selected: inspection.selected,
    epoch: inspection.epoch,
    edits: inspection.edits,
    unchanged,
    same: [...prediction.shares].every((share, n) => Math.abs(share - plain[n]) < 1e-6),
  };
}"""
# Which network is shown, for each that is asked for: of some, none is there, or it failed.
SHOWN = """async ([there, failed, asked]) => {
  const { atEpoch } = await import("/js/inside/epoch_network.js");
  const { Network } = await import("/js/network.js");
  const networks = {
    get(address) {
      if (there.includes(address)) return Object.create(Network.prototype);
      return failed.includes(address) ? new Error("It is damaged.") : null;
    },
    want: () => undefined,
  };
  const epochs = [0, 1, 2].map((epoch) => ({ epoch, address: `epoch ${epoch}` }));
  return asked.map((epoch) => atEpoch(networks, "finished", epochs, epoch));
}"""


@pytest.fixture(scope="module")
def page(browser: Chromium) -> Iterator[Page]:
    with opened(browser, "wide") as shown:
        open_modules(shown, networks())
        yield shown


def test_another_network_is_read_without_the_changes_of_the_one_before(page: Page) -> None:
    given = [RUNTIME, "simple-cnn", "dense", [stroke(150)]]
    found = page.evaluate(GO_ON, given)
    assert found == {
        "selected": None,
        "epoch": None,
        "edits": {"off": [], "weights": []},
        "unchanged": None,
        "same": True,
    }


def test_of_an_epoch_that_cannot_be_had_the_network_before_it_stays(page: Page) -> None:
    given = [["finished", "epoch 1"], ["epoch 2"], [None, 1, 2, 0, None]]
    shown = page.evaluate(SHOWN, given)
    assert shown == ["finished", "epoch 1", "epoch 1", "epoch 1", "finished"]


def test_a_network_that_cannot_be_had_at_all_is_asked_for(page: Page) -> None:
    assert page.evaluate(SHOWN, [[], ["finished"], [None]]) == ["finished"]
