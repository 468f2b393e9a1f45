"""The Streamlit app: its pages, the navigation between them, and the server that runs it."""

from pathlib import Path

import streamlit as st

from digitapp import server

ICON = Path(__file__).parent / "assets" / "icon.png"

if __name__ == "__main__":  # Streamlit runs this file for each visitor
    from digitapp.pages import draw, handwriting, runs, stress, train
    from digitapp.ui.shared import page_frame

    draw_page = st.Page(draw.page, title="Draw", url_path="", default=True)
    # Streamlit serves the default page at "/" alone.
    by_name = st.Page(
        lambda: st.switch_page(draw_page, query_params=st.query_params.to_dict()),
        title="Draw",
        url_path="draw",
        visibility="hidden",
    )
    train_page = st.Page(
        lambda: train.page(lambda: st.switch_page(draw_page)), title="Train", url_path="train"
    )
    handwriting_page = st.Page(
        lambda: handwriting.page(lambda: st.switch_page(draw_page)),
        title="My handwriting",
        url_path="handwriting",
    )
    stress_page = st.Page(stress.page, title="Stress test", url_path="stress")
    runs_page = st.Page(
        lambda: runs.page(
            lambda run: st.switch_page(
                train_page, query_params={} if run is None else {"run": str(run)}
            )
        ),
        title="Runs",
        url_path="runs",
    )
    chosen = st.navigation(
        [draw_page, train_page, runs_page, handwriting_page, stress_page, by_name], position="top"
    )
    st.set_page_config(f"{chosen.title} - digitapp", str(ICON), layout="wide")
    page_frame.frame(chosen.title, sidebar=chosen == train_page)
    chosen.run()
else:  # the server imports it once, at start
    app = st.App(
        __file__,
        middleware=server.MIDDLEWARE,
        lifespan=server.lifespan,
        on_script_error=server.report_error,
    )
