"""What search engines, chats and readers of the source get: addresses, descriptions, dates."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from .built_site import ADDRESSES, ROOT, BuiltSite, build
from .test_pages import GENERATED, PAGES

WRITTEN = [page for page in PAGES if page not in GENERATED]
SITE = ADDRESSES["SITE_URL"]


def meta(html: BeautifulSoup, **attributes: str) -> str:
    tag = html.find("meta", attributes)
    assert tag, attributes
    return tag["content"]


@pytest.mark.parametrize("page", WRITTEN)
def test_a_page_says_what_it_is_and_where(site: BuiltSite, page: str) -> None:
    html = BeautifulSoup((site.folder / page).read_bytes(), "html.parser")
    assert html.find("link", rel="canonical")["href"] == SITE + page
    assert meta(html, property="og:url") == SITE + page
    assert len(meta(html, name="description")) > 40
    assert meta(html, property="og:title")
    picture = meta(html, property="og:image").removeprefix(SITE)
    assert (site.folder / picture).read_bytes().startswith(b"\x89PNG")
    assert meta(html, property="og:image:alt")


def test_descriptions_differ(site: BuiltSite) -> None:
    pages = [BeautifulSoup((site.folder / page).read_bytes(), "html.parser") for page in WRITTEN]
    assert len({meta(html, name="description") for html in pages}) == len(WRITTEN)


def test_the_sitemap_lists_what_was_written(site: BuiltSite) -> None:
    found = ElementTree.parse(site.folder / "sitemap.xml").iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    assert sorted(entry.text for entry in found) == [SITE + page for page in WRITTEN]


@pytest.mark.parametrize(
    ("address", "above"),
    [
        ("workshop/06-running-containers.html", ["Docker workshop", "Chapters"]),
        ("reference/glossary.html", ["Docker workshop", "Reference"]),
        ("contributing/lab.html", ["Docker workshop", "Contributing"]),
        ("changelog.html", ["Docker workshop"]),
    ],
)
def test_a_page_says_what_it_is_part_of(page: Page, address: str, above: list[str]) -> None:
    page.goto(address)
    trail = page.get_by_role("navigation", name="Breadcrumbs")
    assert trail.get_by_role("link").all_inner_texts() == above
    expect(trail.locator("[aria-current=page]")).to_have_text(page.locator("h1").inner_text().rstrip("¶"))


def test_a_page_leads_to_its_source(page: Page) -> None:
    page.goto("workshop/06-running-containers.html")
    expect(page.get_by_role("link", name="Edit this page")).to_have_attribute(
        "href", f"{ADDRESSES['REPOSITORY_URL']}/edit/main/docs/workshop/06-running-containers.rst"
    )


def test_a_page_says_when_it_has_changed(page: Page) -> None:
    """The day of the last commit that changed the page or what it shows, where there is a history at all."""
    log = ["git", "log", "-1", "--format=%ad", "--date=format-local:%d %B %Y", "--", "docs/contributing/lab.rst"]
    history = subprocess.run(
        log, cwd=ROOT, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}, capture_output=True, text=True
    )
    shallow = subprocess.run(
        ["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    page.goto("contributing/lab.html")
    date = page.locator(".last-updated")
    if shallow == "false" and history.stdout:
        expect(date).to_contain_text(history.stdout.strip())
    else:
        expect(date).to_have_count(0)


def test_a_wrong_address_gets_help(page: Page) -> None:
    answer = page.goto("workshop/is/not/here.html")
    assert answer
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.keyboard.press("/")
    page.keyboard.type("volume")
    page.keyboard.press("Enter")
    expect(page.locator("ul.search li").first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="first page").click()
    page.wait_for_url("**/docker-workshop/index.html")


def test_without_addresses_no_page_mentions_one(tmp_path: Path) -> None:
    folder = build(tmp_path, {})
    html = BeautifulSoup((folder / "workshop" / "index.html").read_bytes(), "html.parser")
    assert html.find("link", rel="canonical") is None
    assert html.find("meta", property="og:url") is None
    assert html.find("a", rel="edit") is None
    assert not (folder / "sitemap.xml").exists()
    missing = BeautifulSoup((folder / "404.html").read_bytes(), "html.parser")
    assert missing.find("a", class_="sidebar-brand")["href"] == "/index.html"
