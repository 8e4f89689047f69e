"""Properties of the transcript machinery, tried on inputs that Hypothesis invents.

A few of them here; ``HYPOTHESIS_PROFILE=campaign`` tries ten thousand of each.
"""

from __future__ import annotations

import json
import os
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from played import expected, format, ledger
from tests import properties

settings.register_profile("few", max_examples=40, deadline=None, derandomize=True, database=None)
settings.register_profile("campaign", max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))

IDS = st.sampled_from(["a1" * 6, "b2" * 6, "c3" * 6, "a1" * 32])
VALUES = st.sampled_from(
    ["3 seconds", "1.5s", "7.79MB", "0B", "172.17.0.2", "12%", "2026-11-23T18:00:00Z", ":32768"]
)
WORDS = st.one_of(IDS, VALUES, st.text(string.ascii_lowercase + " $>.[]‹›", max_size=6))
LINES = st.one_of(st.just("..."), st.lists(WORDS, max_size=4).map(" ".join))
OUTPUTS = st.lists(LINES, max_size=8)
MARKS = st.builds(
    "#: {} {}".format, st.sampled_from(list(format.MARKERS)), st.one_of(WORDS, st.sampled_from(list(format.KEYS)))
)
SOURCE = st.one_of(
    MARKS,
    LINES,
    LINES.map("$ {}".format),
    LINES.map("> {}".format),
    st.integers(0, 999).map("[{}]".format),
    st.text(max_size=9),
)


@given(st.lists(SOURCE, max_size=20).map("\n".join), st.booleans())
def test_a_text_is_a_transcript_or_has_problems(text: str, started: bool) -> None:
    properties.a_transcript_or_its_problems("#: step first\n$ ls\n" * started + text)


@given(OUTPUTS, OUTPUTS)
def test_comparison(recorded: list[str], live: list[str]) -> None:
    properties.an_honest_comparison(recorded, live)


@given(st.one_of(LINES, st.text()).filter(lambda line: "\n" not in line))
def test_folding(line: str) -> None:
    properties.a_folded_line(line)


@given(
    OUTPUTS,
    st.lists(LINES.map(lambda line: line.replace("a1", "d4").replace("b2", "e5").replace("c3", "f6")), max_size=8),
)
def test_recording(recorded: list[str], live: list[str]) -> None:
    properties.a_true_record(recorded, live)


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=8), st.sampled_from([b"\x1b[", b"\x1b[?", b"\r\n", b"9", b";", b"L", b"\xe2"])
        )
    )
)
def test_screen(parts: list[bytes]) -> None:
    properties.a_clean_screen(b"".join(parts))


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties")


@pytest.mark.parametrize(
    ("load", "error"), [(ledger.Ledger.load, ledger.LedgerError), (expected.Expected.load, expected.ExpectedError)]
)
@given(data=st.one_of(st.binary(), JSON.map(lambda value: json.dumps({"a": {"b": value}}).encode())))
def test_files_of_the_project(
    folder: Path, load: Callable[[Path], object], error: type[Exception], data: bytes
) -> None:
    path = folder / "file"
    path.write_bytes(data)
    try:
        load(path)
    except error as problem:
        message = str(problem)
    else:
        message = f"{path}: "
    assert message.startswith(f"{path}: ")


PHRASES = st.text("ab {}/.*123", max_size=6)


@given(st.lists(PHRASES, max_size=4).map("\n".join), st.lists(st.text("ab {}\n", max_size=20), max_size=3))
def test_phrases(option: str, texts: list[str]) -> None:
    properties.phrases_in_their_places(option, texts)
