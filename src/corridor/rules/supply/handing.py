"""Handing out: who gets what of the goods that lie in a home today.

Without rations by group everybody is meant to get the planned share of normal use. With them a group is meant to get
what it was allotted of a good, or so many kcal of any food, and everybody else the planned share. Forces eat first;
where the rest does not suffice it is shared in proportion to what each was meant to get. Nothing is handed out twice,
and what is not handed out spoils by its rate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.rules.base import Bytes, Floats, Ints

FORCES, CHILDREN, ALL = 0, 4, 5
"""Places of these groups along the dimension `group`; ALL is everybody in no other group."""

CHILD_NEED = 0.74
"""Need of a child of 0-9 years over the mean need: UNHCR/UNICEF/WFP/WHO planning table, 1,562 of 2,100 kcal/day."""


class Goods(NamedTuple):
    """What lies in the homes today; (home, commodity, future)."""

    stock: Floats
    """t at the start of the day"""
    delivered: Floats
    """t/day"""
    produced: Floats
    """t/day"""
    sent: Floats
    """t/day"""
    burned: Floats
    """t/day of fuel of lorries"""


class Terms(NamedTuple):
    """What holds for everybody."""

    need: Floats
    """(commodity, future) t/person/day of normal use today; in the cold people need more food"""
    usual: Floats
    """(commodity, future) t/person/day of normal use at 20 °C, which rations are a share of"""
    coupon: Floats
    """(commodity, future) t/person/day handed out at most, infinity without coupons"""
    lapse: bool
    """whether coupons lapse where normal use is planned"""
    spoilage: Floats
    """(commodity,) share/day"""
    energy: Floats
    """(commodity,) kcal/t, 0 for what is not food"""
    food: Bytes
    """(commodity,) 1 for what is eaten"""


class Groups(NamedTuple):
    """Rations by group."""

    share: Floats
    """(home, group, future) share of the people there"""
    allotted: Floats
    """(home, group, good, future) t/person/day, the last good kcal/person/day; not a number where none is given"""
    promised: Floats
    """the same before what is honoured"""
    pot: Floats
    """(future,) people whose rations go into one pot"""


class Handed(NamedTuple):
    """What is written; (home, commodity, future)."""

    used: Floats
    """t/day"""
    spoiled: Floats
    """t/day"""
    ration: Floats
    """share of normal use really handed out, at most 1; 1 where nobody needs any"""


class Told(NamedTuple):
    """What is written about groups; (home, future)."""

    cv: Floats
    """coefficient of variation between households of the energy handed out, a child's measured by a child's need"""
    kcal: Floats
    """kcal/person/day promised, mean over those who have a ration; 0 without any"""


@kernel
def hand_out(goods: Goods, people: Ints, terms: Terms, planned: Floats, handed: Handed) -> None:
    """Hand out today's goods to everybody alike and let the rest spoil.

    Parameters
    ----------
    people : (home, future) persons
    planned : (home, commodity, future) share of normal use that is meant to be handed out; 1 for what people need today
    """
    stock, delivered, produced, sent, burned = goods.stock, goods.delivered, goods.produced, goods.sent, goods.burned
    need, usual, coupon, spoilage = terms.need, terms.usual, terms.coupon, terms.spoilage
    used, spoiled, ration = handed.used, handed.spoiled, handed.ration
    for h in range(stock.shape[0]):
        for c in range(stock.shape[1]):
            for f in range(stock.shape[2]):
                hand = stock[h, c, f] + delivered[h, c, f] + produced[h, c, f] - sent[h, c, f] - burned[h, c, f]
                hand = max(0.0, hand)
                want = people[h, f] * usual[c, f]
                # what is rationed is so many grams, in the cold too; what is not, is what people need today
                meant = people[h, f] * need[c, f] if planned[h, c, f] >= 1.0 else planned[h, c, f] * want
                limited = not terms.lapse or planned[h, c, f] < 1.0
                if people[h, f] > 0 and limited:  # nobody times no limit is not a number
                    meant = min(meant, people[h, f] * coupon[c, f])
                used[h, c, f] = min(hand, meant)
                spoiled[h, c, f] = spoilage[c] * (hand - used[h, c, f])
                ration[h, c, f] = min(1.0, used[h, c, f] / want) if want > 1e-12 else 1.0


@kernel
def size_groups(share: Floats, allotted: Floats, extra: Floats, size: Floats) -> None:
    """Write the share of people in each group: (home, group + 1, future), the last are those in no group.

    Shares that pass 1 are cut in proportion; `all` takes what is left where it has a ration or finds something.
    """
    homes, groups, futures = share.shape
    for h in range(homes):
        for f in range(futures):
            listed = 0.0
            for g in range(ALL):
                listed += share[h, g, f]
            for g in range(ALL):
                size[h, g, f] = share[h, g, f] / max(1.0, listed)
            rest = max(0.0, 1.0 - listed)
            named = not np.isnan(extra[h, ALL, f])
            for c in range(allotted.shape[2]):
                named = named or not np.isnan(allotted[h, ALL, c, f])
            size[h, ALL, f] = rest if named else 0.0
            size[h, groups, f] = 0.0 if named else rest


@kernel
def meant_for(allotted: Floats, h: int, g: int, c: int, f: int, plan: float, eaten: int) -> float:
    """Return what each of a group is meant to get of a good: t/person/day; kcal/person/day for the last good.

    plan : what those get for whom nothing is allotted; eaten : whether it is food, which a ration of kcal replaces
    """
    groups, kcal = allotted.shape[1], allotted.shape[2] - 1
    if g == groups:
        return plan
    if not np.isnan(allotted[h, g, c, f]):
        return float(allotted[h, g, c, f])
    return 0.0 if eaten and not np.isnan(allotted[h, g, kcal, f]) else plan


@kernel
def hand_out_by_group(
    goods: Goods, people: Ints, terms: Terms, planned: Floats, groups: Groups, size: Floats, handed: Handed, told: Told
) -> None:
    """Hand out today's goods group by group, forces first, and let the rest spoil.

    Parameters
    ----------
    people, planned : as in `hand_out`
    size : (home, group + 1, future) from `size_groups`
    """
    stock, delivered, produced, sent, burned = goods.stock, goods.delivered, goods.produced, goods.sent, goods.burned
    need, usual, coupon, spoilage = terms.need, terms.usual, terms.coupon, terms.spoilage
    energy, food = terms.energy, terms.food
    allotted, used, spoiled, ration = groups.allotted, handed.used, handed.spoiled, handed.ration
    homes, many, futures = stock.shape
    everybody = size.shape[1]
    meant, got, left = np.zeros(everybody), np.zeros(everybody), np.zeros(many)
    for h in range(homes):
        for f in range(futures):
            n, larder = people[h, f], 0.0
            got[:] = 0.0
            for c in range(many + 1):  # the last good is kcal of whatever food is left
                plan, eaten, hand, kcal = 0.0, 0, larder, 1.0
                if c < many:
                    hand = stock[h, c, f] + delivered[h, c, f] + produced[h, c, f] - sent[h, c, f] - burned[h, c, f]
                    plan = need[c, f] if planned[h, c, f] >= 1.0 else planned[h, c, f] * usual[c, f]
                    hand, eaten, kcal = max(0.0, hand), food[c], energy[c]
                    if not terms.lapse or planned[h, c, f] < 1.0:
                        plan = min(plan, coupon[c, f])
                want = 0.0
                for g in range(everybody):
                    meant[g] = meant_for(allotted, h, g, c, f, plan, eaten)
                    want += n * size[h, g, f] * meant[g]
                first = n * size[h, FORCES, f] * meant[FORCES]
                first_met = min(1.0, hand / first) if first > 1e-12 else 0.0
                rest, rest_hand = want - first, hand - first_met * first
                rest_met = min(1.0, rest_hand / rest) if rest > 1e-12 else 0.0
                for g in range(everybody):
                    got[g] += kcal * meant[g] * (first_met if g == FORCES else rest_met)
                taken = min(hand, first_met * first + rest_met * rest)
                if c < many:
                    used[h, c, f], left[c] = taken, hand - taken
                    larder += left[c] * kcal
                    continue
                for food_taken in range(many):
                    if energy[food_taken] > 0.0 and larder > 0.0:
                        more = left[food_taken] * (taken / larder)
                        used[h, food_taken, f] += more
                        left[food_taken] -= more
            for c in range(many):
                spoiled[h, c, f] = spoilage[c] * left[c]
                want = n * usual[c, f]
                ration[h, c, f] = min(1.0, used[h, c, f] / want) if want > 1e-12 else 1.0
            told.cv[h, f] = spread_between(size, got, groups.pot[f], h, f)
    add_up_promises(size, groups.promised, energy, told.kcal)


@kernel
def spread_between(size: Floats, got: Floats, pot: float, h: int, f: int) -> float:
    """Return the coefficient of variation between households of what the groups got, a child's measured by its need.

    Rations are of persons, meals of households: `pot` people put theirs together, whatever their groups, and the
    variance between households is that between persons over their number. Forces eat by themselves.
    """
    forces, mean, square = size[h, FORCES, f], 0.0, 0.0
    for g in range(got.size):
        if g != FORCES:
            kcal = got[g] / CHILD_NEED if g == CHILDREN else got[g]
            mean += size[h, g, f] * kcal
            square += size[h, g, f] * kcal * kcal
    rest = max(1e-12, 1.0 - forces)
    between = max(0.0, square - mean * mean / rest) / max(1.0, pot)
    apart = got[FORCES] - mean / rest
    mean += forces * got[FORCES]
    return np.sqrt(between + forces * rest * apart * apart) / mean if mean > 0.0 else 0.0


@kernel
def spread_over_meals(used: Floats, energy: Floats, people: Ints, found: Floats, cv: Floats) -> None:
    """Turn the spread of what is handed out into that of what is eaten: what people find is the same for all.

    Parameters
    ----------
    used : (home, commodity, future) t/day; energy : (commodity,) kcal/t; people : (home, future)
    found : (home, future) kcal/person/day found elsewhere
    cv : (home, future) coefficient of variation, in place
    """
    for h in range(cv.shape[0]):
        for f in range(cv.shape[1]):
            kcal = 0.0
            for c in range(energy.size):
                kcal += used[h, c, f] * energy[c]
            kcal /= max(1, people[h, f])
            cv[h, f] *= kcal / (kcal + found[h, f]) if kcal > 0.0 else 0.0


@kernel
def add_up_promises(size: Floats, promised: Floats, energy: Floats, kcal: Floats) -> None:
    """Write the mean energy promised to those who have a ration, (home, future) kcal/person/day."""
    homes, groups, many, futures = promised.shape
    for h in range(homes):
        for f in range(futures):
            total, those = 0.0, 0.0
            for g in range(groups):
                named = False
                for c in range(many):
                    if not np.isnan(promised[h, g, c, f]):
                        named = True
                        total += size[h, g, f] * promised[h, g, c, f] * (energy[c] if c < many - 1 else 1.0)
                those += size[h, g, f] if named else 0.0
            kcal[h, f] = total / those if those > 0.0 else 0.0


@kernel
def find_elsewhere(
    size: Floats, given: Floats, prior: Floats, when_short: Floats, extra: Floats, made_up: Floats
) -> None:
    """Write what people find that nobody hands out, and which share of the rest they make up, means over the groups.

    Where a case says what a group found, that is all it found.

    Parameters
    ----------
    given : (home, group, future), not a number where nothing is said and the place's own (home, future) `prior` holds
    when_short : (home, future) share of what is missing that those make up of whom nothing is said
    extra : (home, future) share of need, written; made_up : (home, future) share of what is missing, written
    """
    homes, groups, futures = given.shape
    for h in range(homes):
        for f in range(futures):
            extra[h, f], made_up[h, f] = prior[h, f], when_short[h, f]
            for g in range(groups):
                if not np.isnan(given[h, g, f]):
                    extra[h, f] += size[h, g, f] * (given[h, g, f] - prior[h, f])
                    made_up[h, f] -= size[h, g, f] * when_short[h, f]


@kernel
def make_up(
    handed: Floats, energy: Floats, people: Ints, need: Floats, made_up: Floats, extra: Floats, unmet: Floats
) -> None:
    """Add what people turn to when food fails, a share of what is still missing.

    Parameters
    ----------
    handed : (home, commodity, future) t/day handed out and not captured; energy : (commodity,) kcal/t
    people : (home, future); need : (future,) kcal/person/day, today's
    made_up : (home, future) share of what is missing, below 1, so that more counted food is always more food
    extra : (home, future) found elsewhere, share of need, in place
    unmet : (home, future) share of need missing before, 0-1, written; 0 where nobody lives
    """
    for h in range(extra.shape[0]):
        for f in range(extra.shape[1]):
            kcal = 0.0
            for c in range(energy.size):
                kcal += handed[h, c, f] * energy[c]
            missing = 1.0 - extra[h, f] - kcal / (max(1, people[h, f]) * need[f])
            unmet[h, f] = max(0.0, missing) if people[h, f] > 0 else 0.0
            extra[h, f] += max(0.0, missing * made_up[h, f])
