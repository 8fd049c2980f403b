"""All models of the sides that a folder holds, side by side, with what its source argues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from corridor.studies.sides_case import MAIN, Case, claims_of, read

if TYPE_CHECKING:
    from corridor.scenario import Scenario
    from corridor.strategy.claims import Claim

DRAWS = 256
"""Most draws in each reading: a difference has a standard error of about one point."""
FEW = 96
"""Draws in each reading on a page of days that are played: the readings then cost less than the days."""
OUTCOMES = ("offensive", "road_open", "settlement")
READINGS = {MAIN: "Main reading", "draft": "First draft", "baku": "Baku reading",
            "lever": "Berlin as a lever"}  # fmt: skip
"""Model -> what a reader calls it; others go by their own name."""


def rivals_of(
    found: Case, policies: Sequence[str], seed: int = 1, draws: int = DRAWS, *, tested: bool = True
) -> dict[str, Any] | None:
    """Return what `report.sections.sides_first.first_lines` reads; None where a folder holds one model alone.

    tested : whether the claims of the source are tested in each model, which takes longer than the policies do
    """
    from corridor.analysis.sides.rivals import claim_rows, rivals
    from corridor.report.sections.sides_first import TOLD

    names = model_names(found)
    if found.model != MAIN or len(names) < 2:
        return None
    cases = {name: found if name == MAIN else read(found.folder, name, found.variant or None) for name in names}
    words = found.told.policies
    main = [name for name in policies if words[name].get("main", True)]
    beside = [name for name in policies if name not in main]
    models = {name: (case.content, case.policies) for name, case in cases.items()}
    reference = next(iter(found.policies))
    outcomes = [name for name in OUTCOMES if name in found.content.features]
    rows = rivals(models, reference, main, outcomes, draws=draws, seed=seed)
    asked = [name for name in outcomes if name in TOLD]
    supposed = rivals({MAIN: models[MAIN]}, reference, beside, asked, draws=draws, seed=seed) if beside else []
    claims = claims_of(found.folder)
    contents = {name: case.content for name, case in cases.items()}
    return {
        "reference": reference,
        "policies": [reference, *(name for name in main if name != reference)],
        "title": {name: words[name]["title"] for name in policies},
        "models": {name: READINGS.get(name, name.replace("_", " ")) for name in names},
        "rows": rows,
        "hypotheses": [row for row in supposed if row["policy"] != reference],
        "claims": claim_rows(claims, contents, draws=draws, seed=seed) if tested else _untested(claims),
        "tested": tested,
        "draws": draws,
        "until": until_of(found),
        "carried": _carried(found, rows),
    }


def until_of(found: Case) -> str:
    """Return the last day of which the readings tell; "" where a file has no first."""
    weeks = timedelta(weeks=found.content.horizon_weeks)
    return (date.fromisoformat(found.as_of) + weeks).isoformat() if found.as_of else ""


def rivals_beside(scenario: Scenario, policies: Sequence[str], reference: str, seed: int) -> dict[str, Any] | None:
    """Return the same for a page of days that are played; None too where they are compared with another policy."""
    found = read(scenario)
    known = [name for name in policies if name in found.policies]
    if reference not in ("", next(iter(found.policies))) or reference not in ("", *known):
        return None
    return rivals_of(found, known, seed, FEW, tested=False)


def _untested(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    return [{"claim": one.id, "says": one.says, "said_by": one.said_by, "unrepresented": one.unrepresented}
            for one in claims]  # fmt: skip


def claims_text(found: Case, draws: int, seed: int) -> str:
    """Return a Markdown table of what each model makes of each claim, and what is left without what carries it.

    Raises
    ------
    InputError : a folder without claims.yaml
    """
    from corridor.analysis.sides.rivals import claim_rows
    from corridor.core.errors import InputError, Problem

    claims = claims_of(found.folder) if found.folder else ()
    if not claims:
        remedy = "write down what the source argues, or leave --claims out"
        raise InputError([Problem("claims.yaml", 0, 0, "", "the folder has none", remedy)])
    names = model_names(found)
    contents = {name: read(found.folder, name, found.variant or None).content for name in names}
    tested = [claim for claim in claims if claim.test is not None]
    rows = claim_rows(tested, contents, draws=draws, seed=seed, left_out=True)
    last = until_of(found)
    lines = [
        f"Change of the chance that it has come about by {last or 'the end'}, in points (a point is one future in a "
        f"hundred), ± one standard error of {draws:,} draws.",
        "",
        f"| what is claimed | what is compared | {' | '.join(READINGS.get(name, name) for name in names)} |",
        "|---" * (len(names) + 2) + "|",
    ]
    for claim, row in zip(tested, rows, strict=True):
        cells = " | ".join(_cell(row[name]) for name in names)
        lines.append(f"| {row['claim']}: {row['says']} | {compared(claim, found)} | {cells} |")
    lines += ["", "Argued, and held by no model:", ""]
    lines += [f"- {claim.id}: {claim.says} ({claim.unrepresented})" for claim in claims if claim.unrepresented]
    return "\n".join(lines)


def claims_page(found: Case, text: str, line: str) -> str:
    """Return the table of claims as a page of the documentation; line : the command that writes the page."""
    parts = [
        f"# {found.told.title}: what the source argues",
        "Each claim is a direction, tested in the same draws under each reading, with and without the statements and "
        "stakes that carry it.",
    ]
    said: dict[str, list[str]] = {}
    for claim in claims_of(found.folder):
        if claim.note:
            said.setdefault(claim.note, []).append(claim.id)
    parts += [f"{', '.join(ids)}: {note}" for note, ids in said.items()]
    kept = text.count("without it holds")
    if kept:
        parts.append(
            f"In {kept} cell{'s' if kept > 1 else ''} the direction stays without what is said to carry it, mostly "
            "weaker: something else in that reading holds it too."
        )
    return "\n\n".join([*parts, f"Made by `{line}`; change nothing here by hand.", text]) + "\n"


def _cell(made: dict[str, Any]) -> str:
    if made["verdict"] == "not represented":
        return "not in this model"
    text = f"{made['verdict']}, {_points(made['change'], made['error'])}"
    if "without" in made:
        text += f"; without it {made['without']}, {_points(made['without_change'], made['without_error'])}"
    return text


def _points(change: float, error: float) -> str:
    return f"{100 * change:+.1f} ± {100 * error:.1f} points".replace("-", "−")


def compared(claim: Claim, found: Case) -> str:
    """Return in words which outcome a claim says is more or less likely, and where."""
    from corridor.report.sections.sides_first import EVENT

    test = claim.test
    if test is None:
        return ""
    texts = {option.id: option.text for option in found.content.options}

    def told(switches: Mapping[str, bool]) -> str:
        return ", ".join(("" if taken else "not: ") + texts.get(name, name) for name, taken in switches.items())

    outcome = EVENT.get(test.outcome) or f"“{texts.get(test.outcome, test.outcome)}”"
    more = "more" if test.sign > 0 else "less"
    own = {name: taken for name, taken in test.when.items() if test.against.get(name) != taken}
    rest = {name: taken for name, taken in test.when.items() if name not in own}
    start = f", beginning with {told(test.start)}" if test.start else ""
    return f"{outcome} is {more} likely if {told(own)}{f' ({told(rest)})' if rest else ''}{start}"


def model_names(found: Case) -> list[str]:
    """Return the models of the sides in the case's folder that its variant can read, the main one first."""
    from corridor.core.errors import InputError
    from corridor.scenario import find_folder
    from corridor.studies.sides_check import models_of

    if not found.folder or found.folder.endswith((".yaml", ".yml", ".xlsx")):
        return []
    names = []
    for name in models_of(find_folder(found.folder)):
        try:
            read(found.folder, name, found.variant or None)
        except InputError:
            continue
        names.append(name)
    return names


def _carried(found: Case, rows: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Return the argument on which the policy that lowers an offensive most hangs, and its paragraph; {} for none."""
    claims = {claim.id: claim for claim in claims_of(found.folder)}
    lowering = [r for r in rows if r["model"] == MAIN and r["outcome"] == "offensive" and r["sign"] < 0]
    if not lowering:
        return {}
    best = min(lowering, key=lambda row: row["change"])
    taken = {name for name, value in found.policies[best["policy"]].items() if value}
    for claim in claims.values():
        one = claim.test
        if one is None or one.outcome != "offensive" or one.sign > 0 or not claim.held_by.get(MAIN):
            continue
        if {name for name, value in one.when.items() if value} <= taken:
            return {"says": claim.says, "paragraph": claim.id[1:].rstrip("abcd")}
    return {}
