"""Bring 100,000 images in through the page: seconds and the server's memory.

python -m benchmarks.imports_page
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from benchmarks.imports import large_files, many
from tests.browser.session import Served, chromium, served, wait_until_up

LONG = 280_000  # milliseconds


def peak(server: Served) -> float:
    """Return the most memory that a server has had, in MB (Linux)."""
    lines = Path(f"/proc/{server.process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def bring(page: Page, server: Served, path: Path) -> str:
    """Hand a file over, wait until it has been looked at, and keep it."""
    page.goto(f"{server.address}/data?new=file")
    chosen = page.locator("input[type=file]")
    chosen.wait_for(state="attached", timeout=LONG)
    before, start = peak(server), time.monotonic()
    with page.expect_response(lambda each: "/upload_file/" in each.url, timeout=LONG):
        chosen.set_input_files(path)
    uploaded = time.monotonic()
    page.get_by_role("button", name="Look at them").click(timeout=LONG)
    keep = page.get_by_role("button", name="Keep them")
    expect(keep).to_be_visible(timeout=LONG)
    looked = time.monotonic()
    keep.click()
    expect(page.get_by_text("Train a network").first).to_be_visible(timeout=LONG)
    kept = time.monotonic()
    return (
        f"uploaded in {uploaded - start:.1f} s, read and looked at in {looked - uploaded:.1f} s, "
        f"kept in {kept - looked:.1f} s; the server had at most {peak(server):,.0f} MB of memory "
        f"({before:,.0f} MB before)"
    )


def main() -> None:
    """Bring a CSV and a zip file in, each on a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, path in large_files(Path(folder), *many()):
            with chromium() as browser, served("app.py") as server:
                wait_until_up(server.address)
                page = browser.new_page()
                print(f"{name}: {bring(page, server, path)}", flush=True)


if __name__ == "__main__":
    main()
