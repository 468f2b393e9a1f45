"""What the pages are made of."""

from digitapp.ui.asking import run_buttons, started
from digitapp.ui.before import check, code, earlier_runs, images, in_words, network
from digitapp.ui.charts import chart
from digitapp.ui.drawing import canvas, kept_drawing, pen_picker
from digitapp.ui.pinning import pin, pinned, pinned_digit, watched
from digitapp.ui.reading import (
    chosen_upload,
    compared,
    read_upload,
    steps_shown,
    timeline,
    upload_table,
    verdict,
    waiting,
)
from digitapp.ui.results import confusion, downloads, own_drawing, test_scores
from digitapp.ui.settings import fill_in, show_run, shown_run, training_settings
from digitapp.ui.shared import (
    arrived,
    chosen_model,
    class_names,
    dataset,
    errors_shown,
    load_ahead,
    model_picker,
    predictor,
    read_with_run,
    store,
)
from digitapp.ui.training import (
    console_lines,
    curves,
    first_layer,
    learning_rate,
    progress,
    run_header,
    steady,
)

__all__ = [
    "arrived",
    "canvas",
    "chart",
    "check",
    "chosen_model",
    "chosen_upload",
    "class_names",
    "code",
    "compared",
    "confusion",
    "console_lines",
    "curves",
    "dataset",
    "downloads",
    "earlier_runs",
    "errors_shown",
    "fill_in",
    "first_layer",
    "images",
    "in_words",
    "kept_drawing",
    "learning_rate",
    "load_ahead",
    "model_picker",
    "network",
    "own_drawing",
    "pen_picker",
    "pin",
    "pinned",
    "pinned_digit",
    "predictor",
    "progress",
    "read_upload",
    "read_with_run",
    "run_buttons",
    "run_header",
    "show_run",
    "shown_run",
    "started",
    "steady",
    "steps_shown",
    "store",
    "test_scores",
    "timeline",
    "training_settings",
    "upload_table",
    "verdict",
    "waiting",
    "watched",
]
