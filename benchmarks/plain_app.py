"""Plain app, written like most public digit apps: one script that reruns for every stroke.

It is only for comparison: `benchmarks/waits.py` measures it beside the real app.
"""

from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import tensorflow as tf
from PIL import Image
from streamlit_drawable_canvas import st_canvas

MODEL = Path(__file__).resolve().parent.parent / "assets" / "recogniser.keras"

st.title("Digit recogniser")
model = tf.keras.models.load_model(MODEL)
canvas = st_canvas(
    stroke_width=20,
    stroke_color="#000000",
    background_color="#ffffff",
    width=280,
    height=280,
    return_image_data=True,
    key="canvas",
)
with st.container(key="prediction"):
    if canvas.image_data is not None and canvas.json_data["objects"]:
        grey = Image.fromarray(canvas.image_data.astype(np.uint8)).convert("L")
        image = 1 - np.asarray(grey.resize((28, 28)), dtype=np.float32) / 255
        probabilities = model.predict(image[None], verbose=0)[0]
        st.header(f"{probabilities.argmax()}: {probabilities.max():.8%}")
        st.plotly_chart(go.Figure(go.Bar(x=list(range(10)), y=probabilities)))
