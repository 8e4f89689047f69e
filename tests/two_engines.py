"""Plays chapters on two engines side by side: python -m tests.lab -- python -m tests.two_engines [CHAPTER …]

The second engine is that of a lab, which is a Docker host like any other: it listens on a port of the loopback, with
TLS and keys that are made for this run. So a worker brings up its lab inside of a lab. Fails unless each engine had a
lab, every step passed, and nothing is left on the second engine.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from tests.lab import contexts, leaks
from tests.lab.by_hand import lab
from tests.lab.docker import checked, docker, last_line, try_docker
from tests.lab.errors import LabError
from tests.lab.host import TranscriptHost
from tests.lab.progress import say
from tests.lab.settings import LABEL, ROOT

CHAPTERS = ("03-inspecting-an-image", "04-deleting-an-image")
PUBLISHED = 'services: {engine: {ports: ["127.0.0.1::2376"]}}\n'
DAEMON = """
import json, pathlib
path = pathlib.Path("/etc/docker/daemon.json")
keys = {"tlscacert": "/etc/docker/ca.pem", "tlscert": "/etc/docker/cert.pem", "tlskey": "/etc/docker/key.pem"}
hosts = ["unix:///run/docker.sock", "tcp://0.0.0.0:2376"]
path.write_text(json.dumps({**json.loads(path.read_text()), "hosts": hosts, "tlsverify": True, **keys}))
"""


def as_root(host: TranscriptHost, *command: str, data: bytes = b"") -> None:
    words = ["exec", "--interactive", "--user", "root", host.container, *command]
    result = subprocess.run(["docker", *words], input=data, capture_output=True, timeout=60)
    checked(subprocess.CompletedProcess(words, result.returncode, "", result.stderr.decode()), words)


@contextmanager
def second_engine(folder: Path) -> Iterator[str]:
    """The name of a docker context whose engine answers over TLS."""
    published = folder / "published.yaml"
    published.write_text(PUBLISHED)
    authority = trustme.CA()
    server, client = authority.issue_cert("127.0.0.1"), authority.issue_cert("client.example")
    parts = {"ca": authority.cert_pem, "cert": client.cert_chain_pems[0], "key": client.private_key_pem}
    for name, part in parts.items():
        part.write_to_path(folder / f"{name}.pem")
    with lab("far", published) as host:
        parts = {"ca": authority.cert_pem, "cert": server.cert_chain_pems[0], "key": server.private_key_pem}
        for name, part in parts.items():
            as_root(host, "sh", "-c", f"umask 077; cat > /etc/docker/{name}.pem", data=part.bytes())
        as_root(host, "python3", "-c", DAEMON)
        as_root(host, "service", "docker", "restart")
        address = docker("port", host.container, "2376").splitlines()[0]
        os.environ["DOCKER_CONFIG"] = str(folder)
        keys = ",".join(f"{name}={folder}/{name}.pem" for name in parts)
        docker("context", "create", "far", "--docker", f"host=tcp://{address},{keys}")
        yield "far"


def play(far: str, chapters: list[str]) -> list[str]:
    """What went wrong when two workers played the chapters, of which the second one has the second engine."""
    folders = [f"examples/{name}" for name in chapters]
    options = [
        "-n",
        "2",
        "--dist",
        "loadscope",
        "-o",
        "played_ledger=",
    ]  # what passed here passes on one engine too
    command = [sys.executable, "-m", "pytest", "-q", *options, *folders]
    # The second engine has no more memory than one lab.
    environment = {**os.environ, "LAB_CONTEXTS": f"default,{far}", "LAB_DISK": "2g"}
    listing = ["--context", far, "container", "ls", "--format", "{{.Names}}"]
    seen: set[str] = set()
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "-m", "tests.lab", "--", *command], cwd=ROOT, env=environment) as run:
        while run.poll() is None:
            names = try_docker(*listing, limit=20).stdout.split()
            seen.update(name for name in names if name.endswith("-engine-1"))
            time.sleep(1)
    say(f"two engines: {time.monotonic() - began:.0f} s; {far} had {', '.join(sorted(seen)) or 'no lab'}")
    wrong = [f"the run ended with status {run.returncode}"] if run.returncode else []
    if [name.split("-")[-3] for name in seen] != ["gw1"]:
        wrong.append(f"{far} should have had the lab of gw1, and no other")
    return wrong


def held(far: str) -> set[str]:
    """What the second engine holds, beside the lab's images."""
    before = dict(os.environ)
    os.environ.update(contexts.environment(far))
    os.environ.pop("DOCKER_HOST", None)
    try:
        return leaks.snapshot(LABEL)
    finally:
        os.environ.clear()
        os.environ.update(before)


def main(chapters: list[str]) -> int:
    try:
        with tempfile.TemporaryDirectory() as folder, second_engine(Path(folder)) as far:
            before = held(far)
            wrong = play(far, chapters)
            wrong += [f"left on {far}: {thing}" for thing in sorted(held(far) - before)]
    except LabError as error:
        wrong = [last_line(str(error))]
    for one in wrong:
        say(one)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(CHAPTERS)))
