"""Model card in the report: conversion of its Markdown to HTML."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np

from digitapp.evaluation import model_card
from digitapp.library import models
from digitapp.takehome.report.facts import Facts
from digitapp.takehome.report.parts import code, table
from digitapp.text.escaping import html as escape
from digitapp.training.history import as_keras
from digitapp.training.spec import PRESETS
from digitapp.training.trainer import Trained

ANY_PRESET = "dense-128"  # as on the command line; the card lists the differences from it


def card(facts: Facts) -> str:
    """Return the run's model card as HTML."""
    assert facts.model is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / facts.file
        path.write_bytes(models.keras_file(facts.model))
        preset = facts.run.preset if facts.run.preset in PRESETS else ANY_PRESET
        return html(model_card.card(_trained(facts), path, preset))


def html(markdown: str) -> str:
    """Convert the Markdown of a model card: text, tables and code. The title is left out."""
    return "".join(
        code(part.partition("\n")[2].rstrip()) if number % 2 else "".join(_text(part))
        for number, part in enumerate(markdown.split("```"))
    )


def _text(part: str) -> Iterator[str]:
    for is_table, group in groupby(part.splitlines(), lambda line: line.startswith("|")):
        if is_table:
            head, _, *rows = (_cells(line) for line in group)
            yield table(head, rows)
        else:
            yield from (_line(line) for line in group if line and not line.startswith("# "))


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]


def _line(line: str) -> str:
    if line.startswith("## "):
        return f"<h3>{escape(line[3:])}</h3>"
    return f"<p>{escape(line)}</p>"


def _trained(facts: Facts) -> Trained:
    run, none = facts.run, np.zeros((0, len(facts.class_names)), np.float32)
    return Trained(
        spec=run.spec,
        model=facts.model,
        history=as_keras(facts.epochs),
        test_loss=run.test_loss or 0.0,
        test_accuracy=run.test_accuracy or 0.0,
        test_probabilities=none if facts.answers is None else facts.answers,
        seconds=run.seconds,
        images=run.images,
    )
