"""Children's mean weight-for-height: pushed down by the deficit, drawn back to its start.

In words. The mean z-score of weight-for-height of children below five relaxes towards its value before the crisis
and is pushed down in proportion to the share of need that children do not eat, or lose to excess illness.
"""

from __future__ import annotations

from corridor.kernels.jit import kernel
from corridor.kernels.network import Network
from corridor.rules.base import Array, Floats, Inputs, Rule, State, Today
from corridor.tables.parameter import Parameter, fixed

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
    Parameter(
        "children.whz_start", -0.1, "z", -0.4, 0.2,
        "computed: Gaza survey 0.01, LSHTM model start -0.1; gives acute malnutrition of 4 % before the crisis",
        "mean weight-for-height z-score before the crisis",
        minimum=-2.0, maximum=1.5,
    ),
    fixed("children.diarrhoea_excess", 0.0, "1", "assumed: zero, infections are not simulated",
          "share of children with diarrhoea above the usual; each loses a third of the intake"),
    fixed("children.respiratory_excess", 0.0, "1", "assumed: zero, infections are not simulated",
          "share of children with acute respiratory infection above the usual; each loses 7 % of the intake"),
)  # fmt: skip


@kernel
def move_whz(
    eaten_child: Floats, sensitivity: Floats, relaxation: Floats, whz_start: Floats, diarrhoea_excess: Floats,
    respiratory_excess: Floats, whz: Floats,
) -> None:  # fmt: skip
    """Move the mean weight-for-height of children by one day.

    Parameters
    ----------
    eaten_child : (place, future) share of own need eaten, 0-1
    sensitivity, relaxation, whz_start, diarrhoea_excess, respiratory_excess : (future,) the parameters of this file
    whz : (place, future) z, updated in place, in [LOWEST, ...]

    Source
    ------
    E27, fitted to the micro-simulation of the open LSHTM code (Hall 2013 child model).
    """
    places, futures = whz.shape
    for p in range(places):
        for f in range(futures):
            useful = max(0.0, 1.0 - 0.33 * diarrhoea_excess[f] - 0.07 * respiratory_excess[f])
            deficit = max(0.0, 1.0 - eaten_child[p, f] * useful)
            drawn = whz_start[f] - whz[p, f] - sensitivity[f] * deficit
            whz[p, f] = max(LOWEST, whz[p, f] + 1.0 / relaxation[f] * drawn)


def start_children(net: Network, s: State, p: Inputs) -> None:
    """Children are where they were before the crisis."""
    s["whz"][:] = p["children.whz_start"]


def play_children(net: Network, s: State, p: Inputs, today: Today) -> None:
    """Play one day of children's weight."""
    move_whz(
        s["eaten_child"], p["children.sensitivity"], p["children.relaxation"], p["children.whz_start"],
        p["children.diarrhoea_excess"], p["children.respiratory_excess"], s["whz"],
    )  # fmt: skip


RULE = Rule(
    process="children", name="relaxation", step=play_children, start=start_children, parameters=PARAMETERS,
    states=(Array("whz", ("place",)),), reads=("eaten_child",),
    summary="Mean weight-for-height is pushed down by the deficit and drawn back to its start.",
)  # fmt: skip
