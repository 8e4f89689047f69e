"""Adds up what a run played, reports it, holds it against what is expected, and keeps the ledger."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

from played import order
from played.examples import files_in
from played.expected import Expected, ExpectedError
from played.fingerprint import used_files
from played.format import FormatError, load_folder
from played.ledger import Entry, Ledger, LedgerError
from played.play import TurnResult
from played.play_log import PlayLog
from played.timeline import Timeline

PLAYED = "played"
"""The user property that carries a step's figures to the process that reports."""

SHARE = pytest.StashKey[set[str] | None]()
"""The chapters of the run's shard; ``None`` where it is about all of them."""

SLOWEST = 5


def examples_root(config: pytest.Config) -> Path:
    path = Path(config.rootpath, config.getini("played_examples"))
    return Path(os.path.abspath(path))  # noqa: PTH100 – without "..", but not beyond links, as pytest names files


def recording(config: pytest.Config) -> bool:
    return bool(config.getoption("--record") or config.getoption("--record-check"))


@dataclass
class Figures:
    """What playing a step amounted to. Seconds are wall time; ``busy`` is the part spent in commands."""

    chapter: str
    transcript: str
    step: str
    of: int  # steps that the transcript has
    hash: str  # of the transcript
    commands: int = 0
    compared: int = 0
    elided: int = 0
    silent: int = 0
    not_played: int = 0
    variant: int = 0
    unplayed: int = 0  # commands of a step that is not played or meant for another host
    busy: float = 0.0
    wall: float = 0.0
    starting: float = 0.0  # until there was a host, for the first step that asked for one
    emptying: float = 0.0  # or replacing, before the first step of a chapter
    facts: dict[str, str] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)  # files that the transcript has copied so far
    waits: list[tuple[float, int, str]] = field(default_factory=list)  # seconds, line, command

    @property
    def key(self) -> str:
        """The transcript's place: ``FOLDER/NAME.console``."""
        return PurePosixPath(self.chapter, self.transcript).as_posix()

    @property
    def preparing(self) -> float:
        return self.starting + self.emptying

    @property
    def waited(self) -> float:
        return sum(seconds for seconds, _, _ in self.waits)

    def add(self, results: Iterable[TurnResult], busy: float) -> None:
        self.busy += busy
        for result in results:
            self.commands += result.command is not None
            self.compared += result.comparison.compared
            self.elided += result.comparison.elided
            self.silent += not result.turn.output
            if result.waited:
                self.waits.append((result.waited, result.turn.line, result.turn.command or "(goes on)"))


def orphans(root: Path, figures: Sequence[Figures], elsewhere: Iterable[str] = ()) -> Iterator[str]:
    """One sentence for every file in a folder of the examples that no play has read, here or elsewhere.

    Files that lie beside the folders are data about them, such as the expected numbers.
    """
    read = {name for one in figures for name in [one.key, *one.used]} | {*elsewhere}
    if not root.is_dir():
        yield f"{root}: there is no such folder; played_examples names the folder of the chapters"
        return
    for folder in sorted(path for path in root.iterdir() if path.is_dir()):
        for path in files_in(folder):
            name = path.relative_to(root).as_posix()
            if name not in read:
                yield f"{path}: is neither played nor copied by a step that is; use it or delete it"


