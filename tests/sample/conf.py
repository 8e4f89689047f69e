project = "Sample"
author = "The authors"
copyright = f"2026, {author}"
version = "1"
extensions = ["played.sphinx_extension"]
