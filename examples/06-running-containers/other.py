"""other: an application in a file that Flask does not look for by itself."""

import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return os.environ.get("GREETING", "Hello from other") + ".\n"
