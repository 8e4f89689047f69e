"""What fuzzing starts from: the workshop's own transcripts and directives, in pieces, and the words of the grammar."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from played.format import KEYS, MARKERS
from tests.fuzz.markup import DIRECTIVES, EXAMPLES

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = [
    "caption",
    "class",
    "emphasize-lines",
    "name",
    "show",
    "rfg",
    "dedent",
    "linenos",
    "lineno-start",
    "lineno-match",
    "tab-width",
    "language",
    "force",
    "encoding",
    "pyobject",
    "lines",
    "start-after",
    "end-before",
    "start-at",
    "end-at",
    "prepend",
    "append",
    "diff",
]
SCREENS = (
    b"[+] Building 0.1s\r\n\x1b[1A\x1b[1B\x1b[0G => [1/2] FROM x\x1b[K\r\n",
    b"one two\r\x1b[4Cten\x1b[1G\x1b[1mONE\x1b[0m\r\n",
    b"\x1b[2J\x1b[Hone\x1b[K\r\ntwo\x1b[K\r\n\x1b[HONE\x1b[K\r\n",
    b"\x1b]0;title\x07\x1b]8;;https://a.example\x1b\\link\x1b]8;;\x1b\\\r\n",
    b"\x1b[?1049hfull\x1b[?1049lback\r\n\x1b#8\x1b[5L\x1b[3M\x1b[2P\x1b[4@\x1b[9X\x1b(0q\x1b(B\x1b7\x1b8\x1bD\x1bM\x1bE\x1bc",
    "\u202eabc\u2066\u2069 \u00e9 \u6f22\u5b57 e\u0301\r\n".encode(),
)


def seeds(target: str) -> Iterator[bytes]:
    """The first inputs of a target."""
    if target == "screen":
        yield from SCREENS
    elif target == "markup":
        yield from _markup()
    elif target == "format":
        yield from (step.encode() for step in _steps())
    elif target == "phrases":
        for step in _steps():
            first, *rest = step.splitlines()[1:] or [step]
            yield f"{first.split()[-1]}\n{first} {{1/2}}\n=\n{first}\n=\n{rest}".encode()
    else:
        for output in _outputs():
            lines = output.split("\n")
            if target == "fold":
                yield from (line.encode() for line in lines)
            else:
                yield f"{output}\n=\n{output}".encode()
                yield "\n".join([*lines[:1], "...", *lines[-1:], "=", *lines]).encode()


def lines(target: str) -> list[bytes]:
    """Lines that mean something to a target."""
    if target == "format":
        found = [*(f"#: {word}" for word in MARKERS), *(f"#: key {key}" for key in KEYS)]
        found += ["#: step a", "#: step b", "#: wait b", "#: id ab", "#: limit 5", "#: terminal 2", "#: type a"]
        found += [
            "#: only a=b",
            "#: files a",
            "#: edit a from b",
            "$ ab",
            "$ a <<X",
            "> b",
            "> X",
            "...",
            "ab",
            "",
            "[1]",
        ]
    elif target == "markup":
        found = [f":{option}: {value}" for option in OPTIONS for value in ("", "1", "x", "app/app.py")]
        found += [f":show: {value}" for value in ("commands", "output", "all")]
    elif target == "screen":
        found = [f"[{number}{order}" for number in ("", "2", "2;5") for order in "ABCDEFGHJKLMPXadefrsm@`"]
        found += [f"[?{mode}{order}" for mode in (3, 5, 6, 7, 25) for order in "hl"]
        found += ["[4h", "[4l", "c", "7x", "8x", "Dx", "Ex", "Mx", "#8", "]0;x\x07", "[1049h"]
    elif target == "phrases":
        found = ["=", "a", "ab", "a b", "a {1/2}", "a {*/2}", "b {2/2}", "a {...} b", "a b a", "aab"]
    else:
        found = [
            "...",
            "=",
            "a",
            "b",
            "a1" * 6,
            "b2" * 6,
            "a1" * 32,
            f"x {'c3' * 6}",
            "3 seconds",
            "1.5s 7.79MB",
            "0B",
            "",
        ]
    return [line.encode() for line in found]


def dictionary() -> str:
    """Words that libFuzzer puts into inputs, in its own format."""
    words = [
        *(f"\n#: {word} " for word in MARKERS),
        *KEYS,
        *(f"\n:{option}: " for option in OPTIONS),
        "...",
        "\n=\n",
        "\n[1]\n",
        "\n$ ",
        "\n> ",
    ]
    words += [
        *EXAMPLES,
        "build",
        "run",
        "edit",
        "$ ",
        "> ",
        "<<EOF",
        " from ",
        " as ",
        "store=overlay2",
        "{*}",
        "{2}",
    ]
    words += [
        "\x1b[",
        "\x1b]0;",
        "\x07",
        "\u202e",
        "\u2066",
        "\x85",
        "\u2028",
        "0123456789ab",
        "3 seconds",
        "1.5s",
        "‹id›",
        "‹",
    ]
    return "".join(f'"{_escaped(word)}"\n' for word in words)


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def write(target: str, folder: Path) -> None:
    """Put the seeds into a folder, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds(target):
        (folder / hashlib.sha1(seed, usedforsecurity=False).hexdigest()).write_bytes(seed)


def _steps() -> Iterator[str]:
    for path in sorted((ROOT / "examples").glob("*/*.console")):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r"^#: step .*?(?=^#: step |\Z)", text, re.MULTILINE | re.DOTALL)


def _outputs() -> Iterator[str]:
    for step in _steps():
        yield from (body for body in re.split(r"(?m)^(?:[$>]|#:)(?: .*)?\n", step) if body.strip())


def _markup() -> Iterator[bytes]:
    for number, directive in enumerate(DIRECTIVES):
        for path in sorted((ROOT / "docs").rglob("*.rst")):
            text = path.read_text(encoding="utf-8")
            if directive == "role":
                found = re.findall(r":rfg:`([^`]*)`", text)
            else:
                found = re.findall(rf"^ *\.\. {directive}:: *(.*(?:\n +:.*)*)", text, re.MULTILINE)
            yield from (bytes([number]) + re.sub(r"\n +", "\n", one).encode() for one in found)
    for option in OPTIONS:
        for value in ("", "1", "build", "1-9", "app/app.py", "utf-8"):
            yield f"\x01build run edit\n:{option}: {value}".encode()
            yield f"\x02app/app.py\n:{option}: {value}".encode()
    yield from (b"\x02" + name.encode() for name in EXAMPLES)
    yield from (b"\x01index/" + name for name in (b"build", b"run", b"edit", b"secret", b"other"))
    yield b"\x02app/app.py\n:rfg:\n  import\n  return {*}\n  two {2}"
