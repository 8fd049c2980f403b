"""Hall's adult model, literally: one person, E15-E19 with glycogen and water (E18), spending solved by iteration.

Nothing of the package is used. `water=False` folds glycogen and water into lean tissue.
"""

from __future__ import annotations

import math

RHO_F, RHO_L, RHO_G = 9440.7, 1816.4, 4206.5
GAMMA_F, GAMMA_L, ETA_F, ETA_L = 3.107, 21.989, 179.25, 229.45


def live(weight, height, age, man, shares, *, level=1.55, need=None, fat=None, phi=1.1, tau=21.0, water=True):
    """Return the weight at the end of each day on `shares` of need."""
    rate = 9.99 * weight + 625 * height - 4.92 * age + (5 if man else -161)
    need = level * rate if need is None else need
    level = need / rate
    bmi = weight / height**2
    if fat is None:
        fat = weight / 100 * (0.14 * age + (37.31 * math.log(bmi) - 103.94 if man else 39.96 * math.log(bmi) - 102.01))
    if water:
        glycogen, fluid_0 = 0.5, 0.025 * age + 9.57 * height + 0.191 * weight - 12.4
        if not man:
            fluid_0 = -4 + 5.98 * height + 0.167 * weight
    else:
        glycogen, fluid_0 = 0.0, 0.0
    F, G, E = fat, glycogen, fluid_0
    L = weight - F - E - 3.7 * G
    delta_0 = (0.9 * level - 1) * rate / weight
    K = need - GAMMA_L * L - GAMMA_F * F - delta_0 * weight
    T = x = 0.0
    out = []
    for share in shares:
        eaten = share * need
        x += (max(0.0, 1 - share) - x) / tau
        T += (0.14 * (eaten - need) - T) / 14
        carbs, carbs_0 = 0.5 * eaten, 0.5 * need
        dG = (carbs - carbs_0 * (G / 0.5) ** 2) / RHO_G if water else 0.0
        dE = (-3000 * (E - fluid_0) - 4000 * (1 - carbs / carbs_0)) / 3220 if water else 0.0
        C = 10.4 * RHO_L / RHO_F
        p = C / (C + F)
        W = F + L + E + 3.7 * G
        dF = dL = 0.0
        for _ in range(60):
            spent = K + GAMMA_F * F + GAMMA_L * L + delta_0 * max(0, 1 - phi * x) * W
            spent += 0.1 * (eaten - need) + T + ETA_F * dF + ETA_L * dL
            dF = (1 - p) * (eaten - spent - RHO_G * dG) / RHO_F
            dL = p * (eaten - spent - RHO_G * dG) / RHO_L
        F, L, G, E = F + dF, L + dL, G + dG, E + dE
        out.append(F + L + E + 3.7 * G)
    return out
