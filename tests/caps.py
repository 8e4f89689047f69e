"""Which capabilities the lab's engine needs: python -m tests.lab -- python -m tests.caps

Each capability of the compose file is left out once, and what needs much is played without it. What has been
found is kept in _build/caps as long as the compose file does not change, so an interrupted search goes on.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.lab.settings import LAB, ROOT

FOLDER = ROOT / "_build" / "caps"
COMPOSE = (LAB / "compose.yaml").read_text(encoding="utf-8")
LIMIT = 900  # seconds for one capability
# Users and owners in images, a login, a daemon that restarts, names and ports of a network, databases.
PLAYED = [
    "tests/test_lab.py",
    "-k",
    "tools or login or restarted or published or leaves_nothing or harm_nothing or programs_of",
]


def capabilities() -> list[str]:
    """The list that the compose file gives to the engine."""
    part = COMPOSE.partition("cap_add:\n")[2]
    lines = [line.strip() for line in part.splitlines()]
    return [line.removeprefix("- ") for line in lines[: next(i for i, x in enumerate(lines) if x[:2] != "- ")]]


def without(capability: str) -> dict[str, str | float]:
    """Play without one capability; says how it ended, and the first thing that went wrong."""
    compose = FOLDER / f"{capability}.yaml"
    compose.write_text(COMPOSE.replace(f"      - {capability}\n", "", 1), encoding="utf-8")
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=short", *PLAYED]
    environment = {**os.environ, "LAB_COMPOSE_FILE": str(compose)}
    try:
        result = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )
        status, said = result.returncode, result.stdout
    except subprocess.TimeoutExpired as error:
        status, said = 124, str(error.output or "")
    (FOLDER / f"{capability}.log").write_text(said, encoding="utf-8")
    return {
        "capability": capability,
        "status": status,
        "breaks": reason(said) if status else "",
        "seconds": round(time.monotonic() - began, 1),
        "compose": hashlib.sha256(COMPOSE.encode()).hexdigest(),
    }


def reason(said: str) -> str:
    """The error of the first failure."""
    lines = [line.removeprefix("E").strip() for line in said.splitlines() if line.startswith("E ")]
    summary = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    errors = [line for line in lines if "rror" in line or "denied" in line or "permitted" in line]
    return (errors or lines or summary or ["no reason given"])[-1][:200]


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    version = hashlib.sha256(COMPOSE.encode()).hexdigest()
    needless = []
    for capability in capabilities():
        path = FOLDER / f"{capability}.json"
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if found.get("compose") != version:
            found = without(capability)
            path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        if not found["status"]:
            needless.append(capability)
        print(f"{capability:18}{found['seconds']:7} s  {found['breaks'] or 'nothing breaks'}", flush=True)
    print(f"{len(capabilities())} tried, without effect: {', '.join(needless) or 'none'}")
    return 1 if needless else 0


if __name__ == "__main__":
    assert Path.cwd() == ROOT, f"call it in {ROOT}"
    sys.exit(main())
