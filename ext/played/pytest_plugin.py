"""pytest collects ``*.console`` files of the examples folder and plays them, one item per step.

A folder of transcripts is a chapter. The fixture ``transcript_host`` says where a chapter is played; override it
to play somewhere else than on this machine. After a step that fails, the rest of its chapter fails as not
reached, and the host is not trusted until it has been made anew.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from _pytest._code.code import TerminalRepr
from _pytest.fixtures import TopRequest  # what pytest's own DoctestItem uses; there is no public way

from played import format
from played.expected import Expected, ExpectedError
from played.play import DEFAULT_LIMIT, Host, Player, PlayError, TurnResult
from played.record import rewrite

_PLAYED = "played"  # the user property that carries a step's figures to the process that reports


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("played", "transcripts of a terminal")
    group.addoption("--chapter", metavar="NN-slug", help="play this chapter only")
    group.addoption("--step", metavar="NAME", help="play the chapter up to this step only")
    group.addoption("--record", action="store_true", help="write live output back into the transcripts")
    group.addoption(
        "--expected", metavar="FILE", type=Path, help="TOML file with the numbers that a whole run must reach"
    )
    parser.addini("played_examples", "folder of the chapters, relative to the root folder", default="examples")
    parser.addini("played_local", "whether transcripts may be played on this machine", type="bool", default=True)
    parser.addini("played_limit", "seconds until a command is interrupted", default=str(DEFAULT_LIMIT))


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--step") and not config.getoption("--chapter"):
        raise pytest.UsageError("--step needs --chapter, the folder that the step is in")
    chapter = config.getoption("--chapter")
    if chapter and not list((_root(config) / chapter).glob("*.console")):
        raise pytest.UsageError(f"--chapter {chapter}: there is no {_root(config).name}/{chapter}/*.console")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(config), "played-tally")


def _root(config: pytest.Config) -> Path:
    return Path(config.rootpath, config.getini("played_examples"))


# Hosts -----------------------------------------------------------------------------------------------


class LocalHost:
    """This machine, with an empty home folder for every chapter."""

    argv: Sequence[str] = ()
    facts: Mapping[str, str] = {"host": "local"}

    def __init__(self, base: Path) -> None:
        self._base = base

    def fresh(self) -> None:
        os.environ["HOME"] = tempfile.mkdtemp(dir=self._base)

    def discard(self) -> None:
        """A new home folder is all that a local chapter gets anyway."""


@pytest.fixture(scope="session")
def transcript_host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Where transcripts are played. This one is the local machine; override it for another.

    A project that overrides it says ``played_local = false``, so that nothing is typed here by mistake.
    """
    if not request.config.getini("played_local"):
        pytest.fail("no fixture says where to play, and played_local forbids this machine", pytrace=False)
    home = os.environ.get("HOME")
    yield LocalHost(tmp_path_factory.mktemp("homes"))
    if home is not None:
        os.environ["HOME"] = home


# Collection ------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> TranscriptFile | None:
    root = _root(parent.config)
    if file_path.suffix != ".console" or not file_path.is_relative_to(root):
        return None
    wanted = parent.config.getoption("--chapter")
    if wanted and file_path.parent.relative_to(root).as_posix() != wanted:
        return None
    file: TranscriptFile = TranscriptFile.from_parent(parent, path=file_path)
    return file


class TranscriptFile(pytest.File):
    """A transcript: its steps are the items, and they share the shells of one player."""

    player: Player | None = None
    transcript: format.Transcript
    results: list[TurnResult]
    failed = False

    @property
    def chapter(self) -> str:
        return self.path.parent.relative_to(_root(self.config)).as_posix()

    def collect(self) -> Iterator[StepItem]:
        try:
            folder = format.load_folder(self.path.parent)
        except format.FormatError as error:
            raise self.CollectError(str(error)) from None
        self.transcript = next(one for one in folder if one.path == self.path)
        last = self.config.getoption("--step")
        names = [step.name for step in self.transcript.steps]
        if last and last not in names:
            raise self.CollectError(f"{self.path}: there is no step {last!r}; the steps are {', '.join(names)}")
        for step in self.transcript.steps:
            item: StepItem = StepItem.from_parent(self, name=step.name, step=step)
            yield item
            if step.name == last:
                break

    def teardown(self) -> None:
        if self.player is not None:
            self.player.close()
            if self.config.getoption("--record") and not self.failed:
                try:
                    rewrite(self.path, self.results, self.player.ids)
                except format.FormatError as error:
                    raise PlayError(str(error)) from None
            self.player = None


@dataclass
class _Chapter:
    """The chapter being played by this process."""

    name: str
    failed: str = ""  # the step that failed, if one did


_CHAPTER = pytest.StashKey[_Chapter]()


