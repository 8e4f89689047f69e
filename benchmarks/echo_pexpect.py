"""Types commands with pexpect, and compares what comes back: ``echo_pexpect.py SCRIPT``.

The shell is as bare as the one that transcripts are played in, and pexpect's pause before each line (0.05 s, see
``delaybeforesend`` in https://pexpect.readthedocs.io/en/stable/commonissues.html) is off.
"""

import secrets
import sys
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # has no types

prompt = secrets.token_hex(8)
shell = pexpect.spawn("bash", ["--norc", "--noprofile", "--noediting"], echo=False, encoding="utf-8")
shell.delaybeforesend = None
shell.sendline(f"PS1='{prompt[:8]}''{prompt[8:]}'")
shell.expect_exact(prompt)
for command in Path(sys.argv[1]).read_text().splitlines():
    shell.sendline(command)
    shell.expect_exact(prompt)
    assert shell.before.strip() == command.removeprefix("echo "), shell.before
shell.close()
