"""What a collection is and what was noticed about it, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from digitapp.imports.collection import Collection
from digitapp.imports.finding import Finding, counted, parts_of
from digitapp.imports.mends import MENDS

MOST_ROWS = 20  # classes with a line of their own
MOST_PLACES = 1000  # images listed in JSON


@dataclass(frozen=True)
class Report:
    """A collection, looked at.

    Attributes:
        form: of the file, in words.
        counts: for each class the number of its training and test images.
        sizes: height and width of the images, in pixels.
        told: what was converted, or is not used.
        findings: what was noticed.
    """

    form: str
    counts: dict[str, tuple[int, int]]
    sizes: tuple[int, int]
    told: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def training(self) -> int:
        """The number of training images."""
        return sum(train for train, _ in self.counts.values())

    @property
    def testing(self) -> int:
        """The number of test images."""
        return sum(test for _, test in self.counts.values())

    @property
    def summary(self) -> str:
        """Form, counts and sizes in a few sentences, the first of which begins small."""
        height, width = self.sizes
        tested = f"{self.testing:,} to test with" if self.testing else "none to test with"
        return (
            f"{self.form}. {counted(self.training)} to learn from, {tested}; {height} x {width} "
            f"pixels; {len(self.counts)} classes."
        )

    def text(self, remedy: Callable[[Finding], str] | None = None) -> str:
        """Return the report as lines of text.

        Args:
            remedy: what follows a finding's sentence; by default its mend's title.
        """
        remedy = remedy or _title
        lines = [
            f"{self.summary[:1].upper()}{self.summary[1:]}",
            *self._rows(),
            *self.told,
        ]
        lines += ["", "Noticed:" if self.findings else "Nothing odd was noticed."]
        lines += [f"- {each.sentence}{remedy(each)}" for each in self.findings]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "form": self.form,
            "training_images": self.training,
            "test_images": self.testing,
            "height": self.sizes[0],
            "width": self.sizes[1],
            "classes": [
                {"name": name, "training_images": train, "test_images": test}
                for name, (train, test) in self.counts.items()
            ],
            "told": list(self.told),
            "findings": [_values(each) for each in self.findings],
        }

    def _rows(self) -> Iterable[str]:
        """Yield a line for each class; for many classes, the largest and the smallest ones."""
        also = ", {:,} to test with" if self.testing else ""
        rows = [
            f"  {name}: {train:,} to learn from{also.format(test)}"
            for name, (train, test) in self.counts.items()
        ]
        if len(rows) <= MOST_ROWS:
            return rows
        counts = sorted(self.counts.items(), key=lambda each: sum(each[1]))
        (least, fewest), (most, largest) = counts[0], counts[-1]
        return [
            f"  from {sum(fewest):,} ({least}) to {sum(largest):,} ({most}) images of a class: "
            f"{', '.join(self.counts)}"
        ]


def report(collection: Collection, findings: Iterable[Finding]) -> Report:
    """Report on a collection in which these things were noticed."""
    classes = len(collection.class_names)
    parts = (collection.train, collection.test)
    train, test = (
        np.bincount(part.labels, minlength=classes) if part else np.zeros(classes, dtype=int)
        for part in parts
    )
    counts = {
        name: (int(learned), int(tested))
        for name, learned, tested in zip(collection.class_names, train, test, strict=True)
    }
    height, width = parts_of(collection)[0].images.shape[1:]
    sizes = (int(height), int(width))
    return Report(collection.form, counts, sizes, collection.told, tuple(findings))


def _title(finding: Finding) -> str:
    return "" if finding.mend is None else f" ({MENDS[finding.mend].title}.)"


def _values(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "sentence": finding.sentence,
        "mend": finding.mend,
        "suggested": finding.suggested,
        "count": len(finding.images),
        "images": [int(place) for place in finding.images[:MOST_PLACES]],
    }
