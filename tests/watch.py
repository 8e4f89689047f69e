"""Plays a chapter again whenever it is saved: ``python -m tests.lab -- python -m tests.watch NN-slug``."""

import sys
from collections.abc import Iterator

from watchfiles import watch

from played.warm import WarmChapter
from tests.chapter import EXAMPLES
from tests.lab.by_hand import lab
from tests.lab.errors import LabError
from tests.lab.progress import say


def follow(chapter: WarmChapter, saves: Iterator[object]) -> Iterator[str]:
    """Play, and again after each save that concerns the chapter; a save while it plays counts too."""
    while True:
        yield from chapter.play()
        yield "waiting for a save; Ctrl-C ends it"
        while not chapter.changed():
            if next(saves, None) is None:
                return


def main(name: str) -> int:
    try:
        with lab("watch") as host:
            chapter = WarmChapter(EXAMPLES, name, host)
            try:
                # What was saved shows in the files themselves; an event is only the reason to look. One can come
                # before anybody listens, so without events it looks again after a second.
                saves = watch(EXAMPLES, raise_interrupt=False, yield_on_timeout=True, rust_timeout=1000)
                for line in follow(chapter, saves):
                    print(line.replace(f"{EXAMPLES}/", "examples/"), flush=True)
            finally:
                chapter.close()
    except LabError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:  # while it plays
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
