"""The cheat sheet: commands out of transcripts, and none that nobody has seen work."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.sphinx_site import Site

STEPS = """#: step build
$ docker image build \\
>     -t web1 .
...
done
$ docker image ls
web1

#: step fails
$ docker image rm web9
No such image
[1]

#: step elsewhere
#: not-played needs a browser
$ docker login
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, extensions=("sphinx_copybutton", "played.sphinx_extension", "cheat_sheet"))
    site.write("examples/ch/steps.console", STEPS)
    return site


def test_a_row_for_each_line(site: Site) -> None:
    site.page(".. cheat-sheet::\n\n   ch/build Build it\n   ch/build:2 List it")
    page = BeautifulSoup((site.build() / "index.html").read_text(), "html.parser")
    assert site.warnings == ""
    assert [
        [cell.get_text().strip() for cell in row.select("td")] for row in page.select("table.cheat-sheet tbody tr")
    ] == [
        ["Build it", "docker image build -t web1 ."],
        ["List it", "docker image ls"],
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("ch/fails Remove", "is not played, or it fails"),
        ("ch/elsewhere Log in", "is not played, or it fails"),
        ("ch/build:3 More", "step 'build' has 2 commands"),
        ("ch/build:x More", "step 'build' has 2 commands"),
        ("ch/none What", "there is no step 'ch/none'"),
        ("nowhere/none What", "there is no folder examples/nowhere"),
        ("ch/build", "say in words what"),
    ],
)
def test_no_command_that_was_not_seen_to_work(site: Site, line: str, complaint: str) -> None:
    site.page(f".. cheat-sheet::\n\n   {line}")
    site.build()
    assert complaint in site.warnings
