"""Read how uncertain preferences and choices are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from corridor.core.spots import Spot
from corridor.strategy.model.actors_file import Priors
from corridor.strategy.model.desk import Desk

_KEYS = (
    "rank_noise", "weights", "lambda", "inertia", "irreversible_cost", "foresight_h", "patience_gamma",
    "rate_sd_log", "feedback", "evidence", "note",
)  # fmt: skip
WIDE, SHARP, LOG_WIDE = 1e3, 1e6, 20.0
"""largest spread of a want, sharpness of a choice, and spread of a logarithm: e to the 20th is half a milliard"""
_NUMBER = r"([0-9]+(?:\.[0-9]*)?)"
_NOISE = re.compile(rf"\s*{_NUMBER}\s*\+\s*{_NUMBER}\s*\*\s*\(\s*1\s*-\s*strength\s*\)\s*$")


@dataclass(frozen=True)
class Feedback:
    """Whose weights grow with deprivation, and by how much (sd of the half-normal factor; None: as usual)."""

    statements: frozenset[str]
    sd: float | None


def read_feedback(desk: Desk, link: Mapping[str, Spot], known: list[str]) -> Feedback:
    """Return the feedback of `humanitarian_link`: a mapping, or a sentence that names the statements.

    In a sentence every declared statement id counts, and `HalfNormal(x)` gives the spread.
    """
    spot = link.get("feedback")
    if spot is None:
        return Feedback(frozenset(), None)
    if isinstance(spot.value, dict):
        entry = desk.mapping(spot, ("statements", "sd", "evidence", "note"))
        chosen = desk.sequence(entry.get("statements"))
        found = {desk.text(item) for item in chosen if desk.known(item, desk.text(item), known, "statement")}
        return Feedback(frozenset(found), desk.number(entry.get("sd"), 0.5, 0.0, WIDE))
    text = desk.text(spot)
    spread = re.search(rf"HalfNormal\(\s*{_NUMBER}\s*\)", text)
    words = set(re.findall(r"[\w.-]+", text))
    return Feedback(frozenset(words & set(known)), desk.told(spot, spread.group(1), WIDE) if spread else None)


def read_priors(desk: Desk, top: Mapping[str, Spot], feedback: Feedback) -> tuple[Priors, bool]:
    """Return the priors of a file, and whether lambda stands beside the scale of utility it belongs to."""
    usual = Priors() if feedback.sd is None else Priors(feedback_sd=feedback.sd)
    entry = desk.mapping(top.get("priors"), _KEYS)
    if not entry:
        return usual, True

    def part(key: str, *fields: str) -> dict[str, Spot]:
        return desk.mapping(entry.get(key), ("kind", "evidence", "note", *fields))

    floor, slope = usual.rank_floor, usual.rank_slope
    noise = part("rank_noise", "sd", "floor", "slope")
    if "sd" in noise:
        match = _NOISE.match(desk.text(noise["sd"]))
        if match is None:
            desk.problem(noise["sd"], "cannot be read", 'write "0.6 + 3.0*(1-strength)", or give floor and slope')
        else:
            floor, slope = (desk.told(noise["sd"], match.group(i), WIDE) for i in (1, 2))
    floor, slope = (desk.number(noise.get(key), held, 0.0, WIDE) for key, held in (("floor", floor), ("slope", slope)))
    weights = part("weights")
    lottery = part("lambda", "median", "sd_log", "scale")
    sight = part("foresight_h", "values", "probs")
    steps = tuple(desk.whole(spot, 0, 0, 2) for spot in desk.sequence(sight.get("values"))) or usual.foresight
    shares = tuple(desk.number(spot, 0, 0, 1) for spot in desk.sequence(sight.get("probs"))) or usual.foresight_share
    if len(steps) != len(shares) or abs(sum(shares) - 1.0) > 1e-9:
        desk.problem(entry.get("foresight_h", top["priors"]), "values and probs must match, and probs sum to 1")
    patience = part("patience_gamma", "a", "b")
    priors = Priors(
        floor,
        slope,
        desk.number(lottery.get("median"), usual.lambda_median, 0.0, SHARP),
        desk.number(lottery.get("sd_log"), usual.lambda_sd_log, 0.0, LOG_WIDE),
        desk.number(part("inertia", "sd").get("sd"), usual.inertia_sd, 0.0, WIDE),
        desk.number(part("irreversible_cost", "sd").get("sd"), usual.irreversible_sd, 0.0, WIDE),
        steps,
        shares,
        desk.number(patience.get("a"), usual.patience_a, 1e-6, WIDE),
        desk.number(patience.get("b"), usual.patience_b, 1e-6, WIDE),
        desk.number(entry.get("rate_sd_log"), usual.rate_sd_log, 0.0, LOG_WIDE),
        usual.feedback_sd,
    )
    return priors, "lambda" not in entry or "scale" in lottery or bool(weights)
