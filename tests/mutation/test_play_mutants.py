"""A chapter with one small mistake in it fails when it is played; the ledger has no say in it.

``make test`` plays a sample of five, ``make mutate`` as many as it is told.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path

import pytest

from played import format
from played.expected import Expected
from played.fingerprint import fingerprint, of_recipes
from played.ledger import Ledger
from played.play import Player, PlayError
from played.tally import Figures
from tests.commands import EXAMPLES
from tests.lab.host import TranscriptHost
from tests.mutation import results
from tests.mutation.mutants import Mutant, sample

STORE = os.environ.get("STORE") or "overlay2"
NUMBER = int(os.environ.get("SAMPLE") or 5)
SEED = int(os.environ.get("SEED") or 1)
MUTANTS = sample(NUMBER, SEED, STORE)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught_by_playing_it(mutant: Mutant, transcript_host: TranscriptHost, tmp_path: Path) -> None:
    equivalent = results.equivalent()
    if mutant.name in equivalent:
        results.keep(
            _key(mutant), name=mutant.name, kind=mutant.kind, outcome="equivalent", by=equivalent[mutant.name]
        )
        return
    earlier = results.kept(_key(mutant)) if NUMBER > 5 else None
    caught = earlier["by"] if earlier else _played(mutant, transcript_host, tmp_path)
    outcome = "caught" if caught else "survived"
    results.keep(_key(mutant), name=mutant.name, kind=mutant.kind, outcome=outcome, by=caught)
    assert caught, f"{mutant.name}: the play did not notice; make a step that does"


def _key(mutant: Mutant) -> str:
    """The mutant, and what it was made from."""
    folder = format.load_folder(EXAMPLES / mutant.chapter)
    now = fingerprint(EXAMPLES, folder, folder[-1], of_recipes([]))
    return hashlib.sha256(f"{STORE} {mutant} {now}".encode()).hexdigest()[:24]


def _played(mutant: Mutant, host: TranscriptHost, place: Path) -> str:
    """Why the play failed; empty when it did not."""
    examples = place / "examples"
    shutil.copytree(EXAMPLES, examples, ignore=shutil.ignore_patterns("__pycache__"))
    mutant.apply(examples)
    try:
        folder = format.load_folder(examples / mutant.chapter)
    except format.FormatError as error:
        return str(error)
    host.fresh()
    limit = time.monotonic() + 10 + 2 * _recorded_seconds(mutant.chapter)
    figures: list[Figures] = []
    try:
        for transcript in folder:
            figures += _play(transcript, examples, host, limit)
    except PlayError as error:
        return str(error)
    expected = Expected.load(examples / "expected.toml", {mutant.chapter})
    return "; ".join(expected.complaints(figures))


def _play(transcript: format.Transcript, examples: Path, host: TranscriptHost, limit: float) -> list[Figures]:
    figures = []
    player = Player(transcript, examples, host.argv)
    try:
        for step in transcript.steps:
            one = Figures(transcript.path.parent.name, transcript.path.name, step.name, len(transcript.steps), "")
            figures.append(one)
            if step.not_played is not None:
                one.not_played, one.unplayed = 1, len(step.commands)
            elif step.only is not None and host.facts[step.only[0]] != step.only[1]:
                one.unplayed = len(step.commands)
            else:
                left = limit - time.monotonic()
                if left <= 0:
                    raise PlayError("took longer than 10 s and twice the recorded time")
                player.limit = min(60.0, left)
                one.add(player.play(step), 0)
    finally:
        player.close()
    return figures


def _recorded_seconds(chapter: str) -> float:
    kinds = Ledger.load(EXAMPLES / "ledger.json").entries[f"{chapter}/steps.console"]
    return max(entry.seconds for entry in kinds.values())
