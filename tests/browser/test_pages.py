"""Every page, on a desktop and on a phone, light and dark: accessible, quiet, steady, and no wider than its window."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from .built_site import ROOT, SLOWLY, BuiltSite

WINDOWS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
}
GENERATED = ["404.html", "genindex.html", "search.html"]
PAGES = sorted(
    [path.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for path in (ROOT / "docs").rglob("*.rst")]
    + GENERATED
)

# How far which parts of the page have moved while it was loading: https://web.dev/articles/cls. Less than a thousandth is
# nothing that anybody sees: a share of the window times a share of its height.
NOTE_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    const parts = sources.map(({ node }) => (node?.nodeType === 3 ? node.parentElement : node)?.outerHTML.slice(0, 120));
    if (value >= 0.0005) window.shifts.push(`the layout has shifted by ${value.toFixed(4)}: ${parts.join(" ")}`);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
RULES = {
    "light": {"rules": {"target-size": {"enabled": True}}},  # of WCAG 2.2, and not among axe's defaults
    "dark": {"runOnly": ["color-contrast", "link-in-text-block"]},
}
"""Another scheme is nothing but other colours, and looking at all else takes seconds on a long page."""

VIOLATIONS = """
async (rules) => (await axe.run({ resultTypes: ["violations"], ...rules })).violations.flatMap(({ id, impact, nodes }) =>
  nodes.map((node) => `${id} (${impact}): ${node.target.join(" ")} ${node.any.map(({ message }) => message)}`))
"""


@pytest.fixture(scope="module", params=WINDOWS)
def window(request: pytest.FixtureRequest, browser: Browser, site: BuiltSite) -> Iterator[BrowserContext]:
    # reduced motion: a colour halfway between two is nothing that anybody reads
    # slowly: what moves while a page arrives moves on each machine then, not only on a busy one
    context = browser.new_context(
        base_url=site.url, reduced_motion="reduce", extra_http_headers={SLOWLY: "1"}, **WINDOWS[request.param]
    )
    context.add_init_script(NOTE_SHIFTS)
    yield context
    context.close()


def test_no_page_is_left_out(site: BuiltSite) -> None:
    assert site.pages == PAGES


@pytest.mark.parametrize("address", PAGES)
def test_page(window: BrowserContext, site: BuiltSite, axe: str, address: str) -> None:
    tab, faults = window.new_page(), list[str]()
    _listen(tab, site, faults)
    tab.goto(address)
    faults += tab.evaluate("window.shifts")  # before axe scrolls about
    tab.evaluate(axe)
    for scheme, rules in RULES.items():
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        faults += [f"{scheme}: {violation}" for violation in tab.evaluate(VIOLATIONS, rules)]
    wide, inner = tab.evaluate(WIDTHS)
    if wide > inner:
        faults.append(f"the page is {wide} px wide in a window of {inner} px")
    tab.close()
    assert not faults, "\n".join(faults)


def _listen(tab: Page, site: BuiltSite, faults: list[str]) -> None:
    """Note what the page logs as a warning or an error, what it asks from elsewhere, and what it does not get."""

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(f"console: {message.text}")

    def request(asked: Request) -> None:
        if not asked.url.startswith((site.url, "data:")):
            faults.append(f"asked from elsewhere: {asked.url}")

    def response(answer: Response) -> None:
        if answer.status >= 400:
            faults.append(f"{answer.status}: {answer.url}")

    tab.on("console", console)
    tab.on("pageerror", lambda error: faults.append(f"script: {error}"))
    tab.on("request", request)
    tab.on("requestfailed", lambda asked: faults.append(f"failed: {asked.url}"))
    tab.on("response", response)
