"""The Pygments language of a file, by its name."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import PurePath

from pygments.lexers import find_lexer_class_for_filename

# Names that Pygments does not know, or takes for something else.
_NAMES = {
    "*.console": "transcript",
    "Dockerfile*": "docker",
    "*.Dockerfile": "docker",
    "Containerfile*": "docker",
    "*.dockerignore": "text",
    ".env": "text",
}
# What Pygments says of these too. It first compiles the patterns of all its languages, which every process of a
# build would do for the first of its files.
_COMMON = {
    "*.css": "css",
    "*.html": "html",
    "*.json": "json",
    "*.py": "python",
    "*.rst": "restructuredtext",
    "*.sh": "bash",
    "*.sql": "tsql",
    "*.toml": "toml",
    "*.txt": "text",
    "*.yaml": "yaml",
    "*.yml": "yaml",
}


def of(path: PurePath) -> str:
    """The language to highlight a file in; ``text`` where its name says nothing."""
    return _of(path.name)


@lru_cache(maxsize=1024)
def _of(name: str) -> str:
    """Pygments holds the name against the patterns of all its languages, and chapters use the same names."""
    for pattern, language in (_NAMES | _COMMON).items():
        if fnmatchcase(name, pattern):
            return language
    lexer = find_lexer_class_for_filename(name)
    return lexer.aliases[0] if lexer and lexer.aliases else "text"
