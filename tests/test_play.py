"""Transcripts played on a real bash on this machine: everything the format can say, and every way to fail."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from played import format, terminal
from played import remote as remote_end
from played.play import Player, PlayError, TurnResult
from played.remote import DriverError, Remote

Play = Callable[..., list[TurnResult]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture
def play(tmp_path: Path, home: Path) -> Iterator[Play]:
    """Play a transcript, given as text, in a home folder of its own."""
    players = []

    def run(text: str, limit: float = 20, keep_going: bool = False) -> list[TurnResult]:
        transcript = format.parse(text, tmp_path / "t.console")
        player = Player(transcript, tmp_path, (), limit=limit, keep_going=keep_going)
        players.append(player)
        return [result for step in transcript.steps for result in player.play(step)]

    yield run
    for player in players:
        player.close()


def fails(play: Play, text: str, words: str, **options: float) -> str:
    with pytest.raises(PlayError) as caught:
        play(text, **options)
    assert words in str(caught.value), str(caught.value)
    return str(caught.value)


def test_output_status_and_state_between_commands(play: Play) -> None:
    play(
        "#: step a\n$ cd /tmp\n$ pwd\n/tmp\n$ false\n[1]\n$ echo $?\n1\n$ X=1; sh -c 'exit 7'\n[7]\n$ echo $?$X\n71\n"
    )


def test_heredoc_continuation_and_quotes(play: Play, home: Path) -> None:
    play(
        "#: step a\n$ cat > f <<'EOF'\n> one $X\n>\n> two\n> EOF\n$ echo a \\\n>   b\na b\n$ cat f\none $X\n\ntwo\n"
        '$ echo "x\n> y"\nx\ny\n'
    )
    assert (home / "f").read_text() == "one $X\n\ntwo\n"


def test_a_silent_failure_fails(play: Play) -> None:
    message = fails(play, "#: step a\n$ false\n", "t.console:2: exit status 1, expected 0")
    assert "  $ false" in message


def test_an_unexpected_success_fails(play: Play) -> None:
    fails(play, "#: step a\n$ true\n[1]\n", "exit status 0, expected 1")


def test_a_difference_is_readable(play: Play) -> None:
    message = fails(
        play,
        "#: step a\n$ printf 'Up 5 seconds\\nExited (1)\\n'\nUp 3 seconds\nExited (0)\n",
        "t.console:2: the output differs",
    )
    assert "- Exited (0)" in message
    assert "+ Exited (1)" in message
    assert "  Up ‹age›" in message


def test_foreground_second_terminal_and_ctrl_c(play: Play) -> None:
    play(
        "#: step serve\n$ sh -c 'echo ready; exec sleep 100'; echo never\nready\n#: wait ready\n"
        "#: step other\n#: terminal 2\n$ echo other\nother\n"
        "#: step stop\n#: key Ctrl-C\n^C\n[130]\n$ echo on\non\n"
    )


def test_output_of_a_program_in_front_after_its_wait(play: Play) -> None:
    play(
        "#: step serve\n$ echo ready; read -r line; echo got $line; cat\nready\n#: wait ready\n"
        "#: step on\n#: type hello\nhello\ngot hello\n#: wait got\n"
        "#: step end\n#: type x\nx\nx\n#: key Ctrl-D\n"
    )


def test_ctrl_d_leaves_a_shell(play: Play) -> None:
    play(
        "#: step a\n$ PS1='inner> ' bash --norc --noediting -i\n#: wait inner>\n#: type echo $((6*7))\n#: wait 42\n"
        "#: key Ctrl-D\ninner> echo $((6*7))\n42\ninner> exit\n"
    )


def test_typed_answer_with_and_without_echo(play: Play) -> None:
    play(
        "#: step a\n$ read -p 'Sure? [y/N] ' a; echo \"<$a>\"\n#: wait [y/N]\n#: type y\nSure? [y/N] y\n<y>\n"
        "$ read -s -p 'Password: ' p; echo; echo ${#p}\n#: wait Password:\n#: type secret\nPassword:\n6\n"
    )


def test_a_command_is_repeated_until_it_matches(play: Play, home: Path) -> None:
    started = time.monotonic()
    play("#: step a\n$ (sleep 0.5; echo up > state) &\n[1] 1\n", keep_going=True)
    play("#: step a\n#: wait\n$ cat state\nup\n")
    assert time.monotonic() - started < 10
    fails(play, "#: step a\n#: wait\n#: limit 0.5\n$ cat state\ndown\n", "the output differs")


@pytest.mark.parametrize(("output", "later"), [("", ""), ("...\nready\n", "; seq $n; test $n = 3 && echo ready")])
def test_a_try_that_fails_teaches_no_ids(play: Play, output: str, later: str) -> None:
    """Each try shows another id, as a container that is started for it does."""
    play(
        f"#: step a\n#: wait\n#: limit 5\n$ echo 00000000000$((++n)){later}; test $n = 3\n111111111111\n{output}"
        "$ test 111111111111 = 000000000003\n"
    )


def test_an_edit_keeps_the_file(play: Play, tmp_path: Path, home: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "run.sh").write_text("echo one\n")
    (tmp_path / "app" / "run.sh").chmod(0o755)
    (tmp_path / "v2.sh").write_text("echo two\n")
    results = play(
        "#: step a\n#: files app as web\n$ ./web/run.sh; stat -c %i web/run.sh > before\none\n"
        "#: edit web/run.sh from v2.sh\n$ ./web/run.sh; stat -c %i web/run.sh | cmp - before\ntwo\n"
    )
    assert len(results) == 2
    assert (home / "web" / "run.sh").stat().st_mode & 0o777 == 0o755


def test_ids_are_mapped_all_through(play: Play) -> None:
    play(
        "#: step a\n$ echo 0123456789ab\n111111111111\n$ test 111111111111 = 0123456789ab\n"
        "#: id 1111\n$ test 1111 = 0123\n$ echo sha256:0123456789ab$(printf %052d 0)\n"
        "sha256:1111111111110000000000000000000000000000000000000000000000000000\n"
    )
    fails(
        play,
        "#: step a\n$ echo 0123456789ab 0123456789ac\n111111111111 111111111111\n",
        "an id stands for another",
    )
    fails(play, "#: step a\n#: id 99\n$ echo 99\n99\n", "no output before shows an id that starts 99")


def test_a_typed_prefix_may_be_repeated_by_the_command(play: Play) -> None:
    text = "#: step a\n$ echo bbbb22222222\naaaa11111111\n#: id aaaa\n$ echo aaaa aaaab\naaaa aaaab\n"
    assert play(text)[1].command == "echo bbbb aaaab"


def test_live_progress_ends_as_the_reader_sees_it(play: Play) -> None:
    play("#: step a\n$ printf 'a: 1%%\\rb: 2%%\\r\\033[Kdone\\n\\033[1A\\033[31mDONE\\033[0m\\n'\nDONE\n")
    play("#: step a\n$ printf 'x\\n\\033[?1049hsecret\\033[?1049ly\\n'\nx\ny\n")


def test_time_limit_interrupts_and_says_what_was_shown(play: Play) -> None:
    started = time.monotonic()
    message = fails(
        play, "#: step a\n#: limit 0.5\n$ echo waiting; sleep 100\nnever\n", "took longer than its limit of 0.5 s"
    )
    assert "waiting" in message
    assert time.monotonic() - started < 5


def test_time_limit_on_a_command_that_ignores_every_polite_signal(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails(
        play,
        "#: step a\n#: limit 0.3\n$ bash -c 'trap \"\" INT TERM; echo $$ > pid; while :; do sleep 0.1; done'\n",
        "took longer than its limit",
    )


def test_the_shell_works_after_a_limit(play: Play, tmp_path: Path, home: Path) -> None:
    transcript = format.parse(
        "#: step a\n#: limit 0.3\n$ sleep 100\n#: step b\n$ echo on\non\n", tmp_path / "t.console"
    )
    player = Player(transcript, tmp_path, ())
    with pytest.raises(PlayError):
        player.play(transcript.steps[0])
    assert player.play(transcript.steps[1])[0].live == ("on",)
    player.close()


def test_a_flood_is_stopped(play: Play) -> None:
    started = time.monotonic()
    fails(play, "#: step a\n$ yes | head -c 200000000\n", "showed more than 4 MB")
    assert time.monotonic() - started < 10


def test_wait_for_something_that_never_comes(play: Play) -> None:
    fails(
        play, "#: step a\n#: limit 0.5\n$ cat\n#: wait ready\n#: key Ctrl-C\n^C\n[130]\n", "never showed 'ready'"
    )
    fails(play, "#: step a\n$ true\n#: wait ready\n#: key Ctrl-C\n", "ended (exit status 0) before")


def test_a_command_that_ends_the_shell(play: Play) -> None:
    fails(play, "#: step a\n$ exit 3\n[3]\n", "ended the shell itself")


def test_a_command_that_ends_the_shell_is_not_repeated(play: Play) -> None:
    started = time.monotonic()
    fails(play, "#: step a\n#: wait\n#: limit 10\n$ exit 3\n[3]\n", "ended the shell itself")
    assert time.monotonic() - started < 5


def test_a_shell_that_ended_leaves_nothing(home: Path) -> None:
    remote = Remote()
    driver = Path(f"/proc/{remote._process.pid}")
    assert remote.turn("1", "true", [], 5).status == 0
    before = sorted(os.listdir(driver / "fd"))
    for _ in range(3):
        assert remote.turn("1", "exit", [], 5).stopped == "closed"
    assert remote.turn("1", "true", [], 5).status == 0
    assert sorted(os.listdir(driver / "fd")) == before
    assert len((driver / f"task/{driver.name}/children").read_text().split()) == 1
    remote.close()


def test_a_shell_that_starts_slowly(play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of a command is none of the shell's that has to start for it."""
    slow = tmp_path / "bin/bash"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\nsleep 0.6\nexec {shutil.which("bash")} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    fails(play, "#: step a\n#: limit 0.5\n$ sleep 5\n", "took longer than its limit of 0.5 s")


