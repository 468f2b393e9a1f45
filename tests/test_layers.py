"""Import rules between the rooms of the design, enforced on the source."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.runs import RunStore

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "digitapp"

# From the top floor down; a room may import only from floors below its own. Modules within a room
# may import each other, but not in cycles.
FLOORS = (
    {"app", "__main__"},
    {"pages"},
    {"ui", "cli", "server"},
    {"takehome"},
    {"jobs"},
    {"figures", "library"},
    {"evaluation", "runs"},
    {"reading", "training", "explaining"},
    {"data"},
    {"drawing", "backend"},
    {"files", "registry"},
    {"errors", "text"},
)

ONLY_IN = {
    "streamlit": {"app", "ui", "pages", "server"},
    "streamlit_drawable_canvas": {"ui"},
    "plotly": {"figures"},
    "sqlalchemy": {"runs"},
    "alembic": {"runs"},
    "jinja2": {"text"},
    "markupsafe": {"text"},
    "subprocess": {"jobs"},
}

SLOW = {"tensorflow", "keras"}
# These alone import TensorFlow or Keras, even inside a function. They run in workers and in
# commands that train; where the server imports one, it calls only what does not need them.
MAY_USE_TENSORFLOW = {
    "backend",
    "evaluation.model_card",
    "jobs.recorder",
    "library.keras_models",
    "takehome.exports.conversions",
    "takehome.exports.history_logs",
    "takehome.zipped_folders",
    "training.architectures",
    "training.callbacks",
    "training.compiled_steps",
    "training.exported_functions",
    "training.progress_lines",
    "training.trainer",
}
# On top of that, these alone start TensorFlow, load Keras networks or build them.
MAY_START_TENSORFLOW = MAY_USE_TENSORFLOW | {
    "cli.recogniser",
    "cli.train",
    "jobs.finetuning",
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
    "streamlit_drawable_canvas",
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
NOT_IN_PAGES = {"numpy", "scipy", "pandas", "PIL", "time", "io", "os", "pathlib", "tempfile"}
NOT_CALLED_IN_PAGES = {"open", "sleep", "read_text", "write_text", "write_bytes", "mkdir", "unlink"}


def _source_files() -> dict[str, Path]:
    found = {"app": ROOT / "app.py"}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name:
            found[name] = path
    return found


FILES = _source_files()
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}
PAGES = [name for name in FILES if name.startswith("pages.")]


def _room(module: str) -> str:
    return module.partition(".")[0]


def _floor(module: str) -> int:
    for number, rooms in enumerate(FLOORS):
        if _room(module) in rooms:
            return number
    pytest.fail(f"{module} is on no floor; put it where its imports say")


def _imported(nodes: Iterator[ast.AST]) -> set[str]:
    """Return full names of imported modules, and of names imported from them."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def _ever_run(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all code but imports for type checkers."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from _ever_run(child)


def _on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the code run on import: not functions, nor imports for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _on_import(child)


def _own(names: set[str]) -> set[str]:
    """Return this project's modules among imported names."""
    inside = {name.removeprefix("digitapp.") for name in names if name.startswith("digitapp.")}
    return {name if name in FILES else name.rpartition(".")[0] for name in inside} - {""}


def _packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def _everywhere(module: str) -> set[str]:
    return _imported(ast.walk(TREES[module]))


