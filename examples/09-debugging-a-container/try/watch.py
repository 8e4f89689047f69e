"""Ask the kernel to say when a file is created in /watched (inotify)."""

import ctypes
import os

IN_CREATE = 0x100

libc = ctypes.CDLL(None)
inotify = libc.inotify_init()
libc.inotify_add_watch(inotify, b"/watched", IN_CREATE)
print("waiting for the kernel", flush=True)
event = os.read(inotify, 4096)
print("new:", event[16:].rstrip(b"\0").decode())
