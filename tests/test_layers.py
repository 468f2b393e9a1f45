"""Import rules between the rooms of the design, enforced on the source."""

import ast

import pytest

from tests.import_graph import (
    FILES,
    PAGES,
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

# From the top floor down; a room may import only from floors below its own. Modules within a room
# may import each other, but not in cycles.
FLOORS = (
    {"app", "__main__"},
    {"pages"},
    {"ui", "cli", "server"},
    {"takehome"},
    {"jobs"},
    {"live"},
    {"figures", "library"},
    {"evaluation", "runs"},
    {"reading", "training", "explaining", "imports"},
    {"data"},
    {"drawing", "backend"},
    {"files", "process_pool", "registry", "recently_used"},
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
    "prometheus_client": {"server"},
    "subprocess": {"jobs"},
}

NOT_IN_PAGES = {"numpy", "scipy", "pandas", "PIL", "time", "io", "os", "pathlib", "tempfile"}
NOT_CALLED_IN_PAGES = {"open", "sleep", "read_text", "write_text", "write_bytes", "mkdir", "unlink"}


def _floor(module: str) -> int:
    for number, rooms in enumerate(FLOORS):
        if room(module) in rooms:
            return number
    pytest.fail(f"{module} is on no floor; put it where its imports say")


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
    assert own(imported(ast.walk(ast.parse(source)))) == names


def test_the_walk_of_what_runs_on_import_passes_over_functions_and_type_checking() -> None:
    source = (
        "import a\nif TYPE_CHECKING:\n    import b\ntry:\n    import c\nexcept ImportError:\n"
        "    pass\ndef f():\n    import d\nclass E:\n    import e"
    )
    assert imported(on_import(ast.parse(source))) == {"a", "c", "e"}
    assert imported(ever_run(ast.parse(source))) == {"a", "c", "d", "e"}


@pytest.mark.parametrize("module", FILES)
def test_imports_are_absolute(module: str) -> None:
    assert not [each for each in ast.walk(TREES[module]) if getattr(each, "level", 0)]


@pytest.mark.parametrize("module", FILES)
def test_imports_point_down_or_to_the_same_package(module: str) -> None:
    others = {other for other in own(everywhere(module)) if room(other) != room(module)}
    assert not {other for other in others if _floor(other) <= _floor(module)}


@pytest.mark.parametrize("module", FILES)
def test_no_module_comes_back_to_itself(module: str) -> None:
    assert module not in reached(module, lambda each: own(everywhere(each)))


def test_a_way_back_is_found_however_long() -> None:
    imports = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set(), "e": {"a"}, "f": {"f"}}
    back = {module for module in imports if module in reached(module, imports.__getitem__)}
    assert back == {"a", "b", "c", "f"}


@pytest.mark.parametrize("package", ONLY_IN)
def test_a_heavy_package_stays_in_its_rooms(package: str) -> None:
    users = {room(module) for module in FILES if package in packages(everywhere(module))}
    assert users <= ONLY_IN[package]


@pytest.mark.parametrize("module", PAGES)
def test_a_page_does_no_array_maths_and_touches_no_files(module: str) -> None:
    assert not packages(everywhere(module)) & NOT_IN_PAGES


@pytest.mark.parametrize("module", PAGES)
def test_a_page_builds_no_figures(module: str) -> None:
    assert not {name for name in own(everywhere(module)) if room(name) == "figures"}


@pytest.mark.parametrize("module", PAGES)
def test_a_page_opens_nothing_and_never_sleeps(module: str) -> None:
    calls = [node.func for node in ast.walk(TREES[module]) if isinstance(node, ast.Call)]
    names = {getattr(each, "id", getattr(each, "attr", "")) for each in calls}
    assert not names & NOT_CALLED_IN_PAGES
