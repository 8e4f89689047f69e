"""The directive ``transcript``: what a page shows of a step, what can be copied, and every mistake."""

from __future__ import annotations

import filecmp
from pathlib import Path

import pytest
from docutils import nodes
from pygments.token import Error, Generic

from played import format, home, show
from played.copying import NO_BUTTON, transcript_block
from played.lexer import TranscriptLexer
from tests.sphinx_site import Site, copied

CHAPTER = r"""#: step start
#: hidden the reader has the folder
#: files apps/web1
$ ls web1
app.py

#: step build
$ cd web1
$ docker build \
>     -t web1 .
[+] Building 0.7s
...
 => naming to web1

#: step heredoc
$ cat <<'EOF' > note
> # not a prompt <b>
>
> > $ quoted
> EOF
$ cat note
# not a prompt <b>

> $ quoted

#: step fails
$ false
[1]
$ true

#: step serve
$ serve
ready
#: wait ready

#: step fetch
#: terminal 2
$ curl localhost
Hello

#: step stop
#: key Ctrl-C
^C
[130]

#: step ask
$ login
#: wait Password:
#: type sesame
Password:
Welcome
#: type
bye

#: step change
#: edit web1/app.py from ch/app.v2.py
#: edit web1/new.py from ch/new.py
$ run
2

#: step change-again
#: edit web1/app.py from apps/web1/app.py
$ run
1

#: step store
#: only store=containerd
$ docker image ls
x

#: step other
#: only store=overlay2
$ docker image ls
y

#: step silent
#: only host=local
$ uname

#: step desktop
#: not-played it needs a <window>
$ open
...

#: step patient
$ start
#: wait
$ look
up
$ use

#: step patient-elsewhere
#: terminal 2
#: wait
$ look
up
"""

APP = "one\ntwo\nthree\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(
        tmp_path,
        conf={
            "epub_show_urls": "no",
            "played_only_labels": {"store=containerd": "On containerd", "host=local": ""},
        },
    )
    site.write("examples/ch/a.console", CHAPTER)
    site.write("examples/apps/web1/app.py", APP)
    site.write("examples/ch/app.v2.py", APP.replace("two", "2"))
    site.write("examples/ch/new.py", "import x\n")
    site.write("examples/other/b.console", "#: step b\n$ echo b\nb\n")
    site.page(".. toctree::\n\n   sub/ch\n")
    return site


def show_steps(site: Site, arguments: str, *options: str) -> None:
    site.page(f".. transcript:: {arguments}\n" + "".join(f"   {option}\n" for option in options), "sub/ch")


def seen(site: Site) -> list[str]:
    """The parts of the directive, as they are in the document."""
    (box,) = (node for node in site.doctree("sub/ch").findall(nodes.container) if "played" in node["classes"])
    return [child.astext() for child in box.children]


# The lexer ----------------------------------------------------------------------------------------------


def lexed(text: str) -> list[tuple[object, str]]:
    return list(TranscriptLexer().get_tokens(text))


def joined(text: str, kind: object) -> str:
    return "".join(value for token, value in lexed(text) if token in kind)  # type: ignore[operator]


def test_tokens_are_the_text() -> None:
    for text in (CHAPTER, "", "\n", "$\n> \n", "$ cat <<EOF\n> a\nno end\n", "$ \\\n", "> x\n", "no end"):
        assert "".join(value for _, value in lexed(text)) == text.removesuffix("\n") + "\n"


def test_prompts_output_and_commands() -> None:
    text = "$ cat <<E\n> # x\n> E\n# x\n> y\n$ ls\n$x\n"
    assert joined(text, Generic.Prompt) == "$ > > $ "
    assert joined(text, Generic.Output) == "# x\n> y\n$x\n"


def test_a_command_that_pygments_does_not_understand_is_no_error() -> None:
    assert not [value for kind, value in lexed("$ echo ${ \" ' `\n> \\x`\n") if kind is Error]


# What is shown ------------------------------------------------------------------------------------------


def test_where_a_file_in_the_home_comes_from() -> None:
    actions: list[format.Action] = [
        format.Files(1, "apps/web1", "web1"),
        format.Edit(2, "web1/a", "ch/a.v2"),
        format.Files(3, "b/c", "d"),
        format.Files(4, "e/f", "."),
    ]
    assert home.source_of("web1/a", actions[:2]) == "ch/a.v2"
    assert home.source_of("./web1/b", actions[:2]) == "apps/web1/b"
    assert home.source_of("d", actions[:3]) == "b/c"
    assert home.source_of("z", actions[:3]) is None
    assert home.source_of("web10/a", actions[:3]) is None
    assert home.source_of("z", actions) == "e/f/z"


