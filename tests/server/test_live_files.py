"""The routes of the live part: scripts and networks, kept by browsers for ever."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config

from digitapp.errors import StoreProblem
from digitapp.live import browser_files, epoch_networks, networks, samples
from digitapp.recently_used import RecentlyUsed
from digitapp.runs import RunStore
from digitapp.server.live_files import live_routes
from tests.live.stored import add_run, learn_more
from tests.live.test_epoch_networks import LAYERS, stopped
from tests.server.asgi import Client

FOR_EVER = "public, max-age=31536000, immutable"
FOR_ITS_PERSON = "private, max-age=31536000, immutable"
FILES = {
    "js/network.js": "text/javascript; charset=utf-8",
    "vendor/tfjs-4.22.0/tfjs-backend-wasm-simd.wasm": "application/wasm",
}


@pytest.fixture
def store(store_url: str) -> RunStore:
    return RunStore(store_url)


@pytest.fixture
def client(store: RunStore) -> Client:
    return Client(live_routes(lambda: store))


@pytest.fixture
def below_a_path(store: RunStore) -> Iterator[Client]:
    config.set_option("server.baseUrlPath", "/class/digits/")
    yield Client(live_routes(lambda: store))
    config.set_option("server.baseUrlPath", "")


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_kept_for_ever(client: Client, path: str) -> None:
    found = client.get(f"/{browser_files.address(path)}")
    assert found.status == 200
    assert found.content == browser_files.files()[path]
    assert found.headers["cache-control"] == FOR_EVER
    assert found.headers["content-type"] == FILES[path]
    assert found.headers["content-encoding"] == "gzip"
    assert int(found.headers["content-length"]) < len(found.content)


def test_a_client_without_gzip_gets_it_as_it_is(client: Client) -> None:
    path = "js/network.js"
    found = client.get(f"/{browser_files.address(path)}", accept_encoding="identity")
    assert "content-encoding" not in found.headers
    assert found.content == browser_files.files()[path]
    assert found.headers["vary"] == "Accept-Encoding"


def test_every_file_of_the_live_part_is_served(client: Client) -> None:
    assert "js/reading.js" in browser_files.files()
    for path in browser_files.files():
        assert client.get(f"/{browser_files.address(path)}").status == 200


@pytest.mark.parametrize(
    "path",
    [
        "js/nothing.js",
        "packing.py",
        "vendor/tfjs-4.22.0/LICENSE",
        "js/../packing.py",
        "js/%2e%2e/packing.py",
        "%2e%2e/%2e%2e/README.md",
        "/etc/passwd",
        "",
        "js",
    ],
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    found = client.get(f"/{browser_files.address(path)}")
    assert found.status == 404
    assert "digitapp" not in found.text


def test_scripts_of_another_version_are_gone(client: Client) -> None:
    found = client.get(f"/live/code/{'0' * 24}/js/network.js")
    assert (found.status, found.headers["cache-control"]) == (404, "no-store")
    assert found.text == "These scripts are of another version of the app. Reload the page.\n"


@pytest.mark.parametrize("name", ["recogniser", "run-1"])
def test_a_network_and_its_weights_are_kept_for_ever(
    client: Client, store: RunStore, name: str
) -> None:
    add_run(store)
    address = networks.address(name, "", store)
    description = client.get(f"/{address}")
    assert description.status == 200
    assert description.headers["content-type"] == "application/json"
    weights = client.get(f"/live/networks/{name}/{description.json()['weights']}")
    whole = description.json()
    last = (whole["strokes"] or whole)["layers"][-2]["bias"]
    assert len(weights.content) == 4 * (last["offset"] + last["shape"][0])
    for each in (description, weights):
        expected = FOR_ITS_PERSON if name == "run-1" else FOR_EVER
        assert each.headers["cache-control"] == expected
        assert each.headers["content-encoding"] == "gzip"


def test_the_networks_after_the_epochs_of_a_run_are_kept_for_ever(
    client: Client, store: RunStore
) -> None:
    run = store.get(stopped(store))
    for address in epoch_networks.addresses(run, store).values():
        description = client.get(f"/{address}")
        folder = address.rpartition("/")[0]
        weights = client.get(f"/{folder}/{description.json()['weights']}")
        last = description.json()["layers"][-2]["bias"]
        assert len(weights.content) == 4 * (last["offset"] + last["shape"][0])
        for each in (description, weights):
            assert (each.status, each.headers["cache-control"]) == (200, FOR_ITS_PERSON)
            assert each.headers["content-encoding"] == "gzip"


def test_the_first_layers_of_a_run_are_kept_for_ever(client: Client, store: RunStore) -> None:
    _, address = epoch_networks.first_layers(store.get(stopped(store)), store)
    found = client.get(f"/{address}")
    assert (found.status, found.headers["cache-control"]) == (200, FOR_ITS_PERSON)
    assert len(found.content) == 4 * LAYERS.size


@pytest.mark.parametrize("place", ["epoch-0", "epoch-1", "epoch-x", f"epoch-{'9' * 5000}"])
def test_an_unknown_epoch_is_not_found(client: Client, store: RunStore, place: str) -> None:
    stopped(store)
    for digest in ("0" * 24, "<script>"):
        found = client.get(f"/live/networks/run-1/{place}/{digest}.json")
        assert (found.status, found.headers["cache-control"]) == (404, "no-store")
        assert found.headers["content-type"].startswith("text/plain")


def test_the_network_of_a_run_that_has_learned_more_is_gone(
    client: Client, store: RunStore
) -> None:
    run = add_run(store, seed=7)
    address = networks.address("run-1", "first", store)
    learn_more(store, run)
    found = client.get(f"/{address}")
    assert (found.status, found.headers["cache-control"]) == (404, "no-store")
    assert found.text == "The network run-1 is no longer the same. Reload the page.\n"


def test_a_sample_of_images_is_kept_for_ever(
    client: Client, store: RunStore, toy_mnist: Path
) -> None:
    description = client.get(f"/{samples.address('recogniser', store)}")
    assert description.headers["content-type"] == "application/json"
    told = description.json()
    values = client.get(f"/live/samples/recogniser/{told['values']}")
    assert values.headers["content-type"] == "application/octet-stream"
    assert len(values.content) == 785 * (told["training"]["count"] + told["test"]["count"])
    for each in (description, values):
        assert each.status == 200
        assert each.headers["cache-control"] == FOR_EVER
        assert each.headers["content-encoding"] == "gzip"


def test_images_that_have_changed_are_gone(
    client: Client, store: RunStore, toy_mnist: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "_samples", RecentlyUsed(1))
    address = samples.address("recogniser", store)
    (toy_mnist / "mnist.npz").write_bytes(b"damaged")
    found = client.get(f"/{address}")
    assert (found.status, found.headers["cache-control"]) == (404, "no-store")
    assert found.text == "The images for recogniser are no longer the same. Reload the page.\n"


@pytest.mark.parametrize("part", ["networks", "samples"])
@pytest.mark.parametrize("name", ["run-5", "recogniser", "<script>", "..%2frecogniser"])
def test_an_unknown_network_is_not_found(client: Client, name: str, part: str) -> None:
    found = client.get(f"/live/{part}/{name}/{'0' * 24}.json")
    assert found.status == 404
    assert found.headers["content-type"].startswith("text/plain")


def test_a_store_that_fails_is_said(store_url: str) -> None:
    def fails() -> RunStore:
        raise StoreProblem("The runs cannot be read.")

    client = Client(live_routes(fails))
    found = client.get(f"/live/networks/run-1/{'0' * 24}.bin")
    assert (found.status, found.text) == (503, "The runs cannot be read.\n")


def test_they_are_below_the_apps_own_path(below_a_path: Client, store: RunStore) -> None:
    code, network = (
        browser_files.address("js/reading.js"),
        networks.address("recogniser", "", store),
    )
    for address in (code, network):
        assert below_a_path.get(f"/class/digits/{address}").status == 200
        assert below_a_path.get(f"/{address}").status == 404


@pytest.mark.parametrize("place", ["networks", "samples"])
@pytest.mark.parametrize("name", ["nosuch", "run-9", "recogniser%20"])
def test_what_is_kept_ready_is_not_sent_under_another_name(
    place: str, name: str, client: Client, store: RunStore, toy_mnist: Path
) -> None:
    known = "recogniser"
    of_images, of_network = samples.address(known, store), networks.address(known, "", store)
    made = of_images if place == "samples" else of_network
    assert client.get(f"/{made}").status == 200
    found = client.get(f"/{made}".replace(known, name))
    assert (found.status, found.headers["cache-control"]) == (404, "no-store")
