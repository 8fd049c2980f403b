"""The first lines on the sides: at most four sentences, harm first, nothing in words that noise or a rival denies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corridor.report import words

LIMITS = "A point is one future in a hundred. “±” is one standard error: how far chance in the draws may move a figure."
"""What stands below the first lines, so that each of their figures is explained."""


def first_lines(rivals: Mapping[str, Any]) -> list[str]:
    """Return at most four sentences on what the policies change.

    rivals : title (policy -> words), models (id -> words), rows (of `analysis.sides.rivals.rivals`), claims (rows),
        carried (the argument on which the lower chance of an offensive hangs); the first model is the main one
    """
    policies = [name for name in rivals["policies"] if name != rivals["reference"]]
    lines = (_harm(rivals, policies), _changes(rivals, policies), _hangs(rivals, policies), _limits(rivals))
    return [text for text in lines if text]


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


def _harm(rivals: Mapping[str, Any], policies: Sequence[str]) -> str:
    """Return under which policies an offensive may become more likely, and where readings contradict each other."""
    harmful, disputed = [], []
    for policy in policies:
        rows = signs_of(rivals, policy, "offensive")
        if split(rows):
            disputed.append(policy)
        elif rows and max(row["sign"] for row in rows) > 0:
            harmful.append(policy)
    parts = []
    if harmful:
        parts.append(f"an offensive may become more likely under {_told(rivals, harmful, 'offensive')}")
    if disputed:
        parts.append(f"the readings contradict each other on an offensive under {_told(rivals, disputed, 'offensive')}")
    if not parts:
        parts.append("no reading makes an offensive more likely under any of these policies, beyond what chance does")
    return words.sentence("; ".join(parts))


def _changes(rivals: Mapping[str, Any], policies: Sequence[str]) -> str:
    """Return what each policy changes for the better in every reading, and which change nothing that can be told."""
    parts, changed = [], set()
    for outcome, sign, says, none in (
        ("offensive", -1, "an offensive becomes less likely", "makes an offensive less likely"),
        ("road_open", 1, "the road opens more often", "opens the road more often"),
    ):
        good = [p for p in policies if (rows := signs_of(rivals, p, outcome)) and agreed(rows) == sign]
        changed |= {*good, *(p for p in policies if any(row["sign"] for row in signs_of(rivals, p, outcome)))}
        unsure = [p for p in policies if outcome == "offensive" and _unsure(signs_of(rivals, p, outcome), sign)]
        told = f"{says} in every reading under {_told(rivals, good, outcome)}"
        parts.append(told if good else f"no policy {none} in every reading")
        if unsure:
            parts.append(f"some readings do, and some cannot tell it from chance, for {_told(rivals, unsure, outcome)}")
    same = [policy for policy in policies if policy not in changed]
    if same:
        parts.append(f"{words.listed([_title(rivals, p) for p in same])} {_none(same)} by more than chance would")
    return words.sentence("; ".join(parts))


def _unsure(rows: Sequence[Mapping[str, Any]], sign: int) -> bool:
    """Return whether some readings say so beyond their noise, and the others cannot tell."""
    return {row["sign"] for row in rows} == {0, sign}


def _none(policies: Sequence[str]) -> str:
    return "changes neither" if len(policies) == 1 else "change neither"


def _hangs(rivals: Mapping[str, Any], policies: Sequence[str]) -> str:
    """Return on which argument the policy that lowers an offensive most hangs in the main reading."""
    argument = rivals.get("carried", "")
    main = next(iter(rivals["models"]), "")
    mine = [row for policy in policies for row in signs_of(rivals, policy, "offensive") if row["model"] == main]
    own = [row for row in mine if row["sign"] < 0]
    if not argument or not own:
        return ""
    best = min(own, key=lambda row: row["change"])
    return words.sentence(
        f"that {_title(rivals, best['policy'])} lowers the chance of an offensive in the main reading "
        f"({_span([best])}) hangs on {argument}"
    )


def _limits(rivals: Mapping[str, Any]) -> str:
    """Return what no model here can tell."""
    here = [r for r in rivals["rows"] if (r["policy"], r["outcome"]) == (rivals["reference"], "offensive")]
    parts = []
    if here:
        span = words.span(min(row["chance"] for row in here), max(row["chance"] for row in here), "1")
        error = 100 * max(row["chance_error"] for row in here)
        parts.append(
            "how likely an offensive is at all no model here can tell: under "
            f"{_title(rivals, rivals['reference'])} the readings say {span} (±{error:.1f} points)"
        )
    claims = rivals.get("claims", ())
    if claims:
        missing = sum(bool(row["unrepresented"]) for row in claims)
        are = "is" if missing == 1 else "are"
        parts.append(f"{missing} of the article's {len(claims)} arguments {are} in none of them")
    return words.sentence(", and ".join(parts))


def _told(rivals: Mapping[str, Any], policies: Sequence[str], outcome: str) -> str:
    """Return policies with the smallest and largest change over the readings, "and" before the last."""
    return words.listed([f"{_title(rivals, p)} ({_span(signs_of(rivals, p, outcome))})" for p in policies])


def _title(rivals: Mapping[str, Any], policy: str) -> str:
    return f"“{rivals['title'][policy]}”"


def _span(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the smallest and largest change over the models in points, with the largest error."""
    low, high = (100 * value for value in (min(row["change"] for row in rows), max(row["change"] for row in rows)))
    error = 100 * max(row["error"] for row in rows)

    def one(value: float) -> str:
        return f"{'+' if round(value) > 0 else '−' if round(value) < 0 else ''}{abs(value):.0f}"

    told = one(low) if one(low) == one(high) else f"{one(low)} to {one(high)}"
    return f"{told} points, ±{error:.1f}"
