"""What the pages are made of."""

from digitapp.drawing.strokes import CANVAS_SIDE
from digitapp.ui.draw.correcting import correction, correction_room
from digitapp.ui.draw.number_correcting import number_correction
from digitapp.ui.draw.number_reading import (
    drawn_number,
    number_found,
    number_hint,
    number_toggle,
    number_verdict,
    other_way,
    other_way_button,
)
from digitapp.ui.draw.uploaded_files import (
    chosen_upload,
    csv_download,
    read_uploads,
    unread_uploads,
    upload_table,
    uploaded_picture,
)
from digitapp.ui.handwriting.kept_drawings import corrections_table, kept_corrections
from digitapp.ui.handwriting.teaching import (
    enough_to_teach,
    lesson,
    show_taught,
    taught_run,
    teaching_settings,
)
from digitapp.ui.runs.read_by_many import read_by_all
from digitapp.ui.runs.run_notes import delete_button, note_form, star_button, undo_deletion
from digitapp.ui.runs.run_table import all_runs, filtered
from digitapp.ui.runs.run_table import picker as run_picker
from digitapp.ui.runs.run_table import table as run_table
from digitapp.ui.runs.side_by_side import colours as run_colours
from digitapp.ui.runs.side_by_side import overlaid, scores, what_differs
from digitapp.ui.runs.taking_home import bring_in, measure_button, take_home
from digitapp.ui.runs.ticked_runs import read_ticks, tick, write_address
from digitapp.ui.shared.address import address_problems
from digitapp.ui.shared.charts import chart
from digitapp.ui.shared.drawing_tools import canvas, kept_drawing, pen_picker
from digitapp.ui.shared.page_frame import frame, room
from digitapp.ui.shared.resources import (
    arrived,
    busy_shown,
    choices,
    chosen_model,
    class_names,
    dataset,
    errors_shown,
    load_ahead,
    model_picker,
    predictor,
    queue_looked_after,
    read_with_run,
    say_if_busy,
    store,
)
from digitapp.ui.shared.verdicts import compared, steps_shown, timeline, verdict, waiting
from digitapp.ui.stress.distortion_controls import (
    distortion,
    drawn_or_example,
    plotted,
    prepared_again,
    tested_digit,
    tested_networks,
)
from digitapp.ui.stress.endurance_results import (
    Trial,
    distorted_digit,
    endurance_curves,
    endurance_strip,
    endurance_verdicts,
    endured,
    first_reading,
    loaded_networks,
)
from digitapp.ui.train.live_progress import (
    console_lines,
    curves,
    failure,
    first_layer,
    learning_rate,
    progress,
    run_header,
    steady,
)
from digitapp.ui.train.outcome import confusion, downloads, own_drawing, test_scores
from digitapp.ui.train.pinned_digit import pin, pinned, pinned_digit, watched
from digitapp.ui.train.preview import check, code, earlier_runs, images, in_words, network
from digitapp.ui.train.run_controls import run_buttons, started
from digitapp.ui.train.sidebar import Chosen, fill_in, show_run, shown_run, training_settings
from digitapp.ui.train.watched_run import followed

__all__ = [
    "CANVAS_SIDE",
    "Chosen",
    "Trial",
    "address_problems",
    "all_runs",
    "arrived",
    "bring_in",
    "busy_shown",
    "canvas",
    "chart",
    "check",
    "choices",
    "chosen_model",
    "chosen_upload",
    "class_names",
    "code",
    "compared",
    "confusion",
    "console_lines",
    "correction",
    "correction_room",
    "corrections_table",
    "csv_download",
    "curves",
    "dataset",
    "delete_button",
    "distorted_digit",
    "distortion",
    "downloads",
    "drawn_number",
    "drawn_or_example",
    "earlier_runs",
    "endurance_curves",
    "endurance_strip",
    "endurance_verdicts",
    "endured",
    "enough_to_teach",
    "errors_shown",
    "failure",
    "fill_in",
    "filtered",
    "first_layer",
    "first_reading",
    "followed",
    "frame",
    "images",
    "in_words",
    "kept_corrections",
    "kept_drawing",
    "learning_rate",
    "lesson",
    "load_ahead",
    "loaded_networks",
    "measure_button",
    "model_picker",
    "network",
    "note_form",
    "number_correction",
    "number_found",
    "number_hint",
    "number_toggle",
    "number_verdict",
    "other_way",
    "other_way_button",
    "overlaid",
    "own_drawing",
    "pen_picker",
    "pin",
    "pinned",
    "pinned_digit",
    "plotted",
    "predictor",
    "prepared_again",
    "progress",
    "queue_looked_after",
    "read_by_all",
    "read_ticks",
    "read_uploads",
    "read_with_run",
    "room",
    "run_buttons",
    "run_colours",
    "run_header",
    "run_picker",
    "run_table",
    "say_if_busy",
    "scores",
    "show_run",
    "show_taught",
    "shown_run",
    "star_button",
    "started",
    "steady",
    "steps_shown",
    "store",
    "take_home",
    "taught_run",
    "teaching_settings",
    "test_scores",
    "tested_digit",
    "tested_networks",
    "tick",
    "timeline",
    "training_settings",
    "undo_deletion",
    "unread_uploads",
    "upload_table",
    "uploaded_picture",
    "verdict",
    "waiting",
    "watched",
    "what_differs",
    "write_address",
]
