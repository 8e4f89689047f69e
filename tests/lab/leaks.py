"""What the hosting engine holds, to be compared before and after a run."""

from .docker import docker
from .settings import LABEL

LISTINGS = {
    "container": ["container", "ls", "--all", "--format", "{{.Names}}"],
    "volume": ["volume", "ls", "--format", "{{.Name}}"],
    "network": ["network", "ls", "--format", "{{.Name}}"],
    "image": ["image", "ls", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"],
}


def snapshot(own: str) -> set[str]:
    """Everything but the documented caches (images docker-workshop/…), other labs, their canaries and images in the making.

    ``own`` is the project name of the lab that is asked about; all that belongs to it counts.
    """
    nameless = ("--filter", "dangling=true", "--filter", f"label={LABEL}.recipe")
    unfinished = docker("image", "ls", "--quiet", *nameless).split()
    return {
        f"{kind} {line}"
        for kind, listing in LISTINGS.items()
        for line in docker(*listing).splitlines()
        if not line.startswith((f"{LABEL}/", f"{LABEL}-")) or line.startswith((f"{own}-", f"{own}_"))
        if line.rpartition(" ")[2] not in unfinished
    }


def belonging_to(processes: set[int]) -> set[str]:
    """What the labs and canaries of these processes are made of, by name."""
    own = tuple(f"{LABEL}-{what}{process}-" for what in ("", "canary-", "seeding-") for process in processes)
    return {
        f"{kind} {line}"
        for kind, listing in LISTINGS.items()
        for line in docker(*listing).splitlines()
        if f"{line}-".startswith(own)
    }
