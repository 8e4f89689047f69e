"""What must hold of the transcript machinery for any input: called by Hypothesis' tests and by the fuzzing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from played import compare, fold, format, record, screen
from played.format import ELISION, Edit, Files, Key, Output, Step, Transcript, Turn, Type, Wait
from rfg import phrases

HERE = Path("chapter.console")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""No terminal, page or error message may show these: control characters, line and paragraph ends, direction."""
_PLACE = re.compile(r"\b(?:line|end|status_line)=(?:\d+|None)")
_DIFFERENCE = 1_000  # lines of a difference


def a_transcript_or_its_problems(text: str) -> Transcript | None:
    """Parsing gives a transcript that can be written and read again, or problems with file and line."""
    try:
        transcript = format.parse(text, HERE)
    except format.FormatError as error:
        for problem in error.problems:
            _is_for_people(problem, text)
        return None
    assert not any(CONTROL.search(part) for part in _texts(transcript))
    assert said(format.parse(written(transcript), HERE)) == said(transcript)
    assert list(_commands_and_what_is_for_them(written(transcript))) == list(_commands_and_what_is_for_them(text))
    return transcript


def _is_for_people(problem: format.Problem, text: str) -> None:
    assert problem.path == HERE
    assert 1 <= problem.line <= max(1, len(re.split(r"\r\n|\r|\n", text)))
    assert problem.message
    assert not CONTROL.search(problem.message.replace("\n", "\0")), problem


