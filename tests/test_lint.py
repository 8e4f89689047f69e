"""``tests/lint.py``: every complaint is either mended or listed, and requirements belong to their source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import lint


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return Path(name)


def test_checkers_find_what_is_wrong(tmp_path: Path) -> None:
    docker = write(tmp_path, "examples/a.Dockerfile", "FROM python\n")
    shell = write(tmp_path, "tests/run", "#!/bin/sh\nif true; then\nrm $1\nfi\n")
    assert [one.rule for one in lint.hadolint(tmp_path, [docker])] == ["DL3006"]
    assert [(one.line, one.rule) for one in lint.shellcheck(tmp_path, [shell])] == [(3, "SC2086")]
    (form,) = lint.shfmt(tmp_path, [shell])
    assert str(form) == "tests/run:1: is not as shfmt writes it; run .venv/bin/shfmt -w tests/run (shfmt)"


def test_scripts_are_found_by_their_first_line(tmp_path: Path) -> None:
    for name, text in {"a": "#!/bin/sh\n", "b": "#!/usr/bin/env bash\n", "c": "#!/usr/bin/python3\n"}.items():
        write(tmp_path, f"tests/{name}", text)
    write(tmp_path, "tests/d.sh", "true\n")
    write(tmp_path, "tests/__pycache__/e.sh", "true\n")
    assert [path.name for path in lint.files(tmp_path) if lint.is_script(tmp_path, path)] == ["a", "b", "d.sh"]


def test_a_complaint_is_listed_and_a_listed_one_is_made() -> None:
    found = [lint.Complaint("a.sh", 3, "SC1", "is odd")]
    assert list(lint.judged(found, {})) == ["a.sh:3: is odd (SC1)"]
    assert list(lint.judged(found, {"a.sh": {"SC1"}})) == []
    assert list(lint.judged([], {"a.sh": {"SC1"}})) == [
        "tests/deliberate.toml: a.sh has no SC1 any more; take it out of the list"
    ]


PINNED = """\
one==2.0 \\
    --hash=sha256:00
    # via -r requirements.in
two==1.0 \\
    --hash=sha256:00
    # via
    #   -r requirements.in
    #   one
three==1.0 \\
    --hash=sha256:00
    # via one
"""


@pytest.mark.parametrize(
    ("wanted", "pinned", "sentence"),
    [
        ("one\ntwo<2  # why\n", PINNED, None),
        ("one\ntwo\nthree\n", PINNED, "requirements.in:3: three is not pinned in requirements.txt"),
        ("one\n", PINNED, "requirements.txt: pins two for requirements.in, which does not ask for it"),
        ("one<2\ntwo\n", PINNED, "requirements.in:1: one<2 does not allow 2.0 of requirements.txt"),
        ("one\ntwo\n", PINNED.replace("one==2.0 \\", "one==2.0"), "requirements.txt:1: one has no hash"),
    ],
)
def test_requirements_belong_to_their_source(wanted: str, pinned: str, sentence: str | None) -> None:
    complaints = list(lint.unsynced("requirements.in", "requirements.txt", wanted, pinned))
    assert complaints == ([] if sentence is None else [f"{sentence}; run make requirements"])
