"""Where the app's addresses begin."""

from __future__ import annotations

import streamlit as st


def base_path() -> str:
    """Return `server.baseUrlPath` as the beginning of a path; empty when it is not set."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
