"""Merge functions from several modules of digitapp into one file that runs without digitapp.

The file holds all of its first module and, of the others, what that needs: functions, classes and
constants with their comments, word for word. A name must therefore mean the same in all of these
modules and in the file:

- they import names from each other, not modules, without `as` and not within functions;
- no two of them define the same name, and none the name of something that is built into Python.

A statement that is neither an import nor a definition, such as `with`, is kept wherever something
else of its module is.
"""

from __future__ import annotations

import ast
import builtins
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

OURS, PACKAGE = "digitapp", Path(__file__).parent.parent.parent
WIDTH = 96  # of a comment's text
IMPORTS = (ast.Import, ast.ImportFrom)
LARGE = (ast.FunctionDef, ast.ClassDef)  # set apart by two empty lines
HEADER = """\
{docstring}

# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The digitapp authors
# The app wrote this file from its own modules, so it does here what it does there.

from __future__ import annotations

{imports}"""


class NotMergeable(Exception):
    """Modules that cannot be merged, because they break the rules above."""


class Import(NamedTuple):
    """An import of a name from a module, or of a module (`name` is empty), perhaps `as` another."""

    module: str
    name: str
    alias: str

    @property
    def root(self) -> str:
        """The package that it comes from."""
        return self.module.partition(".")[0]

    @property
    def known_as(self) -> str:
        """The name by which the code refers to it."""
        return self.alias or self.name or self.root

    @property
    def is_ours(self) -> bool:
        """Whether it comes from digitapp."""
        return self.root == OURS


class Module:
    """A module of digitapp, and which of its statements the file needs.

    Attributes:
        imported: the import of each imported name.
        defined: the statement that defines each of its own names.
        kept: the statements that the file needs.
        needs: the names of the modules of digitapp that define what they use.
    """

    def __init__(self, name: str) -> None:
        text = _source(name)
        tree = ast.parse(text)
        self.name = name
        self.docstring = ast.get_docstring(tree) or ""
        self._lines = text.splitlines()
        self._statements = tree.body[1:]
        self.imported: dict[str, Import] = {}
        self.defined: dict[str, ast.stmt] = {}
        self.kept: set[ast.stmt] = set()
        self.needs: set[str] = set()
        for each in self._statements:
            if isinstance(each, IMPORTS):
                self.imported |= {one.known_as: one for one in _parts(each)}
            elif isinstance(each, ast.FunctionDef | ast.ClassDef):
                self.defined[each.name] = each
            elif isinstance(each, ast.Assign | ast.AnnAssign):
                self.defined |= dict.fromkeys(_names(each, ast.Store), each)

    def always_run(self) -> list[ast.stmt]:
        """Return the statements that are neither imports nor definitions, nor for hints only."""
        definitions = {*self.defined.values()}
        others = [each for each in self._statements if each not in definitions]
        run = [each for each in others if not isinstance(each, IMPORTS)]
        return [each for each in run if "TYPE_CHECKING" not in _names(each, ast.Load)]

    def keep(self, statement: ast.stmt) -> set[str]:
        """Keep a statement, and return the names that it uses; none if it was kept already."""
        if statement in self.kept:
            return set()
        self.kept.add(statement)
        for each in ast.walk(statement):
            if isinstance(each, IMPORTS) and any(one.is_ours for one in _parts(each)):
                raise NotMergeable(f"{self.name} imports a module of {OURS} in a function.")
        return _names(statement, ast.Load)

    def used_imports(self) -> dict[str, Import]:
        """Return the imported names that the kept statements use, with their imports."""
        used = set().union(*(_names(each, ast.Load) for each in self.kept))
        return {name: each for name, each in self.imported.items() if name in used}

    def section(self) -> str:
        """Return the kept statements in their order, below a heading."""
        title = textwrap.wrap(self.docstring.partition("\n\n")[0], WIDTH)
        text = "\n".join(f"# {line}" for line in (f"----- {self.name} -----", *title))
        last, large = 0, False
        for each in self._statements:
            if each in self.kept:
                first = self._first_line(each)
                apart = 2 if not last or "" in self._lines[last : first - 1] else 1
                if large or isinstance(each, LARGE):
                    apart = 3
                text += "\n" * apart + "\n".join(self._lines[first - 1 : each.end_lineno])
                last, large = each.end_lineno or 0, isinstance(each, LARGE)
        return text

    def _first_line(self, statement: ast.stmt) -> int:
        """Return the number of the first line of a statement, its decorators and comments."""
        decorators = getattr(statement, "decorator_list", [])
        first = min([statement.lineno, *(each.lineno for each in decorators)])
        while self._lines[first - 2].startswith("#"):
            first -= 1
        return first


