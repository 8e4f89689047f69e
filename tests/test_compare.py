"""Folding and comparison: what may differ, and – as important – what may not."""

from __future__ import annotations

import time

import pytest

from played import fold
from played.compare import Ids, compare


def same(recorded: str, live: str) -> bool:
    return not compare(recorded.split("\n"), live.split("\n"), Ids()).difference


FOLDED = [
    (
        'calculate checksum of ref 466fccfd-f720-465a-bd64-4e34bb785acb::y9mmbria359d4ps8z28fb3vcx: "/a": not found',
        'calculate checksum of ref 0c1e38a3-92aa-4bd2-a1ac-a1f95e4ae0bc::jr7mhyxuo0b9uciqmklqo0o08: "/a": not found',
    ),
    ("Up 3 seconds", "Up About a minute"),
    ("Exited (0) Less than a second ago", "Exited (0) 2 hours ago"),
    (
        "web1   latest   1615e26ef72c   3 seconds ago   186MB",
        "web1     latest    9915e26ef72c   2 weeks ago   7.9MB",
    ),
    (" => [2/5] WORKDIR /app          0.0s", " => [2/5] WORKDIR /app         12.3s"),
    ("#8 DONE 1.2s", "#8 DONE 0.1s"),
    ('"Created": "2026-11-23T18:00:00.1234Z",', '"Created": "2027-01-02T03:04:05Z",'),
    (
        '172.17.0.1 - - [23/Nov/2026 18:00:00] "GET / HTTP/1.1" 200 -',
        '172.18.0.9 - - [01/Jan/2027 00:00:00] "GET / HTTP/1.1" 200 -',
    ),
    ("Date: Mon, 23 Nov 2026 18:00:00 GMT", "Date: Tue, 24 Nov 2026 19:01:02 GMT"),
    ("Mon Nov 23 19:28:19 UTC 2026", "Fri Jan  1 09:28:19 UTC 2027"),
    ("-rw-r--r-- 1 reader reader 0 Nov 23 19:10 hi.txt", "-rw-r--r-- 1 reader reader 0 Dec  1 09:11 hi.txt"),
    ("5000/tcp -> 0.0.0.0:32768", "5000/tcp -> 0.0.0.0:49153"),
    ("1615e26ef72c web1 running quirky_pike", "2615e26ef72c web1 running sad_bell"),
    ("64 bytes from 172.18.0.2: seq=0 ttl=64 time=0.123 ms", "64 bytes from 172.18.0.3: seq=0 ttl=64 time=1.4 ms"),
    ("round-trip min/avg/max = 0.05/0.06/0.07 ms", "round-trip min/avg/max = 1.05/2.06/3.07 ms"),
    ("real\t0m0.334s".expandtabs(), "real\t0m9.001s".expandtabs()),
    ("trailing blanks  ", "trailing blanks"),
]

DIFFERENT = [
    ("Up 3 seconds", "Exited (1) 3 seconds ago"),
    ("Up 3 seconds", "Up 3 seconds (healthy)"),
    ("Exited (0) 3 seconds ago", "Exited (1) 3 seconds ago"),
    ('"GET / HTTP/1.1" 200 -', '"GET / HTTP/1.1" 500 -'),
    ("LABEL   0B", "LABEL   4.1kB"),
    ("2 packets, 0% packet loss", "2 packets, 100% packet loss"),
    ("limit 10s", "limit 30s"),
    ("0.0.0.0:8000->5000/tcp", "0.0.0.0:8001->5000/tcp"),
    ("127.0.0.1", "172.17.0.1"),
    ("hits: 1", "hits: 2"),
    ("a b", "a  b"),
    (" a", "  a"),
    ("web1:latest", "web1:1.0"),
    ("RestartCount 1", "RestartCount 2"),
    ("web2_redis", "web2_other"),
    ("CACHED [3/5]", "[3/5]"),
    ("1615e26ef72", "2615e26ef72"),
    ("one\ntwo", "one"),
    ("one", "one\ntwo"),
]


