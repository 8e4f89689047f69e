"""Official images reach the store unchanged; a registry in a container stands for Docker Hub."""

import json
import os
import time
from collections.abc import Iterator
from datetime import date

import pytest

from tests.lab import images, store
from tests.lab.docker import docker, try_docker
from tests.lab.errors import LabError
from tests.lab.images import Image
from tests.lab.settings import LAB, LABEL, BaseImage

# While a store is filled, its registry can be reached from inside the container only.
LISTENING = ["--env", "REGISTRY_HTTP_ADDR=:5000"]
WANTED = [BaseImage("alpine:3.23", "", date(2099, 1, 1), "alpine")]


@pytest.fixture(scope="module")
def registry(docker_compose_command: str) -> Image:
    return images.plan(LAB / "images" / "registry")


@pytest.fixture(scope="module")
def upstream(docker_compose_command: str) -> Iterator[str]:
    named = ["--name", f"{LABEL}-test-upstream-{os.getpid()}", "--label", f"{LABEL}.upstream=1"]
    container = docker("run", "--detach", *named, *LISTENING, os.environ["LAB_STORE_IMAGE"], "seed")
    try:
        address = docker(
            "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", container
        )
        until = time.monotonic() + 20
        while manifest(container, "alpine:3.23") is None and time.monotonic() < until:
            time.sleep(0.1)
        yield f"http://{address}:5000"
    finally:
        try_docker("rm", "--force", "--volumes", container)


def manifest(container: str, image: str) -> str | None:
    """The digest that a registry in a container gives for an image."""
    result = try_docker(
        "exec",
        container,
        "skopeo",
        "inspect",
        "--tls-verify=false",
        f"docker://localhost:5000/library/{image}",
    )
    return str(json.loads(result.stdout)["Digest"]) if result.returncode == 0 else None


def test_an_official_image_keeps_its_digest(registry: Image, upstream: str) -> None:
    tag = store.name(registry, WANTED, "official", upstream)
    try:
        assert store.choose_kind(registry, WANTED, "auto", upstream) == "official"
        assert store.ensure(registry, WANTED, "official", upstream) == tag
        assert (
            docker("image", "inspect", "--format", f'{{{{index .Config.Labels "{store.KIND}"}}}}', tag)
            == "official"
        )
        copy = docker("run", "--detach", "--name", f"{LABEL}-test-copy-{os.getpid()}", tag, "seed")
        original = docker("ps", "--quiet", "--filter", f"label={LABEL}.upstream")
        try:
            until = time.monotonic() + 20
            while (digest := manifest(copy, "alpine:3.23")) is None and time.monotonic() < until:
                time.sleep(0.1)
            assert digest is not None
            assert digest == manifest(original, "alpine:3.23")
        finally:
            try_docker("rm", "--force", "--volumes", copy)
    finally:
        try_docker("image", "rm", "--force", tag)


def test_an_image_upstream_has_not_is_one_sentence(registry: Image, upstream: str) -> None:
    missing = [BaseImage("alpine:0.0", "", date(2099, 1, 1), "alpine")]
    with pytest.raises(LabError, match=r"alpine:0\.0 could not be copied from"):
        store.ensure(registry, missing, "official", upstream)
    assert docker("ps", "--all", "--quiet", "--filter", f"name={LABEL}-seeding-{os.getpid()}") == ""
