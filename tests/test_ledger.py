"""The ledger: what a green run writes, what a CI run refuses, and what a build makes of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from sphinx.errors import ConfigError

import played.verification_report  # pytester forgets what is imported while it runs
import played.verified_summary  # noqa: F401
from played.ledger import Entry, Ledger, LedgerError
from tests.sphinx_site import Site

GOOD = "#: step one\n#: files 01-a/f f\n$ cat f\nhi\n"
INI = (
    "[pytest]\naddopts = -p played.pytest_plugin\nplayed_ledger = ledger.json\nplayed_recipes = recipe\n"
    "played_log = log\n"
)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("CI", raising=False)
    pytester.makeini(INI)
    folder = pytester.mkdir("examples") / "01-a"
    folder.mkdir()
    (folder / "steps.console").write_text(GOOD)
    (folder / "f").write_text("hi\n")
    (pytester.path / "recipe").write_text("a host\n")
    return pytester


def ledger(project: pytest.Pytester) -> dict[str, dict[str, dict[str, object]]]:
    tables: dict[str, dict[str, dict[str, object]]] = json.loads((project.path / "ledger.json").read_text())
    return tables


def entry(project: pytest.Pytester) -> dict[str, object]:
    return ledger(project)["01-a/steps.console"]["host local"]


def test_a_green_run_writes_an_entry_and_a_second_one_leaves_the_file_alone(project: pytest.Pytester) -> None:
    project.runpytest_inprocess().assert_outcomes(passed=1)
    found = entry(project)
    assert (found["steps"], found["commands"], found["compared"]) == (1, 1, 1)
    before = (project.path / "ledger.json").stat()
    project.runpytest_inprocess().assert_outcomes(passed=1)
    after = (project.path / "ledger.json").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


@pytest.mark.parametrize("options", [["--step=one", "--chapter=01-a"], ["--record"]])
def test_a_run_to_the_last_step_counts_and_a_recording_does_not(
    project: pytest.Pytester, options: list[str]
) -> None:
    project.runpytest_inprocess(*options).assert_outcomes(passed=1)
    assert (project.path / "ledger.json").exists() == ("--record" not in options)


def test_a_part_of_a_transcript_and_a_red_run_are_not_written_down(project: pytest.Pytester) -> None:
    steps = project.path / "examples/01-a/steps.console"
    steps.write_text(GOOD + "#: step two\n$ echo x\nx\n")
    project.runpytest_inprocess("--chapter=01-a", "--step=one").assert_outcomes(passed=1)
    steps.write_text(GOOD + "#: step two\n$ echo x\ny\n")
    project.runpytest_inprocess().assert_outcomes(passed=1, failed=1)
    assert not (project.path / "ledger.json").exists() or ledger(project) == {}


@pytest.mark.parametrize(
    "change",
    [
        ("examples/01-a/steps.console", GOOD + "\n"),
        ("recipe", "another host\n"),
        ("examples/01-a/f", "hi\n\n"),
    ],
    ids=lambda change: change[0],
)
def test_whatever_a_play_depends_on_makes_the_entry_stale(
    project: pytest.Pytester, change: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.runpytest_inprocess().assert_outcomes(passed=1)
    before = entry(project)["hash"]
    (project.path / change[0]).write_text(change[1])
    monkeypatch.setenv("CI", "true")
    result = project.runpytest_inprocess()
    assert result.ret != 0
    if change[0] != "examples/01-a/f":  # the other content also fails the step
        result.stdout.fnmatch_lines(["*hash is*but this run found*"])
        monkeypatch.delenv("CI")
        project.runpytest_inprocess().assert_outcomes(passed=1)
        assert entry(project)["hash"] != before


def _fields() -> list[str]:
    return ["hash", "facts", "passed", "steps", "commands", "compared", "seconds", "seal"]


@pytest.mark.parametrize("name", _fields())
@pytest.mark.parametrize("ci", ["true", ""])
def test_an_entry_that_was_changed_by_hand_is_found_out_in_any_field(
    project: pytest.Pytester, name: str, ci: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.runpytest_inprocess().assert_outcomes(passed=1)
    tables = ledger(project)
    words = {"facts": {"host": "other"}, "passed": "2020-01-01", "hash": "0" * 64, "seal": "0" * 16}
    forged = words.get(name, 99)
    tables["01-a/steps.console"]["host local"][name] = forged
    (project.path / "ledger.json").write_text(json.dumps(tables))
    monkeypatch.setenv("CI", ci)
    result = project.runpytest_inprocess()
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*01-a/steps.console for host local was changed by hand*"])


FORGED: dict[str, object] = {"hash": "0" * 64, "passed": "2999-01-01", "facts": {"host": "local", "engine": "99"}}


@pytest.mark.parametrize("name", ["hash", "facts", "passed", "steps", "commands", "compared"])
def test_a_forgery_with_a_right_seal_is_found_out_by_playing(
    project: pytest.Pytester, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.runpytest_inprocess().assert_outcomes(passed=1)
    path = project.path / "ledger.json"
    book = Ledger.load(path)
    kinds = book.entries["01-a/steps.console"]
    true = kinds["host local"]
    values = {one: getattr(true, one) for one in Entry.__slots__}
    kinds["host local"] = Entry(**{**values, name: FORGED.get(name, 99)})
    book.save()
    monkeypatch.setenv("CI", "true")
    forged = path.read_bytes()
    result = project.runpytest_inprocess()
    assert result.ret != 0
    result.stdout.fnmatch_lines([f"*host local: {name} is *, but this run found*"])
    assert path.read_bytes() == forged, "a CI run writes nothing"


def test_a_run_judges_the_hash_of_a_host_that_it_is_not_about(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise an entry for a host that nobody plays on would hold for any text."""
    project.runpytest_inprocess().assert_outcomes(passed=1)
    book = Ledger.load(project.path / "ledger.json")
    kinds = book.entries["01-a/steps.console"]
    other = replace(kinds.pop("host local"), facts={"host": "other"})
    kinds["host other"] = other
    book.save()
    monkeypatch.setenv("CI", "true")
    result = project.runpytest_inprocess()
    assert result.ret == 0, "what is known of another kind of host says nothing about this one"
    result.stdout.fnmatch_lines(
        ["*ledger.json has nothing about host local, so only hashes were compared with it"]
    )
    kinds["host other"] = replace(other, hash="0" * 64)
    book.save()
    result = project.runpytest_inprocess()
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*01-a/steps.console, host other: hash is 000*, but this run found *"])


