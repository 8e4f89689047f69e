"""A small project of transcripts for tests: written down, played by a pytest of its own, and its outcome."""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.settings import ROOT

INI = """[pytest]
pythonpath = {root}/ext {root}
played_local = {local}
addopts = -p no:cacheprovider {plugins}
"""
IN_LAB = "-p docker -p played.pytest_plugin -p tests.lab.fixtures"


@dataclass
class Outcome:
    """How playing ended.

    Attributes:
        failures: the message of each failed step, by ``CHAPTER: STEP``; empty for one that passed.
        took: seconds of each step.
    """

    process: int
    status: int
    said: str
    seconds: float
    failures: dict[str, str] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)


def write(folder: Path, chapters: dict[str, str], conftest: str = "", in_lab: bool = True) -> None:
    """Chapters are transcripts by the names of their folders."""
    plugins = IN_LAB if in_lab else "-p played.pytest_plugin"
    ini = INI.format(root=ROOT, local=str(not in_lab).lower(), plugins=plugins)
    (folder / "pytest.ini").write_text(ini, encoding="utf-8")
    (folder / "conftest.py").write_text(conftest, encoding="utf-8")
    for name, text in chapters.items():
        chapter = folder / "examples" / name
        chapter.mkdir(parents=True)
        (chapter / "steps.console").write_text(text, encoding="utf-8")


def play(folder: Path, *arguments: str, limit: float = 600, **environment: str) -> Outcome:
    """Play the project in a process of its own."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "--junitxml=report.xml", *arguments]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        said, _ = process.communicate(timeout=limit)
    outcome = Outcome(process.pid, process.returncode, said, time.monotonic() - began)
    report = folder / "report.xml"
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        chapter = case.get("classname", "").removeprefix("examples.").removesuffix(".steps.console")
        name = f"{chapter}: {case.get('name')}"
        failure = case.find("failure") if case.find("failure") is not None else case.find("error")
        outcome.failures[name] = "" if failure is None else failure.text or ""
        outcome.took[name] = float(case.get("time", "0"))
    return outcome
