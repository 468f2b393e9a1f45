"""The runtimes that could read: `python -m benchmarks.runtimes` compares them on one machine.

Agreement with Keras for every architecture and activation; what loading costs in a fresh
process; the time per image by batch and threads; thirty threads at once; and what the memory arena
of ONNX Runtime keeps.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, local
from typing import Any

import numpy as np

from benchmarks.runtime_loaders import LOADERS, SUFFIXES, Images, Network

ROOT = Path(__file__).resolve().parent.parent
RECOGNISER = ROOT / "assets" / "recogniser.keras"
IMAGES = 1000
BATCHES = (1, 12, 100, 1000, 10_000)
LONG_ENOUGH = 0.4  # seconds to repeat a call for
VISITORS, CALLS, STROKE = 30, 40, 3  # threads, calls of each, images in a call
LOADED = (10, 30)  # networks
THREADS = {"TensorFlow": (2,), "digitapp": (1,)}  # they decide themselves


def digits(count: int) -> Images:
    """Return drawn digits as a network reads them: float32 (count, 28, 28), 0 to 1."""
    from digitapp.data import pen

    images, _ = pen.generate(min(count, IMAGES), seed=1)
    return np.resize(images.astype(np.float32) / np.float32(255), (count, 28, 28))


def agreement(folder: Path) -> list[str]:
    """Return a table of the largest differences from Keras's probabilities."""
    from benchmarks import runtime_files

    images = digits(IMAGES)
    rows = ["| network | ONNX Runtime | LiteRT | highest, median |", "| --- | --- | --- | --- |"]
    for name, spec in runtime_files.specs().items():
        home = runtime_files.write(folder, name, spec, images)
        found = [
            LOADERS[runtime](folder / f"{name}{SUFFIXES[runtime]}", 1, False)(images)
            for runtime in ("ONNX Runtime", "LiteRT")
        ]
        differences = " | ".join(f"{np.abs(each - home).max():.1e}" for each in found)
        rows.append(f"| {name} | {differences} | {np.median(home.max(axis=1)):.2f} |")
    return rows


def speed(runtime: str, path: Path, threads: int) -> dict[str, Any]:
    """Measure a runtime in this process, which must be fresh: seconds, megabytes, microseconds."""
    before, started = memory(), time.perf_counter()
    network = LOADERS[runtime](path, threads, False)
    network(np.zeros((1, 28, 28), dtype=np.float32))
    found: dict[str, Any] = {"load": time.perf_counter() - started, "memory": memory() - before}
    images = digits(max(BATCHES))
    found["pace"] = [1e6 * _seconds(network, images[:size]) / size for size in BATCHES]
    return {**found, "after": memory() - before}


def _seconds(network: Network, images: Images) -> float:
    network(images)
    times: list[float] = []
    while len(times) < 3 or (sum(times) < LONG_ENOUGH and len(times) < 1000):
        started = time.perf_counter()
        network(images)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def many_threads(path: Path, shared: bool, threads: int) -> dict[str, float]:
    """Measure thirty threads that read with ONNX Runtime at once, without a pause."""
    before = memory()
    one, own = _onnx(path, threads), local()
    images, together = digits(STROKE), Barrier(VISITORS)

    def visitor(_: int) -> tuple[list[float], float, float]:
        own.network = one if shared else _onnx(path, threads)
        own.network(images)
        together.wait()
        times, began = [], time.perf_counter()
        for _ in range(CALLS):
            started = time.perf_counter()
            own.network(images)
            times.append(time.perf_counter() - started)
        return times, began, time.perf_counter()

    with ThreadPoolExecutor(VISITORS) as pool:
        found = list(pool.map(visitor, range(VISITORS)))
    waits = sorted(wait for times, _, _ in found for wait in times)
    spent = max(end for _, _, end in found) - min(begin for _, begin, _ in found)
    return {
        "pace": len(waits) / spent,
        "median": 1000 * statistics.median(waits),
        "p95": 1000 * waits[round(0.95 * (len(waits) - 1))],
        "memory": memory() - before,
    }