def _reached(start: str, imports: Callable[[str], set[str]]) -> set[str]:
    """Return the modules that one imports, directly or indirectly."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = imports(waiting.pop()) - found
        found |= new
        waiting += new
    return found


def _reachable_from_app() -> set[str]:
    """Return what the app imports, including the pages, which it imports when they are opened."""
    starts = ["app", *PAGES]
    imports = [
        _reached(each, lambda name: _own(_imported(_on_import(TREES[name])))) for each in starts
    ]
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
    return (_packages(loaded) & INSTALLED) | parts


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import digitapp.drawing.ink", {"drawing.ink"}),
        ("from digitapp.drawing import ink, strokes", {"drawing.ink", "drawing.strokes"}),
        ("from digitapp.drawing.ink import Ink", {"drawing.ink"}),
        ("def f():\n    from digitapp.pages import draw", {"pages.draw"}),
        ("import numpy", set()),
    ],
)
def test_the_walk_sees_every_way_to_import(source: str, names: set[str]) -> None:
    assert _own(_imported(ast.walk(ast.parse(source)))) == names


def test_the_walk_of_what_runs_on_import_passes_over_functions_and_type_checking() -> None:
    source = (
        "import a\nif TYPE_CHECKING:\n    import b\ntry:\n    import c\nexcept ImportError:\n"
        "    pass\ndef f():\n    import d\nclass E:\n    import e"
    )
    assert _imported(_on_import(ast.parse(source))) == {"a", "c", "e"}
    assert _imported(_ever_run(ast.parse(source))) == {"a", "c", "d", "e"}


@pytest.mark.parametrize("module", FILES)
def test_imports_are_absolute(module: str) -> None:
    assert not [each for each in ast.walk(TREES[module]) if getattr(each, "level", 0)]


@pytest.mark.parametrize("module", FILES)
def test_imports_point_down_or_to_the_same_package(module: str) -> None:
    others = {other for other in _own(_everywhere(module)) if _room(other) != _room(module)}
    assert not {other for other in others if _floor(other) <= _floor(module)}


@pytest.mark.parametrize("module", FILES)
def test_no_module_comes_back_to_itself(module: str) -> None:
    assert module not in _reached(module, lambda each: _own(_everywhere(each)))


def test_a_way_back_is_found_however_long() -> None:
    imports = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set(), "e": {"a"}, "f": {"f"}}
    back = {module for module in imports if module in _reached(module, imports.__getitem__)}
    assert back == {"a", "b", "c", "f"}


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_heavy_package_stays_in_its_rooms(package: str) -> None:
    users = {_room(module) for module in FILES if package in _packages(_everywhere(module))}
    assert users <= ONLY_IN[package]


@pytest.mark.parametrize("module", FILES)
def test_scipy_loads_its_parts_when_they_are_used(module: str) -> None:
    # `import scipy` takes 10 ms, and `scipy.ndimage.label` loads `scipy.ndimage`: 200 ms.
    assert not {name for name in _everywhere(module) if name.startswith("scipy.")}


@pytest.mark.parametrize("module", sorted(_reachable_from_app()))
def test_what_the_app_imports_at_once_does_not_import_tensorflow(module: str) -> None:
    assert not _packages(_imported(_on_import(TREES[module]))) & SLOW


def test_tensorflow_is_imported_in_few_modules_alone_even_when_called() -> None:
    users = {name for name in FILES if _packages(_imported(_ever_run(TREES[name]))) & SLOW}
    assert users == MAY_USE_TENSORFLOW


def test_tensorflow_is_started_by_workers_and_commands_that_train_alone() -> None:
    starters = set()
    for name, tree in TREES.items():
        used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        used |= _imported(_ever_run(tree))
        if used & STARTS or "library.keras_models" in _own(used):
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
    assert not {each for each in loaded if _room(each.removeprefix("digitapp.")) in HEAVY_ROOMS}


@pytest.mark.parametrize("module", PAGES)
def test_a_page_does_no_array_maths_and_touches_no_files(module: str) -> None:
    assert not _packages(_everywhere(module)) & NOT_IN_PAGES


@pytest.mark.parametrize("module", PAGES)
def test_a_page_builds_no_figures(module: str) -> None:
    assert not {name for name in _own(_everywhere(module)) if _room(name) == "figures"}


@pytest.mark.parametrize("module", PAGES)
def test_a_page_opens_nothing_and_never_sleeps(module: str) -> None:
    calls = [node.func for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    names = {getattr(each, "id", getattr(each, "attr", "")) for each in calls}
    assert not names & NOT_CALLED_IN_PAGES
