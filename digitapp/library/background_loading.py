"""Loading a model in the background while the page already shows."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from digitapp.library import models
from digitapp.reading.prediction import Predictor
from digitapp.runs import RunStore

HEAD_START = 1.0  # seconds for the browser to fetch the page before TensorFlow's import


class Loader:
    """Loads one model in a thread, after a head start for the page; `result` skips the delay."""

    def __init__(self, name: str, store: RunStore | None = None) -> None:
        self._needed = threading.Event()
        self._future: Future[Predictor] = ThreadPoolExecutor(1).submit(self._load, name, store)

    def result(self) -> Predictor:
        """Wait for the model and return it.

        Raises:
            UnknownName, BadFile, StoreProblem: as `models.load`.
        """
        self._needed.set()
        return self._future.result()

    @property
    def ready(self) -> bool:
        """Whether `result` would return at once."""
        return self._future.done()

    def _load(self, name: str, store: RunStore | None) -> Predictor:
        self._needed.wait(HEAD_START)
        return models.load(name, store)
