"""Colours for a conversation with PowerShell, by the rules of :mod:`played.lexer`."""

from __future__ import annotations

from pygments.lexers.shell import PowerShellLexer

from played.lexer import TranscriptLexer

PROMPT, CONTINUATION = "PS>", ">>"
"""What PowerShell shows in front of a command, and in front of the lines that go on with it."""


class PowerShellTranscriptLexer(TranscriptLexer):
    """A transcript with PowerShell's prompts."""

    name = "Transcript of PowerShell"
    aliases = ("transcript-powershell",)
    filenames = ()  # type: ignore[assignment]  # the lexer of played has one
    prompts = (PROMPT, CONTINUATION)
    language = PowerShellLexer
