"""Metrics in Prometheus's form: what they count, and who may read them."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from digitapp.errors import StoreProblem
from digitapp.runs import RunStore, visitors
from digitapp.server import metrics
from digitapp.server.observing import Observer, place
from digitapp.training.spec import TrainingSpec
from tests.server.asgi import Client

ROUTES = [Route("/metrics", metrics.endpoint)]


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = SimpleNamespace(
        list_active_sessions=lambda: ["a", "b"], list_sessions=lambda: ["a", "b", "c"]
    )
    found = SimpleNamespace(_session_mgr=manager)
    monkeypatch.setattr(metrics, "get_instance", lambda: found)


def _values(store: Callable[[], RunStore]) -> dict[tuple[str, ...], float]:
    samples = [each for family in metrics.Collected(store).collect() for each in family.samples]
    return {(each.name, *each.labels.values()): each.value for each in samples}


def test_they_count_what_is_in_the_store(store_url: str) -> None:
    store = RunStore(store_url)
    store.create(TrainingSpec(dataset="pen", epochs=1))
    store.create(TrainingSpec(dataset="pen", epochs=1))
    found = _values(lambda: store)
    assert found["digitapp_store_up",] == 1
    assert found["digitapp_runs", "queued"] == 2
    assert found["digitapp_runs", "running"] == 0
    assert found["digitapp_stored", "handwriting"] == 0
    assert found["digitapp_store_bytes",] > 0
    assert found["digitapp_sessions", "connected"] == 2
    assert found["digitapp_sessions", "left"] == 1


def test_of_a_store_that_fails_they_say_so() -> None:
    def store() -> RunStore:
        raise StoreProblem("away")

    found = _values(store)
    assert found["digitapp_store_up",] == 0
    assert not [name for name in found if name[0] == "digitapp_runs"]


def test_the_page_is_in_prometheus_own_form() -> None:
    found = Client(ROUTES).get("/metrics")
    assert found.status == 200
    assert found.headers["content-type"].startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(found.text)}
    assert {"digitapp_requests", "digitapp_answer_seconds"} <= names
    assert "process_resident_memory_bytes" in names


@pytest.mark.parametrize("header", visitors.BY_PROXIES)
def test_they_are_not_for_who_comes_through_a_proxy(header: str) -> None:
    found = Client(ROUTES).get("/metrics", **{header.replace("-", "_"): "127.0.0.1"})
    assert found.status == 403
    assert "DIGITAPP_METRICS_TOKEN" in found.text


def test_they_are_not_for_another_machine_without_the_token(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = Client(ROUTES, address="192.168.1.7")
    assert other.get("/metrics", authorization="Bearer ").status == 403
    monkeypatch.setenv(metrics.TOKEN_VARIABLE, "open sesame")
    assert other.get("/metrics", authorization="Bearer open").status == 403
    assert other.get("/metrics", authorization="Bearer open sesame").status == 200


def test_streamlits_own_are_for_the_same_people() -> None:
    def own(request: Request) -> Response:
        return PlainTextResponse("cache_memory_bytes 1")

    routes = [Route("/_stcore/metrics", own), Route("/digits/_stcore/metrics", own)]
    app = Starlette(routes=routes, middleware=[Middleware(metrics.PrivateMetrics)])
    assert Client(app=app).get("/_stcore/metrics").status == 200
    for path in ("/_stcore/metrics", "/digits/_stcore/metrics"):
        assert Client(app=app, address="10.0.0.2").get(path).status == 403


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "page"),
        ("/train", "page"),
        ("/static/js/index.js", "static"),
        ("/live/code/abc/js/main.js", "live"),
        ("/media/abc.png", "media"),
        ("/_stcore/upload_file/session/file", "upload"),
        ("/_stcore/stream", "stream"),
        ("/digits/_stcore/health", "streamlit"),
        ("/health/ready", "health"),
        ("/digits/metrics", "metrics"),
        ("/_stcore/bidi-components/x/y.js", "component"),
    ],
)
def test_addresses_are_counted_by_what_they_are_for(path: str, expected: str) -> None:
    assert place(path) == expected


def test_a_request_is_counted_with_its_status() -> None:
    def count() -> float:
        labels = {"place": "page", "status": "404"}
        return REGISTRY.get_sample_value("digitapp_requests_total", labels) or 0

    before = count()
    Client(app=Starlette(middleware=[Middleware(Observer)])).get("/nothing/here")
    assert count() == before + 1
