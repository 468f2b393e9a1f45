"""What the server and the commands that read import, and when: TensorFlow and Keras never."""

import ast
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.runs import RunStore
from tests.import_graph import (
    FILES,
    PAGES,
    ROOT,
    TREES,
    ever_run,
    everywhere,
    imported,
    on_import,
    own,
    packages,
    reached,
    room,
)

SLOW = {"tensorflow", "keras"}
# These alone import TensorFlow or Keras, even inside a function. They run in workers and in
# commands that train; where the server imports one, it calls only what does not need them.
MAY_USE_TENSORFLOW = {
    "backend",
    "evaluation.model_card",
    "jobs.following",
    "jobs.recorder",
    "jobs.guess_recorder",
    "library.keras_models",
    "takehome.code.read_picture",
    "takehome.exports.conversions",
    "takehome.exports.history_logs",
    "takehome.zipped_folders",
    "training.architectures",
    "training.batching",
    "training.callbacks",
    "training.compiled_steps",
    "training.exported_functions",
    "training.picture_stage",
    "training.stroke_network",
    "training.called_network",
    "training.progress_lines",
    "training.rehearsal",
    "training.trainer",
}
# On top of that, these alone start TensorFlow, load Keras networks or build them.
MAY_START_TENSORFLOW = MAY_USE_TENSORFLOW | {
    "cli.recogniser",
    "cli.experiment",
    "cli.train",
    "evaluation.second_stage",
    "jobs.finetuning",
    "jobs.loading_ahead",
    "jobs.tensorflow_worker",
    "jobs.worker",
    "library.stored_networks",
}
STARTS = {"backend.start", "architectures.build", "digitapp.training.architectures.build"}
# Loaded only when something in them is used; each takes 100 ms or more.
SCIPY = {f"scipy.{part}" for part in ("interpolate", "ndimage", "optimize", "spatial", "special")}
INSTALLED = {name for name in packages_distributions() if not name.startswith("_")}
# What the first visitor waits for, beyond what Streamlit imports at the server's start.
FIRST_SCRIPT = {
    *("numpy", "scipy", "PIL", "pi_heif", "sqlalchemy", "jinja2", "markupsafe"),
    *("streamlit_drawable_canvas", "prometheus_client"),
    *("pandas", "pyarrow", "dateutil", "platformdirs"),  # Streamlit, for the canvas
}
STORE = {"numpy", "scipy", "PIL", "sqlalchemy", "typing_extensions", "platformdirs"}
LIGHT = {
    "--help": {"platformdirs"},
    "predict PICTURE": STORE
    | {"onnxruntime", "pi_heif", "charset_normalizer", "scipy.ndimage", "scipy.special"},
    "runs list": STORE,
    "data list": STORE,
}
HEAVY_ROOMS = {"figures", "takehome", "jobs", "ui", "pages", "server"}


def _reachable_from_app() -> set[str]:
    """Return what the app imports, including the pages, which it imports when they are opened."""
    starts = ["app", *PAGES]
    imports = [reached(each, lambda name: own(imported(on_import(TREES[name])))) for each in starts]
    return {*starts}.union(*imports)


