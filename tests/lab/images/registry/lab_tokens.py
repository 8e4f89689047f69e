#!/usr/bin/python3
"""Gives out the tokens that the hub asks for, by the rules of Docker Hub.

Anybody may pull what is there; who has logged in may also push, below the name of the account. What is not granted is
left out of the token, and the registry then refuses the request. So a client cannot tell a repository that is not
there from one that is somebody else's.

How a client asks, and what it gets: https://distribution.github.io/distribution/spec/auth/token/,
https://distribution.github.io/distribution/spec/auth/oauth/, https://distribution.github.io/distribution/spec/auth/jwt/.
"""

import base64
import json
import re
import ssl
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

ACCOUNTS = {"reader": "only-for-the-lab"}
SECONDS = 300
REPOSITORIES = Path("/var/lib/lab-store/docker/registry/v2/repositories")
CERTIFICATE, KEY = Path("/tmp/hub.crt"), Path("/tmp/hub.key")
SCOPE = re.compile(r"repository:([a-z0-9][a-z0-9._-]*(?:/[a-z0-9][a-z0-9._-]*)*):([a-z,*]+)")


def granted(user: str, scopes: list[str]) -> list[dict[str, Any]]:
    """What a user, or nobody in particular, gets of what is asked for."""
    access = []
    for scope in scopes:
        if not (match := SCOPE.fullmatch(scope)):
            continue
        name, asked = match[1], match[2].split(",")
        allowed = {"pull"} if (REPOSITORIES / name / "_manifests").is_dir() else set()
        if user and name.startswith(f"{user}/"):
            allowed |= {"pull", "push"}
        if actions := [action for action in asked if action in allowed]:
            access.append({"type": "repository", "name": name, "actions": actions})
    return access


def token(user: str, service: str, scopes: list[str]) -> str:
    now = int(time.time())
    claims = {
        "iss": "auth.docker.io",
        "sub": user,
        "aud": service,
        "nbf": now - 5,
        "iat": now,
        "exp": now + SECONDS,
        "jti": str(uuid.uuid4()),
        "access": granted(user, scopes),
    }
    certificate = load_pem_x509_certificate(CERTIFICATE.read_bytes()).public_bytes(Encoding.DER)
    header = {"x5c": [base64.b64encode(certificate).decode()]}
    return str(jwt.encode(claims, KEY.read_bytes(), "ES256", header))


class Handler(BaseHTTPRequestHandler):
    timeout = 30

    def do_GET(self) -> None:
        scheme, _, word = self.headers.get("Authorization", "").partition(" ")
        user, _, password = base64.b64decode(word if scheme == "Basic" else "").decode().partition(":")
        self.answer(user, password, parse_qs(urlsplit(self.path).query))

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer(form.get("username", [""])[0], form.get("password", [""])[0], form)

    def answer(self, user: str, password: str, asked: dict[str, list[str]]) -> None:
        if user and ACCOUNTS.get(user) != password:
            return self.say(401, {"details": "incorrect username or password"})
        scopes = " ".join(asked.get("scope", [])).split()
        one = token(user, asked["service"][0], scopes)
        self.say(200, {"token": one, "access_token": one, "expires_in": SECONDS})

    def say(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("", 444), Handler)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE, KEY)
    # The greeting is left to the thread of the request, so that a client which is silent delays no other.
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()
