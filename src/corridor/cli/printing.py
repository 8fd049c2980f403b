"""What commands print: JSON, a sentence, problems."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from corridor.core.errors import Problem


def print_json(value: object) -> None:
    """Print plain data as JSON."""
    print(json.dumps(value, indent=1, ensure_ascii=False, default=str, allow_nan=False))


def say(as_json: bool, facts: Mapping[str, object], sentence: str) -> None:
    """Print facts as JSON where asked, else a sentence."""
    if as_json:
        print_json(facts)
    else:
        print(sentence)


def complain(problems: Sequence[Problem]) -> None:
    """Print every problem to standard error, and as JSON where the command line asks for it."""
    if "--json" in sys.argv:
        print_json({"problems": [problem.as_dict() for problem in problems]})
    for problem in problems:
        print(problem.sentence(), file=sys.stderr)
    word = "problem" if len(problems) == 1 else "problems"
    print(f"{len(problems)} {word}; nothing was written", file=sys.stderr)
