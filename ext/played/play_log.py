"""What a play really typed and copied, written down for those who compare a page with it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from played.ledger import kind
from played.play import TurnResult
from played.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class Typed:
    """One command: as the transcript has it, and as the driver says that its shell was given it.

    The two are the same text, save for the recorded ids in it, which are played as the live ones.
    """

    recorded: str
    typed: str


@dataclass(slots=True)
class PlayLog:
    """One transcript.

    Attributes:
        transcript: ``FOLDER/NAME.console``.
        hash: its fingerprint when it was played.
        facts: what the host said of itself.
        passed: whether every step did what it should.
        steps: the commands of each step that was played.
        files: SHA-256 of the bytes that were copied, by the path in the examples folder.
    """

    transcript: str
    hash: str
    facts: dict[str, str] = field(default_factory=dict)
    passed: bool = False
    steps: dict[str, list[Typed]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def add(self, step: str, results: Iterable[TurnResult]) -> None:
        """Note the commands of a step."""
        self.steps[step] = [
            Typed(result.turn.command, result.command)
            for result in results
            if result.turn.command is not None and result.command is not None
        ]

    def copied(self, root: Path, used: Mapping[Path, bytes]) -> None:
        """Note the files."""
        for path, data in used.items():
            self.files[path.relative_to(root).as_posix()] = hashlib.sha256(data).hexdigest()

    def save(self, folder: Path) -> None:
        """Write the log to its place: one for each kind of host."""
        path = folder / re.sub(r"\W+", "-", kind(self.facts)) / f"{self.transcript}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def forget_failed(cls, folder: Path) -> None:
        """Remove the logs of plays that failed or were interrupted: a new run is not to be judged by them."""
        for path in folder.rglob("*.console.json"):
            if not json.loads(path.read_text(encoding="utf-8"))["passed"]:
                path.unlink()

    @classmethod
    def load(cls, folder: Path, transcript: str) -> list[PlayLog]:
        """The logs of a transcript's last plays, one for each kind of host it was played on."""
        logs = []
        for path in sorted(folder.glob(f"*/{transcript}.json")):
            table = json.loads(path.read_text(encoding="utf-8"))
            table["steps"] = {name: [Typed(**one) for one in typed] for name, typed in table["steps"].items()}
            logs.append(cls(**table))
        return logs
