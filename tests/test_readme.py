"""What README.md and docs/ say of the code is so."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = [
    (page.name, code)
    for page in PAGES
    for code in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
]


def test_there_is_code_in_the_readme() -> None:
    assert [name for name, _ in CODE].count("README.md") >= 2


@pytest.mark.parametrize(("name", "code"), CODE)
def test_code_imports_what_there_is(name: str, code: str) -> None:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("digitapp"):
            module = importlib.import_module(str(node.module))
            for alias in node.names:
                found = hasattr(module, alias.name)
                assert found or importlib.import_module(f"{node.module}.{alias.name}")


def test_the_map_names_every_room() -> None:
    rooms = {path.parent.name for path in (ROOT / "digitapp").glob("*/__init__.py")}
    rows = re.findall(r"^\| (`[^|]*`) \|", PAGES[0].read_text("utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)/`", row)}
    assert named == rooms


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    said = re.findall(r"`((?:digitapp|tests|docs|assets|benchmarks)/[\w/.]+)`", text)
    modules = re.findall(r"`(\w+/\w+\.py)`", text)
    assert not [name for name in said if not (ROOT / name).exists()]
    places = {name: (ROOT / name, ROOT / "digitapp" / name) for name in modules}
    assert not [name for name, both in places.items() if not any(map(Path.exists, both))]
