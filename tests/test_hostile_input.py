"""Inputs that nobody means well with: what fuzzing and thinking have found, each mended once and for all."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from played import expected, fold, format, ledger, screen
from played.compare import Ids, compare
from played.lexer import TranscriptLexer
from played.play import TurnResult
from played.record import merge, rewritten
from rfg import bridge, phrases
from tests.fuzz import growth, planted
from tests.properties import CONTROL
from tests.sphinx_site import Site, copied

HERE = Path("chapter.console")


def problems(text: str) -> list[str]:
    with pytest.raises(format.FormatError) as caught:
        format.parse(text, HERE)
    return [str(problem) for problem in caught.value.problems]


# The parser ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\x85", "\u2028", "\u202e", "\u2066", "\u200f", "\u061c"])
@pytest.mark.parametrize("line", ["$ echo {}", "$ cat <<X\n> {}\n> X", "$ a\n{}", "$ a\nb\n#: wait {}"])
def test_what_nobody_sees_is_no_part_of_a_transcript(letter: str, line: str) -> None:
    text = f"#: step a\n{line.format(letter)}\n"
    number = text.count("\n", 0, text.index(letter)) + 1
    assert (
        f"chapter.console:{number}: has the control character U+{ord(letter):04X}; write what the reader sees"
        in (problems(text))
    )


@pytest.mark.parametrize("marker", ["#: id ab", "#: wait"])
def test_what_belongs_to_a_command_does_not_wait_for_a_later_one(marker: str) -> None:
    text = f"#: step a\n$ cat\n#: wait x\n{marker}\n#: key Ctrl-C\n$ echo ab\n"
    assert "chapter.console:4:" in problems(text)[0]
    assert "stands before no command" in problems(text)[0]


def test_an_id_is_a_word_of_the_command() -> None:
    assert "does not use" in problems("#: step a\n#: id 16\n$ docker image rm 1615e\n")[0]


# Comparison, record, screen -----------------------------------------------------------------------------

A, B, C = "aaaaaaaaaaa1", "bbbbbbbbbbb1", "ccccccccccc1"


def test_a_block_is_found_wherever_it_stands() -> None:
    recorded = ["...", "a", "a", "b", "...", "z"]
    assert compare(recorded, ["a", "a", "a", "a", "b", "z"], Ids()).matches == (None, 2, 3, 4, None, 5)
    ids = Ids()
    assert not compare(["...", A, A, "...", "z"], [B, C, C, "z"], ids).difference
    assert ids.in_command(A) == C


def test_ids_that_are_tried_again_and_again_are_a_difference_in_the_end() -> None:
    recorded = ["...", *[A] * 3_000, C, "...", "z"]
    assert compare(recorded, [*[B] * 9_000, "z"], Ids()).difference


def test_a_row_of_numbers_without_end_is_compared_letter_by_letter() -> None:
    assert list(fold.pieces("1.5/" * 9)) == [(None, "1.5/" * 9)]


def test_a_record_keeps_one_meaning_for_an_id() -> None:
    ids = Ids()
    assert merge([A, "x"], [B, f"y {B}"], ids)[0] == [A, f"y {A}"]
    new = merge([A, "x", A], [B, "y", C], Ids())[0]
    assert not compare(new, [B, "y", C], Ids()).difference


def test_a_long_record_takes_both_ends_from_before() -> None:
    middle = [f"line {number}" for number in range(2_000)]
    recorded = ["Up 3 seconds", *middle, "Up 4 seconds"]
    live = ["Up 5 seconds", *(f"{line}!" for line in middle), "Up 6 seconds"]
    assert merge(recorded, live, Ids())[0] == [recorded[0], *live[1:-1], recorded[-1]]


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"\xc2\x9bx\xe2\x80\xaey\r\n", ["xy"]),
        (b"\x1b[?Ma\x1b[1;2;3Lb\r\n", ["ab"]),
        (b"\x1b[?6h\x1b[6na\r\n", None),
        (b"\x1b#8a\r\n", ["a"]),
        (b"\x1b[0ma\xe2\x80\x8bb\r\n", ["ab"]),
        ("\x1b[0m\u20eaa\u0301b\r\n".encode(), ["áb"]),
        (b"\x1b]0;title\x07a\x1b]8;;x\x1b\\b\r\n", ["ab"]),
        (b"a\x1b[9999999999Bb\r\nc\r\n", None),
        (b"\x1b[0m" + b"a\r\n" * 500, ["a"] * 500),
        (b"\x1b[0m" + "é".encode() * 5_000, ["é" * 5_000]),
    ],
)
def test_orders_to_a_terminal(raw: bytes, lines: list[str] | None) -> None:
    shown = screen.render(raw)
    assert not CONTROL.search("".join(shown))
    assert lines is None or shown == lines


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        ("a\x1b[²mb\r\n".encode(), ["ab"]),
        (b"a\x1b[" + b"9" * 5_000 + b"mb\r\n", ["ab"]),
        (b"\x1b[?6h\x1b[3dx\r\n", None),
        (b"\x1b[?5ha\x1b[?5lb\r\n", ["ab"]),
        (b"x" * 3_000 + b"\r\x1b[2@\r\n", ["  " + "x" * 1_998]),
        (b"x" * 3_000 + b"\x1b[K\x1b[1K\r\n", [" " * 2_000 + "x" * 1_000]),
    ],
)
def test_orders_to_a_terminal_that_pyte_takes_badly(raw: bytes, lines: list[str] | None) -> None:
    shown = screen.render(raw)
    assert lines is None or shown == lines


@pytest.mark.parametrize(("recorded", "live"), [(A, "‹id›"), ("‹id›", A), ("‹age›", "3 seconds"), ("‹", "‹‹")])
def test_an_output_that_looks_like_a_shape(recorded: str, live: str) -> None:
    assert compare([recorded], [live], Ids()).difference
    assert not compare([live], [live], Ids()).difference
    assert merge([recorded], [live], Ids())[0] == [live]


def test_values_that_touch_are_folded_as_they_stand() -> None:
    """A shape folded again would be another one, so nothing does it."""
    shape = fold.shape("3 seconds172.17.0.2")
    assert shape == "‹age›172.17.0.2"
    assert fold.shape(shape) == "‹‹age›‹address›"
    assert compare(["3 seconds172.17.0.2"], ["4 seconds172.17.0.3"], Ids()).difference


def test_an_id_in_a_length_that_is_not_folded_is_recorded_as_it_is() -> None:
    live = [A + "0" * 52, A + "00000"]
    assert merge([B + "f" * 52, "x"], live, Ids())[0] == [B + "f" * 52, A + "00000"]


# Time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("work", "shape"), growth.PAIRS)
def test_time_grows_with_the_input(work: str, shape: str) -> None:
    """Sixteen times the input may take 80 times as long, so that a busy machine does not fail; its square is 256."""
    small = min(growth.once(work, shape, 3_000) for _ in range(3))
    assert min(growth.once(work, shape, 48_000) for _ in range(2)) < 80 * max(small, 0.001)


def test_a_string_that_does_not_end() -> None:
    """Pygments' own lexer would take a year for the first one."""
    for code in (r"$'" + r"\11" * 40, "$'a", "$'a'", "<<X", "<<X a\n> X"):
        text = f"$ echo {code}\n"
        assert "".join(value for _, value in TranscriptLexer().get_tokens(text)) == text


