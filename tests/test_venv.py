"""``.ci/venv.sh``: one sentence and exit status 2 where something is missing, never a half-made environment."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci/venv.sh"


def run(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT], cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


def python(folder: Path, code: str) -> str:
    """A command that answers as a Python with some fault would."""
    fake = folder / "python"
    fake.write_text(f"#!/bin/sh\n{code}\n")
    fake.chmod(0o755)
    return str(fake)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (None, "Python is missing: install Python 3.11 or newer"),
        (
            'case $* in *version_info*) exit 1;; *) echo "Python 3.9.2";; esac',
            "Python 3.9.2 is too old: install Python 3.11",
        ),
        (
            "case $* in *ensurepip*) exit 1;; *print*) echo python3.11-venv;; esac",
            "Python's venv module is missing: install it (on Debian and Ubuntu: apt-get install python3.11-venv).",
        ),
    ],
)
def test_what_is_missing_is_one_sentence(tmp_path: Path, code: str | None, sentence: str) -> None:
    command = python(tmp_path, code) if code else str(tmp_path / "none")
    done = run(tmp_path, PYTHON=command, INSTALL="0")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert sentence in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_what_a_link_leads_to_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/file").touch()
    (tmp_path / ".venv").symlink_to("theirs")
    done = run(tmp_path)
    assert done.returncode == 2
    assert done.stderr == ".venv is a link, and what it leads to would be emptied: remove the link.\n"
    assert (tmp_path / "theirs/file").exists()