def test_under_ci_a_transcript_without_an_entry_fails_where_others_have_one(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.runpytest_inprocess().assert_outcomes(passed=1)
    folder = project.path / "examples/02-b"
    folder.mkdir()
    (folder / "steps.console").write_text("#: step x\n$ echo x\nx\n")
    monkeypatch.setenv("CI", "true")
    result = project.runpytest_inprocess()
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*has no entry of 02-b/steps.console for host local"])


def test_one_chapter_played_elsewhere_is_no_promise_for_the_others(tmp_path: Path) -> None:
    def one(digest: str, store: str) -> Entry:
        return Entry(digest, {"engine": "1", "store": store}, "2026-01-01", 1, 1, 1, 0.1)

    book = Ledger(tmp_path / "ledger.json")
    book.add({f"{name}/s.console": one(name, "x") for name in "abc"})
    book.add({"a/s.console": one("a", "y")})
    elsewhere = {f"{name}/s.console": one(name, "y") for name in "abc"}
    assert list(book.complaints(elsewhere)) == []
    book.add({"b/s.console": one("b", "y")})
    assert [complaint.partition(": ")[2] for complaint in book.complaints(elsewhere)] == [
        "has no entry of c/s.console for store y"
    ]


def test_an_entry_of_an_earlier_text_goes_and_so_does_that_of_a_transcript_that_is_gone(tmp_path: Path) -> None:
    def one(digest: str, store: str) -> Entry:
        return Entry(digest, {"engine": "1", "store": store}, "2026-01-01", 1, 1, 1, 0.1)

    book = Ledger(tmp_path / "ledger.json")
    book.add({"a/s.console": one("old", "x"), "b/s.console": one("b", "x")})
    book.add({"a/s.console": one("new", "y")})
    assert list(book.entries["a/s.console"]) == ["store y"]
    book.keep_only({"a/s.console"})
    book.save()
    assert list(Ledger.load(book.path).entries) == ["a/s.console"]


@pytest.mark.parametrize("field", [{"steps": -1}, {"commands": 1.0}, {"compared": True}, {"seconds": -0.1}])
def test_a_number_that_counts_nothing_is_no_entry(tmp_path: Path, field: dict[str, float]) -> None:
    book = Ledger(tmp_path / "ledger.json")
    entry = Entry("x", {"engine": "1", "store": "x"}, "2026-01-01", 1, 1, 1, 0.1)
    book.entries["a/s.console"] = {entry.kind: entry}
    book.save()
    assert Ledger.load(book.path).entries == book.entries
    book.entries["a/s.console"] = {entry.kind: replace(entry, **field)}  # type: ignore[arg-type]
    book.save()
    with pytest.raises(LedgerError, match="value of another kind"):
        Ledger.load(book.path)


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": {"b": {}}}', '{"a": {"b": {"seal": 1}}}', "\xff"])
def test_a_ledger_that_is_none_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ledger.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(LedgerError, match=r"ledger.json: .*delete"):
        Ledger.load(path)


def test_the_log_says_what_was_typed_and_copied(project: pytest.Pytester) -> None:
    project.runpytest_inprocess().assert_outcomes(passed=1)
    log = json.loads((project.path / "log/host-local/01-a/steps.console.json").read_text())
    assert log["passed"] is True
    assert log["steps"] == {"one": [{"recorded": "cat f", "typed": "cat f"}]}
    assert list(log["files"]) == ["01-a/f"]


def test_a_new_run_forgets_what_failed_before(project: pytest.Pytester) -> None:
    """Who waits for a chapter that another worker plays would find the old failure."""
    folder = project.path / "examples/02-b"
    folder.mkdir()
    (folder / "steps.console").write_text("#: step x\n$ echo x\ny\n")
    project.runpytest_inprocess().assert_outcomes(passed=1, failed=1)
    logs = project.path / "log/host-local"
    assert json.loads((logs / "02-b/steps.console.json").read_text())["passed"] is False
    project.runpytest_inprocess("--chapter=01-a").assert_outcomes(passed=1)
    assert [path.parent.name for path in logs.glob("*/*.json")] == ["01-a"]


def test_a_file_that_no_play_reads_fails_a_whole_run(project: pytest.Pytester) -> None:
    (project.path / "examples/01-a/orphan").write_text("")
    numbers = project.path / "expected.toml"
    numbers.write_text('["01-a"]\nsteps = 1\ncommands = 1\n')
    result = project.runpytest_inprocess(f"--expected={numbers}")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*01-a/orphan: is neither played nor copied*"])


def test_record_check_writes_a_patch_and_leaves_the_transcript_alone(project: pytest.Pytester) -> None:
    steps = project.path / "examples/01-a/steps.console"
    steps.write_text(GOOD.replace("\nhi", "\nho"))
    patch = project.path / "drift.patch"
    result = project.runpytest_inprocess(f"--record-check={patch}")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*a record would change it; the patch is in*"])
    assert "ho" in steps.read_text()
    assert project.run("git", "apply", str(patch)).ret == 0
    assert steps.read_text() == GOOD
    assert project.runpytest_inprocess(f"--record-check={patch}").ret == 0


@pytest.mark.parametrize("more", ["", "\n", "\n$ echo x\nx"])
def test_a_patch_is_about_one_run(project: pytest.Pytester, more: str) -> None:
    """Whatever an earlier run has left, wherever the patch is to be, and however the transcript ends."""
    steps = project.path / "examples/01-a/steps.console"
    good = GOOD.rstrip() + more
    steps.write_text(good.replace("\nhi", "\nho"))
    for _ in range(2):
        assert project.runpytest_inprocess("--record-check=new/folder/drift.patch").ret != 0
    assert project.run("git", "apply", "new/folder/drift.patch").ret == 0
    assert steps.read_text() == good
    assert project.runpytest_inprocess("--record-check=new/folder/drift.patch").ret == 0
    assert not (project.path / "new/folder/drift.patch").exists()


def test_a_patch_that_cannot_be_written_is_one_sentence(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--record-check=recipe/drift.patch")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--record-check recipe/drift.patch: cannot be written: *"])


