"""What the search takes for a word: a flag is one, with its dashes."""

from __future__ import annotations

import re

from sphinx.search.en import SearchEnglish

# Sphinx' script reads a word that starts with a dash as one that must not occur; hence underscores. JavaScript and
# Python split alike, but for one thing: a page with `--rm` is also found by `rm`.
_FLAG = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_SPLITTER = r"""
var splitQuery = (query) =>
  (query.match(/(?<![\p{L}\p{N}_-])--?[A-Za-z][\p{L}\p{N}_-]*|[\p{L}\p{N}_]+/gu) ?? []).map((word) =>
    word.replace(/^--?/, (dashes) => "_".repeat(dashes.length)),
  );
"""


class EnglishWithFlags(SearchEnglish):
    """English as Sphinx searches it, and flags: ``-it`` and ``--rm`` are no stop words and no parts of words."""

    js_splitter_code = _SPLITTER

    def split(self, input: str) -> list[str]:
        """The words of a text, and once more its flags, as the script spells them."""
        flags = [re.sub("^--?", lambda dashes: "_" * len(dashes[0]), flag) for flag in _FLAG.findall(input)]
        return super().split(input) + flags
