"""Installs Debian packages that the tests need and pip does not have, if apt can be used."""

import os
import shutil
import subprocess


def install(package: str, wanted: str) -> bool:
    """Install a package if this is root on Debian or Ubuntu; return whether it was attempted.

    Args:
        wanted: the missing program, in a few words.
    """
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    print(f"No {wanted} found: installing Debian's {package} for the tests.", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], check=False)
    done = subprocess.run(["apt-get", "install", "-y", "-qq", package], check=False)
    return done.returncode == 0
