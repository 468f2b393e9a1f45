"""Charts of the report: their placeholders in the page and their Plotly figures as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from digitapp import figures
from digitapp.takehome.report.facts import Facts
from digitapp.text.escaping import html as escape
from digitapp.training import architectures

ABOUT = {
    "accuracy": "Accuracy after each epoch",
    "loss": "Loss after each epoch",
    "confusion": "What was taken for what",
    "network": "The layers of the network",
}


def place(name: str) -> str:
    """Return the HTML element in which the chart `name` is drawn."""
    return f'<div class="chart" id="{name}" role="img" aria-label="{escape(ABOUT[name])}"></div>'


def drawn(facts: Facts) -> dict[str, Any]:
    """Return the Plotly JSON of each chart for which the run has data."""
    return {name: _plain(make(facts)) for name, (make, wanted) in CHARTS.items() if wanted(facts)}


def for_script(values: Any) -> str:
    """Return JSON that is safe inside a `<script>` element, whatever text it contains."""
    text = json.dumps(values, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _plain(figure: Any) -> Any:
    """Return a figure as JSON, without Plotly's template, whose colours suit only a white page."""
    found = json.loads(figure.to_json())
    found["layout"].pop("template", None)
    return found


def _curve(metric: figures.Metric) -> Callable[[Facts], Any]:
    def make(facts: Facts) -> Any:
        run = facts.run
        return figures.curve(metric, facts.epochs, facts.points, run.batches, len(facts.epochs))

    return make


def _confusion(facts: Facts) -> Any:
    assert facts.score
    return figures.confusion(facts.score.confusion, facts.class_names)


def _network(facts: Facts) -> Any:
    return figures.network(architectures.summary(facts.run.spec, len(facts.class_names)))


CHARTS: dict[str, tuple[Callable[[Facts], Any], Callable[[Facts], bool]]] = {
    "accuracy": (_curve("accuracy"), lambda facts: bool(facts.epochs)),
    "loss": (_curve("loss"), lambda facts: bool(facts.epochs)),
    "confusion": (_confusion, lambda facts: facts.score is not None),
    "network": (_network, lambda facts: True),
}
