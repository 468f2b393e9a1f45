"""Assemble the report's HTML page: sections, style, Plotly and a content security policy."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from digitapp import figures
from digitapp.runs import Run, RunStore
from digitapp.takehome.report.facts import gather
from digitapp.takehome.report.plots import drawn, for_script
from digitapp.takehome.report.sections import SECTIONS
from digitapp.text.escaping import html as escape

HERE = Path(__file__).parent
# Only the page's two scripts may run, and nothing may be fetched.
POLICY = (
    "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src {allowed}; "
    "base-uri 'none'; form-action 'none'"
)
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>{body}</main>
<footer>Written by digitapp.</footer>
<script type="application/json" id="charts">{charts}</script>
<script>{plotly}</script>
<script>{script}</script>
</body>
</html>
"""


def report(store: RunStore, run: Run) -> str:
    """Return a run as one HTML file: settings, curves, scores, mistakes and model card.

    The page is self-contained and works offline, follows the reader's light or dark scheme, fits
    a phone and can be printed. Missing parts are left out.

    Raises:
        BadFile: if stored parts of the run are damaged.
        StoreProblem: if the store fails.
    """
    facts = gather(store, run)
    plotly, script = _plotly(), _file("report.js")
    return PAGE.format(
        policy=POLICY.format(allowed=" ".join(map(_hash, (plotly, script)))),
        title=escape(f"{run.title} · run {run.id}"),
        style=_file("report.css"),
        body="".join(section(facts) for section in SECTIONS),
        charts=for_script(drawn(facts)),
        plotly=plotly,
        script=script,
    )


def _plotly() -> str:
    return (figures.LIBRARY / "plotly.min.js").read_text("utf-8")


def _file(name: str) -> str:
    return (HERE / name).read_text("utf-8")


def _hash(script: str) -> str:
    """Return the hash source that allows a script in the content security policy."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
