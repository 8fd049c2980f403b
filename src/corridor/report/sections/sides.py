"""What the sides may do, and what a policy changes: one section for a reader who has never met game theory.

The section is drawn from plain data alone (`corridor.analysis.sides.summary.summary` makes it from the exact law;
paths of a simulation may fill the same form):

    title, as_of, futures, same, reference, caution : texts and numbers
    today : list of texts, what holds on as_of; sides : list of name, options (texts)
    kind : "law" where `futures` are draws of what the sides want, "paths" where they are futures played day by day
    policies : list of id, title, summary, main
    outcomes : list of id, says, good (whether more of it is better; None where neither)
    dates : list of key, date, in order
    level : policy -> outcome -> by (key of a date -> share), error, low_80, high_80, between (across variants, or None)
    change : policy -> outcome -> mean, error, low_80, high_80, better, worse, between; to the reference, None: unknown
    lasting : policy -> outcome -> share, or None
    structures : list of id, title, level (policy -> outcome -> share)
    hinges : list of policy, outcome, of, statement, actor, says, evidence, low, high, error
    lasts : policy -> outcome -> end, end_error, over, weeks; missing where nobody counted
    rivals : None, or what `sides_first.first_lines` reads
    people : None, or policy -> below_requirement and left -> value, diff, better, worse
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from corridor.core.text import plain
from corridor.report import words
from corridor.report.figures.sides import HARM, drawn
from corridor.report.html import render, template_text
from corridor.report.sections.sides_first import EVENT, first_lines, first_note, first_table
from corridor.report.sections.sides_law import PROCESS_ONLY, process_only
from corridor.report.sections.sides_rivals import claims_table, lasts_table, points, rivals_tables

HELD = 0.001, 0.9
"""A hypothesis about others outside of this holds the outcome itself: it is no answer to what would change it."""
TRUST = "Differences between policies deserve more trust than the levels themselves."
SURE = 3.0
"""Standard errors of a difference below which nothing is said in words."""
BETTER = ((0.65, "good"), (0.9, "best"))
WORSE = ((0.65, "bad"), (0.9, "worst"))
PEOPLE = (
    ("below_requirement", "People who eat less than they need on the last day"),
    ("left", "People who have left home by the last day"),
)


def section(data: Mapping[str, Any], *, key: str = "actors") -> Markup:
    """Return the section as HTML, to stand inside a page; `key` makes its ids unique there."""
    main = [p for p in data["policies"] if _main(p)]
    beside = [p for p in data["policies"] if not _main(p)]
    last = str(data["dates"][-1]["key"])
    return render(
        "actors.html",
        key=key,
        data=data,
        futures=f"{data['futures']:,}",
        until=_date(data, last),
        as_of=words.day(data["as_of"]) if data["as_of"] else "",
        trust=TRUST,
        harm=HARM,
        answer=answer(data),
        figure=drawn(data, key, _date(data, last)),
        main=[_row(data, policy) for policy in main],
        beside=[_row(data, policy) for policy in beside],
        summaries=[(p["title"], words.sentence(p.get("summary", ""))) for p in data["policies"] if p.get("summary")],
        reference=_title(data, data["reference"]),
        structures=_structures(data, main),
        lasting=_lasting(data, [*main, *beside]),
        hinges=_hinges(data),
        people=_people(data),
        first=first_lines(data["rivals"]) if data.get("rivals") else [],
        largest_error=max(100 * level["error"] for by in data["level"].values() for level in by.values()),
        first_note=first_note(data["rivals"], data["kind"]) if data.get("rivals") else "",
        first_table=first_table(data["rivals"]) if data.get("rivals") else None,
        rivals=rivals_tables(data),
        claims=claims_table(data),
        lasts=lasts_table(data, [*main, *beside]),
        without_law=process_only(data),
        only_played=PROCESS_ONLY if any(p.get("process_only") for p in data["policies"]) else "",
        people_columns=[says for _, says in PEOPLE],
        fled=words.FLED,
    )


def brief(data: Mapping[str, Any]) -> str:
    """Return in a few sentences what the main policies change in each outcome, for the first screen of a page.

    The first of them says what harms, over all readings where there are several. The caution on where the model of the
    sides comes from stands behind it.
    """
    if data.get("rivals"):
        return " ".join([*first_lines(data["rivals"])[:1], TRUST, data["caution"]]).strip()
    others = [p for p in data["policies"] if _main(p) and p["id"] != data["reference"]]
    asked = sorted((o for o in data["outcomes"] if o["good"] is not None), key=lambda o: bool(o["good"]))
    worst = [(outcome, _worst(data, outcome, others)) for outcome in asked]
    said = [
        f"“{_title(data, name)}” makes {_event(outcome)} {'less' if outcome['good'] else 'more'} likely: "
        f"{_instead(data, name, outcome)}."
        for outcome, name in worst
        if name
    ]
    for outcome in asked if others else ():
        sign = 1 if outcome["good"] else -1
        toward = {p["id"]: sign * data["change"][p["id"]][outcome["id"]]["mean"] for p in others}
        best = max(toward, key=lambda name: toward[name])
        if toward[best] > max(data["same"], SURE * data["change"][best][outcome["id"]]["error"]):
            most = "most" if outcome["good"] else "least"
            said.append(
                f"“{_title(data, best)}” makes {_event(outcome)} {most} likely: {_instead(data, best, outcome)}."
            )
            continue
        own = words.percent(_final(data, data["reference"], outcome["id"]))
        likely = f"{_event(outcome)} {'more' if outcome['good'] else 'less'} likely"
        under = f"{own} under “{_title(data, data['reference'])}”"
        said.append(f"None of these policies makes {likely} by more than chance might: {under}.")
    until = _date(data, str(data["dates"][-1]["key"]))
    played = f"In {data['futures']:,} futures the sides choose for themselves, up to {until}."
    return " ".join([played, *said, TRUST, data["caution"]]).strip()


def _event(outcome: Mapping[str, Any]) -> str:
    """Return what a sentence calls an outcome."""
    return EVENT.get(outcome["id"], f"“{outcome['says']}”")


def _instead(data: Mapping[str, Any], policy: str, outcome: Mapping[str, Any]) -> str:
    """Return the chance of an outcome under a policy, what it is under the reference, and the difference."""
    own = words.percent(_final(data, data["reference"], outcome["id"]))
    told = words.percent(_final(data, policy, outcome["id"]))
    return f"{told} instead of {own} ({_points_of(data, policy, outcome)})"


def page(data: Mapping[str, Any], *, changed: Sequence[str] = (), command: str = "") -> str:
    """Return a whole page that holds the section alone, with what was changed and the line that makes it again."""
    return whole(str(data["title"]), section(data), changed, command)


def whole(heading: str, section: Markup, changed: Sequence[str], command: str) -> str:
    """Return a whole page around a section."""
    css = template_text("report.css")
    head = '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    head += f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    head += '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    title = Markup.escape(plain(heading))
    note = Markup('<p class="note changed"><b>Not the folder’s own case.</b> Changed: {}.</p>\n').format(
        "; ".join(changed)
    )
    again = Markup("<section><h2>How to make this page again</h2><p><code>{}</code></p></section>\n").format(command)
    body = f"<body>\n<header><h1>{title}</h1>\n{note if changed else ''}</header>\n<main>\n{section}\n"
    body += f"{again if command else ''}</main>\n</body>\n</html>\n"
    return f"{head}<title>{title}</title>\n<style>{css}</style>\n</head>\n{body}"


def answer(data: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Return for each outcome what it says, a text, and whether the caution belongs beside it.

    What the reference makes of it, which policy of the main table changes it most for the better, and which of the
    hypotheses about others does, apart from those that hold the outcome itself.
    """
    others = [p for p in data["policies"] if p["id"] != data["reference"]]
    said = []
    for outcome in sorted((o for o in data["outcomes"] if o["good"] is not None), key=lambda o: bool(o["good"])):
        sign = 1 if outcome["good"] else -1
        own = _final(data, data["reference"], outcome["id"])
        error = 100 * data["level"][data["reference"]][outcome["id"]]["error"]
        text = f"{words.percent(own)} (±{error:.1f}) under “{_title(data, data['reference'])}”."
        for main, called in ((True, "the policies compared"), (False, "the hypotheses about others")):
            mine = [
                p
                for p in others
                if _main(p) is main and (main or HELD[0] < _final(data, p["id"], outcome["id"]) < HELD[1])
            ]
            if not mine:
                continue
            text += _harms(data, outcome, mine)
            toward = {p["id"]: sign * data["change"][p["id"]][outcome["id"]]["mean"] for p in mine}
            best = max(toward, key=lambda name: toward[name])
            if toward[best] <= max(data["same"], SURE * data["change"][best][outcome["id"]]["error"]):
                verb = "raises" if outcome["good"] else "lowers"
                text += f" None of {called} {verb} it by more than chance might."
                continue
            change = data["change"][best][outcome["id"]]
            moved = f"{'raises' if outcome['good'] else 'lowers'} it most, to "
            moved += words.percent(_final(data, best, outcome["id"]))
            moved += f" ({_points_of(data, best, outcome)}): {_both(data, outcome, change)}."
            text += f" Of {called}, “{_title(data, best)}” {moved}"
        said.append((outcome["says"], text, outcome["id"] == HARM))
    return said