def test_a_recipe_that_is_not_there_is_one_sentence(project: pytest.Pytester) -> None:
    (project.path / "recipe").unlink()
    result = project.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*tox.ini: played_recipes: there is no */recipe; name what is there"])


def test_a_transcript_in_no_folder_has_its_entry(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.path / "examples/x.console").write_text("#: step x\n$ true\n")
    project.runpytest_inprocess().assert_outcomes(passed=2)
    assert list(ledger(project)) == ["01-a/steps.console", "x.console"]
    monkeypatch.setenv("CI", "true")
    assert project.runpytest_inprocess().ret == 0


# The site -------------------------------------------------------------------------------------------


@pytest.fixture
def site(project: pytest.Pytester, tmp_path: Path) -> Site:
    """A site about a project that was played."""
    project.runpytest_inprocess().assert_outcomes(passed=1)
    one = Site(project.path)
    one.conf |= {"played_ledger": "ledger.json", "played_recipes": ["recipe"], "played_report": "report"}
    one.page(".. toctree::\n\n   report\n\n.. transcript:: 01-a/one\n\nLast\n----\n\nWords.\n")
    one.page(".. verification-report::", "report")
    return one


def test_a_page_ends_with_what_it_was_verified_against(site: Site) -> None:
    out = site.build()
    assert not site.warnings
    text = (out / "index.html").read_text()
    assert re.search(r"1 commands of <a [^>]*>01-a</a> passed on host local, on ", text)
    assert text.index("Words.") < text.index("Verified")
    assert 'href="report.html#verified-01-a">played</a>' in text
    assert 'id="verified-01-a"' in (out / "report.html").read_text()
    assert list(json.loads((out / "verified.json").read_text())) == ["01-a/steps.console"]
    assert not (out / "DRAFT").exists()


