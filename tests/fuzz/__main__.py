"""A campaign: every target in pieces, one process at a time, with its corpus and its count in ``_build/fuzz``.

A campaign that was stopped goes on where it was; one with another seed or another code begins again, with the corpus that is
there. A piece is repeated by its seed, an input by ``python -m tests.fuzz.run TARGET FILE``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz import coverage_report, seeds
from tests.fuzz.targets import NAMES

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "_build" / "fuzz"
PIECE = 20_000
LENGTHS = {"fold": 200, "compare": 256, "record": 256, "phrases": 256}
"""Longest input where it is not 1,024 bytes: time grows with it, and these need no context."""
SHARE = {"format": 40, "compare": 35, "fold": 25, "record": 5, "phrases": 5, "screen": 5, "markup": 5}
"""How many of each hundred inputs a target gets; what comes after the first hundred is played beside."""
PLAYED = {
    "format": "played/format",
    "compare": "played/compare played/fold",
    "fold": "played/fold",
    "record": "played/record played/compare played/fold",
    "phrases": "rfg/phrases",
    "screen": "played/screen played/emulator played/format",
    "markup": "played/* rfg/*",
}
"""The modules of each target; when they change, its count begins anew."""
_LIMITS = ["-timeout=20", "-rss_limit_mb=2048", "-verbosity=0", "-print_final_stats=1"]


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    arguments.add_argument("--inputs", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("targets", nargs="*", default=list(NAMES), metavar="target")
    given = arguments.parse_args()
    print(f"seed {given.seed}, code {code()}", flush=True)
    good = all([_campaign(name, given.inputs * SHARE[name] // 100, given.seed) for name in given.targets])
    coverage_report.show(KEPT)
    return 0 if good else 1


def _campaign(name: str, inputs: int, seed: int) -> bool:
    """Play so many inputs, those of earlier calls with the same seed and code included; whether nothing was found."""
    folder = KEPT / name
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    seeds.write(name, folder / "seeds")
    count = _Count(folder / "count.json", seed, code(name))
    while count.inputs < inputs:
        if not _piece(name, folder, count, min(PIECE, inputs - count.inputs)):
            return False
    print(f"{name}: {count.inputs} inputs in {count.seconds:.0f} s, nothing found", flush=True)
    return True


def _piece(name: str, folder: Path, count: _Count, inputs: int) -> bool:
    command = [sys.executable, "-m", "tests.fuzz.run", name]
    command += flags(name, inputs, count.seed * 1_000 + count.pieces, folder)
    started = time.monotonic()
    with (folder / "log").open("w") as log:
        done = subprocess.run([*command, folder / "corpus", folder / "seeds"], cwd=ROOT, stdout=log, stderr=log)
    text = (folder / "log").read_text(errors="replace")
    played = re.search(r"^stat::number_of_executed_units: (\d+)", text, re.MULTILINE)
    count.add(int(played[1]) if played else 0, time.monotonic() - started)
    if done.returncode:
        found = re.search(r"Test unit written to (\S+)", text)
        print(text[-4_000:])
        print(
            f"{name}: found after {count.inputs} inputs; again with python -m tests.fuzz.run {name} {found and found[1]}"
        )
        return False
    return True


def flags(target: str, inputs: int, seed: int, folder: Path) -> list[str]:
    """What libFuzzer is told; findings and dictionary are put into the folder."""
    (folder / "words").write_text(seeds.dictionary())
    return [
        f"-runs={inputs}",
        f"-seed={seed}",
        f"-max_len={LENGTHS.get(target, 1024)}",
        f"-dict={folder / 'words'}",
        f"-artifact_prefix={folder}/",
        *_LIMITS,
    ]


class _Count:
    """How far the campaign of a target is."""

    def __init__(self, path: Path, seed: int, code: str) -> None:
        self.path, self.seed, self.code = path, seed, code
        self.inputs = self.pieces = 0
        self.seconds = 0.0
        if path.exists():
            known = json.loads(path.read_text())
            if (known["seed"], known["code"]) == (seed, code):
                self.inputs, self.pieces, self.seconds = known["inputs"], known["pieces"], known["seconds"]

    def add(self, inputs: int, seconds: float) -> None:
        self.inputs, self.pieces, self.seconds = self.inputs + inputs, self.pieces + 1, self.seconds + seconds
        known = {
            "seed": self.seed,
            "code": self.code,
            "inputs": self.inputs,
            "pieces": self.pieces,
            "seconds": self.seconds,
        }
        self.path.write_text(json.dumps(known))


def code(target: str = "markup") -> str:
    """What a target plays, as a short hash; without a name, everything that is played."""
    digest = hashlib.sha256()
    ext = ROOT / "ext"
    modules = [path for pattern in PLAYED[target].split() for path in sorted(ext.glob(f"{pattern}.py"))]
    for path in [*modules, ROOT / "tests/properties.py", ROOT / "tests/fuzz/targets.py"]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT / "ext"), str(ROOT)])
    sys.exit(main())