def test_lines_of_a_command() -> None:
    assert show.prompted("cat <<E\n\n a \nE") == ("$ cat <<E", ">", ">  a ", "> E")


def test_commands_and_output(site: Site) -> None:
    show_steps(site, "build heredoc")
    site.build("dummy")
    assert site.warnings == ""
    assert seen(site) == [
        "$ cd web1\n$ docker build \\\n>     -t web1 .\n[+] Building 0.7s\n…\n => naming to web1\n"
        "$ cat <<'EOF' > note\n> # not a prompt <b>\n>\n> > $ quoted\n> EOF\n$ cat note\n# not a prompt <b>\n\n> $ quoted"
    ]


@pytest.mark.parametrize(
    ("step", "options", "expected"),
    [
        ("fails", [], ["$ false", "Exit status 1", "$ true"]),
        (
            "serve fetch stop",
            [],
            [
                "$ serve\nready",
                "Second terminal",
                "$ curl localhost\nHello",
                "First terminal",
                "Press Ctrl-C.",
                "^C",
            ],
        ),
        ("fetch", [], ["Second terminal", "$ curl localhost\nHello"]),
        ("stop", [], ["First terminal", "Press Ctrl-C.", "^C"]),
        (
            "ask",
            [],
            [
                "$ login",
                "When you see Password:, type sesame and press Enter.",
                "Password:\nWelcome",
                "Press Enter.",
                "bye",
            ],
        ),
        (
            "patient",
            [],
            ["$ start", "A moment later:", "$ look\nup", "When it has answered like this:", "$ use"],
        ),
        ("patient", [":show: commands"], ["$ start", "A moment later:", "$ look\n$ use"]),
        ("patient", [":show: output"], ["up"]),
        (
            "build patient-elsewhere",
            [],
            [
                "$ cd web1\n$ docker build \\\n>     -t web1 .\n[+] Building 0.7s\n…\n => naming to web1",
                "Second terminal",
                "$ look\nup",
            ],
        ),
        ("store", [], ["On containerd", "$ docker image ls\nx"]),
        ("other", [], ["Only where store=overlay2", "$ docker image ls\ny"]),
        ("silent", [], ["$ uname"]),
        ("desktop", [], ["Not tested: it needs a <window>", "$ open\n…"]),
        ("other/b", [], ["$ echo b\nb"]),
        ("change-again", [], ["web1/app.py\n\n@@ -1,3 +1,3 @@\n one\n-2\n+two\n three", "$ run\n1"]),
        (
            "fails build",
            [":show: commands"],
            ["$ false\n$ true\n$ cd web1\n$ docker build \\\n>     -t web1 ."],
        ),
        ("fails build", [":show: output"], ["Exit status 1", "[+] Building 0.7s\n…\n => naming to web1"]),
        ("ask stop", [":show: output"], ["Password:\nWelcome\nbye\n^C"]),
    ],
)
def test_what_a_reader_sees(site: Site, step: str, options: list[str], expected: list[str]) -> None:
    show_steps(site, step, *options)
    site.build("dummy")
    assert site.warnings == ""
    assert seen(site) == expected


def test_long_output_is_folded_and_what_matters_is_not(site: Site) -> None:
    show_steps(site, "build heredoc", ":fold: 3")
    html = (site.build() / "sub/ch.html").read_text()
    assert site.warnings == ""
    assert seen(site) == [
        "$ cd web1\n$ docker build \\\n>     -t web1 .\n[+] Building 0.7s\n…\n => naming to web1\n"
        "$ cat <<'EOF' > note\n> # not a prompt <b>\n>\n> > $ quoted\n> EOF\n$ cat note\n# not a prompt <b>\n\n> $ quoted"
    ]
    assert "<details" not in html
    show_steps(site, "build heredoc", ":fold: 2", ":rfg: > $ quoted {2/2}")
    html = (site.build() / "sub/ch.html").read_text()
    assert [part.split("\n")[0] for part in seen(site)] == [
        "$ cd web1",
        "[+] Building 0.7s",
        "$ cat <<'EOF' > note",
        "# not a prompt <b>",
    ]
    assert html.count('<details class="played-fold"><summary>') == 1
    assert html.count('<details class="played-fold" open="open"><summary>') == 1
    assert copied(site.root / "out/html", "sub/ch.html") == [
        "cd web1\ndocker build \\\n    -t web1 .",
        "cat <<'EOF' > note\n# not a prompt <b>\n\n> $ quoted\nEOF\ncat note",
    ]
    for builder in ("latex", "text", "man", "texinfo", "epub"):
        site.build(builder)
        assert site.warnings == ""


