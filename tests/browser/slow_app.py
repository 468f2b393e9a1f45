"""The app with networks that load, and images that arrive, only when files of those names exist.

While there is a file called "damaged", networks cannot be loaded.
"""

import os
import runpy
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import streamlit as st

from digitapp import server
from digitapp.data.datasets import DATASETS, Arrays
from digitapp.errors import BadFile
from digitapp.library import models
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore

FOLDER = Path(os.environ["SLOW_FOLDER"])
APP = Path(__file__).resolve().parent.parent.parent / "app.py"


def wait_for(name: str) -> None:
    """Wait until there is a file of this name."""
    while not (FOLDER / name).exists():
        time.sleep(0.05)


def slowed() -> None:
    """Make networks and MNIST wait."""
    load = models.load

    def loaded(name: str, store: RunStore | None = None) -> Predictor:
        wait_for("network")
        if (FOLDER / "damaged").exists():
            raise BadFile("The network is damaged.")
        return load(name, store)

    def read(folder: Path) -> Arrays:
        wait_for("images")
        images, labels = np.eye(28, dtype=np.uint8)[None].repeat(200, 0), np.arange(200) % 10
        return images, labels.astype(np.uint8), images[:50], labels[:50].astype(np.uint8)

    models.load = loaded
    DATASETS["mnist"] = replace(DATASETS["mnist"], files={}, read=read, count=lambda _: (200, 50))


def store() -> RunStore:
    """Return the store of runs."""
    from digitapp.ui.shared import resources

    return resources.whole()


if __name__ == "__main__":  # as in app.py
    runpy.run_path(str(APP), run_name="__main__")
else:
    slowed()
    app = st.App(
        __file__,
        routes=server.live_routes(store),
        middleware=server.middleware(store),
        lifespan=server.lifespan,
        on_script_error=server.report_error,
    )
