"""Contents that arrived over the network, as files in a temporary folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from digitapp.errors import BadFile, cause


@contextmanager
def laid_down(contents: Sequence[bytes | memoryview]) -> Iterator[list[Path]]:
    """Write contents into files, under names of our own, which are deleted at the end.

    Raises:
        BadFile: when they cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="digitapp-") as folder:
        paths = [Path(folder) / str(number) for number in range(len(contents))]
        try:
            for path, content in zip(paths, contents, strict=True):
                path.write_bytes(content)
        except OSError as error:
            raise BadFile(f"The files cannot be laid down here ({cause(error)}).") from None
        yield paths
