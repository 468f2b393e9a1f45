"""The address of this server, as other browsers reach it."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import streamlit as st

from digitapp.library import classroom_links

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def server_address() -> str:
    """Return the address for links, without a slash at its end.

    It is that of the visitor's own page, unless that leads other people to their own machines.
    """
    if os.environ.get(classroom_links.ADDRESS_VARIABLE):
        return classroom_links.own_address()
    here = urlsplit(st.context.url or "")
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    host = here.netloc or f"localhost:{st.get_option('server.port')}"
    if (here.hostname or "localhost") in LOOPBACK:
        port = f":{here.port}" if here.port else ""
        named = str(st.get_option("browser.serverAddress"))
        host = f"{named if named not in LOOPBACK else classroom_links.in_network()}{port}"
    return f"{here.scheme or 'http'}://{host}" + (f"/{base}" if base else "")
