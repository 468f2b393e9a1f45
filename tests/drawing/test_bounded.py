"""Any picture is read, or rejected, in bounded time and memory.

The limits asserted are set through the operating system, many times wider than what an idle
machine needs; without bounds, pictures of a few kilobytes took minutes or gigabytes.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.patterns import WORST

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS, MEGABYTES = 20, 500  # of one core, beyond what is already loaded

READER = """
import io, resource, sys
import numpy as np
from PIL import Image
from digitapp.drawing.pictures import read_bytes
from digitapp.errors import DigitappError
from digitapp.reading.numbers import read_picture as read_number
from digitapp.reading.prediction import Prediction
from digitapp.reading.reader import read_picture
from tests.patterns import WORST

class Anything:
    preparation = "mnist"
    class_names = tuple("0123456789")
    def predict(self, images):
        even = np.full(10, 0.1, dtype=np.float32)
        return [Prediction(even, self.class_names) for _ in images]

def file(sheet, large):
    data = io.BytesIO()
    Image.fromarray(np.kron(sheet, np.ones((large, large), np.uint8))).save(data, "PNG")
    return data.getvalue()

def within(seconds, megabytes, read, data):
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime)
    held = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, -1))
    resource.setrlimit(resource.RLIMIT_AS, (held + megabytes * 2**20, -1))
    try:
        read(Anything(), read_bytes(data))
        return "read"
    except DigitappError as error:
        return str(error)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (-1, -1))

for pattern, sheet in WORST.items():
    for large in (1, 4):
        data = file(sheet(1000), large)
        for read in (read_picture, read_number):
            print(pattern, large, read.__module__, end=": ", flush=True)
            print(within(int(sys.argv[1]), int(sys.argv[2]), read, data), flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measures by /proc and the limits of Linux")
def test_the_worst_of_pictures_are_read_or_refused_within_bounds() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER, str(SECONDS), str(MEGABYTES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = [line.partition(": ")[2] for line in done.stdout.splitlines()]
    assert len(said) == 4 * len(WORST)
    assert all(each == "read" or each.endswith(".") for each in said), done.stdout
