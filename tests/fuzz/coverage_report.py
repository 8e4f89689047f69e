"""How many inputs were played, and which branches of the modules the kept ones reach: printed, and kept as tables."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

MODULES = {
    "played": "format compare fold record screen emulator examples lexer show home page copying error_index directive_transcript "
    "directive_example language line_numbers",
    "rfg": "phrases nodes bridge role option writers",
}


def show(kept: Path) -> None:
    """Play the corpora again under coverage.py; write ``inputs.csv`` and ``branches.csv`` beside them."""
    include = ",".join(f"ext/{package}/{name}.py" for package, names in MODULES.items() for name in names.split())
    coverage = [sys.executable, "-m", "coverage"]
    data = f"--data-file={kept / 'coverage'}"
    (kept / "coverage").unlink(missing_ok=True)
    inputs: list[tuple[str, str, str]] = []
    for corpus in sorted(kept.glob("*/corpus")):
        target = corpus.parent.name
        run = [*coverage, "run", data, "--append", "--branch", f"--include={include}", "-m", "tests.fuzz.replay"]
        subprocess.run([*run, target, corpus, corpus.parent / "seeds"], check=True)
        played = json.loads((corpus.parent / "count.json").read_text())["inputs"]
        inputs.append((target, f"{played:,}", f"{len(list(corpus.iterdir())):,}"))
    report = kept / "report.json"  # coverage.* would be taken for data to combine
    subprocess.run([*coverage, "json", data, "-q", "-o", report], check=True)
    found = json.loads(report.read_text())
    branches: list[tuple[str, str, str]] = []
    for path, file in [*found["files"].items(), ("all of them", {"summary": found["totals"]})]:
        one = file["summary"]
        reached, all_ = one["covered_branches"], one["num_branches"]
        lines = f"{one['covered_lines']:,} of {one['num_statements']:,}"
        branches.append((path.removeprefix("ext/"), f"{reached:,} of {all_:,}" if all_ else "none", lines))
    _write(kept / "inputs.csv", ("Target", "Inputs", "Kept, since they reach something new"), inputs)
    _write(kept / "branches.csv", ("Module", "Branches reached", "Lines reached"), branches)


def _write(path: Path, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        for row in (head, *rows):
            table.writerow(row)
            print(f"{row[0]:36}", *(f"{cell:>18}" for cell in row[1:]))
