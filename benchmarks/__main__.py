"""Run the benchmarks and print Markdown tables: comparisons, export formats, a classroom."""

import subprocess
import sys

from digitapp import backend

backend.start()

from benchmarks import live, manyruns, predicting, runspage, training  # noqa: E402

if __name__ == "__main__":
    print("| what | digitapp | plain | ratio |\n| --- | --- | --- | --- |")
    for part in (predicting, manyruns, runspage, training, live):
        for row in part.report():
            print(row, flush=True)
    print(flush=True)
    # In a separate process, which gives TensorFlow only one thread.
    subprocess.run([sys.executable, "-m", "benchmarks.exports"], check=True)
    print(flush=True)
    subprocess.run([sys.executable, "-m", "benchmarks.classroom"], check=True)
