"""The one exception that this package raises for people to read."""


class LabError(Exception):
    """Says in one sentence what is wrong with the lab and what to do about it."""
