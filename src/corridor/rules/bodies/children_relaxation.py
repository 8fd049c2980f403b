"""Children's mean weight-for-height, the rule fitted to the open LSHTM model: pushed down by the deficit, drawn back.

In words. The mean z-score of weight-for-height of children below five relaxes towards its value before the crisis
and is pushed down in proportion to the share of need that children do not eat. It repeats a published model, in which
a child spends what a healthy one spends whatever it weighs; below 90 % of need it falls far faster than surveys of
sieges show.
"""

from __future__ import annotations

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.rules.bodies import child
from corridor.rules.bodies.child import start_z, useful
from corridor.tables.parameter import Parameter

LOWEST = -4.0
"""The mean z-score goes no lower: beyond it the fit has no meaning."""

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "children.sensitivity", 22.0, "z", 12.0, 30.0,
        "computed: fit to the open LSHTM child model 25-28, whose sensitivity is probably too high",
        "fall of the mean z-score in the long run per unit of relative deficit",
        maximum=60.0,
    ),
    Parameter(
        "children.relaxation", 72.0, "day", 50.0, 90.0,
        "computed: fit to the open LSHTM child model",
        "days in which the mean z-score follows the deficit",
        dist="uniform", minimum=10.0, maximum=365.0,
    ),
    *child.PARAMETERS,
)  # fmt: skip


@kernel
def move_whz(
    eaten_child: Floats, diarrhoea: Floats, respiratory: Floats, sensitivity: Floats, relaxation: Floats,
    whz_start: Floats, whz: Floats, child_z: Floats,
) -> None:  # fmt: skip
    """Move the mean weight-for-height of children by one day.

    Parameters
    ----------
    eaten_child : (place, future) share of own need eaten, 0-1
    diarrhoea, respiratory : (future,) outbreaks, see `child`
    sensitivity, relaxation, whz_start : (future,) parameters
    whz : (place, future) z, updated in place, in [LOWEST, ...]
    child_z : (place, 1, future) the same, written

    Source
    ------
    E27, fitted to the micro-simulation of the open LSHTM code (Hall 2013 child model).
    """
    places, futures = whz.shape
    for p in range(places):
        for f in range(futures):
            deficit = max(0.0, 1.0 - useful(eaten_child[p, f], diarrhoea[f], respiratory[f]))
            drawn = whz_start[f] - whz[p, f] - sensitivity[f] * deficit
            whz[p, f] = max(LOWEST, whz[p, f] + 1.0 / relaxation[f] * drawn)
            child_z[p, 0, f] = whz[p, f]


def start_relaxation(net: Network, s: State, p: Inputs) -> None:
    """Children are where they were before the crisis, and ask for what a healthy child needs."""
    s["whz"][:] = start_z(p)
    s["child_z"][:, 0] = start_z(p)


def play_relaxation(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of children's weight."""
    move_whz(
        s["eaten_child_mean"], p["children.diarrhoea_excess"], p["children.respiratory_excess"],
        p["children.sensitivity"], p["children.relaxation"], start_z(p), s["whz"], s["child_z"],
    )  # fmt: skip


RULE = Rule(
    process="children", name="relaxation", step=play_relaxation, start=start_relaxation, parameters=PARAMETERS,
    states=(
        Array("whz", ("place",)), Array("child_z", ("place", 1)), Array("child_asks", ("place", "quantile"), start=1.0),
    ),
    reads=("eaten_child_mean",),
    summary="Mean weight-for-height is pushed down by the deficit and drawn back to its start (LSHTM).",
)  # fmt: skip
