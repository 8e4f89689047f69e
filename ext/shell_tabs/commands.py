"""POSIX programs as cmdlets: one function for each program of the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shell_tabs.rules import NoEquivalentError
from shell_tabs.words import Part, Word, argument, escaped, expression, has_glob, is_other_number, quoted


@dataclass(frozen=True, slots=True)
class Stage:
    """A command in PowerShell.

    Attributes:
        text: the command.
        count: whether the whole pipeline up to here is counted: ``(… | text).Count``.
        tests: whether it succeeds for the same reason as the POSIX command, so that ``&&`` may follow.
        statement: whether it is a statement, which can be neither in a pipeline nor beside ``&&``.
    """

    text: str
    count: bool = False
    tests: bool = True
    statement: bool = False


Command = Callable[[Sequence[Word], bool], Stage | None]
"""Arguments, and whether a pipe feeds the command, to PowerShell. ``None`` stands for the same words."""


@dataclass(frozen=True, slots=True)
class _Arguments:
    flags: frozenset[str]
    values: dict[str, list[Word]]
    operands: list[Word]

    @property
    def paths(self) -> str:
        """The operands as a list; in a list all words are bare, or none is."""
        paths = [path(word) for word in self.operands]
        if len(paths) > 1 and not all(word.is_bare for word in self.operands):
            paths = [expression(word) for word in self.operands]
        return ", ".join(paths)


def _parsed(words: Sequence[Word], flags: str = "", values: str = "") -> _Arguments:
    """The options of a command, as ``getopt`` reads them.

    Raises:
        NoEquivalentError: for an option that is not among the ``flags`` and the ``values``.
    """
    found = _Arguments(frozenset(), {}, [])
    given: set[str] = set()
    queue = list(words)
    while queue:
        word = queue.pop(0)
        text = word.literal
        if text == "--":
            found.operands.extend(queue)
            break
        if text is None or not word.is_bare or not text.startswith("-") or text == "-":
            found.operands.append(word)
            continue
        for at, letter in enumerate(text[1:], 2):
            if letter in values:
                value = Word(text[at:], word.parts[:0]) if text[at:] else None
                if value is not None or not queue:
                    raise NoEquivalentError(f"{text} is not covered")
                found.values.setdefault(letter, []).append(queue.pop(0))
                break
            if letter not in flags:
                raise NoEquivalentError(f"its option {text} is not covered")
            given.add(letter)
    return _Arguments(frozenset(given), found.values, found.operands)


def path(word: Word) -> str:
    """A word as the path that a cmdlet gets.

    Raises:
        NoEquivalentError: for a path that Windows does not have.
    """
    if word.literal is not None and word.literal.startswith("/"):
        raise NoEquivalentError(f"there is no {word.literal} on Windows")
    if word.literal is not None and word.literal.startswith("-"):
        raise NoEquivalentError(f"{word.literal} is not covered")
    return argument(word, native=False)


def _literal(word: Word) -> str:
    if word.literal is None:
        raise NoEquivalentError(f"{word.source} is known only when it runs")
    return word.literal


def _number(words: Sequence[Word] | None, default: int, least: int = 0) -> int:
    text = _literal(words[-1]) if words else str(default)
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < least:
        raise NoEquivalentError(f"{text} is not covered")
    return int(text)


def _same(flags: str = "", least: int = 0, most: int = 1) -> Command:
    """A command that PowerShell knows under the same name, as long as its arguments are that simple."""

    def same(words: Sequence[Word], piped: bool) -> Stage | None:
        given = _parsed(words, flags)
        for word in given.operands:
            path(word)
        if not least <= len(given.operands) <= most:
            raise NoEquivalentError("its arguments are not covered")
        return None

    return same


def _cat(words: Sequence[Word], piped: bool) -> Stage | None:
    given = _parsed(words)
    if not given.operands:
        raise NoEquivalentError("nothing in PowerShell repeats what you type")
    paths = given.paths
    return None if len(given.operands) == 1 else Stage(f"cat {paths}")


def _cut(words: Sequence[Word], piped: bool) -> Stage:
    given = _parsed(words, values="df")
    if set(given.values) != {"d", "f"} or given.operands or not piped:
        raise NoEquivalentError("its arguments are not covered")
    delimiter, field = _literal(given.values["d"][-1]), _number(given.values["f"], 1, least=1)
    if len(delimiter) != 1:
        raise NoEquivalentError("its arguments are not covered")
    return Stage(f"ForEach-Object {{ $_.Split({quoted(delimiter)})[{field - 1}] }}")


def _echo(words: Sequence[Word], piped: bool) -> Stage | None:
    if words and (words[0].literal or "").startswith("-"):
        raise NoEquivalentError(f"its option {words[0].source} is not covered")
    if any(map(has_glob, words)):
        raise NoEquivalentError("echo in PowerShell does not replace * and ?")
    if any(word.is_bare and (word.literal or "").startswith("~") for word in words):
        raise NoEquivalentError("echo in PowerShell does not replace ~")
    if len(words) == 1:
        text = words[0].literal if words[0].is_bare else None
        return Stage(f"echo {quoted(text)}") if text is not None and is_other_number(text) else None
    joined = [part for word in words for part in (Part(" ", "'"), *word.parts)][1:]
    return Stage("echo " + (argument(Word("", tuple(joined)), native=False) if words else "''"))


def _grep(words: Sequence[Word], piped: bool) -> Stage:
    given = _parsed(words, flags="cEFo", values="Aem")
    patterns = given.values.get("e") or given.operands[:1]
    files = given.operands if "e" in given.values else given.operands[1:]
    if not patterns or bool(files) == piped or (given.flags >= {"c", "o"}):
        raise NoEquivalentError("its arguments are not covered")
    texts = [_literal(word) for word in patterns]
    simple = _is_simple(texts, given.flags)
    after = given.values.get("A")
    counted = "c" in given.flags
    shown = "" if counted or "o" in given.flags or after else "-Raw "
    text = "Select-String -CaseSensitive "
    text += "-SimpleMatch " * simple + shown
    text += f"-Context 0,{_number(after, 0)} " if after else ""
    text += "-AllMatches " if "o" in given.flags else ""
    text += ", ".join(argument(word, native=False) for word in patterns)
    text += " " + ", ".join(map(path, files)) if files else ""
    if "m" in given.values:
        text += f" | Select-Object -First {_number(given.values['m'], 1)}"
    text += " | ForEach-Object { $_.Matches.Value }" if "o" in given.flags else ""
    return Stage(text, count=counted, tests=False)


def _is_simple(patterns: Sequence[str], flags: frozenset[str]) -> bool:
    """Whether the patterns are plain text in which .NET would see an operator.

    Raises:
        NoEquivalentError: where a pattern means another thing in .NET.
    """
    posix, other = (r"[.*^$\[\]+?(){}|]", r"\\") if "E" in flags else (r"[.*^$\[\]]", r"[\\+?(){}|]")
    if "F" not in flags and any(re.search(r"\[[:.=]", text) for text in patterns):
        raise NoEquivalentError("the pattern means another thing in .NET")
    if "F" in flags or not any(re.search(posix, text) or "\\" in text for text in patterns):
        return any(re.search(r"[\\.*^$\[\]+?(){}|]", text) for text in patterns)
    if any(re.search(other, text) for text in patterns):
        raise NoEquivalentError("the pattern means another thing in .NET")
    return False


def _head(words: Sequence[Word], piped: bool) -> Stage:
    given = _parsed(words, values="n")
    return _lines(given, piped, "-First", "-TotalCount")


def _tail(words: Sequence[Word], piped: bool) -> Stage:
    given = _parsed(words, values="n")
    return _lines(given, piped, "-Last", "-Tail")


def _lines(given: _Arguments, piped: bool, of_pipe: str, of_file: str) -> Stage:
    number = _number(given.values.get("n"), 10)
    if len(given.operands) != (0 if piped else 1):
        raise NoEquivalentError("its arguments are not covered")
    if piped:
        return Stage(f"Select-Object {of_pipe} {number}")
    return Stage(f"Get-Content {of_file} {number} {given.paths}")


def _ls(words: Sequence[Word], piped: bool) -> Stage | None:
    given = _parsed(words, flags="lAR")
    paths = given.paths
    if "l" in given.flags:
        raise NoEquivalentError("files on Windows have neither a Unix owner nor such permissions")
    if not given.flags:
        return None if len(given.operands) < 2 else Stage(f"ls {paths}")
    options = "-Force " * ("A" in given.flags) + "-Recurse " * ("R" in given.flags)
    return Stage(f"Get-ChildItem {options}-Name {paths}".rstrip())


def _mkdir(words: Sequence[Word], piped: bool) -> Stage | None:
    given = _parsed(words, flags="p")
    if "p" in given.flags:
        return Stage(f"New-Item -ItemType Directory -Force {given.paths}")
    paths = given.paths
    return None if len(given.operands) == 1 else Stage(f"mkdir {paths}")


def _mv(words: Sequence[Word], piped: bool) -> Stage:
    given = _parsed(words)
    if len(given.operands) != 2:
        raise NoEquivalentError("its arguments are not covered")
    # mv overwrites, Move-Item refuses to
    return Stage("Move-Item -Force " + " ".join(map(path, given.operands)))


def printf(words: Sequence[Word], *, line: bool) -> str:
    """The text that ``printf`` writes, as an expression.

    Args:
        words: format and arguments.
        line: whether PowerShell ends the line by itself.
    """
    if not words:
        raise NoEquivalentError("its arguments are not covered")
    format, values = _literal(words[0]), words[1:]
    if line:
        if not format.endswith("\\n"):
            raise NoEquivalentError("PowerShell ends every line")
        format = format.removesuffix("\\n")
    if (
        format.count("%") != len(values)
        or format.count("%s") != len(values)
        or (values and re.search("[{}]", format))
    ):
        raise NoEquivalentError("its format is not covered")
    for number in range(len(values)):
        format = format.replace("%s", f"{{{number}}}", 1)
    text = escaped(format) if "\\" in format else quoted(format)
    return text + (" -f " + ", ".join(expression(word) for word in values) if values else "")


def _printf(words: Sequence[Word], piped: bool) -> Stage:
    return Stage(printf(words, line=True))


def _rm(words: Sequence[Word], piped: bool) -> Stage | None:
    given = _parsed(words, flags="rf")
    paths = given.paths
    if "f" not in given.flags and len(given.operands) == 1:
        return None
    options = "-Recurse " * ("r" in given.flags) + "-Force " * ("f" in given.flags)
    # Remove-Item fails where there is nothing, rm -f does not
    return Stage(f"Remove-Item {options}{paths}", tests="f" not in given.flags)


def _seq(words: Sequence[Word], piped: bool) -> Stage:
    if len(words) != 1:
        raise NoEquivalentError("its arguments are not covered")
    return Stage(f"1..{_number(words, 1, least=1)}")  # 1..0 counts down


def _sort(words: Sequence[Word], piped: bool) -> Stage | None:
    given = _parsed(words, flags="ru")
    if not piped or given.operands:
        raise NoEquivalentError("its arguments are not covered")
    options = " -Descending" * ("r" in given.flags) + " -CaseSensitive -Unique" * ("u" in given.flags)
    return Stage(f"Sort-Object{options}") if options else None


def _touch(words: Sequence[Word], piped: bool) -> Stage:
    given = _parsed(words)
    if len(given.operands) != 1:
        raise NoEquivalentError("its arguments are not covered")
    file = given.paths
    return Stage(
        f"if (Test-Path {file}) {{ (Get-Item {file}).LastWriteTime = Get-Date }} else {{ New-Item {file} }}",
        statement=True,
    )


def _wc(words: Sequence[Word], piped: bool) -> Stage:
    given = _parsed(words, flags="l")
    if given.flags != {"l"} or given.operands or not piped:
        raise NoEquivalentError("its arguments are not covered")
    return Stage("Measure-Object", count=True)


COMMANDS: dict[str, Command] = {
    "cat": _cat,
    "cd": _same(),
    "cp": _same(least=2, most=2),
    "cut": _cut,
    "echo": _echo,
    "grep": _grep,
    "head": _head,
    "ls": _ls,
    "mkdir": _mkdir,
    "mv": _mv,
    "printf": _printf,
    "pwd": _same(most=0),
    "rm": _rm,
    "rmdir": _same(least=1),
    "seq": _seq,
    "sort": _sort,
    "tail": _tail,
    "tee": _same(least=1),
    "touch": _touch,
    "wc": _wc,
}
"""The programs that become cmdlets. ``cmp``, ``curl``, ``tar``, ``time`` and ``xargs`` are in
:mod:`shell_tabs.rewrite`."""
