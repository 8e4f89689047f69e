"""Tabs in every builder: what sphinx-tabs makes, put right when it is written.

The directives of sphinx-tabs decide when a page is read which builder it is for, so a document that several
builders share loses its tabs (sphinx#8974), and LaTeX has all labels before all panels (sphinx-tabs#150). Here
they read the same for every builder, and what they are is decided when the page is written: tabs after the ARIA
pattern for HTML, a label followed by its panel for all others.

The script and the style sheet of sphinx-tabs are not used: without JavaScript they leave panels out of reach or
white, and the tab that the keyboard comes back to is not the chosen one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx_tabs.tabs import SphinxTabsPanel, SphinxTabsTab, SphinxTabsTablist

from rfg import builder, writers

_MADE = "sphinx-tabs"  # what the directive makes; with this class sphinx-tabs ships its own script
_SET = "tab-set"


def register(app: Sphinx) -> None:
    """Tell Sphinx what to do and to ship, and sphinx-tabs that every builder is one of its own."""
    app.connect("config-inited", _read_for_every_builder)
    writers.ship(app, Path(__file__).parent / "static")
    app.connect("html-page-context", _add_files)
    app.connect("doctree-resolved", _write)


def tab_set(*labels: str, name: str) -> tuple[nodes.container, list[SphinxTabsPanel]]:
    """Tabs that are the same on the whole site, and their empty panels.

    Args:
        labels: one for each panel.
        name: what a screen reader says of them.
    """
    panels = [SphinxTabsPanel() for _ in labels]
    tabs = [SphinxTabsTab("", "", nodes.Text(label), classes=["group-tab"]) for label in labels]
    tablist = SphinxTabsTablist("", *tabs, **{"aria-label": name})
    return nodes.container("", tablist, *panels, classes=[_MADE]), panels


def _write(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Finishes all tabs of a document. ``singlehtml`` has many pages in one, so ids are given here."""
    # the scripts of an EPUB do not run in every reader
    is_html = builder.writes_a_site(app.builder)
    found = [node for node in document.findall(nodes.container) if _MADE in node["classes"]]
    for number, made in enumerate(found):
        tablist = made[0]
        panels = [child for child in made.children if isinstance(child, SphinxTabsPanel)]
        for panel, tab in zip(panels, tablist.children, strict=True):
            label = tab.astext()
            panel.insert(0, nodes.paragraph("", "", nodes.strong(label, label), classes=["tab-label"]))
        made["classes"] = [_SET]
        if is_html:
            _finish(number, tablist, panels)
        else:
            made.remove(tablist)
            for panel in panels:
                panel.parent.replace(panel, panel.children)


def _finish(number: int, tablist: nodes.Node, panels: list[SphinxTabsPanel]) -> None:
    assert isinstance(tablist, SphinxTabsTablist)
    tablist["role"] = "tablist"
    tablist["classes"] = []
    for at, (panel, tab) in enumerate(zip(panels, tablist.children, strict=True)):
        assert isinstance(tab, SphinxTabsTab)
        names = {"ids": [f"tab-{number}-{at}"], "classes": [], "role": "tab", "type": "button"}
        if "group-tab" in tab["classes"]:
            names["data-label"] = tab.astext()
        tab.attributes.pop("name", None)
        tab.attributes |= names | {
            "aria-controls": f"panel-{number}-{at}",
            "aria-selected": "false" if at else "true",
            "tabindex": "-1" if at else "0",
        }
        # the attribute is not for a div, and no number is a value of hidden
        for name in ("name", "hidden"):
            panel.attributes.pop(name, None)
        panel.attributes |= {
            "ids": [f"panel-{number}-{at}"],
            "classes": [],
            "role": "tabpanel",
            "aria-labelledby": f"tab-{number}-{at}",
            "tabindex": "0",
        }
        if at:
            panel["hidden"] = ""


def _read_for_every_builder(app: Sphinx, config: Config) -> None:
    config.sphinx_tabs_valid_builders = list(app.registry.builders)


def _add_files(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Only pages with tabs load the script."""
    if doctree is not None and next(doctree.findall(SphinxTabsTablist), None) is not None:
        app.add_css_file("tab-set.css")
        app.add_js_file("tab-set.js")
