"""``make formats``: the site as PDF and as EPUB, checked, in ``_build/formats``.

What is missing is installed from the distribution, announced first. TeX is large, so no other target needs it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.lab.errors import LabError
from tests.lab.packages import install
from tests.lab.progress import say, step

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "_build"
NAME = "docker-workshop"
EPUBCHECK = Path("/usr/share/java/epubcheck.jar")
FONT = Path("/usr/share/fonts/opentype/freefont/FreeSerif.otf")

PACKAGES = {
    "latexmk": lambda: shutil.which("latexmk"),
    "texlive-xetex": lambda: shutil.which("xelatex"),
    "texlive-latex-extra": lambda: _has_style("tabulary.sty"),
    "texlive-fonts-recommended": lambda: _has_style("pzdr.tfm"),
    "fonts-freefont-otf": FONT.exists,
    "librsvg2-bin": lambda: shutil.which("rsvg-convert"),
    "epubcheck": EPUBCHECK.exists,
}
"""Debian's package → whether what is needed of it is there."""


class FormatError(Exception):
    """A format that cannot be published; the message says why."""


def _has_style(name: str) -> bool:
    found = shutil.which("kpsewhich") and subprocess.run(["kpsewhich", name], capture_output=True, check=False)
    return bool(found) and found.returncode == 0


def need_tools() -> None:
    """Install what is missing."""
    missing = [package for package, there in PACKAGES.items() if not there()]
    if missing:
        install(missing, "TeX, rsvg-convert or epubcheck is missing, which make and check the formats")


def sphinx(builder: str) -> Path:
    """Build anew, every warning an error. Each builder has doctrees of its own (sphinx#8974)."""
    shutil.rmtree(BUILD / builder, ignore_errors=True)
    options = ["-q", "-n", "-W", "--keep-going", "-j", "2", "-d", f"_build/doctrees-{builder}"]
    command = [sys.executable, "-m", "sphinx", "-M", builder, "docs", "_build", "-c", ".", *options]
    run = subprocess.run(command, cwd=ROOT, check=False)
    if run.returncode:
        raise FormatError(f"sphinx -M {builder} has found what stands above")
    return BUILD / builder


def pdf() -> Path:
    """Typeset the book; a letter that no font has is an error, because TeX leaves it out without a word."""
    folder = sphinx("latex")
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", f"{NAME}.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if run.returncode:
        raise FormatError(
            f"latexmk has failed, see {folder / NAME}.log:\n" + "\n".join(run.stdout.splitlines()[-15:])
        )
    return folder / f"{NAME}.pdf"


def letters_without_a_font(log: str) -> list[str]:
    """What the log of TeX says is missing from the pages."""
    return sorted(set(re.findall(r"^Missing character: There is no (.+?) in font", log, re.MULTILINE)))


def epub() -> Path:
    """Make the EPUB and check it with the W3C's tool; a warning of it is an error."""
    book = sphinx("epub") / f"{NAME}.epub"
    command = ["java", "-jar", str(EPUBCHECK), "--quiet", "--failonwarnings", str(book)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise FormatError(f"epubcheck says:\n{run.stderr.strip()}")
    return book


def main() -> int:
    try:
        if os.environ.get("DRAFT"):
            raise FormatError("a draft is not for publication, and the next site would offer it; leave DRAFT out")
        need_tools()
        with step("EPUB"):
            books = [epub()]
        with step("PDF"):
            books.append(pdf())
        missing = letters_without_a_font((BUILD / "latex" / f"{NAME}.log").read_text(errors="replace"))
        if missing:
            raise FormatError(f"no font has {', '.join(missing)}; the PDF lacks them")
    except (LabError, FormatError) as error:
        print(f"formats: {error}", file=sys.stderr)
        return 1
    target = BUILD / "formats"
    target.mkdir(parents=True, exist_ok=True)
    for book in books:
        shutil.copy(book, target)
        say(f"{target / book.name}: {book.stat().st_size / 1000:.0f} kB")
    print(f"The next `make html` puts them on the site and links to them: {target}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
