"""web2: a web application that counts its visits in Redis."""

import os

import redis
from flask import Flask

app = Flask(__name__, static_folder="public")
# A page whose connection is gone tries once more, at once.
store = redis.Redis(
    host=os.getenv("REDIS_HOST", "redis"),
    socket_timeout=2,
    retry=None,
    retry_on_error=[redis.ConnectionError],
)


@app.get("/")
def home():
    message = os.getenv("WEB2_MESSAGE", "Visits:")
    return f"{message} {store.incr('visits')}\n"
