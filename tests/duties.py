"""Which tests cite which duty; `python -m tests.duties` writes it into docs/duties.md."""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "duties.md"
CITED = re.compile(r"\b(Q(?:1[01]|[1-9])|P[1-8]|D[1-5]|[LAF][1-6]|O(?:10|[1-9]))\b")
ROW = re.compile(r"^\| (?P<id>[QPDLOAF][0-9]+) \| (?P<duty>.*?) \| (?P<held>.*?) ?\|$", re.MULTILINE)
NOT_YET = "*not yet*"


def citing() -> dict[str, list[str]]:
    """The test files that cite a duty, by its id. This file's own pattern does not count, nor does its test."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if path.name != "test_duties.py":
            for duty in sorted(set(CITED.findall(path.read_text(encoding="utf-8")))):
                found[duty].append(path.name.removesuffix(".py"))
    return found


def written(page: str, found: dict[str, list[str]]) -> str:
    """The page with its last column as the tests have it."""

    def row(match: re.Match[str]) -> str:
        held = ", ".join(f"`{name}`" for name in found.get(match["id"], [])) or NOT_YET
        return f"| {match['id']} | {match['duty']} | {held} |"

    return ROW.sub(row, page)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), citing()), encoding="utf-8")
