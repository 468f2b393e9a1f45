"""Run each page's script and print what it shows, as JSON: `python -m tests.light_pages`.

It needs neither pytest nor TensorFlow, so it runs where only reading is installed.
"""

import json
import sys
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from digitapp.drawing.sketch import Sketch
from tests.digits import DIGITS, fabric
from tests.pages.train_page import said


def _draw() -> None:
    from digitapp.pages import draw

    draw.page()


def _inside() -> None:
    from digitapp.pages import inside

    inside.page()


def _data() -> None:
    from digitapp.pages import data

    data.page(lambda name: None)


def _train() -> None:
    from digitapp.pages import train

    train.page(lambda: None, lambda: None)


def _runs() -> None:
    from digitapp.pages import runs

    runs.page(lambda run: None)


def _handwriting() -> None:
    from digitapp.pages import handwriting

    handwriting.page(lambda: None)


def _stress() -> None:
    from digitapp.pages import stress

    stress.page()


PAGES: dict[str, tuple[Callable[[], None], dict[str, str]]] = {
    "draw": (_draw, {}),
    "inside": (_inside, {}),
    "data": (_data, {}),
    "train": (_train, {}),
    "run": (_train, {"run": "1"}),
    "runs": (_runs, {}),
    "handwriting": (_handwriting, {}),
    "stress": (_stress, {}),
}


def _shown(
    script: Callable[[], None], address: dict[str, str], sketch: Sketch
) -> dict[str, object]:
    app = AppTest.from_function(script, default_timeout=120)
    app.session_state["sketch"] = sketch
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    refused = [each.value for each in [*app.error, *app.exception]]
    disabled = [button.label for button in app.button if button.disabled]
    return {"said": said(app), "refused": refused, "disabled": disabled}


def main() -> None:
    """Print what each page shows of a drawn seven."""
    sketch = Sketch(objects=tuple(map(fabric, DIGITS[7])))
    shown = {name: _shown(*page, sketch) for name, page in PAGES.items()}
    print(json.dumps({"shown": shown, "imported": [*sys.modules]}))


if __name__ == "__main__":
    main()
