"""Last touches on an unpacked root file system, called by mmdebstrap: finish_rootfs.py ROOT RECIPE-FOLDER."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

SEARCHED = ("usr/bin", "usr/sbin", "usr/games")
WASTE = (
    "var/cache/apt",
    "var/lib/apt/lists",
    "var/log",
    "usr/share/doc",
    "usr/share/man",
    "usr/share/info",
    "usr/share/locale",
    "usr/share/lintian",
)
# In an image that only unpacks packages nothing of Debian's own machinery is of use.
DEBIAN_WASTE = (
    "var/lib/dpkg",
    "var/cache/debconf",
    "etc/apt",
    "etc/dpkg",
    "etc/init.d",
    "etc/systemd",
    "usr/lib/systemd",
    "usr/share/bash-completion",
    "usr/share/perl5",
    "usr/share/perl",
    "usr/share/debconf",
    "usr/share/bug",
    "usr/share/initramfs-tools",
    "usr/lib/init",
    "usr/share/postgresql-common",
    "usr/share/i18n",
    "usr/lib/*/perl*",
    "usr/lib/*/libperl.so*",
    "usr/lib/*/systemd",
)


def remove(root: Path, names: tuple[str, ...]) -> None:
    for pattern in names:
        for path in root.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def keep_only(root: Path, programs: list[str]) -> None:
    """Remove every program but these, so that nothing works here that fails in the original."""
    for folder in SEARCHED:
        for program in (root / folder).glob("*"):
            if program.name not in programs:
                program.unlink()


def link_applets(root: Path, applets: Path) -> None:
    """BusyBox under the names it has in Alpine."""
    listing = ["chroot", str(root), "/usr/bin/busybox", "--list"]
    offered = set(subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split())
    for applet in applets.read_text(encoding="utf-8").split():
        link = root / "usr/bin" / applet
        if applet in offered and not link.exists():
            link.symlink_to("/usr/bin/busybox")


def write_users(root: Path) -> None:
    """What the maintainer scripts would have written."""
    etc = root / "etc"
    (etc / "passwd").write_text(
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n", encoding="utf-8"
    )
    (etc / "group").write_text("root:x:0:root\nnobody:x:65534:\n", encoding="utf-8")
    (etc / "shadow").write_text("root:*::0:::::\nnobody:!::0:::::\n", encoding="utf-8")
    (etc / "shadow").chmod(0o640)
    (etc / "nsswitch.conf").write_text("hosts: files dns\n", encoding="utf-8")
    (root / "root").chmod(0o700)
    (root / "tmp").chmod(0o1777)


def install_python(root: Path) -> None:
    """`python`, `pip` and their like in /usr/local/bin, where the official image has them."""
    interpreter = max((root / "usr/bin").glob("python3.[0-9]*"), default=None, key=lambda path: len(path.name))
    if interpreter is None:
        return
    version = interpreter.name.removeprefix("python")
    (root / f"usr/lib/python{version}/EXTERNALLY-MANAGED").unlink(missing_ok=True)
    local = root / "usr/local/bin"
    local.mkdir(parents=True, exist_ok=True)
    for name in ("python", "python3", f"python{version}"):
        (local / name).symlink_to(f"/usr/bin/python{version}")
    wheels = root / "usr/share/python-wheels"
    for wheel in wheels.glob("pip-*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(root / f"usr/local/lib/python{version}/dist-packages")
    shutil.rmtree(wheels, ignore_errors=True)
    for name in ("pip", "pip3", f"pip{version}"):
        script = local / name
        script.write_text(
            f"#!/usr/local/bin/python{version}\nimport sys\n"
            "from pip._internal.cli.main import main\nsys.exit(main())\n",
            encoding="utf-8",
        )
        script.chmod(0o755)


def say_what_it_is(root: Path, title: str) -> None:
    """/etc/os-release of a stand-in tells what it is."""
    release = root / "usr/lib/os-release"
    lines = release.read_text(encoding="utf-8").splitlines() if release.exists() else []
    lines = [line for line in lines if not line.startswith(("PRETTY_NAME=", "VARIANT"))]
    lines += [
        f'PRETTY_NAME="Stand-in for {title} of the Docker workshop, made from Debian packages"',
        'VARIANT="Docker workshop stand-in"',
        "VARIANT_ID=docker-workshop-stand-in",
        "",
    ]
    release.write_text("\n".join(lines), encoding="utf-8")


def main(root: Path, folder: Path) -> None:
    recipe = tomllib.loads((folder / "recipe.toml").read_text(encoding="utf-8"))
    stand_in = folder.parent.name == "stand-ins"
    remove(root, WASTE)
    (root / "var/log").mkdir(parents=True, exist_ok=True)
    if recipe["variant"] == "extract":
        keep_only(root, recipe["keep"])
        remove(root, DEBIAN_WASTE)
        for name in ("run", "lock"):
            shutil.rmtree(root / "var" / name, ignore_errors=True)
            (root / "var" / name).unlink(missing_ok=True)
            (root / "var" / name).symlink_to("../run" if name == "run" else "../run/lock")
    if stand_in:
        install_python(root)
        say_what_it_is(root, folder.name)
    if (folder / "applets.txt").exists():
        link_applets(root, folder / "applets.txt")
        write_users(root)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
