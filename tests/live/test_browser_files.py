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
