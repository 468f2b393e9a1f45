"""Rejected files: each error gives the reason, and nothing of the file is kept."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from digitapp.errors import BadFile, DigitappError
from digitapp.runs import RunStore
from digitapp.takehome import bundle
from digitapp.takehome.bundle.archive import MEMBER, WEIGHTS
from digitapp.training.architectures import MOST_PARAMETERS
from digitapp.training.settings import SETTINGS
from digitapp.training.spec import TrainingSpec
from tests.takehome.bundle.run_files import DIGITS, SPEC, added, learned, parts, told, zipped

ROOT = Path(__file__).resolve().parent.parent.parent.parent
EPOCH = {
    **dict.fromkeys(("loss", "val_loss", "accuracy", "val_accuracy"), 0.5),
    **{"number": 1, "learning_rate": 0.001, "seconds": 1.0, "watched": None},
}

VALUES: dict[str, tuple[dict[str, Any], str]] = {
    "newer": ({"format": 3}, "a newer version of digitapp"),
    "older": ({"format": 1}, "format is 1, that of another version"),
    "no version": ({"format": "1"}, "format is '1'"),
    "no settings": ({"settings": None}, "no settings"),
    "unknown setting": ({"settings": {"code": "import os"}}, "Unknown setting 'code'"),
    "setting out of range": ({"settings": {"dropout": 5}}, "dropout is 5; it must be from 0.0"),
    "setting that is no number": ({"settings": {"l2": float("nan")}}, "l2 is nan"),
    "too wide": ({"settings": {"hidden": [5000]}}, "hidden is"),
    "too many weights": (
        {"settings": {"hidden": [4096] * 5, "architecture": "dense"}},
        f"at most {MOST_PARAMETERS:,} are allowed",
    ),
    "unknown architecture": ({"settings": {"architecture": "os.system"}}, "Unknown architecture"),
    "unknown optimizer": ({"settings": {"optimizer": "lion"}}, "Unknown optimizer 'lion'"),
    "no name of a dataset": ({"settings": {"dataset": "../../etc/passwd"}}, "Its dataset is"),
    "no name of a base": ({"settings": {"base": "a\nb"}}, "Its base is"),
    "history that is none": ({"history": {"1": EPOCH}}, "history is not a list"),
    "too many epochs": ({"history": [EPOCH] * 5}, "of 5 epochs; it must be a list of at most 4"),
    "epochs out of order": ({"history": [EPOCH, EPOCH]}, "Epoch 2 of its history"),
    "epoch without a field": ({"history": [{"number": 1}]}, "Epoch 1 of its history"),
    "epoch that is none": ({"history": [17]}, "Epoch 1 of its history"),
    "no number": ({"history": [{**EPOCH, "loss": float("nan")}]}, "loss of epoch 1 is nan"),
    "huge": ({"history": [{**EPOCH, "val_loss": 1e300}]}, "val_loss of epoch 1 is 1e+300"),
    "negative": ({"history": [{**EPOCH, "seconds": -1}]}, "seconds of epoch 1 is -1"),
    "missing": ({"history": [{**EPOCH, "accuracy": None}]}, "accuracy of epoch 1 is None"),
    "watched too short": ({"history": [{**EPOCH, "watched": [1.0]}]}, "10 probabilities"),
    "watched no share": ({"history": [{**EPOCH, "watched": [2.0] * 10}]}, "watched of epoch 1"),
    "epoch 0 of another number": ({"untrained": EPOCH}, "Epoch 0 of its history"),
    "epoch 0 with nan": ({"untrained": {**EPOCH, "number": 0, "loss": float("nan")}}, "is nan"),
    "pauses that are none": ({"pauses": {"1": 2}}, "pauses must be a list of at most 1000"),
    "too many pauses": ({"pauses": [0.5] * 1001}, "pauses must be a list of at most 1000"),
    "a pause after the end": ({"pauses": [4.5]}, "a pause is 4.5; it must be from 0 to 4."),
    "a pause that is text": ({"pauses": ["1"]}, "a pause is '1'"),
    "new rates that are none": (
        {"new_rates": 0.01},
        "new learning rates must be a list of at most",
    ),
    "too many new rates": ({"new_rates": [[1, 0.1, 0.2]] * 1001}, "a list of at most 1000 lists"),
    "a new rate without its time": ({"new_rates": [[0.1, 0.2]]}, "lists of three numbers"),
    "a new rate after the end": (
        {"new_rates": [[4.5, 0.1, 0.2]]},
        "the time of a new learning rate is 4.5; it must be from 0 to 4.",
    ),
    "a new rate that is huge": ({"new_rates": [[1, 0.1, 1e9]]}, "learning rate is 1000000000.0"),
    "a new rate that is text": ({"new_rates": [[1, "0.1", 0.2]]}, "a new learning rate is '0.1'"),
    "resumed before it began": ({"resumed": [0]}, "resumptions is 0; it must be from 1 to 4."),
    "resumed too often": ({"resumed": [1] * 5}, "resumptions must be a list of at most 4 epochs"),
    "a guess that goes back": ({"guess": [[0.5, 0.1], [0.4, 0.2]]}, "The drawn guess is not"),
    "a guess above 100 %": ({"guess": [[0, 0.1], [1, 1.2]]}, "The drawn guess is not"),
    "a guess of something else": ({"guess": {"x": "y", "z": 1}}, "The drawn guess is not"),
    "epochs of no images": ({"images": 0}, "images is 0"),
    "no test accuracy": ({"test_accuracy": None}, "test_accuracy is None"),
    "test loss": ({"test_loss": float("inf")}, "test_loss is inf"),
    "no classes": ({"class_names": None}, "2 to 100 different names"),
    "too many classes": ({"class_names": [*map(str, range(101))]}, "2 to 100 different names"),
    "too long a class": ({"class_names": ["x" * 41, *DIGITS[1:]]}, "at most 40 visible characters"),
    "class twice": ({"class_names": ["1", *DIGITS[1:]]}, "different names"),
    "class that nobody sees": ({"class_names": ["\x1b[2J", *DIGITS[1:]]}, "different names"),
    "classes of another dataset": (
        {"settings": {"dataset": "fashion_mnist"}},
        "but those of its dataset fashion_mnist are T-shirt",
    ),
    "another number of classes": (
        {"class_names": list(DIGITS[:9]), "history": []},
        "another network",
    ),
    "wider": ({"settings": {"hidden": [9]}}, "float32 (784, 8); it must be float32 (784, 9)"),
    "another network": (
        {"settings": {"architecture": "lenet-5"}},
        "it must be float32 (5, 5, 1, 6)",
    ),
    "name that is none": ({"name": 5}, "Its name is 5"),
    "long name": ({"name": "x" * 101}, "100"),
    "long note": ({"note": "x" * 2001}, "2,000"),
    "long list": ({"settings": {"hidden": [1] * 100_000}}, "hidden is"),
}


def refused(store: RunStore, file: bytes) -> str:
    """Return why a file is rejected; check that nothing of it is kept."""
    with pytest.raises(DigitappError) as caught:
        bundle.import_run(store, file)
    assert not store.all()
    assert len(str(caught.value)) < 500
    return str(caught.value)


@pytest.mark.parametrize("kind", VALUES)
def test_what_a_run_cannot_be_is_refused(kind: str, file: bytes, ours: RunStore) -> None:
    values, reason = VALUES[kind]
    assert reason in refused(ours, told(file, **values))


@pytest.mark.parametrize("text", [b"", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"format": 1'])
def test_what_is_no_json_object_is_refused(text: bytes, file: bytes, ours: RunStore) -> None:
    assert MEMBER in refused(ours, zipped({**parts(file), MEMBER: text}))


def test_what_older_versions_did_not_know_is_as_by_default(file: bytes) -> None:
    older = json.loads(parts(file)[MEMBER])
    before = bundle.read(file).spec
    for name in SETTINGS:
        if getattr(before, name) == getattr(type(before)(), name):
            del older["settings"][name]
    assert len(older["settings"]) == 3
    assert bundle.read(told(zipped({**parts(file), MEMBER: json.dumps(older).encode()}))).spec == (
        before
    )


def test_an_unknown_preset_is_left_out(file: bytes) -> None:
    assert bundle.read(told(file, preset="of-a-newer-version")).preset == ""


@pytest.mark.parametrize("data", [b"", b"PK", b"these are no networks", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_keras_file_is_refused(data: bytes, ours: RunStore) -> None:
    assert "not a .keras file" in refused(ours, data)


def test_a_keras_file_from_elsewhere_is_refused_with_advice(ours: RunStore) -> None:
    bundled = (ROOT / "assets" / "recogniser.keras").read_bytes()
    assert "on the Runs page, choose the run and export it" in refused(ours, bundled)


def test_a_keras_file_that_is_still_packed_is_refused_with_advice(
    file: bytes, ours: RunStore
) -> None:
    packed = zipped({"run-1/run-1.keras": file, "run-1/read_picture.py": b""})
    with pytest.raises(BadFile, match=r"unpack it, and bring in the \.keras file\.$"):
        bundle.import_run(ours, packed)


def test_a_file_of_an_older_version_is_refused_with_advice(file: bytes, ours: RunStore) -> None:
    """Its weights were in Keras's own file alone, which is not read."""
    older = {name: data for name, data in parts(told(file, format=1)).items() if name != WEIGHTS}
    said = refused(ours, zipped(older))
    assert "an older version of digitapp has exported it" in said
    assert "export the run again" in said


