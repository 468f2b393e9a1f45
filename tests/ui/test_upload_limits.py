"""The server lets through what the pages say they take; it refuses more without a word."""

import ast
import tomllib
from pathlib import Path

from digitapp.ui.data import bringing
from tests.import_graph import FILES, TREES

CONFIG = Path(__file__).resolve().parent.parent.parent / ".streamlit" / "config.toml"
AROUND = 1  # megabyte, of the form around a file


def test_the_server_takes_what_the_largest_form_takes() -> None:
    most = tomllib.loads(CONFIG.read_text("utf-8"))["server"]["maxUploadSize"]
    assert most == bringing.MOST_MEGABYTES + AROUND


def test_every_form_for_files_says_how_much_it_takes() -> None:
    calls = [
        node
        for module in FILES
        for node in ast.walk(TREES[module])
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "file_uploader"
    ]
    assert len(calls) >= 4
    assert all("max_upload_size" in {each.arg for each in call.keywords} for call in calls)
