"""Measurements of a network for its model card: Markdown, and a reliability diagram as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from digitapp.evaluation.calibration import Calibration
from digitapp.text.escaping import markdown
from digitapp.text.percent import counted_percent

Values = dict[str, Any]

WIDE, MARGIN = 300, 42  # pixels of the diagram
OUTCOME = ("right", "refused", "wrong")
TICKS = (0, 25, 50, 75, 100)  # percent
CSS = (
    "text{font:12px sans-serif;fill:#667}.bar{fill:#4f6df5}.honest{stroke:#e2762b;"
    "stroke-dasharray:4}.axis{stroke:#99a}"
)


@dataclass(frozen=True)
class Report:
    """Calibration and measurements of a network.

    Attributes:
        calibration: the result of its calibration.
        measured: values from `full_evaluation`: test and others; optionally strokes, numbers and
            images.
    """

    calibration: Calibration
    measured: Values

    def sections(self, diagram: str) -> str:
        """Return the measurements as sections of the card, in Markdown.

        Args:
            diagram: the name of the file that will contain `self.diagram`.
        """
        found = self.measured
        parts = [_test(found["test"])]
        parts += [_strokes(found["strokes"])] if "strokes" in found else []
        parts += [_pictures(found["images"])] if "images" in found else []
        parts += [_numbers(found["numbers"])] if "numbers" in found else []
        return "\n".join([*parts, _refusals(found), self._trust(diagram)]) + "\n"

    @property
    def diagram(self) -> str:
        """The reliability diagram as SVG: the share of correct answers for each confidence."""
        return _svg(self._shown()[1])

    def _shown(self) -> tuple[str, list[list[float]]]:
        """Return the subject of the diagram, and its bins."""
        name = "strokes" if "strokes" in self.measured else "test"
        title = "the strokes as drawn" if name == "strokes" else "the test images"
        return title, self.measured[name]["reliability"]

    def _trust(self, diagram: str) -> str:
        title, bins = self._shown()
        calibration = self.calibration
        rows = [
            (
                f"{100 * n / len(bins):.0f} to {100 * (n + 1) / len(bins):.0f} %",
                f"{count:,}",
                counted_percent(sure),
                counted_percent(right),
            )
            for n, (count, sure, right) in enumerate(bins)
            if count
        ]
        return (
            "## How far to trust it\n\n"
            f"Temperature {calibration.temperature:.3f}, and the refusal threshold (a "
            f"probability of {calibration.threshold:.3f} before, 0.5 now), both fitted on digits "
            "of MNIST and `pen` that were held back from training; the threshold so that "
            f"{counted_percent(calibration.refused)} of them are refused. Both are folded into the "
            f"last layer's weights.\n\n![Reliability diagram]({diagram})\n\nFor {title}:\n\n"
            + _table(("said", "answers", "mean confidence", "right"), rows)
        )


def _test(found: Values) -> str:
    return (
        f"## MNIST's test images\n\n{_with_interval(found)} of {found['total']:,} are right, "
        f"{counted_percent(found['refused'])} refused, {counted_percent(found['wrong'])} wrong; "
        f"expected calibration error {counted_percent(found['calibration_error'])}.\n"
    )


def _strokes(found: Values) -> str:
    conditions = found["conditions"]
    rows = [
        (name, way, *_outcome(each), counted_percent(each["calibration_error"]))
        for name, row in conditions.items()
        for way, each in row.items()
    ]
    return (
        f"## Pen strokes\n\n{found['digits']:,} digits by people whose writing was not used in "
        "training. Right (with its 95 % interval), refused and wrong add up to 100 %.\n\n"
        + _table(("drawn", "via", *OUTCOME, "calibration error"), rows)
    )


def _pictures(found: Values) -> str:
    rows = [("all, prepared", found["prepared"]), ("all, just squeezed", found["squeeze"])]
    rows += [(f"{markdown(kind)}, prepared", each) for kind, each in found["kinds"].items()]
    cells = [(name, f"{each['total']:,}", *_outcome(each)) for name, each in rows]
    return (
        "## Pictures\n\nPictures of single digits, made by strangers to try their own programs; "
        "the intervals are bootstrapped by writer.\n\n"
        + _table(("pictures", "number", *OUTCOME), cells)
    )


def _numbers(found: Values) -> str:
    rows = [
        (way, spacing, *_outcome(each))
        for way, whole in found["ways"].items()
        for spacing, each in {"all": whole, **whole["spacings"]}.items()
    ]
    return (
        f"## Numbers\n\n{found['numbers']:,} numbers of 2 to 5 digits, put together from the "
        "strokes. A number is right when it is read without any mistake, and refused when some "
        "part of it is not read.\n\n" + _table(("via", "digits", *OUTCOME), rows)
    )


def _refusals(found: Values) -> str:
    rows = [
        (name, f"{each['total']:,}", _with_interval(each, "refused"))
        for name, each in found["others"].items()
    ]
    others = found.get("images", {}).get("others")
    if others:
        rows.append(
            (
                "pictures of letters and of several digits",
                str(others["total"]),
                _with_interval(others, "refused"),
            )
        )
    return "## Non-digits\n\n" + _table(("things", "number", "refused"), rows)


def _outcome(found: Values) -> tuple[str, str, str]:
    """Return the table cells for the columns `OUTCOME`."""
    return (
        _with_interval(found),
        counted_percent(found["refused"]),
        counted_percent(found["wrong"]),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _with_interval(found: Values, name: str = "accuracy") -> str:
    low, high = found["interval_95"]
    return f"{counted_percent(found[name])} ({100 * low:.2f} to {100 * high:.2f})"


def _svg(bins: Sequence[Sequence[float]]) -> str:
    side = WIDE + 2 * MARGIN
    step = WIDE / len(bins)
    bars = [
        f'<rect class="bar" x="{MARGIN + n * step + 1:.1f}" y="{MARGIN + WIDE * (1 - right):.1f}" '
        f'width="{step - 2:.1f}" height="{WIDE * right:.1f}" '
        f'opacity="{min(1.0, 0.25 + count / 20):.2f}"><title>{int(count)} answers</title></rect>'
        for n, (count, _, right) in enumerate(bins)
        if count
    ]
    low, high = MARGIN, MARGIN + WIDE
    lines = [
        f'<line class="axis" x1="{low}" y1="{high}" x2="{high}" y2="{high}"/>',
        f'<line class="axis" x1="{low}" y1="{low}" x2="{low}" y2="{high}"/>',
        f'<line class="honest" x1="{low}" y1="{high}" x2="{high}" y2="{low}"/>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}">'
        f"<style>{CSS}</style>{''.join([*bars, *lines, *_labels()])}</svg>\n"
    )


def _labels() -> list[str]:
    middle, low, high = MARGIN + WIDE / 2, MARGIN, MARGIN + WIDE
    found = [
        f'<text x="{middle}" y="{high + 34}" text-anchor="middle">how sure it is (%)</text>',
        f'<text x="{low}" y="{low - 12}">how often it is right (%)</text>',
    ]
    for tick in TICKS:
        place = WIDE * tick / 100
        found.append(f'<text x="{low + place}" y="{high + 16}" text-anchor="middle">{tick}</text>')
        found.append(f'<text x="{low - 6}" y="{high - place + 4}" text-anchor="end">{tick}</text>')
    return found
