"""Progress of long work: one line per step, with its seconds."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def say(text: str) -> None:
    """Print one line at once, beside the output of the command that the lab runs.

    Where the terminal or the pipe is gone, nobody reads it, and what is at work goes on: it may be taking down.
    """
    with suppress(OSError):
        print(f"lab: {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step and say how long it took."""
    say(f"{text} …")
    start = time.monotonic()
    yield
    say(f"{text}: {time.monotonic() - start:.1f} s")
