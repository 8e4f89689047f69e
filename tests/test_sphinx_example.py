"""The directive ``example``: Sphinx' literalinclude, kept inside the examples folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils import nodes
from pygments.lexers import find_lexer_class_for_filename
from sphinx import addnodes

from played import language
from tests.sphinx_site import Site, copied

APP = "import x\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return 2\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, conf={"epub_show_urls": "no"})
    site.write("examples/app.py", APP)
    site.write("examples/app.v2.py", APP.replace("return 2", "return 22"))
    site.write("examples/Dockerfile", "FROM a\nRUN b\n")
    site.write("secret.txt", "secret\n")
    return site


def block(site: Site) -> nodes.literal_block:
    (found,) = site.doctree().findall(nodes.literal_block)
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dockerfile", "docker"),
        ("copy-first.Dockerfile", "docker"),
        ("Dockerfile.v2", "docker"),
        ("app.py", "python"),
        ("compose.yaml", "yaml"),
        ("steps.console", "transcript"),
        ("nginx.conf", "nginx"),
        ("run.sh", "bash"),
        ("requirements.txt", "text"),
        (".dockerignore", "text"),
        ("none", "text"),
    ],
)
def test_language_follows_from_the_name(name: str, expected: str) -> None:
    assert language.of(Path(name)) == expected


@pytest.mark.parametrize("pattern", language._COMMON)
def test_language_of_a_common_name_is_what_pygments_says(pattern: str) -> None:
    lexer = find_lexer_class_for_filename(pattern.replace("*", "a"))
    assert lexer is not None
    assert lexer.aliases[0] == language._COMMON[pattern]


def test_caption_is_the_path(site: Site) -> None:
    site.write("examples/apps/__x__*.py", "1\n")
    site.page(".. example:: apps/__x__*.py\n")
    site.build("dummy")
    (caption,) = site.doctree().findall(nodes.caption)
    assert caption.astext() == "apps/__x__*.py"
    assert [type(node) for node in caption.findall()] == [
        nodes.caption,
        addnodes.download_reference,
        nodes.literal,
        nodes.Text,
    ]
    assert block(site)["language"] == "python"


def test_options_of_literalinclude(site: Site) -> None:
    site.page(
        ".. example:: app.py\n   :pyobject: two\n   :linenos:\n   :lineno-match:\n   :emphasize-lines: 2\n"
        "   :caption: The *second*\n   :name: second\n   :class: x\n   :language: text\n\nSee :ref:`second`.\n"
    )
    site.build("dummy")
    assert site.warnings == ""
    found = block(site)
    assert found.astext() == "def two():\n    return 2\n"
    assert found["highlight_args"]["linenostart"] == 8
    assert found["highlight_args"]["hl_lines"] == [2]
    assert (found["language"], found["classes"]) == ("text", ["x"])
    assert found.parent["names"] == ["second"]


def test_a_name_works_with_the_default_caption(site: Site) -> None:
    site.conf["numfig"] = True
    site.page(".. example:: app.py\n   :name: app\n   :rfg: one\n\nSee :numref:`app` and :ref:`app`.\n")
    text = (site.build() / "index.html").read_text()
    assert site.warnings == ""
    assert "Listing 1" in text
    assert 'id="app"' in text


@pytest.mark.parametrize(
    "options",
    [
        ":lines: 1",
        ":start-at: def one\n   :end-before: def two",
        ":start-after: x\n   :end-at: return 1",
        ":dedent:",
        ":tab-width: 4",
        ":force:",
        ":encoding: utf-8",
        ":lineno-start: 7",
    ],
)
def test_marks_work_with_every_way_to_select(site: Site, options: str) -> None:
    site.page(f".. example:: app.py\n   {options}\n")
    site.build("dummy")
    plain = block(site)
    phrase = plain.astext().split()[0]
    site.page(f".. example:: app.py\n   {options}\n   :rfg: {phrase}\n")
    site.build("dummy")
    assert site.warnings == ""
    assert block(site).astext() == plain.astext()
    assert block(site).get("highlight_args") == plain.get("highlight_args")


def test_difference_names_the_files_as_the_page_does(site: Site) -> None:
    site.page(".. example:: app.v2.py\n   :diff: app.py\n   :rfg: return 22\n")
    out = site.build()
    assert site.warnings == ""
    assert block(site).astext().startswith("--- app.py\n+++ app.v2.py\n@@")
    assert str(site.root) not in (out / "index.html").read_text()
    assert copied(out) == []


def test_no_builder_shows_where_the_files_are_on_this_machine(site: Site) -> None:
    site.page(".. example:: app.py\n\n.. example:: app.v2.py\n   :diff: app.py\n   :caption: c\n")
    for builder, name in {
        "html": "index.html",
        "latex": "sample.tex",
        "text": "index.txt",
        "man": "sample.1",
    }.items():
        assert str(site.root) not in (site.build(builder) / name).read_text()
    xml = (site.build("xml") / "index.xml").read_text()
    assert f"{site.root}/examples" not in xml


def test_a_copied_file_is_the_file(site: Site) -> None:
    site.page(".. example:: app.py\n   :rfg: import\n")
    assert copied(site.build()) == [APP.rstrip("\n")]


def test_a_transcript_shown_as_a_file_copies_its_commands(site: Site) -> None:
    site.write(
        "examples/a.console",
        "#: step a\n$ cat <<X\n> # a\n>\n> X\n# a\n\n...\nx\n#: step b\n$ ls  -l \nx\n[1]\n",
    )
    site.page(".. example:: a.console\n   :rfg: #: step b\n")
    out = site.build()
    assert site.warnings == ""
    assert copied(out) == ["cat <<X\n# a\n\nX\nls  -l "]


BAD = {
    "missing": ("nothing.py", "there is no file examples/nothing.py; name one inside examples/"),
    "folder": ("apps", "apps cannot be read: Is a directory"),
    "leaves": ("../secret.txt", "'../secret.txt' leads out of examples/"),
    "comes back": ("../examples/app.py", "leads out of examples/"),
    "absolute": ("/etc/hostname", "'/etc/hostname' leads out of examples/"),
    "link to a file": ("link.txt", "'link.txt' leads out of examples/"),
    "link to a folder": ("up/secret.txt", "'up/secret.txt' leads out of examples/"),
    "link to itself": ("loop", "loop"),
    "encoding": ("latin.txt", "latin.txt is not UTF-8; save the file as UTF-8"),
    "CRLF": ("crlf.txt", "crlf.txt has carriage returns (CRLF line ends?); save it with LF line ends"),
    "start-at": ("app.py\n   :start-at: nope", "start-at pattern not found: nope"),
    "lines": ("app.py\n   :lines: 90-", ":lines: 90- is more than the 9 lines there are"),
    "bad option value": ("app.py\n   :lines: x", "invalid line number spec"),
    "emphasize-lines": (
        "app.py\n   :emphasize-lines: 3,10",
        ":emphasize-lines: 3,10 is more than the 9 lines there are",
    ),
    "caption": ("app.py\n   :caption: .. x::", "x"),
    "both": ("app.py\n   :diff: app.v2.py\n   :lines: 1", 'Cannot use both "diff" and "lines"'),
    "missing diff": ("app.py\n   :diff: nothing.py", "there is no file examples/nothing.py"),
    "diff leaves": ("app.py\n   :diff: ../secret.txt", "'../secret.txt' leads out of examples/"),
    "no difference": (
        "app.py\n   :diff: app.py",
        "app.py is the same as app.py; there is no difference to show",
    ),
    "phrase": ("app.py\n   :rfg: three", "the text to emphasise is not in the code: 'three'"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_warning_with_file_and_line_each_time(site: Site, name: str) -> None:
    (site.root / "examples/apps").mkdir()
    (site.root / "examples/link.txt").symlink_to("../secret.txt")
    (site.root / "examples/up").symlink_to("..")
    (site.root / "examples/loop").symlink_to("loop")
    site.write("examples/latin.txt", b"caf\xe9\n")
    site.write("examples/crlf.txt", b"a\r\nb\r\n")
    argument, words = BAD[name]
    site.page(f"text\n\n.. example:: {argument}\n")
    for _ in range(2):
        out = site.build()
        assert site.warnings.count("WARNING") == 1, site.warnings
        assert "index.rst:6: WARNING: " in site.warnings
        assert words in site.warnings
        assert "secret\n" not in (out / "index.html").read_text()


def test_a_link_inside_the_folder_is_followed(site: Site) -> None:
    (site.root / "examples/same.py").symlink_to("app.py")
    site.page(".. example:: same.py\n")
    site.build("dummy")
    assert site.warnings == ""


def test_another_encoding_may_be_named(site: Site) -> None:
    site.write("examples/latin.txt", b"caf\xe9\n")
    site.page(".. example:: latin.txt\n   :encoding: latin-1\n")
    site.build("dummy")
    assert site.warnings == ""
    assert block(site).astext() == "café\n"


def test_hostile_content_is_escaped(site: Site) -> None:
    site.write(
        "examples/x.txt",
        "</pre><script>alert(1)</script>\n\\end{sphinxVerbatim}\\input{x}\n.so /etc/passwd\n",
    )
    site.page(".. example:: x.txt\n   :rfg: <script>\n")
    html = (site.build() / "index.html").read_text()
    assert "<script>alert" not in html
    assert '<strong class="rfg">&lt;script&gt;</strong>' in html
    assert r"\input" not in (site.build("latex") / "sample.tex").read_text().split(r"\begin{document}")[1]
    assert "\n.so" not in (site.build("man") / "sample.1").read_text()


def test_editing_an_example_rebuilds_exactly_the_pages_that_show_it(site: Site) -> None:
    site.page(".. toctree::\n\n   a\n   b\n   c\n")
    site.page(".. example:: app.py\n", "a")
    site.page(".. example:: Dockerfile\n", "b")
    site.page(".. example:: app.v2.py\n   :diff: app.py\n", "c")
    site.build()
    site.build()
    assert "no targets are out of date" in site.status
    site.write("examples/app.py", APP.replace("1", "11"))
    site.build()
    assert "0 added, 2 changed, 0 removed" in site.status
