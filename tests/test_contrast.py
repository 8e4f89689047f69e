"""The contrast of the red emphasis, computed from the style sheets that a build writes (WCAG 2.2, 1.4.3 and 1.4.6).

https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.sphinx_site import Site

Colour = tuple[float, float, float]


@pytest.fixture(scope="module")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The style sheets of a site in the theme of this one."""
    site = Site(tmp_path_factory.mktemp("site"), conf={"html_theme": "furo"})
    site.page("x")
    return site.build() / "_static"


def colour(text: str) -> Colour:
    digits = text.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    assert re.fullmatch("[0-9a-fA-F]{6}", digits), text
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue


def over(below: Colour, above: Colour, alpha: float) -> Colour:
    red, green, blue = (b * (1 - alpha) + a * alpha for b, a in zip(below, above, strict=True))
    return red, green, blue


def luminance(channels: Colour) -> float:
    red, green, blue = (
        c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def found(pattern: str, text: str) -> list[str]:
    values = re.findall(pattern, text, re.DOTALL)
    assert values, pattern
    return values


def test_the_formula() -> None:
    assert contrast(colour("#000"), colour("#fff")) == pytest.approx(21)
    assert contrast(colour("#777"), colour("#ffffff")) == pytest.approx(4.48, abs=0.005)


def reds(static: Path) -> dict[str, set[str]]:
    rfg = (static / "rfg.css").read_text()
    return {
        "light": set(found(r":root \{\s*--rfg: (#\w+)", rfg)),
        "dark": set(found(r'\[data-theme="(?:dark|auto)"\] \{\s*--rfg: (#\w+)', rfg)),
    }


def surfaces(static: Path, mode: str) -> dict[str, Colour]:
    """What emphasised text can stand on. furo writes the light values first, then the dark ones twice."""
    pygments, furo, played = (
        (static / name).read_text() for name in ("pygments.css", "styles/furo.css", "played.css")
    )
    selector = r"^\.highlight" if mode == "light" else r'^body\[data-theme="dark"\] \.highlight'
    names = ("primary", "secondary", "hover")
    values = {name: found(rf"--color-background-{name}:(#\w+)", furo) for name in names}
    values["target"] = found(r"--color-highlighted-background:(#\w+)", furo)
    all_surfaces = {
        name: {colour(value) for value in (found_values[:1] if mode == "light" else found_values[1:])}
        for name, found_values in values.items()
    }
    for name, kind in {"code": r" \{ background: ", "line": r" \.hll \{ background-color: "}.items():
        all_surfaces[name] = {colour(value) for value in found(rf"(?m){selector}{kind}(#\w+)", pygments)}
    (code,) = all_surfaces["code"]
    changes = found(r"background: rgb\((\d+) (\d+) (\d+) / ([\d.]+)\)", played)
    for number, (red, green, blue, alpha) in enumerate(changes):
        all_surfaces[f"change {number}"] = {over(code, (float(red), float(green), float(blue)), float(alpha))}
    for name, one in all_surfaces.items():
        assert len(one) == 1, (mode, name, one)
    return {name: next(iter(one)) for name, one in all_surfaces.items()}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_emphasis_can_be_read_everywhere(static: Path, mode: str) -> None:
    (red,) = reds(static)[mode]
    ratios = {name: contrast(colour(red), below) for name, below in surfaces(static, mode).items()}
    for name in ("primary", "secondary", "hover", "code"):
        assert ratios[name] >= 7, ratios
    assert min(ratios.values()) >= 4.5, ratios


def test_the_emphasis_on_paper(static: Path) -> None:
    rfg = (static / "rfg.css").read_text()
    (block,) = found(r"@media print \{(.*?)\n\}", rfg)
    package = (Path(__file__).parents[1] / "ext/rfg/static/rfg.sty").read_text()
    for red in (*found(r"--rfg: (#\w+)", block), *found(r"\{HTML\}\{(\w+)\}", package)):
        assert contrast(colour(red), colour("#fff")) >= 7


def test_emphasis_is_never_colour_alone(static: Path) -> None:
    rfg = (static / "rfg.css").read_text()
    (rule,) = found(r"\nstrong\.rfg \{(.*?)\}", rfg)
    assert "font-weight: bold" in rule
    assert "text-decoration: underline" in rule
    (forced,) = found(r"@media \(forced-colors: active\) \{(.*?)\n\}", rfg)
    assert "color: CanvasText" in forced
    assert "text-decoration-thickness" in forced
