"""Root file systems from signed Debian packages, by mmdebstrap."""

import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from .errors import LabError

FINISH = Path(__file__).with_name("finish_rootfs.py")
# What decides, beside the recipes, what comes out; part of every image's key.
SOURCES = Path(__file__).read_bytes() + FINISH.read_bytes()


@dataclass(frozen=True)
class Recipe:
    """What goes into a root file system; the content of a recipe.toml."""

    folder: Path
    suite: str
    variant: str
    packages: list[str]
    keep: list[str] = field(default_factory=list)
    base: str = ""


def read_recipe(folder: Path) -> Recipe:
    """The recipe.toml of an image folder."""
    path = folder / "recipe.toml"
    try:
        return Recipe(folder, **tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise LabError(f"{path} is not a usable recipe: {error}; put it right.") from error


def rootfs_sources(recipe: Recipe) -> list[bytes]:
    """Everything that a root file system depends on, but for the packages' versions."""
    names = ("recipe.toml", "applets.txt")
    return [SOURCES, *(path.read_bytes() for name in names if (path := recipe.folder / name).exists())]


def mmdebstrap(suite: str, variant: str, packages: list[str], target: Path, *hooks: str) -> None:
    """Unpack packages and what they depend on into `target`, a folder or a tar file."""
    command = [
        "mmdebstrap",
        "--quiet",
        f"--variant={variant}",
        f"--include={','.join(packages)}",
        # An index may be a few weeks old where a proxy keeps it.
        '--aptopt=Acquire::Check-Valid-Until "false"',
        '--aptopt=Acquire::Retries "3"',
        "--dpkgopt=path-exclude=/usr/share/doc/*",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/info/*",
        "--dpkgopt=path-exclude=/usr/share/locale/*",
        # A variant that only unpacks runs no customize hooks.
        *(f"--{'extract' if variant == 'extract' else 'customize'}-hook={hook}" for hook in hooks),
        # The hook has cleaned up already, more thoroughly.
        *(["--skip=cleanup"] if variant == "extract" and hooks else []),
        suite,
        str(target),
    ]
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    except subprocess.TimeoutExpired as error:
        raise LabError(f"mmdebstrap did not get {suite} within 15 minutes; is the network up?") from error
    if result.returncode:
        reasons = [line for line in result.stderr.splitlines() if line.startswith("E: ")]
        reason = reasons[0] if reasons else f"status {result.returncode}"
        raise LabError(f"mmdebstrap could not get {', '.join(packages[:3])} … from {suite}: {reason}")


def build_rootfs(recipe: Recipe, target: Path) -> None:
    """Write the root file system of a recipe as a tar file."""
    hook = f'"{sys.executable}" "{FINISH}" "$1" "{recipe.folder}"'
    mmdebstrap(recipe.suite, recipe.variant, recipe.packages, target, hook)