def test_a_changed_file_is_a_difference_a_new_one_is_whole(site: Site) -> None:
    show_steps(site, "change", ":rfg: +2")
    html = (site.build() / "sub/ch.html").read_text()
    assert site.warnings == ""
    assert seen(site) == [
        "web1/app.py\n\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three",
        "web1/new.py\n\nimport x\n",
        "$ run\n2",
    ]
    assert '<strong class="rfg"><span class="gi">+2</span></strong>' in html
    assert copied(site.root / "out/html", "sub/ch.html") == ["import x", "run"]


def test_caption_name_class_and_lines(site: Site) -> None:
    show_steps(site, "fails", ":caption: It *fails*", ":name: it", ":class: wide", ":emphasize-lines: 2")
    site.page(".. toctree::\n\n   sub/ch\n\nSee :ref:`it`.\n")
    for builder in ("html", "latex", "text", "epub", "man", "texinfo"):
        site.build(builder)
        assert site.warnings == ""
    first, second = site.doctree("sub/ch").findall(transcript_block)
    assert first.parent["names"] == ["it"]
    assert first.parent[0].astext() == "It fails"
    assert first["highlight_args"] == {"hl_lines": []}
    assert second["highlight_args"] == {"hl_lines": [1]}


def test_markers_are_in_no_builder(site: Site) -> None:
    show_steps(site, "build fails serve fetch stop ask change store desktop")
    for builder in (
        "html",
        "epub",
        "latex",
        "text",
        "man",
        "texinfo",
        "gettext",
        "xml",
        "pseudoxml",
        "singlehtml",
        "dirhtml",
    ):
        out = site.build(builder)
        assert site.warnings == ""
        shown = "".join(
            file.read_text()
            for file in out.rglob("*")
            if file.suffix in {".html", ".xhtml", ".tex", ".txt", ".1", ".texi", ".pot", ".xml", ".pseudoxml"}
            and "_sources" not in file.parts
        )
        assert "#: " not in shown.replace("\n#: ", "\n") if builder == "gettext" else "#: " not in shown
        assert "[130]" not in shown
        if builder != "gettext":
            assert "Second terminal" in shown


# Copying ------------------------------------------------------------------------------------------------


def test_copying_gives_the_commands_byte_for_byte(site: Site) -> None:
    site.write(
        "examples/ch/z.console",
        "#: step blanks\n$  echo  'a \t b'  \n\n\n a\n\n b\n$ cat <<X\n>   \n>\n> <&>\"'\n> X\n\n c\n",
    )
    shown = {"build": "-t web1", "heredoc": "cat {*/2}", "blanks": "cat", "build heredoc blanks": "cat {2/3}"}
    options = ["", "   :emphasize-lines: 1-2\n", "   :rfg: PHRASE\n"]
    directives = (
        f".. transcript:: {words}\n{option}\n".replace("PHRASE", phrase)
        for words, phrase in shown.items()
        for option in options
    )
    site.page("".join(directives), "sub/ch")
    transcripts = format.load_folder(site.root / "examples/ch")
    steps = {step.name: step for transcript in transcripts for step in transcript.steps}
    expected = [
        "\n".join("\n".join(steps[name].commands) for name in words.split()) for words in shown for _ in options
    ]
    assert copied(site.build(), "sub/ch.html") == expected
    assert site.warnings == ""


def test_blocks_without_a_command_have_no_button(site: Site) -> None:
    show_steps(site, "serve fetch stop")
    assert copied(site.build(), "sub/ch.html") == ["serve", "curl localhost"]
    show_steps(site, "build", ":show: output")
    assert copied(site.build(), "sub/ch.html") == []


