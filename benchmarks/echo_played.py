"""Plays a transcript without pytest, in as few lines as pexpect needs: ``echo_played.py TRANSCRIPT``."""

import sys
from pathlib import Path

from played import format
from played.play import Player

transcript = format.load(Path(sys.argv[1]))
player = Player(transcript, Path(), ())
for step in transcript.steps:
    player.play(step)
player.close()
