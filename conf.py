"""The configuration of the site. The source folder is docs/, the configuration folder is this one."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "ext"))

import played

project = "Docker workshop"
author = "The Docker workshop authors"
copyright = f"2026, {author}"
version = release = played.__version__
language = "en"

extensions = [
    "sphinx_copybutton",
    "sphinx_tabs.tabs",
    "rfg",
    "played.sphinx_extension",
    "misconceptions",
]

nitpicky = True
exclude_patterns = ["_build"]
highlight_language = "text"
toc_object_entries = False

# What a page says above a step that is for some engines only.
played_only_labels = {
    "store=containerd": "With the containerd image store",
    "store=overlay2": "With the overlay2 storage driver",
}

misconceptions_folder = "tests/rows"

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sourcelink = False

epub_show_urls = "no"
latex_documents = [("index", "docker-workshop.tex", project, author, "manual")]
man_pages = [("index", "docker-workshop", project, [author], 7)]
texinfo_documents = [("index", "docker-workshop", project, author, "docker-workshop", "", "Miscellaneous")]
