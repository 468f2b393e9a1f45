"""Results of long trainings, kept in a folder so that a later failure does not lose them.

Each lies in a file whose name says what it is and contains a digest of what it was made from: of
other data, settings or weights, nothing is found. A changed program is not noticed; then the folder
must be emptied.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from digitapp.errors import BadFile, cause
from digitapp.evaluation import side_by_side
from digitapp.training.checkpoints import pack, unpack

Job = TypeVar("Job")
Arrays = Sequence[NDArray[Any]]

DIGEST_BYTES = 8


@dataclass(frozen=True)
class KeptTrainings:
    """A folder of results, or none, in which nothing is found and nothing kept.

    Attributes:
        folder: is made when the first result is kept.
    """

    folder: Path | None = None

    def get(self, name: str, digest: str) -> list[NDArray[Any]] | None:
        """Return the arrays that were kept; None when there are none.

        Raises:
            BadFile: when their file cannot be read or is damaged.
        """
        path = self._path(name, digest)
        if path is None or not path.exists():
            return None
        try:
            found = unpack(path.read_bytes())
        except OSError as error:
            raise BadFile(f"{path}: cannot be read ({cause(error)}).") from None
        except BadFile as error:
            raise BadFile(f"{path}: {error} Delete it to train anew.") from None
        return [found[name] for name in sorted(found)]

    def keep(self, name: str, digest: str, arrays: Arrays) -> None:
        """Keep arrays.

        Raises:
            BadFile: when the file cannot be written.
        """
        path = self._path(name, digest)
        if path is None:
            return
        unfinished = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(pack({f"{n:04d}": each for n, each in enumerate(arrays)}))
            unfinished.replace(path)
        except OSError as error:
            raise BadFile(f"{path}: cannot be written ({cause(error)}).") from None

    def trained(
        self,
        work: Callable[[Job], Arrays],
        jobs: Mapping[str, Job],
        digest: Callable[[Job], str],
    ) -> Iterator[Arrays]:
        """Carry out a function for each job side by side, but those whose results were kept.

        Args:
            work: as for `side_by_side.trained`.
            jobs: by the names of their results.
            digest: of what a job's result depends on.

        Returns:
            the results in the order of the jobs.

        Raises:
            BadFile: as `get` and `keep`.
        """
        known = {name: self.get(name, digest(job)) for name, job in jobs.items()}
        anew = side_by_side.trained(work, [jobs[name] for name in jobs if known[name] is None])
        for name, job in jobs.items():
            found = known[name]
            if found is None:
                found = list(next(anew))
                self.keep(name, digest(job), found)
            yield found

    def _path(self, name: str, digest: str) -> Path | None:
        return self.folder / f"{name}-{digest}.npz" if self.folder else None


NOTHING_KEPT = KeptTrainings()


def digest_of(*parts: object) -> str:
    """Return a digest of bytes, of arrays, and of the text of anything else."""
    told = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        if isinstance(part, np.ndarray):
            told.update(f"{part.dtype} {part.shape}".encode())
            told.update(np.ascontiguousarray(part).data)
        else:
            told.update(part if isinstance(part, bytes) else repr(part).encode())
    return told.hexdigest()
