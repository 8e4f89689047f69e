"""``make new CHAPTER=NN-slug``."""

import sys

from tests.lab.settings import ROOT
from tests.new_chapter import NotPossibleError, begin

try:
    page, transcript = begin(ROOT, "".join(sys.argv[1:]))
except NotPossibleError as error:
    sys.exit(f"make new: {error}")
for path in (page, transcript):
    print(f"wrote {path.relative_to(ROOT)}")
print(f"next: make test CHAPTER={page.stem}, then make html")
