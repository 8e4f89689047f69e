"""Red foreground: the phrases an author names, and the emphasis in every builder."""

from __future__ import annotations

from pathlib import Path

import pytest
from docutils import nodes
from sphinx.highlighting import PygmentsBridge

from rfg import phrases
from rfg.bridge import MarkingBridge
from rfg.nodes import marked, rfg_block, rfg_mark
from rfg.writers import underlined
from tests.sphinx_site import Site

# Phrases ------------------------------------------------------------------------------------------------


def test_one_phrase_on_a_line() -> None:
    assert phrases.parse("-t web1\n  web1 {2/3}\n\nx {*/4}") == (
        phrases.Phrase("-t web1"),
        phrases.Phrase("web1", 2, 3),
        phrases.Phrase("x", None, 4),
    )


def test_a_phrase_that_ends_in_braces() -> None:
    assert phrases.parse("{1/2} {1/1}\nx{1/2}\n{{.ID}}\nx {0/1}") == (
        phrases.Phrase("{1/2}"),
        phrases.Phrase("x{1/2}"),
        phrases.Phrase("{{.ID}}"),
        phrases.Phrase("x {0/1}"),
    )


def test_the_third_of_two_is_an_error() -> None:
    with pytest.raises(ValueError, match="there is no 3 of 2"):
        phrases.parse("x {3/2}")


@pytest.mark.parametrize("nothing", [None, "", " \n "])
def test_no_phrase_is_an_error(nothing: str | None) -> None:
    with pytest.raises(ValueError, match="one on a line"):
        phrases.parse(nothing)


def test_occurrences_are_counted_through_the_texts() -> None:
    found = phrases.find(phrases.parse("a {2/3}\nb {*/2}"), ["a b", "b a a"])
    assert found.spans == (((2, 3),), ((0, 1), (2, 3)))
    assert found.missing == ()


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("zz", "the text to emphasise is not in the code: 'zz'; name text that is shown"),
        ("a", "is 3 times in the code, not once: 'a'; say which it is, for example 'a {1/3}'"),
        ("a {2/4}", "is 3 times in the code, not 4 times: 'a {2/4}'"),
        ("b {*/3}", "is 2 times in the code, not 3 times: 'b {*/3}'"),
    ],
)
def test_how_often_a_phrase_stands_is_part_of_it(phrase: str, words: str) -> None:
    found = phrases.find(phrases.parse(phrase), ["a b", "b a a"])
    assert found.spans == ((), ())
    assert [str(one) for one in found.missing if words in str(one)]


def test_from_one_text_to_the_other_over_line_breaks() -> None:
    found = phrases.find(phrases.parse("cat <<E {...} > E\n{...} x"), ["$ cat <<E\n> a\n> E\n> E", "{...} x"])
    assert found.spans == (((2, 17),), ((0, 7),))
    assert found.missing == ()


def test_overlapping_phrases_become_one_mark() -> None:
    assert phrases.find(phrases.parse("abc\nbcd\ne"), ["abcdef"]).spans == (((0, 4), (4, 5)),)


# Pygments -----------------------------------------------------------------------------------------------


def highlighted(text: str, *spans: phrases.Span, language: str = "docker", **options: object) -> str:
    bridge = MarkingBridge(PygmentsBridge("html"), spans, "<m>", "</m>")
    return bridge.highlight_block(text, language, **options)  # type: ignore[arg-type]


def test_a_mark_crosses_tokens() -> None:
    code = highlighted("RUN pip install -r x\n", (0, 15))
    assert "<m>RUN pip install</m>" in code


def test_a_mark_ends_with_its_line() -> None:
    assert highlighted("FROM a\nRUN b\n", (5, 10)).count("<m>") == 2


def test_leading_blank_lines_do_not_move_a_mark() -> None:
    assert "<m>RUN</m>" in highlighted("\n\nRUN a\n", (2, 5))


def test_options_that_change_the_text_do_not_move_a_mark() -> None:
    options = {"tabsize": 8, "stripall": True}
    assert "<m>b</m>" in highlighted(" a\tb\n", (3, 4), language="text", opts=options)
    assert options == {"tabsize": 8, "stripall": True}


def test_code_with_private_use_characters() -> None:
    assert "\ue000<m>a</m>\ue001" in highlighted("\ue000a\ue001\n", (1, 2), language="text")


def test_hostile_code_stays_text() -> None:
    code = highlighted("<script>alert(1)</script> &amp;\n", (0, 8), language="text")
    assert "<m>&lt;script&gt;</m>alert" in code
    assert "&amp;amp;" in code


def test_in_latex_no_colour_wins_over_the_mark() -> None:
    code = MarkingBridge(PygmentsBridge("latex"), [(0, 2), (5, 6)], "<", ">").highlight_block(
        "$ ls\nx\n", "console"
    )
    assert "<\\PYGZdl{} >ls" in code
    assert "\n<x>\n" in code


def test_prompts_and_output_keep_their_element() -> None:
    assert '<m><span class="gp">$ </span>ls</m>' in highlighted("$ ls\n", (0, 4), language="console")


# Nodes --------------------------------------------------------------------------------------------------


def test_a_marked_block_can_still_be_highlighted() -> None:
    block = nodes.literal_block("ab\ncd", "ab\ncd", language="text", classes=["x"])
    new = marked(block, [(0, 1), (3, 5)])
    assert new.rawsource == new.astext() == "ab\ncd"
    assert new.spans == [(0, 1), (3, 5)]
    assert isinstance(new, rfg_block)
    assert (new["language"], new["linenos"], new["force"], new["classes"]) == ("text", False, False, ["x"])


