"""The first lines on the sides: at most four short sentences, harm first, and their figures as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corridor.report import words

LONGEST = 25
"""Words of a sentence here: what does not fit stands in the table below."""
LIMITS = "A point is one future in a hundred. “±” is one standard error: how far chance in the draws may move a figure."
"""What stands below the first lines, so that each of their figures is explained."""
PLAYED = (
    " What is said over all readings is worked out exactly, in {draws:,} draws of what the sides want, as if nobody "
    "went hungry or left; other figures are of days that were played."
)
"""What stands there too where the rest of the section is of days that were played."""
TOLD = {"offensive": "An offensive", "road_open": "An open road"}
"""Outcomes of the small table."""
EVENT = {"offensive": "an offensive", "road_open": "an open road", "settlement": "a settlement",
         "relief_stops": "a stop of all relief", "relief_in": "some relief", "way_out": "an open way out"}  # fmt: skip
"""Outcome -> what a sentence calls it."""


def first_lines(rivals: Mapping[str, Any]) -> list[str]:
    """Return at most four sentences on what the policies change.

    rivals : title (policy -> words), models (id -> words, the main one first), rows (of
        `analysis.sides.rivals.rivals`), claims (rows), hypotheses (rows), carried (says and paragraph of the argument
        on which the lower chance of an offensive hangs)
    """
    policies = _others(rivals)
    best = _best(rivals, policies)
    lines = (_harm(rivals, policies), _changes(rivals, policies, best), _hangs(rivals, policies, best), _limits(rivals))
    return [words.sentence(text) for text in lines if text]


def first_note(rivals: Mapping[str, Any], kind: str = "law") -> str:
    """Return what stands below the first lines: what readings are, what none of them holds, what the figures mean.

    kind : of the section, `law` or `paths`
    """
    names = [f"“{name}”" for name in rivals["models"].values()]
    readings = f"A reading is one account of what the sides want: {words.listed(names)}. "
    claims = rivals.get("claims", ())
    missing = sum(bool(row["unrepresented"]) for row in claims)
    are = "is" if missing == 1 else "are"
    left_out = f"{missing} of the article's {len(claims)} arguments {are} in none of the readings. " if claims else ""
    return readings + left_out + LIMITS + (PLAYED.format(draws=rivals["draws"]) if kind == "paths" else "")


def first_table(rivals: Mapping[str, Any]) -> dict[str, Any]:
    """Return what each policy changes over all readings: a row a policy, then hypotheses, in the main reading alone."""
    known = [outcome for outcome in TOLD if any(row["outcome"] == outcome for row in rivals["rows"])]
    rows = [
        (_title(rivals, policy)[1:-1], "", [_cell(signs_of(rivals, policy, outcome), outcome) for outcome in known])
        for policy in _others(rivals)
    ]
    for policy in dict.fromkeys(row["policy"] for row in rivals.get("hypotheses", ())):
        supposed = [row for row in rivals["hypotheses"] if row["policy"] == policy]
        cells = [_supposed([row for row in supposed if row["outcome"] == outcome]) for outcome in known]
        rows.append((_title(rivals, policy)[1:-1], "hypothesis, main reading only", cells))
    until = words.day(rivals["until"]) if rivals.get("until") else ""
    return {"columns": [(outcome, TOLD[outcome]) for outcome in known], "rows": rows, "until": until}


def signs_of(rivals: Mapping[str, Any], policy: str, outcome: str) -> list[Mapping[str, Any]]:
    """Return the rows of a policy and an outcome, one a model."""
    return [row for row in rivals["rows"] if row["policy"] == policy and row["outcome"] == outcome]


def agreed(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return the sign on which all models agree beyond their noise: -1, 1, or 0 where one differs or is unsure."""
    found = {row["sign"] for row in rows}
    return int(found.pop()) if len(found) == 1 else 0


