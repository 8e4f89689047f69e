"""What the ledger says of a transcript as it is now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from sphinx.config import Config
from sphinx.errors import ConfigError

from played import format
from played.examples import Examples, OutsideError
from played.fingerprint import fingerprint, of_recipes
from played.ledger import VERSION, Entry, Ledger, LedgerError

__all__ = ["LedgerError", "Source", "Standing", "check", "host"]


@dataclass(frozen=True, slots=True)
class Standing:
    """One transcript: the entries that hold, and what is wrong where there is none or an old one."""

    transcript: str
    valid: tuple[Entry, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a build finds what it needs to judge a transcript."""

    examples: Path
    ledger: Path
    recipes: tuple[Path, ...]
    hint: str

    @classmethod
    def of(cls, config: Config) -> Source | None:
        if not config.played_ledger:
            return None
        recipes = tuple(Path(recipe) for recipe in config.played_recipes)
        return cls(Path(config.played_examples), Path(config.played_ledger), recipes, config.played_hint)

    def standing(self, transcript: str) -> Standing:
        """What the ledger says of a transcript.

        Raises:
            LedgerError: when the ledger cannot be used.
        """
        return _standing(self, transcript)

    def look(self) -> None:
        """Judge everything that was ever played, as it is now.

        Sphinx forks the processes that read and write; what is looked at before that is parsed and hashed once.
        """
        _standing.cache_clear()
        _recipes.cache_clear()
        with suppress(LedgerError):  # said of every page
            for transcript in _load(self.ledger, _stamp(self.ledger)).entries:
                self.standing(transcript)

    def _standing(self, transcript: str) -> Standing:
        ledger = _load(self.ledger, _stamp(self.ledger))
        folder, _, _ = transcript.rpartition("/")
        hint = self.hint.format(folder=folder)
        try:
            transcripts = Examples(self.examples).transcripts(folder)
            this = next(one for one in transcripts if one.path == self.examples / transcript)
        except (format.FormatError, OutsideError, StopIteration):
            return Standing(transcript, (), f"{transcript} cannot be read")
        now = fingerprint(self.examples, transcripts, this, _recipes(self))
        valid = tuple(ledger.valid(transcript, now))
        stale = ", ".join(entry.kind for entry in ledger.stale(transcript, now))
        if not valid and not stale:
            return Standing(transcript, (), f"{transcript} has never been played; play it: {hint}")
        if stale:
            return Standing(
                transcript,
                valid,
                f"{transcript} or what it uses has changed since it passed on {stale}; play it: {hint}",
            )
        return Standing(transcript, valid)


@cache
def _standing(source: Source, transcript: str) -> Standing:
    """Kept until the next look, that is for one build: the pages of a build are to agree with each other."""
    return source._standing(transcript)


@cache
def _recipes(source: Source) -> bytes:
    """Kept as long, since every transcript has the same."""
    return of_recipes(source.recipes)


def _stamp(path: Path) -> tuple[int, int]:
    return (path.stat().st_mtime_ns, path.stat().st_size) if path.exists() else (0, 0)


@lru_cache(maxsize=4)
def _load(path: Path, _stamp: tuple[int, int]) -> Ledger:
    return Ledger.load(path)


def check(config: Config) -> None:
    """Fill in the texts of the settings once, so that no page has to find out that it cannot be done.

    Raises:
        ConfigError: where a text has a field that nothing fills in.
    """
    _check("played_hint", config.played_hint, "{folder}", folder="")
    for name, text in config.played_fact_labels.items():
        if "=" not in name:  # the words for one value are complete
            _check(f"played_fact_labels[{name!r}]", text, "{}", "")


def _check(setting: str, text: str, field: str, *value: str, **named: str) -> None:
    try:
        text.format(*value, **named)
    except (LookupError, ValueError, AttributeError, TypeError):
        raise ConfigError(
            f"conf.py: {setting} is {text!r}, which cannot be filled in; its only field is {field}, "
            "so write every other brace twice"
        ) from None


def host(config: Config, entry: Entry) -> str:
    """The facts in the words of the site, the version first."""
    facts = sorted(entry.facts.items(), key=lambda fact: (fact[0] != VERSION, fact))
    labels: dict[str, str] = config.played_fact_labels
    return ", ".join(
        labels.get(f"{name}={value}") or labels.get(name, f"{name} {{}}").format(value) for name, value in facts
    )
