"""The same policies under rival models of the sides: where they agree in sign, and where they do not.

One model is one analyst's reading. A difference between policies is a finding only where no rival
reading turns it round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from corridor.strategy import ActorsFile
from corridor.strategy.ask import chances, paired
from corridor.strategy.claims import LEAST, SURE, Claim, Memory, tried, without

SAME_POLICY: Mapping[str, str] = {
    "P0_no_us_action": "no_us_action", "P1_us_alone": "us_alone", "P2_us_with_russia": "us_with_russia",
    "P3_leverage": "leverage", "P4_leverage_and_coord": "leverage_with_russia",
    "P5_P4_tied_to_terms": "leverage_until_terms",
}  # fmt: skip
"""Policy of an older model -> the same under its name of today."""


def rivals(
    models: Mapping[str, tuple[ActorsFile, Mapping[str, Mapping[str, bool]]]], reference: str, policies: Sequence[str],
    outcomes: Sequence[str], *, draws: int = 256, seed: int = 1,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return rows of model, policy, outcome, chance, change, error, sign (-1, 0 where within the noise, 1).

    Parameters
    ----------
    models : name -> the model, and what each of its policies holds
    reference, policies : as the main model calls them
    outcomes : features; a model that does not know one is left out for it
    """
    rows = []
    for name, (content, held) in models.items():
        known = {SAME_POLICY.get(policy, policy): what for policy, what in held.items()}
        told = [outcome for outcome in outcomes if outcome in content.features]
        if not told or reference not in known:
            continue
        chosen = (reference, *(one for one in policies if one != reference and one in known))
        found = {policy: chances(content, known[policy], told, draws, seed) for policy in chosen}
        for row, outcome in enumerate(told):
            for policy in chosen:
                level = found[policy][row]
                change, error = paired(level, found[reference][row])
                sure = abs(change) > SURE * error and abs(change) >= LEAST
                rows.append(
                    {
                        "model": name,
                        "policy": policy,
                        "outcome": outcome,
                        "chance": float(level.mean()),
                        "chance_error": float(level.std() / np.sqrt(draws)),
                        "change": change,
                        "error": error,
                        "sign": int(np.sign(change)) if sure else 0,
                    }
                )
    return rows


def verdict(signs: Sequence[int]) -> str:
    """Return what rival models make of a difference: raises, lowers, disagree, or none."""
    found = {sign for sign in signs if sign}
    if len(found) > 1:
        return "disagree"
    if not found:
        return "none"
    return "raises" if found == {1} else "lowers"


def claim_rows(
    claims: Sequence[Claim],
    models: Mapping[str, ActorsFile],
    *,
    draws: int = 256,
    seed: int = 1,
    left_out: bool = False,
) -> list[dict[str, Any]]:
    """Return a row a claim: what each model makes of it, and what is left of it without what carries it.

    left_out : also try each claim in the models that hold it without the statements and stakes that carry it
    """
    rows = []
    memory: dict[str, Memory] = {name: {} for name in models}
    for claim in claims:
        row: dict[str, Any] = {
            "claim": claim.id, "says": claim.says, "said_by": claim.said_by, "unrepresented": claim.unrepresented,
        }  # fmt: skip
        for name, content in models.items():
            found = tried(content, claim, draws, seed, memory=memory[name])
            row[name] = {"verdict": found.verdict, "change": found.change, "error": found.error,
                         "held": bool(claim.held_by.get(name))}  # fmt: skip
            if left_out and claim.held_by.get(name) and claim.test is not None:
                gone = tried(without(content, claim.held_by[name]), claim, draws, seed)
                row[name]["without"] = gone.verdict
                row[name]["without_change"], row[name]["without_error"] = gone.change, gone.error
        rows.append(row)
    return rows
