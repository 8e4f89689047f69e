"""One word of a POSIX command as one word of PowerShell: quotes, variables, substitutions.

PowerShell reads a word that starts with a quotation mark only up to the closing one, and takes ``$PWD:`` for a
drive, so ``"$PWD":/app`` has to become ``"${PWD}:/app"``. It never splits a value at blanks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tree_sitter import Node

from shell_tabs.rules import AUTOMATIC, NoEquivalentError

# Typographic quotation marks and dashes mean to PowerShell what the plain ones mean, see about_Quoting_Rules.
_SINGLE_QUOTES = "'‘’‚‛"
_DOUBLE_QUOTES = '"“”„'
_NEVER_BARE = r"\s'\"`$(){};,|&<>‘’‚‛“”„–—―"
_BARE = re.compile(rf"[^@#{_NEVER_BARE}][^{_NEVER_BARE}]*")
_SPLIT_PARAMETER = re.compile(r"-[^-]*[.:]")  # PowerShell cuts -a.b into two arguments: PowerShell#6291
# PowerShell reads a value out of these, and writes the value: 007 is 7, 1e3 is 1000, 1kb is 1024.
_NUMBER = re.compile(
    r"[+-]?(0x[\da-f]+|0b[01]+|\d+\.?\d*(e[+-]?\d+)?|\.\d+(e[+-]?\d+)?)(u?[ysl]|u|n|d)?([kmgtp]b)?", re.IGNORECASE
)
_SAME_NUMBER = re.compile(r"-?[1-9]\d{0,17}|0")
_EXPANSION = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")
_STOP_PARSING = "--%"
_BRACES = re.compile(r"\{.*(,|\.\.).*\}")
_GLOB = re.compile(r"[*?\[]")
_LETTERS = {"n": "`n", "r": "`r", "t": "`t"}


@dataclass(frozen=True, slots=True)
class Part:
    """Literal text, or PowerShell that gives a value: ``name`` of a variable, or ``code`` to run."""

    text: str = ""
    quoted: str = ""  # the quotation mark around it
    name: str = ""
    code: str = ""

    @property
    def is_literal(self) -> bool:
        return not self.name and not self.code


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed, in parts."""

    source: str
    parts: tuple[Part, ...]

    @property
    def literal(self) -> str | None:
        """What the word says, ``None`` where that is known when it runs only."""
        return "".join(part.text for part in self.parts) if all(p.is_literal for p in self.parts) else None

    @property
    def is_bare(self) -> bool:
        return not any(part.quoted for part in self.parts)


def read(node: Node, substitution: Callable[[Node], str]) -> Word:
    """The parts of a word.

    Args:
        node: the word in the tree of the command.
        substitution: gives the PowerShell inside of ``$(…)``.

    Raises:
        NoEquivalentError: for an expansion that is not understood.
    """
    parts: list[Part] = []
    for part in _parts(node, "", substitution):
        if part == Part(quoted=part.quoted) and not part.quoted:
            continue
        if parts and part.is_literal and parts[-1].is_literal and parts[-1].quoted == part.quoted:
            parts[-1] = Part(parts[-1].text + part.text, part.quoted)
        else:
            parts.append(part)
    return Word(source(node), tuple(parts))


def source(node: Node) -> str:
    """The text of a node."""
    assert node.text is not None
    return node.text.decode()


def argument(word: Word, *, native: bool) -> str:
    """The word as an argument.

    Args:
        word: what the reader types in a POSIX shell.
        native: whether a program gets it, and no cmdlet. A cmdlet expands ``~`` and ``*`` itself.

    Raises:
        NoEquivalentError: where a POSIX shell would do more with the word than PowerShell.
    """
    if native:
        word = _with_home(word)
        if has_glob(word):
            raise NoEquivalentError("PowerShell does not replace * and ? in what it passes to a program")
    if has_braces(word):
        raise NoEquivalentError("PowerShell does not multiply words in braces")
    if any(part.name == "PWD" and not part.quoted for part in word.parts):
        raise NoEquivalentError(
            "PowerShell does not split the value of $PWD at blanks, so it has no need of quotes"
        )
    if len(word.parts) == 1 and not word.parts[0].is_literal and not word.parts[0].quoted:
        return _value(word.parts[0], "")
    if word.literal is not None and word.is_bare:
        # a program gets commas inside a word as they are, a cmdlet would get a list
        pieces = word.literal.split(",") if native else [word.literal]
        if all(map(_is_bare, pieces)) and not (len(pieces) > 1 and any(map(is_other_number, pieces))):
            return word.literal
    first, *rest = word.parts or (Part(),)
    if first.is_literal and not first.quoted and _is_bare(first.text) and rest and _one_quoted(rest):
        return first.text + _string(tuple(rest))
    return _string(word.parts)


def expression(word: Word) -> str:
    """The word as the value of an assignment."""
    if len(word.parts) == 1 and word.parts[0].code:
        return word.parts[0].code
    return _string(_with_home(word).parts)


def quoted(text: str) -> str:
    """A literal text in single quotation marks."""
    return "'" + "".join(char * 2 if char in _SINGLE_QUOTES else char for char in text) + "'"


def escaped(text: str) -> str:
    """A format of ``printf`` inside double quotation marks: backslashes become backticks.

    Raises:
        NoEquivalentError: for an escape that is not ``\\n``, ``\\r``, ``\\t`` or ``\\\\``.
    """
    out, at = "", 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
            letter = text[at : at + 1]
            if letter != "\\" and letter not in _LETTERS:
                raise NoEquivalentError(f"\\{letter} is not covered")
            out += "\\" if letter == "\\" else _LETTERS[letter]
        else:
            out += _inside(text[at])
        at += 1
    return f'"{out}"'


