"""`python -m bench.corpus --seed N --count M --out DIR`: writes the sheets of a seed, and truth.json.

`python -m bench.corpus --pictures`: draws the pictures of docs/recognition.md.
"""

import argparse
import json
from pathlib import Path

from bench.corpus import CATALOGUE, sheets
from bench.corpus.truth import written


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--count", type=int, default=len(CATALOGUE), help="sheets")
    ask.add_argument("--only", default="", help="a pattern that family-grade must match")
    ask.add_argument("--out", type=Path, default=Path("corpus"))
    ask.add_argument("--pictures", action="store_true", help="into docs/recognition")
    asked = ask.parse_args()
    if asked.pictures:
        from bench.corpus.pictures import drawn

        for file in drawn(Path("docs/recognition")):
            print(file)
    else:
        _written(asked)


def _written(asked: argparse.Namespace) -> None:
    asked.out.mkdir(parents=True, exist_ok=True)
    truth = []
    for number, one in enumerate(sheets(asked.seed, asked.count, asked.only)):
        file = f"{one.name}_{number}.{one.suffix}"
        (asked.out / file).write_bytes(one.data)
        truth.append(written(one, file))
    (asked.out / "truth.json").write_text(json.dumps(truth, indent=1))


if __name__ == "__main__":
    main()
