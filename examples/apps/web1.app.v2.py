"""web1: a web application with one page, and a second one that crashes it."""

import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return "Hello from web1, version 2.\n"


@app.get("/crash")
def crash():
    os._exit(3)
