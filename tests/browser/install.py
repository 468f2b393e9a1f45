"""Find a browser for the tests, or install one: `python -m tests.browser.install`."""

import os
import shutil
import subprocess
import sys

from tests import debian

LIGHT = "chromium-headless-shell"  # no window: half the work per page
CANDIDATES = (LIGHT, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def found() -> str | None:
    """The path of the system's Chromium or Chrome, if there is one."""
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def main() -> int:
    """Install Debian's Chromium if apt can be used, Playwright's build otherwise."""
    if shutil.which(LIGHT) or debian.install(LIGHT, "light browser"):
        return 0
    if found() or _playwright_has_one():
        return 0
    if debian.install("chromium", "browser") and found():
        return 0
    print("Installing Playwright's Chromium for the tests.", flush=True)
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if done.returncode:
        print(
            "No browser could be installed. Please install Chromium or Chrome "
            "(Debian and Ubuntu: sudo apt-get install chromium) and run this again.",
            file=sys.stderr,
        )
    return done.returncode


def _playwright_has_one() -> bool:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return os.path.exists(playwright.chromium.executable_path)


if __name__ == "__main__":
    sys.exit(main())
