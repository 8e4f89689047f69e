"""PowerShell beside every command of a transcript that PowerShell writes in another way.

``extensions = ["sphinx_tabs.tabs", "played.sphinx_extension", "shell_tabs"]``. Pages stay as they are: each block
whose commands differ becomes two tabs. The reference is ``docs/reference/directives.rst``.

The modules, each knowing one thing:

- :mod:`shell_tabs.rules` – the table: what a POSIX command is in PowerShell, and who says so
- :mod:`shell_tabs.words` – one word: quotes, variables, substitutions
- :mod:`shell_tabs.commands` – POSIX programs as cmdlets
- :mod:`shell_tabs.rewrite` – a whole command
- :mod:`shell_tabs.lexer` – the colours of a conversation with PowerShell
- :mod:`shell_tabs.transcripts` – a block of a transcript as two tabs
- :mod:`shell_tabs.tabs` – tabs in every builder
- :mod:`shell_tabs.directive` – the directive that shows the table
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

__version__ = "0.1.0"


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the transforms, the language and the files. Nothing is kept on the environment."""
    from shell_tabs import tabs, transcripts
    from shell_tabs.directive import PowerShellRules
    from shell_tabs.lexer import PowerShellTranscriptLexer

    app.setup_extension("sphinx_tabs.tabs")
    app.setup_extension("played.sphinx_extension")
    app.add_config_value(
        "shell_tabs_programs", [], "env", list, "programs that are called the same way on Windows"
    )
    app.add_lexer("transcript-powershell", PowerShellTranscriptLexer)
    app.add_directive("powershell-rules", PowerShellRules)
    app.add_node(transcripts.powershell_block)  # the XML writer looks for the name of a class, not for its bases
    app.add_post_transform(transcripts.ShellTabs)
    tabs.register(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
