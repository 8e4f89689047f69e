"""The site, built as `make html` builds it, and a server for it on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
PREFIX = "/docker-workshop/"
ADDRESSES = {
    "SITE_URL": f"https://example.org{PREFIX}",
    "REPOSITORY_URL": "https://example.org/repository",
}
"""What a host sets; the site lies below the root of its host, as project sites do."""
SLOWLY = "X-Slowly"
"""A request with this header is answered as over a slow network: in pieces, with so many seconds between them."""
ENDS = (b"</td>", b'<div class="related-pages">', b'<div class="bottom-of-page">')
"""Behind the first of each a piece ends: what came next has moved what was there."""
PIECES = 3
"""Of the text, beside those."""
PAUSE = 0.06


@dataclass(frozen=True)
class BuiltSite:
    """A folder of HTML, and where a browser finds it; `url` ends with a slash."""

    folder: Path
    url: str

    @property
    def pages(self) -> list[str]:
        """The HTML files, as addresses below `url`."""
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*.html"))


def build(folder: Path, addresses: dict[str, str]) -> Path:
    """Build into `folder`, every warning an error."""
    environment = {key: value for key, value in os.environ.items() if key not in {*ADDRESSES, "DRAFT"}}
    # what was not played yet may be being played by the same run, which fails then; a draft would look different
    played = ["-D", "suppress_warnings=git,played.ledger"]
    strict = ["-q", "-n", "-W", "--keep-going", "-j", "3", *played]
    out = folder / "html"
    command = [sys.executable, "-m", "sphinx", "-b", "html", *strict, "-c", ".", "-d", str(folder / "doctrees")]
    result = subprocess.run(
        [*command, "docs", str(out)],
        cwd=ROOT,
        env={**environment, **addresses},
        capture_output=True,
        text=True,
    )
    assert not result.returncode, result.stderr
    return out


class _Handler(SimpleHTTPRequestHandler):
    """Files below the prefix; anything else is answered with the site's own 404 page, as hosts do."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        if not path.startswith(PREFIX):
            return str(Path(self.directory, "there is no such file"))
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html")
        body = page.read_bytes() if code == 404 and page.exists() else f"{code}\n".encode()
        self.send_response(code, message)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:  # type: ignore[override]
        """The file; a page in pieces where the browser asks for that."""
        body = source.read()
        begin, end = body.find(b"<article"), body.find(b"</article>")
        cuts: set[int] = set()
        if SLOWLY in self.headers and 0 < begin < end:
            cuts = {at + len(mark) for mark in ENDS if (at := body.find(mark)) >= 0}
            # behind a paragraph: the last word of half a line may belong into the next one
            ends = (body.find(b"</p>", at) + len(b"</p>") for at in range(begin, end, (end - begin) // PIECES + 1))
            cuts |= {at for at in ends if begin < at < end}
        for at, until in pairwise([0, *sorted(cuts), len(body)]):
            if at:
                time.sleep(PAUSE)
            outputfile.write(body[at:until])
            outputfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serve(folder: Path) -> Iterator[BuiltSite]:
    """Serve a folder from the loopback address, on any free port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder))) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield BuiltSite(folder, f"http://127.0.0.1:{server.server_port}{PREFIX}")
        server.shutdown()
        thread.join()
