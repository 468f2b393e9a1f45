"""Find nginx for the tests, or install it: `python -m tests.nginx.install`."""

import os
import shutil
import sys

from tests import debian

HOW = "Debian and Ubuntu: sudo apt-get install nginx-light"


def found() -> str | None:
    """The path of nginx, which Debian keeps where only root looks."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def main() -> int:
    """Install Debian's nginx if apt can be used; elsewhere its tests are skipped."""
    if found() or (debian.install("nginx-light", "nginx") and found()):
        return 0
    print(
        "There is no nginx: the tests that need it will be skipped, or fail where none may be "
        f"skipped. To install it: {HOW}",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
