"""Networks with a constant answer."""

from collections.abc import Sequence

import numpy as np

from digitapp.training import checkpoints
from tests.takehome.bundle import run_files


def reading(shares: Sequence[float]) -> dict[str, bytes]:
    """Return a stored network with these probabilities for every image, for `made.added`."""
    model = run_files.learned(run_files.SPEC, len(shares))
    kernel, _ = model.layers[-1].get_weights()
    model.layers[-1].set_weights([np.zeros_like(kernel), np.log(np.array(shares, np.float32))])
    return {"model": checkpoints.pack_model(model.variables)}
