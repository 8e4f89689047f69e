"""Which process a lab belongs to, so that the lab of a dead run can be told from one in use."""

import os
import socket
import time
from pathlib import Path

from . import docker as cli
from .errors import LabError
from .progress import say
from .settings import LABEL

OWNER = f"{LABEL}.owner"
PROJECT = "com.docker.compose.project"
CANARY = f"{LABEL}-canary"
LISTINGS = {
    "container": ["container", "ls", "--all"],
    "network": ["network", "ls"],
    "volume": ["volume", "ls"],
    "image": ["image", "ls", "--filter", f"reference={CANARY}*"],
}
REMOVALS = {
    "container": ["container", "rm", "--force", "--volumes"],
    "network": ["network", "rm"],
    "volume": ["volume", "rm", "--force"],
    "image": ["image", "rm", "--force"],
}
LABELS = {"container": "Config.Labels", "network": "Labels", "volume": "Labels", "image": "Config.Labels"}
TRIES = 5  # the engine may still be starting what a killed run asked for


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    except OSError:
        return "unknown"


def _table() -> str:
    """The table of processes that this one is in: in another container a number means another process."""
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""


def _start_time(process: int) -> str:
    """When a process started, in clock ticks since the boot; empty when there is none, or only its exit status."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in "ZX" else fields[19]


def _lives(process: int, start: str) -> bool:
    if now := _start_time(process):
        return now == start
    if Path(f"/proc/{process}").exists():
        return False  # only its exit status is left
    try:
        os.kill(process, 0)  # sends nothing; other users' processes may be hidden in /proc (hidepid)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        pass
    return False


def owner() -> str:
    """This process."""
    return f"{socket.gethostname()}/{_boot()}/{os.getpid()}/{_start_time(os.getpid())}/{_table()}"


def is_dead(text: str) -> bool:
    """Whether an owner certainly lives no more; of another machine, or a container on it, nobody can tell."""
    host, boot, process, start, table = [*text.split("/"), "", "", "", "", ""][:5]
    if host != socket.gethostname() or not process.isdecimal():
        return False
    if boot != _boot():
        return True
    return table in ("", _table()) and not _lives(int(process), start)


def owners() -> set[str]:
    """Everybody to whom something belongs on the hosting engine.

    A run may be killed when it has a network and no container yet, so every kind is asked for.
    """
    found: set[str] = set()
    for kind, listing in LISTINGS.items():
        ids = set(cli.docker(*listing, "--quiet", "--filter", f"label={OWNER}").split())
        labels = f'{{{{index .{LABELS[kind]} "{OWNER}"}}}}'
        # One that another run is just removing has no label any more.
        found.update(cli.try_docker(kind, "inspect", "--format", labels, *ids).stdout.split() if ids else [])
    return found


def remove_dead_labs() -> None:
    """Remove what runs left that were killed; never what belongs to one that lives."""
    for one in sorted(filter(is_dead, owners())):
        say(f"removing the lab that process {one.split('/')[2]} has left")
        remove(f"{OWNER}={one}")


def remove_project(project: str) -> None:
    """Remove one lab."""
    remove(f"{PROJECT}={project}")


def remove(label: str) -> None:
    """Remove everything with a label; a LabError says what could not be removed."""
    for tried in range(TRIES):
        refused = [reason for kind in LISTINGS for reason in _remove(kind, label)]
        if not refused:
            return
        time.sleep(0.2 * 2**tried)
    raise LabError(f"The hosting engine does not remove what a lab left: {refused[0]}")


def _remove(kind: str, label: str) -> list[str]:
    ids = cli.docker(*LISTINGS[kind], "--quiet", "--filter", f"label={label}").split()
    result = cli.try_docker(*REMOVALS[kind], *ids) if ids else None
    return [cli.last_line(result.stderr)] if result is not None and result.returncode else []
