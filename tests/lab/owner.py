"""Which process a lab belongs to, so that the lab of a dead run can be told from one in use."""

import os
import socket
from pathlib import Path

from . import docker as cli
from .progress import say
from .settings import LABEL

OWNER = f"{LABEL}.owner"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    except OSError:
        return "unknown"


def _start_time(process: int) -> str:
    """When a process started, in clock ticks since the boot; empty when there is none."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def owner() -> str:
    """This process."""
    return f"{socket.gethostname()}/{_boot()}/{os.getpid()}/{_start_time(os.getpid())}"


def is_dead(text: str) -> bool:
    """Whether an owner certainly lives no more; of another machine nobody can tell."""
    host, boot, process, start = [*text.split("/"), "", "", "", ""][:4]
    if host != socket.gethostname() or not process.isdigit():
        return False
    return boot != _boot() or _start_time(int(process)) != start


def remove_dead_labs() -> None:
    """Remove what runs left that were killed; never what belongs to one that lives."""
    listing = cli.docker(
        "container",
        "ls",
        "--all",
        "--filter",
        f"label={OWNER}",
        "--format",
        f'{{{{.Label "{OWNER}"}}}} {{{{.Label "com.docker.compose.project"}}}}',
    )
    dead = {line.split()[1] for line in listing.splitlines() if is_dead(line.split()[0])}
    for project in sorted(dead):
        say(f"removing the lab {project} of a run that was killed")
        remove_project(project)


def remove_project(project: str) -> None:
    """Containers, networks and volumes of one lab."""
    for kind, removal in (
        ("container", ["rm", "--force", "--volumes"]),
        ("network", ["rm"]),
        ("volume", ["rm", "--force"]),
    ):
        listed = ["ls", "--all", "--quiet"] if kind == "container" else ["ls", "--quiet"]
        ids = cli.docker(kind, *listed, "--filter", f"label=com.docker.compose.project={project}").split()
        if ids:
            cli.docker(kind, *removal, *ids)
