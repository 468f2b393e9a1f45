"""The app's own JavaScript: TypeScript checks its types, ESLint the rest."""

import re
from pathlib import Path

import pytest

from tests import stores
from tests.javascript import checks, install
from tests.tiny_runs import ROOT

APP = ROOT / "digitapp"
# By what is wrong: a file, and what is said about it.
FAULTS = {
    "untyped": ("export function double(x) { return 2 * x; }", "implicitly has an 'any' type"),
    "another type": ("export const side = 28;\nside.push(1);", "Property 'push' does not exist"),
    "null": ('document.querySelector("p").remove();', "possibly 'null'"),
    "undefined": ("export const side = twice(14);", "Cannot find name 'twice'"),
    "no module": ('import { x } from "./nowhere.js";\nx();', "Cannot find module './nowhere.js'"),
    "unused": ("const left = 1;", "no-unused-vars"),
    "let": ("export function one() { let a = 1; return a; }", "prefer-const"),
    "loose": ("export const same = (a, b) => a == b;", "eqeqeq"),
    "HTML": ("export const show = (p, name) => { p.innerHTML = name; };", "must not become HTML"),
    "remote": ('import "https://example.org/x.js";', "no-restricted-imports"),
    "long": ("export {};\n" * 201, "max-lines"),
}


@pytest.fixture(scope="module", autouse=True)
def installed() -> None:
    if not install.found():
        stores.skip(f"TypeScript and ESLint are not installed. {install.HOW}")


def test_its_types_are_right() -> None:
    assert checks.types() == ""


def test_it_is_well_written() -> None:
    assert checks.style_in(APP) == ""


def test_every_file_but_the_vendored_ones_is_checked() -> None:
    listed = {Path(line) for line in checks.types(checks.CONFIG, "--listFilesOnly").splitlines()}
    checked = {path for path in listed if path.is_relative_to(APP) and path.suffix == ".js"}
    own = {path for path in APP.rglob("*.js") if "vendor" not in path.parts}
    assert checked == own
    assert own


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said about a folder with a file of each fault, and one without any."""
    folder = tmp_path_factory.mktemp("faulty")
    (folder / "sound.js").write_text("export const side = 28;\n", "utf-8")
    for fault, (code, _) in FAULTS.items():
        (folder / f"{fault}.js").write_text(code, "utf-8")
    output = f"{checks.types_in(folder)}\n{checks.style_in(folder)}"
    return re.split(r"\n(?=\S)", output)  # each begins with the name of a file


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault: str, said: list[str]) -> None:
    _, told = FAULTS[fault]
    assert any(f"{fault}.js" in part and told in part for part in said)


def test_a_sound_file_passes(said: list[str]) -> None:
    assert not any("sound.js" in part for part in said)
