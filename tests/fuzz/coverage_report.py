"""Which branches of the modules the kept inputs reach."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

MODULES = {
    "played": "format compare fold record screen emulator examples lexer show home page copying error_index directive_transcript "
    "directive_example language",
    "rfg": "phrases nodes bridge role option writers",
}


def show(kept: Path) -> None:
    """Play the corpora again under coverage.py, and print lines and branches reached, module by module."""
    include = ",".join(f"ext/{package}/{name}.py" for package, names in MODULES.items() for name in names.split())
    coverage = [sys.executable, "-m", "coverage"]
    data = f"--data-file={kept / 'coverage'}"
    (kept / "coverage").unlink(missing_ok=True)
    for corpus in sorted(kept.glob("*/corpus")):
        folders = [corpus, corpus.parent / "seeds"]
        run = [*coverage, "run", data, "--append", "--branch", f"--include={include}", "-m", "tests.fuzz.replay"]
        subprocess.run([*run, corpus.parent.name, *folders], check=True)
    report = kept / "coverage.json"
    subprocess.run([*coverage, "json", data, "-q", "-o", report], check=True)
    found = json.loads(report.read_text())
    for path, file in [*found["files"].items(), ("all", {"summary": found["totals"]})]:
        one = file["summary"]
        print(
            f"{path:36} {one['covered_branches']:4} of {one['num_branches']:4} branches, "
            f"{one['covered_lines']:4} of {one['num_statements']:4} lines"
        )