def _worst(data: Mapping[str, Any], outcome: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> str:
    """Return which of some policies does the most harm, empty where none can be told from chance."""
    sign = 1 if outcome["good"] else -1
    changes = {p["id"]: data["change"][p["id"]][outcome["id"]] for p in others}
    worse = {n: c for n, c in changes.items() if sign * c["mean"] < -max(data["same"], SURE * c["error"])}
    return min(worse, key=lambda name: sign * worse[name]["mean"]) if worse else ""


def _harms(data: Mapping[str, Any], outcome: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> str:
    """Return what the most harmful of some policies makes of an outcome, where it can be told from chance."""
    worst = _worst(data, outcome, others)
    if not worst:
        return ""
    verb = "lowers" if outcome["good"] else "raises"
    told = words.percent(_final(data, worst, outcome["id"]))
    return f" “{_title(data, worst)}” {verb} it, to {told} ({_points_of(data, worst, outcome)})."


def _points_of(data: Mapping[str, Any], policy: str, outcome: Mapping[str, Any]) -> str:
    """Return the change of a chance from the reference, in points, with its Monte-Carlo error."""
    change = data["change"][policy][outcome["id"]]
    return f"{points(change['mean'])}, ±{100 * change['error']:.1f}"


def _both(data: Mapping[str, Any], outcome: Mapping[str, Any], change: Mapping[str, Any]) -> str:
    """Return in which share of the draws or futures a policy does better than the reference, and in which worse."""
    better, worse = words.percent(change["better"]), words.percent(change["worse"])
    if data["kind"] == "law":
        up, down = ("higher", "lower") if outcome["good"] else ("lower", "higher")
        return f"it is {up} in {better} of the draws and {down} in {worse}"
    if outcome["good"]:
        return f"in {better} of the futures it happens only with that policy, in {worse} only without it"
    return f"it is averted in {better} of the futures, and brought about in {worse}"


def _final(data: Mapping[str, Any], policy: str, outcome: str) -> float:
    return float(data["level"][policy][outcome]["by"][str(data["dates"][-1]["key"])])


def _main(policy: Mapping[str, Any]) -> bool:
    return bool(policy.get("main", True))


def signed(people: float) -> str:
    """Return a difference in people with its sign."""
    sign = "+" if people >= 0.5 else "−" if people <= -0.5 else ""
    return f"{sign}{words.count(abs(people))}"


def _points_span(low: float, high: float) -> str:
    a, b = (f"{'+' if x > 0 else '−' if x < 0 else ''}{abs(x)}" for x in (round(100 * low), round(100 * high)))
    return a if a == b else f"{a} to {b}"


def _title(data: Mapping[str, Any], policy: str) -> str:
    return next((str(p["title"]) for p in data["policies"] if p["id"] == policy), policy)


def _futures(data: Mapping[str, Any]) -> str:
    return "draws" if data["kind"] == "law" else "futures"


def _date(data: Mapping[str, Any], week: str) -> str:
    found = next((d["date"] for d in data["dates"] if d["key"] == week), "")
    return words.day(found) if found else f"week {week}"


def _early(data: Mapping[str, Any]) -> list[str]:
    """Return the one earlier date that tables show: about a month in."""
    keys = [str(d["key"]) for d in data["dates"][:-1]]
    month = 4 if data["kind"] == "law" else 30
    return sorted(keys, key=lambda key: abs(int(key) - month))[:1]


def _short(data: Mapping[str, Any], key: str) -> str:
    """Return a date without the year where the year is that of the last day."""
    text, last = _date(data, key), _date(data, str(data["dates"][-1]["key"]))
    return text[:-5] if data["as_of"] and text[-5:] == last[-5:] else text


def _row(data: Mapping[str, Any], policy: Mapping[str, Any]) -> dict[str, Any]:
    cells = []
    last = str(data["dates"][-1]["key"])
    for outcome in data["outcomes"]:
        level = data["level"][policy["id"]][outcome["id"]]
        between = level["between"]
        cell = {
            "level": words.percent(level["by"][last]),
            "between": f"{words.span(between[0], between[1], '1')} across variants" if between else "",
            "early": [f"{words.percent(level['by'][key])} by {_short(data, key)}" for key in _early(data)],
            **dict.fromkeys(("change", "change_range", "change_between", "share", "shade"), ""),
        }
        if policy["id"] in data["change"]:
            cell |= _change(data, data["change"][policy["id"]][outcome["id"]])
        cells.append(cell)
    own = {"title": policy["title"], "process_only": policy.get("process_only", False), "cells": cells}
    return {**own, "reference": policy["id"] == data["reference"]}


def _change(data: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, str]:
    """Return the cell of a difference."""
    told = points(change["mean"])
    cell = {"change": f"{told} ±{100 * change['error']:.1f}" if change["error"] > 0.0 else told}
    if change["low_80"] is not None:
        cell["change_range"] = f"{_points_span(change['low_80'], change['high_80'])} in eight of ten {_futures(data)}"
    if change["between"]:
        cell["change_between"] = f"{_points_span(*change['between'])} across variants"
    if change["better"] is not None:
        cell["share"] = f"better in {words.percent(change['better'])}, worse in {words.percent(change['worse'])}"
        cell["shade"] = next((s for share, s in reversed(BETTER) if change["better"] >= share), "")
        cell["shade"] = next((s for share, s in reversed(WORSE) if change["worse"] >= share), cell["shade"])
    return cell


def _structures(data: Mapping[str, Any], main: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one table per outcome: a row a structure, a column a policy of the main table."""
    if len(data["structures"]) < 2:
        return []
    return [
        {
            "outcome": outcome["id"],
            "says": outcome["says"],
            "rows": [
                (one["title"], [words.percent(one["level"][p["id"]][outcome["id"]]) for p in main])
                for one in data["structures"]
            ],
            "columns": [p["title"] for p in main],
        }
        for outcome in data["outcomes"]
    ]


def _lasting(data: Mapping[str, Any], policies: list[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    if data["lasting"] is None:
        return []
    outcomes = [o for o in data["outcomes"] if o["good"]]
    return [
        (p["title"], [words.percent(data["lasting"][p["id"]][o["id"]]) for o in outcomes]) for p in policies
    ]  # fmt: skip


def _hinges(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the statements, grouped by the answer that they move."""
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    seen: set[str] = set()
    for hinge in data["hinges"]:
        outcome = next(o for o in data["outcomes"] if o["id"] == hinge["outcome"])
        level = hinge["of"] == "level"
        under = f"under “{_title(data, hinge['policy'])}”"
        asked = f"{outcome['says']}, {under}" if level else f"what “{_title(data, hinge['policy'])}” changes in it"
        group = groups.setdefault(
            (hinge["policy"], hinge["outcome"]),
            {"asked": words.sentence(asked if level else f"{outcome['says']}: {asked}"), "harm": outcome["id"] == HARM,
             "items": []},
        )  # fmt: skip
        told = words.percent if level else points
        group["items"].append(
            {
                "actor": hinge["actor"],
                "says": hinge["says"].rstrip("."),
                "id": hinge["statement"],
                "high": told(hinge["high"]),
                "low": told(hinge["low"]),
                "evidence": hinge["evidence"],
                "again": bool(hinge["statement"]) and hinge["statement"] in seen,
            }
        )
        seen.add(hinge["statement"])
    return list(groups.values())


def _people(data: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    if not data["people"]:
        return []
    return [
        (p["title"], [_persons(data["people"][p["id"]].get(name)) for name, _ in PEOPLE])
        for p in data["policies"]
        if data["people"].get(p["id"])
    ]


def _persons(found: Mapping[str, Any] | None) -> tuple[str, str]:
    """Return a number of people, and its difference to the reference with the shares of futures."""
    if not found:
        return "–", ""
    around = ""
    if found["diff"] is not None:
        around = f"{signed(found['diff'])} ±{words.count(found['error'])}"
        if found["better"] is not None:
            around += f"; better in {words.percent(found['better'])}, worse in {words.percent(found['worse'])}"
    return words.count(found["value"]), around
