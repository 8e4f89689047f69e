"""What each of several workers did when, and which of them a run has waited for.

Workers share nothing but the processors, so the critical path of a run is what the worker did that ended last.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from played.order import is_step, scope

_IDLE = 0.5  # seconds between two pieces of work that are worth a word


class Report(Protocol):
    """What is needed of a report of pytest: https://docs.pytest.org/en/stable/reference/reference.html#testreport"""

    nodeid: str
    start: float
    stop: float


class Played(Protocol):
    """What is needed of a step that was played; seconds."""

    @property
    def chapter(self) -> str: ...

    @property
    def preparing(self) -> float: ...

    @property
    def waited(self) -> float: ...


@dataclass(slots=True)
class Span:
    """A chapter or a file of tests on one worker, set-up and tear-down included; seconds since the epoch."""

    name: str
    chapter: bool
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class Timeline:
    """The spans of a run, by worker; collected from reports that say which worker they are from."""

    def __init__(self) -> None:
        self._began = time.time()
        self._spans: dict[str, dict[str, Span]] = {}

    def add(self, report: Report) -> None:
        """Take in a report; one of a run without workers is left out."""
        worker = getattr(report, "worker_id", "")
        if worker:
            whole = scope(report.nodeid)
            new = Span(whole.rpartition("/")[2], is_step(report.nodeid), report.start, report.stop)
            span = self._spans.setdefault(worker, {}).setdefault(whole, new)
            span.ended = max(span.ended, report.stop)

    def lines(self, played: Iterable[Played]) -> Iterator[str]:
        """A line for each worker, and one for each part of the critical path; seconds since the run began."""
        workers = {name: list(spans.values()) for name, spans in sorted(self._spans.items())}
        if not workers:
            return
        for name, spans in workers.items():
            yield f"{name}: " + ", ".join(self._piece(list(group)) for _, group in groupby(spans, _kind))
        every = [span for spans in workers.values() for span in spans]
        work, longest = sum(span.seconds for span in every), max(span.seconds for span in every)
        last = max(workers, key=lambda name: workers[name][-1].ended)
        end = workers[last][-1].ended - self._began
        yield (
            f"critical path: {end:.1f} s on {last}, which ended last; all took {work:.1f} s, so no split over "
            f"{len(workers)} workers ends before {max(longest, work / len(workers)):.1f} s"
        )
        yield from self._path(workers[last], list(played))

    def _path(self, spans: list[Span], played: list[Played]) -> Iterator[str]:
        free = self._began
        for kind, group in groupby(spans, _kind):
            pieces = list(group)
            if (idle := pieces[0].began - free) >= _IDLE:
                yield f"{idle:8.1f} s  {'starting' if free == self._began else 'idle'}"
            free = pieces[-1].ended
            steps = [one for one in played if one.chapter.rpartition("/")[2] == kind]
            parts = {
                "preparing its host": sum(one.preparing for one in steps),
                "waiting": sum(one.waited for one in steps),
            }
            words = ", ".join(f"{seconds:.1f} s {what}" for what, seconds in parts.items() if seconds >= _IDLE)
            took = sum(span.seconds for span in pieces)
            yield f"{took:8.1f} s  {_title(pieces)}" + (f" ({words})" if words else "")

    def _piece(self, spans: list[Span]) -> str:
        return f"{_title(spans)} {spans[0].began - self._began:.0f}–{spans[-1].ended - self._began:.0f}"


def _kind(span: Span) -> str:
    """Chapters are told one by one, files of tests together."""
    return span.name if span.chapter else ""


def _title(spans: list[Span]) -> str:
    return spans[0].name if len(spans) == 1 else f"{len(spans)} files of tests"
