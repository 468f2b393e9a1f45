"""The store of runs: specs, histories, checkpoints and models, in one SQL database."""

from digitapp.runs.lease import Lease
from digitapp.runs.store import RunStore
from digitapp.runs.values import Orders, Outcome, Run

__all__ = ["Lease", "Orders", "Outcome", "Run", "RunStore"]
