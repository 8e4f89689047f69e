"""A terminal in a fresh lab, for trying things: ``python -m tests.lab -- python -m tests.lab.shell [COMMAND …]``.

The lab is removed when the shell ends. Without a terminal, commands are read from the standard input.
"""

import os
import subprocess
import sys

from pytest_docker.plugin import DockerComposeExecutor, get_docker_services

from . import owner
from .errors import LabError
from .host import TranscriptHost
from .progress import say
from .settings import LAB, LABEL


def main() -> int:
    """The exit status of the shell."""
    project = f"{LABEL}-{os.getpid()}-shell"
    os.environ["LAB_OWNER"] = owner.owner()
    compose, file = os.environ["LAB_COMPOSE"], str(LAB / "compose.yaml")
    executor = DockerComposeExecutor(compose, file, project)
    try:
        with get_docker_services(compose, file, project, ["up --detach --quiet-pull"], []):
            host = TranscriptHost(project, os.environ["LAB_IMAGES_USED"], lambda: executor.execute("down"))
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
    finally:
        owner.remove_project(project)


if __name__ == "__main__":
    sys.exit(main())
