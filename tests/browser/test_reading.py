"""Reading under other conditions: enlarged, without motion, in forced colours, on paper."""

import pytest
from playwright.sync_api import Page, expect

CHAPTER = "workshop/07-watching-and-restarting-containers.html"
INSTALL = "workshop/00-before-you-start.html"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("address", ["index.html", INSTALL, CHAPTER, "reference/commands.html"])
def test_text_at_200_percent_needs_no_sideways_scrolling(page: Page, address: str) -> None:
    """A window of 1280 px has room for 640 CSS pixels then: https://www.w3.org/TR/WCAG22/#resize-text."""
    page.set_viewport_size({"width": 640, "height": 450})
    page.goto(address)
    assert page.evaluate(WIDER) <= 0


def test_reduced_motion_stops_every_transition(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(CHAPTER)
    moving = page.evaluate(
        """[...document.querySelectorAll("*")].filter((node) => {
          const style = getComputedStyle(node);
          const long = (times) => times.split(",").some((time) => parseFloat(time) > 0.01);
          return long(style.transitionDuration) || (style.animationName !== "none" && long(style.animationDuration));
        }).map((node) => node.className).concat(getComputedStyle(document.documentElement).scrollBehavior === "smooth"
          ? ["smooth scrolling"] : [])"""
    )
    assert moving == []


def test_forced_colours_keep_emphasis_tabs_and_focus(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(INSTALL)
    tab = page.get_by_role("tab", selected=True).first
    other = page.get_by_role("tab", selected=False).first
    border = "(node) => getComputedStyle(node).borderTopWidth + getComputedStyle(node).fontWeight"
    assert tab.evaluate(border) != other.evaluate(border)
    tab.focus()
    assert tab.evaluate("(node) => getComputedStyle(node).outlineStyle") != "none"
    page.goto(CHAPTER)
    emphasis = page.locator(".highlight strong.rfg").first
    assert "underline" in emphasis.evaluate("(node) => getComputedStyle(node).textDecorationLine")


def test_paper_shows_the_text_and_nothing_to_press(page: Page) -> None:
    page.goto(INSTALL)
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".sidebar-drawer", ".toc-drawer", ".mobile-header", ".content-icon-container", ".related-pages"):
        expect(page.locator(gone)).to_be_hidden()
    for button in page.locator("button.copybtn").all():
        expect(button).to_be_hidden()
    for panel in page.get_by_role("tabpanel").all():
        expect(panel).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_long_lines_are_whole_on_paper(page: Page) -> None:
    page.set_viewport_size({"width": 720, "height": 1000})  # about the text width of A4
    page.goto("workshop/06-running-containers.html")
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('.highlight pre')].filter((pre) => pre.scrollWidth > pre.clientWidth + 1).length"
    )
    assert cut == 0


def test_a_page_becomes_a_pdf(page: Page) -> None:
    page.goto(CHAPTER)
    assert page.pdf(format="A4").startswith(b"%PDF")
