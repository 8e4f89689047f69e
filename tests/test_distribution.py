"""The extensions as another project gets them: built, installed, and used on something that is not Docker."""

from __future__ import annotations

import ast
import email
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests/sample"
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "--no-cache-dir"]
# ssh has a shell of the other side split what it is given, which is what this does
LIKE_SSH = """sh -c 'eval "$*"' ssh"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, with what is in .venv, so that no network is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "ext", folder / "ext", ignore=shutil.ignore_patterns("__pycache__"))
    run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, folder / "ext"], folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which the distribution is installed, and this repository is not to be seen."""
    folder = tmp_path_factory.mktemp("installed")
    run([*PIP, "install", "--no-deps", "--no-index", "--target", folder, wheel], folder)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    return {**env, "PYTHONPATH": str(folder)}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(SAMPLE, tmp_path / "sample", ignore=shutil.ignore_patterns("_build", "__pycache__", ".*"))
    )


def run(command: list[str | Path], folder: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


PACKAGES = {"end_of_life", "played", "rfg", "shell_tabs"}


def test_what_is_in_it(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = email.message_from_bytes(
            archive.read(next(name for name in names if name.endswith("/METADATA")))
        )
    assert {name.partition("/")[0] for name in names if ".dist-info" not in name} == PACKAGES
    for package in sorted(PACKAGES):
        files = [path for path in (ROOT / "ext" / package).rglob("*") if path.is_file() and path.suffix != ".pyc"]
        assert {path.relative_to(ROOT / "ext").as_posix() for path in files} <= names
        assert f"{package}/py.typed" in names
    assert any(name.endswith("LICENSE") for name in names)
    assert metadata["Requires-Python"] == ">=3.11"


def test_what_it_imports_is_what_it_needs(installed: dict[str, str]) -> None:
    (found,) = Distribution.discover(name="played", path=[installed["PYTHONPATH"]])
    needed = {re.split(r"[>=; ]", one)[0]: "extra ==" in one for one in found.requires or ()}
    imported = {
        name.partition(".")[0]
        for package in sorted(PACKAGES)
        for file in (ROOT / "ext" / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
        + ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
    }
    others = imported - sys.stdlib_module_names - {*PACKAGES, "_typeshed"}
    come_with = {"docutils": "sphinx", "pygments": "sphinx", "_pytest": "pytest", "xdist": "pytest-xdist"}
    come_with |= {
        "tree_sitter": "tree-sitter",
        "tree_sitter_bash": "tree-sitter-bash",
        "sphinx_tabs": "sphinx-tabs",
    }
    assert {come_with.get(name, name) for name in others} <= set(needed)
    assert {name for name, optional in needed.items() if not optional} == {"sphinx", "pytest", "pyte", "wcwidth"}


@pytest.mark.parametrize("builder", ["html", "latex", "epub", "text", "man"])
def test_the_sample_is_built_without_a_warning(builder: str, sample: Path, installed: dict[str, str]) -> None:
    run([sys.executable, "-m", "sphinx", "-M", builder, ".", "_build", "-n", "-W", "-q"], sample, installed)
    text = "".join(
        file.read_text()
        for file in (sample / "_build" / builder).rglob("*")
        if file.suffix in {".html", ".tex", ".xhtml", ".txt", ".1"}
    )
    assert "invalid reference: winter" in text


@pytest.mark.parametrize("options", [[], ["-p", "played.pytest_plugin"], ["-o", f"played_command={LIKE_SSH}"]])
def test_the_sample_is_played(options: list[str], sample: Path, installed: dict[str, str]) -> None:
    """Pytest finds the plugin by its entry point, and takes the same plugin twice."""
    said = run([sys.executable, "-m", "pytest", *options], sample, installed)
    assert "8 passed" in said
    assert f"host {LIKE_SSH}" in said or not options or options[0] == "-p"


def test_a_sample_that_is_wrong_fails(sample: Path, installed: dict[str, str]) -> None:
    transcript = sample / "examples/index/steps.console"
    transcript.write_text(transcript.read_text().replace("reader: A haiku", "reader: A sonnet"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest"], cwd=sample, env=installed, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "- reader: A sonnet" in done.stdout


# as on Windows
NO_TERMINALS = "import sys; sys.modules.update(dict.fromkeys(['fcntl', 'pty', 'termios', 'tty']))"


def test_without_terminals_the_sample_is_shown_and_pytest_says_why_nothing_is_played(
    sample: Path, installed: dict[str, str]
) -> None:
    build = "from sphinx.cmd.build import main; sys.exit(main(['-W', '-q', '.', '_build']))"
    run([sys.executable, "-c", f"{NO_TERMINALS}; {build}"], sample, installed)
    (sample / "test_other.py").write_text("def test_other(): pass\n")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"{NO_TERMINALS}; import pytest; sys.exit(pytest.main(['examples', 'test_other.py']))",
        ],
        cwd=sample,
        env=installed,
        capture_output=True,
        text=True,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "steps.console: playing needs Linux or macOS: " in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_where_a_command_leads_nowhere_it_says_so(sample: Path, installed: dict[str, str]) -> None:
    command = ["-o", "played_command=sh -c 'echo no such machine >&2; exit 1'"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *command], cwd=sample, env=installed, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "steps.console:1: no empty host to play on: sh -c " in done.stdout
    assert "failed: no such machine" in done.stdout


def test_nothing_is_left_behind(sample: Path, installed: dict[str, str], tmp_path: Path) -> None:
    homes = tmp_path / "homes"
    homes.mkdir()
    env = {**installed, "TMPDIR": str(homes)}
    run([sys.executable, "-m", "pytest", "-o", "played_command=env"], sample, env)
    assert not [path for path in homes.iterdir() if not path.name.startswith("pytest-of-")]
