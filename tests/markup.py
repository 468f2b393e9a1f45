"""Finds unescaped text passed to Streamlit's Markdown, by static analysis of the source.

A text is safe when it is a literal, a module constant, a number in a numeric format, or the result
of a function in `ESCAPING`; when it is composed of such; or when it is a local name, a parameter or
a function all of whose values are safe. A function with a parameter that reaches Markdown counts
as a sink itself, and its callers are checked instead.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Functions that take Markdown, and the positions of the arguments.
FIRST = (
    *("markdown", "write", "caption", "info", "error", "warning", "success", "toast", "header"),
    *("subheader", "title", "expander", "popover", "button", "download_button", "text_input"),
    *("form_submit_button", "link_button", "text_area", "selectbox", "multiselect", "slider"),
    *("toggle", "checkbox", "radio", "tabs", "segmented_control", "pills", "number_input"),
    *("spinner", "file_uploader", "camera_input", "select_slider", "feedback", "status", "badge"),
)
SINKS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(FIRST, (0,)),
    "metric": (0, 1),
    "progress": (1,),
    "image": (),
}
OPTIONS_ARE_MARKDOWN = {"segmented_control", "pills", "radio", "select_slider"}
KEYWORDS = {"label", "body", "text", "help", "caption", "value_text", "description"}
# Functions that return text without any markup.
ESCAPING = {"markdown", "percent", "counted_percent", "time_in_words", "len"}
NUMBERS = set("bcdeEfFgGnoxX%")  # formats that refuse text

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Finding:
    """A text that cannot be proven safe."""

    module: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.text}"


class Reader:
    """Reads all modules together; functions are identified by name."""

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        self.trees = trees
        self.ours = {name: set(_ours(tree)) for name, tree in trees.items()}
        self.functions: dict[str, list[Function]] = {}
        for tree in trees.values():
            for node in ast.walk(tree):
                if isinstance(node, Function):
                    self.functions.setdefault(node.name, []).append(node)
        self.taking: dict[str, set[str]] = {}  # parameters that reach Markdown, by function
        self.asked: set[str] = set()

    def findings(self) -> list[Finding]:
        """Return all unsafe texts, following parameters until no new ones are found."""
        while True:
            before = sum(map(len, self.taking.values()))
            found = [each for module in self.trees for each in self._in_module(module)]
            if sum(map(len, self.taking.values())) == before:
                return found

    def _in_module(self, module: str) -> Iterator[Finding]:
        for call, around in _calls(self.trees[module], ()):
            for text in self._texts(module, call):
                for part in self._unsafe(text, around):
                    yield Finding(module, part.lineno, ast.unparse(part))

    def _texts(self, module: str, call: ast.Call) -> Iterator[ast.expr]:
        """Yield the arguments of a call that are interpreted as Markdown."""
        name = _name(call.func)
        on_streamlit = name in SINKS and _owner(call) not in {"", *self.ours[module]}
        places = SINKS[name] if on_streamlit else ()
        wanted = KEYWORDS if on_streamlit else self.taking.get(name, set())
        for function in self.functions.get(name, ()) if not on_streamlit else ():
            names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
            places = tuple(n for n, each in enumerate(names) if each in wanted)
        for place in places:
            if place < len(call.args):
                yield call.args[place]
        yield from (each.value for each in call.keywords if each.arg in wanted)
        if on_streamlit and name in OPTIONS_ARE_MARKDOWN:
            yield _options(call)

    def _unsafe(self, text: ast.expr, around: tuple[Function, ...]) -> Iterator[ast.expr]:
        parts = _parts(text)
        if parts is not None:
            for part in parts:
                yield from self._unsafe(part, around)
        elif isinstance(text, ast.Call):
            yield from self._unsafe_call(text, around)
        elif isinstance(text, ast.Name):
            yield from self._unsafe_name(text, text.id, around)
        else:
            yield text

    def _unsafe_call(self, call: ast.Call, around: tuple[Function, ...]) -> Iterator[ast.expr]:
        name = _name(call.func)
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        if name in ESCAPING:
            return
        if owner is not None and name in ("join", "format"):
            yield from self._unsafe(owner, around)
            for part in (*call.args, *(each.value for each in call.keywords)):
                yield from self._unsafe(part, around)
        elif isinstance(call.func, ast.Name) and name in self.functions:
            yield from self._unsafe_function(name)
        else:
            yield call

    def _unsafe_function(self, name: str) -> Iterator[ast.expr]:
        """Yield unsafe values that one of our functions may return."""
        if name in self.asked:
            return
        self.asked.add(name)
        for function in self.functions[name]:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    yield from self._unsafe(node.value, (function,))
        self.asked.discard(name)

    def _unsafe_name(
        self, text: ast.expr, name: str, around: tuple[Function, ...]
    ) -> Iterator[ast.expr]:
        """Yield unsafe values of a name, in the innermost function that assigns it."""
        for function in reversed(around):
            given = list(_given(function, name))
            for value in given:
                yield from self._unsafe(value, around) if value is not None else (text,)
            if name in _parameters(function):
                self.taking.setdefault(function.name, set()).add(name)
                given.append(None)
            if given:
                return
        yield text


def _parts(text: ast.expr) -> list[ast.expr] | None:
    """Return the parts of a composed text; an empty list for a literal, None for anything else."""
    found: list[ast.expr] | None = None
    match text:
        case ast.Constant():
            found = []
        case ast.JoinedStr(values=values):
            holes = [part for part in values if isinstance(part, ast.FormattedValue)]
            found = [part.value for part in holes if not _is_number(part)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            found = [left, right]
        case ast.IfExp(body=one, orelse=other):
            found = [one, other]
        case ast.BoolOp(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            found = parts
        case ast.Dict(values=parts):
            found = parts
        case ast.ListComp(elt=part) | ast.GeneratorExp(elt=part) | ast.DictComp(value=part):
            found = [part]
        case ast.Subscript(value=part):
            found = [part]
    return [] if _constant_in(text) else found


def _calls(
    node: ast.AST, around: tuple[Function, ...]
) -> Iterator[tuple[ast.Call, tuple[Function, ...]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, around
        inside = (*around, child) if isinstance(child, Function) else around
        yield from _calls(child, inside)


def _given(function: Function, name: str) -> Iterator[ast.expr | None]:
    """Yield the values a function assigns to a local name; None for one that cannot be traced."""
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _matched(target, value, name)
            case ast.AugAssign(target=ast.Name(id=target), value=value) if target == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=target), value=value) if target == name:
                yield value
            case ast.For(target=target) | ast.comprehension(target=target):
                yield from _looped(target, node.iter, name)


def _matched(target: ast.expr, value: ast.expr, name: str) -> Iterator[ast.expr | None]:
    if isinstance(target, ast.Name) and target.id == name:
        yield value
    elif isinstance(target, ast.Tuple):
        together = isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts)
        for place, each in enumerate(target.elts):
            if together:
                yield from _matched(each, value.elts[place], name)  # type: ignore[attr-defined]
            elif name in {n.id for n in ast.walk(each) if isinstance(n, ast.Name)}:
                yield None


def _looped(target: ast.expr, over: ast.expr, name: str) -> Iterator[ast.expr | None]:
    """Yield the values a loop variable takes: rows of a literal, or items of a constant."""
    if name not in {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}:
        return
    if isinstance(over, ast.Tuple | ast.List):
        for each in over.elts:
            yield from _matched(target, each, name)
    elif isinstance(over, ast.Call) and _name(over.func) == "zip" and isinstance(target, ast.Tuple):
        for each, row in zip(target.elts, over.args, strict=False):
            yield from _looped(each, row, name)
    else:
        yield _constant_in(over)


def _constant_in(over: ast.expr) -> ast.expr | None:
    """Return a constant, bare or in `list(it)`, `it.items()`, `it.keys()` or `it.values()`."""
    if isinstance(over, ast.Call) and _name(over.func) in ("list", "tuple") and over.args:
        return _constant_in(over.args[0])
    if isinstance(over, ast.Call) and _name(over.func) in ("items", "keys", "values"):
        over = over.func.value if isinstance(over.func, ast.Attribute) else over
    return over if _is_constant(over) else None


def _parameters(function: Function) -> set[str]:
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return {each.arg for each in every}


def _ours(tree: ast.Module) -> Iterator[str]:
    """Yield the names a module imports from this project."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("digitapp"):
            yield from (each.asname or each.name for each in node.names)


def _options(call: ast.Call) -> ast.expr:
    """Return how a widget shows its options: the body of `format_func`, or the options."""
    for keyword in call.keywords:
        if keyword.arg == "format_func":
            made = keyword.value
            return made.body if isinstance(made, ast.Lambda) else made
    return call.args[1]


def _owner(call: ast.Call) -> str:
    """Return whose method is called: a name, or `?` for anything else; empty for a function."""
    if not isinstance(call.func, ast.Attribute):
        return ""
    return getattr(call.func.value, "id", "?")


def _is_number(part: ast.FormattedValue) -> bool:
    spec = part.format_spec
    if not isinstance(spec, ast.JoinedStr) or not spec.values:
        return False
    last = spec.values[-1]
    text = last.value if isinstance(last, ast.Constant) else ""
    return isinstance(text, str) and (text[-1:] in NUMBERS or "," in text)


def _is_constant(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return isinstance(name, str) and name.isupper() and len(name) > 1


def _name(node: ast.expr) -> str:
    return str(node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", ""))
