"""Run the benchmarks and print Markdown tables."""

import subprocess
import sys

from digitapp import backend

backend.start()

from benchmarks import manyruns, predicting, runspage, training, waits  # noqa: E402

ALONE = (
    *("runtimes", "arrivals", "live", "inside", "visits", "pages"),
    *("memory", "commands", "classroom", "starting"),
)

if __name__ == "__main__":
    print("| what | digitapp | plain | ratio |\n| --- | --- | --- | --- |")
    for part in (predicting, manyruns, runspage, training, waits):
        for row in part.report():
            print(row, flush=True)
    print(flush=True)
    # In a separate process, which gives TensorFlow only one thread.
    subprocess.run([sys.executable, "-m", "benchmarks.exports"], check=True)
    # Each in a process of its own: their measurements must not share this one's TensorFlow.
    for name in ALONE:
        print(f"\n{name}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)
