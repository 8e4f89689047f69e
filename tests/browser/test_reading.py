"""Reading under other conditions: enlarged, without motion, in forced colours, on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from .built_site import ROOT

CHAPTER = "workshop/07-watching-and-restarting-containers.html"
INSTALL = "workshop/00-before-you-start.html"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_the_first_window_says_what_this_is_and_where_to_start(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("index.html")
    for words in ("Write a Dockerfile", "For whom", "How long", "You need", "Proven", "Start here"):
        expect(page.get_by_role("main").get_by_text(words).first).to_be_in_viewport(ratio=1)


def test_every_chapter_is_on_the_first_page_with_its_time_and_needs(page: Page) -> None:
    page.goto("index.html")
    chapters = page.locator("dl").filter(has_text="Needs:").locator("dt")
    expect(chapters).to_have_count(len(list((ROOT / "docs/workshop").glob("[0-9]*.rst"))))
    for chapter in chapters.all():
        expect(chapter).to_have_text(re.compile(r"· \d+\sminutes$"))
        expect(chapter.locator("+ dd")).to_contain_text("Needs:")


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
    gone = (
        "sidebar-drawer",
        "toc-drawer",
        "mobile-header",
        "content-icon-container",
        "related-pages",
        "skip-to-content",
    )
    for name in gone:
        expect(page.locator(f".{name}")).to_be_hidden()
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


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_cheat_sheet_is_one_sheet(page: Page, paper: str) -> None:
    page.goto("reference/cheat-sheet.html")
    sheets = page.pdf(format=paper, margin=dict.fromkeys(("top", "bottom", "left", "right"), "10mm"))
    assert len(re.findall(rb"/Type /Page\b", sheets)) == 1


# Commands whose text lies under their button; a table is scrolled instead.
COVERED = """
() => [...document.querySelectorAll("button.copybtn")].filter((button) => {
  const pre = button.parentElement.querySelector("pre");
  if (!pre.querySelector(".gp") || pre.closest(".played-columns")) return false;
  const { left, bottom } = button.getBoundingClientRect(), text = document.createRange();
  text.selectNodeContents(pre);
  return [...text.getClientRects()].some((line) => line.width && line.right > left && line.top < bottom - 3);
}).map((button) => button.parentElement.innerText)
"""


def test_a_button_covers_no_command_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("workshop/06-running-containers.html")
    expect(page.locator("button.copybtn").first).to_be_attached()
    assert page.evaluate(COVERED) == []


# Options of which a part stands on the next line.
TORN = """
() => [...document.querySelectorAll("[class*=highlight-transcript]")].flatMap((block) => {
  const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) for (const { index, 0: word } of texts.currentNode.data.matchAll(/(?<!\\S)-[-\\w]+/g)) {
    const range = document.createRange();
    range.setStart(texts.currentNode, index);
    range.setEnd(texts.currentNode, index + word.length);
    if (texts.currentNode.parentElement.closest(".go, [class^=s]")) continue;
    if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) found.push(word);
  }
  return found;
})
"""


@pytest.mark.parametrize("address", ["workshop/15-cleaning-up.html", "reference/cheat-sheet.html"])
@pytest.mark.parametrize("width", [360, 1280])
def test_no_option_of_a_command_is_torn(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(address)
    assert page.evaluate(TORN) == []


def test_what_stands_below_a_block_shares_a_line(page: Page) -> None:
    page.goto("workshop/00-before-you-start.html")
    status = page.locator(".played-status:has(+ .played-proof + .played-differs)").first
    mark = status.locator("+ .played-proof > a")
    places = [
        one.bounding_box() for one in (status, mark, status.locator("+ .played-proof + .played-differs > a"))
    ]
    assert all(places)
    first, *others = [place["y"] + place["height"] / 2 for place in places if place]
    assert [abs(first - other) < 5 for other in others] == [True, True]
    assert abs(others[0] - others[1]) < 1
