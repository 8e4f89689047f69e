"""Prints what became of the mutants: python -m tests.mutation.report"""

import json

from tests.mutation.results import FOLDER, table


def main() -> None:
    outcomes = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    for heading, build in (("caught by a play", False), ("caught by the build", True)):
        print(f"\n{heading}")
        for line in table([one for one in outcomes if (one["kind"] == "build") is build]):
            print(line)


if __name__ == "__main__":
    main()
