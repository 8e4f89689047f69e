"""Rounds in one lab: chapters as bash scripts, and played. :mod:`benchmarks.chapter` starts pytest on it.

``PLAN`` names a file with what to do; what it took is written beside it.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import script
from benchmarks.result import ROOT
from played import format
from played.play import Player
from tests.lab.host import TranscriptHost

EXAMPLES = ROOT / "examples"
LIMIT = 900  # seconds of a script


def test_rounds(transcript_host: TranscriptHost) -> None:
    """Each round plays what the plan names in its order, on an empty engine every time."""
    plan_file = Path(os.environ["PLAN"])
    plan = json.loads(plan_file.read_text())
    done = []
    for number in range(plan["rounds"]):
        for chapter in plan["chapters"]:
            for way in plan["ways"]:
                began = time.perf_counter()
                transcript_host.fresh()
                emptied = time.perf_counter() - began
                folder = format.load_folder(EXAMPLES / chapter)
                took = bash(transcript_host, folder) if way == "bash" else play(transcript_host, folder)
                done.append({"round": number, "chapter": chapter, "way": way, "emptied": emptied, **took})
                print(done[-1], file=sys.stderr)
    plan_file.with_suffix(".done.json").write_text(json.dumps({"turns": done, "facts": transcript_host.facts}))


def play(host: TranscriptHost, folder: Sequence[format.Transcript]) -> dict[str, float]:
    """Seconds of a chapter's play, from the start of its shells to their end, and the part spent in commands."""
    began = time.perf_counter()
    busy, commands = 0.0, 0
    for transcript in folder:
        player = Player(transcript, EXAMPLES, host.argv)
        for step in transcript.steps:
            facts = {"host": "", **host.facts}
            if step.not_played is None and (step.only is None or facts[step.only[0]] == step.only[1]):
                player.play(step)
                commands += len(step.commands)
        player.close()
        busy += player.busy
    return {"seconds": time.perf_counter() - began, "busy": busy, "commands": commands}


def bash(host: TranscriptHost, folder: Sequence[format.Transcript]) -> dict[str, object]:
    """Seconds of a chapter's commands as one script, from the start of bash to its end, and what was otherwise."""
    files = script.staged(EXAMPLES, script.of(folder, host.facts))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o644 if name.startswith("examples/") else 0o755
            archive.addfile(info, io.BytesIO(data))
    lay = f"mkdir -p {script.STAGE} && tar -x -C {script.STAGE}"
    subprocess.run([*host.argv, "sh", "-c", lay], input=packed.getvalue(), check=True)
    began = time.perf_counter()
    with Path(os.environ["PLAN"]).with_suffix(".log").open("ab") as log:
        command = [*host.argv, f"{script.STAGE}/on_terminal", f"bash {script.STAGE}/chapter.sh"]
        subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=LIMIT, check=False)
    seconds = time.perf_counter() - began
    wrong = subprocess.run([*host.argv, "cat", script.WRONG], capture_output=True, text=True, check=False)
    return {"seconds": seconds, "wrong": (wrong.stdout + wrong.stderr).splitlines()}
