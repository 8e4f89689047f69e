"""What is fuzzed: each target takes any bytes, and raises where something that must hold does not."""

from __future__ import annotations

from collections.abc import Callable

from tests import properties

Target = Callable[[bytes], None]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _two(data: bytes) -> tuple[list[str], list[str]]:
    """Two outputs: recorded and live, divided by a line with nothing but =."""
    recorded, _, live = _text(data).partition("\n=\n")
    return recorded.split("\n"), live.split("\n")


def format(data: bytes) -> None:
    properties.a_transcript_or_its_problems(_text(data))


def compare(data: bytes) -> None:
    properties.an_honest_comparison(*_two(data))


def fold(data: bytes) -> None:
    properties.a_folded_line(_text(data).replace("\n", " "))


def record(data: bytes) -> None:
    properties.a_true_record(*_two(data))


def phrases(data: bytes) -> None:
    option, _, texts = _text(data).partition("\n=\n")
    properties.phrases_in_their_places(option, texts.split("\n=\n"))


def screen(data: bytes) -> None:
    properties.a_clean_screen(data)


TARGETS: dict[str, Target] = {
    "format": format,
    "compare": compare,
    "fold": fold,
    "record": record,
    "phrases": phrases,
    "screen": screen,
}
NAMES = (*TARGETS, "markup")


def target(name: str) -> Target:
    """A target. Sphinx is started for the one that needs it."""
    if name == "markup":
        from tests.fuzz.markup import Markup

        return Markup()
    return TARGETS[name]
