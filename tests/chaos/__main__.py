"""Kills runs at random moments: python -m tests.lab -- python -m tests.chaos --kills 20 --seed 1

Outcomes are kept in _build/chaos as long as the lab does not change, so a campaign can be gone on with.
"""

import argparse
import hashlib
import itertools
import json
import random
import signal
import subprocess
import sys
from pathlib import Path

from tests.chaos.victim import PHASES, RUN, Victim
from tests.chaos.witness import Witness, witness
from tests.lab import leaks, owner
from tests.lab.settings import LAB, ROOT

FOLDER = ROOT / "_build" / "chaos"
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
OVER = "over"  # instead of a phase: the run was quicker than the kill, which does not count
STOP_LIMIT = 60  # seconds in which a stopped run has to be gone


def code() -> str:
    """A hash of what is tried."""
    files = [path for path in sorted(LAB.glob("*")) if path.suffix in (".py", ".yaml")]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:12]


def rehearse() -> dict[str, float]:
    """How long each phase lasts when nobody interferes."""
    victim = Victim()
    victim.wait_for("tear-down", 0)
    status, last = victim.end()
    if status:
        sys.exit("A run that nobody kills fails:\n" + "".join(victim.said[-20:]))
    begins = [*victim.began.values()]
    seconds = [later - earlier for earlier, later in itertools.pairwise(begins)]
    return dict(zip(PHASES, [*seconds, last], strict=True))


def kill(
    number: int, phase: str, seconds: dict[str, float], draw: random.Random, beside: Witness
) -> dict[str, object]:
    """Start a run, kill it, and look at what is left."""
    name = draw.choice(SIGNALS)
    after = draw.uniform(0, 0.9) * seconds[phase]
    victim = Victim()
    victim.wait_for(phase, after)
    reached = victim.phase if victim.living() else OVER
    victim.kill(name)
    status, took = victim.end()
    if reached == OVER and status:
        sys.exit("A run failed before it was killed:\n" + "".join(victim.said[-20:]))
    left = leaks.belonging_to(victim.processes)
    wrong = []
    if name == signal.SIGKILL:
        following = subprocess.run(
            [*RUN, "true"], cwd=ROOT, capture_output=True, text=True, timeout=STOP_LIMIT * 5
        )
        if following.returncode:
            wrong.append(f"the next run failed: {following.stderr.splitlines()[-1:]}")
    else:
        if status is None or took > STOP_LIMIT:
            wrong.append(f"it lived on for {took:.0f} s")
        # A run may be over before it hears of its end.
        if status != 128 + name and not (status == 0 and reached in ("tear-down", OVER)):
            wrong.append(f"its exit status was {status}")
    wrong += [f"left behind: {thing}" for thing in sorted(leaks.belonging_to(victim.processes))]
    wrong += [f"still runs: process {process}" for process in sorted(victim.living())]
    wrong += [
        f"dead owner: {one}"
        for one in owner.owners()
        if int(one.split("/")[2] if "/" in one else 0) in victim.processes
    ]
    wrong += beside.harm()
    return {
        "number": number,
        "signal": name.name,
        "phase": reached,
        "planned": phase,
        "after": round(after, 2),
        "took": round(took, 1),
        "left at first": len(left),
        "wrong": wrong,
        "code": code(),
    }


def campaign(kills: int, seed: int) -> list[dict[str, object]]:
    """All kills: those that were made before, then the others; as many more as each phase needs its share."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    outcomes: list[dict[str, object]] = []
    share = kills // len(PHASES)
    with witness() as beside:
        seconds = rehearse()
        print("a run that nobody kills: " + ", ".join(f"{phase} {took:.1f} s" for phase, took in seconds.items()))
        print(f"{'':4}{'signal':9}{'phase':13}{'after':>7}{'gone in':>9}{'left':>6}", flush=True)
        for number in range(2 * kills):
            reached = [one["phase"] for one in outcomes]
            missing = [phase for phase in PHASES if reached.count(phase) < share]
            if len(reached) - reached.count(OVER) >= kills and not missing:
                break
            path = FOLDER / f"seed-{seed}-{number:03}.json"
            one = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            if one.get("code") != code():
                draw = random.Random(f"{seed} {number}")
                one = kill(number, draw.choice(missing or [*PHASES]), seconds, draw, beside)
                path.write_text(json.dumps(one, indent=1) + "\n", encoding="utf-8")
            outcomes.append(one)
            print(row(one), flush=True)
    return outcomes


def row(one: dict[str, object]) -> str:
    wrong = one["wrong"]
    assert isinstance(wrong, list)
    return (
        f"{one['number']:>3} {one['signal']:9}{one['phase']:13}{one['after']:>5} s{one['took']:>7} s"
        f"{one['left at first']:>6}  {'; '.join(wrong) or 'clean'}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10000))
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.kills} kills")
    outcomes = campaign(options.kills, options.seed)
    outcomes = [one for one in outcomes if one["phase"] != OVER]
    clean = [one for one in outcomes if not one["wrong"]]
    for phase in PHASES:
        here = [one for one in outcomes if one["phase"] == phase]
        signals = ", ".join(f"{sum(one['signal'] == name.name for one in here)} {name.name}" for name in SIGNALS)
        print(f"{phase}: {len(here)} kills ({signals})")
    print(f"{len(clean)}/{len(outcomes)} clean")
    return 0 if len(clean) == len(outcomes) else 1


if __name__ == "__main__":
    assert Path.cwd() == ROOT, f"call it in {ROOT}"
    sys.exit(main())
