"""The first lines on the sides: at most four sentences, harm first, nothing in words that noise or a rival denies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corridor.report import words

HARMS = ("offensive",)
"""Outcomes of which less is better, told first."""
NAMES = {"offensive": "an offensive", "road_open": "an open road", "settlement": "a settlement"}


def first_lines(rivals: Mapping[str, Any]) -> list[str]:
    """Return at most four sentences on what the policies change.

    rivals : title (policy -> words), models (id -> words), rows (of `analysis.sides.rivals.rivals`), claims (rows),
        hypotheses (rows of policies that assume what others do), main (the model whose numbers are told)
    """
    rows = rivals["rows"]
    policies = [name for name in rivals["policies"] if name != rivals["reference"]]
    said = [text for text in (_harm(rivals, policies), _help(rivals, policies), _supposed(rivals)) if text]
    said.append(_limits(rivals, rows))
    return said


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
    harmful, disputed = [], []
    for policy in policies:
        rows = signs_of(rivals, policy, "offensive")
        if split(rows):
            disputed.append(_title(rivals, policy))
        elif rows and max(row["sign"] for row in rows) > 0:
            harmful.append(f"{_title(rivals, policy)} ({_span(rows)})")
    parts = []
    if disputed:
        parts.append(
            f"whether {_listed(disputed)} makes an offensive more or less likely depends on whose reading one follows"
        )
    if harmful:
        parts.append(f"an offensive may become more likely under {_listed(harmful)}")
    if not parts:
        parts.append("no reading makes any of these policies raise the chance of an offensive beyond the noise")
    return words.sentence("; ".join(parts))


def _help(rivals: Mapping[str, Any], policies: Sequence[str]) -> str:
    parts = []
    for outcome, sign, verb in (
        ("offensive", -1, "makes an offensive less likely"),
        ("road_open", 1, "opens the road more often"),
    ):
        good = {p: signs_of(rivals, p, outcome) for p in policies}
        good = {p: rows for p, rows in good.items() if rows and agreed(rows) == sign}
        if good:
            best = max(good, key=lambda p: min(sign * row["change"] for row in good[p]))
            parts.append(f"{_title(rivals, best)} {verb} in every reading ({_span(good[best])})")
        else:
            parts.append(f"no policy {verb} in every reading")
    claims = rivals.get("carried", "")
    return words.sentence(
        " and ".join(parts) + (f"; the lower chance of an offensive hangs on {claims}" if claims else "")
    )


def _supposed(rivals: Mapping[str, Any]) -> str:
    rows = [row for row in rivals.get("hypotheses", ()) if row["outcome"] == "offensive" and row["sign"] < 0]
    if not rows:
        return ""
    best = min(rows, key=lambda row: row["change"])
    plain = signs_of(rivals, rivals["reference"], "offensive")[0]["chance"]
    text = (
        f"as a supposition, not a policy: {_lower(rivals['title'][best['policy']])}, the chance of an offensive falls "
    )
    text += f"from {words.percent(plain)} to {words.percent(best['chance'])} in the main reading "
    text += f"(±{_tenths(best['error'])} points)"
    return words.sentence(text)


def _limits(rivals: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    levels = [row["chance"] for row in rows if row["policy"] == rivals["reference"] and row["outcome"] == "offensive"]
    text = (
        f"how likely an offensive is at all no model here can tell ({words.span(min(levels), max(levels), '1')})"
        if levels
        else ""
    )
    claims = rivals.get("claims", ())
    if claims:
        missing = sum(bool(row["unrepresented"]) for row in claims)
        text += f", and {missing} of the article's {len(claims)} arguments are in none of the models"
    return words.sentence(text)


def _title(rivals: Mapping[str, Any], policy: str) -> str:
    return f"“{rivals['title'][policy]}”"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _listed(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _tenths(share: float) -> str:
    return f"{100 * share:.1f}"


def _span(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the smallest and largest change over the models in points, with the largest error."""
    low, high = (100 * value for value in (min(row["change"] for row in rows), max(row["change"] for row in rows)))
    error = 100 * max(row["error"] for row in rows)

    def one(value: float) -> str:
        return f"{'+' if round(value) > 0 else '−' if round(value) < 0 else ''}{abs(value):.0f}"

    told = one(low) if one(low) == one(high) else f"{one(low)} to {one(high)}"
    return f"{told} points, ±{error:.1f}"
