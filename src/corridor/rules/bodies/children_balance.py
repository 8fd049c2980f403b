"""Children's weight by energy balance: a child who eats less first moves less, then loses weight, then needs less.

In words. A cell is the children of one intake quantile who can save up to a given share of their need; children differ
in that share, so each quantile has two cells. Activity and growth yield first and follow the shortfall within days;
what they do not save is met from tissue. A lighter child needs less, and each kg of it works at a lower rate, so that a
shortfall that lasts ends at a lower weight and not in a free fall. Weight comes back when more is eaten than spent. A child far below its weight asks for
no more than it can burn and regain; the household has the rest.
"""

from __future__ import annotations

import numpy as np

from corridor.kernels.jit import inlined, kernel
from corridor.kernels.network import Network
from corridor.rules.base import FIXED, Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies import child
from corridor.rules.bodies.child import start_z, useful
from corridor.tables.parameter import Parameter, fixed

NODES = 2
"""Cells of a quantile: children who save one standard deviation less at most, and more, than the mean child."""
CELLS = NODES * FIXED["quantile"]
LEAST = 0.45
"""Share of weight below which no cell falls; nobody lives there, it keeps the arithmetic finite."""
THIN = 0.6
"""Share of weight of the thinnest of whom the rule is asked to be right."""
PER_Z = 0.083
"""Log of weight that one z-score of weight-for-height is: WHO growth standards at 75-95 cm."""

GAIN, SAVING, LAG, CATCH_UP, MIXING, START_Z, MOST_SAVED = range(7)
POWER = MOST_SAVED + NODES
ORDER = 5
FRAME = POWER + ORDER
"""Rows of `child_frame`: share of weight that the energy of a healthy day makes; share of need saved per unit of lagged
shortfall; 1/lag 1/day; share of weight regained in a day at most; rank mixing 1/day; z at the start; the most that each
cell saves; coefficients of (w - 1)^k in the need at a weight, w^b (1 - thrift (1 - w)), k = 1 .. ORDER."""

TORUN = (
    "Torun 1990 (UNU/IDECG UID09E): less activity within days meets an intake cut by 10 %, at 20 % growth yields too"
)

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "children.adaptation", 0.8, "1", 0.75, 0.95, TORUN + "; range assumed",
        "share of a shortfall that children meet by less activity and growth once they have adapted", maximum=1.0,
    ),
    Parameter(
        "children.adaptation_lag", 7.0, "day", 3.0, 14.0, TORUN + "; range assumed",
        "days in which activity and growth follow the shortfall", minimum=1.0, maximum=60.0,
    ),
    Parameter(
        "children.most_saved", 0.25, "1", 0.18, 0.32,
        "assumed: half of the range 0.12-0.40 is between futures; adults of the Minnesota experiment reached 0.34",
        "largest share of need that the mean child saves by less activity and growth", maximum=0.5,
    ),
    fixed("children.most_saved_spread", 0.07, "1", "assumed: the other half of the range is between children",
          "standard deviation between children of the largest share that they save"),
    Parameter(
        "children.need_exponent", 0.9, "1", 0.75, 1.0, "assumed: from Kleiber's law (0.75) to proportion (1)",
        "power of weight to which a child's need is proportional", minimum=0.5, maximum=1.0,
    ),
    Parameter(
        "children.thrift", 0.5, "1", 0.2, 0.8,
        "computed: resting need per kg of the men of the Minnesota experiment fell by 20 % as weight fell by 24 % (0.8; Keys "
        "1950); assumed: less in children, whose brain and organs are a larger part of them",
        "share by which a kg of the body that is left spends less, per share of weight lost", maximum=1.0,
    ),
    Parameter(
        "children.tissue_energy", 5000.0, "kcal/kg", 4000.0, 6500.0, "FAO/WHO/UNU 1985, 9.1: about 5 kcal per g regained",
        "energy of the tissue that children lose or regain", minimum=1500.0, maximum=9000.0,
    ),
    Parameter(
        "children.catch_up", 0.007, "1/day", 0.005, 0.010, "WHO management of severe malnutrition 1999: 5-10 g/kg/day",
        "share of its weight that a child regains in a day at most", maximum=0.03,
    ),
    fixed("children.need", 1285.0, "kcal/day", "UNHCR/UNICEF/WFP/WHO planning table, 0-4 years, both sexes",
          "energy need of a healthy child", minimum=500.0),
    fixed("children.weight", 12.0, "kg", "WHO growth standards: mean of 6-59 months", "weight of a healthy child",
          minimum=5.0),
    *child.PARAMETERS,
)  # fmt: skip


