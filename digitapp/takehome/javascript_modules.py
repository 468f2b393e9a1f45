"""JavaScript modules and all that they import, as files or as one script.

A page opened from the disk may not import other files, and browsers differ in what they let it
import of itself. In the one script, each module is a function that returns its exports, called
after those that it imports; nothing else of it changes.
"""

from __future__ import annotations

import re
from pathlib import Path

_NAMES = r"\{\s*([^}]*?),?\s*\}"
_IMPORT = re.compile(rf'^import {_NAMES} from "([^"]+)";$', re.MULTILINE)
_FORWARDED = re.compile(rf'^export {_NAMES} from "([^"]+)";$', re.MULTILINE)
_LISTED = re.compile(rf"^export {_NAMES};$", re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_OTHER = re.compile(r"^(?:import|export)\b.*|\bimport\.meta\b.*|^await\b.*", re.MULTILINE)
_ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)


def modules(main: Path) -> list[Path]:
    """Return the paths of a module and of all that it imports, each after those that it imports.

    Raises:
        ValueError: if a module imports itself through others.
    """
    found: list[Path] = []
    _add(main.resolve(), found, ())
    return found


def one_script(main: Path) -> str:
    """Return a module, together with all that it imports, as one classic script.

    Only named imports and exports are supported, of files by their relative paths.

    Raises:
        ValueError: if a module does otherwise, imports itself through others, or contains what
            would end or open an HTML script.
    """
    paths = modules(main)
    functions = "\n".join(_function(path, paths) for path in paths)
    return f'(() => {{\n"use strict";\nconst modules = [];\n{functions}\n}})();'


def _add(path: Path, found: list[Path], importers: tuple[Path, ...]) -> None:
    if path in importers:
        raise ValueError(f"{path.name} imports itself through {importers[-1].name}.")
    source = path.read_text("utf-8")
    for _, other in (*_IMPORT.findall(source), *_FORWARDED.findall(source)):
        _add((path.parent / other).resolve(), found, (*importers, path))
    if path not in found:
        found.append(path)


def _function(path: Path, paths: list[Path]) -> str:
    """Return a module as a statement that enters its exports into `modules`, at its place."""
    source = path.read_text("utf-8")
    exports = [name for _, name in _EXPORT.findall(source)]
    for listed in _LISTED.findall(source):
        exports += [_renamed(name) for name in listed.split(",")]

    def taken(found: re.Match[str]) -> str:
        names, place = found[1], paths.index((path.parent / found[2]).resolve())
        return f"const {{ {names.replace(' as ', ': ')} }} = modules[{place}];"

    def forwarded(found: re.Match[str]) -> str:
        exports.extend(name.split(" as ")[-1].strip() for name in found[1].split(","))
        return taken(found)

    source = _FORWARDED.sub(forwarded, _IMPORT.sub(taken, source))
    source = _LISTED.sub("", _EXPORT.sub(r"\1 \2", source))
    if found := _OTHER.search(source) or _ENDS_SCRIPT.search(source):
        raise ValueError(f"{path.name} cannot be put into a page: {found[0]}")
    returned = f"return {{ {', '.join(exports)} }};"
    return f"// {path.name}\nmodules.push((() => {{\n{source}\n{returned}\n}})());"


def _renamed(name: str) -> str:
    """Return `local as exported`, or a name alone, as an object has it."""
    local, _, exported = name.strip().partition(" as ")
    return f"{exported}: {local}" if exported else local
