"""The command line: output, streams and exit statuses; never a traceback."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitapp.cli import main
from digitapp.data.datasets import DATASETS, Dataset
from digitapp.data.stroke_variations import VARIATIONS
from digitapp.drawing.strokes import from_points, paint
from digitapp.evaluation.stroke_conditions import CONDITIONS
from digitapp.evaluation.ways import COMBINED, MOVEMENT, PICTURE
from digitapp.library import run_course
from digitapp.runs import RunStore
from digitapp.text.percent import percent
from digitapp.training.lessons import lessons
from digitapp.training.spec import PRESETS
from tests.digits import DIGITS

ROOT = Path(__file__).resolve().parent.parent.parent
LINE = (
    r"(?P<file>\S+): (?P<digit>\d) \((?P<percent>[\d.]+) %\)"
    r"(?P<doubt> - not sure\. It .*?)?(?P<hint> - taken for .*)?"
)

WAYS = (COMBINED, PICTURE, MOVEMENT, "pixels", "squeeze")


def _picture(digit: int, scale: float = 1.0) -> Image.Image:
    """A digit at the upper left corner of the paper."""
    strokes = [[[x * scale, y * scale] for x, y in stroke] for stroke in DIGITS[digit]]
    return paint(from_points(strokes, 20 * scale))


def _scribble(seed: int) -> Image.Image:
    """Three lines between random points; networks take some of them for digits."""
    corners = np.random.default_rng(seed).uniform(40, 240, (4, 2))
    return paint(from_points([corners.tolist()], 20))


def _status(*arguments: str) -> int:
    """Return the exit status, whether returned or raised by argparse."""
    try:
        return main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


def _piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a few pictures."""
    monkeypatch.chdir(tmp_path)
    _picture(7).save("photo.png")
    _picture(3).save("three.jpg")
    Image.new("L", (90, 90), 255).save("blank.png")
    Path("notes.txt").write_text("milk, eggs")
    return tmp_path


@pytest.fixture
def strokes_file(tmp_path: Path) -> Path:
    scaled = {
        label: [[[x / 0.56, y / 0.56] for x, y in stroke] for stroke in strokes]
        for label, strokes in DIGITS.items()
    }
    path = tmp_path / "strokes.json"
    path.write_text(json.dumps([{"label": d, "strokes": s} for d, s in scaled.items()]))
    return path


@pytest.fixture
def labels_file(desk: Path) -> Path:
    """Ten small digits, a 7 labelled as a 1, and a picture of something else."""
    letter = [[[60, 240], [140, 30], [220, 240]], [[95, 160], [185, 160]]]
    paint(from_points(letter, 20)).save(desk / "letter.png")
    labels = {"letter.png": None, "photo.png": 1}
    entries: list[dict[str, object]] = [{"file": f, "label": d} for f, d in labels.items()]
    for digit in DIGITS:
        entries.append({"file": f"{digit}.png", "label": digit})
        _picture(digit, 0.4).save(desk / f"{digit}.png")
    path = desk / "labels.json"
    path.write_text(json.dumps(entries))
    return path


def test_predict_prints_a_line_a_picture(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["predict", "photo.png", "three.jpg"]) == 0
    out, err = capsys.readouterr()
    lines = [re.fullmatch(LINE, line) for line in out.splitlines()]
    assert [(line["file"], line["digit"]) for line in lines if line] == [
        ("photo.png", "7"),
        ("three.jpg", "3"),
    ]
    assert err == ""


