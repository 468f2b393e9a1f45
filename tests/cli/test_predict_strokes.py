"""`predict --strokes`: drawings of a file, read by their picture and by the pen's movement."""

import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from digitapp.cli import main
from digitapp.drawing import pen_path, preprocessing
from digitapp.drawing.drawing_files import drawings
from digitapp.reading import numbers
from digitapp.reading.prediction import Predictor
from tests.digits import DIGITS

LINE = r"{}: {} \([\d.]+ %\) - picture: {} .*; movement: .*, which counted \d+ %"


def _file(tmp_path: Path, content: Any) -> str:
    path = tmp_path / "drawings.json"
    path.write_text(json.dumps(content))
    return str(path)


def _beside(*digits: int) -> list[Any]:
    return [
        [[x + 250 * place, y] for x, y in stroke]
        for place, digit in enumerate(digits)
        for stroke in DIGITS[digit]
    ]


def test_each_drawing_has_a_line_with_what_each_reader_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, [{"strokes": DIGITS[7], "id": "a"}, {"strokes": DIGITS[3], "label": 3}])
    assert main(["predict", "--strokes", file]) == 0
    out, err = capsys.readouterr()
    first, second = out.splitlines()
    assert re.fullmatch(LINE.format(re.escape(f"{file}, drawing 1, id a"), 7, 7), first)
    assert re.fullmatch(LINE.format(re.escape(f"{file}, drawing 2, label 3"), 3, 3), second)
    assert err == ""


def test_answers_of_several_sentences_stay_one_line_of_parts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, {"strokes": [[[5, 5]]]})  # a dot, which both refuse
    assert main(["predict", "--strokes", file]) == 0
    _, parts = capsys.readouterr().out.split(" - picture: ")
    picture, movement = parts.split("; movement: ")
    assert picture.startswith("not a digit. ")
    assert movement.startswith("not a digit. ")
    assert not picture.endswith(".")
    assert ".," not in movement


def test_json_has_the_combined_answer_and_both_readers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], recogniser: Predictor
) -> None:
    content = {"strokes": DIGITS[4], "id": 12}
    file = _file(tmp_path, content)
    assert main(["predict", "--strokes", file, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["file"], found["drawing"], found["id"], found["digit"]) == (file, 1, 12, 4)
    (filed,) = drawings(content, "")
    assert filed.drawing is not None
    image, path = preprocessing.stroke_image(filed.drawing), pen_path.of_drawing(filed.drawing)
    (expected,) = recogniser.predict([image], [path])
    assert expected.parts is not None
    assert found["movement_weight"] == pytest.approx(expected.parts.weight, abs=1e-5)
    parts = {"picture": expected.parts.picture, "movement": expected.parts.movement}
    for values, prediction in (
        (found, expected),
        *((found[name], part) for name, part in parts.items()),
    ):
        assert values["probabilities"] == pytest.approx(prediction.probabilities, abs=1e-5)
        assert values["none_of_these"] == pytest.approx(prediction.other, abs=1e-5)
        assert sum(values["probabilities"]) == pytest.approx(1, abs=1e-4)


def test_drawings_are_read_as_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], recogniser: Predictor
) -> None:
    content = [{"strokes": _beside(3, 0, 7)}, {"strokes": _beside(2, 5)}]
    file = _file(tmp_path, content)
    assert main(["predict", "--number", "--strokes", file]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1].split(" (")[0] for line in lines] == ["307", "25"]
    assert main(["predict", "--number", "--json", "--strokes", file]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["number"] for each in found] == ["307", "25"]
    assert [place["digit"] for place in found[0]["digits"]] == [3, 0, 7]
    filed = [each.drawing for each in drawings(content, "")]
    for values, drawing in zip(found, filed, strict=True):
        assert drawing is not None
        expected = numbers.read_drawing(recogniser, drawing)
        assert values["confidence"] == pytest.approx(expected.confidence, abs=1e-5)


def test_one_bad_drawing_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"strokes": DIGITS[7]}
    bad = [5, {"strokes": [[["a"]]], "id": "x"}, {"strokes": DIGITS[1], "width": -1, "label": 1}]
    file = _file(tmp_path, [good, *bad, good])
    assert main(["predict", "--strokes", file]) == 1
    out, err = capsys.readouterr()
    assert [line.split(": ")[0] for line in out.splitlines()] == [
        f"{file}, drawing {number}" for number in (1, 5)
    ]
    names = [line.split(": ")[0] for line in err.splitlines()]
    starts = [f"{file}, drawing 2", f"{file}, drawing 3, id x", f"{file}, drawing 4, label 1"]
    assert names == starts
    assert main(["predict", "--strokes", file, "--json"]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["drawing"] for line in out.splitlines()] == [1, 5]
    errors = [json.loads(line) for line in err.splitlines()]
    assert [each["drawing"] for each in errors] == [2, 3, 4]
    assert errors[1]["id"] == "x"
    assert "width must be a number above 0" in errors[2]["error"]


def test_a_dash_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.dumps([{"strokes": DIGITS[2]}]).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert main(["predict", "--strokes", "-"]) == 0
    assert capsys.readouterr().out.startswith("-, drawing 1: 2 (")
    monkeypatch.setattr(sys, "stdin", None)
    assert main(["predict", "--strokes", "-"]) == 1
    assert "Nothing arrives on standard input" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "reason"),
    [("milk, eggs", "not JSON"), ("5", "must be a drawing, such as"), ("", "not JSON")],
)
def test_a_file_that_holds_no_drawings_is_a_sentence(
    content: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "some.json").write_text(content)
    assert main(["predict", "--strokes", str(tmp_path / "some.json")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"digitapp: {tmp_path / 'some.json'}: ")
    assert reason in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "give a picture to read, or --strokes and a file of drawings\n"),
        (["a.png", "--strokes", "b.json"], "or --strokes and a file of drawings, not both\n"),
    ],
)
def test_pictures_or_drawings_are_asked_for_and_not_both(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["predict", *arguments])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(sentence)
