"""A page that shows every hostile text with every Streamlit element that shows text."""

import plotly.graph_objects as go
import streamlit as st

from digitapp.text.escaping import figure, html, markdown
from digitapp.ui.shared import charts
from tests.hostile import BIDI, MARKUP

for number, text in enumerate((*MARKUP, BIDI)):
    safe = markdown(text)
    with st.container(key=f"text-{number}"):
        st.markdown(safe)
    with st.container(key=f"more-{number}"):
        line = markdown(text.replace("\n", " "))
        st.markdown(f"# Run {number:d}: {line} :blue-badge[{line}] **{line}**")
        st.caption(safe)
        st.error(safe)
        st.button(line, key=f"button-{number}", help=safe)
        st.toggle(line, key=f"toggle-{number}")
        st.segmented_control("a", ["b"], format_func=lambda _, text=line: text, key=f"c-{number}")
        st.html(f'<p title="{html(text)}">{html(text)}</p>')
names = [figure(text) for text in MARKUP]
bars = [go.Bar(x=[name], y=[1], name=name, text=[name], hovertext=[name]) for name in names]
titled = {"xaxis": {"title": {"text": names[2]}, "type": "category"}, "height": 1200}
charts.chart(go.Figure(bars, titled), "hostile")
st.write("The end.")
