"""The search, as a module_page uses it: questions in whole sentences, error messages, commands, flags."""

import re
import tomllib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

TYPED = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))

# The section or box that the address in the browser leads to, by all its names; commands.html names its sections only.
NAMES = """
() => {
  const target = document.getElementById(location.hash.slice(1));
  const place = target.closest("section, .admonition");
  return [target, place, ...place.querySelectorAll(":scope > span[id]")].map((node) => node.id);
}
"""


@pytest.mark.parametrize(("typed", "place"), [pair for group in TYPED.values() for pair in group.items()])
def test_the_first_result_is_the_place(module_page: Page, typed: str, place: str) -> None:
    page, label = place.split("#")
    module_page.goto("index.html")
    module_page.keyboard.press("/")
    module_page.keyboard.type(typed)
    module_page.keyboard.press("Enter")
    first = module_page.locator("ul.search li a").first
    expect(first).to_be_visible()
    first.click()
    module_page.wait_for_load_state()
    assert module_page.url.split("#")[0].endswith(f"/{page}.html")
    assert label in module_page.evaluate(NAMES)


def test_there_are_enough_of_them() -> None:
    assert len(TYPED["questions"]) >= 20
    assert len(TYPED["words"]) >= 10


def test_nothing_found_is_said(module_page: Page) -> None:
    module_page.goto("search.html?q=xylophone")
    expect(module_page.locator(".search-summary")).to_contain_text("did not match")


def test_the_results_say_how_many(module_page: Page) -> None:
    module_page.goto("search.html?q=volume")
    expect(module_page.locator(".search-summary")).to_have_text(re.compile(r"found \d+ pages"))
    assert module_page.locator("ul.search li").count() > 3


def test_the_page_of_the_search_has_a_field_of_its_own(page: Page) -> None:
    """On a phone the other one is in the menu."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("search.html")
    page.get_by_label("whole error message").fill("port is already allocated")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("ul.search li a").first).to_be_visible()
    expect(page.get_by_label("whole error message")).to_have_value("port is already allocated")
