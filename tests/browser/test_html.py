"""Every page is correct HTML, by the checker that the W3C uses."""

import json
import subprocess

from bs4 import BeautifulSoup

from . import tools
from .built_site import BuiltSite
from .conftest import Need


def test_the_nu_checker_finds_no_error(site: BuiltSite, need: Need) -> None:
    """Nothing is filtered. Its notes on style, such as slashes in void elements, are no errors."""
    command = [need(tools.java), "-jar", need(tools.nu), "--format", "json", "--stdout", "--skip-non-html"]
    result = subprocess.run([*command, site.folder], capture_output=True, text=True, timeout=300)
    assert result.stdout, f"the checker has said nothing: {result.returncode} {result.stderr}"
    messages = json.loads(result.stdout)["messages"]
    assert messages, f"the checker has read nothing: {result.stderr}"
    faults = [
        f"{message.get('url', '')}:{message.get('lastLine')}: {message['message']}"
        for message in messages
        if message["type"] != "info"
    ]
    assert not faults, "\n".join(faults)


def test_every_table_has_widths_before_its_rows_arrive(site: BuiltSite) -> None:
    """Its columns would move with each row that comes: say ``:widths:``."""
    pages = {page: BeautifulSoup((site.folder / page).read_bytes(), "html.parser") for page in site.pages}
    tables = [(page, table) for page, html in pages.items() for table in html.select("table.docutils")]
    assert tables
    assert not [page for page, table in tables if not table.colgroup]
