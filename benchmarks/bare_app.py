"""A page with nothing but a canvas: the least that `benchmarks/arrivals.py` can compare with."""

from streamlit_drawable_canvas import st_canvas

st_canvas(width=280, height=280, key="canvas")
