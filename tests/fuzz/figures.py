"""What has been measured so far, kept until the code changes, so that what was stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.fuzz.__main__ import KEPT, code

_Figure = TypeVar("_Figure", int | None, float)


class Figures:
    """Figures by name, in ``_build/fuzz/NAME.json``."""

    def __init__(self, name: str) -> None:
        self.path: Path = KEPT / f"{name}.json"
        known = json.loads(self.path.read_text()) if self.path.exists() else {}
        self.figures = known["figures"] if known.get("code") == code() else {}

    def get(self, name: str, measure: Callable[[], _Figure]) -> _Figure:
        """A figure, measured if it is not known."""
        if name not in self.figures:
            self.figures[name] = measure()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(json.dumps({"code": code(), "figures": self.figures}, indent=1))
        figure: _Figure = self.figures[name]
        return figure
