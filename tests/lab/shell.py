"""A terminal in a fresh lab, for trying things: ``python -m tests.lab -- python -m tests.lab.shell [COMMAND …]``.

The lab is removed when the shell ends. Without a terminal, commands are read from the standard input.
"""

import os
import subprocess
import sys

from .by_hand import lab
from .errors import LabError
from .progress import say


def main() -> int:
    """The exit status of the shell."""
    try:
        with lab("shell") as host:
            say(
                f"engine {host.facts['engine']}, {host.facts['store']}, {host.facts['images']} images; exit ends it"
            )
            argv = list(host.argv)
            if sys.stdin.isatty():
                argv[2:2] = ["--tty", "--env", f"TERM={os.environ.get('TERM', 'xterm')}"]
            return subprocess.run([*argv, *(sys.argv[1:] or ["bash", "--login"])], check=False).returncode
    except LabError as error:
        say(str(error))
        return 2


if __name__ == "__main__":
    sys.exit(main())