def _loaded_by(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after some code."""
    code += "\nimport sys\nprint('\\nLOADED', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {*done.stdout.rpartition("LOADED")[2].split()}


def _installed(loaded: set[str]) -> set[str]:
    """Return the installed packages among loaded modules, and the parts of SciPy."""
    parts = {each for each in loaded if each in SCIPY}
    return (packages(loaded) & INSTALLED) | parts


@pytest.mark.parametrize("module", FILES)
def test_scipy_loads_its_parts_when_they_are_used(module: str) -> None:
    # `import scipy` takes 10 ms, and `scipy.ndimage.label` loads `scipy.ndimage`: 200 ms.
    assert not {name for name in everywhere(module) if name.startswith("scipy.")}


@pytest.mark.parametrize("module", sorted(_reachable_from_app()))
def test_what_the_app_imports_at_once_does_not_import_tensorflow(module: str) -> None:
    assert not packages(imported(on_import(TREES[module]))) & SLOW


def test_tensorflow_is_imported_in_few_modules_alone_even_when_called() -> None:
    users = {name for name in FILES if packages(imported(ever_run(TREES[name]))) & SLOW}
    assert users == MAY_USE_TENSORFLOW


def test_tensorflow_is_started_by_workers_and_commands_that_train_alone() -> None:
    starters = set()
    for name, tree in TREES.items():
        used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        used |= imported(ever_run(tree))
        if used & STARTS or "library.keras_models" in own(used):
            starters.add(name)
    assert starters | MAY_USE_TENSORFLOW == MAY_START_TENSORFLOW


def test_the_app_reaches_the_core_at_module_level() -> None:
    assert {
        "pages.draw",
        "ui.shared.resources",
        "library.models",
        "data.datasets",
        "errors",
    } <= _reachable_from_app()


def test_the_first_script_of_the_draw_page_imports_no_more_than_it_needs(store_url: str) -> None:
    RunStore(store_url)  # the tables of a new store are made by Alembic
    import_app_test = "from streamlit.testing.v1 import AppTest"
    before = _loaded_by(import_app_test)
    after = _loaded_by(
        f"{import_app_test}\n"
        f"run = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=60).run()\n"
        "assert not run.exception"
    )
    assert _installed(after) - _installed(before) - {"digitapp"} <= FIRST_SCRIPT
    assert {each for each in after if each.startswith("digitapp.pages.")} == {"digitapp.pages.draw"}
    assert not {each for each in after if each.startswith(("digitapp.takehome", "digitapp.jobs"))}


def test_nothing_is_left_to_load_for_the_first_drawing(store_url: str) -> None:
    RunStore(store_url)
    prepare = (
        "from streamlit.testing.v1 import AppTest\n"
        "from tests.digits import DIGITS, fabric\n"
        "run = AppTest.from_string('import app; app.prepare()', default_timeout=60).run()\n"
        "assert not run.exception\n"
    )
    draw = (
        "from digitapp.drawing.sketch import Sketch\n"
        f"run = AppTest.from_file({str(ROOT / 'app.py')!r}, default_timeout=60)\n"
        "run.session_state['sketch'] = Sketch(objects=tuple(map(fabric, DIGITS[7])))\n"
        "assert not run.run().exception\n"
        "assert any('after 2 strokes' in each.proto.body for each in run.get('html'))"
    )
    assert _installed(_loaded_by(prepare)) == _installed(_loaded_by(prepare + draw))


def test_the_pages_are_imported_without_tensorflow() -> None:
    script = "\n".join(f"import digitapp.{page}" for page in PAGES)
    assert not SLOW & _loaded_by(
        "from streamlit.testing.v1 import AppTest\n"
        f"run = AppTest.from_string({script!r}, default_timeout=60).run()\n"
        "assert not run.exception"
    )


@pytest.mark.parametrize("words", LIGHT)
def test_a_light_command_imports_no_more_than_it_needs(
    words: str, store_url: str, tmp_path: Path
) -> None:
    RunStore(store_url)
    picture = tmp_path / "one.png"
    Image.fromarray(255 - np.eye(50, dtype=np.uint8) * 255).save(picture)
    given = [str(picture) if word == "PICTURE" else word for word in words.split()]
    loaded = _loaded_by(
        "from contextlib import suppress\n"
        "from digitapp.cli import main\n"
        "with suppress(SystemExit):\n"
        f"    assert main({given!r}) == 0"
    )
    assert _installed(loaded) - _installed(_loaded_by("")) - {"digitapp"} <= LIGHT[words]
    assert not {each for each in loaded if room(each.removeprefix("digitapp.")) in HEAVY_ROOMS}
