"""What a chapter costs a reader: the page with its style sheets and scripts."""

import gzip

import pytest
from playwright.sync_api import Page, Response

from .built_site import ROOT

LIMIT = 50_000
"""Bytes, compressed with gzip as servers do."""

CHAPTERS = sorted(path.stem for path in (ROOT / "docs" / "workshop").glob("[0-9]*.rst"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_is_light(page: Page, chapter: str) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"workshop/{chapter}.html", wait_until="load")
    kinds = {"document", "stylesheet", "script"}
    sizes = {
        answer.url.rpartition("/")[2]: len(gzip.compress(answer.body()))
        for answer in answers
        if answer.request.resource_type in kinds
    }
    assert sum(sizes.values()) <= LIMIT, sizes
