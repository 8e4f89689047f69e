"""What a terminal shows in the end."""

from __future__ import annotations

from played import screen


def test_the_line_of_the_command_is_above_the_output() -> None:
    """BuildKit's first frame goes up one line, which is the command's, and down again."""
    assert screen.render(b"\x1b[1A\x1b[1B\x1b[0G[+] Building 0.1s\r\n") == ["[+] Building 0.1s"]


def test_an_empty_first_line_stays() -> None:
    assert screen.render(b"\r\n\x1b[1mbold\x1b[0m\r\n") == ["", "bold"]


def test_letters_beyond_ascii_and_inserted_ones() -> None:
    assert screen.render("\x1b[1mé→x\x1b[0m\r\n".encode()) == ["é→x"]
    assert screen.render(b"ac\x1b[1D\x1b[4hb\x1b[4l\r\n") == ["abc"]


def test_overwritten_text_is_gone() -> None:
    assert screen.render(b"one two\r\x1b[4Cten\x1b[1G\x1b[1mONE\x1b[0m\r\n") == ["ONE ten"]


def test_a_program_that_goes_home_has_the_whole_window() -> None:
    """docker container stats draws its first frame at the cursor and the next ones from the top."""
    assert screen.render(b"\x1b[2J\x1b[Hone\x1b[K\r\ntwo\x1b[K\r\n\x1b[HONE\x1b[K\r\n") == ["ONE", "two"]
