"""The files of the live part as they are served."""

import re

from digitapp.live import browser_files


def test_one_script_imports_every_module_and_is_the_main_one() -> None:
    modules, last = script(browser_files.ALL)
    assert modules == {name for name in scripts() if not name.startswith("examples/")}
    assert "views/bars.js" in modules
    assert last == 'export * from "./main.js";'


def test_the_page_on_which_examples_are_drawn_has_a_script_of_its_own() -> None:
    modules, last = script(browser_files.EXAMPLES)
    assert modules == {name for name in scripts() if name.startswith("examples/")}
    assert "examples/sheet.js" in modules
    assert last == 'export * from "./examples/main.js";'


def scripts() -> set[str]:
    """The modules, by their paths below `js`."""
    names = {name.removeprefix("js/") for name in browser_files.files() if name.startswith("js/")}
    return names - {"all.js", "examples.js", "inside/map_worker.js"}


def script(path: str) -> tuple[set[str], str]:
    """The modules that one of the scripts imports, and its last line."""
    lines = browser_files.files()[path].decode().splitlines()
    imported = [re.fullmatch(r'import "\./(.+)";', line) for line in lines[:-1]]
    return {found[1] for found in imported if found}, lines[-1]


def test_the_style_of_the_inside_page_is_one_file_of_all_its_parts() -> None:
    files = browser_files.files()
    assert not [name for name in files if name.startswith(browser_files.PARTS_FOLDER)]
    for path in (browser_files.FOLDER / browser_files.PARTS_FOLDER).iterdir():
        assert path.read_bytes() in files[browser_files.INSIDE], path.name
