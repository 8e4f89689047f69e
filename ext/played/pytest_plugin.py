"""pytest collects ``*.console`` files of the examples folder and plays them, one item per step.

A folder of transcripts is a chapter. The fixture ``transcript_host`` says where a chapter is played; override it
to play somewhere else than on this machine. After a step that fails, the rest of its chapter fails as not
reached, and the host is not trusted until it has been made anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import pytest
from _pytest._code.code import TerminalRepr
from _pytest.fixtures import TopRequest  # what pytest's own DoctestItem uses; there is no public way

from played import format, order
from played.compare import Ids
from played.fingerprint import fingerprint, of_recipes, used_files
from played.hosts import CommandHost, LocalHost
from played.ledger import Ledger, LedgerError
from played.play import DEFAULT_LIMIT, Host, Player, PlayError, TurnResult
from played.play_log import PlayLog
from played.record import difference, rewrite
from played.shard import Shard, ShardError
from played.tally import PLAYED, SHARE, Figures, Tally, examples_root, recording

_LONGEST = 86_400  # seconds; what waits for an answer takes no infinite number


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("played", "transcripts of a terminal")
    group.addoption("--chapter", metavar="NN-slug", help="play this chapter only")
    group.addoption("--step", metavar="NAME", help="play the chapter up to this step only")
    group.addoption("--record", action="store_true", help="write live output back into the transcripts")
    group.addoption(
        "--record-check", metavar="FILE", type=Path, help="write what --record would change to a patch"
    )
    group.addoption("--shuffle", type=int, metavar="SEED", help="play the chapters in the random order of a seed")
    group.addoption(
        "--shard", metavar="k/n", help="play the k-th of n parts of the chapters, about as long as the others"
    )
    group.addoption(
        "--changed",
        metavar="FACT=VALUE",
        nargs="?",
        const="",
        help="play only chapters that have not passed as they are (on a host with the fact)",
    )
    group.addoption(
        "--expected", metavar="FILE", type=Path, help="TOML file with the numbers that a whole run must reach"
    )
    parser.addini("played_examples", "folder of the chapters, relative to the root folder", default="examples")
    parser.addini("played_command", "command that starts a program where transcripts are played", type="args")
    parser.addini("played_local", "whether transcripts may be played on this machine", type="bool", default=True)
    parser.addini("played_limit", "seconds until a command is interrupted", default=str(DEFAULT_LIMIT))
    parser.addini("played_ledger", "file of what passed where and when; empty: none", default="")
    parser.addini("played_recipes", "files and folders that say what the host is", type="paths", default=[])
    parser.addini("played_log", "folder for what was typed and copied; empty: none", default="")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--step") and not config.getoption("--chapter"):
        raise pytest.UsageError("--step needs --chapter, the folder that the step is in")
    if chapter := config.getoption("--chapter"):
        config.option.chapter = _chapter_named(chapter, examples_root(config))
    if (fact := config.getoption("--changed")) is not None:
        _check_changed(fact)
    _limit(config)
    _check_recipes(config)
    config.addinivalue_line("markers", "every_shard: a test that --shard does not leave out")
    config.stash[SHARE] = _share(config)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Tally(config), "played-tally")
        if patch := config.getoption("--record-check"):
            _begin_patch(patch)


def _chapter_named(text: str, root: Path) -> str:
    """The chapter that ``--chapter`` names, perhaps with the slash that a shell completes it with."""
    chapter = text.strip("/")
    if chapter not in order.chapters(root):
        raise pytest.UsageError(f"--chapter {text}: there is no {root.name}/{chapter}/*.console")
    return chapter


def _check_changed(fact: str) -> None:
    if os.environ.get("CI") == "true":
        raise pytest.UsageError("--changed is for authors: with CI=true everything is played")
    name, equals, _ = fact.partition("=")
    if fact and not (name and equals):
        raise pytest.UsageError(
            f"--changed {fact}: a fact is written FACT=VALUE; without one, --changed stands behind the paths"
        )


def _limit(config: pytest.Config) -> float:
    """Seconds until a command is interrupted."""
    text = config.getini("played_limit")
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        _refuse(config, f"played_limit = {text}: write seconds, more than 0 and at most {_LONGEST}")
    return seconds


def _check_recipes(config: pytest.Config) -> None:
    """A recipe that is not there would change nothing, whatever becomes of the one that was meant."""
    for path in config.getini("played_recipes"):
        if not path.exists():
            _refuse(config, f"played_recipes: there is no {path}; name what is there")


def _refuse(config: pytest.Config, sentence: str) -> NoReturn:
    raise pytest.UsageError(f"{config.inipath}: {sentence}" if config.inipath else sentence)


def _begin_patch(patch: Path) -> None:
    """Each transcript adds to the patch, so that of an earlier run has to go."""
    try:
        patch.unlink(missing_ok=True)
        patch.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise pytest.UsageError(f"--record-check {patch}: cannot be written: {error.strerror}") from None


def _share(config: pytest.Config) -> set[str] | None:
    """The chapters that ``--shard`` asks for; ``None`` for all of them."""
    text = config.getoption("--shard")
    if text is None:
        return None
    if config.getoption("--chapter"):
        raise pytest.UsageError("--shard shares all chapters out; leave --chapter out")
    try:
        shard = Shard.parse(text)
        mine = shard.chapters(order.chapters(examples_root(config)), order.seconds_of(_ledger(config)))
    except ShardError as error:
        raise pytest.UsageError(f"--shard {text}: {error}") from None
    return mine if shard.of > 1 else None


# Host ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def transcript_host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Where transcripts are played: where ``played_command`` leads, else this machine. Override it for another.

    A project that overrides it says ``played_local = false``, so that nothing is typed here by mistake.
    """
    command = request.config.getini("played_command")
    if command:
        host = CommandHost(command)
        yield host
        host.close()
        return
    if not request.config.getini("played_local"):
        pytest.fail("no fixture says where to play, and played_local forbids this machine", pytrace=False)
    yield LocalHost(tmp_path_factory.mktemp("homes"))


