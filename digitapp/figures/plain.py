"""Figures in plain values, for pages that show a new one after every stroke.

Building and checking a `plotly.graph_objects.Figure` takes milliseconds, and it brings 6 kB of
template; these are written as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class PlainFigure:
    """A Plotly figure of one trace.

    Attributes:
        trace, layout: as in Plotly's figure schema, of values that JSON has.
    """

    trace: Mapping[str, Any]
    layout: Mapping[str, Any]

    def to_json(self, *, remove_uids: bool = False) -> str:
        """Return the figure as JSON; there are no `uid`s to remove."""
        return json.dumps({"data": [self.trace], "layout": self.layout}, separators=(",", ":"))
