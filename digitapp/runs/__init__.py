"""The store of runs: specs, histories, checkpoints and models, in one SQL database."""

from digitapp.runs.lease import Lease
from digitapp.runs.records import Orders, Outcome, Run
from digitapp.runs.store import RunStore

__all__ = ["Lease", "Orders", "Outcome", "Run", "RunStore"]
