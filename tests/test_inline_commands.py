"""Commands in running text: each that looks like docker's is one of the engine, with flags that the engine has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import commands
from tests.lab.host import TranscriptHost

DOCS = commands.ROOT / "docs"
# Every literal, so that the end of one is not taken for the start of another; it may go on in the next line.
_LITERAL = re.compile(r"(?<!`)``(?! )([^`]+)``(?!`)|:(?:code|command|rfg|samp):`([^`]+)`")
_COMMAND = re.compile(r"(?:\$ )?(docker [a-z].*)")
_PLACEHOLDER = re.compile(r"\[[^\]]*\]|<[^>]*>|…")

# Mentioned because they do not exist, by the page that says so.
WRONG = {("contributing/first-chapter.rst", "docker image biuld", "")}


def mentions() -> Iterator[tuple[str, str, list[str]]]:
    """Place, command and flags of every command in running text."""
    for page in sorted(DOCS.rglob("*.rst")):
        text = page.read_text(encoding="utf-8")
        for line, literal in literals(text):
            command, flags = parsed(_PLACEHOLDER.sub("", literal))
            yield f"{page.relative_to(DOCS)}:{line}", command, flags


def literals(text: str) -> Iterator[tuple[int, str]]:
    """Line and text of every literal that is a docker command."""
    for found in _LITERAL.finditer(text):
        if command := _COMMAND.match(" ".join((found[1] or found[2]).split())):
            yield text.count("\n", 0, found.start()) + 1, command[1]


def parsed(text: str) -> tuple[str, list[str]]:
    """The command without its arguments, and its flags without their values."""
    words = next(commands.docker_commands(text))
    length = 3 if " ".join(words[1:2]) in commands.GROUPS else 2
    command = " ".join(words[:length])
    flags = [word.partition("=")[0] for word in words[length:] if word.startswith("-")]
    return command, [single for flag in flags for single in _single(flag)]


def _single(flag: str) -> list[str]:
    return [flag] if flag.startswith("--") else [f"-{letter}" for letter in flag[1:]]


def unknown(places: list[tuple[str, str, list[str]]], helps: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """(page, command, flag) of what the engine does not know; the flag is empty where it is the command itself."""
    for place, command, flags in places:
        page = place.rpartition(":")[0]
        if f"Usage:  {command}" not in helps[command] and "Aliases:" not in helps[command]:
            yield page, command, ""
            continue
        known = {name for option in commands.helped(helps[command]) for name in option.names}
        yield from ((page, command, flag) for flag in flags if flag not in known | {"--help"})


def test_every_command_in_running_text_is_the_engines(transcript_host: TranscriptHost) -> None:
    places = list(mentions())
    assert len(places) > 100
    wanted = sorted({command for _, command, _ in places})
    script = "\n".join(f"echo '=== {command}'; {command} --help 2>&1" for command in wanted)
    shown = transcript_host.run(script).stdout
    helps = dict(re.findall(r"^=== (.*)\n((?:(?!=== ).*\n)*)", shown, re.MULTILINE))
    assert set(helps) == set(wanted)
    assert set(unknown(places, helps)) == WRONG


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use ``docker ps`` and\n``docker\nimage ls -q``.", [(1, "docker ps"), (2, "docker image ls -q")]),
        ("``a`` docker ps ``b``", []),
        (":rfg:`docker ps -a`, :doc:`docker ps`", [(1, "docker ps -a")]),
        ("Type\n``$ docker ps``, not ``dockerd x``.", [(2, "docker ps")]),
    ],
)
def test_literals_are_found(text: str, expected: list[tuple[int, str]]) -> None:
    assert list(literals(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("docker rm -fv x", ("docker rm", ["-f", "-v"])),
        ("docker container run --rm --name=a x", ("docker container run", ["--rm", "--name"])),
        ("docker system info --format '{{.Driver}}'", ("docker system info", ["--format"])),
        ("docker container run  IMAGE ", ("docker container run", [])),
    ],
)
def test_commands_are_taken_apart(text: str, expected: tuple[str, list[str]]) -> None:
    assert parsed(text) == expected


def test_what_the_engine_does_not_know_is_found(tmp_path: Path) -> None:
    helps = {
        "docker rm": "\nUsage:  docker rm [OPTIONS]\n\nOptions:\n  -f, --force   F\n",
        "docker no": "no such\n",
    }
    places = [("a.rst:1", "docker rm", ["-f", "-x"]), ("a.rst:2", "docker no", [])]
    assert list(unknown(places, helps)) == [("a.rst", "docker rm", "-x"), ("a.rst", "docker no", "")]
