"""Files that are made when they are asked for are made on behalf of the visitor who asks."""

import ast
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import streamlit as st

from digitapp.runs import visitors
from digitapp.ui.shared import downloads, the_store, visitor
from digitapp.ui.shared.the_store import store
from tests.import_graph import TREES


def _made_later(monkeypatch: pytest.MonkeyPatch, person: str) -> bytes | str:
    """Return what a button's file is, made in a thread without a page."""
    shown: dict[str, Any] = {}
    monkeypatch.setattr(downloads.visitor, "person", lambda whole: person)
    monkeypatch.setattr(
        st, "download_button", lambda label, made, *_, **more: shown.update(made=made)
    )
    downloads.download_button("Take home", lambda: store().person, "it.txt")
    monkeypatch.undo()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(shown["made"]).result()


def test_a_file_is_made_on_behalf_of_who_saw_the_button(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _made_later(monkeypatch, "ada") == "ada"
    assert _made_later(monkeypatch, "") == ""


def test_a_thread_without_a_page_is_nobodys_on_a_shared_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(visitors.SHARED_VARIABLE, "yes")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: store().person).result() == visitor.NOBODY


def test_a_thread_without_a_page_asks_nothing_of_a_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(the_store, "EVERYBODYS", None)  # asking it would be an error
    with ThreadPoolExecutor(1) as pool:
        assert not pool.submit(lambda: store().lists_all).result()


def test_all_downloads_are_such() -> None:
    users = {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "st.download_button"
    }
    assert users == {"ui.shared.downloads"}
