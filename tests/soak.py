"""Plays the workshop again and again: python -m tests.soak --runs 20 --seed 1

Chapters are in random order, image stores take turns, and two busy loops compete with the lab.
Each run is kept in _build/soak; runs that were made on the same code count, so a soak can be gone on with.
"""

import argparse
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.lab.settings import ROOT

FOLDER = ROOT / "_build" / "soak"
STORES = ("overlay2", "containerd")
LIMIT = 3 * 3600  # seconds for one run
PLAY = ["-m", "tests.lab", "--", sys.executable, "-m", "pytest", "-q", "--expected", "examples/expected.toml"]
PLAY += ["--dist", "loadscope", "--no-loadscope-reorder"]


@contextmanager
def load() -> Iterator[None]:
    """Busy loops on two processors, at a lower priority than the lab's."""
    loops = [subprocess.Popen(["nice", "-n", "10", sys.executable, "-c", "while True: pass"]) for _ in range(2)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def code() -> str:
    """A hash of everything that a run depends on, as Git sees the working tree; the ledger is written by runs."""
    places = ["examples", "ext", "tests/lab", "tests/rows", "pyproject.toml", ":!examples/ledger.json"]
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *places],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    key = hashlib.sha256()
    for name in filter(None, listing.decode().split("\0")):
        path = ROOT / name
        key.update(name.encode() + b"\0" + (path.read_bytes() if path.is_file() else b"") + b"\0")
    return key.hexdigest()[:12]


def run(number: int, seed: int, jobs: str, path: Path) -> dict[str, object]:
    store = STORES[number % len(STORES)]
    began = time.monotonic()
    with load(), path.with_suffix(".log").open("wb") as log:
        try:
            status = subprocess.run(
                [sys.executable, *PLAY, "-n", jobs, "--shuffle", str(seed), "examples"],
                cwd=ROOT,
                env={**os.environ, "STORE": store},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=LIMIT,
            ).returncode
        except subprocess.TimeoutExpired:
            status = 124
    said = path.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    return {
        "number": number,
        "seed": seed,
        "store": store,
        "status": status,
        "seconds": round(time.monotonic() - began),
        "day": datetime.now(UTC).date().isoformat(),
        "failed": re.findall(r"^(?:FAILED|ERROR) (\S+)", said, re.MULTILINE),
        "code": code(),
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10000))
    parser.add_argument("--jobs", default="auto", help="labs at a time")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    print(f"seed {options.seed}, {options.runs} runs on the code {code()}", flush=True)
    green = 0
    for number in range(options.runs):
        path = FOLDER / f"seed-{options.seed}-{number:03}.json"
        one = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if one.get("code") != code():
            one = run(number, options.seed + number, options.jobs, path)
            path.write_text(json.dumps(one, indent=1) + "\n", encoding="utf-8")
        green += one["status"] == 0
        said = "green" if one["status"] == 0 else f"status {one['status']}, failed: {', '.join(one['failed'])}"
        print(f"{number:3} {one['store']:11} seed {one['seed']:<6}{one['seconds']:6} s  {said}", flush=True)
    print(f"{green}/{options.runs} green")
    return 0 if green == options.runs else 1


if __name__ == "__main__":
    assert Path.cwd() == ROOT, f"call it in {ROOT}"
    sys.exit(main())
