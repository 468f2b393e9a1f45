"""The app: page settings and navigation, nothing else."""

from pathlib import Path

import streamlit as st

from digitapp.pages import draw

ICON = Path(__file__).parent / "assets" / "icon.png"

st.set_page_config(page_title="digitapp", page_icon=str(ICON), layout="wide")
pages = [st.Page(draw.page, title="Draw", url_path="draw", default=True)]
st.navigation(pages, position="top").run()
