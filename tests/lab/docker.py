"""Calls of the docker command line on the hosting engine, each with a time limit."""

import subprocess
from collections.abc import Sequence

from .errors import LabError


def try_docker(*arguments: str, stdin: str = "", limit: float = 60) -> subprocess.CompletedProcess[str]:
    """Run docker and return whatever came of it; running out of time counts as status 124."""
    command = ["docker", *arguments]
    try:
        return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=limit)
    except FileNotFoundError:
        return subprocess.CompletedProcess(command, 127, "", "there is no docker command")
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 124, "", f"no answer within {limit:g} s")


def docker(*arguments: str, limit: float = 60) -> str:
    """Run docker and return its output; anything but success is a LabError."""
    return checked(try_docker(*arguments, limit=limit), arguments)


def checked(result: subprocess.CompletedProcess[str], arguments: Sequence[str]) -> str:
    if result.returncode:
        reason = last_line(result.stderr) or f"status {result.returncode}"
        raise LabError(f"`docker {' '.join(arguments[:3])}` failed on the hosting engine: {reason}")
    return result.stdout.strip()


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
