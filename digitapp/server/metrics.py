"""Metrics in Prometheus's form, at `/metrics`: of requests, answers, visitors, runs, the process.

Each process of a server counts its own; Prometheus adds them up. They are for this machine, and for
whoever knows the word in the environment variable DIGITAPP_METRICS_TOKEN.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import get_instance

from digitapp.errors import StoreProblem

if TYPE_CHECKING:
    from digitapp.runs import RunStore


TOKEN_VARIABLE = "DIGITAPP_METRICS_TOKEN"
NOT_YOURS = (
    "The metrics are for this machine. To read them from another one, set the environment variable "
    f"{TOKEN_VARIABLE} and send it as: Authorization: Bearer THAT\n"
)
OF_STREAMLIT = ("/_stcore/metrics", "/_stcore/script-health-check")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)  # of histograms

REQUESTS = Counter("digitapp_requests", "HTTP requests", ["place", "status"])
REQUEST_SECONDS = Histogram(
    "digitapp_request_seconds", "Time to answer an HTTP request", ["place"], buckets=SECONDS
)
ANSWER_SECONDS = Histogram(
    "digitapp_answer_seconds",
    "Time from a browser's message, such as a stroke, to the end of the page's answer",
    buckets=SECONDS,
)
MESSAGES = Counter("digitapp_messages", "Messages of browsers, by kind", ["kind"])
REFUSED = Counter("digitapp_refused", "Requests that were refused, by reason", ["reason"])
UPLOADED = Counter("digitapp_uploaded_bytes", "Bytes of files that were uploaded")


class PrivateMetrics:
    """Middleware that lets only those who may read ours read Streamlit's own metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        asked = scope["type"] == "http" and scope["path"].endswith(OF_STREAMLIT)
        if asked and not may_read(Request(scope)):
            await _refused()(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Collected(Collector):
    """What is counted when it is asked for: sessions, and what is in the store."""

    def __init__(self, store: Callable[[], RunStore]) -> None:
        self._store = store

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the present values; of a store that fails only that it does."""
        yield _sessions()
        yield from _stored(self._store)

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: registering must not open the store."""
        return []


def register(store: Callable[[], RunStore]) -> None:
    """Add the values that are counted when asked for, once in a process."""
    with _once:
        if not _registered:
            collected = Collected(store)
            REGISTRY.register(collected)
            _registered.append(collected)


def endpoint(request: Request) -> Response:
    """Answer with all metrics, or with a sentence why not."""
    if not may_read(request):
        return _refused()
    content = generate_latest(REGISTRY)
    headers = {"Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=CONTENT_TYPE_LATEST)


def may_read(request: Request) -> bool:
    """Return whether a request comes from this machine, not through a proxy, or has the token."""
    token = os.environ.get(TOKEN_VARIABLE, "")
    given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
    if token and hmac.compare_digest(given.encode(), token.encode()):
        return True
    from digitapp.runs import visitors

    through_proxy = any(name in request.headers for name in visitors.BY_PROXIES)
    return not through_proxy and _is_here(request.client.host if request.client else "")


def _refused() -> Response:
    REFUSED.labels("metrics").inc()
    return PlainTextResponse(NOT_YOURS, 403, {"Cache-Control": "no-store"})


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _sessions() -> GaugeMetricFamily:
    found = GaugeMetricFamily("digitapp_sessions", "Tabs of browsers", labels=["state"])
    manager = get_instance()._session_mgr
    connected = len(manager.list_active_sessions())
    found.add_metric(["connected"], connected)
    found.add_metric(["left"], len(manager.list_sessions()) - connected)
    return found


def _stored(store: Callable[[], RunStore]) -> Iterator[GaugeMetricFamily]:
    from digitapp.runs import census

    up = GaugeMetricFamily("digitapp_store_up", "Whether the store answers")
    try:
        counted = census.of(store())
    except StoreProblem:
        up.add_metric([], 0)
        yield up
        return
    up.add_metric([], 1)
    yield up
    runs = GaugeMetricFamily("digitapp_runs", "Runs in the store, by status", labels=["status"])
    for status, count in counted.runs.items():
        runs.add_metric([status], count)
    yield runs
    kept = GaugeMetricFamily("digitapp_stored", "What is in the store, by kind", labels=["kind"])
    for kind, count in counted.kept.items():
        kept.add_metric([kind], count)
    yield kept
    size = GaugeMetricFamily("digitapp_store_bytes", "Size of the store's database")
    size.add_metric([], counted.size)
    yield size


_once = threading.Lock()
_registered: list[Collected] = []
