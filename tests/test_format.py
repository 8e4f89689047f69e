"""The transcript format: what it expresses, and one sentence with file and line for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from played import format

HERE = Path("chapter.console")


def parse(text: str) -> format.Transcript:
    return format.parse(text, HERE)


def test_commands_output_and_status() -> None:
    step = parse("#: step fail\n$ false\n$ cat <<EOF\n> a\n> EOF\na\n...\n\n$ sh -c 'exit 3'\n[3]\n\n").steps[0]
    false, cat, sh = step.turns
    assert false.command == "false"
    assert false.output == ()
    assert cat.command == "cat <<EOF\na\nEOF"
    assert [(line.line, line.text) for line in cat.output] == [(6, "a"), (7, "...")]
    assert cat.end == 8
    assert sh.status == 3
    assert sh.status_line == 10
    assert sh.output == ()


def test_head_markers() -> None:
    step = parse(
        "#: step a-1\n#: hidden the reader has it\n#: only store=containerd\n#: covers 1.1 2.1b\n#: covers 3.p1\n$ true\n"
    ).steps[0]
    assert step.hidden == "the reader has it"
    assert step.only == ("store", "containerd")
    assert step.covers == ("1.1", "2.1b", "3.p1")


def test_front_program_second_terminal_and_keys() -> None:
    serve, fetch, stop = parse(
        "#: step serve\n$ serve\nready\n#: wait ready\n#: step fetch\n#: terminal 2\n$ curl localhost\nhello\n"
        "#: step stop\n#: key Ctrl-C\n^C\n[130]\n"
    ).steps
    assert serve.turns[0].stays_in_front
    assert fetch.turns[0].terminal == "2"
    (turn,) = stop.turns
    assert turn.command is None
    assert turn.interactions == (format.Key(10, "Ctrl-C"),)
    assert turn.status == 130
    assert not turn.stays_in_front


def test_before_command_markers() -> None:
    turn = parse("#: step a\n#: limit 2.5\n#: id 16ab\n#: wait\n$ docker image rm 16ab\ngone\n").steps[0].turns[0]
    assert (turn.limit, turn.ids, turn.retry) == (2.5, ("16ab",), True)


def test_files_and_edits() -> None:
    step = parse(
        "#: step a\n#: files apps/web1\n#: files b/c as d\n#: edit d/app.py from b/app.v2.py\n$ ls\nx\n"
    ).steps[0]
    assert step.actions[:3] == (
        format.Files(2, "apps/web1", "web1"),
        format.Files(3, "b/c", "d"),
        format.Edit(4, "d/app.py", "b/app.v2.py"),
    )


BAD = {
    "unknown marker": ("#: step a\n#: hiden x\n$ ls\n", 2, "unknown marker 'hiden'"),
    "malformed marker": ("#: step a\n#:hidden x\n$ ls\n", 2, "one blank after the colon"),
    "marker without a word": ("#: step a\n#: \n$ ls\n", 2, "'#: word argument'"),
    "no step": ("\n", 1, "has no step"),
    "no command": ("#: step a\n#: files b\n", 1, "has no command"),
    "empty step": ("#: step a\n#: step b\n$ ls\n", 1, "step 'a' does nothing"),
    "bad step name": ("#: step A b\n$ ls\n", 1, "no step name"),
    "duplicate step": ("#: step a\n$ ls\n#: step a\n$ ls\n", 3, "already in line 1"),
    "text before the first step": ("hello\n#: step a\n$ ls\n", 1, "before the first"),
    "a command cut by a marker": ("#: step a\n$ ls \\\n> -l\n#: covers 1.1\n> -a\n", 5, "the command of line 2"),
    "output without a command": ("#: step a\nhello\n$ ls\n", 2, "no command stands before it"),
    "prompt without a command": ("#: step a\n$ \n", 2, "prompt without a command"),
    "compares nothing": ("#: step a\n$ ls\n...\n", 3, "compares nothing"),
    "two elisions": ("#: step a\n$ ls\nx\n...\n...\n", 5, "twice in a row"),
    "unterminated heredoc": ("#: step a\n$ cat <<'EOF'\n> a\n$ ls\n", 2, "'> EOF'"),
    "unterminated heredoc with a hyphen": ("#: step a\n$ cat <<END-OF\n> a\n", 2, "'> END-OF'"),
    "unterminated heredoc in quotes": ('#: step a\n$ x="$(cat <<EOF\n> a\n> )"\n', 2, "'> EOF'"),
    "unterminated second heredoc": ("#: step a\n$ cat <<A <<'B c'\n> A\n> B\n", 2, "'> B c'"),
    "unfinished continuation": ("#: step a\n$ docker run \\\nweb1\n", 2, "backslash"),
    "status out of range": ("#: step a\n$ ls\n[256]\n", 3, "1 to 255"),
    "CRLF": ("#: step a\r\n$ ls\r\n", 1, "LF line ends"),
    "control character": ("#: step a\n$ ls\n\x1b[31mred\n", 3, "U+001B"),
    "path that leaves": ("#: step a\n#: files ../secret\n$ ls\n", 2, "stay inside"),
    "absolute path": ("#: step a\n#: edit /etc/passwd from a\n$ ls\n", 2, "neither leaves it"),
    "bad limit": ("#: step a\n#: limit soon\n$ ls\n", 2, "#: limit SECONDS"),
    "bad id": ("#: step a\n#: id xyz\n$ ls\n", 2, "hexadecimal"),
    "unused id": ("#: step a\n#: id 16ab\n$ ls\n", 2, "does not use"),
    "bad only": ("#: step a\n#: only containerd\n$ ls\n", 2, "FACT=VALUE"),
    "unknown key": ("#: step a\n$ cat\n#: key Strg-C\n", 3, "unknown key 'Strg-C'"),
    "output that would be shown as a command": (
        "#: step a\n$ read -p '> ' n\n#: wait >\n> hi\n#: type hi\n",
        4,
        "as a line of the command of line 2",
    ),
    "a second only": (
        "#: step a\n#: only store=x\n#: only host=local\n$ ls\n",
        3,
        "'#: only' has been said already",
    ),
    "a second hidden": ("#: step a\n#: hidden x\n#: hidden y\n$ ls\n", 3, "'#: hidden' has been said already"),
    "a second not-played": (
        "#: step a\n#: not-played x\n#: not-played y\n$ ls\n",
        3,
        "'#: not-played' has been said already",
    ),
    "a second limit": ("#: step a\n#: limit 1\n#: limit 2\n$ ls\n", 3, "'#: limit' has been said already"),
    "key to nothing": ("#: step a\n$ ls\n#: terminal 2\n#: key Ctrl-C\n", 4, "nothing runs in terminal 2"),
    "busy terminal": (
        "#: step a\n$ cat\n#: wait x\n$ ls\n#: key Ctrl-C\n",
        4,
        "busy with the command of line 2",
    ),
    "left in front": ("#: step a\n$ cat\n#: wait x\n", 2, "still in front of terminal 1"),
    "status while in front": (
        "#: step a\n$ cat\n#: wait x\n[1]\n#: step b\n#: key Ctrl-C\n",
        4,
        "no exit status yet",
    ),
    "repeat and keys": ("#: step a\n#: wait\n$ cat\n#: key Ctrl-C\n", 3, "cannot be waited for"),
    "hidden without a reason": ("#: step a\n#: hidden\n$ ls\n", 2, "say why"),
    "not-played without a reason": ("#: step a\n#: not-played\n$ ls\n", 2, "say why"),
    "head marker too late": ("#: step a\n$ ls\n#: covers 1.1\n", 3, "directly under"),
    "limit before nothing": ("#: step a\n$ ls\n#: limit 5\n", 3, "stands before no command"),
}


@pytest.mark.parametrize(
    "command",
    [
        "grep '<<EOF' f",
        'echo "<<EOF"',
        "echo \\<<EOF",
        "echo $'it\\'s <<EOF'",
        'echo $((1 << n)) "$((1 << n))"',
        "((n = 1 << m))",
        "echo hi # cat <<EOF",
        "cat <<<EOF",
        "cat <<END-OF\n> x\n> END-OF",
        "cat <<'A B' <<\\C\n> A B\n> C",
        'cat <<-EOF | sed "s/<<X//"\n> it\'s\n> \tEOF',
        "cat <<EOF \\\n> | wc\n> EOF",
        "echo 'a\n> <<EOF'",
        'x="$(cat <<EOF\n> say "hi\n> EOF\n> )"',
    ],
)
def test_a_command_without_an_open_here_document(command: str) -> None:
    assert parse(f"#: step a\n$ {command}\n").steps[0].commands == (command.replace("\n> ", "\n"),)


def test_output_like_a_line_of_a_command_stands_behind_what_is_typed() -> None:
    (turn,) = parse("#: step a\n$ read -p '> ' n\n#: wait >\n#: type hi\n> hi\n").steps[0].turns
    assert [line.text for line in turn.output] == ["> hi"]


@pytest.mark.parametrize("name", BAD)
def test_mistake_has_file_line_and_sentence(name: str) -> None:
    text, line, words = BAD[name]
    with pytest.raises(format.FormatError) as caught:
        parse(text)
    assert any(p.line == line and words in p.message for p in caught.value.problems), str(caught.value)
    assert str(caught.value).startswith(f"chapter.console:{caught.value.problems[0].line}: ")


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(format.FormatError) as caught:
        parse("#: step A\n#: nope\n$ ls\n[999]\n")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 4]


def test_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.console"
    path.write_bytes(b"#: step a\n$ echo \xe9\n")
    with pytest.raises(format.FormatError, match=r"a\.console:2: is not UTF-8"):
        format.load(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(format.FormatError, match=r"none\.console:1: cannot be read"):
        format.load(tmp_path / "none.console")


def test_step_names_are_unique_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.console").write_text("#: step x\n$ true\n")
    (tmp_path / "b.console").write_text("#: step y\n$ true\n#: step x\n$ true\n")
    with pytest.raises(format.FormatError, match=r"b\.console:3: step 'x' is already in a\.console:1"):
        format.load_folder(tmp_path)


def test_every_marker_has_a_bad_form_above() -> None:
    assert set(format.MARKERS) <= {word for text, _, _ in BAD.values() for word in text.split()} | {"type"}
