"""A small synthetic conflict over the gate of `small`: three sides, five options, a block, an attack, a settlement."""

from __future__ import annotations

import copy
from typing import Any

from corridor.scenario.model import ActorPolicy, Scenario
from small import small

SIDES: dict[str, Any] = {
    "meta": {"id": "gate", "title": "The gate", "status_quo": {"block": 1}},
    "actors": {
        "KEEPER": {"name": "Keeper", "rate": 1.5, "options": ["block", "attack", "sign"]},
        "TOWN": {"name": "Town", "rate": 1.0, "options": ["accept"]},
        "OUTSIDER": {"name": "Outsider", "rate": 0.5, "options": ["press"]},
    },
    "options": {
        "block": {"text": "keep the gate shut", "reversible": True},
        "attack": {"text": "attack", "reversible": False},
        "sign": {"text": "sign terms", "reversible": True},
        "accept": {"text": "accept terms", "reversible": True},
        "press": {"text": "press the keeper", "reversible": True},
    },
    "infeasible": [{"attack": 1, "sign": 1}],
    "features": {
        "road_open": "!block & !attack",
        "offensive": "attack",
        "settlement": "sign & accept & !block",
        "punished": "press & (block | attack)",
    },
    "preferences": {
        "KEEPER": [
            {"id": "K1", "wants": "!punished", "evidence": "minutes", "strength": 0.4},
            {"id": "K2", "wants": "accept", "evidence": "letter", "strength": 0.6},
            {"id": "K3", "wants": "block | attack", "evidence": "speech", "strength": 0.6},
            {"id": "K4", "wants": "attack", "evidence": "troops", "strength": 0.2},
        ],
        "TOWN": [
            {"id": "T1", "wants": "road_open", "evidence": "petition", "strength": 0.8, "feedback": 1},
            {"id": "T2", "wants": "sign if accept", "evidence": "petition", "strength": 0.6},
            {"id": "T3", "wants": "!accept", "evidence": "vote", "strength": 0.5},
        ],
        "OUTSIDER": [
            {"id": "O1", "wants": "!attack", "evidence": "statement", "strength": 0.7},
            {"id": "O2", "wants": "press iff block", "evidence": "statement", "strength": 0.5},
        ],
    },
    "packages": [
        {"id": "deal", "members": ["KEEPER", "TOWN"], "set": {"sign": 1, "accept": 1, "block": 0},
         "rate_per_week": 0.4, "rate_multiplier": {"press": 2.0}},
    ],
    "effects": [
        {"id": "shut", "when": "block | attack", "set": {"links.gate.regime": "closed"}},
        {"id": "clear", "when": "road_open", "set": {"links.gate.regime": "open"}},
        {"id": "loss", "when": "attack", "set": {"release": True, "violence": "offensive"}},
    ],
}  # fmt: skip

ALONE = ActorPolicy(id="alone", title="Nobody presses", fixes={"press": False})
PRESSED = ActorPolicy(id="pressed", title="The keeper is pressed", fixes={"press": True})


def sides(**changes: Any) -> dict[str, Any]:
    """Return the model with top-level entries replaced."""
    return {**copy.deepcopy(SIDES), **changes}


def certain(**changes: Any) -> dict[str, Any]:
    """Return the model in which all futures want and choose in the same way, without foresight."""
    priors = {
        "rank_noise": {"floor": 0.0, "slope": 0.0}, "lambda": {"median": 8.0, "sd_log": 0.0}, "inertia": {"sd": 0.0},
        "irreversible_cost": {"sd": 0.0}, "foresight_h": {"values": [0], "probs": [1.0]}, "rate_sd_log": 0.0,
    }  # fmt: skip
    return sides(priors=priors, **changes)


def conflict(
    data: dict[str, Any] | None = None, policies: tuple[ActorPolicy, ...] = (ALONE, PRESSED), **world: Any
) -> Scenario:
    """Return the small world with the conflict in it. The gate is open on as_of unless `regime` says otherwise."""
    return small(**world).model_copy(update={"actors": data or sides(), "actor_policies": policies})