@pytest.mark.parametrize(("recorded", "live"), FOLDED)
def test_varies_legitimately(recorded: str, live: str) -> None:
    assert same(recorded, live), (fold.shape(recorded), fold.shape(live))


@pytest.mark.parametrize(("recorded", "live"), DIFFERENT)
def test_must_not_be_taken_for_the_same(recorded: str, live: str) -> None:
    assert not same(recorded, live)


def test_every_rule_of_the_table_is_needed_by_a_case_above() -> None:
    used = {kind for pair in FOLDED for line in pair for kind, _ in fold.pieces(line) if kind}
    assert {rule.kind for rule in fold.TABLE} - used <= {"percentage", "pin"}
    assert same("CPU 0.02%", "CPU 1.5%")
    assert same("540MB (99%)", "12kB (1%)")
    assert same(" * Debugger PIN: 111-222-333", " * Debugger PIN: 444-555-666")


@pytest.mark.parametrize(
    ("recorded", "live", "elided"),
    [
        ("...\nz", "a\nb\nz", 2),
        ("a\n...", "a", 0),
        ("a\n...\nz", "a\nb\na\nz", 2),
        ("...\nm\n...\nz", "a\nm\nb\nm\nz", 3),
        ("a\n...\nz", "a\nz", 0),
    ],
)
def test_elision(recorded: str, live: str, elided: int) -> None:
    outcome = compare(recorded.split("\n"), live.split("\n"), Ids())
    assert outcome.difference == ()
    assert outcome.elided == elided
    assert outcome.compared == sum(line != "..." for line in recorded.split("\n"))


@pytest.mark.parametrize(
    ("recorded", "live"),
    [("a\n...\nz", "a\nb"), ("...\nm\n...", "a\nb"), ("a\n...\na", "a"), ("...\nb\n...\nb", "a\nb")],
)
def test_elision_does_not_hide_a_missing_line(recorded: str, live: str) -> None:
    assert not same(recorded, live)


A, B, C = "aaaaaaaaaaa1", "bbbbbbbbbbb1", "ccccccccccc1"


def test_an_id_keeps_its_meaning() -> None:
    ids = Ids()
    assert not compare([A, A], [B, B], ids).difference
    assert not compare([C], [A], ids).difference
    assert compare([A], [C], ids).difference  # A stood for B
    assert compare([B], [B], ids).difference  # B is what A stands for
    assert "another one" in compare([A], [C], ids).difference[-1]
    assert ids.in_command(f"docker stop {A} {C} {B}") == f"docker stop {B} {A} {B}"
    assert ids.in_command("docker stop aaaa aaaab", ("aaaa",)) == "docker stop bbbb aaaab"


def test_a_copy_learns_for_itself() -> None:
    ids = Ids()
    assert not compare([A], [B], ids).difference
    tried = ids.copy()
    assert compare([A], [C], tried).difference
    assert not compare([C], [A], tried).difference
    assert not ids.knows(C)


def test_two_ids_cannot_stand_for_one() -> None:
    assert compare([f"{A} {B}"], [f"{C} {C}"], Ids()).difference
    assert compare([f"{A} {A}"], [f"{B} {C}"], Ids()).difference


def test_a_long_id_and_its_short_form_are_one() -> None:
    ids = Ids()
    assert not compare([A + "0" * 52, A], [B + "f" * 52, B], ids).difference
    assert ids.in_command(A + "0" * 52) == B + "f" * 52
    assert ids.in_record(f"sha256:{B}{'f' * 52}, {B}") == f"sha256:{A}{'0' * 52}, {A}"


def test_a_block_tried_at_the_wrong_place_teaches_nothing() -> None:
    ids = Ids()
    assert not compare(["...", f"x {A}", "end"], [f"x {B}", "no", f"x {C}", "end"], ids).difference
    assert ids.in_command(A) == C


def test_large_outputs_take_linear_time() -> None:
    lines = [f"line {number} of {number * 7919 % 1000}" for number in range(20_000)]
    started = time.process_time()
    assert not compare(["...", *lines[-10_000:]], lines, Ids()).difference
    assert compare(lines, lines[:-1], Ids()).difference
    assert time.process_time() - started < 5
