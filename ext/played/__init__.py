"""Transcripts of a terminal: shown by Sphinx, played by pytest, recorded back.

The modules, each knowing one thing:

- :mod:`played.format` – text to steps, with file and line for every mistake
- :mod:`played.terminal` – the driver: shells on pseudo-terminals, where the reader types
- :mod:`played.remote` – the other end of the driver's pipe
- :mod:`played.screen`, :mod:`played.emulator` – what a terminal shows, after cursor movements
- :mod:`played.fold` – the table of what legitimately varies between two runs
- :mod:`played.compare` – recorded output against live output
- :mod:`played.play` – a transcript on a driver, result by result
- :mod:`played.record` – writes live output back into a transcript
- :mod:`played.warm` – plays what has changed of a chapter, on a host that is kept
- :mod:`played.hosts` – where a project's settings say that transcripts are played
- :mod:`played.pytest_plugin` – collection, reporting, limits
- :mod:`played.tally` – adds up what a run played, and reports it
- :mod:`played.play_log` – what was typed and copied, for a comparison with the page
- :mod:`played.fingerprint` – what a transcript stands on, as a hash
- :mod:`played.ledger` – which transcript passed where and when
- :mod:`played.whole_file` – replaces a file so that it is whole at every moment
- :mod:`played.examples` – the examples folder; no path leaves it
- :mod:`played.home` – which example stands where in the reader's home
- :mod:`played.lexer`, :mod:`played.language` – the colours of a transcript, and of any other file
- :mod:`played.show` – what a reader sees of a step, in parts
- :mod:`played.copying` – what the copy button gives
- :mod:`played.line_numbers` – numbers of lines in an option
- :mod:`played.folding` – long output that a reader unfolds
- :mod:`played.page` – what the directives have in common
- :mod:`played.directive_transcript`, :mod:`played.directive_example` – the directives
- :mod:`played.differs` – the link to an issue, for a reader whose output differs
- :mod:`played.error_index` – the directive that lists the error messages of all pages
- :mod:`played.standing` – what the ledger says of a transcript as it is now
- :mod:`played.verified` – what closes a page: what its commands were verified against
- :mod:`played.verification_report`, :mod:`played.verified_summary` – the directives about all pages
- :mod:`played.provenance` – no block of code from elsewhere
- :mod:`played.expected` – the numbers that a run must reach
- :mod:`played.order` – in which order chapters are played, and which of them
- :mod:`played.shard` – a share of the chapters for each of several machines
- :mod:`played.timeline` – what each of several workers did when
- :mod:`played.sphinx_extension` – registers them with Sphinx
"""

__version__ = "0.1.0"
