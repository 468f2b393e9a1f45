"""Download the files of a dataset, and check them by their hashes.

They are kept where Keras keeps them, so that each of the two finds what the other has downloaded.
Import this module only where something is to be downloaded: the libraries for it take 0.1 s.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import requests
import urllib3.exceptions

from digitapp.errors import cause

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"  # Keras's
ORIGINS = {  # of the files in other folders
    "kmnist": "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "emnist": "https://biometrics.nist.gov/cs_links/EMNIST/",
}
TO_CONNECT, TO_GO_ON = 10.0, 30.0  # seconds without an answer, and without the next bytes
AT_ONCE = 65_536  # bytes

_one_at_a_time = threading.Lock()  # a class that presses Train downloads the files once


class DownloadFailed(Exception):
    """A file that could not be downloaded or written; the message is the reason, in a few words."""


def fetch(files: Mapping[str, str], folder: Path) -> None:
    """Download those files that are not in the folder; those that are there stay as they are.

    A file appears when it is complete and its hash is right, so several processes may do this at
    the same time.

    Args:
        files: paths relative to the folder, each with its hash, such as `md5:25c8...`.

    Raises:
        DownloadFailed: with the reason.
    """
    # "identity": a server must not pack what is packed already, nor unpack it on the way.
    download = pooch.HTTPDownloader(
        chunk_size=AT_ONCE, timeout=(TO_CONNECT, TO_GO_ON), headers={"Accept-Encoding": "identity"}
    )
    try:
        with _one_at_a_time:
            for file, known_hash in files.items():
                path = folder.absolute() / file
                if not os.path.lexists(path):
                    url = origin_of(file) + path.name
                    pooch.retrieve(url, known_hash, path.name, path.parent, downloader=download)
    except requests.RequestException as error:
        raise DownloadFailed(f"{urlsplit(url).hostname}: {_reason(error)}") from None
    except OSError as error:
        raise DownloadFailed(f"{folder} cannot be written: {_reason(error)}") from None
    except ValueError:  # of pooch, which has deleted what it downloaded
        raise DownloadFailed(
            f"what came from {origin_of(file)} is another file, or damaged"
        ) from None


def origin_of(file: str) -> str:
    """Return the address under which a file of a dataset is published, without its name.

    Args:
        file: relative to the folder of the datasets.
    """
    return ORIGINS.get(file.rpartition("/")[0], ORIGIN)


def _reason(error: BaseException) -> str:
    """Return the reason for an error, which these libraries wrap in several others."""
    match error:
        case requests.HTTPError(response=requests.Response() as answer):
            return f"{answer.status_code} {answer.reason}"
        case urllib3.exceptions.IncompleteRead():
            return "the connection was lost"
        case TimeoutError():
            return "the connection timed out"
    wrapped = error.__cause__ or error.__context__
    if wrapped and not (isinstance(error, OSError) and error.strerror):
        return _reason(wrapped)
    return cause(error) if isinstance(error, Exception) else str(error)
