"""Chromium, Java and what comes from npm; what is missing is installed where that is allowed."""

import shutil
import subprocess
from fcntl import LOCK_EX, flock
from pathlib import Path

from tests import formats
from tests.lab import packages
from tests.lab.errors import LabError
from tests.lab.progress import step
from tests.lab.settings import installing_allowed

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"


def chromium() -> Path:
    """The program to run. Playwright's own browser would have to be downloaded; the distribution's is signed."""
    return _program(
        ["chromium", "chromium-browser", "google-chrome"], "chromium", "the browser tests need Chromium"
    )


def java() -> Path:
    return _program(["java"], "default-jre-headless", "the HTML checker needs Java")


def axe() -> Path:
    """The accessibility checks, a script to be run in a page: https://github.com/dequelabs/axe-core."""
    return _modules() / "axe-core" / "axe.min.js"


def nu() -> Path:
    """The Nu HTML checker, a jar: https://validator.github.io/validator/."""
    return _modules() / "vnu-jar" / "build" / "dist" / "vnu.jar"


def epubcheck() -> Path:
    """The EPUB checker of the W3C, a jar: https://www.w3.org/publishing/epubcheck/."""
    if not formats.EPUBCHECK.exists():
        packages.install(["epubcheck"], "the test of the EPUB needs epubcheck")
    return formats.EPUBCHECK


def _program(names: list[str], package: str, why: str) -> Path:
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    packages.install([package], why)
    return _program(names, package, why)


def _modules() -> Path:
    """The folder of npm's packages, as package-lock.json pins them; their install scripts never run."""
    wanted, installed = HERE / "package-lock.json", MODULES / ".package-lock.json"
    with wanted.open() as lock:
        flock(lock, LOCK_EX)  # another worker of pytest-xdist may be at it
        if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
            _install_modules()
            installed.touch()
    return MODULES


def _install_modules() -> None:
    npm = _program(["npm"], "npm", "the browser tests need npm's packages axe-core and vnu-jar")
    if not installing_allowed():
        raise LabError(
            "npm's packages axe-core and vnu-jar are missing: run `npm ci` in tests/browser (INSTALL=0)."
        )
    with step("npm ci --ignore-scripts in tests/browser"):
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        result = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=600)
    if result.returncode:
        reason = next((line for line in result.stderr.splitlines() if "error" in line.lower()), "no reason given")
        raise LabError(f"npm ci failed in tests/browser: {reason}")
