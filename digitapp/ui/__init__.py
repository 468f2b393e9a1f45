"""Streamlit widgets of the pages: a folder for each page, and `shared/`."""
