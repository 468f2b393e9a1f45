"""Addresses for whoever runs the server: its health and its metrics."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from starlette.routing import Route

from digitapp.server import health, metrics
from digitapp.server.base_path import base_path

if TYPE_CHECKING:
    from digitapp.runs import RunStore


def operation_routes() -> list[Route]:
    """Return the routes for `st.App`, below `server.baseUrlPath`."""
    below = base_path()
    metrics.register(_whole_store)
    return [
        Route(f"{below}/health/live", health.live),
        Route(f"{below}/health/ready", health.Ready(_whole_store).answer),
        Route(f"{below}/metrics", metrics.endpoint),
    ]


@functools.cache
def _whole_store() -> RunStore:
    """Return the store as the server itself sees it: what is counted is everybody's."""
    from digitapp.runs import RunStore

    return RunStore()