class Tally:
    """Adds up what was played, says so at the end of the run, and fails a run that played too little."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.figures: list[Figures] = []
        self.skipped: list[str] = []
        self.complaints: list[str] = []
        self.notes: list[str] = []
        self.timeline = Timeline()

    def pytest_sessionstart(self) -> None:
        if folder := self.config.getini("played_log"):
            PlayLog.forget_failed(Path(self.config.rootpath, folder))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.timeline.add(report)
        if report.skipped:
            self.skipped.append(report.nodeid)
        if report.when == "call" and report.passed:
            self.figures += [Figures(**dict(value)) for key, value in report.user_properties if key == PLAYED]  # type: ignore[call-overload]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if os.environ.get("CI") == "true" and self.skipped:
            self.complaints += [f"skipped, which a CI run must not do: {name}" for name in self.skipped]
        path = self.config.getoption("--expected")
        changed = self.config.getoption("--changed") is not None
        if changed and not self.figures and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK  # everything has passed as it is
            return
        if path is not None and not self.config.getoption("--step") and not self.config.option.collectonly:
            try:
                expected = Expected.load(path, self._only())
                self.complaints += expected.complaints(self.figures)
                if self._only() in (None, self.config.stash[SHARE]):
                    self.complaints += orphans(examples_root(self.config), self.figures, self._elsewhere())
            except ExpectedError as error:
                self.complaints.append(str(error))
        if session.exitstatus == pytest.ExitCode.OK and not self.complaints:
            self._ledger()
        if self.complaints and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _only(self) -> set[str] | None:
        """The chapters that a run is about, ``None`` for all."""
        if (chapter := self.config.getoption("--chapter")) is not None:
            return {chapter}
        if self.config.getoption("--changed") is not None:
            return {one.chapter for one in self.figures}
        return self.config.stash[SHARE]

    def _elsewhere(self) -> Iterator[str]:
        """The files that the chapters of other shards read, as their transcripts say."""
        root, mine = examples_root(self.config), self.config.stash[SHARE]
        for chapter in order.chapters(root) - mine if mine is not None else ():
            with suppress(FormatError):  # that shard says so
                for one in load_folder(root / chapter):
                    for path in (one.path, *used_files(root, one.steps)):
                        yield path.relative_to(root).as_posix()

    def _ledger(self) -> None:
        """Hold the run against the ledger, or write it down there. Recording changes what was played."""
        name = self.config.getini("played_ledger")
        if not name or recording(self.config):
            return
        run = dict(self.passed())
        try:
            ledger = Ledger.load(Path(self.config.rootpath, name))
        except LedgerError as error:
            self.complaints.append(str(error))
            return
        if os.environ.get("CI") == "true":
            self.complaints += ledger.complaints(run)
            for kind in sorted({entry.kind for entry in run.values()}):
                if not ledger.knows(kind):
                    self.notes.append(f"{name} has nothing about {kind}, so only hashes were compared with it")
            return
        root = examples_root(self.config)
        ledger.add(run)
        ledger.keep_only({path.relative_to(root).as_posix() for path in root.rglob("*.console")})
        ledger.save()

    def passed(self) -> Iterator[tuple[str, Entry]]:
        """What the ledger would say of every transcript that was played from its first step to its last."""
        by_transcript: dict[str, list[Figures]] = {}
        for one in self.figures:
            by_transcript.setdefault(one.key, []).append(one)
        for transcript, all_steps in sorted(by_transcript.items()):
            steps = [one for one in all_steps if not one.not_played and not one.variant]
            if steps and len(all_steps) == steps[0].of:
                yield (
                    transcript,
                    Entry(
                        hash=steps[0].hash,
                        facts=steps[0].facts,
                        passed=datetime.now(UTC).date().isoformat(),
                        steps=len(steps),
                        commands=sum(one.commands for one in steps),
                        compared=sum(one.compared for one in steps),
                        seconds=round(sum(one.wall for one in steps), 1),
                    ),
                )

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        if self.figures:
            terminalreporter.section("transcripts played")
            for line in self.lines():
                write(line)
        if self.complaints:
            terminalreporter.section("not as expected", red=True)
            for line in self.complaints:
                write(line, red=True)

    def lines(self) -> Iterator[str]:
        """The report, a line per chapter and one for all."""
        yield f"{'chapter':34}{'steps':>6}{'commands':>9}{'compared':>9}{'elided':>7}{'seconds':>9}{'outside':>9}"
        chapters = sorted({figures.chapter for figures in self.figures})
        for chapter in chapters:
            yield self._row(chapter, [one for one in self.figures if one.chapter == chapter])
        yield self._row("all", self.figures)
        played = [one for one in self.figures if not one.not_played and not one.variant]
        transcripts = len({one.key for one in played})
        wall, busy = sum(one.wall for one in played), sum(one.busy for one in played)
        commands = sum(one.commands for one in played)
        yield (
            f"{len(chapters)} chapters, {transcripts} transcripts, {len(played)} steps, {commands} commands; "
            f"{sum(one.compared for one in played)} output lines compared, "
            f"{sum(one.elided for one in played)} elided, "
            f"{sum(one.silent for one in played)} commands had to be silent and were"
        )
        if wall and commands:
            yield (
                f"outside the commands: {wall - busy:.2f} of {wall:.1f} s ({(wall - busy) / wall:.1%}), "
                f"{(wall - busy) / commands * 1000:.1f} ms per command; "
                f"preparing hosts: {sum(one.preparing for one in self.figures):.1f} s"
            )
        yield from self._hosts()
        yield from self.timeline.lines(self.figures)
        yield from self._slowest_waits()
        yield from self.notes
        for facts in sorted({json.dumps(one.facts, sort_keys=True) for one in played}):
            yield "played on " + ", ".join(f"{key} {value}" for key, value in json.loads(facts).items())
        for one in self.figures:
            if one.variant:
                yield f"meant for another host: {one.chapter}: {one.step}"
            if one.not_played:
                yield f"not played: {one.chapter}: {one.step}"

    def _slowest_waits(self) -> Iterator[str]:
        """What might take too long on a slower machine; each is given up after its limit."""
        waits = [
            (seconds, f"{one.key}:{line}", command.partition("\n")[0])
            for one in self.figures
            for seconds, line, command in one.waits
        ]
        if waits:
            yield f"{len(waits)} waits, {sum(wait[0] for wait in waits):.1f} s; the slowest:"
        for seconds, place, command in sorted(waits, reverse=True)[:SLOWEST]:
            yield f"{seconds:8.1f} s  {place}  $ {command}"

    def _hosts(self) -> Iterator[str]:
        """How long hosts kept the chapters waiting."""
        if started := [one.starting for one in self.figures if one.starting]:
            yield f"{len(started)} hosts started, {max(started):.1f} s at most"
        if emptied := [one.emptying for one in self.figures if one.emptying]:
            usual = sorted(emptied)[len(emptied) // 2]  # the module statistics takes 8 ms to load
            yield (
                f"{len(emptied)} times emptied or replaced before a chapter, "
                f"{usual:.1f} s as a rule, {max(emptied):.1f} s at most"
            )

    @staticmethod
    def _row(name: str, rows: Sequence[Figures]) -> str:
        return (
            f"{name:34}{len(rows):6}{sum(one.commands for one in rows):9}{sum(one.compared for one in rows):9}"
            f"{sum(one.elided for one in rows):7}{sum(one.wall for one in rows):9.2f}"
            f"{sum(one.wall - one.busy for one in rows):9.2f}"
        )