def test_carets_stand_under_wide_characters_and_tabs() -> None:
    text = "\tダ b\nccc"
    block = marked(nodes.literal_block(text, text), [(3, 4), (5, 7)])
    assert underlined(block) == "\tダ b\n\t   ^\nccc\n^^"


# Builders -----------------------------------------------------------------------------------------------

EXPECTED = {
    "html": (
        "index.html",
        ['<strong class="rfg">--tag it</strong>', '<strong class="rfg">pip install</strong>', "rfg.css"],
    ),
    "dirhtml": ("index.html", ['<strong class="rfg">pip install</strong>']),
    "singlehtml": ("index.html", ['<strong class="rfg">pip install</strong>']),
    "epub": ("index.xhtml", ['<strong class="rfg">pip install</strong>', "rfg.css"]),
    "latex": (
        "sample.tex",
        [r"\rfgmark{\sphinxhyphen{}\sphinxhyphen{}tag it}", r"\rfgmark{pip install}", r"\usepackage{rfg}"],
    ),
    "text": ("index.txt", ["**--tag it**", "   RUN pip install x\n       ^^^^^^^^^^^"]),
    "man": ("sample.1", [r"\fB\-\-tag it\fP", r"RUN \fBpip install\fP x"]),
    "texinfo": ("sample.texi", ["@strong{--tag it}", "@strong{pip install}"]),
    "gettext": ("index.pot", [":rfg:`--tag it`"]),
    "xml": ("index.xml", ['<rfg_mark classes="rfg"', "pip install</rfg_mark>"]),
    "pseudoxml": ("index.pseudoxml", ['<rfg_mark classes="rfg"']),
    "json": ("index.fjson", [r"<strong class=\"rfg\">pip install</strong>"]),
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, conf={"epub_show_urls": "no"})
    site.write("examples/Dockerfile", "FROM a\nRUN pip install x\n")
    site.page("Text :rfg:`--tag it`.\n\n.. example:: Dockerfile\n   :rfg: pip install\n")
    return site


@pytest.mark.parametrize("builder", EXPECTED)
def test_emphasis_in_every_builder(builder: str, site: Site) -> None:
    out = site.build(builder)
    name, expected = EXPECTED[builder]
    text = (out / name).read_text()
    assert site.warnings == ""
    for words in expected:
        assert words in text


def test_an_unknown_builder_sees_ordinary_nodes(site: Site) -> None:
    """Translators look for a visitor along the classes of a node."""
    assert issubclass(rfg_mark, nodes.strong)
    assert issubclass(rfg_block, nodes.literal_block)
    site.build("dummy")
    (block,) = site.doctree().findall(rfg_block)
    assert block.astext() == "FROM a\nRUN pip install x\n"


def test_style_sheet_and_latex_package_are_shipped_where_they_are_used(site: Site) -> None:
    html, latex, text = (site.build(builder) for builder in ("html", "latex", "text"))
    assert (html / "_static" / "rfg.css").is_file()
    assert (latex / "rfg.sty").is_file()
    assert not list(text.rglob("rfg.*"))


def test_one_reading_serves_every_builder(site: Site) -> None:
    """What is decided while reading is wrong for the next builder (sphinx#8974)."""
    site.build("latex")
    assert '<strong class="rfg">pip install</strong>' in (site.build("html") / "index.html").read_text()


def test_the_role_keeps_dashes_and_quotation_marks(site: Site) -> None:
    site.page('A :rfg:`"--it\'s"`.')
    assert "&quot;--it's&quot;" in (site.build() / "index.html").read_text()


def test_the_role_in_a_title_a_term_and_a_table(site: Site) -> None:
    table = "=========  ====\n:rfg:`c`   d\n=========  ===="
    site.page(f"A :rfg:`b`\n----------\n\n:rfg:`term`\n   x\n\n{table}\n")
    for builder in ("html", "latex", "man", "text", "texinfo"):
        site.build(builder)
        assert site.warnings == ""


@pytest.mark.parametrize(
    ("option", "words"),
    [("nope", "is not in the code: 'nope'"), ("pip {2/2}", "is once in the code, not 2 times: 'pip {2/2}'")],
)
def test_a_phrase_that_is_not_there_fails_again_and_again(site: Site, option: str, words: str) -> None:
    site.page(f"text\n\n.. example:: Dockerfile\n   :rfg: pip\n         {option}\n")
    for _ in range(2):
        site.build()
        assert f"index.rst:6: WARNING: the text to emphasise {words}" in site.warnings


def test_an_empty_option_is_an_error_with_a_line(site: Site) -> None:
    site.page(".. example:: Dockerfile\n   :rfg:\n")
    for _ in range(2):
        site.build()
        assert "index.rst:4: ERROR" in site.warnings
        assert "name the parts of the code to emphasise" in site.warnings
    site.page(".. example:: Dockerfile\n")
    for words in ("1 changed", "no targets are out of date"):
        site.build()
        assert words in site.status


def test_the_block_next_to_a_marked_one_is_not_marked(site: Site) -> None:
    site.page(".. example:: Dockerfile\n   :rfg: pip\n\n.. example:: Dockerfile\n")
    assert (site.build() / "index.html").read_text().count('<strong class="rfg">') == 1


def test_lines_with_another_background_keep_their_marks(site: Site) -> None:
    site.page(".. example:: Dockerfile\n   :emphasize-lines: 2\n   :rfg: FROM a\n         pip install\n")
    text = (site.build() / "index.html").read_text()
    assert '<strong class="rfg">FROM a</strong>\n<span class="hll">' in text
    assert '<strong class="rfg">pip install</strong><span class="w"> </span>x\n</span>' in text