def test_a_step_that_is_not_played_is_not_called_played(site: Site, project: pytest.Pytester) -> None:
    (site.root / "examples/01-a/steps.console").write_text(
        f"{GOOD}\n#: step elsewhere\n#: not-played why\n$ true\n"
    )
    project.runpytest_inprocess()
    site.page(".. transcript:: 01-a/elsewhere", "elsewhere")
    text = (site.build() / "elsewhere.html").read_text()
    assert "Not tested: why" in text
    assert "played-proof" not in text


@pytest.mark.parametrize("change", ["examples/01-a/steps.console", "recipe", "examples/01-a/f"])
def test_a_change_that_was_not_played_is_a_warning_until_it_is(site: Site, change: str) -> None:
    site.build()
    path = site.root / change
    text = path.read_text()
    path.write_text(text + "\n")
    for _ in range(2):
        site.build()
        assert (
            "examples/01-a/steps.console:1: WARNING: 01-a/steps.console or what it uses has changed"
            in site.warnings
        )
    path.write_text(text)
    site.build()
    assert not site.warnings


def test_a_draft_says_so_on_its_face_and_leaves_a_marker(site: Site) -> None:
    (site.root / "ledger.json").unlink()
    site.build()
    assert "has never been played; play it: pytest --chapter 01-a" in site.warnings
    site.conf["played_draft"] = True
    out = site.build()
    assert not site.warnings
    assert (out / "DRAFT").exists()
    page = (out / "index.html").read_text()
    assert "This is a draft" in page
    assert '<meta name="robots" content="noindex">' in page
    assert ">played</a>" not in page
    site.conf["played_draft"] = False
    site.build()
    assert not (out / "DRAFT").exists()
    assert site.warnings


def test_a_recipe_that_a_build_does_not_find_is_one_sentence(site: Site) -> None:
    site.conf["played_recipes"] = ["recipe", "recipes"]
    with pytest.raises(ConfigError, match=r"played_recipes: there is no .*/recipes; name what is there"):
        site.build()


def test_a_ledger_that_cannot_be_used_is_a_warning_with_its_place(site: Site) -> None:
    (site.root / "ledger.json").write_text("{")
    site.build()
    assert "ledger.json:1: WARNING: " in site.warnings
    assert "Traceback" not in site.warnings


