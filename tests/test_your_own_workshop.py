"""The page that shows how to make a workshop of your own, played on this machine instead of in the lab.

What the extensions need is found in .venv instead of the network. A green run is noted in the ledger, as in the lab.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAPTER = "your-own-workshop"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]

HOST = f"""
import os, shutil
from pathlib import Path
import pytest
from played.hosts import LocalHost

class Host(LocalHost):
    def fresh(self):
        super().fresh()
        for name in ("PYTHONPATH", "PYTEST_ADDOPTS"):
            os.environ.pop(name, None)
        # the new environment of the page sees what is in ours, except the extensions, which are not in it
        os.environ["PYTHONPATH"] = {sysconfig.get_path("purelib")!r}
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree({str(ROOT / "ext")!r}, Path(self.home, "docker-workshop/ext"), ignore=ignore)

@pytest.fixture(scope="session")
def transcript_host(tmp_path_factory):
    return Host(tmp_path_factory.mktemp("homes"))
"""


def test_every_command_of_the_page(tmp_path: Path) -> None:
    (tmp_path / "own_host.py").write_text(HOST)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON", "PIP_"))}
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    env["PYTHONPATH"] = f"{ROOT / 'ext'}:{tmp_path}"
    env |= {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    recipes = " ".join(str(ROOT / recipe) for recipe in SETTINGS["played_recipes"])
    settings = {
        "played_examples": str(ROOT / "examples"),
        "played_ledger": str(ROOT / SETTINGS["played_ledger"]),
        "played_recipes": recipes,
    }
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items())
    )
    plugins = ["-p", "played.pytest_plugin", "-p", "own_host", "-p", "no:cacheprovider"]
    expected = ["--chapter", CHAPTER, "--expected", str(ROOT / "examples/expected.toml")]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            "pytest.ini",
            *plugins,
            *expected,
            str(ROOT / "examples" / CHAPTER),
        ],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout
