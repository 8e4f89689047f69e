"""`site`: built once and served. `browser`: one Chromium. `page`: a fresh tab, nothing remembered."""

import os
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.lab.errors import LabError

from . import tools
from .built_site import ADDRESSES, BuiltSite, build, serve

# A machine that plays chapters at the same time is slow; nothing waits for longer than it needs.
expect.set_options(timeout=20_000)

Need = Callable[[Callable[[], Path]], Path]


@pytest.fixture(scope="session")
def need(request: pytest.FixtureRequest) -> Need:
    """Find a tool, or install it; what is installed is announced even while pytest captures output."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def find(tool: Callable[[], Path]) -> Path:
        try:
            with capture.global_and_fixture_disabled():
                return tool()
        except LabError as error:
            pytest.fail(str(error), pytrace=False)

    return find


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BuiltSite]:
    """Workers of pytest-xdist share one build; the first of them makes it."""
    run = tmp_path_factory.getbasetemp()
    folder = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "site"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        html = folder / "html"
        if not (folder / "built").exists():
            html = build(folder, ADDRESSES)
            (folder / "built").touch()
    with serve(html) as served:
        yield served


@pytest.fixture(scope="package")
def browser(need: Need) -> Iterator[Browser]:
    """It ends with this folder's tests, so that it takes nothing from the lab. No name but this machine's resolves."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=need(tools.chromium),
            args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe(need: Need) -> str:
    """The text of the accessibility checks, to be run in a page."""
    return need(tools.axe).read_text(encoding="utf-8")


@pytest.fixture
def page(browser: Browser, site: BuiltSite) -> Iterator[Page]:
    """A tab with the clipboard allowed; addresses are relative to the site."""
    yield from _tab(browser, site)


@pytest.fixture(scope="module")
def module_page(browser: Browser, site: BuiltSite) -> Iterator[Page]:
    """The same, for all tests of a file: what it remembers must not matter there."""
    yield from _tab(browser, site)


@pytest.fixture
def context_without_scripts(browser: Browser, site: BuiltSite) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    yield context
    context.close()


def _tab(browser: Browser, site: BuiltSite) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, permissions=["clipboard-read", "clipboard-write"])
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
