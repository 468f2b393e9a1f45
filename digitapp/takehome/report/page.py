"""The values that the report's template shows, and the scripts that its page allows to run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image

from digitapp import figures
from digitapp.drawing import IMAGE_SIDE
from digitapp.evaluation import model_card, scores
from digitapp.explaining import nodes
from digitapp.figures.thumbnails import data_url, weight_sheet
from digitapp.library import run_course
from digitapp.reading.class_words import spoken
from digitapp.runs import Run, RunStore
from digitapp.runs.records import DONE
from digitapp.takehome.content_security import source_hash
from digitapp.takehome.report import report_texts
from digitapp.takehome.report.run_facts import Facts, gather
from digitapp.text.percent import percent
from digitapp.text.templates import render
from digitapp.training import architectures, keras_log, layer_table
from digitapp.training.guess_rules import how_near
from digitapp.training.history import Curve, as_keras, within_epochs
from digitapp.training.lessons import lessons
from digitapp.training.moments import moments
from digitapp.training.settings import SETTINGS, as_text
from digitapp.training.spec import PRESETS

HERE = Path(__file__).parent
MISTAKES_SHOWN = 24
IN_A_ROW = 8  # node pictures
ANY_PRESET = "dense-128"  # as on the command line; the card lists the differences from it


def report(store: RunStore, run: Run) -> str:
    """Return a run as one HTML file: settings, curves, scores, mistakes and model card.

    The page is self-contained and works offline, follows the reader's light or dark scheme, fits
    a phone and can be printed. Missing parts are left out. Its content security policy lets only
    its own two scripts run, and nothing be fetched.

    Raises:
        BadFile: if stored parts of the run are damaged.
        StoreProblem: if the store fails.
    """
    facts = gather(store, run)
    plotly = (figures.LIBRARY / "plotly.min.js").read_text("utf-8")
    scripts = [plotly, (HERE / "report.js").read_text("utf-8")]
    return render(
        "takehome/report/report.html.j2",
        facts=facts,
        run=run,
        origin=report_texts.origin(run),
        summary=report_texts.summary(run, facts.score),
        scores=report_texts.measured(facts),
        held_back=any(epoch.val_loss is not None for epoch in facts.epochs),
        settings=_settings(run),
        log=keras_log.lines(facts.epochs, None, run.spec.epochs, run.batches)
        if facts.epochs and run.batches
        else "",
        charts=_charts(facts),
        lessons=_lessons(store, facts),
        said_of_axes=[said] if (said := _loss_scale(facts).said) else [],
        style=(HERE / "report.css").read_text("utf-8"),
        scripts=scripts,
        hashes=[source_hash(script) for script in scripts],
        **_of_answers(facts),
        **_of_network(facts),
    )


def _charts(facts: Facts) -> dict[str, Any]:
    """Return the Plotly JSON of each chart for which the run has data."""
    run, epochs = facts.run, facts.epochs
    found: dict[str, Any] = {}
    if epochs:
        happened = moments(
            epochs, run.spec, run.status == DONE, facts.pauses, facts.resumed, facts.new_rates
        )
        for metric in figures.CURVES:
            within = within_epochs(facts.points, metric, run.batches)
            found[metric] = figures.curve(
                metric,
                facts.history,
                within,
                epochs[-1].number,
                _view(facts),
                moments=happened,
                guess=_guess(facts) if metric == "accuracy" else None,
            )
    if facts.score:
        found["confusion"] = figures.confusion(facts.score.confusion, spoken(facts.class_names))
    layers = architectures.layers(run.spec, len(facts.class_names))
    found["network"] = figures.network(layer_table.rows(layers))
    plain = {}
    for name, figure in found.items():
        plain[name] = json.loads(figure.to_json())
        plain[name]["layout"].pop("template", None)  # its colours suit only a white page
    return plain


def _lessons(store: RunStore, facts: Facts) -> list[str]:
    """Return what the curves show, in sentences."""
    run = facts.run
    guess, over = facts.guess, not run.active
    guessed = [how_near(guess, facts.history, run.spec.epochs)] if guess and over else []
    found = run_course.course(store, run, facts.history)
    return [*guessed, *lessons(found)]


def _guess(facts: Facts) -> Curve | None:
    return facts.guess.curve(facts.run.spec.epochs) if facts.guess else None


def _loss_scale(facts: Facts) -> figures.Scale:
    within = within_epochs(facts.points, "loss", facts.run.batches)
    return figures.scale_of("loss", facts.history, within, _view(facts))


def _view(facts: Facts) -> figures.View:
    return figures.View(classes=len(facts.class_names))


def _settings(run: Run) -> list[tuple[str, str, str]]:
    """Return title, value and explanation of each setting."""
    dense = run.spec.architecture == "dense"
    return [
        (setting.title, as_text(run.spec, name), setting.about)
        for name, setting in SETTINGS.items()
        if name != "hidden" or dense
    ]


def _of_answers(facts: Facts) -> dict[str, Any]:
    """Return the scores of each class, and the misread test images with the highest confidence."""
    score, names = facts.score, spoken(facts.class_names)
    if score is None or facts.answers is None or facts.tested is None:
        return {}
    each_class = zip(names, score.per_class, score.precision, score.counts, strict=True)
    found = scores.mistakes(facts.answers, facts.tested.y_test)
    return {
        "classes": [
            (
                name,
                report_texts.share(recall),
                report_texts.interval(recall, int(count)),
                report_texts.share(precision),
                f"{count:,}",
            )
            for name, recall, precision, count in each_class
        ],
        "wrong": len(found),
        "mistakes": [
            (
                data_url(Image.fromarray(255 - facts.tested.x_test[each.number])),
                names[each.true],
                names[each.read],
                percent(each.confidence, 0).replace(" ", "\N{NO-BREAK SPACE}"),
            )
            for each in found[:MISTAKES_SHOWN]
        ],
    }


def _of_network(facts: Facts) -> dict[str, Any]:
    """Return pictures of the weights of the first layer's nodes, and the model card.

    Raises:
        BadFile: if the stored weights are damaged.
    """
    network, run = facts.network, facts.run
    if network is None:
        return {}
    weights = nodes.first_layer(network.values)
    small = weights.shape[1] < IMAGE_SIDE
    sheet = weight_sheet(weights, 2 * IN_A_ROW if small else IN_A_ROW)
    classes = len(network.class_names)
    told = model_card.ModelFacts(
        spec=run.spec,
        classes=classes,
        parameters=layer_table.parameters(architectures.layers(run.spec, classes)),
        images=run.images,
        history=as_keras(facts.epochs),
        test_loss=run.test_loss or 0.0,
        test_accuracy=run.test_accuracy or 0.0,
    )
    preset = run.preset if run.preset in PRESETS else ANY_PRESET
    return {
        "nodes": len(weights),
        "nodes_are_small": small,
        "nodes_picture": data_url(sheet, wide=True, side=sheet.height),
        "card": model_card.card(told, Path(facts.file), preset),
    }