def test_json_has_the_same_and_all_probabilities(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"{seed}.png" for seed in range(5, 14)]
    for name in names:
        _scribble(int(name.removesuffix(".png"))).save(name)
    main(["predict", *names])
    lines = capsys.readouterr().out.splitlines()
    assert main(["predict", "--json", *names]) == 0
    values = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [value["file"] for value in values] == names
    assert {value["refused"] for value in values} == {True, False}
    for text, value in zip(lines, values, strict=True):
        if value["refused"]:
            closest = r"(What comes closest is an? \d|No digit comes close)"
            assert re.fullmatch(rf".*\.png: not a digit. {closest}\.( - taken for .*)?", text)
            continue
        line = re.fullmatch(LINE, text)
        assert line
        names = "file digit class confidence probabilities unsure refused none_of_these"
        assert set(value) - {"hint"} == {*names.split()}
        assert value["class"] == line["digit"]
        assert value["digit"] == int(line["digit"]) == int(np.argmax(value["probabilities"]))
        assert value["confidence"] == max(value["probabilities"])
        of_all = value["confidence"] * (1 - value["none_of_these"])
        assert f"{line['percent']} %" == percent(of_all)  # as on the pages
        assert len(value["probabilities"]) == 10
        assert sum(value["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert value["unsure"] == bool(line["doubt"])


def _sheet(digits: tuple[int, ...]) -> Image.Image:
    sheet = Image.new("L", (280 * len(digits), 280), 255)
    for place, digit in enumerate(digits):
        sheet.paste(_picture(digit), (280 * place, 0))
    return sheet


def test_several_digits_are_a_number_without_being_asked_for(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _sheet((4, 2)).save("two.png")
    _picture(4).save("one.png")
    assert main(["predict", "two.png", "one.png"]) == 0
    two, one = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"two\.png: 42 \(.* - taken for a number; --digit reads one digit", two)
    line = re.fullmatch(LINE, one)
    assert line
    assert line["digit"] == "4"
    assert not line["hint"]
    assert main(["predict", "--json", "two.png"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["number"], "--digit" in found["hint"]) == ("42", True)


def test_the_way_that_was_asked_for_is_the_way_it_is_read(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _sheet((4, 2)).save("two.png")
    _picture(4).save("one.png")
    assert main(["predict", "--number", "one.png"]) == 0
    assert re.fullmatch(r"one\.png: 4 \([\d.]+ %: 4 [\d.]+ %\)\n", capsys.readouterr().out)
    assert main(["predict", "--digit", "two.png"]) == 0
    assert "42" not in capsys.readouterr().out


def test_a_number_is_told_with_each_of_its_digits(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = Image.new("L", (840, 280), 255)
    for place, digit in enumerate((7, 0, 3)):
        sheet.paste(_picture(digit), (280 * place, 0))
    sheet.save("number.png")
    assert main(["predict", "--number", "number.png"]) == 0
    line = capsys.readouterr().out
    each = ", ".join(rf"{digit} [\d.]+ %" for digit in "703")
    assert re.fullmatch(rf"number\.png: 703 \([\d.]+ %: {each}\)\n", line)
    assert main(["predict", "--number", "--json", "number.png"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["number"] == "703"
    assert [each["digit"] for each in found["digits"]] == [7, 0, 3]
    assert [each["class"] for each in found["digits"]] == ["7", "0", "3"]
    for place, each in enumerate(found["digits"]):
        left, top, right, bottom = each["box"]
        assert 280 * place <= left < right <= 280 * (place + 1)
        assert 0 <= top < bottom <= 280
        assert not each["refused"]
    product = found["grouping"] * np.prod([each["confidence"] for each in found["digits"]])
    assert found["confidence"] == pytest.approx(product, abs=1e-4)
    assert found["grouping"] > 0.9


def test_a_dash_reads_standard_input(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _piped(monkeypatch, Path("photo.png").read_bytes())
    assert main(["predict", "-"]) == 0
    assert capsys.readouterr().out.startswith("-: 7 (")


@pytest.mark.parametrize("data", [b"", b"milk, eggs", None])
def test_standard_input_without_a_picture_is_a_sentence(
    data: bytes | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if data is None:
        monkeypatch.setattr(sys, "stdin", None)
    else:
        _piped(monkeypatch, data)
    assert main(["predict", "-"]) == 1
    assert re.fullmatch(r"-: .*(empty|not a picture|Nothing arrives).*\n", capsys.readouterr().err)


def test_a_bad_file_is_named_and_the_others_are_still_read(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = ["notes.txt", "missing.png", ".", "blank.png"]
    assert main(["predict", "photo.png", *bad, "three.jpg"]) == 1
    out, err = capsys.readouterr()
    assert [line[:12] for line in out.splitlines()] == ["photo.png: 7", "three.jpg: 3"]
    reasons = ["not a picture", "no such file", "folder", "nothing on this picture"]
    for name, reason, line in zip(bad, reasons, err.splitlines(), strict=True):
        assert line.startswith(f"{name}: ")
        assert reason in line


def test_the_program_itself_predicts_without_any_chatter(desk: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "digitapp", "predict", str(desk / "photo.png"), "missing.png"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert re.fullmatch(LINE + "\n", done.stdout)
    assert done.stderr == "missing.png: There is no such file.\n"
    assert done.returncode == 1


def test_a_reader_that_goes_away_leaves_no_traceback() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "digitapp", "data", "list"],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if key != "PYTHONUNBUFFERED"},
        stdout=write_end,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write_end)
    assert done.returncode != 0
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("predict photo.png --model cnn", "Unknown model 'cnn'. Available: recogniser"),
        ("evaluate", "--strokes FILE"),
        ("evaluate --strokes strokes.json --model cnn", "Unknown model 'cnn'"),
        ("evaluate --strokes missing.json", "missing.json: cannot be read"),
        ("evaluate --images missing.json", "missing.json: cannot be read"),
        ("evaluate --images strokes.json", "entry 0 must be an object with label and file"),
        ("evaluate --strokes labels.json", "entry 0 must be an object with label and strokes"),
        ("evaluate --strokes strokes.json --seed -1", "seed"),
        ("train --epochs x", "epochs is 'x'; it must be a whole number"),
        (
            "train --preset dense-129",
            f"Unknown preset 'dense-129'. Available: {', '.join(PRESETS)}",
        ),
        ("train --dataset minst", f"Unknown dataset 'minst'. Available: {', '.join(DATASETS)}"),
        ("train --epochs 0", "epochs is 0; it must be from 1 to 1000"),
        ("train --seed -1", "seed is -1; it must be from 0"),
        ("train --preset fashion-300-100 --dataset mnist", "5000"),
        ("train --out model.h5", "model.h5: a model's file name must end in .keras"),
        ("data show minst --out sheet.png", "Unknown dataset 'minst'"),
        ("data show mnist --out sheet.nonsense", "sheet.nonsense: cannot be written"),
        ("data show mnist --out no/such/sheet.png", "no/such/sheet.png: cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_on_the_error_stream(
    arguments: str,
    sentence: str,
    toy_mnist: Path,
    strokes_file: Path,
    labels_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _status(*arguments.split()) in (1, 2)
    out, err = capsys.readouterr()
    assert sentence in err
    assert err.startswith("digitapp: ") or "usage:" in err
    assert out == ""


@pytest.mark.parametrize("arguments", ["", "predict", "data", "train --epochs", "draw"])
def test_wrong_usage_is_answered_with_the_usage(
    arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _status(*arguments.split()) == 2
    assert capsys.readouterr().err.startswith("usage: digitapp")


def test_evaluate_as_json_has_every_condition_in_every_way_and_both_ways_of_pictures(
    strokes_file: Path, labels_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--strokes", str(strokes_file), "--images", str(labels_file)]
    assert main(["evaluate", "--json", "--seed", "3", *files]) == 0
    printed = capsys.readouterr()
    found, names = json.loads(printed.out), (*CONDITIONS, *VARIATIONS)
    assert printed.err.splitlines() == [
        *(f"Reading 10 digits, {name} ({n} of {len(names)})." for n, name in enumerate(names, 1)),
        "Reading 11 pictures of digits and 1 of something else.",
    ]
    strokes, images = found["strokes"], found["images"]
    assert (strokes["digits"], strokes["seed"]) == (10, 3)
    assert list(strokes["conditions"]) == list(CONDITIONS)
    assert list(strokes["variations"]) == list(VARIATIONS)
    assert {tuple(ways) for ways in strokes["conditions"].values()} == {WAYS}
    assert {tuple(ways) for ways in strokes["variations"].values()} == {WAYS[:3]}
    clear = strokes["conditions"]["as drawn"]["picture alone"]
    assert clear["accuracy"] == 1
    assert clear["confusion"] == np.eye(10, dtype=int).tolist()
    assert clear["refusals"] == [0] * 10
    assert strokes["conditions"]["small"]["squeeze"]["accuracy"] < 0.8
    assert (images["digits"], images["not_single_digits"]) == (11, 1)
    assert images["prepared"]["total"] == images["squeeze"]["total"] == 11
    assert images["others"]["total"] == images["others"]["refused"] == 1
    assert images["prepared"]["accuracy"] > 0.8 > images["squeeze"]["accuracy"]


def test_evaluate_prints_tables_of_both_files(
    strokes_file: Path, labels_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--strokes", str(strokes_file), "--images", str(labels_file)]
    assert main(["evaluate", *files]) == 0
    out = capsys.readouterr().out
    names = [(name, WAYS) for name in CONDITIONS] + [(name, WAYS[:3]) for name in VARIATIONS]
    for condition, ways in names:
        for way in ways:
            beside = r"  +[+-]\d+\.\d\d \([+-][\d.]+ to [+-][\d.]+\)" if way == COMBINED else ""
            row = rf"^{condition} +{way} +([\d.]+ % +){{4}}[\d.]+ % to [\d.]+ %{beside}$"
            assert re.search(row, out, re.MULTILINE)
    assert "10 digits (seed 0)" in out
    assert "11 single digits; 1 pictures of something else were left out" in out
    share = r"\d+\.\d\d %"
    for name in ("prepared", "squeeze"):
        assert re.search(rf"^{name}( +{share}){{4}} +{share} to {share}$", out, re.M)
    assert len(re.findall(r"^ +7( +\.){7} +1( +\.){3} +100\.00 %$", out, re.M)) == 2
    assert re.search(r"^ +1 +\. +1( +\.){5} +1( +\.){3} +50\.00 %$", out, re.M)


def test_data_list_says_where_each_dataset_is(
    toy_mnist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["data", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.split()[0] for line in lines] == [row["name"] for row in rows] == list(DATASETS)
    assert rows[0]["where"] == str(toy_mnist)
    assert "not on this machine" in rows[1]["where"]
    assert all(row["where"] in line for row, line in zip(rows, lines, strict=True))


def test_data_show_saves_a_picture_of_every_class(
    toy_mnist: Path, toy: Dataset, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["data", "show", "mnist", "--out", "sheet.png"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("sheet.png: ")
    assert "200 training and 50 test images" in out
    sheet = np.asarray(Image.open("sheet.png"))
    assert sheet.shape == (560, 560)
    np.testing.assert_array_equal(sheet[:56:2, :56:2], 255 - toy.x_train[0])


def test_train_says_what_its_curves_show(
    toy_mnist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--epochs", "3", "--learning-rate", "10", "--validation-split", "0.1"]
    assert main(["train", *arguments]) == 0
    assert "the steps are too large. Try a smaller learning rate.\n" in capsys.readouterr().out


def test_train_shows_its_epochs_and_saves_a_model_with_its_card(
    toy_mnist: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--preset", "nodes-and-layers", "--epochs", "2", "--seed", "5"]
    assert main(["train", *arguments, "--out", "small.keras"]) == 0
    out, err = capsys.readouterr()
    epoch = r"^Epoch (\d)/2\n2/2 ━{20} \d+s \d+[mu]?s/step - accuracy: \d\.\d{4} - loss: .*val_loss"
    assert re.findall(epoch, err, re.M) == ["1", "2"]
    score = r"Test accuracy \d+\.\d\d %, test loss \d+\.\d{4}, after \d+\.\d s of training, .*"
    ended, *shown = out.splitlines()
    assert re.fullmatch(rf"Run 1 is done\. {score}", ended)
    store = RunStore()
    assert shown == lessons(run_course.course(store, store.get(1), store.epochs(1, since=0)))
    assert "small.keras" in err
    assert Path("small.keras").is_file()
    card = Path("small.md").read_text("utf-8")
    assert "| Seed | 5 |" in card
    assert '"epochs": 2' in card


def test_a_place_that_is_not_there_is_noticed_before_the_training(
    toy_mnist: Path, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--epochs", "1", "--out", "no/such/small.keras"]) == 1
    err = capsys.readouterr().err
    assert "no/such" in err
    assert "Epoch" not in err


def test_interrupting_ends_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Interrupted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Interrupted()))
    assert main(["predict", "-"]) == 130
    assert capsys.readouterr().err == "digitapp: stopped.\n"
