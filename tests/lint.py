"""Checks every Dockerfile and every shell script, and that requirements.txt belongs to its source.

Run it with ``make lint``. Complaints that are made on purpose are listed in ``tests/deliberate.toml``.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
DELIBERATE = "tests/deliberate.toml"
SOURCES = {"requirements.in": "requirements.txt", ".ci/tools.in": ".ci/tools.txt", ".ci/bench.in": ".ci/bench.txt"}
FOLDERS = (".ci", "examples", "ext", "tests")
_SHELL = re.compile(rb"#!.*\b(?:ba|da)?sh\b")


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """What a checker says of one line."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message} ({self.rule})"


def files(root: Path) -> Iterator[Path]:
    """The files of the project's folders, in order."""
    for folder in FOLDERS:
        for path in sorted(root.joinpath(folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(root)


def is_dockerfile(path: Path) -> bool:
    return path.name == "Dockerfile" or path.suffix == ".Dockerfile"


def is_script(root: Path, path: Path) -> bool:
    with root.joinpath(path).open("rb") as file:
        return path.suffix == ".sh" or _SHELL.match(file.readline()) is not None


def hadolint(root: Path, paths: list[Path]) -> Iterator[Complaint]:
    """https://github.com/hadolint/hadolint#rules"""
    for one in json.loads(_output(root, "hadolint", "--no-fail", "--format", "json", *map(str, paths))):
        yield Complaint(one["file"], one["line"], one["code"], one["message"])


def shellcheck(root: Path, paths: list[Path]) -> Iterator[Complaint]:
    """https://www.shellcheck.net/wiki/"""
    for one in json.loads(_output(root, "shellcheck", "--format", "json", *map(str, paths))):
        yield Complaint(one["file"], one["line"], f"SC{one['code']}", one["message"])


def shfmt(root: Path, paths: list[Path]) -> Iterator[Complaint]:
    """The form that shfmt writes; the indentation is that of ``.editorconfig``."""
    for path in paths:
        done = _run(root, "shfmt", "--list", str(path))
        if done.stderr or done.stdout:
            say = done.stderr.strip().removeprefix(f"{path}:")
            yield Complaint(
                str(path), 1, "shfmt", say or f"is not as shfmt writes it; run .venv/bin/shfmt -w {path}"
            )


def _output(root: Path, tool: str, *arguments: str) -> str:
    """What a checker prints; that it found something is no error."""
    done = _run(root, tool, *arguments)
    if not done.stdout:
        raise SystemExit(f"{tool} failed: {done.stderr.strip()}")
    return done.stdout


def _run(root: Path, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    beside = Path(sys.executable).with_name(tool)
    program = str(beside) if beside.exists() else shutil.which(tool)
    if program is None:
        raise SystemExit(f"{tool} is missing; requirements.txt has no package of it for this machine: install it")
    return subprocess.run([program, *arguments], cwd=root, capture_output=True, text=True, check=False)


def judged(found: list[Complaint], deliberate: dict[str, set[str]]) -> Iterator[str]:
    """One sentence for each complaint that is not listed, and for each listed one that is not made."""
    for complaint in sorted(found):
        if complaint.rule not in deliberate.get(complaint.path, ()):
            yield str(complaint)
    made = {(complaint.path, complaint.rule) for complaint in found}
    for path, rules in deliberate.items():
        for rule in sorted(rules):
            if (path, rule) not in made:
                yield f"{DELIBERATE}: {path} has no {rule} any more; take it out of the list"


def unsynced(source: str, compiled: str, wanted: str, pinned: str) -> Iterator[str]:
    """What the text of a requirements source and that of the compiled file disagree on, without asking an index.

    uv writes under each pin what it is there for (``# via``), so what the source asks for can be told from what
    that needs: https://docs.astral.sh/uv/reference/cli/#uv-pip-compile
    """
    asked = {}
    for number, line in enumerate(wanted.splitlines(), 1):
        text = line.partition("#")[0].strip()
        if text and not text.startswith("-"):
            requirement = Requirement(text)
            asked[canonicalize_name(requirement.name)] = number, requirement
    versions: dict[str, str] = {}
    direct: set[str] = set()
    name = ""
    for number, line in enumerate(pinned.splitlines(), 1):
        if (found := re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line)) is not None:
            name = canonicalize_name(found[1])
            versions[name] = found[2]
            if not line.endswith("\\"):
                yield f"{compiled}:{number}: {name} has no hash; run make requirements"
        elif re.match(rf"\s+#(?: via)? +-r {re.escape(source)}$", line):
            direct.add(name)
    for one in sorted(direct - set(asked)):
        yield f"{compiled}: pins {one} for {source}, which does not ask for it; run make requirements"
    for one, (number, requirement) in asked.items():
        if one not in direct:
            yield f"{source}:{number}: {one} is not pinned in {compiled}; run make requirements"
        elif versions[one] not in requirement.specifier:
            yield f"{source}:{number}: {requirement} does not allow {versions[one]} of {compiled}; run make requirements"


def main() -> int:
    """Print what is wrong; the status says whether anything is."""
    every = list(files(ROOT))
    dockerfiles = [path for path in every if is_dockerfile(path)]
    scripts = [path for path in every if is_script(ROOT, path)]
    if not dockerfiles or not scripts:
        raise SystemExit("no Dockerfile or no script was found, so nothing was checked")
    found = [*hadolint(ROOT, dockerfiles), *shellcheck(ROOT, scripts), *shfmt(ROOT, scripts)]
    listed = tomllib.loads((ROOT / DELIBERATE).read_text(encoding="utf-8"))
    wrong = list(judged(found, {path: set(entry["rules"]) for path, entry in listed.items()}))
    for source, compiled in SOURCES.items():
        if (ROOT / source).exists():
            texts = [(ROOT / name).read_text(encoding="utf-8") for name in (source, compiled)]
            wrong += unsynced(source, compiled, *texts)
    for sentence in wrong:
        print(sentence)
    if not wrong:
        print(f"{len(dockerfiles)} Dockerfiles and {len(scripts)} scripts are as they should be")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
