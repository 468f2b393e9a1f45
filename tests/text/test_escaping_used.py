"""Names from users and files reach Markdown, HTML and figures only through `escaping`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.markup import SINKS, Reader

PACKAGE = Path(__file__).resolve().parent.parent.parent / "digitapp"
PAGES = ("ui", "pages")
TAG = re.compile(r"</?[a-zA-Z][\w-]*[\s/>]|</?[a-zA-Z][\w-]*$")


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


@pytest.mark.parametrize(
    "source",
    [
        "f'<b>{name}</b>'",
        "f'{name}</td>'",
        "f'<td style=\"{style}\">'",
        "'<b>' + name + '</b>'",
        "'<b>%s</b>' % name",
        "'<b>{}</b>'.format(name)",
        "'<br>'.join(names)",
        "''.join(['<i>', name])",
        "text += '<hr/>'",
    ],
)
def test_html_put_together_by_hand_is_found(source: str) -> None:
    assert list(_by_hand(ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["'<b>all of it</b>'", "f'{low} < {high}'", "f'{a}<{b}'", "f'at <{x}'", "'<' + name"]
)
def test_what_is_not_put_together_or_not_html_passes(source: str) -> None:
    assert not list(_by_hand(ast.parse(source)))


def test_html_is_made_by_templates_alone() -> None:
    """Figures are left out: Plotly's labels are not HTML, and have an escaping of their own."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _trees(".").items()
        if not name.startswith("figures/")
        for node in _by_hand(tree)
    ]
    assert not found, "write a template, and render it with digitapp.text.templates"


@pytest.mark.parametrize(
    ("source", "safe"),
    [
        ("st.html(render('ui/page.html.j2', name=name))", True),
        ("st.html(STYLE)", True),
        ("st.html('<hr>')", True),
        ("st.html(text)", False),
        ("st.html(html(name))", False),
        ("place.html(f'{name}')", False),
        ("st.markdown('<hr>', unsafe_allow_html=True)", False),
    ],
)
def test_html_that_no_template_made_is_found(source: str, safe: bool) -> None:
    assert _only_rendered(ast.parse(source)) is safe


def test_pages_show_html_of_templates_alone() -> None:
    assert not [name for name, tree in _trees(*PAGES).items() if not _only_rendered(tree)]


def _by_hand(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield the places where a text with an HTML tag in it is composed."""
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        match node:
            case ast.JoinedStr(values=values) if len(values) > 1:
                parts = values
            case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
                parts = [left, right]
            case ast.AugAssign(op=ast.Add(), value=value):
                parts = [value]
            case ast.Call(func=ast.Attribute(value=value, attr="format" | "join"), args=args):
                lists = [each.elts for each in args if isinstance(each, ast.List | ast.Tuple)]
                parts = [value, *args, *(part for each in lists for part in each)]
        texts = [part.value for part in parts if isinstance(part, ast.Constant)]
        if any(isinstance(text, str) and TAG.search(text) for text in texts):
            yield node  # type: ignore[misc]


def _only_rendered(tree: ast.AST) -> bool:
    """Return whether a page shows no HTML but constants and what `render` returns."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if any(each.arg == "unsafe_allow_html" for each in node.keywords):
            return False
        if isinstance(node.func, ast.Attribute) and node.func.attr == "html":
            match node.args[0]:
                case ast.Constant() | ast.Call(func=ast.Name(id="render")):
                    pass
                case ast.Name(id=name) if name.isupper():
                    pass
                case _:
                    return False
    return True


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