@pytest.mark.parametrize(("name", "what"), [("PATH", "bash"), ("HOME", "/nowhere")])
def test_no_shell(play: Play, monkeypatch: pytest.MonkeyPatch, name: str, what: str) -> None:
    monkeypatch.setenv(name, "/nowhere")
    fails(play, "#: step a\n$ true\n", f"t.console:2: bash did not start: No such file or directory: {what}\n")


def test_variables_that_act_at_a_prompt_are_not_inherited(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PROMPT_COMMAND": "PS1=mine; echo leak", "PS0": "leak", "TMOUT": "1"}.items():
        monkeypatch.setenv(name, value)
    play("#: step a\n#: limit 5\n$ echo a$TMOUT\na\n$ echo b\nb\n", limit=5)


AS_ANOTHER = "setpriv --reuid=65534 --clear-groups" if os.geteuid() == 0 else "sudo -n"
DEAF = f"{AS_ANOTHER} sh -c 'trap \"\" INT HUP; echo on; sleep 15'"


@pytest.fixture
def powerless() -> Sequence[str]:
    """What starts a driver that cannot end what :data:`AS_ANOTHER` starts."""
    if os.geteuid() == 0:
        return ["setpriv", "--bounding-set=-kill"]  # root may end everybody's processes by a capability
    if shutil.which("sudo") is None or subprocess.run(["sudo", "-n", "true"], check=False).returncode:
        pytest.skip("needs root, or sudo without a password")
    return []


def test_a_limit_on_a_process_of_another_user(tmp_path: Path, home: Path, powerless: Sequence[str]) -> None:
    transcript = format.parse(
        f"#: step a\n#: limit 0.5\n$ {DEAF}\n#: step b\n$ echo b\nb\n", tmp_path / "t.console"
    )
    player = Player(transcript, tmp_path, powerless)
    with pytest.raises(PlayError, match=r"took longer than its limit of 0\.5 s and was interrupted"):
        player.play(transcript.steps[0])
    assert player.play(transcript.steps[1])[0].live == ("b",)
    player.close()


def test_what_cannot_be_ended_keeps_no_shell_open(home: Path, powerless: Sequence[str]) -> None:
    remote = Remote(powerless)
    assert remote.turn("1", f"exec {DEAF}", [["wait", "on"]], 10).stopped is None
    pid = int(remote.turn("2", "echo $$", [], 5).output)
    remote.close()
    assert remote._process.returncode == 0
    assert not Path(f"/proc/{pid}").exists()


def test_the_driver_is_killed(play: Play) -> None:
    fails(play, f"#: step a\n$ kill -{signal.SIGKILL} $PPID; sleep 1\n", "the terminal went away")


def test_no_driver(tmp_path: Path) -> None:
    transcript = format.parse("#: step a\n$ true\n", tmp_path / "t.console")
    before = sorted(os.listdir("/proc/self/fd"))
    with pytest.raises(PlayError, match="nosuchprogram cannot be started") as caught:
        Player(transcript, tmp_path, ["nosuchprogram"])
    assert sorted(os.listdir("/proc/self/fd")) == before, f"while {caught} is kept"
    with pytest.raises(PlayError, match="the terminal went away: no engine here"):
        Player(transcript, tmp_path, ["sh", "-c", "echo no engine here >&2; exit 1", "sh"])


@pytest.mark.parametrize(("seconds", "error"), [(0.3, DriverError), (20, KeyboardInterrupt)])
def test_a_driver_that_does_not_answer_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, error: type[BaseException]
) -> None:
    """For lack of an answer, or because somebody presses Ctrl-C meanwhile."""
    monkeypatch.setattr(remote_end, "STARTING", seconds)
    before = sorted(os.listdir("/proc/self/fd"))
    pid = tmp_path / "pid"
    handler = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 1)
    with pytest.raises(error):
        Remote(["sh", "-c", f"echo $$ > {pid}; exec sleep 100", "sh"])
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, handler)
    assert sorted(os.listdir("/proc/self/fd")) == before
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()


