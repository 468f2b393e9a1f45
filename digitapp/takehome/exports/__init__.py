"""Export a run's network, code, history or report in common formats."""

from digitapp.takehome.exports.conversion_check import ConversionCheck
from digitapp.takehome.exports.formats import EXPORTS, Export, Exported, export, file_name

__all__ = ["EXPORTS", "ConversionCheck", "Export", "Exported", "export", "file_name"]
