"""What is missing on this machine, and installing it from the distribution where that is allowed."""

import os
import shutil
import subprocess
from pathlib import Path

from .errors import LabError
from .progress import say, step
from .settings import installing_allowed


def install(packages: list[str], why: str) -> None:
    """Install distribution packages, announcing them first; a LabError says why that cannot be done."""
    names = " ".join(packages)
    by_hand = f"{why}: install it yourself, on Debian and Ubuntu with `apt-get install {names}`"
    if not installing_allowed():
        raise LabError(f"{by_hand} (INSTALL=0 forbids doing it for you).")
    if shutil.which("apt-get") is None:
        raise LabError(f"{by_hand} (this system has no apt-get, so nothing was tried).")
    if os.geteuid() != 0:
        raise LabError(f"{by_hand} (only root may; you are not root).")
    say(f"{why}; installing {names} with apt-get (INSTALL=0 forbids this)")
    with step(f"apt-get install {names}"):
        if _apt_get("install", packages).returncode:
            # The package lists may be old or missing.
            _apt_get("update", [])
            result = _apt_get("install", packages)
            if result.returncode:
                reason = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
                raise LabError(f"{by_hand} (apt-get failed: {reason}).")


def _apt_get(verb: str, packages: list[str]) -> subprocess.CompletedProcess[str]:
    command = ["apt-get", "--quiet", "--yes", "-o", "DPkg::Lock::Timeout=300", "--no-install-recommends"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(
            [*command, verb, *packages],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=900,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", "no end within 15 minutes")


def need_root_file_system_tool() -> None:
    """mmdebstrap and the keys of Debian's archive, which it checks signatures with."""
    missing = [
        name
        for name, there in {
            "mmdebstrap": shutil.which("mmdebstrap") is not None,
            "debian-archive-keyring": Path("/usr/share/keyrings/debian-archive-keyring.gpg").exists(),
        }.items()
        if not there
    ]
    if missing:
        install(missing, "mmdebstrap is missing, which builds the lab's images")
