"""Only few places see the whole store, or keep something for everybody: each is in a list here."""

import ast
from collections.abc import Callable

from tests.import_graph import FILES, TREES, room

# Modules outside `runs/` that use the store with everything in it, and why.
WHOLE = {
    "app": "routes, which bind it to whoever sends a request",
    "jobs.housekeeper": "what nobody needs is deleted for all",
    "jobs.launching": "the queue is everybody's",
    "ui.classroom.doing": "writes what each does, for its teacher",
    "ui.runs.run_table": "whether there are runs of others, for the house",
    "ui.shared.downloads": "asks who the visitor is",
    "ui.shared.resources": "passes it on",
    "ui.shared.the_store": "opens it, and binds it to the visitor",
    "ui.train.phase_words": "how many train",
}
# Modules that use Streamlit's caches directly.
CACHES = {
    "ui.classroom.doing": "one writer for each server",
    "ui.draw.uploaded_files": "of a session",
    "ui.draw.uploaded_pixels": "of a session",
    "ui.shared.caching": "keeps people apart",
    "ui.shared.the_store": "one store for each server",
}


def _uses_whole(node: ast.AST) -> bool:
    """Whether a part of a module is `store.whole`, `whole` of `the_store`, or `of_house`."""
    if isinstance(node, ast.Attribute):
        return node.attr == "whole" and ast.unparse(node.value) != "imported_datasets"
    if isinstance(node, ast.ImportFrom):
        return bool({"whole", "of_house"} & {alias.name for alias in node.names})
    return isinstance(node, ast.FunctionDef) and node.name == "whole"


def _uses_caches(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("cache_data", "cache_resource")


def _modules(uses: Callable[[ast.AST], bool]) -> set[str]:
    outside = [name for name in FILES if room(name) != "runs"]
    return {name for name in outside if any(map(uses, ast.walk(TREES[name])))}


def test_the_whole_store_is_used_by_the_listed_modules_alone() -> None:
    assert _modules(_uses_whole) == {*WHOLE}


def test_streamlits_caches_are_used_by_the_listed_modules_alone() -> None:
    assert _modules(_uses_caches) == {*CACHES}
