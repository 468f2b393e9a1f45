"""The server raises its limit of open files: a thousand connections do not shut it."""

import subprocess
import sys

import pytest

from tests.tiny_runs import ROOT

RAISE = """
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
from digitapp.server.open_files import allow_many
print(allow_many(), resource.getrlimit(resource.RLIMIT_NOFILE)[0], hard)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_the_limit_of_open_files_is_raised() -> None:
    done = subprocess.run(
        [sys.executable, "-c", RAISE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told, soft, hard = map(int, done.stdout.split())
    assert told == soft == (65_536 if hard < 0 else min(hard, 65_536))
