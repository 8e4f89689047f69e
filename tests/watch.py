"""Plays a chapter again whenever it is saved: ``python -m tests.lab -- python -m tests.watch NN-slug``."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from watchdog import events
from watchdog.observers import Observer

from played.warm import WarmChapter
from tests.chapter import EXAMPLES
from tests.lab.by_hand import lab
from tests.lab.errors import LabError
from tests.lab.progress import say

# Reading a file is an event too, and this program reads.
SAVED = [events.FileCreatedEvent, events.FileModifiedEvent, events.FileMovedEvent, events.FileDeletedEvent]
SETTLING = 0.1  # seconds in which an editor writes all that belongs to one save


class _Noted(events.FileSystemEventHandler):
    def __init__(self) -> None:
        self.queue: Queue[events.FileSystemEvent] = Queue()

    def on_any_event(self, event: events.FileSystemEvent) -> None:
        self.queue.put(event)


@contextmanager
def saves(folder: Path) -> Iterator[Iterator[object]]:
    """What is written below a folder from now on; whoever asks waits for it."""
    noted, observer = _Noted(), Observer()
    observer.schedule(noted, str(folder), recursive=True, event_filter=SAVED)
    observer.start()
    try:
        yield iter(noted.queue.get, None)
    finally:
        observer.stop()
        observer.join()


def follow(chapter: WarmChapter, saved: Iterator[object]) -> Iterator[str]:
    """Play, and again after each save that concerns the chapter; a save while it plays counts too."""
    while True:
        yield from chapter.play()
        yield "waiting for a save; Ctrl-C ends it"
        while not chapter.changed():
            next(saved)
            time.sleep(SETTLING)


def main(name: str) -> int:
    try:
        with saves(EXAMPLES) as saved, lab("watch") as host:
            chapter = WarmChapter(EXAMPLES, name, host)
            try:
                for line in follow(chapter, saved):
                    print(line.replace(f"{EXAMPLES}/", "examples/"), flush=True)
            finally:
                chapter.close()
    except LabError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
