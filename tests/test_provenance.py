"""No block from elsewhere: code that is typed into a page does not pass the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sphinx_site import Site

TYPED = {
    "code-block": ".. code-block:: console\n\n   $ docker ps\n",
    "literal block": "See::\n\n   $ docker ps\n",
    "parsed-literal": ".. parsed-literal::\n\n   docker **ps**\n",
    "literalinclude": ".. literalinclude:: other.txt\n",
    "raw": ".. raw:: html\n\n   <pre>docker ps</pre>\n",
    "doctest": ">>> 1 + 1\n2\n",
    "code": ".. code::\n\n   docker ps\n",
    "in a list": "- One::\n\n     docker ps\n",
    "in a note": ".. note::\n\n   .. code-block:: sh\n\n      docker ps\n",
    "role for raw": ".. role:: r(raw)\n   :format: html\n\n:r:`<pre>docker ps</pre>`\n",
    "for a builder": ".. only:: text\n\n   ::\n\n      docker ps\n",
    "in a table": ".. list-table::\n\n   * - ::\n\n          docker ps\n",
    "markup on a page that is not for it": ".. code-block:: rst\n\n   .. note:: x\n",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    one = Site(tmp_path, {"played_only_examples": True, "played_markup_pages": ["manual"]})
    one.write(
        "examples/01-a/steps.console",
        "#: step one\n$ echo hi\nhi\n#: step two\n#: edit f from 01-a/f\n$ cat f\nhi\n",
    )
    one.write("examples/01-a/f", "hi\n")
    one.write("docs/other.txt", "docker ps\n")
    one.page(".. code-block:: rst\n\n   .. note:: x\n", "manual")
    return one


def test_what_comes_from_the_examples_passes_and_so_does_markup_where_it_may_be(site: Site) -> None:
    site.page(
        ".. toctree::\n\n   manual\n\n.. transcript:: 01-a/one 01-a/two\n   :rfg: echo\n\n.. example:: 01-a/f\n   :rfg: hi\n"
    )
    site.build()
    assert not site.warnings


@pytest.mark.parametrize("kind", TYPED)
def test_a_block_that_was_typed_into_the_page_is_a_warning_with_its_place(site: Site, kind: str) -> None:
    site.page(TYPED[kind])
    for _ in range(2):  # the second build would otherwise find nothing to do
        site.build()
        assert "docs/index.rst:" in site.warnings
        assert site.warnings.count("this block is typed into the page") == 1
    site.conf["played_only_examples"] = False
    site.build()
    assert "typed into" not in site.warnings


def test_a_block_of_another_language_is_foreign_on_a_page_for_markup_too(site: Site) -> None:
    site.page("")
    site.page(":orphan:\n\n.. code-block:: sh\n\n   docker ps\n", "manual")
    site.build()
    assert "docs/manual.rst:6: WARNING: this block is typed" in site.warnings


@pytest.mark.parametrize("name", ["other.txt", "/other.txt", "../examples/../docs/other.txt"])
def test_a_file_from_elsewhere_that_is_offered_is_a_warning_with_its_place(site: Site, name: str) -> None:
    site.page(f".. toctree::\n\n   manual\n\n:download:`script <{name}>`\n")
    for _ in range(2):
        site.build()
        assert f"docs/index.rst:8: WARNING: the download {name} is not from the examples folder" in site.warnings


def test_an_example_may_be_offered(site: Site) -> None:
    site.page(".. toctree::\n\n   manual\n\n:download:`f <../examples/01-a/f>`\n\n.. example:: 01-a/f\n")
    site.build()
    assert not site.warnings
