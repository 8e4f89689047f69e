"""The configuration of the site. The source folder is docs/, the configuration folder is this one."""

import os
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.errors import ConfigError

sys.path.insert(0, str(Path(__file__).parent))  # benchmarks.page
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
    "shell_tabs",
    "misconceptions",
    "end_of_life",
    "engine_state",
    "inline_svg",
    "reading_time",
    "cheat_sheet",
    "chapter_files",
    "llms_txt",
    "findable",
    "benchmarks.page",
    "notfound.extension",
    "sphinx_last_updated_by_git",
]

# Where the site and its sources are published. Whoever publishes them says so; without it, no page mentions it.
# Read the Docs has a name of its own for it.
site_url = os.environ.get("SITE_URL") or os.environ.get("READTHEDOCS_CANONICAL_URL", "")
repository_url = os.environ.get("REPOSITORY_URL", "")
repository_branch = os.environ.get("REPOSITORY_BRANCH", "main")

nitpicky = True
exclude_patterns = ["_build"]
highlight_language = "text"
toc_object_entries = False

# What a page says above a step that is for some engines only.
played_only_labels = {
    "host=local": "",  # a workshop of your own is made on your own machine, and its page says so
    "store=containerd": "With the containerd image store",
    "store=overlay2": "With the overlay2 storage driver",
}

shell_tabs_programs = ["docker"]

misconceptions_folder = "tests/rows"

# What has passed where; pytest writes it, with the same recipes.
_pytest = tomllib.loads((Path(__file__).parent / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
played_ledger = _pytest["played_ledger"]
played_recipes = _pytest["played_recipes"]
played_only_examples = True
played_markup_pages = ["contributing/*", "reference/directives"]
played_report = "reference/verification"
played_hint = "make test CHAPTER={folder}"
played_draft = bool(os.environ.get("DRAFT"))
if played_draft and (os.environ.get("CI") == "true" or "READTHEDOCS" in os.environ):
    raise ConfigError("A draft is not for publication: leave DRAFT out.")
played_fact_labels = {
    "host=local": "the machine that ran the tests",
    "engine": "Docker {}",
    "store=containerd": "containerd",
    "store=overlay2": "overlay2",
    "images=stand-in": "stand-in images",
    "images=official": "official images",
    "engine-image": "the engine of {}",
}

end_of_life_file = "examples/versions.toml"

# Under each block a reader can say that the answer was another one, where it is known who would like to hear that.
if repository_url:
    engine = tomllib.loads(Path(__file__).with_name("examples").joinpath("versions.toml").read_text())["engine"]
    played_issues = f"{repository_url.rstrip('/')}/issues/new?template=output-differs.yml"
    played_issue_fields = {"engine": f"recorded with {engine['minimum']}, mine is "}

# What `make formats` has made is part of the site, and only then does the site link to it.
formats = Path(__file__).parent / "_build/formats"
html_extra_path = [str(formats)] if formats.is_dir() else []

html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sourcelink = False
templates_path = ["docs/_templates"]
html_static_path = ["docs/_static"]
html_favicon = "docs/_static/favicon.svg"
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
text_size = {"admonition-font-size": "0.9375rem", "admonition-title-font-size": "0.9375rem"}
html_theme_options = {"navigation_with_keys": True, "light_css_variables": text_size}

if repository_url:
    html_theme_options |= {
        "source_edit_link": f"{repository_url.rstrip('/')}/edit/{repository_branch}/docs/{{filename}}",
        "top_of_page_buttons": ["edit"],
    }
if site_url:
    extensions += ["sphinx_sitemap", "sphinxext.opengraph"]
    site_url = html_baseurl = ogp_site_url = site_url.rstrip("/") + "/"
    sitemap_url_scheme = "{link}"
    sitemap_excludes = ["404.html", "genindex.html", "search.html"]
    ogp_image = "_static/preview.png"
    ogp_image_alt = "Docker workshop: every command was played on a real Docker Engine"

# A page that is not there can be asked for in any folder, so 404.html names everything from the root of the host.
notfound_urls_prefix = urlsplit(site_url).path or "/"
notfound_template = "404.html"

# A copy without git, or with little of its history, shows no dates.
suppress_warnings = ["git"]
html_last_updated_fmt = "%d %B %Y"
git_last_updated_timezone = "UTC"
git_untracked_show_sourcelink = True

epub_basename = "docker-workshop"
epub_show_urls = "no"
# What readers of books and epubcheck understand of CSS ends before what the theme of the site needs.
epub_css_files: list[str] = []
epub_exclude_files = ["_static/site.css", *(book.name for book in formats.glob("*"))]
latex_engine = "xelatex"  # pdflatex knows neither all the letters nor all the signs of the output
latex_use_xindy = False  # makeindex comes with TeX, and all entries are ASCII
# The book is the chapters; what the landing page says is in them.
latex_documents = [("index", "docker-workshop.tex", project, author, "manual", True)]
latex_elements = {
    "papersize": "a4paper",
    "extraclassoptions": "openany,oneside",
    "preamble": r"\setcounter{tocdepth}{0}",
}
man_pages = [("index", "docker-workshop", project, [author], 7)]
texinfo_documents = [("index", "docker-workshop", project, author, "docker-workshop", "", "Miscellaneous")]

# A page loads what it uses: site.js does what clipboard.js would, and only a search highlights words.
UNUSED: dict[str, str | None] = {
    "_static/clipboard.min.js": None,
    "_static/sphinx_highlight.js": None,
    "_static/cheat_sheet.css": 'class="cheat-sheet',
    "_static/engine_state.css": "engine-state",
    "_static/inline_svg.css": "<svg",
}


def lighten(_app: object, _page: str, _template: str, context: dict[str, Any], doctree: object) -> None:
    def used(file: object) -> bool:
        needed_by = UNUSED.get(str(getattr(file, "filename", file)), "")
        return needed_by is not None and needed_by in context["body"]

    if doctree:
        for files in ("css_files", "script_files"):
            context[files] = [file for file in context[files] if used(file)]


def setup(app: Sphinx) -> None:
    if html_extra_path:
        app.tags.add("formats")
    app.connect("html-page-context", lighten, priority=900)
