"""What readers press: tabs, the theme switch, the search field, folded output, permalinks, arrows, the menu."""

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.sphinx_site import Site

from .built_site import BuiltSite

TABS = "workshop/index.html"
INSTALL = "workshop/00-before-you-start.html"
WARNINGS = ".admonition.warning:not(.played-draft)"


def selected(page: Page) -> list[str]:
    return page.locator('[role=tab][aria-selected="true"]').all_inner_texts()


def test_a_click_on_a_tab_shows_its_panel_only(page: Page) -> None:
    page.goto(TABS)
    page.get_by_role("tab", name="macOS").first.click()
    expect(page.get_by_role("tab", name="macOS").first).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel").filter(visible=True).first).to_contain_text("Zsh")
    expect(page.get_by_role("tabpanel").filter(visible=True)).to_have_count(page.get_by_role("tablist").count())


def test_tabs_are_used_with_the_keyboard(page: Page) -> None:
    page.goto(TABS)
    page.get_by_role("tab", name="Linux").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="macOS").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="macOS").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    expect(page.get_by_role("tab", name="Linux").first).to_have_attribute("aria-selected", "true")


def test_a_choice_of_system_holds_for_all_tabs_and_pages(page: Page) -> None:
    page.goto(INSTALL)
    page.get_by_role("tab", name="macOS").first.click()
    page.goto(TABS)
    expect(page.get_by_role("tab", name="macOS").first).to_have_attribute("aria-selected", "true")
    page.goto(INSTALL)
    chosen = page.get_by_role("tab", name="macOS")
    assert chosen.count()
    for number in range(chosen.count()):
        expect(chosen.nth(number)).to_have_attribute("aria-selected", "true")


def test_the_theme_switch_is_remembered(page: Page) -> None:
    page.goto("index.html")
    background = "getComputedStyle(document.body).backgroundColor"
    seen = {page.evaluate(background)}
    switch = page.get_by_role("button", name=re.compile("color theme")).filter(visible=True)
    for _ in range(2):
        switch.focus()
        page.keyboard.press("Enter")
        seen.add(page.evaluate(background))
    assert len(seen) == 2
    theme = page.evaluate("document.body.dataset.theme")
    page.goto(TABS)
    assert page.evaluate("document.body.dataset.theme") == theme
    assert theme in ("light", "dark")


def test_a_chosen_dark_theme_is_accessible(page: Page, axe: str) -> None:
    page.goto(INSTALL)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate("document.body.dataset.theme = 'dark'")
    page.evaluate(axe)
    assert page.evaluate("async () => (await axe.run()).violations.map(({ id }) => id)") == []


def test_the_slash_focuses_the_search(page: Page) -> None:
    page.goto("index.html")
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Search")).to_be_focused()


def test_arrows_turn_the_pages(page: Page) -> None:
    page.goto("workshop/02-building-an-image.html")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/03-inspecting-an-image.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/02-building-an-image.html")


def test_an_arrow_in_a_field_or_on_a_tab_turns_no_page(page: Page) -> None:
    page.goto(TABS)
    page.get_by_role("tab", name="Linux").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("textbox", name="Search").fill("volume")
    page.keyboard.press("ArrowLeft")
    assert page.url.endswith(TABS)


def test_blocks_and_boxes_have_permalinks(page: Page) -> None:
    page.goto("workshop/06-running-containers.html")
    for place in (page.locator(".played").first, page.locator(WARNINGS).first):
        link = place.locator("a.headerlink").first
        place.hover()
        expect(link).to_be_visible()
        link.click()
        assert page.evaluate("document.querySelector(':target').contains(document.querySelector(':target a'))")
        expect(place).to_have_id(page.url.split("#")[1])


def test_every_box_has_an_address(page: Page) -> None:
    page.goto("workshop/06-running-containers.html")
    boxes = page.locator(WARNINGS)
    assert boxes.count() > 5
    expect(page.locator(f"{WARNINGS}[id]")).to_have_count(boxes.count())


def test_breadth_of_a_phone_has_a_menu(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("workshop/06-running-containers.html")
    drawer = page.locator(".sidebar-drawer")
    expect(drawer).not_to_be_in_viewport()
    page.locator(".mobile-header label[for=__navigation]").click()
    expect(drawer).to_be_in_viewport()
    page.get_by_role("link", name="Keeping data").first.click()
    page.wait_for_url("**/11-keeping-data.html")


def test_the_keyboard_reaches_content_search_theme_and_copying(page: Page) -> None:
    """In the order of the page, each with a visible focus."""
    page.emulate_media(reduced_motion="reduce")
    page.goto("workshop/02-building-an-image.html")
    reached, faint = list[str](), list[str]()
    for _ in range(90):
        page.keyboard.press("Tab")
        name, visible = page.evaluate(
            """() => {
              const at = document.activeElement, style = getComputedStyle(at);
              const drawn = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
              return [at.className || at.name || at.tagName, drawn && style.opacity > 0.5];
            }"""
        )
        reached.append(name)
        if not visible:
            faint.append(name)
    assert reached[0] == "skip-to-content muted-link"
    for needed in ("sidebar-search", "theme-toggle", "copybtn"):
        assert any(needed in name for name in reached), needed
    assert not faint


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_a_state_of_the_engine_unfolds_and_folds(
    page: Page, context_without_scripts: BrowserContext, scripts: bool
) -> None:
    tab = page if scripts else context_without_scripts.new_page()
    tab.goto("workshop/06-running-containers.html")
    folded = tab.locator("details.engine-state:not([open])").first.element_handle()
    assert folded
    inside = folded.query_selector("summary ~ *")
    switch = folded.query_selector("summary")
    assert inside
    assert switch
    assert not inside.is_visible()
    presses = {"click": switch.click, **{key: partial(switch.press, key) for key in ("Enter", "Space")}}
    for press in presses.values():
        press()
        inside.wait_for_element_state("visible")
        press()
        inside.wait_for_element_state("hidden")


def test_long_output_unfolds_and_folds_and_is_whole_on_paper(page: Page, tmp_path: Path) -> None:
    """No chapter folds output so far; the directive can."""
    site = Site(tmp_path)
    site.write("examples/index/steps.console", "#: step a\n$ seq 9\n" + "".join(f"{n}\n" for n in range(1, 10)))
    site.page(".. transcript:: a\n   :fold: 3")
    page.goto((site.build() / "index.html").as_uri())
    output = page.locator("details.played-fold pre")
    for shows in (expect(output).to_be_visible, expect(output).to_be_hidden):
        page.locator("details.played-fold summary").click()
        shows()
    page.emulate_media(media="print")
    expect(output).to_be_visible()


def test_a_copy_on_a_disk_works(page: Page, site: BuiltSite) -> None:
    """Nobody serves it, and there is no network."""
    page.goto((site.folder / INSTALL).as_uri())
    page.get_by_role("tab", name="PowerShell").first.click()
    expect(page.get_by_role("tab", name="PowerShell").first).to_have_attribute("aria-selected", "true")
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("port is already allocated")
    page.keyboard.press("Enter")
    page.locator("ul.search li a").first.click()
    page.wait_for_url("**/06-running-containers.html#port-in-use")


def test_javascript_is_not_needed_to_read(context_without_scripts: BrowserContext) -> None:
    page = context_without_scripts.new_page()
    page.goto(INSTALL)
    for panel in page.get_by_role("tabpanel").all():
        expect(panel).to_be_visible()
    expect(page.get_by_role("link", name="Keeping data").first).to_be_visible()
    expect(page.locator(".highlight-transcript").first).to_be_visible()
