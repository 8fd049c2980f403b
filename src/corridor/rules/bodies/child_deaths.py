"""Deaths of children below five by their z-score, and wasting among those who live.

In words. The risk of death rises with wasting, from usual infection: that of places without treatment, where the risks
were measured, and never less than the baseline of the place. Before the crisis the baseline stands alone; what is more
than then is excess. Disease beside hunger multiplies the baseline as it does that of adults, and the risk of the wasted only
where it passes that of places without treatment: care that fails is not counted twice. Death takes from the lower tail, so
that surveys find fewer wasted children than there would be had nobody died; both shares are handed on. An outbreak
multiplies the risk; it is a switch, and off.
"""

from __future__ import annotations

from math import exp
from typing import NamedTuple

import numpy as np

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies.barracks import USUAL_OF, usual_factor
from corridor.rules.bodies.normal import each
from corridor.tables.parameter import Parameter, fixed

YOUNG, YOUNG_BASELINE, YOUNG_GONE, CHILDREN = range(4)
"""Rows of `child_toll`, shares of the people of the start: children who die today, who would by the baseline, who die
beyond births, who were alive this morning."""
BASELINE, INFECTION, USUAL, RISK_START, BALANCE, SHARE, MUAC, TODDLER, DISCREPANCY, RISK = range(10)
BANDS = 4
"""Below -1, -2, -3 and -4.5 z-scores, see `wasting.LIMITS`."""
NOBODY = 1e-12
"""Keeps divisions finite."""
BEYOND = 2.0
"""z-scores between the children of the third band and those of the fourth."""
FRAME = RISK + BANDS
"""Rows of `child_risk_frame`: baseline 1/day; hazard of infection of a child that is not wasted and not treated 1/day; that of
before the crisis over it, 0-1; hazard of the mean child before the crisis, not treated, 1/day; share of the baseline that
births make up; children below five, share of people; odds ratios of wasting by arm circumference and at 6-23 months; relative
risks of the bands."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("child_deaths.baseline", 0.20, "1/10000/day", 0.15, 0.60,
              "Conflict and Health 2008;2:9: 0.20 Eastern Europe and former USSR, 0.59 South Asia, 1.14 Africa",
              "deaths of children below five before the crisis, per 10,000 of them", maximum=10.0),
    Parameter("child_deaths.infection", 0.60, "1/10000/day", 0.35, 0.90,
              "computed: under-five death rates of South Asia and Africa (0.59, 1.14; Conflict and Health 2008;2:9), where "
              "the risks by z-score were measured, over their mean risk of about 1.3-1.7",
              "deaths by usual infection of children who are not wasted, where hospitals, vaccines and clean water fail",
              maximum=10.0),
    Parameter("child_deaths.risk_mild", 1.6, "1", 1.2, 2.1, "assumed: about the half-way point in logs to moderate wasting",
              "relative risk of death of children with z-score -2 to -1", minimum=1.0, maximum=10.0),
    Parameter("child_deaths.risk_moderate", 3.4, "1", 2.6, 4.5, "assumed: pooled cohorts, digits not verified",
              "relative risk of death of children with z-score -3 to -2", minimum=1.0, maximum=20.0),
    Parameter("child_deaths.risk_severe", 11.63, "1", 9.84, 13.76, "Olofin et al. 2013 (PMC3667136)",
              "relative risk of death of children with z-score -4.5 to -3", dist="lognormal", minimum=1.0, maximum=50.0),
    Parameter("child_deaths.risk_slope", 1.2, "1", 0.9, 1.5,
              "computed: from moderate to severe the log of the risk rises by 1.2 a z-score; no cohort below -4.5",
              "rise of the log of the relative risk per z-score below -3.5", minimum=0.0, maximum=3.0),
    fixed("child_deaths.outbreak", 1.0, "1", "assumed: no epidemic; a switch, off",
          "multiplier of the risk of young children by epidemic disease beyond usual infection"),
    Parameter("child_deaths.muac_shift", -0.4, "1", -1.22, 0.42,
              "assumed: arm-circumference prevalence is usually lower; differs by country in both directions",
              "logit of acute malnutrition by arm circumference minus that by weight-for-height",
              dist="normal", minimum=-4.0, maximum=4.0),
    Parameter("child_deaths.toddler_shift", 0.45, "1", 0.1, 0.8,
              "assumed: surveys find wasting about half as often again below two years",
              "logit of acute malnutrition at 6-23 months minus that at 6-59 months",
              dist="normal", minimum=-2.0, maximum=3.0),
)  # fmt: skip


class Wasted(NamedTuple):
    """Shares of the children who live, (place, future) each, written."""

    mild: Floats
    """below -1 z-scores"""
    gam: Floats
    """below -2"""
    sam: Floats
    """below -3"""
    gam_muac: Floats
    """arm circumference below 125 mm"""
    gam_toddlers: Floats
    """below -2, ages 6-23 months"""
    gam_had_none_died: Floats
    """below -2, of the children of the start"""


@kernel
def shift_odds(share: float, ratio: float) -> float:
    """Return a share whose odds are `ratio` times as high (E31)."""
    shifted: float = share * ratio / (1.0 - share + share * ratio)
    return shifted


@kernel
def follow_the_dead(below: Floats, below_before: Floats, dead: Floats) -> None:
    """Move the dead with the thresholds: children keep their rank, so a threshold that rises takes in those above it.

    Parameters
    ----------
    below, below_before : (place, BANDS, future) share of the children of the start below each threshold, dead included,
        today and yesterday; the second becomes the first
    dead : (place, BANDS + 1, future) share that is dead, of all (row 0) and below each threshold, updated in place
    """
    places, bands, futures = below.shape
    for p in range(places):
        for j in range(bands):
            k = bands - 1 - j  # from below, so that the band above is still that of yesterday
            for f in range(futures):
                # row k of `dead` belongs to threshold k - 1, so it is the band above this one
                wider = below_before[p, k - 1, f] if k > 0 else 1.0
                was, now = below_before[p, k, f], below[p, k, f]
                dense = min(1.0, max(0.0, dead[p, k, f] - dead[p, k + 1, f]) / max(NOBODY, wider - was))
                within = dead[p, k + 1, f]
                dead[p, k + 1, f] = within + (now - was) * dense if now > was else within * now / max(NOBODY, was)
        for k in range(bands):
            for f in range(futures):
                dead[p, k + 1, f] = min(dead[p, k + 1, f], dead[p, k, f], below[p, k, f])
                below_before[p, k, f] = below[p, k, f]


@kernel
def lose_children(
    frame: Floats, outbreak: Floats, infection: Floats, below: Floats, dead: Floats, alive_under5: Floats,
    child_toll: Floats,
) -> None:  # fmt: skip
    """Let children die by their z-score.

    Parameters
    ----------
    frame : (FRAME, future)
    outbreak : (future,) `child_deaths.outbreak`
    infection : (place, future) factor of the hazard of infection before the crisis, from `care`
    below : (place, BANDS, future) share of the children of the start below each threshold, dead included
    dead : (place, BANDS + 1, future) share that is dead, updated in place
    alive_under5 : (place, future) share of the children of the start who live, updated in place
    child_toll : (place, rows, future) written

    Source
    ------
    E33 with the hazard of usual infection h; excess is the hazard above that of the z-scores before the crisis, of whom the
    untreated hazard is that of before, b, times the factor F where F b > h; F - 1 of the baseline is added.
    """
    places, bands, futures = below.shape
    danger, risk, more, lost = np.empty((BANDS, futures)), np.empty(futures), np.empty(futures), np.empty(futures)
    alike = np.empty(futures)
    for p in range(places):
        for f in range(futures):
            risk[f] = 0.0
            lost[f] = 0.0
        for k in range(bands):
            for f in range(futures):
                deeper = below[p, k + 1, f] - dead[p, k + 2, f] if k + 1 < bands else 0.0
                danger[k, f] = max(0.0, below[p, k, f] - dead[p, k + 1, f] - deeper) * (frame[RISK + k, f] - 1.0)
                risk[f] += danger[k, f]
        for f in range(futures):
            alive = alive_under5[p, f]
            risk_today = frame[INFECTION, f] * (1.0 + risk[f] / max(NOBODY, alive))
            factor = infection[p, f]
            worse = max(1.0, factor * frame[USUAL, f])
            raised = worse * (outbreak[f] * risk_today - frame[RISK_START, f]) + (factor - 1.0) * frame[BASELINE, f]
            most = 1.0 - frame[BASELINE, f]
            excess = min(most, max(0.0, frame[DISCREPANCY, f] * raised))
            more[f] = min(most, max(0.0, frame[DISCREPANCY, f] * (risk_today - frame[RISK_START, f])))
            alike[f] = max(0.0, excess - more[f])
            children = frame[SHARE, f] * alive
            baseline = children * frame[BASELINE, f]
            leaves = excess + (1.0 - frame[BALANCE, f]) * frame[BASELINE, f]
            child_toll[p, YOUNG, f] = baseline + children * excess
            child_toll[p, YOUNG_BASELINE, f] = baseline
            child_toll[p, YOUNG_GONE, f] = children * leaves
            child_toll[p, CHILDREN, f] = children
            alive_under5[p, f] = alive * (1.0 - leaves)
            dead[p, 0, f] = 1.0 - alive_under5[p, f]
            # the excess falls on the bands as their risk does; the baseline on all alike, and what a factor adds, so that
            # surveys find no fewer wasted children for it
            more[f] *= alive / max(NOBODY, risk[f])
        for j in range(bands):
            k = bands - 1 - j
            for f in range(futures):
                lost[f] += danger[k, f] * more[f]
                evenly = (1.0 - frame[BALANCE, f]) * frame[BASELINE, f] + alike[f]
                dead[p, k + 1, f] += lost[f] + evenly * max(0.0, below[p, k, f] - dead[p, k + 1, f])


@kernel
def measure_living(frame: Floats, below: Floats, dead: Floats, shares: Wasted) -> None:
    """Write the shares that a survey of the living would find this morning; arguments as in `lose_children`."""
    places, _, futures = below.shape
    for p in range(places):
        for f in range(futures):
            alive = 1.0 - dead[p, 0, f]
            per = 1.0 / max(NOBODY, alive)
            shares.mild[p, f] = min(1.0, max(0.0, below[p, 0, f] - dead[p, 1, f]) * per)
            gam = min(1.0, max(0.0, below[p, 1, f] - dead[p, 2, f]) * per)
            shares.gam[p, f] = gam
            shares.sam[p, f] = min(gam, max(0.0, below[p, 2, f] - dead[p, 3, f]) * per)
            shares.gam_muac[p, f] = shift_odds(gam, frame[MUAC, f])
            shares.gam_toddlers[p, f] = shift_odds(gam, frame[TODDLER, f])
            shares.gam_had_none_died[p, f] = below[p, 1, f]


def measure(s: State) -> None:
    """Write the shares among the living."""
    measure_living(s["child_risk_frame"], s["below"], s["dead_below"], Wasted(*(s[name] for name in Wasted._fields)))


def start_child_deaths(net: Network, s: State, p: Inputs) -> None:
    """Nobody has died: write the constants of each future, and the shares before the crisis."""
    row = s["child_risk_frame"]
    start = s["below"][0]  # before the crisis all places are alike
    risks = [np.ones_like(start[0])]
    for name in ("mild", "moderate", "severe"):
        risks.append(np.maximum(risks[-1], p[f"child_deaths.risk_{name}"]))
    risks.append(risks[3] * each(exp, BEYOND * p["child_deaths.risk_slope"]))
    row[RISK : RISK + BANDS] = risks[1:]
    mean = 1.0 + sum((high - low) * share for low, high, share in zip(risks, risks[1:], start, strict=False))
    usual = usual_factor(*(p[name] for name in USUAL_OF))
    row[BASELINE] = p["child_deaths.baseline"] * usual * 1e-4
    row[INFECTION] = np.maximum(p["child_deaths.infection"] * 1e-4, row[BASELINE] / mean)
    row[USUAL] = row[BASELINE] / mean / row[INFECTION]
    row[RISK_START] = row[INFECTION] * mean
    row[BALANCE] = p["deaths.births_balance"]
    row[SHARE], row[DISCREPANCY] = p["bodies.share_under5"], p["deaths.discrepancy"]
    for k, name in ((MUAC, "muac"), (TODDLER, "toddler")):
        row[k] = each(exp, p[f"child_deaths.{name}_shift"])
    s["below_before"][:] = s["below"]
    measure(s)


def play_child_deaths(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Measure the living, then let some die; `deaths` counts them."""
    follow_the_dead(s["below"], s["below_before"], s["dead_below"])
    measure(s)
    lose_children(
        s["child_risk_frame"],
        p["child_deaths.outbreak"],
        s["infection"],
        s["below"],
        s["dead_below"],
        s["alive_under5"],
        s["child_toll"],
    )


RULE = Rule(
    process="child_deaths", name="by_z", step=play_child_deaths, start=start_child_deaths, parameters=PARAMETERS,
    states=(
        Array("child_risk_frame", (FRAME,)), Array("below_before", ("place", BANDS)),
        Array("dead_below", ("place", BANDS + 1)), Array("alive_under5", ("place",), start=1.0),
        Array("child_toll", ("place", 4)), *(Array(name, ("place",)) for name in Wasted._fields),
    ),
    reads=("below", "infection"),
    inputs=("deaths.births_balance", "deaths.discrepancy", "bodies.share_under5", *USUAL_OF),
    summary="Young children die by their z-score, of usual infection; the living are measured.",
)  # fmt: skip
