"""The machines that a project can play on without writing code: this one, or the one that a command reaches."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_LIMIT = 30  # seconds to make or remove a folder on the other side


class LocalHost:
    """This machine, with an empty home folder for every chapter.

    Attributes:
        home: that folder; empty before the first :meth:`fresh`.
    """

    argv: Sequence[str] = ()
    facts: Mapping[str, str] = {"host": "local"}

    def __init__(self, base: Path) -> None:
        self._base = base
        self.home = ""

    def fresh(self) -> None:
        self.home = tempfile.mkdtemp(dir=self._base)
        self.argv = ("env", f"HOME={self.home}")  # os.environ is that of whatever else this process does

    def discard(self) -> None:
        """A new home folder is all that a local chapter gets anyway."""


class CommandHost:
    """Where a command such as ``docker exec -i lab`` or ``ssh host`` starts programs. Each chapter has a new home.

    ``env`` and ``mktemp`` must be there. No argument has a character that a shell would take for itself, because
    ssh has one split them again.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._homes: list[str] = []
        self.argv: Sequence[str] = self._command
        self.facts: Mapping[str, str] = {"host": shlex.join(command)}

    def fresh(self) -> None:
        """Make a home.

        Raises:
            OSError: where the command does not get there; with what it said.
        """
        home = self._run("mktemp", "-d")
        self._homes.append(home)
        self.argv = (*self._command, "env", f"HOME={home}")

    def discard(self) -> None:
        """The next chapter has a home of its own anyway."""

    def close(self) -> None:
        """Remove the homes."""
        if self._homes:
            self._run("rm", "-rf", *self._homes)

    def _run(self, *words: str) -> str:
        try:
            done = subprocess.run(
                [*self._command, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LIMIT
            )
        except subprocess.TimeoutExpired:
            raise OSError(f"{shlex.join(self._command)} gave no answer within {_LIMIT} s") from None
        if done.returncode:
            said = done.stderr.strip().splitlines()
            raise OSError(f"{shlex.join(self._command)} failed" + (f": {said[-1]}" if said else ""))
        return done.stdout.strip()
