"""Write docs/unsaid.md: what stands for everything that a folder does not say, from the declarations themselves.

python tools/unsaid.py            prints the page
python tools/unsaid.py --write    writes it
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from reference import number, table

from corridor.rules import PARAMETERS, RULES
from corridor.scenario.groups import groups
from corridor.tables.folder import TABLES
from corridor.tables.parameter import Parameter

PAGE = Path(__file__).parents[1] / "docs" / "unsaid.md"
EMPTY = "none"
HEAD = """# What the model does with what you did not say

`python tools/unsaid.py --write` makes this page from the declarations; change nothing here by hand.

A folder that says little is played all the same. Each number that it leaves out is drawn in every future from the
range below, so that what is not known widens the answer; a number without a range is a switch or a convention, and
stays. `parameters` of `scenario.yaml` replaces any of them with a sourced number of the case, `bodies: GROUP` those
of the last table, and `corridor audit CASE` lists which defaults a case rests on.

**Say these first.** They carry most of an answer on hunger: who lives there (`population`), what lies in store and
what comes in (`stocks.csv`, `pipelines.csv`), what is grown and kept there (`outputs.csv`, `livestock.csv`: nothing
where empty), who gets what comes as aid (`rations.csv`, `forces_share`; where nothing is said some are left out and a
part goes astray: `rations.aid_spread`, `rations.aid_astray`), and what nobody counts (`porosity`, or `extra` where a
source says all that was found). What nobody counts is no small correction: in most sieges on record it was a quarter to
a half of what people ate, and a town whose folder says nothing of it is played over the whole of that range.
"""


def span(q: Parameter) -> str:
    """Return the range in which a parameter is drawn, in words of its distribution."""
    if q.low == q.high:
        return "not drawn"
    ends = f"{number(q.low)} to {number(q.high)}"
    return f"{ends} (all alike)" if q.dist == "uniform" else ends


def numbers(process: str) -> str:
    """Return the table of the parameters of a process, each once."""
    found = {q.name: q for rule in RULES[process].values() for q in rule.parameters}
    rows = [
        (f"`{q.name}`", q.meaning, number(q.default), span(q), q.unit, q.source)
        for q in found.values() if q.name.startswith(f"{process}.")
    ]  # fmt: skip
    return table(("parameter", "is", "default", "range", "unit", "source"), rows) if rows else ""


def columns() -> Iterable[tuple[str, ...]]:
    """Yield every column for a number that may stay empty, with what then stands."""
    for one in TABLES.values():
        for field in one.fields:
            if field.kind in ("quantity", "number") and field.column and not field.required:
                default = EMPTY if field.default is None else number(field.default) or "without limit"
                yield f"`{one.name}.csv`", f"`{field.name}`", field.meaning, default, field.unit


def page() -> str:
    """Return the page."""
    out = [HEAD, "## Numbers of the rules", ""]
    out.append(
        "Where a range is given, one draw in ten lies outside it; those marked *all alike* have no draw outside.\n"
    )
    for process in RULES:
        told = numbers(process)
        out += [f"### {process}\n", told] if told else []
    out += ["## Columns left empty", "", table(("table", "column", "holds", "empty means", "unit"), columns())]
    out += ["## Groups of countries", "", "What `bodies: GROUP` puts in the place of the world's numbers above.\n"]
    rows = []
    for group, named in groups().items():
        for name, (q, source) in named.items():
            ends = f"{number(q.low)} to {number(q.high)}"
            rows.append((f"`{group}`", f"`{name}`", number(q.value), ends, PARAMETERS[name].unit, source))
    out.append(table(("group", "parameter", "default", "range", "unit", "source"), rows))
    return "\n".join(out).rstrip() + "\n"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        PAGE.write_text(page(), encoding="utf-8")
    else:
        print(page(), end="")
