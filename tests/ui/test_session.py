"""What the app knows about a browser session is declared in one module."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "digitapp" / "ui" / "shared" / "session.py"
MODULES = [
    path
    for path in [ROOT / "app.py", *(ROOT / "digitapp").rglob("*.py")]
    if path != HOME and "server" not in path.parts  # the server ends whole sessions
]
LOOSE = [
    "st.session_state['a'] = 1",
    "found = st.session_state.get('a')",
    "st.session_state.a = 1",
    "state = st.session_state",
    "'a' in streamlit.session_state",
    "from streamlit import session_state",
    "from streamlit import session_state as state",
]


def loose(tree: ast.AST) -> list[int]:
    """Return the numbers of the lines that name Streamlit's session."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr == "session_state")
        or (
            isinstance(node, ast.ImportFrom)
            and any(each.name == "session_state" for each in node.names)
        )
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_one_module_touches_streamlits_session(path: Path) -> None:
    assert not loose(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("source", LOOSE)
def test_every_way_to_touch_it_is_found(source: str) -> None:
    assert loose(ast.parse(f"import streamlit as st\n{source}")) == [2]


def test_keys_are_told_apart() -> None:
    values = [
        node
        for node in ast.walk(ast.parse(HOME.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Subscript)
        and ast.unparse(node.func.value) in ("Value", "Values")
    ]
    keys = [ast.literal_eval(node.args[0]) for node in values]
    by_key = [key for key in keys if key == "{}"]  # tables and boxes whose keys are made elsewhere
    named = [key for key in keys if key != "{}"]
    assert len(named) > 30
    assert len(by_key) < 3
    assert len(set(named)) == len(named)


def _script() -> None:
    import streamlit as st

    from digitapp.ui.shared.session import Value, Values

    value, family = Value[int]("number", 3), Values[str]("name of {}", "nobody")
    st.write(value.get(), value.is_set, family["a"].get())
    value.set(5)
    family["a"].set("Ada")
    st.write(value.get(), value.is_set, family["a"].get(), family["b"].get(), family["b"].key)
    st.write(value.pop(), value.get(), value.is_set, value.pop())
    family["a"].pop()


def test_a_value_is_what_was_set_until_it_is_forgotten() -> None:
    app = AppTest.from_function(_script, default_timeout=60).run()
    assert not app.exception
    assert [each.value for each in app.markdown] == [
        "`3` `False` nobody",
        "`5` `True` Ada nobody name of b",
        "`5` `3` `False` `3`",
    ]
    assert "number" not in app.session_state
