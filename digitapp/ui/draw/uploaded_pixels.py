"""Uploaded tables and arrays of many images: what the network reads in each, to download."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from digitapp.figures.thumbnails import ROW_SIDE, data_url, enlarged
from digitapp.imports.kinds import is_of_pixels
from digitapp.library import pixel_files
from digitapp.library.pixel_files import Answers
from digitapp.text.escaping import entry, markdown
from digitapp.text.percent import in_percent
from digitapp.ui.shared import resources
from digitapp.ui.shared.downloads import download_button
from digitapp.ui.shared.messages import errors_shown

MAX_MEGABYTES = 200  # of a file
KEPT = 4  # answers for files, in a session


def answered(model: str, files: Sequence[UploadedFile]) -> list[UploadedFile]:
    """Answer the files of many images; return the others, which are pictures."""
    for file in files:
        if is_of_pixels(file.name):
            with errors_shown():
                _answers(file, _read(model, resources.version(model), file.file_id, file))
    return [file for file in files if not is_of_pixels(file.name)]


@st.cache_data(max_entries=KEPT, show_spinner="Reading ...", scope="session")
def _read(model: str, version: str, file_id: str, _file: UploadedFile) -> Answers:
    """Read all images of a file; cached by its id, so that it is read once."""
    return pixel_files.read_upload(resources.predictor(model), _file.name, _file.getbuffer())


def _answers(file: UploadedFile, answers: Answers) -> None:
    """Show how many images there are, the first of them, and a button to download all answers."""
    st.markdown(f"**{markdown(file.name)}**: {markdown(answers.sentence)}")
    for told in answers.told:
        st.caption(markdown(told))
    download_button(
        "Download as CSV (ImageId,Label)",
        answers.as_csv,
        f"{PurePath(file.name).name.split('.')[0] or 'images'}-read.csv",
        "text/csv",
        icon=":material/download:",
        key=f"pixels-{file.file_id}",
    )
    st.dataframe(
        [
            {
                "number": number,
                "seen": data_url(enlarged(image, ROW_SIDE)),
                "class": entry(read),
                "sure": in_percent(float(sure)),
            }
            for image, (number, read), sure in zip(
                answers.first, answers.rows(), answers.sure, strict=False
            )
        ],
        column_config={
            "number": st.column_config.NumberColumn("ImageId", width="small"),
            "seen": st.column_config.ImageColumn("Seen", width="small"),
            "class": st.column_config.TextColumn("Read as", width="small"),
            "sure": st.column_config.ProgressColumn(
                "Sure", format="%g %%", min_value=0, max_value=100, width="small"
            ),
        },
        height="content",
        row_height=56,
        hide_index=True,
        alt="What was read in the first images",
    )