@pytest.mark.parametrize("draft", [False, True])
def test_a_ledger_that_was_changed_by_hand_proves_nothing_and_that_is_said_once(site: Site, draft: bool) -> None:
    path = site.root / "ledger.json"
    path.write_text(path.read_text().replace('"commands": 1', '"commands": 2'))
    site.conf["played_draft"] = draft
    page = (site.build() / "index.html").read_text()
    assert site.warnings.count("WARNING") == 1
    assert re.search(r"ledger\.json:1: WARNING: .* was changed by hand", site.warnings)
    assert ">played</a>" not in page
    assert ("This is a draft" in page) == draft


def test_without_a_ledger_or_without_a_report_no_link_leads_to_one(site: Site) -> None:
    for setting in ("played_ledger", "played_report"):
        conf, site.conf = site.conf, {**site.conf, setting: ""}
        page = (site.build() / "index.html").read_text()
        assert site.warnings == ""
        assert "#verified-" not in page
        site.conf = conf


def test_a_report_that_is_no_page_is_a_warning_of_every_build(site: Site) -> None:
    site.conf["played_report"] = "elsewhere"
    for _ in range(2):
        site.build()
        assert "conf.py:1: WARNING: there is no page 'elsewhere' for played_report" in site.warnings


@pytest.mark.parametrize(
    ("setting", "value", "field"),
    [
        ("played_hint", "make {chapter}", "{folder}"),
        ("played_hint", "make {", "{folder}"),
        ("played_fact_labels", {"engine": "Docker {version}"}, "{}"),
        ("played_fact_labels", {"engine": "Docker {} {}"}, "{}"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_one_sentence(
    site: Site, setting: str, value: object, field: str
) -> None:
    site.conf[setting] = value
    with pytest.raises(ConfigError) as caught:
        site.build()
    assert str(caught.value).startswith(f"conf.py: {setting}")
    assert f"its only field is {field}, so write every other brace twice" in str(caught.value)


def test_the_next_epub_finds_no_files_of_ours(site: Site) -> None:
    (site.root / "ledger.json").unlink()
    site.conf["played_draft"] = True
    for _ in range(2):
        out = site.build("epub")
        assert site.warnings == ""
    assert not (out / "verified.json").exists()
    assert not (out / "DRAFT").exists()


@pytest.mark.parametrize(("builder", "name"), [("latex", "sample.tex"), ("texinfo", "sample.texi")])
def test_a_page_that_is_not_in_the_book_is_named_in_the_report(site: Site, builder: str, name: str) -> None:
    site.page(".. verification-report::\n")
    site.page(":orphan:\n\n.. transcript:: 01-a/one\n", "other")
    text = (site.build(builder) / name).read_text()
    assert "other, " in text


def test_the_summary_counts_what_holds_and_says_nothing_where_that_is_nothing(site: Site) -> None:
    site.page(".. verified-summary::", "summary")

    def summary() -> str:
        text = (site.build("text") / "summary.txt").read_text()
        return " ".join(text.partition("***\n")[2].split())

    book = Ledger.load(site.root / "ledger.json")
    kinds = book.entries["01-a/steps.console"]
    true = kinds["host local"]
    line = f"* host local: 1 commands passed, the last on {true.passed}"
    assert summary() == line
    facts = {"host": "a", "engine": "1"}
    kinds["host a"] = replace(true, facts=facts, commands=2000, passed="2026-01-01")
    book.save()
    assert summary() == f"* engine 1, host a: 2,000 commands passed, the last on 2026-01-01 {line}"
    (site.root / "recipe").write_text("another host\n")
    assert summary() == ""


@pytest.mark.parametrize("builder", ["latex", "text", "man", "epub", "texinfo", "gettext", "xml"])
def test_every_builder_shows_the_statement_and_none_the_links_of_html(site: Site, builder: str) -> None:
    out = site.build(builder)
    assert not [line for line in site.warnings.splitlines() if "played" in line]
    content = "".join(
        path.read_text(errors="replace")
        for path in sorted(out.rglob("*"))
        if path.suffix not in (".epub", ".pickle") and path.is_file()
    )
    assert "passed on host local" in content.replace("\n", " ") or builder == "gettext"
