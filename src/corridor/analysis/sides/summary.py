"""A law of choices as plain data: what the report and `--json` show. Every share is 0 to 1, every difference too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from corridor.analysis.sides.law import AS_GIVEN, STRUCTURES, Floats, Law, above_chance, choosing, hinges
from corridor.analysis.sides.words import OUTCOMES, Told, way_of_choosing
from corridor.strategy import Contrast

SAME = 0.01
"""Probabilities closer than this count as equal: a draw is better or worse only beyond it."""
HINGES = 3
"""Statements named for each answer."""
SURE = 3.0
"""Standard errors that a contrast must exceed to be named; they are picked from some fifty."""

Words = Mapping[str, tuple[str, bool | None]]
"""Outcome -> what it says, whether more of it is better (None: neither)."""


def summary(law: Law, told: Told, outcomes: Words = OUTCOMES, weeks: Sequence[int] = (4,)) -> dict[str, Any]:
    """Return the law as plain data; its form is described in `corridor.report.sections.sides`.

    Parameters
    ----------
    law : of `choice_law`, with at least the structure `as_given`
    told : the words
    outcomes : what each outcome of the law says and whether more of it is better
    weeks : at which levels are given besides the last
    """
    last = law.chances[AS_GIVEN].shape[-1] - 1
    dates = sorted({*(week for week in weeks if week < last), last})
    counts = zip(law.policies, law.states, strict=True)
    return {
        **told.about(),
        "kind": "law",
        "dates": [{"key": str(week), "date": _after(told.as_of, week)} for week in dates],
        "futures": int(law.chances[AS_GIVEN].shape[1]),
        "same": SAME,
        "reference": law.policies[0],
        "policies": [{"id": name, "states": count, **told.policies[name]} for name, count in counts],
        "outcomes": [{"id": name, "says": outcomes[name][0], "good": outcomes[name][1]} for name in law.outcomes],
        "level": {p: {o: _level(law, p, o, dates) for o in law.outcomes} for p in law.policies},
        "change": {p: {o: _change(law, p, o, outcomes[o][1]) for o in law.outcomes} for p in law.policies[1:]},
        "lasting": _lasting(law),
        "structures": [
            {
                "id": name,
                "title": STRUCTURES[name][0],
                "level": {p: {o: float(law.level(p, o, -1, name).mean()) for o in law.outcomes} for p in law.policies},
            }
            for name in law.chances
        ],
        "hinges": [hinge for p, o in _asked(law, told) for hinge in _hinges(law, p, o, told)],
        "people": None,
        "lasts": {p: {o: _lasts(law, i, j) for j, o in enumerate(law.outcomes)} for i, p in enumerate(law.policies)},
        "rivals": None,
    }


def _lasts(law: Law, policy: int, outcome: int) -> dict[str, float]:
    """Return what "ever" hides: chance of holding at the end, of having held and not holding then, and mean weeks."""
    now, ever = law.now[policy, :, outcome], law.chances[AS_GIVEN][policy, :, outcome, -1]
    over = ever - now[:, -1]
    return {
        "end": float(now[:, -1].mean()),
        "end_error": float(now[:, -1].std() / np.sqrt(max(1, now.shape[0]))),
        "over": float(over.mean()),
        "weeks": float(now[:, 1:].sum(axis=1).mean()),
    }


def _after(as_of: date | None, week: int) -> str:
    return (as_of + timedelta(weeks=week)).isoformat() if as_of else ""


def _between(values: list[float]) -> list[float] | None:
    return [min(values), max(values)] if len(values) > 1 else None


def _level(law: Law, policy: str, outcome: str, dates: Sequence[int]) -> dict[str, Any]:
    final = law.level(policy, outcome)
    return {
        "by": {str(week): float(law.level(policy, outcome, week).mean()) for week in dates},
        "error": float(final.std() / np.sqrt(final.size)),
        "low_80": float(np.quantile(final, 0.1)),
        "high_80": float(np.quantile(final, 0.9)),
        "between": _between([float(law.level(policy, outcome, -1, name).mean()) for name in law.chances]),
    }


def _change(law: Law, policy: str, outcome: str, good: bool | None) -> dict[str, Any]:
    value: Floats = law.change(policy, outcome)
    toward = value if good else -value  # of an outcome that is neither good nor bad nothing is better
    return {
        "mean": float(value.mean()),
        "error": float(value.std() / np.sqrt(value.size)),
        "low_80": float(np.quantile(value, 0.1)),
        "high_80": float(np.quantile(value, 0.9)),
        "better": None if good is None else float((toward > SAME).mean()),
        "worse": None if good is None else float((toward < -SAME).mean()),
        "between": _between([float(law.change(policy, outcome, -1, name).mean()) for name in law.chances]),
    }


def _lasting(law: Law) -> dict[str, dict[str, float]] | None:
    """Return policy -> outcome -> share of draws with a lasting state that has it; None where nobody asked."""
    if np.isnan(law.lasting).all():
        return None
    rows = zip(law.policies, law.lasting.tolist(), strict=True)
    return {policy: dict(zip(law.outcomes, row, strict=True)) for policy, row in rows}


def _asked(law: Law, told: Told) -> list[tuple[str, str]]:
    """Return whose hinges are named: each outcome under the first policy, and its largest change by a main one."""
    asked = []
    for outcome in law.outcomes:
        asked.append((law.policies[0], outcome))
        main = [name for name in law.policies[1:] if told.policies[name].get("main", True)]
        moves = {name: abs(float(law.change(name, outcome).mean())) for name in main}
        strongest = max(moves, key=lambda name: moves[name], default="")
        if strongest and moves[strongest] > SAME:
            asked.append((strongest, outcome))
    return asked


def _hinges(law: Law, policy: str, outcome: str, told: Told) -> list[dict[str, Any]]:
    """Return what moves an answer most, statements before ways of choosing; only beyond what chance gives to any."""
    sure = {path.rpartition(".")[2] for path in above_chance(law, policy, outcome)}
    wants = [one for one in hinges(law, policy, outcome)[:HINGES] if _moves(one) and one.statement in sure]
    ways = [one for one in choosing(law, policy, outcome)[:HINGES] if _moves(one)]
    said = [
        *((one, {"statement": one.statement, **told.statements[one.statement]}) for one in wants),
        *((one, {"statement": "", **way_of_choosing(one.statement, told)}) for one in ways),
    ]
    of = "level" if policy == law.policies[0] else "change"
    return [
        {"policy": policy, "outcome": outcome, "of": of, **words, "low": one.low, "high": one.high, "error": one.error}
        for one, words in said
    ]


def _moves(one: Contrast) -> bool:
    return abs(one.difference) >= max(SAME, SURE * one.error)