class StepItem(pytest.Item):
    """One step of a transcript."""

    parent: TranscriptFile

    def __init__(self, name: str, parent: TranscriptFile, step: format.Step) -> None:
        super().__init__(name, parent)
        self.step = step
        self._prepare_request()

    def _prepare_request(self) -> None:
        manager = self.session._fixturemanager
        self._fixtureinfo = manager.getfixtureinfo(node=self, func=None, cls=None)
        self.fixturenames = self._fixtureinfo.names_closure
        self.funcargs: dict[str, object] = {}
        self._request = TopRequest(self, _ispytest=True)  # type: ignore[arg-type]

    def setup(self) -> None:
        self._request._fillfixtures()
        super().setup()

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.step.line - 1, f"{self.parent.chapter}: {self.step.name}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str | TerminalRepr:  # type: ignore[override]
        if isinstance(excinfo.value, PlayError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def runtest(self) -> None:
        figures = Figures(chapter=self.parent.chapter, transcript=self.path.name, step=self.name)
        started = time.monotonic()
        if self.step.not_played is not None:
            figures.not_played, figures.unplayed = 1, len(self.step.commands)
        else:
            self._run(figures)
        figures.wall = time.monotonic() - started - figures.preparing
        self.user_properties.append((_PLAYED, figures.__dict__))

    def _run(self, figures: Figures) -> None:
        started = time.monotonic()
        host: Host = self._request.getfixturevalue("transcript_host")
        figures.preparing = time.monotonic() - started
        figures.facts = dict(host.facts)
        if self.step.only is not None:
            fact, value = self.step.only
            if fact not in host.facts:
                raise PlayError(
                    f"{self.path}:{self.step.line}: nothing is known of {fact!r}, which '#: only' asks for"
                )
            if host.facts[fact] != value:
                figures.variant, figures.unplayed = 1, len(self.step.commands)
                return
        chapter = self._chapter(host, figures)
        if chapter.failed:
            raise PlayError(f"{self.path}:{self.step.line}: not reached, because step {chapter.failed!r} failed")
        file = self.parent
        try:
            if file.player is None:
                file.player = Player(
                    file.transcript,
                    _root(self.config),
                    host.argv,
                    float(self.config.getini("played_limit")),
                    keep_going=self.config.getoption("--record"),
                )
                file.results = []
            busy = file.player.busy
            results = file.player.play(self.step)
            file.results += results
            figures.add(results, file.player.busy - busy)
        except BaseException:
            chapter.failed = self.name
            file.failed = True
            host.discard()
            raise

    def _chapter(self, host: Host, figures: Figures) -> _Chapter:
        """The chapter of this step; the host is made fresh when it is another one than before."""
        current = self.config.stash.get(_CHAPTER, None)
        if current is None or current.name != self.parent.chapter:
            self.config.stash[_CHAPTER] = current = _Chapter(self.parent.chapter)
            started = time.monotonic()
            try:
                host.fresh()
            except Exception as error:
                current.failed = self.name
                host.discard()
                raise PlayError(f"{self.path}:{self.step.line}: no empty host to play on: {error}") from error
            figures.preparing += time.monotonic() - started
        return current


# Parallel workers ------------------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """With ``--dist loadscope`` a chapter, which may be several files, stays with one worker.

    xdist's own way to say so, ``xdist_group``, has no effect with pytest 9.2: xdist 3.8 writes the group
    to ``_nodeid``, which pytest no longer reads.
    """
    if config.getoption("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ChapterScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return path.rpartition("/")[0] if path.endswith(".console") else path

    return ChapterScheduling(config, log)


# Figures ---------------------------------------------------------------------------------------------


@dataclass
class Figures:
    """What playing a step amounted to. Seconds are wall time; ``busy`` is the part spent in commands."""

    chapter: str
    transcript: str
    step: str
    commands: int = 0
    compared: int = 0
    elided: int = 0
    silent: int = 0
    not_played: int = 0
    variant: int = 0
    unplayed: int = 0  # commands of a step that is not played or meant for another host
    busy: float = 0.0
    wall: float = 0.0
    preparing: float = 0.0
    facts: dict[str, str] = field(default_factory=dict)

    def add(self, results: Iterable[TurnResult], busy: float) -> None:
        self.busy += busy
        for result in results:
            self.commands += result.command is not None
            self.compared += result.comparison.compared
            self.elided += result.comparison.elided
            self.silent += not result.turn.output


class Tally:
    """Adds up what was played, says so at the end of the run, and fails a run that played too little."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.figures: list[Figures] = []
        self.skipped: list[str] = []
        self.complaints: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            self.skipped.append(report.nodeid)
        if report.when == "call" and report.passed:
            self.figures += [Figures(**dict(value)) for key, value in report.user_properties if key == _PLAYED]  # type: ignore[call-overload]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if os.environ.get("CI") == "true" and self.skipped:
            self.complaints += [f"skipped, which a CI run must not do: {name}" for name in self.skipped]
        path = self.config.getoption("--expected")
        if path is not None and not self.config.getoption("--step") and not self.config.option.collectonly:
            try:
                expected = Expected.load(path, self.config.getoption("--chapter"))
                self.complaints += expected.complaints(self.figures)
            except ExpectedError as error:
                self.complaints.append(str(error))
        if self.complaints and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

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
        transcripts = len({(one.chapter, one.transcript) for one in played})
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
        for facts in sorted({json.dumps(one.facts, sort_keys=True) for one in played}):
            yield "played on " + ", ".join(f"{key} {value}" for key, value in json.loads(facts).items())
        for one in self.figures:
            if one.variant:
                yield f"meant for another host: {one.chapter}: {one.step}"
            if one.not_played:
                yield f"not played: {one.chapter}: {one.step}"

    @staticmethod
    def _row(name: str, rows: Sequence[Figures]) -> str:
        return (
            f"{name:34}{len(rows):6}{sum(one.commands for one in rows):9}{sum(one.compared for one in rows):9}"
            f"{sum(one.elided for one in rows):7}{sum(one.wall for one in rows):9.2f}"
            f"{sum(one.wall - one.busy for one in rows):9.2f}"
        )
