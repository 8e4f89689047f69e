"""Runs what the hosts would run: every shell command of the workflows and of Read the Docs, in a fresh clone.

``python -m tests.workflow_steps [JOB …]`` – a job is ``pages/build`` or ``readthedocs``. What cannot be run outside
of the hosts is listed with reasons in ``tests/not_run.toml``; whatever is neither there nor run is an error.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
READ_THE_DOCS = ROOT / ".readthedocs.yaml"
NOT_RUN = tomllib.loads((ROOT / "tests" / "not_run.toml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
# What GitHub puts before the script of a step: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions
_SHELLS = {None: ["bash", "-e"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}


@dataclass(frozen=True, slots=True)
class Step:
    """One shell command of a host. ``excuse`` says why it is not run, where it is not."""

    job: str
    name: str
    script: str
    argv: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    excuse: str | None


def steps() -> Iterator[Step]:
    """Every step of every job, in order.

    Raises:
        ValueError: for an action that is not in the list, and for a script with an expression in it.
    """
    for path in sorted(WORKFLOWS.glob("*.yml")):
        workflow = load(path)
        for name, job in workflow["jobs"].items():
            for number, step in enumerate(job["steps"], 1):
                yield _step(f"{path.stem}/{name}", number, step, {**workflow.get("env", {}), **job.get("env", {})})
    yield from _read_the_docs()


def load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _step(job: str, number: int, step: dict[str, Any], environment: dict[str, str]) -> Step:
    if "uses" in step:
        action = step["uses"].partition("@")[0]
        if action not in NOT_RUN["actions"]:
            raise ValueError(f"{job}: say in tests/not_run.toml why {action} is not run")
        return Step(job, action, "", (), (), NOT_RUN["actions"][action])
    name = step.get("name", f"step {number}")
    if _EXPRESSION.search(step["run"]):
        raise ValueError(f"{job}: {name} has an expression in its script; give it as a variable, under env:")
    variables = {**environment, **step.get("env", {})}
    known = {key: str(value) for key, value in variables.items() if not _EXPRESSION.search(str(value))}
    excuse = NOT_RUN["steps"].get(name)
    return Step(job, name, step["run"], tuple(_SHELLS[step.get("shell")]), tuple(known.items()), excuse)


def _read_the_docs() -> Iterator[Step]:
    """Its jobs: the packages, then a command at a time for each format."""
    configuration = load(READ_THE_DOCS)
    for one in configuration["python"]["install"]:
        install = f"python -m venv .rtd && .rtd/bin/python -m pip install -q -r {one['requirements']}"
        yield Step("readthedocs", "install", install, ("bash", "-ec"), (), None)
    for format_, commands in configuration["build"]["jobs"]["build"].items():
        for command in commands:
            excuse = NOT_RUN["steps"].get(format_)
            yield Step("readthedocs", format_, command, ("bash", "-ec"), (), excuse)


def clone(target: Path) -> Path:
    """A fresh clone of what is committed here."""
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(target)], check=True)
    return target


def run(step: Step, folder: Path) -> int:
    """The exit status of a step in a clone."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "PYTEST_"))}
    environment |= {
        "CI": "true",
        "READTHEDOCS": "True",
        "READTHEDOCS_OUTPUT": str(folder / "_readthedocs"),
        **dict(step.environment),
    }
    if step.job == "readthedocs":
        environment["PATH"] = f"{folder / '.rtd' / 'bin'}:{environment['PATH']}"
        return subprocess.run([*step.argv, step.script], cwd=folder, env=environment, check=False).returncode
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(step.script)
        file.flush()
        return subprocess.run([*step.argv, file.name], cwd=folder, env=environment, check=False).returncode


def main(wanted: list[str]) -> int:
    """Run the steps of the wanted jobs, of all without a name, each job in a clone of its own."""
    every = list(steps())
    jobs = list(dict.fromkeys(step.job for step in every))
    if unknown := sorted(set(wanted) - set(jobs)):
        print(f"there is no job {', '.join(unknown)}; the jobs are {', '.join(jobs)}", file=sys.stderr)
        return 2
    failed = []
    for job in wanted or jobs:
        with tempfile.TemporaryDirectory(prefix="workflow-") as temporary:
            folder = clone(Path(temporary) / "clone")
            for step in (step for step in every if step.job == job):
                if step.excuse is not None:
                    print(f"{job}: {step.name}: not run: {step.excuse}", flush=True)
                    continue
                print(f"{job}: {step.name}: {step.script.strip().splitlines()[0]}", flush=True)
                status = run(step, folder)
                if status:
                    print(f"{job}: {step.name}: exit status {status}", flush=True)
                    failed.append(f"{job}: {step.name}")
                    break
    print("failed: " + ", ".join(failed) if failed else "all steps that can be run here have passed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
