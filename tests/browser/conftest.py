"""`site`: built once and served. `browser`: one Chromium. `page`: a fresh tab, nothing remembered."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.lab.errors import LabError

from . import tools
from .built_site import ADDRESSES, BuiltSite, build, serve

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
    with serve(build(tmp_path_factory.mktemp("site"), ADDRESSES)) as served:
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
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
