"""web2: a web application that counts its visits in Redis."""

import os

import redis
from flask import Flask

app = Flask(__name__, static_folder="public")
# Without retry a page that cannot reach Redis fails at once.
store = redis.Redis(host=os.getenv("REDIS_HOST", "redis"), socket_timeout=2, retry=None)


@app.get("/")
def home():
    message = os.getenv("WEB2_MESSAGE", "Visits:")
    return f"{message} {store.incr('visits')}\n"
