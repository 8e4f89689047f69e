"""What the parts cost, measured beside what does the same without them: ``make bench BENCH=name``.

There is a module for each benchmark in :data:`NAMES`. Its ``run(rounds, scale)`` does the whole of it and returns
a :class:`benchmarks.result.Result`. What is compared is measured in turns, round by round, so that
whatever else the machine does befalls all of it alike.
"""

NO_LAB = ("echo", "site", "scale", "weight", "mended")
"""The benchmarks that need Python only."""

IN_LAB = ("chapter", "workshop", "bare")
"""The benchmarks that play on a real engine."""

NAMES = (*NO_LAB, *IN_LAB)
