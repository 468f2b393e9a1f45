"""Routes to the files of the live part, and to the networks and images that it runs on.

Each address contains a digest of what is found there, so browsers keep it and never ask again. All
work is done in threads of Starlette's pool.
"""

from __future__ import annotations

import functools
import gzip
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from digitapp.errors import DigitappError, StoreProblem, UnknownName
from digitapp.server.base_path import base_path
from digitapp.server.identity import seen_by_sender

if TYPE_CHECKING:
    from digitapp.live.packing import Packed
    from digitapp.runs import RunStore

Stores = Callable[[], "RunStore"]

FOR_EVER = "public, max-age=31536000, immutable"
NOT_AT_ALL = {"Cache-Control": "no-store"}
GONE = "These scripts are of another version of the app. Reload the page."


def live_routes(store: Stores) -> list[Route]:
    """Return the routes for `st.App`, below `server.baseUrlPath`.

    Args:
        store: returns the store of runs; called in a thread, and only if it is needed.
    """
    below = f"{base_path()}/live"
    places = {
        "networks/{name}/{digest}.json": _network,
        "networks/{name}/{digest}.bin": _network,
        "networks/{name}/epoch-{epoch}/{digest}.json": _epoch,
        "networks/{name}/epoch-{epoch}/{digest}.bin": _epoch,
        "networks/{name}/first-layer/{digest}.bin": _first_layers,
        "samples/{name}/{digest}.json": _sample,
        "samples/{name}/{digest}.bin": _sample,
        "examples/{name}/{digest}.json": _examples,
    }
    return [
        Route(f"{below}/code/{{digest}}/{{path:path}}", _answered(_code)),
        *(
            Route(f"{below}/{path}", _answered(functools.partial(_seen_by_sender, store, find)))
            for path, find in places.items()
        ),
    ]


Found = tuple[bytes, str]  # gzipped content, and its type
Find = Callable[[Stores, Request], Found]


def _answered(find: Callable[[Request], Found]) -> Callable[[Request], Response]:
    """Return an endpoint that answers with what is found, or with a sentence why it is not."""

    def endpoint(request: Request) -> Response:
        try:
            content, content_type = find(request)
        except DigitappError as error:
            status = 503 if isinstance(error, StoreProblem) else 404
            return PlainTextResponse(f"{error}\n", status, NOT_AT_ALL)
        headers = {"Cache-Control": _kept(request), "Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(gzip.decompress(content), headers=headers, media_type=content_type)
        # Streamlit's own middleware would compress it anew for every browser.
        headers["Content-Encoding"] = "gzip"
        return Response(content, headers=headers, media_type=content_type)

    return endpoint


def _seen_by_sender(store: Stores, find: Find, request: Request) -> Found:
    """Find what whoever sends the request may read, even if it is kept ready for others."""
    from digitapp.library import models
    from digitapp.registry import lookup

    name, seen = request.path_params["name"], seen_by_sender(request, store)
    if find is not _examples:  # which are of a dataset
        run = models.run_of(name)
        if run is None:
            lookup(models.MODELS, "model", name)
        else:
            seen().get(run)
    return find(seen, request)


def _kept(request: Request) -> str:
    """Return for how long an answer may be kept, and by whom: people's own things by them alone."""
    from digitapp.library import models

    for_all = request.path_params.get("name") in (None, *models.MODELS)
    return FOR_EVER if for_all else FOR_EVER.replace("public", "private")


def _code(request: Request) -> Found:
    from digitapp.live import browser_files

    path = request.path_params["path"]
    if request.path_params["digest"] != browser_files.digest():
        raise UnknownName(GONE)
    if path not in browser_files.files():
        raise UnknownName(f"There is no such file: {path}.")
    return browser_files.gzipped(path), browser_files.content_type(path)


def _network(store: Stores, request: Request) -> Found:
    from digitapp.live import networks

    return _part(request, networks.gzipped(**request.path_params, store=store()))


def _epoch(store: Stores, request: Request) -> Found:
    from digitapp.live import epoch_networks

    return _part(request, epoch_networks.gzipped(**request.path_params, store=store()))


def _part(request: Request, found: Packed) -> Found:
    if request.url.path.endswith(".json"):
        return found.description, "application/json"
    return found.weights, "application/octet-stream"


def _sample(store: Stores, request: Request) -> Found:
    from digitapp.live import samples

    name, digest = request.path_params["name"], request.path_params["digest"]
    found = samples.gzipped(name, digest, store())
    if request.url.path.endswith(".json"):
        return found.description, "application/json"
    return found.values, "application/octet-stream"


def _first_layers(store: Stores, request: Request) -> Found:
    from digitapp.live import epoch_networks

    found = epoch_networks.gzipped_first_layers(**request.path_params, store=store())
    return found, "application/octet-stream"


def _examples(store: Stores, request: Request) -> Found:
    from digitapp.live import examples

    return examples.gzipped(**request.path_params, store=store()), "application/json"
