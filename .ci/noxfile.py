"""Every Sphinx from 8 on with the Pythons from 3.11 to 3.13 that it takes: ``make sphinx-versions``.

Each pair gets the extensions as pip installs them, builds and plays the sample project, and runs the tests of the
extensions against the installed files.
"""

from __future__ import annotations

from pathlib import Path

import nox

ROOT = Path(__file__).parents[1]
BUILDERS = ("html", "latex", "epub", "text", "man")
TESTS = ("test_rfg.py", "test_sphinx_example.py", "test_sphinx_transcript.py", "test_builders.py")
# the recorded files are those of the Sphinx in requirements.txt
NOT_RECORDED = "not what_a_builder_writes and not before_and_after"

# a Sphinx and the oldest Python that it takes; see the classifiers of each release
SPHINX = {"8.0": 11, "8.1": 11, "8.2": 11, "9.0": 11, "9.1": 12, "9.2": 13}
PYTHONS = (11, 12, 13)
PAIRS = [(f"3.{python}", sphinx) for sphinx, oldest in SPHINX.items() for python in PYTHONS if python >= oldest]

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = True
nox.options.reuse_existing_virtualenvs = False


@nox.session
@nox.parametrize(("python", "sphinx"), PAIRS, ids=[f"{python}-sphinx-{sphinx}" for python, sphinx in PAIRS])
def versions(session: nox.Session, sphinx: str) -> None:
    """The sample project and the tests of the extensions."""
    session.install(
        "-q", f"{ROOT}/ext[copybutton,parallel]", f"sphinx=={sphinx}.*", "beautifulsoup4", "sphinx-tabs"
    )
    session.run("python", "-c", "import sphinx, docutils; print(sphinx.__version__, docutils.__version__)")
    out = session.create_tmp()
    sample = ROOT / "tests/sample"
    for builder in BUILDERS:
        session.run("python", "-m", "sphinx", "-M", builder, sample, f"{out}/sample", "-q", "-n", "-W")
    session.run("python", "-m", "pytest", "-q", "--rootdir", sample, "-c", sample / "pytest.ini", sample)
    session.chdir(ROOT)
    options = ("-q", "-o", "addopts=", "-o", "pythonpath=.", "-p", "no:cacheprovider", "-k", NOT_RECORDED)
    session.run("python", "-m", "pytest", *options, *(f"tests/{name}" for name in TESTS))
