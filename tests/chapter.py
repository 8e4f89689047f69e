"""What ``CHAPTER=``, ``STEP=`` and ``SHARD=`` name is looked at before a lab is started, which takes its time.

``python -m tests.chapter CHAPTER [STEP [SHARD]]`` prints one sentence for each mistake; status 2 says that there are some.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from played import format, order
from played.examples import Examples, OutsideError
from played.shard import Shard, ShardError

EXAMPLES = Path(__file__).parents[1] / "examples"


def mistakes(examples: Path, chapter: str, step: str, shard: str = "") -> Iterator[str]:
    """What is wrong with a chapter, a step of it, or a shard; each may be empty, for all of them."""
    chapters = sorted(order.chapters(examples))
    if shard and chapter:
        yield f"SHARD={shard} shares all chapters out; leave out CHAPTER={chapter}, or SHARD"
    elif shard:
        try:
            Shard.parse(shard).chapters(chapters, {})
        except ShardError as error:
            yield f"SHARD={shard}: {error}"
    if step and not chapter:
        yield f"STEP={step} needs its chapter: CHAPTER=NN-slug STEP={step}"
    elif chapter and chapter not in chapters:
        near = get_close_matches(chapter, chapters, 1, 0.3)
        advice = f"did you mean CHAPTER={near[0]}?" if near else "make new CHAPTER=NN-slug begins one"
        yield f"CHAPTER={chapter}: there is no {examples.name}/{chapter}/*.console; {advice}"
    else:
        for one in [chapter] if chapter else chapters:
            yield from _in_chapter(examples, one, step)


def _in_chapter(examples: Path, chapter: str, step: str) -> Iterator[str]:
    try:
        transcripts = format.load_folder(examples / chapter)
    except format.FormatError as error:
        yield from map(str, error.problems)
        return
    names = [one.name for transcript in transcripts for one in transcript.steps]
    if step and step not in names:
        yield f"STEP={step}: {chapter} has no such step; the steps are {', '.join(names)}"
    for transcript in transcripts:
        for action in (action for one in transcript.steps for action in one.actions):
            if isinstance(action, format.Files | format.Edit):
                where = f"{transcript.path}:{action.line}"
                try:
                    if not Examples(examples).path(action.source).exists():
                        yield (
                            f"{where}: there is no {examples.name}/{action.source}; "
                            f"paths start in {examples.name}/, such as {chapter}/Dockerfile"
                        )
                except OutsideError as error:
                    yield f"{where}: {error}"


def main(chapter: str = "", step: str = "", shard: str = "") -> int:
    """The exit status: 0, or 2 where there is a mistake."""
    told = mistakes(EXAMPLES, chapter, step, shard)
    found = [sentence.replace(f"{EXAMPLES}/", "examples/") for sentence in told]
    for sentence in found:
        print(sentence, file=sys.stderr)
    return 2 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
