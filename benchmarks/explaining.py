"""How well and how fast the explanations of *Why this digit?* are computed in the browser.

`python -m benchmarks.explaining STROKES [NAME ...]` explains 100 digits of a file of strokes, for
the built-in network and for runs of the store by name, such as `run-12`. All is computed at once;
on the page it is done in slices.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from digitapp.drawing.preprocessing import stroke_image
from digitapp.drawing.strokes import from_points
from digitapp.evaluation.labelled_files import read_strokes
from digitapp.library import models
from digitapp.live.packing import packed
from digitapp.runs import RunStore
from tests.browser.live_page import LOAD, RUNTIME, open_modules, sent
from tests.browser.session import chromium

DRAWINGS = 100
PEN = 12.0  # units of the drawing, for a canvas of 280
EXPLAIN = """async (image) => {
  const { gradientTimesInput, integratedGradients } = await import("/js/explaining/attribution.js");
  const { occlusion } = await import("/js/explaining/occlusion.js");
  const { fewestPixels } = await import("/js/explaining/fewest.js");
  const { finished } = await import("/js/slices.js");
  const picture = floats(image);
  const scores = loaded.scores(picture);
  const output = scores.indexOf(Math.max(...scores));
  const timed = (work) => {
    const began = performance.now();
    const found = work();
    return { ...found, ms: performance.now() - began };
  };
  const { steps, gap, ms } = timed(() => finished(integratedGradients(loaded, picture, output)));
  const fewest = (way) => {
    const found = timed(() => finished(fewestPixels(loaded, picture, way)));
    return { pixels: found.pixels.length, ms: found.ms };
  };
  return {
    steps, gap, integrated: ms,
    gradient: timed(() => ({ v: gradientTimesInput(loaded, picture, output) })).ms,
    occlusion: timed(() => finished(occlusion(loaded, picture, output))).ms,
    add: fewest("add"), remove: fewest("remove"),
  };
}"""


def main(strokes: Path, names: Sequence[str]) -> None:
    """Print a table with a column for each network."""
    read = read_strokes(strokes)
    chosen = read[:: len(read) // DRAWINGS][:DRAWINGS]
    drawings = [from_points(each.strokes, _pen(each.strokes)) for each in chosen]
    networks, images = {}, {}
    for name in (models.DEFAULT, *names):
        found = models.network_file(name, RunStore())
        networks[name] = packed(found.content, found.class_names, found.preparation)
        images[name] = [stroke_image(each, found.preparation) for each in drawings]
    with chromium() as browser:
        page = browser.new_page()
        open_modules(page, networks)
        columns = {name: _column(page, name, images[name]) for name in networks}
    print(f"| what | {' | '.join(columns)} |\n| --- {'| --- ' * len(columns)}|")
    for what in columns[models.DEFAULT]:
        print(f"| {what} | {' | '.join(column[what] for column in columns.values())} |")


def _pen(strokes: Any) -> float:
    """Return a pen whose width fits the drawing's size, as the canvas has it."""
    points = np.concatenate([np.asarray(each, float) for each in strokes])
    return float(np.ptp(points, axis=0).max()) * PEN / 168


def _column(page: Page, name: str, images: Sequence[NDArray[np.float32]]) -> dict[str, str]:
    page.evaluate(LOAD, [RUNTIME, name])
    page.evaluate(EXPLAIN, sent(images[0]))  # the first takes longer
    found = [page.evaluate(EXPLAIN, sent(image)) for image in images]
    ways = {way: [each[way] for each in found] for way in ("add", "remove")}
    counts = {
        way: [each["pixels"] for each in some if each["pixels"]] for way, some in ways.items()
    }
    return {
        "gradient x input, ms": _figures([each["gradient"] for each in found]),
        "integrated gradients, ms": _figures([each["integrated"] for each in found]),
        "steps": _figures([each["steps"] for each in found]),
        "completeness gap, %": _figures([100 * each["gap"] for each in found], 3),
        "occlusion, ms": _figures([each["occlusion"] for each in found]),
        **{f"fewest to {way}, ms": _figures([each["ms"] for each in ways[way]]) for way in ways},
        **{f"pixels to {way}": _figures(some, of=len(found)) for way, some in counts.items()},
    }


def _figures(values: Sequence[float], decimals: int = 1, of: int = 0) -> str:
    """Return the median and the maximum and, if asked for, how often there is one."""
    told = f"{np.median(values):.{decimals}f}, max {max(values):.{decimals}f}"
    return f"{told}; found {len(values)} of {of}" if of else told


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