def test_settings_of_a_project_win(site: Site) -> None:
    site.conf["copybutton_exclude"] = ".mine"
    show_steps(site, "build")
    assert "exclude = '.mine'" in (site.build() / "_static/copybutton.js").read_text()


def test_it_works_without_the_copy_button(site: Site) -> None:
    site.extensions = ("played.sphinx_extension",)
    show_steps(site, "build")
    site.build()
    assert site.warnings == ""


# Mistakes -----------------------------------------------------------------------------------------------

PAGE = "ch.rst:6: WARNING: "
BAD = {
    "unknown step": ("nope", PAGE + "there is no step 'nope' in examples/ch; the steps are build, heredoc,"),
    "unknown folder": ("none/build", PAGE + "there is no folder examples/none; name the folder of the step"),
    "path that leaves": ("../ch/build", PAGE + "'../ch' leads out of examples/"),
    "absolute path": ("/etc/build", PAGE + "'/etc' leads out of examples/"),
    "no folder": ("/build", PAGE + "there is no step 'build' in examples/; the steps are none"),
    "link that leaves": ("link/x", PAGE + "'link' leads out of examples/"),
    "transcript that leaves": ("linked/x", PAGE + "'linked/x.console' leads out of examples/"),
    "broken link": ("dangling/x", PAGE + "there is no step 'x' in examples/dangling; the steps are none"),
    "hidden step": ("start", PAGE + "step 'start' of examples/ch is hidden (the reader has the folder)"),
    "no transcript": ("apps/x", PAGE + "there is no step 'x' in examples/apps; the steps are none"),
    "unknown marker": ("broken/x", "broken/x.console:3: WARNING: unknown marker 'nope'"),
    "encoding": ("latin/x", "latin/x.console:2: WARNING: is not UTF-8"),
    "CRLF": ("crlf/x", "crlf/x.console:1: WARNING: has a carriage return"),
    "phrase": ("build\n   :rfg: zzz", PAGE + "the text to emphasise is not in the code: 'zzz'"),
    "lines": ("build\n   :emphasize-lines: 99", PAGE + ":emphasize-lines: 99 is more than the 6 lines there are"),
    "bad lines": ("build\n   :emphasize-lines: x", PAGE + ":emphasize-lines: invalid line number spec: 'x'"),
    "edit from a missing file": ("edits/missing", "e.console:2: WARNING: none.py cannot be read"),
    "edit that changes nothing": ("edits/same", "e.console:6: WARNING: edits/a is what a already is"),
    "edit through a link": ("edits/link", "e.console:9: WARNING: 'edits/out' leads out of examples/"),
    "edit with CRLF": ("edits/crlf", "e.console:12: WARNING: dos has carriage returns"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_warning_with_file_and_line_each_time(site: Site, name: str) -> None:
    argument, words = BAD[name]
    site.write("secret/x.console", "#: step x\n$ secret\n")
    examples = site.root / "examples"
    (examples / "link").symlink_to("../secret")
    (examples / "linked").mkdir()
    (examples / "linked/x.console").symlink_to("../../secret/x.console")
    (examples / "dangling").mkdir()
    (examples / "dangling/y.txt").symlink_to("nothing")
    site.write("examples/broken/x.console", "#: step x\n$ a\n#: nope\n")
    site.write("examples/latin/x.console", b"#: step x\n$ caf\xe9\n")
    site.write("examples/crlf/x.console", "#: step x\r\n$ a\r\n")
    site.write("examples/edits/a", "a\n")
    site.write("examples/edits/dos", "a\r\n")
    (examples / "edits/out").symlink_to("../../secret/x.console")
    site.write(
        "examples/edits/e.console",
        "#: step missing\n#: edit a from none.py\n$ x\n#: step same\n#: files edits/a\n#: edit a from edits/a\n$ x\n"
        "#: step link\n#: edit a from edits/out\n$ x\n#: step crlf\n#: edit a from edits/dos\n$ x\n",
    )
    site.page(f"text\n\n.. transcript:: {argument}\n", "sub/ch")
    for _ in range(2):
        out = site.build()
        assert site.warnings.count("WARNING") == 1, site.warnings
        assert words in site.warnings
        assert "secret" not in (out / "sub/ch.html").read_text()


def test_a_broken_transcript_is_reported_once_for_a_page_and_with_all_its_problems(site: Site) -> None:
    site.write("examples/ch/b.console", "#: step x\n$ a\n#: nope\n#: nope\n")
    site.page(".. transcript:: build\n\n.. transcript:: fails\n", "sub/ch")
    site.build()
    assert site.warnings.count("WARNING") == 2
    assert "b.console:3: WARNING" in site.warnings
    assert "b.console:4: WARNING" in site.warnings
    site.write("examples/ch/b.console", "#: step x\n$ a\n")
    site.build()
    assert site.warnings == ""
    assert "$ </span>" in (site.root / "out/html/sub/ch.html").read_text()


def test_one_mistake_does_not_hide_the_other_steps(site: Site) -> None:
    show_steps(site, "build nope fails")
    site.build()
    assert site.warnings.count("WARNING") == 1
    assert len(copied(site.root / "out/html", "sub/ch.html")) == 2


def test_dangling_transcript_is_a_problem_of_the_transcript(site: Site) -> None:
    (site.root / "examples/ch/c.console").symlink_to("nothing")
    show_steps(site, "build")
    site.build()
    assert "c.console:1: WARNING: cannot be read: No such file or directory" in site.warnings


def test_caption_needs_a_block(site: Site) -> None:
    site.write("examples/ch/d.console", "#: step only-edit\n#: edit x from ch/new.py\n#: step z\n$ a\n")
    show_steps(site, "only-edit", ":caption: x")
    site.build()
    assert ":caption: and :name: need lines of a terminal" in site.warnings


def test_hostile_text_is_escaped_everywhere(site: Site) -> None:
    evil = "</pre><script>alert(1)</script>"
    site.write(
        "examples/ch/evil.console",
        f"#: step evil\n#: not-played {evil}\n$ echo '{evil}'\n{evil} \\end{{sphinxVerbatim}} \\input{{x}}\n#: wait {evil}\n#: type {evil}\n{evil}\n",
    )
    show_steps(site, "evil", ":rfg: <script> {*/3}")
    html = (site.build() / "sub/ch.html").read_text()
    assert site.warnings == ""
    assert "<script>alert" not in html
    assert r"\input" not in (site.build("latex") / "sample.tex").read_text().split(r"\begin{document}")[1]


# Builds -------------------------------------------------------------------------------------------------


def test_reading_and_writing_in_parallel_changes_nothing(site: Site) -> None:
    names = [f"p{number}" for number in range(12)]
    site.page(".. toctree::\n\n   sub/ch\n" + "".join(f"   {name}\n" for name in names))
    show_steps(site, "build", ":rfg: -t web1")
    for name in names:
        site.page(
            ".. transcript:: ch/build ch/serve ch/change\n   :rfg: web1 {2/3}\n\n.. example:: ch/app.v2.py\n",
            name,
        )
    serial = site.build(fresh=True).rename(site.root / "serial")
    parallel = site.build(jobs=4, fresh=True)
    assert site.warnings == ""
    files = [str(file.relative_to(serial)) for file in serial.rglob("*.html")]
    assert len(files) > 12
    assert filecmp.cmpfiles(serial, parallel, files, shallow=False) == (files, [], [])


def test_editing_a_transcript_rebuilds_exactly_the_pages_that_show_it(site: Site) -> None:
    site.page(".. toctree::\n\n   sub/ch\n   x\n   y\n")
    site.page(".. transcript:: ch/build\n", "x")
    site.page(".. transcript:: other/b\n", "y")
    show_steps(site, "change")
    site.build()
    site.build()
    assert "no targets are out of date" in site.status
    changed = {
        "examples/ch/a.console": "2 changed",
        "examples/other/b.console": "1 changed",
        "examples/ch/app.v2.py": "1 changed",
        "examples/apps/web1/app.py": "1 changed",
    }
    for name, words in changed.items():
        file = site.root / name
        site.write(
            name,
            file.read_text().replace("naming", "called").replace("three", "3").replace("echo b", "echo c"),
        )
        site.build()
        assert f"0 added, {words}, 0 removed" in site.status, name
        assert site.warnings == ""


def test_what_the_extensions_say_of_themselves(site: Site) -> None:
    show_steps(site, "build")
    site.build("dummy")
    assert site.app
    for name in ("rfg", "played.sphinx_extension"):
        extension = site.app.extensions[name]
        assert extension.parallel_read_safe
        assert extension.parallel_write_safe
    assert NO_BUTTON in site.app.config.copybutton_selector
