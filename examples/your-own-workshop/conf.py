project = "Counting"
author = "You"
copyright = "2026, You"
version = "1"
extensions = ["played.sphinx_extension"]