@kernel
def live_one_day_child(
    eaten: Floats, diarrhoea: Floats, respiratory: Floats, cold: Floats, frame: Floats, lack: Floats, weight: Floats
) -> None:
    """Let children save what they can, meet the rest from tissue, or regain it.

    Parameters
    ----------
    eaten : (place, quantile, future) share of a healthy child's need of today eaten, 0-1
    diarrhoea, respiratory : (future,) outbreaks, see `child`
    cold : (future,) today's need over that at 20 °C; it raises all that a child spends by the same share
    frame : (FRAME, future)
    lack : (place, quantile, future) lagged shortfall against healthy need, 0-1, updated in place
    weight : (place, CELLS, future) share of the weight expected for height, updated in place, LEAST-1

    Source
    ------
    H1 need w^b (1 - thrift (1 - w)) (1 - a); H2 a = min(most saved, saving x lag of shortfall); H3 the difference is tissue. Rank mixing E10.
    """
    places, quantiles, futures = eaten.shape
    mean = np.empty((NODES + 1, futures))
    for p in range(places):
        for m in range(NODES + 1):
            for f in range(futures):
                mean[m, f] = 0.0
        for q in range(quantiles):
            for f in range(futures):
                mean[NODES, f] += lack[p, q, f]
            for m in range(NODES):
                for f in range(futures):
                    mean[m, f] += weight[p, q * NODES + m, f]
        for m in range(NODES + 1):
            for f in range(futures):
                mean[m, f] *= frame[MIXING, f] / quantiles
        for q in range(quantiles):
            for f in range(futures):
                x = (1.0 - frame[MIXING, f]) * lack[p, q, f] + mean[NODES, f]
                share = useful(eaten[p, q, f], diarrhoea[f], respiratory[f])
                lack[p, q, f] = x + (max(0.0, 1.0 - share) - x) * frame[LAG, f]
            for m in range(NODES):
                for f in range(futures):
                    w = (1.0 - frame[MIXING, f]) * weight[p, q * NODES + m, f] + mean[m, f]
                    saved = min(frame[MOST_SAVED + m, f], frame[SAVING, f] * lack[p, q, f])
                    share = useful(eaten[p, q, f], diarrhoea[f], respiratory[f])
                    gap = share - power(w - 1.0, frame, f) * (1.0 - saved)
                    weight[p, q * NODES + m, f] = min(1.0, max(LEAST, w + frame[GAIN, f] * cold[f] * gap))


@inlined
def power(t: float, frame: Floats, f: int) -> float:
    """Return (1 + t)^b (1 + thrift t) of future f by its series: within 6e-4 where t > -0.5, exact at 0."""
    near = frame[POWER + 3, f] + t * frame[POWER + 4, f]
    value: float = 1.0 + t * (frame[POWER, f] + t * (frame[POWER + 1, f] + t * (frame[POWER + 2, f] + t * near)))
    return value


