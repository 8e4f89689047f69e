"""What the hosts read is valid, pinned and allowed no more than it needs; what they run runs here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import workflow_steps
from tests.sphinx_site import Site
from tests.workflow_steps import NOT_RUN, READ_THE_DOCS, ROOT, WORKFLOWS, Step

GITHUB = ROOT / ".github"
PATHS = sorted(WORKFLOWS.glob("*.yml"))
SCHEMAS = {
    "vendor.readthedocs": [READ_THE_DOCS],
    "vendor.github-workflows": PATHS,
    "vendor.renovate": [GITHUB / "renovate.json"],
    "vendor.github-issue-forms": sorted(
        set((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"}
    ),
    "vendor.github-issue-config": [GITHUB / "ISSUE_TEMPLATE/config.yml"],
}
STEPS = list(workflow_steps.steps())


@pytest.mark.parametrize("schema", SCHEMAS)
def test_configuration_has_its_schema(schema: str) -> None:
    assert SCHEMAS[schema]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, SCHEMAS[schema])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_key_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / ".readthedocs.yaml"
    wrong.write_text(READ_THE_DOCS.read_text().replace("formats:", "format:"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.readthedocs", str(wrong)]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_workflow_is_allowed_nothing_but_what_a_job_says(path: Path) -> None:
    workflow = workflow_steps.load(path)
    assert workflow["permissions"] == {}
    assert "group" in workflow["concurrency"]
    for name, job in workflow["jobs"].items():
        assert "permissions" in job, f"{name} does not say what it may"
        assert "timeout-minutes" in job, f"{name} may run for six hours"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_say_their_version(path: Path) -> None:
    uses = re.findall(r"uses: (.*)", path.read_text())
    assert uses
    for one in uses:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one


def test_an_action_has_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for path in PATHS:
        for action, version in re.findall(r"uses: ([\w/-]+)@(.*)", path.read_text()):
            versions.setdefault(action, set()).add(version)
    assert {action: found for action, found in versions.items() if len(found) > 1} == {}


def test_every_excuse_is_needed() -> None:
    used = {step.name for step in STEPS if step.excuse is not None}
    assert used == {*NOT_RUN["actions"], *NOT_RUN["steps"]}


def test_every_excuse_is_told_to_readers() -> None:
    page = (ROOT / "docs/contributing/hosting.rst").read_text()
    assert [name for name in NOT_RUN["steps"] if f"*{name}*" not in page] == []


def test_make_targets_of_the_workflows_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = {
        target for step in STEPS for target in re.findall(r"^\s*make ([a-z][a-z-]*)", step.script, re.MULTILINE)
    }
    assert called <= targets
    assert {"html", "lint", "test", "record-check"} <= called


@pytest.fixture(scope="module")
def fresh_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with the environment of this one; installing it is what ``tests/workflow_steps.py`` does."""
    folder = workflow_steps.clone(tmp_path_factory.mktemp("clone") / "clone")
    for name in ("requirements.txt", ".ci/tools.txt"):
        if (folder / name).exists():
            os.utime(folder / name, (0, 0))  # older than the environment, which make would install anew
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder


@pytest.mark.parametrize(
    "step",
    [step for step in STEPS if step.job == "doc-test/check" and step.excuse is None],
    ids=lambda step: step.name,
)
def test_step_of_the_check_passes_in_a_fresh_clone(step: Step, fresh_clone: Path) -> None:
    assert workflow_steps.run(step, fresh_clone) == 0


@pytest.mark.parametrize("host", [{"CI": "true"}, {"READTHEDOCS": "True"}])
def test_no_host_builds_a_draft(host: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-b", "dummy", "-c", ".", "docs", str(tmp_path / "out")]
    environment = {**os.environ, **host, "DRAFT": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "A draft is not for publication" in done.stderr


def test_a_draft_is_no_format_of_the_site(tmp_path: Path) -> None:
    """The next `make html` would offer it."""
    command = [sys.executable, "-m", "tests.formats"]
    environment = {**os.environ, "DRAFT": "1", "PATH": str(tmp_path), "INSTALL": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "a draft is not for publication" in done.stderr


# Problem matcher -------------------------------------------------------------------------------------


def test_problem_matcher_reads_what_sphinx_writes(tmp_path: Path) -> None:
    (matcher,) = json.loads((GITHUB / "problem-matchers/sphinx.json").read_text())["problemMatcher"]
    (pattern,) = matcher["pattern"]
    site = Site(tmp_path)
    site.page(":doc:`nowhere`\n\n.. transcript:: nothing\n")
    site.write("docs/orphan.rst", "Orphan\n======\n")
    site.build()
    found = [match for line in site.warnings.splitlines() if (match := re.match(pattern["regexp"], line))]
    places = {(Path(one[pattern["file"]]).name, one[pattern["line"]], one[pattern["severity"]]) for one in found}
    assert places == {
        ("index.rst", "4", "WARNING"),
        ("index.rst", "6", "WARNING"),
        ("orphan.rst", None, "WARNING"),
    }
    coloured = re.match(pattern["regexp"], f"\x1b[91m{site.warnings.splitlines()[0]}\x1b[39;49;00m")
    assert coloured
    assert coloured[pattern["message"]] == found[0][pattern["message"]]


# Renovate --------------------------------------------------------------------------------------------


def test_renovate_waits_and_finds_every_image() -> None:
    settings = json.loads((GITHUB / "renovate.json").read_text())
    assert settings["minimumReleaseAge"] == "7 days"
    (manager,) = settings["customManagers"]
    (pattern,) = (text.replace("(?<", "(?P<") for text in manager["matchStrings"])
    text = (ROOT / "examples/versions.toml").read_text()
    found = [f"{match['depName']}:{match['currentValue']}" for match in re.finditer(pattern, text)]
    assert found == list(tomllib.loads(text)["images"])


# Steps that drifted ----------------------------------------------------------------------------------


def test_difference_of_a_recording_names_its_steps(tmp_path: Path) -> None:
    """The command of the workflow, on a transcript that changed."""
    (record,) = (step for step in STEPS if step.name == "Record what differs")
    (command,) = (line for line in record.script.splitlines() if "steps.diff" in line)
    folder = tmp_path / "clone"
    (folder / "examples").mkdir(parents=True)
    (folder / "_build/play").mkdir(parents=True)
    (folder / ".gitattributes").write_text((ROOT / ".gitattributes").read_text())
    transcript = folder / "examples/steps.console"
    transcript.write_text("#: step one\n$ a\n1\n\n#: step two\n$ b\n2\n\n#: step three\n$ c\n3\n")
    for git in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *git], cwd=folder, check=True)
    transcript.write_text(transcript.read_text().replace("\n2\n", "\n4\n"))
    subprocess.run(["bash", "-ec", command], cwd=folder, check=True)
    difference = (folder / "_build/play/steps.diff").read_text()
    assert " #: step two\n $ b\n-2\n+4\n" in difference
    assert "$ a" not in difference
    assert "$ c" not in difference