@pytest.mark.parametrize("name", [MEMBER, WEIGHTS])
def test_a_member_that_would_fill_the_memory_is_not_unpacked(
    name: str, file: bytes, ours: RunStore
) -> None:
    bomb = zipped({**parts(file), name: bytes(90 * 2**20)}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**20
    assert "90 MB when unpacked" in refused(ours, bomb)


def test_a_file_that_is_too_large_is_not_opened(ours: RunStore) -> None:
    large = bytes((bundle.MOST_MEGABYTES + 1) * 2**20)
    assert f"at most {bundle.MOST_MEGABYTES} are allowed" in refused(ours, large)


@pytest.mark.parametrize("count", [21, 2000])
def test_too_many_parts_are_refused(count: int, file: bytes, ours: RunStore) -> None:
    more = {f"assets/{number:03}": b"" for number in range(count)}
    assert "at most 20 are allowed" in refused(ours, zipped({**parts(file), **more}))


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_ways_to_pack_that_keras_does_not_use_are_refused(
    how: int, file: bytes, ours: RunStore
) -> None:
    assert "compressed in a way" in refused(ours, zipped(parts(file), how))


def test_two_parts_of_one_name_are_refused(file: bytes, ours: RunStore) -> None:
    members = {**parts(file), "digitapp.jsox": b"{}"}
    assert "same name" in refused(ours, zipped(members).replace(b"digitapp.jsox", MEMBER.encode()))


def test_an_encrypted_file_is_refused(file: bytes, ours: RunStore) -> None:
    locked = bytearray(file)
    place = file.index(b"PK\x01\x02")
    while place >= 0:
        locked[place + 8] |= 1  # the encryption flag in the list of members
        place = file.find(b"PK\x01\x02", place + 1)
    assert "not a .keras file" in refused(ours, bytes(locked))


def test_reading_refuses_with_one_kind_of_error(file: bytes) -> None:
    with pytest.raises(BadFile, match="cannot be imported"):
        bundle.read(told(file, settings={"epochs": 0}))


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(
    ("architecture", "factor"),
    [("dense", 1e38), ("deep-cnn", 1e38), ("deep-cnn", -1)],  # variances below 0 have no root
)
def test_weights_that_give_no_probabilities_are_refused(
    architecture: str,
    factor: float,
    theirs: RunStore,
    ours: RunStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def huge(spec: TrainingSpec, classes: int) -> Any:
        model = learned(spec, classes)
        for variable in model.variables:
            variable.assign(variable * factor)
        return model

    monkeypatch.setattr("tests.takehome.bundle.run_files.learned", huge)
    spec = replace(SPEC, architecture=architecture, activation="elu")
    file = bundle.keras_bundle(theirs, added(theirs, spec))
    assert "gives no probabilities" in refused(ours, file)
