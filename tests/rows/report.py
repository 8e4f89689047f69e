"""pytest plugin: the end of a run says how much of the workshop's rows is shown."""

from __future__ import annotations

import pytest

from tests import rows


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("rows shown")
    for line in rows.counts(rows.load()):
        terminalreporter.write_line(line)
