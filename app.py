"""The app: page settings and navigation, nothing else."""

import streamlit as st

from digitapp.pages import draw

st.set_page_config(page_title="digitapp", page_icon=":material/draw:", layout="wide")
st.navigation(
    [st.Page(draw.page, title="Draw", url_path="draw", default=True)], position="top"
).run()
