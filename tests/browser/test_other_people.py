"""A shared server: what each person gets to see of others' things, by every page and address."""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from digitapp.data.class_names import checked
from digitapp.runs import RunStore, corrected_drawings, drawn_examples, visitors
from digitapp.runs.drawn_examples import NewExample
from digitapp.runs.tables import runs
from tests import own_data
from tests.browser.session import Served, served, wait_until_up
from tests.browser.visitor import visit
from tests.live.stored import add_run

SECRET = "Wombat"  # in the name of everything of Ada's
SIGNS, MINE = f"{SECRET} signs", f"{SECRET} images"
EVERY_PAGE = (
    *[("", ""), ("inside", ""), ("data", ""), ("train", ""), ("runs", ""), ("handwriting", "")],
    *[("stress", ""), ("train", "run=1"), ("inside", "network=run-1"), ("runs", "runs=1")],
    *[("data", f"dataset={quote(SIGNS)}"), ("data", f"dataset={quote(MINE)}")],
    *[("train", f"dataset={quote(MINE)}"), ("train", "base=run-1&dataset=my_handwriting")],
)
OF_ADA = (("data", ""), ("train", "run=1"), ("runs", ""), ("inside", "network=run-1"), ("", ""))


@dataclass(frozen=True)
class Shared:
    """A shared server with things of Ada's; the cookies of Ada and of a stranger."""

    served: Served
    store: RunStore
    ada: str
    stranger: str


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    folder = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(visitors.SHARED_VARIABLE, "yes")
        with served("app.py", folder / "runs.db") as found:
            wait_until_up(found.address)
            store = RunStore(f"sqlite:///{folder / 'runs.db'}")
            ada, stranger = _new_cookie(found.address), _new_cookie(found.address)
            _fill(store.seen_by(_person(store, ada)), folder)
            yield Shared(found, store, ada, stranger)


def _new_cookie(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        cookies: SimpleCookie = SimpleCookie(answer.headers["set-cookie"])
    (name,) = [each for each in cookies if each.startswith("digitapp")]
    return f"{name}={cookies[name].value}"


def _person(store: RunStore, cookie: str) -> str:
    found = visitors.visitor(store, cookie.partition("=")[2])
    assert found
    return found


def _fill(store: RunStore, folder: Path) -> None:
    run = add_run(store)
    store.rename(run, f"{SECRET} network")
    store.database.change(runs.update().values(test_accuracy=0.5, test_loss=1.0))
    drawn_examples.create(store, SIGNS, checked(["star", f"{SECRET} sign"]))
    drawn_examples.keep(store, SIGNS, [NewExample(0, np.eye(28, dtype=np.uint8))])
    own_data.kept(store, _few_images(folder / f"{SECRET}.npz"), MINE)
    corrected_drawings.add(store, np.eye(28, dtype=np.float32), 4, "9", SECRET)


def _few_images(path: Path) -> Path:
    images = np.random.default_rng(0).integers(0, 255, (40, 28, 28), np.uint8)
    np.savez(path, allow_pickle=False, images=images, labels=np.arange(40) % 10)
    return path


def _shown(shared: Shared, cookie: str, page: str, parameters: str) -> str:
    """Return all that the server sends to the person who opens a page."""
    with visit(shared.served.address, cookie=cookie) as visitor:
        messages = visitor.open_page(page, parameters)
    return " ".join(str(each) for each in messages)


@pytest.mark.parametrize(("page", "parameters"), EVERY_PAGE)
def test_no_page_sends_a_stranger_anything_of_anothers(
    page: str, parameters: str, shared: Shared
) -> None:
    sent = _shown(shared, shared.stranger, page, parameters)
    assert "script_finished" in sent
    # What the stranger asked for in the address may be repeated.
    assert SECRET not in sent.replace(SIGNS, "").replace(MINE, "")
    if "dataset" not in parameters:
        assert SECRET not in sent


@pytest.mark.parametrize(("page", "parameters"), OF_ADA)
def test_ones_own_things_are_there_for_oneself(page: str, parameters: str, shared: Shared) -> None:
    assert SECRET in _shown(shared, shared.ada, page, parameters)
