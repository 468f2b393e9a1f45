"""The Streamlit app: its pages, the navigation between them, and the server that runs it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from digitapp import server

if TYPE_CHECKING:
    from digitapp.runs import RunStore

ICON = Path(__file__).parent / "assets" / "icon.png"


def prepare() -> None:
    """Import and load what the Draw page needs, while the first browser loads its scripts."""
    from digitapp.pages import draw  # noqa: F401
    from digitapp.ui.draw import warming_up

    warming_up.warm_up()


def _store() -> RunStore:
    from digitapp.ui.shared import resources

    return resources.whole()


def _heard(person: str) -> None:
    from digitapp.ui.classroom import doing

    doing.screen_writer().heard(person)


def _draw() -> None:
    from digitapp.pages import draw

    draw.page(inside_page)


def _inside() -> None:
    from digitapp.pages import inside

    inside.page()


def _data() -> None:
    from digitapp.pages import data

    data.page(_train_on)


def _train_on(dataset: str) -> None:
    from digitapp.ui.train import sidebar

    sidebar.set_up_from_address()
    st.switch_page(train_page, query_params={"dataset": dataset})


def _train() -> None:
    from digitapp.pages import train

    others = draw_page, inside_page, runs_page, stress_page
    train.page(*(partial(st.switch_page, other) for other in others))


def _sets_up_a_run() -> bool:
    """Whether the Train page shows its settings, and not a run or an experiment."""
    from digitapp.ui.shared.address import run_number

    run = run_number(st.query_params.get("run", ""))
    return run is None and "experiment" not in st.query_params


def _runs() -> None:
    from digitapp.pages import runs

    runs.page(
        lambda run: st.switch_page(
            train_page, query_params={} if run is None else {"run": str(run)}
        )
    )


def _handwriting() -> None:
    from digitapp.pages import handwriting

    handwriting.page(lambda: st.switch_page(draw_page))


def _room() -> None:
    from digitapp.pages import room

    to_draw = {"draw": draw_page, "train": train_page}
    room.page(to_draw | {"wall": wall_page, "race": race_page})


def _wall() -> None:
    from digitapp.pages import wall

    wall.page()


def _race() -> None:
    from digitapp.pages import race

    race.page()


def _stress() -> None:
    from digitapp.pages import stress

    stress.page()


if __name__ == "__main__":  # Streamlit runs this file for each visitor
    from digitapp.ui.classroom import chip, doing, following
    from digitapp.ui.shared import page_frame, session

    draw_page = st.Page(_draw, title="Draw", url_path="", default=True)
    # Streamlit serves the default page at "/" alone.
    by_name = st.Page(
        lambda: st.switch_page(draw_page, query_params=st.query_params.to_dict()),
        title="Draw",
        url_path="draw",
        visibility="hidden",
    )
    inside_page = st.Page(_inside, title="Inside", url_path="inside")
    data_page = st.Page(_data, title="Data", url_path="data")
    train_page = st.Page(_train, title="Train", url_path="train")
    runs_page = st.Page(_runs, title="Runs", url_path="runs")
    handwriting_page = st.Page(_handwriting, title="My handwriting", url_path="handwriting")
    stress_page = st.Page(_stress, title="Stress test", url_path="stress")
    room_page = st.Page(_room, title="Room", url_path="room", visibility="hidden")
    wall_page = st.Page(_wall, title="Class wall", url_path="wall", visibility="hidden")
    race_page = st.Page(_race, title="Race", url_path="race", visibility="hidden")
    pages = [draw_page, inside_page, data_page, train_page, runs_page]
    pages += [handwriting_page, stress_page, room_page, wall_page, race_page, by_name]
    chosen = st.navigation(pages, position="top")
    st.set_page_config(f"{chosen.title} - digitapp", str(ICON), layout="wide")
    of_class = (room_page, wall_page, race_page)
    presenting = chosen in (train_page, *of_class) and "show" in st.query_params
    sidebar = chosen == train_page and not presenting and _sets_up_a_run()
    page_frame.frame(chosen.title, sidebar, presenting)
    if chosen != train_page:
        page_frame.way_back(partial(st.switch_page, train_page))
    shown = chosen.url_path or "draw"
    following.follow({"draw": draw_page} | {each.url_path: each for each in pages[1:-1]}, shown)
    if not presenting:
        chip.room_chip(room_page, shown)
    if chosen != data_page:
        session.BROUGHT.pop()  # all images of some files, which were looked at and not kept
    chosen.run()
    doing.doing(shown, run=doing.run_in_address())
else:  # the server imports it once, at start
    app = st.App(
        __file__,
        routes=[
            *server.live_routes(_store),
            *server.operation_routes(),
            *server.enter_routes(_store),
            *server.classroom_routes(_store, _heard),
        ],
        middleware=server.middleware(_store),
        lifespan=partial(server.lifespan, prepare=prepare, store=_store),
        on_script_error=server.report_error,
    )
