"""A POSIX command as PowerShell, by the rules of :mod:`shell_tabs.rules`.

tree-sitter's grammar for bash reads the command, no pattern does. What is not understood is not guessed. Words
that are the same in both shells stay as they are, and so does the white space between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

from shell_tabs.commands import COMMANDS, Stage, path, printf
from shell_tabs.rules import NATIVE, NO_EQUIVALENT, RENAMED, NoEquivalentError
from shell_tabs.words import Word, argument, expression, has_braces, read, source, variable

_PARSER = Parser(Language(tree_sitter_bash.language()))
_NOWHERE = "/dev/null"


@cache
def powershell(command: str, programs: frozenset[str] = frozenset()) -> str:
    """The command in PowerShell 7.4 or newer on Windows.

    Args:
        command: what is typed in a POSIX shell; may have several lines.
        programs: names of programs that are called the same way on Windows.

    Raises:
        NoEquivalentError: where there is none, or where this package does not know it.
    """
    root = _PARSER.parse(command.encode()).root_node
    if root.has_error or not _is_whole(root):
        raise NoEquivalentError("it is not understood")
    return _Rewriter(NATIVE | programs).program(root)


def _is_whole(root: Node) -> bool:
    """Whether every character is in the tree: the grammar loses the dash of ``docker build - <<EOF``."""
    assert root.text is not None
    rest, nodes = bytearray(root.text), [root]
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if not node.children:
            start, end = node.start_byte - root.start_byte, node.end_byte - root.start_byte
            rest[start:end] = b" " * (end - start)
    return not rest.replace(b"\\\n", b"").strip()


class _Rewriter:
    def __init__(self, programs: frozenset[str]) -> None:
        self.programs = programs

    def program(self, node: Node) -> str:
        return self.sequence(node.children, node.start_byte, node.end_byte, node)

    def sequence(self, children: Sequence[Node], start: int, end: int, parent: Node) -> str:
        """Statements after each other, with what stands between them."""
        out, at = "", start
        for child in children:
            out += self.gap(parent, at, child.start_byte)
            match child.type:
                case ";" | "\n":
                    out += source(child)
                case "comment":
                    out += source(child)
                case _ if not child.is_named:
                    raise NoEquivalentError(f"{source(child)} is not covered")
                case _:
                    out += self.statement(child).text
            at = child.end_byte
        return out + self.gap(parent, at, end)

    def gap(self, parent: Node, start: int, end: int) -> str:
        """The white space between two nodes; a backslash at the end of a line becomes a backtick."""
        assert parent.text is not None
        text = parent.text[start - parent.start_byte : end - parent.start_byte].decode()
        if text.replace("\\\n", "").strip():
            raise NoEquivalentError(f"{text.strip()} is not covered")
        return text.replace("\\\n", "`\n")

    def statement(self, node: Node, piped: bool = False) -> Stage:
        match node.type:
            case "command":
                stage = self.command(node, piped)
                return stage if piped or not stage.count else Stage(f"({stage.text}).Count", tests=False)
            case "pipeline":
                return self.pipeline(node)
            case "list":
                return self.list(node)
            case "redirected_statement":
                return self.redirected(node, piped)
            case "variable_assignment":
                return self.assignment(node)
            case "declaration_command" if source(node.children[0]) == "export" and node.named_children:
                return Stage("; ".join(self.assigned(child) for child in node.named_children), statement=True)
            case "unset_command":
                return self.unset(node)
            case "for_statement":
                return self.loop(node)
        raise NoEquivalentError("it is not covered")

    # Commands ----------------------------------------------------------------------------------------

    def word(self, node: Node) -> Word:
        return read(node, self.substitution)

    def substitution(self, node: Node) -> str:
        if source(node)[0] == "`":
            raise NoEquivalentError("write $(…) instead of backticks")
        return self.sequence(node.children[1:-1], node.children[0].end_byte, node.children[-1].start_byte, node)

    def command(self, node: Node, piped: bool) -> Stage:
        first = node.child_by_field_name("name")
        assert first is not None
        before = [child for child in node.children if child.type == "variable_assignment"]
        for child in node.children:
            if child != first and child not in before and child not in node.children_by_field_name("argument"):
                raise NoEquivalentError(f"{source(child)} is not covered")
        if before and not piped:
            names = [variable(source(child.named_children[0])).removeprefix("env:") for child in before]
            words = [self.word(child) for child in node.children_by_field_name("argument")]
            if any(part.name.removeprefix("env:") in names for word in words for part in word.parts):
                raise NoEquivalentError("PowerShell would already see the new value")
            text = self.called(node, first, piped).text
            return Stage(
                "; ".join([*map(self.assigned, before), text, *(f"Remove-Item Env:{name}" for name in names)]),
                statement=True,
            )
        return self.called(node, first, piped)

    def called(self, node: Node, first: Node, piped: bool) -> Stage:
        name, nodes = source(first), node.children_by_field_name("argument")
        words = [self.word(child) for child in nodes]
        known = self.known(name, words, piped)
        if known is not None:
            return known
        native = name not in COMMANDS
        out, at = RENAMED.get(name, name), first.end_byte
        for child, word in zip(nodes, words, strict=True):
            out += self.gap(node, at, child.start_byte)
            text = word.literal if word.is_bare else None
            out += "NUL" if name == "curl" and text == _NOWHERE else argument(word, native=native)
            at = child.end_byte
        if name == "tar" and not any(re.match(r"-[A-Za-z]*f", word.literal or "") for word in words):
            out += " -f -"  # the default is the first tape, not the pipe
        return Stage(out)

    def known(self, name: str, words: Sequence[Word], piped: bool) -> Stage | None:
        """A command that is not the same in PowerShell; ``None`` for one that is."""
        if name in NO_EQUIVALENT:
            raise NoEquivalentError(NO_EQUIVALENT[name])
        if name == "time" and words:
            inner = self.typed(words)
            return Stage(f"Measure-Command {{ {inner} | Out-Default }}")
        if name == "xargs" and piped and [word.literal for word in words[:1]] == ["-r"]:
            return Stage(f"ForEach-Object {{ {self.typed(words[1:])} $_ }}")
        if name in COMMANDS:
            return COMMANDS[name](words, piped)
        if name not in self.programs and name not in RENAMED:
            raise NoEquivalentError(f"{name} is no program of Windows")
        return None

    def typed(self, words: Sequence[Word]) -> str:
        """A program that another one starts."""
        if not words:
            raise NoEquivalentError("its arguments are not covered")
        name = words[0].literal
        if name not in self.programs and name not in RENAMED:
            raise NoEquivalentError(f"{words[0].source} is no program of Windows")
        return " ".join([name, *(argument(word, native=True) for word in words[1:])])

    # Commands together -------------------------------------------------------------------------------

    def pipeline(self, node: Node) -> Stage:
        out, at = "", node.start_byte
        stage = Stage("")
        for child in node.children:
            gap = self.gap(node, at, child.start_byte)
            at = child.end_byte
            if not child.is_named:
                if source(child) != "|":
                    raise NoEquivalentError(f"{source(child)} is not covered")
                out += gap + "|"
                continue
            stage = self.statement(child, piped=bool(out))
            if child.type == "for_statement":
                stage = Stage(f"& {{ {stage.text} }}")
            if stage.statement:
                raise NoEquivalentError("it is not covered in a pipeline")
            out += gap + stage.text
            if stage.count:
                out = f"({out}).Count"
        return Stage(out, tests=stage.tests and not stage.count)

    def list(self, node: Node) -> Stage:
        if len(node.children) != 3:  # a comment inside
            raise NoEquivalentError("it is not covered")
        left, operator, right = node.children
        compared = self.compared(left)
        if compared and source(operator) == "&&":
            return Stage(f"if ({compared}) {{ {self.statement(right).text} }}", statement=True)
        one, two = self.statement(left), self.statement(right)
        if one.statement or two.statement or one.count or not one.tests:
            raise NoEquivalentError(f"it does not go together with {source(operator)} in PowerShell")
        before = self.gap(node, left.end_byte, operator.start_byte)
        after = self.gap(node, operator.end_byte, right.start_byte)
        return Stage(f"{one.text}{before}{source(operator)}{after}{two.text}", tests=two.tests)

    def compared(self, node: Node) -> str | None:
        """``cmp`` of two files, as a condition."""
        name = node.child_by_field_name("name") if node.type == "command" else None
        if name is None or source(name) != "cmp":
            return None
        words = [self.word(child) for child in node.children_by_field_name("argument")]
        if len(words) != 2 or any(word.literal == "-" for word in words):
            raise NoEquivalentError("its arguments are not covered")
        one, two = map(path, words)
        return f"(Get-FileHash {one}).Hash -eq (Get-FileHash {two}).Hash"

    def loop(self, node: Node) -> Stage:
        name = node.child_by_field_name("variable")
        body = node.child_by_field_name("body")
        assert name is not None
        assert body is not None
        if source(node.children[0]) != "for" or body.type != "do_group":
            raise NoEquivalentError("it is not covered")
        values = [self.word(child) for child in node.children_by_field_name("value")]
        opening, *statements, closing = body.children
        inner = self.sequence(statements, opening.end_byte, closing.start_byte, body)
        inner = inner.rstrip(" ;") + ("" if inner.endswith("\n") else " ")
        return Stage(f"foreach (${variable(source(name))} in {_values(values)}) {{{inner}}}", statement=True)

    # Variables ---------------------------------------------------------------------------------------

    def assignment(self, node: Node) -> Stage:
        name, value = self.parted(node)
        return Stage(f"${variable(name)} = {value}", statement=True)

    def assigned(self, node: Node) -> str:
        """A variable of the environment."""
        if node.type != "variable_assignment":
            raise NoEquivalentError(f"{source(node)} is not covered")
        name, value = self.parted(node)
        return f"$env:{name} = {value}"

    def parted(self, node: Node) -> tuple[str, str]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None or name.type != "variable_name" or source(node.children[1]) != "=":
            raise NoEquivalentError(f"{source(node)} is not covered")
        if source(name) == "PATH":
            raise NoEquivalentError("Windows has semicolons between the folders of PATH")
        return source(name), expression(self.word(value))

    def unset(self, node: Node) -> Stage:
        if not node.named_children or any(child.type != "variable_name" for child in node.named_children):
            raise NoEquivalentError("its arguments are not covered")
        names = [variable(source(child)) for child in node.named_children]
        removed = [
            f"Remove-Item Env:{name.removeprefix('env:')}"
            if name.startswith("env:")
            else f"Remove-Variable {name}"
            for name in names
        ]
        return Stage("; ".join(removed), statement=True)

    # Redirections ------------------------------------------------------------------------------------

    def redirected(self, node: Node, piped: bool) -> Stage:
        body = node.child_by_field_name("body")
        redirects = node.children_by_field_name("redirect")
        if body is None:
            raise NoEquivalentError("it is not covered")
        document = next((child for child in redirects if child.type == "heredoc_redirect"), None)
        if document is not None:
            return self.here_document(body, document, redirects)
        written = self.printed(body, redirects)
        if written is not None:
            return written
        stage = self.statement(body, piped)
        if body.type == "for_statement":
            stage = Stage(f"& {{ {stage.text} }}")
        if stage.statement:
            raise NoEquivalentError("its output cannot be redirected in PowerShell")
        _check_outputs(redirects)
        out, at, fed = stage.text, body.end_byte, ""
        for child in redirects:
            gap = self.gap(node, at, child.start_byte)
            at = child.end_byte
            if source(child).startswith("<"):
                fed = self.fed(body, child)
            else:
                out += gap + self.redirection(child)
        if fed and piped:
            raise NoEquivalentError("two things feed it")
        return Stage(fed + out, tests=stage.tests)

    def redirection(self, node: Node) -> str:
        kinds = [child.type for child in node.children]
        if len(kinds) not in (2, 3):  # >&- is one
            raise NoEquivalentError(f"{source(node)} is not covered")
        descriptor, operator, target = (["", *map(source, node.children)])[-3:]
        if operator == ">&" and descriptor + target == "21":
            return "2>&1"
        if operator not in (">", ">>") or descriptor not in ("", "1", "2") or kinds[-1] == "number":
            raise NoEquivalentError(f"{source(node)} is not covered")
        word = self.word(node.children[-1])
        blank = self.gap(node, node.children[-2].end_byte, node.children[-1].start_byte)
        return f"{descriptor}{operator}{blank}" + ("$null" if word.literal == _NOWHERE else path(word))

    def fed(self, body: Node, node: Node) -> str:
        """What a file gives to a command: its bytes to a program, its lines to a cmdlet."""
        if len(node.children) != 2 or source(node.children[0]) != "<":
            raise NoEquivalentError(f"{source(node)} is not covered")
        word = self.word(node.children[-1])
        if word.literal == _NOWHERE:
            raise NoEquivalentError("nothing in PowerShell feeds a program nothing")
        name = body.child_by_field_name("name") if body.type == "command" else None
        if name is None:
            raise NoEquivalentError("what the file feeds is not covered")
        options = "" if source(name) in COMMANDS else "-AsByteStream -Raw "
        return f"Get-Content {options}{path(word)} | "

    def printed(self, body: Node, redirects: Sequence[Node]) -> Stage | None:
        """``printf`` into a file: a redirection in PowerShell would end the last line."""
        name = body.child_by_field_name("name") if body.type == "command" else None
        if name is None or source(name) != "printf":
            return None
        if len(redirects) != 1 or [source(child) for child in redirects[0].children[:-1]] != [">"]:
            raise NoEquivalentError("its output cannot be redirected in PowerShell")
        words = [self.word(child) for child in body.children_by_field_name("argument")]
        text = printf(words, line=False)
        text = f"({text})" if len(words) > 1 else text
        return Stage(f"Set-Content -NoNewline {path(self.word(redirects[0].children[-1]))} {text}")

    def here_document(self, body: Node, document: Node, redirects: Iterable[Node]) -> Stage:
        parts = {child.type: source(child) for child in document.children}
        text = _document(document)
        if not text.endswith("\n"):
            raise NoEquivalentError("a here-string of PowerShell has one line at least")
        text = text.removesuffix("\n")
        if set(parts) - {"<<", "heredoc_start", "file_redirect", "heredoc_body", "heredoc_end"}:
            raise NoEquivalentError("its here-document is not covered")
        if parts["heredoc_start"][0] not in "'\"" and re.search(r"[$`\\]", text):
            raise NoEquivalentError("its here-document is not covered")
        if re.search(r"^'@", text, re.MULTILINE):
            raise NoEquivalentError("a here-string of PowerShell would end before")
        others = [child for child in (*redirects, *document.children) if child.type == "file_redirect"]
        _check_outputs(others)
        out = f"@'\n{text}\n'@"
        if source(body) != "cat":
            out += f" | {self.statement(body, piped=True).text}"
        return Stage(out + "".join(f" {self.redirection(child)}" for child in others))


def _check_outputs(redirects: Iterable[Node]) -> None:
    """In a POSIX shell the order matters; PowerShell does not look at it, and takes one for each stream.

    Raises:
        NoEquivalentError: where that is a difference.
    """
    seen: set[str] = set()
    for text in map(source, redirects):
        stream = "2" if text.startswith("2") else "1"
        if stream in seen or (stream == "1" and "2>&1" in seen):
            raise NoEquivalentError("its redirections mean another thing in PowerShell")
        seen |= {stream, text} if ">" in text else set()


def _document(redirect: Node) -> str:
    """The lines of a here-document. The node of its body does not have the empty lines at its start."""
    assert redirect.text is not None
    end = next(child for child in redirect.children if child.type == "heredoc_end")
    _, _, text = redirect.text[: end.start_byte - redirect.start_byte].decode().partition("\n")
    return text


def _values(words: Sequence[Word]) -> str:
    """What a loop goes through: texts, or the files of a folder. Without any, a shell takes its own arguments."""
    if len(words) == 1 and (words[0].literal or "").endswith("/*") and words[0].is_bare:
        folder = (words[0].literal or "").removesuffix("/*")
        if not re.search(r"[*?\[]", folder):
            return f"Get-ChildItem {folder}"
    known = (word.literal is not None and not re.search(r"[*?\[]", word.literal) for word in words)
    if not words or not all(known) or any(map(has_braces, words)):
        raise NoEquivalentError("what it goes through is not covered")
    return ", ".join(expression(word) for word in words)