def split(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether two models say the opposite of each other, each beyond its noise."""
    return {row["sign"] for row in rows} >= {-1, 1}


def _others(rivals: Mapping[str, Any]) -> list[str]:
    return [name for name in rivals["policies"] if name != rivals["reference"]]


def _best(rivals: Mapping[str, Any], policies: Sequence[str]) -> str:
    """Return the policy that lowers the chance of an offensive in every reading, by most where it lowers it least."""
    least = {p: max(row["change"] for row in rows) for p in policies if agreed(rows := _attack(rivals, p)) < 0}
    return min(least, key=lambda policy: least[policy]) if least else ""


def _harm(rivals: Mapping[str, Any], policies: Sequence[str]) -> str:
    """Return under which policy an offensive may become more likely, and whether readings contradict each other."""
    rows = {policy: _attack(rivals, policy) for policy in policies}
    harmful = [policy for policy in policies if rows[policy] and max(row["sign"] for row in rows[policy]) > 0]
    if not harmful:
        return "no reading makes an offensive more likely under any of these policies, beyond what chance would"
    always = [policy for policy in harmful if agreed(rows[policy])]
    worst = max(always or harmful, key=lambda policy: max(row["change"] for row in rows[policy]))
    title, span = _title(rivals, worst), _span(rows[worst])
    if split(rows[worst]):
        apart = "an offensive becomes less likely in one, more likely in another"
        return _shortest(
            f"readings contradict each other on {title}: {apart} ({span})",
            f"readings contradict each other on {title}: {span} in the chance of an offensive",
        )
    if always:
        told = f"{title} makes an offensive more likely in every reading"
    else:
        told = f"{title} may make an offensive more likely, depending on the reading"
    more = _more(len(always or [policy for policy in harmful if not split(rows[policy])]) - 1, may=not always)
    return _shortest(f"{told} ({span}){more}", f"{told} ({span})")


def _changes(rivals: Mapping[str, Any], policies: Sequence[str], best: str) -> str:
    """Return what the best policy changes for the better in every reading."""
    opens = [policy for policy in policies if agreed(signs_of(rivals, policy, "road_open")) > 0]
    if not best:
        told = "no policy makes an offensive less likely in every reading"
        return told + ("" if opens else ", and none opens the road more often in every reading")
    lowers = sum(agreed(_attack(rivals, policy)) < 0 for policy in policies)
    told = f"in every reading {_title(rivals, best)} makes an offensive less likely ({_span(_attack(rivals, best))})"
    road = " and an open road more likely" if best in opens else ""
    return _shortest(f"{told}{road}{_more(lowers - 1)}", f"{told}{road}", f"{told}{_more(lowers - 1)}", told)


def _hangs(rivals: Mapping[str, Any], policies: Sequence[str], best: str) -> str:
    """Return on which argument the policy that lowers an offensive most hangs in the main reading."""
    argument, main = rivals.get("carried", {}), next(iter(rivals["models"]), "")
    mine = [row for policy in policies for row in _attack(rivals, policy) if row["model"] == main and row["sign"] < 0]
    if not argument or not mine:
        return ""
    own = min(mine, key=lambda row: row["change"])["policy"]
    what = "this" if own == best else f"what {_title(rivals, own)} does"
    at = f"(paragraph {argument['paragraph']} of the article)"
    return _shortest(
        f"in the main reading {what} hangs on one argument {at}: {argument['says']}",
        f"in the main reading {what} hangs on one argument {at}",
    )


def _limits(rivals: Mapping[str, Any]) -> str:
    """Return what no model here can tell."""
    here = _attack(rivals, rivals["reference"])
    if not here:
        return ""
    low, high = (100 * value for value in (min(r["chance"] for r in here), max(r["chance"] for r in here)))
    span = f"{low:.0f} %" if round(low) == round(high) else f"{low:.0f} to {high:.0f} %"
    error = 100 * max(row["chance_error"] for row in here)
    return (
        f"no model here can tell how likely an offensive is: readings say {span} (±{error:.1f}) under "
        f"{_title(rivals, rivals['reference'])}"
    )


def _attack(rivals: Mapping[str, Any], policy: str) -> list[Mapping[str, Any]]:
    return signs_of(rivals, policy, "offensive")


def _more(count: int, *, may: bool = False) -> str:
    """Return how many other policies do so too, or may."""
    does, do = ("may", "may") if may else ("does", "do")
    return "" if count < 1 else f"; so {does} one other" if count == 1 else f"; so {do} {count} others"


def _shortest(*texts: str) -> str:
    """Return the first text that is short enough, the last where none is."""
    return next((text for text in texts if len(text.split()) <= LONGEST), texts[-1])


def _title(rivals: Mapping[str, Any], policy: str) -> str:
    return f"“{rivals['title'][policy]}”"


def _cell(rows: Sequence[Mapping[str, Any]], outcome: str) -> tuple[str, str]:
    """Return the change over the readings, and what they make of it together."""
    if not rows:
        return "–", ""
    signs, told = {row["sign"] for row in rows}, ("less likely", "more likely")
    if split(rows):
        verdict = "readings contradict each other"
    elif agreed(rows):
        verdict = f"{told[agreed(rows) > 0]} in every reading"
    elif signs == {0}:
        verdict = "no more than chance would"
    else:
        verdict = f"{told[1 in signs]} in some readings, unclear in others"
    return _span(rows), verdict


def _supposed(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """Return the change under a hypothesis, and the chance that it leads to."""
    if not rows:
        return "–", ""
    one = rows[0]
    told = f"{words.percent(one['chance'])} instead of {words.percent(one['chance'] - one['change'])}"
    return _span(rows), told if one["sign"] else "no more than chance would"


def _span(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the smallest and largest change over the models in points, with the largest error."""
    low, high = (100 * value for value in (min(row["change"] for row in rows), max(row["change"] for row in rows)))
    error = 100 * max(row["error"] for row in rows)

    def one(value: float) -> str:
        return f"{'+' if round(value) > 0 else '−' if round(value) < 0 else ''}{abs(value):.0f}"

    told = one(low) if one(low) == one(high) else f"{one(low)} to {one(high)}"
    return f"{told} points, ±{error:.1f}"
