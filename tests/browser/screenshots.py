"""Takes pictures of the site for a look: python -m tests.browser.screenshots HTML FOLDER."""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from . import tools
from .built_site import serve

PAGES = ["index", "workshop/06-running-containers", "workshop/00-before-you-start"]
WINDOWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "device_scale_factor": 2},
}
LONGEST = 6000
"""Pixels of a page that are taken; what is longer is cut."""


def main(html: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with serve(html) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium())
        for window, options in WINDOWS.items():
            context = browser.new_context(base_url=site.url, reduced_motion="reduce", **options)
            for address in PAGES:
                page = context.new_page()
                page.goto(f"{address}.html")
                height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
                page.set_viewport_size({**options["viewport"], "height": height})
                picture = folder / f"{address.rpartition('/')[2]}-{window}.png"
                page.screenshot(path=picture)
                print(picture)
                page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