def test_every_line_is_recorded_anew_in_one_go(tmp_path: Path) -> None:
    path = tmp_path / "chapter.console"
    number = 20_000
    path.write_text("#: step a\n" + "$ a\nb\n" * number)
    turns = format.load(path).steps[0].turns
    results = [TurnResult(turn, "a", ("c",), 0.0, compare(["b"], ["c"], Ids())) for turn in turns]
    started = time.process_time()
    assert rewritten(path, results, Ids()) == "#: step a\n" + "$ a\nc\n" * number
    assert time.process_time() - started < 20


@pytest.mark.parametrize("bug", planted.BUGS, ids=lambda bug: bug.what)
def test_what_is_planted_can_be_planted(bug: planted.Bug, tmp_path: Path) -> None:
    changed = (planted.plant(bug, tmp_path) / bug.module).read_text(encoding="utf-8")
    assert changed != (planted.ROOT / "ext" / bug.module).read_text(encoding="utf-8")
    compile(changed, bug.module, "exec")


# Files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "[]", '{"a": {"b": []}}', '{"a": {"b": {"hash": 1}}}', "\x00", "1" * 5_000]
)
def test_no_ledger(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.json"
    path.write_text(text)
    with pytest.raises(ledger.LedgerError, match=r"ledger\.json: "):
        ledger.Ledger.load(path)


@pytest.mark.parametrize(
    "change", [{"seconds": float("nan")}, {"steps": "2"}, {"facts": {"engine": 1}}, {"hash": None}]
)
def test_a_sealed_entry_with_values_of_another_kind(tmp_path: Path, change: dict[str, object]) -> None:
    values = {
        "hash": "x",
        "facts": {},
        "passed": "2026-01-01",
        "steps": 1,
        "commands": 1,
        "compared": 1,
        "seconds": 1.0,
    }
    entry = ledger.Entry(**{**values, **change})  # type: ignore[arg-type]
    path = tmp_path / "ledger.json"
    book = ledger.Ledger(path, {"a": {entry.kind: entry}})
    book.save()
    with pytest.raises(ledger.LedgerError, match=r"another kind"):
        ledger.Ledger.load(path)


@pytest.mark.parametrize(
    "text", ["[a]\nsteps = inf\ncommands = 1\n", "a = " + "[" * 5_000, "a = 1", "\xff", "[a]\nsteps = 1\n"]
)
def test_no_numbers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "expected.toml"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(expected.ExpectedError, match=r"expected\.toml: "):
        expected.Expected.load(path)


# Pages --------------------------------------------------------------------------------------------------


def test_a_line_ends_where_a_terminal_ends_it() -> None:
    kinds = {value: str(kind) for kind, value in TranscriptLexer().get_tokens("$ a\nb\u2028$ rm -rf x\n")}
    assert kinds["b\u2028$ rm -rf x\n"] == "Token.Generic.Output"


def test_code_with_every_private_character_is_shown_without_marks() -> None:
    everything = "".join(chr(code) for block in bridge._PRIVATE_USE for code in block)
    assert bridge._unused(everything) is None
    assert bridge._unused(everything[:6_400]) == (chr(0xF0000), chr(0xF0001))


def test_a_caption_that_is_none_and_a_folder_without_end(site: Site) -> None:
    site.write("examples/index/steps.console", "#: step a\n$ ls\nb\n")
    site.page(f".. transcript:: a\n   :caption: ,\n\n.. transcript:: {'x' * 5_000}/a\n")
    site.build()
    warnings = [line for line in site.warnings.splitlines() if "WARNING: " in line]
    assert [line.split("index.rst:")[1].split(":")[0] for line in warnings] == ["4", "7"], site.warnings
    assert ":caption: ',' is no line of text; write a few words" in warnings[0]
    assert "is no path that can be followed" in warnings[1]


def test_phrases_with_many_blanks() -> None:
    assert phrases.parse("a" + " " * 100_000 + "b")[0].text.endswith(" b")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path, conf={"epub_show_urls": "no"})
    site.write("examples/app.py", "def one():\n\treturn 1\n")
    site.write("examples/Dockerfile", "FROM (\n")
    site.write("examples/trojan.py", "x = 1 # \u202e} \u2066 if admin\n")
    site.write("examples/bell.sh", b"a\n\x07\n")
    return site


