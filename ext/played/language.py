"""The Pygments language of a file, by its name."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePath

from pygments.lexers import find_lexer_class_for_filename

# Names that Pygments does not know, or takes for something else.
_NAMES = {
    "*.console": "transcript",
    "Dockerfile*": "docker",
    "*.Dockerfile": "docker",
    "Containerfile*": "docker",
    ".dockerignore": "text",
}


def of(path: PurePath) -> str:
    """The language to highlight a file in; ``text`` where its name says nothing."""
    for pattern, language in _NAMES.items():
        if fnmatchcase(path.name, pattern):
            return language
    lexer = find_lexer_class_for_filename(path.name)
    return lexer.aliases[0] if lexer and lexer.aliases else "text"
