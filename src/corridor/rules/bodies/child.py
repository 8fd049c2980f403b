"""What the rules for children share: where they start, and what an outbreak takes from what they eat."""

from __future__ import annotations

from corridor.kernels.jit import inlined
from corridor.tables.parameter import Parameter, fixed

PARAMETERS: tuple[Parameter, ...] = (
    Parameter(
        "children.whz_start", -0.1, "z", -0.5, 0.4,
        "computed: Gaza survey 0.01, LSHTM model start -0.1, acute malnutrition of 4 %; range: Joint Malnutrition Estimates "
        "of UNICEF, WHO and the World Bank 2023, from 2 to 10 % in most countries",
        "mean weight-for-height z-score before the crisis, to which recovery leads; a survey of a later day is a sign",
        minimum=-3.0, maximum=1.5,
    ),
    fixed("children.diarrhoea_excess", 0.0, "1", "assumed: zero, outbreaks are a switch that is off",
          "share of children with diarrhoea above the usual; each loses a third of the intake"),
    fixed("children.respiratory_excess", 0.0, "1", "assumed: zero, outbreaks are a switch that is off",
          "share of children with acute respiratory infection above the usual; each loses 7 % of the intake"),
)  # fmt: skip


@inlined
def useful(eaten: float, diarrhoea: float, respiratory: float) -> float:
    """Return what outbreaks leave of what children eat; usual infection is in the risks of death."""
    left: float = eaten * max(0.0, 1.0 - 0.33 * diarrhoea - 0.07 * respiratory)
    return left
