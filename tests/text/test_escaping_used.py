"""Names from users and files reach Markdown, HTML and figures only through `escaping`."""

import ast
from pathlib import Path

import pytest

from tests.markup import SINKS, Reader

PACKAGE = Path(__file__).resolve().parent.parent.parent / "digitapp"
PAGES = ("ui", "pages")


def _trees(*rooms: str) -> dict[str, ast.Module]:
    files = [path for room in rooms for path in sorted((PACKAGE / room).rglob("*.py"))]
    return {str(path.relative_to(PACKAGE)): ast.parse(path.read_text("utf-8")) for path in files}


def _found(source: str) -> list[str]:
    return [each.text for each in Reader({"page": ast.parse(source)}).findings()]


def test_nothing_reaches_markdown_that_is_neither_literal_nor_escaped() -> None:
    found = Reader(_trees(*PAGES)).findings()
    assert not found, "escape it with escaping.markdown, or give a number a format such as {x:d}"


@pytest.mark.parametrize(
    "source",
    [
        "st.write(name)",
        "st.caption(f'Run {run.title}')",
        "st.markdown('a' + run.title)",
        "st.markdown(' '.join(run.tags))",
        "st.markdown('{}'.format(name))",
        "st.markdown('%s' % name)",
        "place.error(str(error))",
        "st.button('a', help=name)",
        "st.progress(0.5, name)",
        "st.tabs([name])",
        "st.image(picture, caption=name)",
        "st.radio('a', names)",
        "st.pills('a', NAMES, format_func=lambda each: titles(each))",
        "st.write(html(name))",
        "st.write(name if x else 'a')",
        "def f(name):\n    text = 'a'\n    text = name.upper()\n    st.write(text)",
        "def f(name):\n    text = 'a'\n    text += str(name)\n    st.write(text)",
        "def f(text):\n    st.write(text)\nf(run.title)",
        "def f(text):\n    g(text)\ndef g(text):\n    st.write(text)\nf(text=run.title)",
        "def f(run):\n    return run.title\nst.write(f(run))",
        "def f():\n    for name in names:\n        st.write(name)",
        "def f():\n    for n, name in zip(NAMES, names):\n        st.write(name)",
    ],
)
def test_the_reader_finds_text_that_may_be_anything(source: str) -> None:
    assert _found(source)


@pytest.mark.parametrize(
    "source",
    [
        "st.write('a')",
        "st.write(LEAD)",
        "st.write(module.LEAD)",
        "st.write(f'{count:,} of {share:.1f} and {run.id:d}')",
        "st.write(f'Run {run.id:d}: {markdown(run.title)}')",
        "st.write(TITLES[name])",
        "st.write(LEAD.format(markdown(name)))",
        "st.write(' '.join(markdown(tag) for tag in run.tags))",
        "st.text(name)",
        "st.selectbox('a', names)",
        "def f(text):\n    st.write(text)\nf('a')\nf(markdown(name))",
        "def f():\n    return 'a'\nst.write(f())",
        "def f():\n    for name, about in TITLES.items():\n        st.write(name, help=about)",
        "from digitapp import library\nlibrary.title(name)",
    ],
)
def test_the_reader_lets_pass_what_is_safe(source: str) -> None:
    assert not _found(source)


@pytest.mark.parametrize(
    "way", ["from streamlit import write", "say = st.write", "map(st.write, x)"]
)
def test_streamlit_is_only_called_by_its_name(way: str) -> None:
    assert _passed_on(ast.parse(way))


def test_no_page_hands_streamlits_functions_on() -> None:
    assert not [name for name, tree in _trees(*PAGES).items() if _passed_on(tree)]


def _passed_on(tree: ast.Module) -> bool:
    """Return whether a Streamlit function is renamed or passed on, not just called as `st.name`."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "streamlit":
            return True
        on_streamlit = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "st"
        if on_streamlit and node.attr in SINKS and id(node) not in called:
            return True
    return False


def test_only_one_module_escapes() -> None:
    users = [
        name
        for name, tree in _trees(".").items()
        if {"html", "html.escape"} & {each for node in ast.walk(tree) for each in _imports(node)}
    ]
    assert users == ["text/escaping.py"]


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and node.module == "html":
        return [f"html.{each.name}" for each in node.names]
    return []