def has_glob(word: Word) -> bool:
    """Whether a POSIX shell would look for files of such names."""
    return any(part.is_literal and not part.quoted and _GLOB.search(part.text) for part in word.parts)


def has_braces(word: Word) -> bool:
    """Whether a POSIX shell would make several words of it."""
    return any(part.is_literal and not part.quoted and _BRACES.search(part.text) for part in word.parts)


def is_other_number(text: str) -> bool:
    """Whether PowerShell takes a bare word for a number, and would write that number in another way."""
    return bool(_NUMBER.fullmatch(text)) and not _SAME_NUMBER.fullmatch(text)


def variable(name: str) -> str:
    """What a POSIX variable is in PowerShell. Names in capitals are environment variables, as POSIX has it.

    Raises:
        NoEquivalentError: where PowerShell keeps the name for itself.
    """
    if name in ("HOME", "PWD"):
        return name
    if name.lower() in AUTOMATIC:
        raise NoEquivalentError(f"PowerShell keeps ${name} for itself")
    return f"env:{name}" if name.isupper() else name


# ---------------------------------------------------------------------------------------------------------


def _parts(node: Node, quote: str, substitution: Callable[[Node], str]) -> list[Part]:
    text = source(node)
    match node.type:
        case "word" | "number":
            return [Part(re.sub(r"\\(.)", r"\1", text), "'" if "\\" in text else quote)]
        case "raw_string":
            return [Part(text[1:-1], "'")]
        case "string_content":
            return [Part(re.sub(r'\\([\\"$`])', r"\1", text).replace("\\\n", ""), quote)]
        case "concatenation":
            return [part for child in node.children for part in _parts(child, quote, substitution)]
        case "string":
            return _string_parts(node, substitution)
        case "simple_expansion" | "expansion":
            # the grammar takes the blanks between two variables of a string for a part of the second
            blank = text[: len(text) - len(text.lstrip())]
            found = _EXPANSION.fullmatch(text.lstrip())
            if found is None:
                raise NoEquivalentError(f"{text} is not covered")
            return [Part(blank, quote), Part(name=variable(found[1] or found[2]), quoted=quote)]
        case "command_substitution":
            return [Part(code=substitution(node), quoted=quote)]
        case "arithmetic_expansion":
            return [Part(code=_arithmetic(node), quoted=quote)]
    raise NoEquivalentError(f"{text} is not covered")


def _string_parts(node: Node, substitution: Callable[[Node], str]) -> list[Part]:
    """The parts of a string in double quotation marks; blanks between two expansions are in no node."""
    parts: list[Part] = [Part("", '"')]
    assert node.text is not None
    at = node.start_byte + 1
    for child in node.children[1:-1]:
        parts.append(Part(node.text[at - node.start_byte : child.start_byte - node.start_byte].decode(), '"'))
        parts += _parts(child, '"', substitution)
        at = child.end_byte
    parts.append(Part(node.text[at - node.start_byte : -1].decode(), '"'))
    return parts


def _arithmetic(node: Node) -> str:
    """Whole numbers are subtracted and divided; for + and * PowerShell would take values for texts."""

    def inside(node: Node) -> str:
        if len(node.named_children) != 1:  # a comma between several
            raise NoEquivalentError(f"the calculation {source(node)} is not covered")
        return of(node.named_children[0])

    def of(node: Node) -> str:
        match node.type:
            case "variable_name":
                return "$" + variable(source(node))
            case "simple_expansion":
                return "$" + variable(source(node)[1:])
            case "number":
                return source(node)
            case "parenthesized_expression":
                return f"({inside(node)})"
            case "binary_expression" if source(node.children[1]) in "-/":
                return f"{of(node.children[0])} {source(node.children[1])} {of(node.children[2])}"
        raise NoEquivalentError(f"the calculation {source(node)} is not covered")

    return f"[Math]::Truncate({inside(node)})"


def _with_home(word: Word) -> Word:
    first = word.parts[0] if word.parts else Part()
    if not first.is_literal or first.quoted or not re.match(r"~(/|:|$)", first.text):
        return word
    rest = Part(first.text[1:], '"')
    return Word(
        word.source,
        (
            Part(name="HOME", quoted='"' if first.text != "~" else ""),
            *((rest,) if rest.text else ()),
            *word.parts[1:],
        ),
    )


def _is_bare(text: str) -> bool:
    return bool(_BARE.fullmatch(text)) and not _SPLIT_PARAMETER.match(text) and text != _STOP_PARSING


def _one_quoted(parts: list[Part]) -> bool:
    return len({part.quoted for part in parts}) == 1 and bool(parts[0].quoted)


def _string(parts: tuple[Part, ...]) -> str:
    literal = all(part.is_literal for part in parts)
    text = "".join(part.text for part in parts)
    if literal and not (
        {part.quoted for part in parts} == {'"'} and not any(c in "$`" + _DOUBLE_QUOTES for c in text)
    ):
        return quoted(text)
    out = ""
    for at, part in enumerate(parts):
        following = parts[at + 1 :]
        out += (
            _inside(part.text) if part.is_literal else _value(part, "".join(p.text for p in following)[:1], True)
        )
    return f'"{out}"'


def _inside(text: str) -> str:
    """A literal text inside double quotation marks."""
    return "".join(f"`{char}" if char in "`$" + _DOUBLE_QUOTES else char for char in text)


def _value(part: Part, after: str, in_string: bool = False) -> str:
    if part.code:
        return f"$({part.code})"
    # a name goes on with letters, digits, : and ?
    return f"${{{part.name}}}" if in_string and re.match(r"[\w:?]", after) else f"${part.name}"
