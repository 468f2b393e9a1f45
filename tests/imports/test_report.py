"""A collection, what was converted and what was noticed, as text and as JSON."""

import json
from dataclasses import replace

from digitapp.imports.findings import findings
from digitapp.imports.report import Report, report
from tests.imports.collections import digits, of_images, signs


def _report() -> Report:
    given = replace(
        of_images(signs((20, 30), ("☀️ sun", "قمر")), lambda x: 255 - x),
        form="a folder with a folder a class",
        told=("Colours became grey.",),
    )
    return report(given, findings(given))


def test_the_text_has_counts_sizes_conversions_and_findings() -> None:
    lines = _report().text().splitlines()
    assert lines[:3] == [
        "A folder with a folder a class. 50 images to learn from, none to test with; 20 x 20 "
        "pixels; 2 classes.",
        "  ☀️ sun: 20 to learn from",
        "  قمر: 30 to learn from",
    ]
    assert "Colours became grey." in lines
    (inverted,) = [line for line in lines if line.startswith("- The paper is white")]
    assert inverted.endswith("(Swap black and white.)")


def test_the_json_says_the_same() -> None:
    values = json.loads(json.dumps(_report().as_json()))
    assert (values["training_images"], values["test_images"]) == (50, 0)
    assert values["classes"][1] == {"name": "قمر", "training_images": 30, "test_images": 0}
    assert {each["name"]: each["mend"] for each in values["findings"]} == {
        "inverted": "invert",
        "no_test_part": "split",
    }


def test_both_parts_are_counted() -> None:
    given = digits(100)
    text = report(given, ()).text()
    assert "80 images to learn from, 20 to test with; 28 x 28 pixels" in text
    assert text.endswith("Nothing odd was noticed.")


def test_very_many_classes_are_one_line() -> None:
    names = tuple(f"sign {n}" for n in range(40))
    given = replace(signs((20, 30)), class_names=names)
    assert len(report(given, ()).text().splitlines()) < 10
    assert len(report(given, ()).as_json()["classes"]) == 40
