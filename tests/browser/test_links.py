"""Every link and every file that a page names, inside the site: it is there, and so is the anchor."""

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from .built_site import PREFIX, BuiltSite


@cache
def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_bytes(), "html.parser")


@cache
def anchors(path: Path) -> frozenset[str]:
    return frozenset(node["id"] for node in parsed(path).find_all(id=True))


def test_links_and_anchors(site: BuiltSite) -> None:
    seen, broken = 0, []
    for page in site.pages:
        path = site.folder / page
        for node in parsed(path).find_all(lambda node: node.has_attr("href") or node.has_attr("src")):
            address = urlsplit(node.get("href") or node.get("src"))
            if address.scheme or address.netloc:
                continue
            seen += 1
            where = unquote(address.path)
            if where.startswith("/"):
                target = site.folder / where.removeprefix(PREFIX)
            else:
                target = (path.parent / where).resolve() if where else path
            if not target.is_file():
                broken.append(f"{page}: there is no file {address.geturl()}")
            elif (
                address.fragment and target.suffix == ".html" and unquote(address.fragment) not in anchors(target)
            ):
                broken.append(f"{page}: there is no anchor {address.geturl()}")
    assert seen > 1000
    assert not broken, "\n".join(broken)


def test_no_page_uses_an_id_twice(site: BuiltSite) -> None:
    for page in site.pages:
        ids = [node["id"] for node in parsed(site.folder / page).find_all(id=True)]
        assert len(ids) == len(set(ids)), page
