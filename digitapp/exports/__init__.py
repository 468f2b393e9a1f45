"""What can be taken home of a run: its network, its code, its history, in the usual formats."""

from digitapp.exports.formats import EXPORTS, Export, Exported, export, file_name
from digitapp.exports.measuring import Measured

__all__ = ["EXPORTS", "Export", "Exported", "Measured", "export", "file_name"]