def _commands_and_what_is_for_them(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Commands, reactions and steps in the order of a text, each with the words of the markers directly before it."""
    before: set[str] = set()
    for line in text.split("\n"):
        word, _, argument = line.removeprefix("#: ").strip().partition(" ")
        if line.startswith("$") and line[1:2] in ("", " "):
            yield "$", frozenset(before)
        elif not line.startswith("#: "):
            continue
        elif word in ("limit", "id") or (word == "wait" and not argument):
            before.add(word)
            continue
        elif word in ("wait", "key", "type", "step"):
            yield word, frozenset(before)
        else:
            continue
        before.clear()


def said(transcript: Transcript) -> str:
    """What a transcript says, wherever it says it."""
    return _PLACE.sub("", repr(transcript.steps))


def written(transcript: Transcript) -> str:
    """A text that parses to the transcript."""
    return "".join(f"{line}\n" for step in transcript.steps for line in _step(step))


def _step(step: Step) -> Iterator[str]:
    yield f"#: step {step.name}"
    if step.hidden is not None:
        yield f"#: hidden {step.hidden}"
    if step.only:
        yield f"#: only {step.only[0]}={step.only[1]}"
    if step.covers:
        yield f"#: covers {' '.join(step.covers)}"
    if step.not_played is not None:
        yield f"#: not-played {step.not_played}"
    terminal = format.DEFAULT_TERMINAL
    for action in step.actions:
        if isinstance(action, Files):
            yield f"#: files {action.source} as {action.target}"
        elif isinstance(action, Edit):
            yield f"#: edit {action.target} from {action.source}"
        else:
            if action.terminal != terminal:
                yield f"#: terminal {action.terminal}"
                terminal = action.terminal
            yield from _turn(action)


def _turn(turn: Turn) -> Iterator[str]:
    if turn.limit is not None:
        yield f"#: limit {Decimal(turn.limit):f}"
    if turn.ids:
        yield f"#: id {' '.join(turn.ids)}"
    if turn.retry:
        yield "#: wait"
    if turn.command is not None:
        first, *rest = turn.command.split("\n")
        yield f"$ {first}"
        yield from (f"> {line}" for line in rest)
    for part in turn.script:
        match part:
            case Output():
                yield part.text
            case Wait():
                yield f"#: wait {part.text}"
            case Key():
                yield f"#: key {part.name}"
            case Type():
                yield f"#: type {part.text}"
    if turn.status:
        yield f"[{turn.status}]"


def _texts(transcript: Transcript) -> Iterator[str]:
    for step in transcript.steps:
        yield f"{step.name}{step.hidden}{step.only}{step.covers}{step.not_played}"
        for action in step.actions:
            if isinstance(action, Turn):
                yield (action.command or "").replace("\n", "")
                yield from (part.name if isinstance(part, Key) else part.text for part in action.script)
            else:
                yield action.source + action.target


def phrases_in_their_places(option: str, texts: Sequence[str]) -> None:
    """Phrases are marked where a plain reading finds them, or are said to stand elsewhere; marks never overlap."""
    try:
        wanted = phrases.parse(option)
    except ValueError:
        return  # docutils adds file and line
    found = phrases.find(wanted, texts)
    marked = {(number, at) for number, spans in enumerate(found.spans) for span in spans for at in range(*span)}
    expected: set[tuple[int, int]] = set()
    missing: list[tuple[phrases.Phrase, int]] = []
    for phrase in wanted:
        pattern = ".*?".join(map(re.escape, phrase.text.split(" {...} ")))
        places = [(n, one) for n, text in enumerate(texts) for one in re.finditer(pattern, text, re.DOTALL)]
        if len(places) != phrase.total:
            missing.append((phrase, len(places)))
            continue
        for at, (number, one) in enumerate(places, 1):
            if phrase.occurrence in (None, at):
                expected |= {(number, index) for index in range(*one.span())}
    assert marked == expected
    assert [(one.phrase, one.places) for one in found.missing] == missing
    for text, spans in zip(texts, found.spans, strict=True):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))


def a_folded_line(line: str) -> None:
    """Folding loses no letter, and its shape tells everything but the values."""
    pieces = list(fold.pieces(line))
    assert "".join(text for _, text in pieces) == line
    told = "".join("  " if kind == "gap" else text if kind is None else f"\0{kind}\0" for kind, text in pieces)
    shape = re.sub("‹‹|‹([a-z]+)›", lambda found: f"\0{found[1]}\0" if found[1] else "‹", fold.shape(line))
    assert shape == told
    assert all(len(one) in (12, 64) for one in fold.ids(line))


def an_honest_comparison(recorded: Sequence[str], live: Sequence[str]) -> None:
    """Output is like itself, and like another one only where a plain reading of the rules says so."""
    assert not compare.compare(recorded, recorded, compare.Ids()).difference
    outcome = compare.compare(recorded, live, compare.Ids())
    old, new = _bare(recorded), _bare(live)
    want, have = [fold.shape(line) for line in old], [fold.shape(line) for line in new]
    if outcome.difference:
        assert len(outcome.difference) <= _DIFFERENCE
        assert not _alike(want, have) or any("‹id›" in shape for shape in want)
        return
    assert _alike(want, have)
    assert len(outcome.matches) == len(old)
    pairs = [(at, match) for at, match in enumerate(outcome.matches) if match is not None]
    assert all(want[at] == have[match] for at, match in pairs)
    ids = {
        (one[:12], other[:12])
        for at, match in pairs
        if "‹id›" in want[at]
        for one, other in zip(fold.ids(old[at]), fold.ids(new[match]), strict=True)
    }
    assert len(ids) == len({one for one, _ in ids}) == len({other for _, other in ids})
    assert outcome.compared + outcome.elided == len(new)


def _bare(lines: Sequence[str]) -> list[str]:
    bare = [line.rstrip() for line in lines]
    while bare and not bare[-1]:
        bare.pop()
    return bare


def _alike(recorded: list[str], live: list[str]) -> bool:
    """The same question, answered the slow and simple way."""
    ends = {0}  # after so many live lines the recorded lines so far are used up
    for line in recorded:
        if line == ELISION:
            ends = set(range(min(ends), len(live) + 1)) if ends else ends
        else:
            ends = {at + 1 for at in ends if at < len(live) and live[at] == line}
    return len(live) in ends


def a_true_record(recorded: Sequence[str], live: Sequence[str]) -> None:
    """What is recorded is like the live output, and recording it again changes nothing."""
    recorded, live = _bare(recorded), _bare(live)
    if set(_ids(recorded)) & set(_ids(live)):
        return  # by chance a new id is the same as another one was: no record can tell them apart
    new, places = record.merge(recorded, live, compare.Ids())
    assert not compare.compare(new, live, compare.Ids()).difference
    assert places == sorted(places)
    assert len(places) == len(recorded) + 1
    assert record.merge(new, live, compare.Ids())[0] == new


def _ids(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield from (one[:12] for one in compare.HEX.findall(line))


def a_clean_screen(raw: bytes) -> list[str]:
    """Whatever bytes a terminal gets, lines of readable text come out, not many more or longer than went in."""
    lines = screen.render(raw)
    assert not any(CONTROL.search(line) or "\n" in line or "\t" in line for line in lines)
    assert len(lines) <= len(raw) + 200
    assert max(map(len, lines), default=0) <= 8 * len(raw) + 2_000
    return lines
