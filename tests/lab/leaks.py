"""What the hosting engine holds, to be compared before and after a run."""

from .docker import docker
from .settings import LABEL

LISTINGS = {
    "container": ["container", "ls", "--all", "--format", "{{.Names}}"],
    "volume": ["volume", "ls", "--format", "{{.Name}}"],
    "network": ["network", "ls", "--format", "{{.Name}}"],
    "image": ["image", "ls", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"],
}


def snapshot(own: str = LABEL) -> set[str]:
    """Everything but the documented caches (images docker-workshop/…) and what belongs to other labs."""
    return {
        f"{kind} {line}"
        for kind, listing in LISTINGS.items()
        for line in docker(*listing).splitlines()
        if not line.startswith((f"{LABEL}/", f"{LABEL}-")) or line.startswith(own)
    }
