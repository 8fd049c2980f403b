"""What commands print: JSON or a sentence, problems; all of it through the door of `say`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from corridor.cli.say import say, say_json
from corridor.core.errors import Problem


def tell(as_json: bool, facts: Mapping[str, object], sentence: str) -> None:
    """Print facts as JSON where asked, else a sentence."""
    if as_json:
        say_json(facts)
    else:
        say(sentence)


def complain(problems: Sequence[Problem], *, kept: bool = False) -> None:
    """Print every problem to standard error, and as JSON where the command line asks for it.

    kept : whether something may have been written before it was met
    """
    if "--json" in sys.argv:
        say_json({"problems": [problem.as_dict() for problem in problems]})
    for problem in problems:
        say(problem.sentence(), err=True)
    word = "problem" if len(problems) == 1 else "problems"
    ending = "what was finished before is kept" if kept else "nothing was written"
    say(f"{len(problems)} {word}; {ending}", err=True)


SHOWN = 5
"""warnings of a folder that other commands than `check` print"""


def warn(case: str) -> None:
    """Print what is odd about a folder that is played, a line each, to standard error."""
    from corridor.scenario import remarks

    warnings = [remark for remark in remarks(case) if remark.level == "warning"]
    for remark in warnings[:SHOWN]:
        say(remark.sentence(), err=True)
    if len(warnings) > SHOWN:
        say(f"and {len(warnings) - SHOWN} more warnings: corridor check {case}", err=True)
