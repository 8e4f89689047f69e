"""The page that shows how to make a workshop of your own, played on this machine instead of in the lab.

A pip that installs from this machine only stands in for the network: what the extensions need is found in .venv.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAPTER = "your-own-workshop"

CONFTEST = f"""
import os, shutil
from pathlib import Path
import pytest
from played.hosts import LocalHost

class Host(LocalHost):
    def fresh(self):
        super().fresh()
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree({str(ROOT / "ext")!r}, Path(os.environ["HOME"], "docker-workshop/ext"), ignore=ignore)

@pytest.fixture(scope="session")
def transcript_host(tmp_path_factory):
    return Host(tmp_path_factory.mktemp("homes"))
"""


def test_every_command_of_the_page(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / CHAPTER, tmp_path / "examples" / CHAPTER)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON", "PIP_"))}
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    # the new environment of the page sees what is in ours, except the extensions, which are not in it
    env["PYTHONPATH"] = sysconfig.get_path("purelib")
    env |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    env |= {"LANG": "C.UTF-8"}
    play = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT / 'ext')!r}); import pytest; sys.exit(pytest.main())",
    ]
    done = subprocess.run(
        [*play, "-p", "played.pytest_plugin"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout
