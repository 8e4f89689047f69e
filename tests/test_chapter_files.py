"""A chapter's files as one archive: what is in it, where it is linked, and that it is the same each time."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.sphinx_site import Site

STEPS = """#: step start
#: files apps/web as web1
#: files index/run.sh as run.sh
$ ls
run.sh

#: step edit
#: edit web1/app.py from index/app.v2.py
$ ls
run.sh

#: step ignore
#: files index/all.dockerignore as web1/.dockerignore
#: files index/alone.txt as alone/alone.txt
$ true

#: step proof
#: hidden a proof
#: files index/proof.txt as proof.txt
$ true
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, extensions=("sphinx_copybutton", "played.sphinx_extension", "chapter_files"))
    site.write("examples/index/steps.console", STEPS)
    site.write("examples/apps/web/app.py", "1\n")
    site.write("examples/apps/web/public/a.css", "a\n")
    site.write("examples/index/app.v2.py", "2\n")
    site.write("examples/index/proof.txt", "p\n")
    site.write("examples/index/all.dockerignore", "*\n")
    site.write("examples/index/alone.txt", "a\n")
    site.write("examples/index/run.sh", "#!/bin/sh\n").chmod(0o755)
    site.page(".. chapter-files::")
    return site


def test_what_the_reader_needs_is_in_it(site: Site) -> None:
    out = site.build()
    assert site.warnings == ""
    with zipfile.ZipFile(out / "files/index.zip") as archive:
        assert archive.namelist() == [
            "index/alone/alone.txt",
            "index/later/all.dockerignore",  # steps before would have met it in web1
            "index/later/app.v2.py",
            "index/run.sh",
            "index/web1/app.py",
            "index/web1/public/a.css",
        ]
        assert archive.read("index/web1/app.py") == b"1\n"
        assert archive.getinfo("index/run.sh").external_attr >> 16 == 0o100755
        assert archive.getinfo("index/web1/app.py").external_attr >> 16 == 0o100644
    link = BeautifulSoup((out / "index.html").read_text(), "html.parser").select_one('a[href$=".zip"]')
    assert link is not None
    assert (out / str(link["href"])).exists()


def test_a_link_out_of_the_examples_is_not_published(site: Site) -> None:
    (site.root / "secret").write_text("secret")
    (site.root / "examples/apps/web/key").symlink_to(site.root / "secret")
    out = site.build()
    assert "index.rst:4: WARNING: 'apps/web/key' leads out of examples/" in site.warnings
    assert not (out / "files/index.zip").exists()


def test_a_file_that_is_not_there_is_a_warning(site: Site) -> None:
    (site.root / "examples/index/app.v2.py").unlink()
    out = site.build()
    assert "index.rst:4: WARNING: there is no examples/index/app.v2.py, which a transcript copies" in site.warnings
    assert not (out / "files/index.zip").exists()


def test_the_same_files_give_the_same_bytes(site: Site) -> None:
    first = (site.build() / "files/index.zip").read_bytes()
    for path in (site.root / "examples").rglob("*"):
        os.utime(path, (0, 1_600_000_000))
    assert (site.build(fresh=True) / "files/index.zip").read_bytes() == first


def test_a_link_from_a_folder_leads_to_it(site: Site) -> None:
    site.write("examples/ch/steps.console", STEPS)
    site.page(".. chapter-files::", "deep/ch")
    out = site.build()
    link = BeautifulSoup((out / "deep/ch.html").read_text(), "html.parser").select_one('a[href$=".zip"]')
    assert link is not None
    assert link["href"] == "../files/ch.zip"
    assert (out / "files/ch.zip").exists()


@pytest.mark.parametrize(("address", "found"), [("https://docs.test/x/", True), ("", False)])
def test_elsewhere_it_is_linked_where_it_is_hosted(site: Site, address: str, found: bool) -> None:
    site.conf["html_baseurl"] = address
    assert ("https://docs.test/x/files/index.zip" in (site.build("latex") / "sample.tex").read_text()) == found
    assert not (site.root / "out/latex/files").exists()


def test_a_chapter_without_files_has_nothing_to_download(site: Site) -> None:
    site.write("examples/index/steps.console", "#: step a\n$ true\n")
    site.build()
    assert "copy no files" in site.warnings
