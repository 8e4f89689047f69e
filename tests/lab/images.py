"""The lab's images on the hosting engine: built when their recipe changed, found again otherwise."""

import hashlib
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .docker import docker, try_docker
from .packages import need_root_file_system_tool
from .progress import step
from .rootfs import SOURCES, Recipe, build_rootfs, read_recipe, rootfs_sources
from .settings import LAB, LABEL, ca_bundle, cache_folder

# Only mmdebstrap and unpacking are slow, and a bare machine has about two cores.
AT_ONCE = 2


@dataclass(frozen=True)
class Image:
    """One image, named by what it is made of."""

    name: str
    recipe: Recipe
    tag: str
    below: str  # the image it is built on


def plan(folder: Path, base: Image | None = None) -> Image:
    """The image of a folder below tests/lab, with the key that its content gives it."""
    recipe = read_recipe(folder)
    below = base.tag if base else f"{LABEL}/rootfs:{folder.name}-{_key(rootfs_sources(recipe))}"
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    key = _key([ca_bundle(), SOURCES, below.encode(), repr(files).encode()])
    return Image(folder.name, recipe, f"{LABEL}/{folder.name}:{key}", below)


def _key(parts: list[bytes]) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def plan_stand_in(name: str) -> Image:
    folder = LAB / "stand-ins" / name
    base = read_recipe(folder).base
    return plan(folder, plan_stand_in(base) if base else None)


def plan_stand_ins(names: list[str]) -> list[Image]:
    """These stand-ins and what they are built on."""
    bases = [read_recipe(LAB / "stand-ins" / name).base for name in names]
    return [plan_stand_in(name) for name in dict.fromkeys([*filter(None, bases), *names])]


def exists(tag: str) -> bool:
    return try_docker("image", "inspect", "--format", "{{.Id}}", tag).returncode == 0


def build(image: Image) -> None:
    """Make the root file system, then the image on the hosting engine."""
    work = cache_folder() / "work"
    work.mkdir(parents=True, exist_ok=True)
    with step(f"image {image.tag}"), tempfile.TemporaryDirectory(dir=work) as temporary:
        context = Path(temporary)
        # mmdebstrap gives up root here and there and must be able to look inside.
        context.chmod(0o755)
        shutil.copytree(image.recipe.folder, context, dirs_exist_ok=True)
        (context / "ca-bundle.crt").write_bytes(ca_bundle())
        rootfs = context / "rootfs.tar"
        if image.recipe.base:
            build_rootfs(image.recipe, rootfs)
        elif not exists(image.below):
            # An image of its own, so that another script or certificate does not cost a new one.
            build_rootfs(image.recipe, rootfs)
            docker("import", str(rootfs), image.below, limit=600)
            rootfs.unlink()
        docker(
            "build",
            "--quiet",
            "--force-rm",
            "--tag",
            image.tag,
            "--label",
            f"{LABEL}.recipe={image.name}",
            "--build-arg",
            f"BASE={image.below}",
            str(context),
            limit=600,
        )


def ensure(images: list[Image]) -> None:
    """Build those that are missing, what others build on first, two at a time."""
    wanted = {image.tag: image for image in images}
    missing = [image for tag, image in wanted.items() if not exists(tag)]
    if not missing:
        return
    need_root_file_system_tool()
    bases = {image.below for image in missing}
    for image in missing:
        if image.tag in bases:
            build(image)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(build, [image for image in missing if image.tag not in bases]))
