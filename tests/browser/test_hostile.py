"""Recorded output in a real browser: it is text, and nothing of it runs."""

from pathlib import Path

from playwright.sync_api import Page

from tests.sphinx_site import Site
from tests.test_hostile_input import EVIL, hostile


def test_no_script_runs(page: Page, tmp_path: Path) -> None:
    site = Site(tmp_path)
    hostile(site)
    out = site.build()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    for name in ("index.html", "more.html"):
        page.goto((out / name).as_uri(), wait_until="load")
        assert page.title() != "run"
        assert page.locator("pre svg, pre img, pre script, code svg, code img, code script").count() == 0
        assert EVIL[0] in page.locator("pre").first.inner_text()
    assert asked == []


def test_the_page_would_have_told(page: Page) -> None:
    """The proof that the test above can fail."""
    page.set_content(f"<pre>{EVIL[0].replace('</pre>', '')}</pre>")
    page.wait_for_function("document.title === 'run'")