@kernel
def weigh_children(
    frame: Floats, illness: Floats, lack: Floats, weight: Floats, child_z: Floats, whz: Floats, child_asks: Floats
) -> None:
    """Write z-scores, and what children ask for tomorrow.

    Parameters
    ----------
    frame : (FRAME, future)
    illness : (place, future) z by which disease lowers them, from `care`
    lack : (place, quantile, future) lagged shortfall, 0-1
    weight : (place, CELLS, future) share of the weight expected for height
    child_z : (place, CELLS, future) z-score of each cell, written
    whz : (place, future) their mean, written
    child_asks : (place, quantile, future) share of a healthy child's need that is eaten where there is enough, written

    Source
    ------
    H4 z = start - illness + ln(w) / PER_Z; ln by its series in (w - 1)/(w + 1), within 1e-5 above LEAST.
    """
    places, cells, futures = weight.shape
    for p in range(places):
        for f in range(futures):
            whz[p, f] = 0.0
        for c in range(cells):
            q, m = c // NODES, c % NODES
            for f in range(futures):
                w = weight[p, c, f]
                y = (w - 1.0) / (w + 1.0)
                u = y * y
                log = 2.0 * y * (1.0 + u * (1 / 3 + u * (1 / 5 + u * (1 / 7 + u * (1 / 9)))))
                z = frame[START_Z, f] - illness[p, f] + log * (1.0 / PER_Z)
                child_z[p, c, f] = z
                whz[p, f] += z * (1.0 / cells)
                saved = min(frame[MOST_SAVED + m, f], frame[SAVING, f] * lack[p, q, f])
                need = power(w - 1.0, frame, f)
                asks = min(1.0, max(need, need * (1.0 - saved) + frame[CATCH_UP, f] * w / frame[GAIN, f]))
                child_asks[p, q, f] = (child_asks[p, q, f] if m > 0 else 0.0) + asks * (1.0 / NODES)


def start_balance(net: Network, s: State, p: Inputs) -> None:
    """Children have the weight that belongs to their height."""
    start = start_z(p)
    p = {name.split(".")[1]: values for name, values in p.items()}
    row, b, thrift = s["child_frame"], p["need_exponent"], p["thrift"]
    row[GAIN] = p["need"] / (p["tissue_energy"] * p["weight"])
    # Above this a meal of long ago would leave a child lighter today: what it did not save since outweighs the meal.
    # share of a loss of weight that comes back in a day by itself: need rises fastest with weight at one end or the other
    rise = b * THIN ** (b - 1.0) * (1.0 - thrift * (1.0 - THIN)) + thrift * THIN**b
    returns = np.maximum(rise, b + thrift) * row[GAIN]
    row[SAVING] = np.minimum(p["adaptation"], np.maximum(0.0, 1.0 - returns * p["adaptation_lag"]))
    row[LAG] = 1.0 / p["adaptation_lag"]
    row[CATCH_UP] = p["catch_up"]
    row[MIXING] = p["rank_mixing"]
    row[START_Z] = start
    for m, sign in enumerate((-1.0, 1.0)):
        row[MOST_SAVED + m] = np.maximum(0.0, p["most_saved"] + sign * p["most_saved_spread"])
    row[POWER] = b
    for k in range(1, ORDER):
        row[POWER + k] = row[POWER + k - 1] * (b - k) / (k + 1)
    for k in range(ORDER - 1, 0, -1):
        row[POWER + k] += thrift * row[POWER + k - 1]
    row[POWER] += thrift
    s["child_z"][:] = row[START_Z]
    s["whz"][:] = row[START_Z]


def play_balance(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of children's weight."""
    frame, weight = s["child_frame"], s["child_weight"]
    outbreaks = p["children.diarrhoea_excess"], p["children.respiratory_excess"]
    live_one_day_child(s["eaten_child"], *outbreaks, s["cold"], frame, s["child_lack"], weight)
    weigh_children(frame, s["illness"], s["child_lack"], weight, s["child_z"], s["whz"], s["child_asks"])


RULE = Rule(
    process="children", name="balance", step=play_balance, start=start_balance, parameters=PARAMETERS,
    states=(
        Array("child_frame", (FRAME,)), Array("child_lack", ("place", "quantile")),
        Array("child_weight", ("place", CELLS), start=1.0), Array("child_z", ("place", CELLS)),
        Array("whz", ("place",)), Array("child_asks", ("place", "quantile"), start=1.0),
    ),
    reads=("eaten_child", "cold", "illness"), inputs=("adults.rank_mixing",),
    summary="Children move less, then lose weight, then need less: energy balance over intake quantiles.",
)  # fmt: skip