def test_files_that_are_missing_or_lead_out(play: Play, tmp_path: Path) -> None:
    fails(play, "#: step a\n#: files nope\n$ ls\n", "t.console:2: there is no nope in")
    (tmp_path / "link").symlink_to("/etc")
    fails(play, "#: step a\n#: files link/hostname\n$ ls\n", "link/hostname leads out of")
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir" / "out").symlink_to("/etc/hostname")
    fails(play, "#: step a\n#: files dir\n$ ls\n", "dir/out leads out of")
    (tmp_path / "v2").write_text("x")
    fails(play, "#: step a\n#: edit gone from v2\n$ ls\n", "~/gone cannot be edited: there is no such file")


def test_large_commands_output_and_many_of_them(play: Play) -> None:
    results = play("#: step a\n$ seq 100000 | tail -1\n100000\n$ true " + "x" * 100_000 + "\n")
    assert len(results) == 2
    echoes = "".join(f"$ echo {number}\n{number}\n" for number in range(300))
    assert len(play(f"#: step a\n{echoes}")) == 300


def test_nothing_is_left_open_or_running(play: Play, home: Path) -> None:
    before = sorted(os.listdir("/proc/self/fd"))
    transcript = format.parse(
        "#: step a\n$ sleep 1000 & echo $! > pid\n#: step b\n$ cat\n#: wait x\n#: step c\n#: key Ctrl-D\n",
        home / "t",
    )
    player = Player(transcript, home, (), keep_going=True)
    player.play(transcript.steps[0])
    pid = int((home / "pid").read_text())
    player.close()
    assert sorted(os.listdir("/proc/self/fd")) == before
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/stat").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        assert not Path(f"/proc/{pid}").exists()


def test_the_driver_needs_the_standard_library_only() -> None:
    source = Path(terminal.__file__).read_text()
    assert "from played" not in source
    assert "import played" not in source


def test_what_a_program_shows_during_the_turn_of_another_terminal_is_kept(play: Play) -> None:
    """The server logs a request before the terminal that made it is done."""
    play(
        "#: step serve\n$ mkfifo in; echo ready; cat in -\nready\n#: wait ready\n"
        "#: step ask\n#: terminal 2\n$ echo asked > in; timeout 0.3 tail -f /dev/null\n[124]\n"
        "#: step log\n#: wait asked\nasked\n#: key Ctrl-C\n^C\n[130]\n"
    )
