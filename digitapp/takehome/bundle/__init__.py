"""Bundles: export a run as a `.keras` file with its settings and history, and import it again."""

from digitapp.takehome.bundle.archive import MOST_MEGABYTES, too_large
from digitapp.takehome.bundle.bundle_format import Bundle, read
from digitapp.takehome.bundle.importing import import_run
from digitapp.takehome.bundle.writing import keras_bundle

__all__ = ["MOST_MEGABYTES", "Bundle", "import_run", "keras_bundle", "read", "too_large"]