def merged(first: str) -> str:
    """Return the source of the file.

    Args:
        first: the name of its first module, such as `digitapp.takehome.code.read_picture`, which
            stands at its end, and whose docstring becomes its own.

    Raises:
        NotMergeable: when the modules break the rules in this module's docstring.
    """
    start = Module(first)
    modules = {first: start}
    waiting = [(start, each) for each in (*start.defined.values(), *start.always_run())]
    while waiting:
        module, statement = waiting.pop()
        for name in module.keep(statement):
            source = _home(module, name)
            if not source:
                continue
            if source not in modules:
                modules[source] = Module(source)
                waiting += [(modules[source], each) for each in modules[source].always_run()]
            if name not in modules[source].defined:
                raise NotMergeable(f"{module.name} uses {name}, which {source} does not define.")
            waiting.append((modules[source], modules[source].defined[name]))
            module.needs |= {source} - {module.name}
    _check_names(modules.values())
    order = _order(first, modules)
    sections = "\n\n\n".join(each.section() for each in order)
    return f"{_header(start, order)}\n\n{sections}\n"


def _home(module: Module, name: str) -> str:
    """Return the module of digitapp in which a name that a module uses is defined; or nothing."""
    found = module.imported.get(name)
    if found is None:
        return module.name if name in module.defined else ""
    if found.is_ours and (found.alias or not found.name):
        raise NotMergeable(f"{module.name} imports {name} with `as`, or as a module.")
    return found.module if found.is_ours else ""


def _parts(statement: ast.Import | ast.ImportFrom) -> list[Import]:
    if isinstance(statement, ast.Import):
        return [Import(each.name, "", each.asname or "") for each in statement.names]
    source = statement.module or ""
    return [Import(source, each.name, each.asname or "") for each in statement.names]


def _source(name: str) -> str:
    place = PACKAGE.joinpath(*name.split(".")[1:])
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return file.read_text("utf-8")


def _names(statement: ast.stmt, how: type[ast.expr_context]) -> set[str]:
    """Return the names that a statement reads (`ast.Load`) or assigns (`ast.Store`)."""
    found = (each for each in ast.walk(statement) if isinstance(each, ast.Name))
    return {each.id for each in found if isinstance(each.ctx, how)}


def _check_names(modules: Iterable[Module]) -> None:
    """Reject a name that means different things in two modules, or hides a built-in one."""
    meanings: dict[str, set[str]] = defaultdict(set)
    for module in modules:
        for name, statement in module.defined.items():
            if statement in module.kept:
                meanings[name].add(module.name)
        for name, each in module.used_imports().items():
            meanings[name].add(each.module if each.is_ours else f"{each.module} {each.name}")
    for name, found in meanings.items():
        places = sorted({*found, *(["Python"] if hasattr(builtins, name) else [])})
        if len(places) > 1:
            raise NotMergeable(f"{name} means different things in {' and '.join(places)}.")


def _order(first: str, modules: dict[str, Module]) -> list[Module]:
    """Return the modules, each after those that it needs."""
    found: dict[str, Module] = {}

    def add(name: str) -> None:
        for each in sorted(modules[name].needs):
            if each not in found:
                add(each)
        found[name] = modules[name]

    add(first)
    return list(found.values())


def _header(first: Module, modules: Iterable[Module]) -> str:
    used = {one for each in modules for one in each.used_imports().values() if not one.is_ours}
    known = sys.stdlib_module_names
    groups = [[each for each in used if (each.root in known) is ours] for ours in (True, False)]
    imports = "\n\n".join("\n".join(_lines(group)) for group in groups)
    return HEADER.format(docstring=f'"""{first.docstring}\n"""', imports=imports)


def _lines(imports: Iterable[Import]) -> Iterator[str]:
    """Yield the code of imports: first of modules, then of names out of modules."""
    names: dict[str, list[str]] = defaultdict(list)
    for each in sorted(imports, key=lambda each: (each.module.lower(), each.name)):
        as_alias = f" as {each.alias}" if each.alias else ""
        if each.name:
            names[each.module].append(f"{each.name}{as_alias}")
        else:
            yield f"import {each.module}{as_alias}"
    for module, found in names.items():
        yield f"from {module} import {', '.join(found)}"
