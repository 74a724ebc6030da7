"""`make bench`: every figure of the project, each beside its floor in the same run. `python -m bench NAME...` for some."""

import sys
from importlib import import_module

from bench.measure import Report

FIGURES = (
    "reading",
    "printed",
    "recognition",
    "answering",
    "forms",
    "stamping",
    "pressing",
    "printing",
    "counting",
    "scanning",
    "watching",
    "recording",
    "registering",
    "gating",
    "verifying",
    "sealing",
    "loading",
    "starting",
)


def main() -> int:
    report = Report()
    for name in sys.argv[1:] or FIGURES:
        import_module(f"bench.{name}").run(report)
    print("\nall targets met" if not report.missed else "\nmissed:\n  " + "\n  ".join(report.missed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
