"""The state of the engine: what is listed, and what has changed since the state before."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from engine_state import differences, state
from played import format
from tests.sphinx_site import Site

LONG = "ab" * 32
STEPS = f"""#: step state-one
$ docker container ls -aq | xargs -r docker container inspect --format x
aaaaaaaaaaaa | running | name web1
bbbbbbbbbbbb | running | name old
$ docker volume ls --format x

#: step between
$ docker container stop web1
web1

#: step state-two
$ docker container ls -aq | xargs -r docker container inspect --format x
cccccccccccc | running | volume {LONG} | name new
aaaaaaaaaaaa | exited | name web1
$ docker volume ls --format x
{LONG}
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, extensions=("sphinx_copybutton", "played.sphinx_extension", "engine_state"))
    site.write("examples/index/steps.console", STEPS)
    return site


def test_a_state_is_what_the_commands_list() -> None:
    first, _, second = format.parse(STEPS, Path("s")).steps
    assert state(first) == {
        "container": (("aaaaaaaaaaaa", "running", "name web1"), ("bbbbbbbbbbbb", "running", "name old")),
        "volume": (),
    }
    assert [
        (one.parts[0], one.new, one.gone, set(one.changed))
        for one in differences(state(second)["container"], state(first)["container"])
    ] == [
        ("cccccccccccc", True, False, {0, 1, 2, 3}),
        ("aaaaaaaaaaaa", False, False, {1}),
        ("bbbbbbbbbbbb", False, True, set()),
    ]


def test_two_things_of_one_name_are_counted() -> None:
    twice = [("<none>",), ("<none>",)]
    assert [(one.new, one.gone) for one in differences(twice, twice[:1])] == [(False, False), (True, False)]
    assert [(one.new, one.gone) for one in differences(twice[:1], twice)] == [(False, False), (False, True)]


def test_a_part_more_or_less_is_a_change() -> None:
    (grown,) = differences([("a", "network bridge", "volume v")], [("a", "network bridge")])
    assert grown.changed == {2}


def test_the_page_folds_it_and_marks_what_has_changed(site: Site) -> None:
    site.page(".. engine-state:: state-one\n\n.. engine-state:: state-two")
    page = BeautifulSoup((site.build() / "index.html").read_text(), "html.parser")
    assert site.warnings == ""
    first, second = page.select("details.engine-state")
    assert "open" not in second.attrs
    assert first.select(".rfg") == []
    assert [mark.get_text() for mark in second.select("strong.rfg")] == ["cccccccccccc", "exited", "abababababab…"]
    assert [item.get_text() for item in second.select("li")] == [
        "cccccccccccc, running, volume abababababab…, name new (new)",
        "aaaaaaaaaaaa, exited, name web1",
        "bbbbbbbbbbbb, running, name old (gone)",
    ]
    assert "none" in first.get_text()


@pytest.mark.parametrize("builder", ["latex", "text", "man", "texinfo", "epub"])
def test_other_builders_show_it_unfolded(site: Site, builder: str) -> None:
    site.page(".. engine-state:: state-two")
    out = site.build(builder)
    assert "unknown node" not in site.warnings
    texts = "".join(
        path.read_text(errors="replace")
        for path in out.rglob("*")
        if path.suffix in (".tex", ".txt", ".1", ".texi", ".xhtml")
    )
    assert "exited" in texts


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("state-three", "there is no state 'state-three' in examples/index; the states are state-one, state-two"),
        ("between", "there is no state 'between'"),
    ],
)
def test_mistakes_are_reported_where_they_are(site: Site, name: str, complaint: str) -> None:
    site.page(f".. engine-state:: {name}")
    site.build()
    assert complaint in site.warnings
    assert "index.rst:4: WARNING" in site.warnings


def test_a_step_that_lists_nothing_is_no_state(site: Site) -> None:
    site.write("examples/index/steps.console", "#: step state-odd\n$ docker version\n5\n")
    site.page(".. engine-state:: state-odd")
    site.build()
    assert "step 'state-odd' is no state" in site.warnings
