"""The picture of the architecture is what the imports say: every module has its box, every arrow its imports."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXT = ROOT / "ext"
PICTURE = ET.parse(ROOT / "docs/images/architecture.svg").getroot()
BOXES = {
    group.attrib["data-box"]: group.attrib["data-modules"].split() for group in PICTURE.findall(".//*[@data-box]")
}
ARROWS = {(line.attrib["data-from"], line.attrib["data-to"]) for line in PICTURE.findall(".//*[@data-from]")}
BOX = {module: box for box, modules in BOXES.items() for module in modules}

MODULES = {
    ".".join(path.with_suffix("").relative_to(EXT).parts).removesuffix(".__init__"): path
    for package in ("played", "rfg")
    for path in sorted((EXT / package).rglob("*.py"))
}


def imported(path: Path) -> Iterator[str]:
    """The modules of ext/ that a module imports, inside of functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in whole)


def used() -> set[tuple[str, str]]:
    """(box, box) for every import that leaves its box. ``played`` itself is a version number and a list."""
    return {
        (BOX[module], BOX[name])
        for module, path in MODULES.items()
        for name in imported(path)
        if module in BOX and name in BOX and BOX[module] != BOX[name]
    }


def reachable(start: str, arrows: set[tuple[str, str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        box = waiting.pop()
        following = {to for source, to in arrows if source == box} - found
        found |= following
        waiting += following
    return found


def test_every_module_is_in_one_box() -> None:
    drawn = sorted(module for modules in BOXES.values() for module in modules)
    assert drawn == sorted(set(MODULES) - {"played"})


def test_every_module_is_in_the_list_of_its_package() -> None:
    for package in ("played", "rfg", "shell_tabs"):
        listed = set(re.findall(r":mod:`([\w.]+)`", (EXT / package / "__init__.py").read_text()))
        modules = {f"{package}.{path.stem}" for path in (EXT / package).glob("*.py")} - {f"{package}.__init__"}
        assert modules - listed == set()


def test_the_reading_order_has_what_a_module_needs_before_it() -> None:
    page = (ROOT / "docs/contributing/architecture.rst").read_text()
    listed = [re.findall(r"``([a-z]+\.[a-z_]+)``", line) for line in page.splitlines() if line.startswith("#. ")]
    before: set[str] = set()
    for modules in listed:
        needed = {name for module in modules for name in imported(MODULES[module]) if name in MODULES}
        assert needed - before - {"played", "rfg", *modules} == set(), modules
        before.update(modules)


def test_every_import_follows_arrows() -> None:
    wrong = sorted((box, to) for box, to in used() if to not in reachable(box, ARROWS))
    assert wrong == []


@pytest.mark.parametrize("arrow", sorted(ARROWS), ids=" to ".join)
def test_every_arrow_is_an_import_and_is_needed(arrow: tuple[str, str]) -> None:
    assert arrow in used()
    assert arrow[1] not in reachable(arrow[0], ARROWS - {arrow}), "other arrows say this already"


def test_there_is_no_circle() -> None:
    assert [box for box in BOXES if box in reachable(box, ARROWS)] == []
