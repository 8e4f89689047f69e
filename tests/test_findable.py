"""Messages in the index, addresses of blocks and boxes, flags as words."""

from pathlib import Path

import pytest
from sphinx import addnodes

from findable.boxes import parts
from findable.words import EnglishWithFlags
from tests.sphinx_site import Site

TRANSCRIPT = """#: step busy
$ docker container run -d -p 8000:5000 web1
docker: Error response from daemon: Bind for 0.0.0.0:8000 failed: port is already allocated
[125]
"""
BOX = """.. admonition:: If you see this error

   .. transcript:: busy

.. transcript:: busy
"""


@pytest.fixture
def built(tmp_path: Path) -> Site:
    site = Site(tmp_path, extensions=("sphinx_copybutton", "played.sphinx_extension", "findable"))
    site.write("examples/index/steps.console", TRANSCRIPT)
    site.page(BOX)
    site.build()
    return site


def test_what_every_message_has_is_no_part() -> None:
    assert list(parts(["docker: Error response from daemon: port is already allocated"])) == [
        "port is already allocated"
    ]


def test_an_id_is_cut_out() -> None:
    message = (
        'The container name "/web1" is already in use by container "74f0f69d5bd5fb26". Remove that container.'
    )
    assert list(parts([message, message])) == [
        'The container name "/web1" is already in use by container',
        "Remove that container",
    ]


def test_a_box_is_in_the_index_with_its_messages(built: Site) -> None:
    assert built.warnings == ""
    (index,) = built.doctree().findall(addnodes.index)
    assert [(entry[1], entry[2]) for entry in index["entries"]] == [
        ("error message; Bind for 0.0.0.0:8000 failed", "box-step-busy"),
        ("error message; port is already allocated", "box-step-busy"),
    ]


def test_a_block_and_a_box_link_to_themselves_in_html_only(built: Site) -> None:
    html = (built.root / "out/html/index.html").read_text()
    assert html.count('href="#step-busy"') == 1
    assert html.count('href="#box-step-busy"') == 1
    text = (built.build("text") / "index.txt").read_text()
    assert "¶" not in text
    epub = built.build("epub")
    assert "Link to this block" not in (epub / "index.xhtml").read_text()


def test_a_step_that_is_shown_twice_has_one_address(built: Site) -> None:
    html = (built.root / "out/html/index.html").read_text()
    assert html.count('id="step-busy"') == 1


def test_a_box_with_a_step_that_was_shown_before_has_an_address_of_its_own(tmp_path: Path) -> None:
    site = Site(tmp_path, extensions=("findable",))  # which sets up what it needs
    site.write("examples/index/steps.console", TRANSCRIPT)
    site.page(".. transcript:: busy\n\n.. warning::\n\n   .. transcript:: busy\n")
    html = (site.build() / "index.html").read_text()
    assert site.warnings == ""
    (index,) = site.doctree().findall(addnodes.index)
    (address,) = {entry[2] for entry in index["entries"]}
    assert html.count(f'id="{address}"') == 1


def test_a_flag_is_a_word_with_and_without_its_dashes() -> None:
    words = EnglishWithFlags({}).split("docker run -it --no-cache a-b 8000-8002")
    assert {"_it", "__no-cache", "it", "cache"} <= set(words)
    assert not {"_b", "_8002"} & set(words)


def test_an_option_is_in_the_index_under_its_command_as_one_types_it(tmp_path: Path) -> None:
    site = Site(tmp_path, extensions=("played.sphinx_extension", "findable"))
    site.page("docker image ls\n---------------\n\n.. program:: docker image ls\n\n.. option:: -a, --all\n")
    site.build()
    entries = [entry[1] for index in site.doctree().findall(addnodes.index) for entry in index["entries"]]
    assert entries == ["docker image ls; -a", "docker image ls; --all"]
