"""The report in a real browser: nothing runs over its edge, nothing is asked for elsewhere. Run by `make browser`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REACH = """() => Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode(); }))"""
"""Pictures load when they are reached; here, all at once."""
WIDTHS = {"phone": 390, "desktop": 1280}


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium here: install Debian's chromium, or name one in CHROMIUM"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    named = os.environ.get("REPORT")
    if named:
        return Path(named).resolve()
    from tropism.cli import run

    store = tmp_path_factory.mktemp("store")
    assert (
        run(["run", "isolated", "--seeds", "0..3", "--name", "shown", "--store", str(store), "--processes", "1"]) == 0
    )
    return store / "studies" / "shown" / "report.html"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", WIDTHS)
def test_the_report_fits_and_asks_for_nothing(browser, report, device, scheme):
    page = browser.new_page(viewport={"width": WIDTHS[device], "height": 900}, color_scheme=scheme)
    asked, complained = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complained.append(message.text))
    page.goto(report.as_uri())
    page.evaluate(REACH)
    shots = Path("build/screens")
    shots.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(shots / f"{report.parent.name}-{device}-{scheme}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[device]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complained == []
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    assert page.evaluate("[...document.images].every(image => image.alt.length > 20)")
    page.close()