BAD = {
    "many lines": ("app.py\n   :lines: 1-99999999999", ":lines: 1-99999999999 is more than the 2 lines there are"),
    "many lines to emphasise": (
        "app.py\n   :emphasize-lines: 1-99999999999",
        ":emphasize-lines: 1-99999999999 is more than the 2 lines there are",
    ),
    "wide tabs": ("app.py\n   :tab-width: 99999999999", ":tab-width: is at most 80"),
    "letters cut off": ("app.py\n   :dedent: 2", ":dedent: 2 would take more than blanks away"),
    "no encoding of text": ("app.py\n   :encoding: hex", "hex is no encoding of text"),
    "no Python": ("Dockerfile\n   :pyobject: x", "Dockerfile"),
    "direction of writing": ("trojan.py", "trojan.py has the control character U+202E in line 1; take it out"),
    "control character": ("bell.sh", "bell.sh has the control character U+0007 in line 2; take it out"),
    "NUL": ("a\x00b", "index.rst"),
    "a name without end": ("x" * 5_000, "is no path that can be followed"),
    "a caption that is none": ("app.py\n   :caption: .. role:: x", ":caption: '.. role:: x' is no line of text"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_argument_is_one_warning_with_file_and_line_each_time(site: Site, name: str) -> None:
    argument, words = BAD[name]
    site.page(f"text\n\n.. example:: {argument}\n")
    for _ in range(2):
        site.build()
        warnings = [line for line in site.warnings.splitlines() if "WARNING: " in line or "ERROR: " in line]
        assert len(warnings) == 1, site.warnings
        assert "index.rst:6: " in warnings[0]
        assert words in site.warnings


# What a terminal showed, in every builder ---------------------------------------------------------------

EVIL = [
    "</pre><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">",
    "]]><svg onload=alert(1)> &lt;script&gt; {{ 1 }}",
    r"\end{sphinxVerbatim}\input{/etc/passwd}\immediate\write18{id} $x^2$ %",
    ".so /etc/passwd",
    "'br \\fB",
    "@include /etc/passwd @end example {}",
]


def hostile(site: Site) -> None:
    """A page that shows a recorded output with everything that means something to some builder."""
    body = "\n".join(EVIL)
    site.write(
        "examples/index/steps.console",
        f"#: step evil\n#: not-played {EVIL[0]}\n$ echo '{EVIL[0]}'\n{body}\n#: wait {EVIL[2]}\n#: type {EVIL[0]}\nx\n"
        f"#: step fails\n$ false\n{EVIL[0]} {EVIL[2]}\n[1]\n",
    )
    site.page(".. error-index::\n\n.. toctree::\n\n   more\n\n.. transcript:: evil\n   :rfg: onload=alert(1)\n")
    site.page(".. warning::\n\n   .. transcript:: index/fails\n\n.. transcript:: index/evil\n", "more")


@pytest.mark.parametrize(
    ("builder", "name", "never"),
    [
        ("html", "index.html", ["<script>document.title", "<img src=x", "<svg"]),
        ("html", "more.html", ["<script>document.title", "<img src=x", "<svg"]),
        ("epub", "index.xhtml", ["<script>document.title", "<img src=x", "<svg"]),
        ("latex", "sample.tex", [r"\input{/etc", r"\write18", "$x^2$"]),
        ("man", "sample.1", ["\n.so", "\n'br"]),
        ("texinfo", "sample.texi", ["\n@include /etc", " @end example {}"]),
    ],
)
def test_recorded_output_is_text_in_every_builder(site: Site, builder: str, name: str, never: list[str]) -> None:
    hostile(site)
    text = (site.build(builder) / name).read_text()
    assert site.warnings == ""
    body = text.split(r"\begin{document}")[-1]
    assert not [order for order in never if order in body]
    assert "passwd" in body
    assert not CONTROL.search(body.replace("\u200b", ""))


def test_the_text_builder_shows_it_as_it_was(site: Site) -> None:
    hostile(site)
    text = (site.build("text") / "more.txt").read_text()
    assert all(line in text for line in EVIL)


def test_an_epub_page_is_well_formed(site: Site) -> None:
    from xml.etree import ElementTree

    hostile(site)
    out = site.build("epub")
    for name in ("index.xhtml", "more.xhtml"):
        tree = ElementTree.parse(out / name)
        assert not [one for one in tree.iter() if one.tag.endswith(("svg", "img"))]


def test_only_what_is_typed_is_copied(site: Site) -> None:
    hostile(site)
    assert copied(site.build())[0] == f"echo '{EVIL[0]}'"


# Paths --------------------------------------------------------------------------------------------------


@pytest.fixture
def outside(site: Site) -> Site:
    """A folder beside the examples, and every way into it."""
    site.write("secret/steps.console", "#: step s\n$ secret\n")
    site.write("secret/x.txt", "secret\n")
    examples = site.root / "examples"
    (examples / "folder").symlink_to("../secret")
    (examples / "file.txt").symlink_to("../secret/x.txt")
    (examples / "absolute.txt").symlink_to(site.root / "secret/x.txt")
    (examples / "twice.txt").symlink_to("file.txt")
    (examples / "index").mkdir()
    return site


WAYS = [
    "../secret/x.txt",
    "folder/x.txt",
    "file.txt",
    "absolute.txt",
    "twice.txt",
    "folder/../x.txt",
    "./../secret/x.txt",
]


@pytest.mark.parametrize("way", [*WAYS, "ABSOLUTE"])
@pytest.mark.parametrize("place", ["example", "diff", "transcript", "edit", "files"])
def test_no_path_leaves_the_examples(outside: Site, way: str, place: str) -> None:
    path = str(outside.root / "secret/x.txt") if way == "ABSOLUTE" else way
    folder = path.rpartition("/")[0]
    if place == "transcript" and not folder:
        (outside.root / "examples/index/link.console").symlink_to("../../secret/steps.console")
    outside.write(
        "examples/index/steps.console",
        {
            "edit": f"#: step a\n#: edit app.py from {path}\n$ ls\n",
            "files": f"#: step a\n#: files {path} as x\n#: edit x from app.py\n$ ls\n",
        }.get(place, "#: step a\n$ ls\n"),
    )
    outside.page(
        {
            "example": f".. example:: {path}\n",
            "diff": f".. example:: app.py\n   :diff: {path}\n",
            "transcript": f".. transcript:: {folder}/s\n" if folder else ".. transcript:: s\n",
        }.get(place, ".. transcript:: a\n")
    )
    html = (outside.build() / "index.html").read_text()
    assert "secret" not in html.replace(path, "")
    assert len([line for line in outside.warnings.splitlines() if "WARNING: " in line]) == 1, outside.warnings