# Collection ------------------------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> TranscriptFile | None:
    root = examples_root(parent.config)
    if file_path.suffix != ".console" or not file_path.is_relative_to(root):
        return None
    wanted = parent.config.getoption("--chapter")
    if wanted and file_path.parent.relative_to(root).as_posix() != wanted:
        return None
    file: TranscriptFile = TranscriptFile.from_parent(parent, path=file_path)
    return file


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what other shards play and what has not changed, then put the chapters in order."""
    ledger = _ledger(config)
    if (mine := config.stash[SHARE]) is not None:
        _keep_share(config, items, mine)
    if (fact := config.getoption("--changed")) is not None:
        _leave_out(config, items, ledger, fact)
    if (seed := config.getoption("--shuffle")) is not None:
        order.shuffled(items, _chapter_of, seed)
    elif config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        order.longest_first(items, _chapter_of, order.seconds_of(ledger))


def _chapter_of(item: pytest.Item) -> str | None:
    return item.parent.chapter if isinstance(item, StepItem) else None


def _ledger(config: pytest.Config) -> Ledger:
    """The ledger; an empty one where it cannot be used, which is said at the end of the run."""
    path = Path(config.rootpath, config.getini("played_ledger") or "none")
    try:
        return Ledger.load(path) if config.getini("played_ledger") else Ledger(path)
    except LedgerError:
        return Ledger(path)


def _leave_out(config: pytest.Config, items: list[pytest.Item], ledger: Ledger, fact: str) -> None:
    name, _, value = fact.partition("=")
    transcripts = [item.parent for item in items if isinstance(item, StepItem)]
    passed = order.unchanged(transcripts, ledger, (name, value) if name else None)
    _deselect(config, items, [item for item in items if _chapter_of(item) in passed])


def _keep_share(config: pytest.Config, items: list[pytest.Item], chapters: set[str]) -> None:
    """Chapters by their times. Of other tests nobody knows these, so their files are dealt out."""
    others = {order.scope(item.nodeid) for item in items if _chapter_of(item) is None}
    files = Shard.parse(config.getoption("--shard")).dealt(others)

    def mine(item: pytest.Item) -> bool:
        if (chapter := _chapter_of(item)) is not None:
            return chapter in chapters
        return order.scope(item.nodeid) in files or item.get_closest_marker("every_shard") is not None

    _deselect(config, items, [item for item in items if not mine(item)])


def _deselect(config: pytest.Config, items: list[pytest.Item], left_out: list[pytest.Item]) -> None:
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


class TranscriptFile(pytest.File):
    """A transcript: its steps are the items, and they share the shells of one player."""

    player: Player | None = None
    transcript: format.Transcript
    folder: tuple[format.Transcript, ...]
    text: bytes
    key: str  # FOLDER/NAME.console
    hash: str
    log: PlayLog
    results: list[TurnResult]
    failed = False

    @cached_property
    def chapter(self) -> str:
        return self.path.parent.relative_to(examples_root(self.config)).as_posix()

    def collect(self) -> Iterator[StepItem]:
        try:
            self.text = self.path.read_bytes()
            self.folder = format.load_folder(self.path.parent)
        except format.FormatError as error:
            raise self.CollectError(str(error)) from None
        self.transcript = next(one for one in self.folder if one.path == self.path)
        self.key = self.path.relative_to(examples_root(self.config)).as_posix()
        self.hash = self._fingerprint()
        self.log = PlayLog(self.key, self.hash)
        names = [step.name for one in self.folder for step in one.steps]  # each of them once
        last = self.config.getoption("--step")
        if last and last not in names:
            raise self.CollectError(f"{self.path}: there is no step {last!r}; the steps are {', '.join(names)}")
        wanted = set(names[: names.index(last) + 1] if last else names)
        for step in self.transcript.steps:
            if step.name in wanted:
                item: StepItem = StepItem.from_parent(self, name=step.name, step=step)
                yield item

    def _fingerprint(self) -> str:
        recipes = of_recipes(self.config.getini("played_recipes"))
        return fingerprint(examples_root(self.config), self.folder, self.transcript, recipes)

    def _same(self) -> bool:
        """Whether what was played is still there. A record changes transcripts that come before in the folder."""
        try:
            return self.path.read_bytes() == self.text and (
                recording(self.config) or self._fingerprint() == self.hash
            )
        except OSError:
            return False

    def teardown(self) -> None:
        if self.player is None:
            return
        player, self.player = self.player, None
        player.close()
        if folder := self.config.getini("played_log"):
            self.log.passed = not self.failed
            self.log.copied(examples_root(self.config), player.used)
            self.log.save(Path(self.config.rootpath, folder))
        if not self.failed:
            if not self._same():
                raise PlayError(
                    f"{self.path}: it, or what it uses, was changed while it was played; play it again"
                )
            try:
                self._record(player.ids)
            except format.FormatError as error:
                raise PlayError(str(error)) from None

    def _record(self, ids: Ids) -> None:
        if self.config.getoption("--record"):
            rewrite(self.path, self.results, ids)
        elif patch := self.config.getoption("--record-check"):
            root, examples = self.config.rootpath, examples_root(self.config)
            top = root if self.path.is_relative_to(root) else examples.parent
            change = difference(self.path, self.results, ids, top)
            if change:
                with patch.open("a", encoding="utf-8") as file:
                    file.write(change)
                raise PlayError(f"{self.path}: a record would change it; the patch is in {patch}")


@dataclass
class _Chapter:
    """The chapter being played by this process."""

    name: str
    files: set[Path]  # its transcripts that this run plays, and perhaps those of others
    failed: str = ""  # the step that failed, if one did
    played: set[str] = field(default_factory=set)  # steps


_CHAPTER = pytest.StashKey[_Chapter]()
_STARTED = pytest.StashKey[bool]()  # whether this process has its host


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
        if isinstance(excinfo.value, pytest.FixtureLookupError):  # pytest would look for a function here
            return (
                f"{self.path}:{self.step.line}: there is no fixture {excinfo.value.argname!r}, so no place to play"
            )
        return super().repr_failure(excinfo)

    def runtest(self) -> None:
        file = self.parent
        figures = Figures(file.chapter, file.path.name, self.name, len(file.transcript.steps), file.hash)
        started = time.monotonic()
        if self.step.not_played is not None:
            figures.not_played, figures.unplayed = 1, len(self.step.commands)
        else:
            self._run(figures)
        figures.wall = time.monotonic() - started - figures.preparing
        self.user_properties.append((PLAYED, figures.__dict__))

    def _run(self, figures: Figures) -> None:
        started = time.monotonic()
        host: Host = self._request.getfixturevalue("transcript_host")
        if not self.config.stash.get(_STARTED, False):
            self.config.stash[_STARTED] = True
            figures.starting = time.monotonic() - started
        figures.facts = self.parent.log.facts = dict(host.facts)
        if self.step.only is not None:
            fact, value = self.step.only
            facts = {"host": "", **host.facts}  # a host that does not say so is not "local"
            if fact not in facts:
                raise PlayError(
                    f"{self.path}:{self.step.line}: nothing is known of {fact!r}, which '#: only' asks for"
                )
            if facts[fact] != value:
                figures.variant, figures.unplayed = 1, len(self.step.commands)
                root = examples_root(self.config)
                figures.used = [path.relative_to(root).as_posix() for path in used_files(root, [self.step])]
                return
        chapter = self._chapter(host, figures)
        if chapter.failed:
            raise PlayError(f"{self.path}:{self.step.line}: not reached, because step {chapter.failed!r} failed")
        file = self.parent
        if missing := next((name for name in self._before(host, chapter) if name not in chapter.played), None):
            file.failed = True
            raise PlayError(
                f"{self.path}:{self.step.line}: step {missing!r} has not been played before it; "
                f"use --chapter {file.chapter} --step {self.name}, and with -n: --dist loadscope"
            )
        try:
            if file.player is None:
                file.player = Player(
                    file.transcript,
                    examples_root(self.config),
                    host.argv,
                    _limit(self.config),
                    keep_going=recording(self.config),
                )
                file.results = []
            busy = file.player.busy
            results = file.player.play(self.step)
            chapter.played.add(self.name)
            file.results += results
            file.log.add(self.name, results)
            figures.add(results, file.player.busy - busy)
            root = examples_root(self.config)
            figures.used = [path.relative_to(root).as_posix() for path in file.player.used]
        except BaseException:
            chapter.failed = self.name
            file.failed = True
            host.discard()
            raise

    def _before(self, host: Host, chapter: _Chapter) -> Iterator[str]:
        """The steps of the chapter that have to be played before this one, as far as they are meant for the host.

        A transcript that is not played at all is nobody's mistake: somebody has named the files to play.
        """
        transcripts = (one for one in self.parent.folder if one.path in chapter.files)
        for step in (step for one in transcripts for step in one.steps):
            if step.name == self.name:
                return
            meant = step.only is None or host.facts.get(step.only[0]) == step.only[1]
            if meant and step.not_played is None:
                yield step.name

    def _chapter(self, host: Host, figures: Figures) -> _Chapter:
        """The chapter of this step; the host is made fresh when it is another one than before."""
        current = self.config.stash.get(_CHAPTER, None)
        if current is None or current.name != self.parent.chapter:
            files = {item.path for item in self.session.items if isinstance(item, StepItem)}
            self.config.stash[_CHAPTER] = current = _Chapter(self.parent.chapter, files)
            started = time.monotonic()
            try:
                host.fresh()
            except Exception as error:
                current.failed = self.name
                host.discard()
                raise PlayError(f"{self.path}:{self.step.line}: no empty host to play on: {error}") from error
            figures.emptying = time.monotonic() - started
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
            return order.scope(nodeid)

    return ChapterScheduling(config, log)
