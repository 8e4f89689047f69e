"""What is set from outside: environment variables and examples/versions.toml."""

import os
import re
import ssl
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from .errors import LabError

ROOT = Path(__file__).resolve().parents[2]
LAB = Path(__file__).resolve().parent
VERSIONS = ROOT / "examples" / "versions.toml"
LABEL = "docker-workshop"
UPSTREAM = "docker.io"


@dataclass(frozen=True)
class BaseImage:
    """An image that a chapter may pull."""

    name: str
    digest: str
    end_of_life: date
    stand_in: str


def base_images(path: Path = VERSIONS) -> list[BaseImage]:
    """The images of versions.toml, in its order.

    ``LAB_TAGS=newest`` leaves the digests aside: what a tag names today is copied, not what was recorded.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))["images"]
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise LabError(f"{path} cannot be used: {error}; put it right.") from error
    except KeyError:
        raise LabError(f'{path} has no images; write a table for each, such as [images."alpine:3.23"].') from None
    return [_base_image(path, name, entry) for name, entry in table.items()]


def _base_image(path: Path, name: str, entry: object) -> BaseImage:
    keys = {"digest": str, "end-of-life": date, "stand-in": str}
    where = f'{path}: [images."{name}"]'
    if not isinstance(entry, dict):
        raise LabError(f"{where} is no table; give it {', '.join(keys)}.")
    for key, kind in keys.items():
        if not isinstance(entry.get(key), kind):
            what = "a date such as 2030-12-31" if kind is date else "a text in quotation marks"
            raise LabError(f"{where} needs {key}, {what}; put it right.")
    if not re.fullmatch(r"(sha256:[0-9a-f]{64})?", entry["digest"]):
        raise LabError(
            f"{where}: the digest is sha256: and 64 hexadecimal digits, or empty as long as none is known."
        )
    if not (LAB / "stand-ins" / entry["stand-in"] / "recipe.toml").exists():
        raise LabError(f"{where}: there is no tests/lab/stand-ins/{entry['stand-in']}; name a folder of it.")
    digest = "" if tags() == "newest" else entry["digest"]
    return BaseImage(name, digest, entry["end-of-life"], entry["stand-in"])


def tags() -> str:
    """``pinned``: the digests of versions.toml; ``newest``: what the tags name today."""
    wanted = os.environ.get("LAB_TAGS") or "pinned"
    if wanted not in ("pinned", "newest"):
        raise LabError(f"LAB_TAGS={wanted} is unknown; set it to pinned or newest.")
    return wanted


def cache_folder() -> Path:
    """Where the lab keeps what is costly to make; `--clean` removes it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "docker-workshop"


def installing_allowed() -> bool:
    return os.environ.get("INSTALL", "1") != "0"


def keep() -> bool:
    return os.environ.get("KEEP", "0") not in ("", "0")


def image_store() -> str:
    """The image store of the lab's engine."""
    store = os.environ.get("STORE") or "overlay2"
    if store not in ("overlay2", "containerd"):
        raise LabError(f"STORE={store} is unknown; set it to overlay2 or containerd.")
    return store


def wanted_images() -> str:
    """Which kind of base images: `official`, `stand-in`, or `auto`: official where they can be had."""
    wanted = os.environ.get("LAB_IMAGES") or "auto"
    if wanted not in ("auto", "official", "stand-in"):
        raise LabError(f"LAB_IMAGES={wanted} is unknown; set it to auto, official or stand-in.")
    return wanted


def upstream() -> str:
    """The registry that official images come from; `http://…` for one without TLS."""
    return os.environ.get("LAB_UPSTREAM") or UPSTREAM


def ca_bundle() -> bytes:
    """The certificate authorities this machine trusts, a company's private one among them."""
    paths = ssl.get_default_verify_paths()
    candidates = [
        os.environ.get("SSL_CERT_FILE"),
        paths.cafile,
        paths.openssl_cafile,
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/cert.pem",
    ]
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate).read_bytes()
    raise LabError("No bundle of certificate authorities found; install ca-certificates or set SSL_CERT_FILE.")
