"""Names of lines on a board: whole where there is room, and again when there is."""

import json
import shutil
import subprocess
from pathlib import Path

from digitapp.ui import shared
from tests import stores

BOARD = Path(shared.__file__).parent / "board.js"
SCRIPT = """
const { namesApart } = await import("data:text/javascript," + encodeURIComponent(%s));
const names = [{ name: "end", y: 0.9, text: "o <b>Big</b>" }, { name: "end", y: 0.5, text: "x <b>Small</b>" }];
const layout = { font: { size: 12 }, margin: { r: 90, t: 9, b: 9 }, yaxis: { range: [0, 1] }, annotations: names };
const place = { offsetHeight: 300 };
const seen = [400, 900, 300].map((width) => {
  place.offsetWidth = width;
  namesApart(layout, place);
  return [layout.margin.r, ...layout.annotations.map(({ text }) => text)];
});
console.log(JSON.stringify(seen));
"""  # noqa: E501


def test_names_cut_in_a_narrow_place_are_whole_again_in_a_wide_one() -> None:
    node = shutil.which("node")
    if node is None:
        stores.skip("Node.js is not installed.")
    code = SCRIPT % json.dumps(BOARD.read_text("utf-8"))
    command = [str(node), "--input-type=module", "--eval", code]
    shown = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert shown == [[24, "o", "x"], [90, "o <b>Big</b>", "x <b>Small</b>"], [24, "o", "x"]]
