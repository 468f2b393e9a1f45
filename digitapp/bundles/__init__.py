"""A run that travels: a `.keras` file that carries its settings and history, and the way back."""

from digitapp.bundles.archive import MOST_MEGABYTES, too_large
from digitapp.bundles.importing import import_run
from digitapp.bundles.reading import Bundle, read
from digitapp.bundles.writing import keras_bundle

__all__ = ["MOST_MEGABYTES", "Bundle", "import_run", "keras_bundle", "read", "too_large"]
