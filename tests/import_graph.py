"""The modules of the project, and what each of them imports, read from its source."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "digitapp"


def source_files() -> dict[str, Path]:
    found = {"app": ROOT / "app.py"}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        if name:
            found[name] = path
    return found


FILES = source_files()
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in FILES.items()}
PAGES = [name for name in FILES if name.startswith("pages.")]


def room(module: str) -> str:
    """Return the room in which a module is."""
    return module.partition(".")[0]


def imported(nodes: Iterator[ast.AST]) -> set[str]:
    """Return full names of imported modules, and of names imported from them."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def ever_run(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all code but imports for type checkers."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)):
            yield child
            yield from ever_run(child)


def on_import(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the code run on import: not functions, nor imports for type checkers."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from on_import(child)


def own(names: set[str]) -> set[str]:
    """Return this project's modules among imported names."""
    inside = {name.removeprefix("digitapp.") for name in names if name.startswith("digitapp.")}
    return {name if name in FILES else name.rpartition(".")[0] for name in inside} - {""}


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def everywhere(module: str) -> set[str]:
    return imported(ast.walk(TREES[module]))


def reached(start: str, imports: Callable[[str], set[str]]) -> set[str]:
    """Return the modules that one imports, directly or indirectly."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = imports(waiting.pop()) - found
        found |= new
        waiting += new
    return found
