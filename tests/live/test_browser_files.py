"""The files of the live part as they are served."""

import re

from digitapp.live import browser_files


def test_one_script_imports_every_module_and_is_the_main_one() -> None:
    files = browser_files.files()
    lines = files[browser_files.ALL].decode().splitlines()
    scripts = {name.removeprefix("js/") for name in files if name.startswith("js/")}
    modules = scripts - {"all.js", "inside/map_worker.js"}
    imported = [re.fullmatch(r'import "\./(.+)";', line) for line in lines[:-1]]
    assert {found[1] for found in imported if found} == modules
    assert "views/bars.js" in modules
    assert lines[-1] == 'export * from "./main.js";'


def test_the_style_of_the_inside_page_is_one_file_of_all_its_parts() -> None:
    files = browser_files.files()
    assert not [name for name in files if name.startswith(browser_files.PARTS_FOLDER)]
    for path in (browser_files.FOLDER / browser_files.PARTS_FOLDER).iterdir():
        assert path.read_bytes() in files[browser_files.INSIDE], path.name
