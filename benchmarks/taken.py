"""How figures were taken: when, on what, with which versions, and beside what."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata

from benchmarks.result import ROOT


def taken(rounds: str, packages: Iterable[str] = (), rivals: Iterable[str] = (), **more: str) -> dict[str, str]:
    """The circumstances.

    Args:
        packages: distributions of the project's environment, of which the version is to be named.
        rivals: those of the environment of what is compared with.
    """
    found = [f"Python {platform.python_version()}", f"bash {_bash()}"]
    found += [f"{name} {metadata.version(name)}" for name in packages]
    (folder,) = ROOT.glob(".venv/bench/lib/python*/site-packages") if rivals else (None,)
    if folder:
        versions = {one.name.lower(): one.version for one in metadata.distributions(path=[str(folder)])}
        found += [f"{name} {versions[name.lower()]}" for name in rivals]
    beside = os.environ.get("BESIDE", "")
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg()[:2])
    return {
        "taken": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "rounds": rounds,
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, {platform.machine()}",
        "load": f"{load} (1 and 5 minutes, at the end){'; beside: ' + beside if beside else ''}",
        "versions": ", ".join(found),
        **more,
    }


def _bash() -> str:
    said = subprocess.run(["bash", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"version ([\d.]+)", said)
    return found[1] if found else "?"
