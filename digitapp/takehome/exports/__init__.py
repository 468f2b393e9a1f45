"""Export a run's network, code, history or report in common formats."""

from digitapp.takehome.exports.conversion_check import Measured
from digitapp.takehome.exports.formats import EXPORTS, Export, Exported, export, file_name

__all__ = ["EXPORTS", "Export", "Exported", "Measured", "export", "file_name"]