def arena(path: Path, on: bool, batch: int) -> list[float]:
    """Return the megabytes that networks keep once each has read a batch: after each `LOADED`."""
    _onnx(path, 1)
    before, images = memory(), digits(batch)
    kept: list[Network] = []
    found = []
    for count in LOADED:
        while len(kept) < count:
            kept.append(LOADERS["ONNX Runtime"](path, 1, on))
            kept[-1](images)
        found.append(memory() - before)
    return found


def memory() -> float:
    """Return the resident memory of this process in megabytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def _onnx(path: Path, threads: int) -> Network:
    return LOADERS["ONNX Runtime"](path, threads, False)


def _fresh(call: str, *arguments: object) -> Any:
    """Call a function of this module in a fresh process."""
    code = (
        "import json, sys; from pathlib import Path; from benchmarks import runtimes;"
        f"print(json.dumps(runtimes.{call}({', '.join(map(_literal, arguments))})))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=ROOT)
    return json.loads(done.stdout.splitlines()[-1])


def _literal(value: object) -> str:
    return f"Path({str(value)!r})" if isinstance(value, Path) else repr(value)


def write_recogniser(folder: Path) -> None:
    """Write the bundled network for LiteRT and ONNX Runtime: `recogniser.tflite`, `.onnx`."""
    from benchmarks import runtime_files
    from digitapp.library import keras_models
    from digitapp.library.models import MODELS
    from digitapp.library.stored_networks import StoredNetwork
    from digitapp.training import checkpoints
    from digitapp.training.spec import PRESETS

    name = "recogniser"
    weights = checkpoints.pack_model(keras_models.network(name).variables)
    names = MODELS[name].class_names
    runtime_files.convert(folder, StoredNetwork(name, PRESETS[name], names, weights))
    (folder / "recogniser.keras").write_bytes(RECOGNISER.read_bytes())


def main() -> None:
    """Print the tables."""
    from digitapp import backend

    backend.start()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_recogniser(folder)
        _print_speed(folder)
        _print_threads(folder / "recogniser.onnx")
        print("\nLargest difference of a probability from Keras's, 1,000 images:\n")
        print("\n".join(agreement(folder)))


def _print_speed(folder: Path) -> None:
    columns = " | ".join(f"{size:,}" for size in BATCHES)
    print(f"| runtime | threads | load, s | MB | after all | us an image at {columns} |")
    print("| --- " * (5 + len(BATCHES)) + "|")
    for runtime, suffix in SUFFIXES.items():
        for threads in THREADS.get(runtime, (1, 2)):
            found = _fresh("speed", runtime, folder / f"recogniser{suffix}", threads)
            pace = " | ".join(f"{each:.0f}" for each in found["pace"])
            start = f"| {runtime} | {threads} | {found['load']:.2f} | {found['memory']:.0f} "
            print(f"{start}| {found['after']:.0f} | {pace} |", flush=True)


def _print_threads(path: Path) -> None:
    heads = (
        f"{VISITORS} threads",
        "threads a session",
        "calls a second",
        "median, ms",
        "95th",
        "MB",
    )
    print(f"\n| {' | '.join(heads)} |\n" + "| --- " * len(heads) + "|")
    for shared in (True, False):
        for threads in (1, 2):
            found = _fresh("many_threads", path, shared, threads)
            name = "one session" if shared else "one a thread"
            values = " | ".join(f"{found[key]:.3g}" for key in ("pace", "median", "p95", "memory"))
            print(f"| {name} | {threads} | {values} |", flush=True)
    print(f"\n| memory arena | batch | MB with {LOADED[0]} networks | with {LOADED[1]} |")
    print("| --- | --- | --- | --- |")
    for on in (True, False):
        for batch in (12, 256):
            few, many = _fresh("arena", path, on, batch)
            print(f"| {'on' if on else 'off'} | {batch} | {few:.0f} | {many:.0f} |", flush=True)


if __name__ == "__main__":
    main()
