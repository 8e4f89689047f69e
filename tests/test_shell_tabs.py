"""PowerShell from POSIX commands: each rule, each shown command, and the tabs in every builder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tree_sitter_pwsh
from bs4 import BeautifulSoup
from bs4.element import Tag
from tree_sitter import Language, Parser

import conf
from played import format
from shell_tabs import commands, rules, transcripts
from shell_tabs.rewrite import powershell
from shell_tabs.rules import RULES, NoEquivalentError, Rule
from tests.sphinx_site import Site, copied

PROGRAMS = frozenset(conf.shell_tabs_programs)
EXAMPLES = Path(__file__).parents[1] / "examples"
_GRAMMAR = Parser(Language(tree_sitter_pwsh.language()))


def shown_commands() -> list[str]:
    """Every command that a page can show."""
    return [
        command
        for folder in sorted({path.parent for path in EXAMPLES.rglob("*.console")})
        for transcript in format.load_folder(folder)
        for step in transcript.steps
        if step.hidden is None
        for command in step.commands
    ]


COMMANDS = sorted(set(shown_commands()))


def is_powershell(text: str) -> bool:
    """Whether a grammar of PowerShell reads the text."""
    # The grammar does not know a dash alone, which Microsoft's about_Redirection writes itself (tar -f -),
    # nor a long option with dots in its value.
    text = re.sub(r"(?<=\s)-(?=\s+[^\s$(]|$)", "'-'", text)
    text = re.sub(r"(?<=\s)--[a-z]+=[\d.]+(?=\s|$)", "'x'", text)
    if _GRAMMAR.parse(text.encode()).root_node.has_error:
        return False
    # legal, but never meant: a backslash that goes on, and two words where a shell has one
    bare = re.sub(r'"(?:[^"`]|`.)*"', '""', re.sub(r"'(?:[^']|'')*'", "''", text))
    return not re.search(r"""\\\n|(?:^|\s)(?:''|"")[^\s),;}]""", bare)


# The rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.subject)
def test_every_rule_does_what_its_example_says(rule: Rule) -> None:
    assert powershell(rule.shell, frozenset({"docker"})) == rule.powershell
    assert is_powershell(rule.powershell)
    assert rule.reference.startswith("https://")


def test_every_program_that_is_rewritten_is_in_the_table() -> None:
    in_table = {rule.subject for rule in RULES}
    assert {*commands.COMMANDS, *rules.RENAMED, *rules.NATIVE, "cmp", "time", "xargs"} <= in_table
    assert not in_table & set(rules.NO_EQUIVALENT)


MORE = {
    "echo 'it’s'": "echo 'it’’s'",
    'echo "a `date`"': None,
    "echo “a”": "echo '“a”'",
    "echo": "echo ''",
    "echo a@b #c": "echo a@b #c",
    "echo @a": "echo '@a'",
    "docker run a,b ,c": "docker run a,b ',c'",
    "docker run a,b 'c,d'": "docker run a,b 'c,d'",
    "cd a,b": "cd 'a,b'",
    "docker run -a.b --ab": "docker run '-a.b' --ab",
    "docker run a\\ b": "docker run 'a b'",
    'docker run "a\\"b" "\\\\"': 'docker run \'a"b\' "\\"',
    "docker run ''": "docker run ''",
    'docker run ""': 'docker run ""',
    'docker run "$a $b"': 'docker run "$a $b"',
    'docker run "${a}b" "$a?" "$a.b"': 'docker run "${a}b" "${a}?" "$a.b"',
    'docker run "$A:$B"': 'docker run "${env:A}:$env:B"',
    "docker run $a'$b'": 'docker run "$a`$b"',
    "docker run x$(docker ps)y": 'docker run "x$(docker ps)y"',
    "docker run ~ ~/a ~b": 'docker run $HOME "$HOME/a" ~b',
    "docker run *.txt": None,
    "docker run -v $PWD:/app web1": None,
    "docker run {a,b}": None,
    "for a in {a,b}; do docker ps; done": None,
    "docker run --% a": "docker run '--%' a",
    "docker run 1.50,2 0,1": "docker run '1.50,2' 0,1",
    "docker run 007 1.50": "docker run 007 1.50",
    "echo 5": "echo 5",
    "echo 1.50": "echo '1.50'",
    "echo 0x10": "echo '0x10'",
    "echo 10mb": "echo '10mb'",
    "echo 1e3": "echo '1e3'",
    "echo 127.0.0.1": "echo 127.0.0.1",
    "echo '007'": "echo '007'",
    "echo *": None,
    "echo '*'": "echo '*'",
    "echo ~": None,
    "echo ~/a b": None,
    "A=b echo $A": None,
    'A=b docker ps "$A"': None,
    'A=b docker ps "$B"': "$env:A = 'b'; docker ps \"$env:B\"; Remove-Item Env:A",
    "export PATH=$PATH:/a": None,
    "rm -f a && docker ps": None,
    "rm a && docker ps": "rm a && docker ps",
    "docker ps | sort -u": "docker ps | Sort-Object -CaseSensitive -Unique",
    "docker run $1": None,
    "docker run ${a:-b}": None,
    "docker run ${#a}": None,
    "docker run <(docker ps)": None,
    "docker ps &": None,
    "docker ps |& sort": None,
    "! docker ps": None,
    "(docker ps)": None,
    "{ docker ps; }": None,
    "if docker ps; then docker ps; fi": None,
    "while docker ps; do docker ps; done": None,
    "docker ps; docker ps -a": "docker ps; docker ps -a",
    "docker ps\ndocker ps -a": "docker ps\ndocker ps -a",
    "docker ps 'a": None,
    "docker build - <<'EOF'\na\nEOF": None,  # the grammar of bash loses the dash
    "cat <<EOF > a\n$b\nEOF": None,
    "cat <<EOF > a\nb\nEOF": "@'\nb\n'@ > a",
    "cat <<'EOF' > a\n'@\nEOF": None,
    "cat <<<a": None,
    "docker ps > /etc/a": None,
    "docker ps &> a": None,
    "docker ps 3> a": None,
    "docker ps < /dev/null": None,
    "docker ps < a > b": "Get-Content -AsByteStream -Raw a | docker ps > b",
    "docker ps | docker load < a": None,
    "for a in b; do docker ps; done < c": None,
    "tee a < b": "Get-Content b | tee a",
    "docker ps <<< a": None,
    "docker ps <<< a | sort": None,
    "docker ps 2>&1 > a": None,
    "docker ps > a > b": None,
    "docker ps 2> a 2>&1": None,
    "docker ps > a 2>&1": "docker ps > a 2>&1",
    "docker ps 2> a > b": "docker ps 2> a > b",
    "cat > a <<'EOF' > b\nc\nEOF": None,
    "cat > a <<'EOF'\n\nb\n\nEOF": "@'\n\nb\n\n'@ > a",
    "cat > a <<'EOF'\nEOF": None,
    "cat > a <<'EOF'\n\nEOF": "@'\n\n'@ > a",
    "a=b docker ps | sort": None,
    "host=a": None,
    "a=$(docker ps) && docker ps": None,
    "export a": None,
    "a+=b": None,
    "a=~/b": '$a = "$HOME/b"',
    "unset a": "Remove-Variable a",
    'echo "$((a + b))"': None,
    "grep a b && docker ps": None,
    "grep 'a\\.b' c": None,
    "grep 'a+b*' c": None,
    "grep '[[:digit:]]' c": None,
    "grep -E '[[:digit:]]+' c": None,
    "grep -F '[:' c": "Select-String -CaseSensitive -SimpleMatch -Raw '[:' c",
    "grep -E 'a+b' c": "Select-String -CaseSensitive -Raw 'a+b' c",
    "grep -F 'a.b' c": "Select-String -CaseSensitive -SimpleMatch -Raw 'a.b' c",
    "grep 'a(b' c": "Select-String -CaseSensitive -SimpleMatch -Raw 'a(b' c",
    "grep -m 1 -o a b": "Select-String -CaseSensitive -AllMatches a b | Select-Object -First 1 | ForEach-Object { $_.Matches.Value }",
    "grep -e a -e b c": "Select-String -CaseSensitive -Raw a, b c",
    "grep -A 1 a b": "Select-String -CaseSensitive -Context 0,1 a b",
    "grep a": None,
    "grep -v a b": None,
    "docker ps | cut -c 1": None,
    "head a": "Get-Content -TotalCount 10 a",
    "head -n x a": None,
    "head -c 3 a": None,
    "ls a b": "ls a, b",
    "ls -l": None,
    "ls /etc": None,
    "mkdir a b": "mkdir a, b",
    "rm -r a": "rm -r a",
    "rm -i a": None,
    "sort a": None,
    "wc -l a": None,
    "touch a b": None,
    "docker ps && touch a": None,
    "cmp a -": None,
    "cmp a b": None,
    "tar -xf a": "tar -xf a",
    "xargs docker ps": None,
    "docker ps | xargs docker stop": None,
    "for a in *.txt; do docker ps; done": None,
    "for a in b; do docker ps; done > c": "& { foreach ($a in 'b') { docker ps } } > c",
    "docker ps -q | xargs -r": None,
    "docker ps && # why\ndocker ps": None,
    "docker ps >&-": None,
    "docker ps > a b": None,
    "docker load < a b": None,
    "printf 'a' > b c": None,
    "echo $((a, b))": None,
    "echo $(( (a, b) - 1 ))": None,
    "seq 0": None,
    "docker ps | cut -d : -f 0": None,
    "docker ps | cut -d '' -f 1": None,
    "for a; do docker ps; done": None,
    "export": None,
    "unset": None,
    "unset a[1]": None,
    "unset -v A": None,
    "podman ps": None,
    "sudo docker ps": None,
}
"""What is in no example of the table; ``None`` stands for no equivalent."""


@pytest.mark.parametrize("command", MORE)
def test_a_command_is_written_right_or_not_at_all(command: str) -> None:
    expected = MORE[command]
    if expected is None:
        with pytest.raises(NoEquivalentError) as caught:
            powershell(command, frozenset({"docker"}))
        assert str(caught.value)
    else:
        assert powershell(command, frozenset({"docker"})) == expected
        assert is_powershell(expected)


def rewritten(command: str) -> str | None:
    try:
        return powershell(command, PROGRAMS)
    except NoEquivalentError:
        return None


def test_there_are_commands_to_look_at() -> None:
    texts = [rewritten(command) for command in COMMANDS]
    assert len(COMMANDS) > 600
    assert sum(text not in (None, command) for command, text in zip(COMMANDS, texts, strict=True)) > 80


def test_every_shown_command_is_powershell_or_has_no_equivalent() -> None:
    assert [
        command for command in COMMANDS if (text := rewritten(command)) is not None and not is_powershell(text)
    ] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "docker x \\\n  y",
        '"$PWD":/app',
        "a 'b'c",
        "rm 'a",
        "if [ a ]; then b; fi",
        "for a in b; do c; done",
        "a | | b",
        "$a =",
    ],
)
def test_the_grammar_finds_mistakes(wrong: str) -> None:
    assert not is_powershell(wrong)


# The tabs -----------------------------------------------------------------------------------------------

CHAPTER = """#: step mount
$ docker run -v "$PWD":/app web1
root
$ docker ps
none

