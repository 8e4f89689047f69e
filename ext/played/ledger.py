"""The ledger: which transcript, by the hash of all it depends on, passed where and when.

It is a JSON file that a green run writes and a build reads. For every transcript there is one entry for each
kind of host; :data:`VERSION` is the one fact about a host that does not make it another kind. An entry is left
alone as long as it is still true, so a run on an unchanged engine changes nothing in the file.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path

from played.whole_file import write_whole

VERSION = "engine"
"""The fact that is a version: where it changes, the entry is renewed."""


class LedgerError(Exception):
    """The ledger cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one transcript on one kind of host.

    Attributes:
        hash: see :func:`played.fingerprint.fingerprint`.
        facts: what the host said of itself.
        passed: day of the first pass, ISO 8601.
        steps: number of steps that were played, without those for other hosts and those marked ``not-played``.
        commands: number of commands that were typed.
        compared: number of output lines that were compared.
        seconds: wall time of the steps.
    """

    hash: str
    facts: dict[str, str]
    passed: str
    steps: int
    commands: int
    compared: int
    seconds: float

    @property
    def kind(self) -> str:
        """The kind of host, as the ledger names it."""
        return kind(self.facts)

    @property
    def seal(self) -> str:
        """A checksum, which shows that somebody has changed the entry by hand."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]

    def untrue(self, run: Entry) -> Iterator[str]:
        """The names of what a run found otherwise.

        When it passed first, and how fast, a run cannot judge, but it was not later than now.
        """
        for name in ("hash", "facts", "steps", "commands", "compared"):
            if getattr(self, name) != getattr(run, name):
                yield name
        if self.passed > run.passed:
            yield "passed"


def kind(facts: Mapping[str, str]) -> str:
    """The name of a kind of host: its facts without its version."""
    return ", ".join(f"{name} {value}" for name, value in sorted(facts.items()) if name != VERSION)


@dataclass(slots=True)
class Ledger:
    """The entries by transcript (``FOLDER/NAME.console``) and kind of host."""

    path: Path
    entries: dict[str, dict[str, Entry]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Ledger:
        """Read a ledger; one that is not there yet is empty.

        Raises:
            LedgerError: when it cannot be read, or was changed by hand.
        """
        try:
            if not path.exists():
                return cls(path)
            tables = json.loads(path.read_text(encoding="utf-8"))
            entries = {
                transcript: {name: _entry(path, transcript, name, dict(table)) for name, table in kinds.items()}
                for transcript, kinds in tables.items()
            }
        except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise LedgerError(f"{path}: is no ledger ({error}); delete it and play everything again") from None
        return cls(path, entries)

    def valid(self, transcript: str, now: str) -> list[Entry]:
        """The entries that are about what the transcript is now, given its fingerprint."""
        return [entry for _, entry in sorted(self.entries.get(transcript, {}).items()) if entry.hash == now]

    def stale(self, transcript: str, now: str) -> list[Entry]:
        """The entries that are about what the transcript was before."""
        return [entry for _, entry in sorted(self.entries.get(transcript, {}).items()) if entry.hash != now]

    def knows(self, name: str) -> bool:
        """Whether anything was ever played on this kind of host."""
        return any(name in kinds for kinds in self.entries.values())

    def expects(self, name: str) -> bool:
        """Whether most transcripts were played on this kind of host, so that one without an entry is an omission.

        Somebody who played one chapter on a host of another kind has not promised the others.
        """
        return 2 * sum(name in kinds for kinds in self.entries.values()) > len(self.entries)

    def complaints(self, run: Mapping[str, Entry]) -> Iterator[str]:
        """One sentence for everything that a run found untrue. The hash is the same on every kind of host."""
        for transcript, entry in sorted(run.items()):
            kinds = self.entries.get(transcript, {})
            for other in self.stale(transcript, entry.hash):
                if other.kind != entry.kind:
                    yield self._complaint(transcript, other, entry, "hash")
            known = kinds.get(entry.kind)
            if known is None:
                if self.expects(entry.kind):
                    yield f"{self.path}: has no entry of {transcript} for {entry.kind}"
                continue
            for name in known.untrue(entry):
                yield self._complaint(transcript, known, entry, name)

    def _complaint(self, transcript: str, known: Entry, run: Entry, name: str) -> str:
        said, found = getattr(known, name), getattr(run, name)
        return f"{self.path}: {transcript}, {known.kind}: {name} is {said}, but this run found {found}"

    def add(self, run: Mapping[str, Entry]) -> None:
        """Take in what a run found: renew untrue entries, and drop those of an earlier text of the transcript."""
        for transcript, entry in run.items():
            kinds = self.entries.setdefault(transcript, {})
            for stale in self.stale(transcript, entry.hash):
                del kinds[stale.kind]
            known = kinds.get(entry.kind)
            if known is None or any(known.untrue(entry)):
                kinds[entry.kind] = entry

    def keep_only(self, transcripts: set[str]) -> None:
        """Forget the transcripts that are no more."""
        self.entries = {name: kinds for name, kinds in self.entries.items() if name in transcripts}

    def save(self) -> None:
        """Write the ledger: sorted, a line for each value, whole at every moment."""
        tables = {
            transcript: {name: {**asdict(entry), "seal": entry.seal} for name, entry in kinds.items()}
            for transcript, kinds in self.entries.items()
        }
        text = json.dumps(tables, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        if not self.path.exists() or self.path.read_text(encoding="utf-8") != text:
            write_whole(self.path, text)


def _count(number: object) -> bool:
    return type(number) is int and number >= 0


def _seconds(number: object) -> bool:
    return isinstance(number, int | float) and math.isfinite(number) and number >= 0


def _entry(path: Path, transcript: str, name: str, table: dict[str, object]) -> Entry:
    """An entry of the file.

    Raises:
        LedgerError: when the seal is not that of the entry, or the entry stands under another name.
    """
    seal = table.pop("seal", None)
    if set(table) != {one.name for one in fields(Entry)}:
        raise ValueError(f"the entry of {transcript} lacks something or has something of its own")
    entry = Entry(**table)  # type: ignore[arg-type]
    counts = entry.steps, entry.commands, entry.compared
    words = entry.hash, entry.passed, *entry.facts.keys(), *entry.facts.values()
    numbers = all(_count(number) for number in counts) and _seconds(entry.seconds)
    if not numbers or not all(isinstance(word, str) for word in words):
        raise TypeError(f"the entry of {transcript} has a value of another kind")
    if seal != entry.seal or name != entry.kind:
        raise LedgerError(
            f"{path}: the entry of {transcript} for {name} was changed by hand; "
            "take the file back from version control, or delete the entry and play again"
        )
    date.fromisoformat(entry.passed)
    return entry
