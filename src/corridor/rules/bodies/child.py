"""What the rules for children share: where they start, and what an outbreak takes from what they eat."""

from __future__ import annotations

from corridor.kernels.jit import inlined
from corridor.rules.base import Floats, Inputs
from corridor.tables.parameter import Parameter, fixed

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "children.whz_start", -0.1, "z", -0.5, 0.4,
        "computed: Gaza survey 0.01, LSHTM model start -0.1, acute malnutrition of 4 %; range: Joint Malnutrition Estimates "
        "of UNICEF, WHO and the World Bank 2023, from 2 to 10 % in most countries",
        "mean weight-for-height z-score before the crisis, to which recovery leads; a survey of a later day is a sign",
        minimum=-3.0, maximum=1.5,
    ),
    Parameter(
        "children.discrepancy", 0.0, "z", -0.3, 0.3,
        "learned: 50 surveys of blockades and camps that the rules had not met, of which 80 % intervals hold 42 with it and 36 "
        "without (docs/blockades.md); about half of it is the error of a survey of 600 children",
        "weight-for-height z-score that surveys find in a place above that which is stated and what the rules make of it",
        dist="normal", minimum=-2.0, maximum=2.0,
    ),
    fixed("children.diarrhoea_excess", 0.0, "1", "assumed: zero, outbreaks are a switch that is off",
          "share of children with diarrhoea above the usual; each loses a third of the intake"),
    fixed("children.respiratory_excess", 0.0, "1", "assumed: zero, outbreaks are a switch that is off",
          "share of children with acute respiratory infection above the usual; each loses 7 % of the intake"),
)  # fmt: skip


def start_z(p: Inputs) -> Floats:
    """Return the mean weight-for-height z-score of the children of a future before the crisis, (future,)."""
    z: Floats = p["children.whz_start"] + p["children.discrepancy"]
    return z


@inlined
def useful(eaten: float, diarrhoea: float, respiratory: float) -> float:
    """Return what outbreaks leave of what children eat; usual infection is in the risks of death."""
    left: float = eaten * max(0.0, 1.0 - 0.33 * diarrhoea - 0.07 * respiratory)
    return left