#: step same
$ docker ps
none

#: step long
$ docker run \\
>   web1
root

#: step twice
$ docker run --name web1 -v ~/a:/a web1
web1

#: step users
$ docker run web1
root
$ chmod +x a.sh
$ id -u
1000
$ docker stop web1
web1

#: step only-chmod
$ chmod +x a.sh

#: step shell
#: terminal 2
$ docker exec -it web1 sh
/app #
#: type chmod +x a.sh
/app # chmod +x a.sh
"""
NOTE = transcripts.NOTE + transcripts.NOTE_ON_OUTPUT
TABS = ".. tabs::\n\n   .. tab:: One\n\n      first panel\n\n   .. group-tab:: Two\n\n      second panel\n"
BUILDERS = {
    "latex": "sample.tex",
    "text": "ch.txt",
    "epub": "ch.xhtml",
    "man": "sample.7",
    "texinfo": "sample.texi",
    "xml": "ch.xml",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(
        tmp_path,
        conf={
            "epub_show_urls": "no",
            "nitpicky": True,
            "shell_tabs_programs": ["docker"],
            "man_pages": [("index", "sample", "Sample", ["x"], 7)],
            "latex_documents": [("index", "sample.tex", "Sample", "x", "manual")],
            "texinfo_documents": [("index", "sample", "Sample", "x", "sample", "", "x")],
        },
        extensions=("sphinx_copybutton", "sphinx_tabs.tabs", "played.sphinx_extension", "shell_tabs"),
    )
    site.write("examples/ch/a.console", CHAPTER)
    site.page(".. toctree::\n\n   ch\n")
    return site


def built(site: Site, text: str, builder: str = "html") -> BeautifulSoup:
    site.page(text, "ch")
    out = site.build(builder)
    assert site.warnings == ""
    return BeautifulSoup((out / "ch.html").read_text(), "html.parser")


def panels(page: BeautifulSoup) -> list[list[str]]:
    """What the panels of each set of tabs show, part by part."""
    return [
        [
            part.get_text().strip("\n")
            for panel in made.find_all(role="tabpanel", recursive=False)
            for part in panel.find_all(["p", "pre"])
        ]
        for made in page.select(".tab-set")
    ]


def test_only_what_differs_has_tabs(site: Site) -> None:
    page = built(site, "\n\n".join(f".. transcript:: {step}" for step in ("mount", "same", "shell")))
    assert panels(page) == [
        [
            "Shell",
            '$ docker run -v "$PWD":/app web1\nroot\n$ docker ps\nnone',
            "PowerShell",
            NOTE,
            'PS> docker run -v "${PWD}:/app" web1\nroot\nPS> docker ps\nnone',
        ]
    ]


def test_lines_that_go_on(site: Site) -> None:
    page = built(site, ".. transcript:: long\n")
    assert panels(page)[0][-1] == "PS> docker run `\n>>   web1\nroot"


def test_only_output_makes_columns(site: Site) -> None:
    """A line that goes on with a command may be wrapped, however far it is moved in."""
    command = "$ docker run -d --name web \\\n>     -e A=1 \\\n>     web1\n"
    site.write("examples/ch/b.console", f"#: step typed\n{command}one\n#: step table\n{command}NAME     IMAGE\n")
    columns = [
        bool(built(site, f".. transcript:: {step}\n").select(".played-columns")) for step in ("typed", "table")
    ]
    assert columns == [False, True]


def test_a_command_without_an_equivalent_says_so_in_its_place(site: Site) -> None:
    page = built(site, ".. transcript:: users\n\n.. transcript:: only-chmod\n")
    chmod = f"No PowerShell for chmod +x a.sh: {rules.NO_EQUIVALENT['chmod']}. Type it in WSL or Git Bash."
    users = f"No PowerShell for id -u: {rules.NO_EQUIVALENT['id']}. Type it in WSL or Git Bash."
    assert [parts[2:] for parts in panels(page)] == [
        ["PowerShell", NOTE, "PS> docker run web1\nroot", chmod, users, "PS> docker stop web1\nweb1"],
        ["PowerShell", chmod],
    ]


def test_copying_gives_the_generated_commands(site: Site) -> None:
    built(site, ".. transcript:: mount\n\n.. transcript:: long\n")
    assert copied(site.root / "out/html", "ch.html") == [
        'docker run -v "$PWD":/app web1\ndocker ps',
        'docker run -v "${PWD}:/app" web1\ndocker ps',
        "docker run \\\n  web1",
        "docker run `\n  web1",
    ]


@pytest.mark.parametrize(
    ("phrase", "shell", "kept"),
    [
        ("docker run", ["docker run"], ["docker run"]),
        ('-v "$PWD":/app', ['-v "$PWD":/app'], []),
        ("root", ["root"], ["root"]),
        ("docker {2/2}", ["docker"], ["docker"]),
        ("docker {*/2}", ["docker", "docker"], ["docker", "docker"]),
        ("app web1", ["app web1"], []),
    ],
)
def test_emphasis_survives_where_the_phrase_does(
    site: Site, phrase: str, shell: list[str], kept: list[str]
) -> None:
    page = built(site, f".. transcript:: mount\n   :rfg: {phrase}\n")
    first, second = (
        [mark.get_text() for mark in panel.select("strong.rfg")] for panel in page.select("[role=tabpanel]")
    )
    assert (first, second) == (shell, kept)


@pytest.mark.parametrize(
    ("occurrence", "before"),
    [("1", "docker run --name "), ("2", "/a:/a"), ("3", "")],
)
def test_emphasis_is_on_the_same_occurrence_of_a_line(site: Site, occurrence: str, before: str) -> None:
    page = built(site, f".. transcript:: twice\n   :rfg: web1 {{{occurrence}/3}}\n")
    assert len(page.select("strong.rfg")) == 2
    for block in page.select("pre"):
        text = "".join("#" if part.find_parent("strong") else part for part in block.find_all(string=True))
        (line,) = (line for line in text.splitlines() if "#" in line)
        assert re.sub(r"^\S+ |[\s\"]+$", "", line.partition("#")[0]).endswith(before.rstrip())
        assert (line == "#") == (before == "")


def test_emphasis_is_on_the_same_command(site: Site) -> None:
    page = built(site, ".. transcript:: mount\n   :rfg: docker {2/2}\n")
    marks = page.select("strong.rfg")
    assert len(marks) == 2
    for mark in marks:
        before = mark.find_previous(class_="gp")
        assert before is not None
        assert before.next_sibling is mark
        assert before.find_previous(class_="played-output") is not None


@pytest.mark.parametrize(
    "text",
    [
        ".. transcript:: mount\n   :class: one-shell\n",
        ".. rst-class:: one-shell\n\nPart\n----\n\n.. transcript:: mount\n",
    ],
)
def test_one_shell_keeps_a_block_as_it_is(site: Site, text: str) -> None:
    assert not panels(built(site, text))


def test_a_caption_and_a_name_stay_with_the_tested_command(site: Site) -> None:
    page = built(site, ":ref:`x`\n\n.. transcript:: mount\n   :caption: Mounting\n   :name: x\n")
    assert panels(page)[0][:2] == ["Shell", '$ docker run -v "$PWD":/app web1\nroot\n$ docker ps\nnone']
    assert panels(page)[0][2:4] == ["PowerShell", "Mounting"]
    (named,) = page.select("#x")
    assert named.find_parent(role="tabpanel")


@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml"])
def test_the_markup_follows_the_aria_pattern(site: Site, builder: str) -> None:
    site.page(TABS, "other")
    site.page(".. toctree::\n\n   ch\n   other\n")
    site.page(f".. transcript:: mount\n\n{TABS}\n.. transcript:: long\n", "ch")
    out = site.build(builder)
    assert site.warnings == ""
    names = {
        "html": ["ch.html", "other.html"],
        "dirhtml": ["ch/index.html", "other/index.html"],
        "singlehtml": ["index.html"],
    }
    found = 0
    for name in names[builder]:
        page = BeautifulSoup((out / name).read_text(), "html.parser")
        ids = [element["id"] for element in page.find_all(id=True)]
        assert len(ids) == len(set(ids))
        assert not page.select("div[name]")
        assert page.select("script[src*='tab-set.js']")
        assert not page.select("script[src*='/tabs.js'], link[href*='/tabs.css']")
        for made in page.select(".tab-set"):
            found += 1
            tabs, shown = made.select("[role=tablist] > button[role=tab]"), made.select(":scope > [role=tabpanel]")
            assert len(tabs) == len(shown) == 2
            for at, (tab, panel) in enumerate(zip(tabs, shown, strict=True)):
                assert isinstance(tab, Tag)
                assert (tab["aria-controls"], tab["id"]) == (panel["id"], panel["aria-labelledby"])
                assert (tab["aria-selected"], tab["tabindex"]) == (("false", "-1") if at else ("true", "0"))
                assert panel.get("hidden") == ("" if at else None)
                label = panel.select_one(".tab-label")
                assert label is not None
                assert label.get_text() == tab.get_text()
    assert found == 4


def test_a_page_without_tabs_loads_nothing(site: Site) -> None:
    page = built(site, ".. transcript:: same\n")
    assert not page.select("script[src*='tab']")


@pytest.mark.parametrize("builder", BUILDERS)
def test_other_builders_have_each_label_before_its_panel(site: Site, builder: str) -> None:
    built(site, f".. transcript:: mount\n\n{TABS}")  # HTML first: the document is shared
    out = site.build(builder)
    assert site.warnings == ""
    text = next(out.rglob(BUILDERS[builder])).read_text()
    body = BeautifulSoup(text, "html.parser").get_text() if builder == "epub" else text
    order = ["Shell", "PWD", "PowerShell", "Generated", "PWD", "One", "first panel", "Two", "second panel"]
    at = body.index("Shell")
    for word in order:
        at = body.find(word, at)
        assert at >= 0, word
        at += len(word)
    assert "tablist" not in text
    assert body.count("first panel") == 1


def test_what_was_read_for_latex_has_tabs_in_html(site: Site) -> None:
    site.page(f".. transcript:: mount\n\n{TABS}", "ch")
    site.build("latex")
    page = BeautifulSoup((site.build() / "ch.html").read_text(), "html.parser")
    assert "no targets are out of date" not in site.status
    assert len(page.select("[role=tab]")) == 4


def test_the_reference_shows_the_whole_table(site: Site) -> None:
    page = built(site, ".. powershell-rules::\n\n.. powershell-rules::\n   :missing:\n")
    rows = page.select("tbody tr")
    assert [row.select("td")[0].get_text() for row in rows] == [rule.subject for rule in RULES]
    text = page.get_text()
    for program, reason in rules.NO_EQUIVALENT.items():
        assert f"{program} – {reason}" in text


def test_what_the_extension_says_of_itself(site: Site) -> None:
    built(site, "x\n")
    assert site.app
    extension = site.app.extensions["shell_tabs"]
    assert extension.parallel_read_safe
    assert extension.parallel_write_safe
