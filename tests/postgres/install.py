"""Find a PostgreSQL server for the tests, or install one: `python -m tests.postgres.install`."""

import re
import shutil
import sys
from pathlib import Path

from tests import debian

DEBIANS = Path("/usr/lib/postgresql")  # one folder per version, none in the PATH
HOW = "Debian and Ubuntu: sudo apt-get install postgresql"


def found() -> Path | None:
    """Return the folder with `initdb` and `postgres` of the newest version, or None."""
    debians = sorted(DEBIANS.glob("*/bin/postgres"), key=_version)
    in_path = [Path(path) for path in [shutil.which("postgres")] if path]
    return next((path.parent for path in [*debians[::-1], *in_path]), None)


def _version(program: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(program.relative_to(DEBIANS)))]


def main() -> int:
    """Install Debian's PostgreSQL if apt can be used; elsewhere its tests are skipped."""
    if found() or (debian.install("postgresql", "PostgreSQL server") and found()):
        return 0
    print(
        "There is no PostgreSQL server: the tests that need one will be skipped, or fail where "
        f"none may be skipped. To install it: {HOW}",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
