"""A Docker Compose of version 2 or newer: the installed one, or Debian's signed package unpacked."""

import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

from .docker import try_docker
from .errors import LabError
from .packages import need_root_file_system_tool
from .progress import say, step
from .rootfs import mmdebstrap
from .settings import cache_folder, installing_allowed

SUITE = "trixie"  # its Compose runs on every C library since Debian 12's
PLUGIN = "usr/libexec/docker/cli-plugins/docker-compose"


def _works(command: list[str]) -> bool:
    try:
        result = subprocess.run([*command, "version", "--short"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    major = result.stdout.strip().lstrip("v").partition(".")[0]
    return result.returncode == 0 and major.isdigit() and int(major) >= 2


def compose_command() -> str:
    """How to call Compose, for a shell."""
    if try_docker("compose", "version").returncode == 0 and _works(["docker", "compose"]):
        return "docker compose"
    unpacked = cache_folder() / "docker-compose"
    if not _works([str(unpacked)]):
        _unpack(unpacked)
    return shlex.quote(str(unpacked))


def _unpack(target: Path) -> None:
    why = "Docker Compose is missing or older than version 2"
    if not installing_allowed():
        raise LabError(f"{why}: install the Compose plugin of your distribution (INSTALL=0 forbids fetching one).")
    say(f"{why}; unpacking the signed one of Debian {SUITE} into {target.parent}, installing nothing")
    need_root_file_system_tool()
    work = cache_folder() / "work"
    work.mkdir(parents=True, exist_ok=True)
    with step("Docker Compose"), tempfile.TemporaryDirectory(dir=work) as temporary:
        # mmdebstrap checks Debian's signatures and leaves the machine's apt sources alone.
        folder = Path(temporary) / "root"
        mmdebstrap(SUITE, "extract", ["docker-compose"], folder)
        new = target.with_suffix(".new")
        shutil.copy2(folder / PLUGIN, new)
        new.replace(target)
    if not _works([str(target)]):
        raise LabError(f"{why}, and Debian's does not run on this system: install the Compose plugin yourself.")
