"""Blockades and camps with a record: deaths and wasting of the rules, beside what was recorded and *as before*.

    python benchmarks/blockades.py [--without care] [--silent] [--only NAME] [--set NAME=VALUE,LOW,HIGH] [--futures 200]
    python benchmarks/blockades.py --write docs/blockades.md

Inputs and records lie in `blockades/blockades.yaml`, in `blockades/later.yaml` those written down before the rules were
changed and scored once after, and in `blockades/unseen.yaml` and `unseen_after.yaml` those written without sight of any
score. Each is
written as a folder into a temporary place, played under the one policy of what was sent, and scored as `corridor
backtest` scores its rows. `--without care` turns the rule off that was learned from the first group; `--silent` leaves
out `care.exposed`, as a folder that does not say it. `--write` plays all three and writes the page.
"""

from __future__ import annotations

import argparse
import csv
import shlex
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

import corridor
from corridor.analysis.backtest import hunger
from corridor.engine import run

PANEL = Path(__file__).parent / "blockades" / "blockades.yaml"
LATER = PANEL.with_name("later.yaml")
"""written down, with its hash, before it was scored"""
UNSEEN = (PANEL.with_name("unseen.yaml"), PANEL.with_name("unseen_after.yaml"), PANEL.with_name("fresh.yaml"),
          PANEL.with_name("sixth.yaml"), PANEL.with_name("seventh.yaml"), PANEL.with_name("eighth.yaml"))  # fmt: skip
"""written without sight of any score, page or rule, and scored once: before the rule of camps came in; after it; after
its middle and range had been learned from all that had been seen; after exposure followed supply, two sets, the second
with those places that the first has not; after the discrepancy had been learned from all of these"""
EATEN = 0.555e-3
"""tonnes of food a person and day that stand for the whole of need; as in the table's head"""
OFF: Mapping[str, Any] = {"care.illness": 0, "care.infection": 1}
"""what turns the rule `care` off"""
EXACT: Mapping[str, Any] = {"deaths.discrepancy": 1, "children.discrepancy": 0}
"""what leaves out that blockades differ by what no rule explains"""
PARTS = (
    "learned from", "garrisons learned from", "held out", "written before", "unseen until camps", "met in other form",
    "unseen until their range", "unseen until supply",
    "unseen until years differ", "unseen",
)  # fmt: skip
MEN = ("kut", "andersonville")
"""garrisons and camps of men, met in sizing what they die of"""
MET = ("sarajevo", "west_berlin", "bay", "leningrad")
"""of those written last, places that the rules had met: two bundled cases, and the region of a town learned from"""
OTHERS: Mapping[str, str] = {"nepal": "nepal_border"}
"""places of the last file whose name another one has"""
VARIANTS: Mapping[str, Mapping[str, bool]] = {
    "rule on": {}, "without care": {"without": True}, "exposure not said": {"silent": True},
    "no discrepancy": {"exact": True},
}  # fmt: skip
WINDOW = 3.0
"""degrees of the map around a town"""
LONGEST = 1000
"""days of the longest horizon"""
Row = dict[str, Any]


def panel() -> list[Row]:
    """Return the blockades of the tables, each with its part."""
    files = (PANEL, LATER, *UNSEEN)
    first, later, before, after, fresh, sixth, seventh, eighth = (
        yaml.safe_load(file.read_text(encoding="utf-8"))["blockades"] for file in files
    )
    parts = [PARTS[2] if one["held"] else PARTS[one["id"] in MEN] for one in first]
    parts += [PARTS[3]] * len(later) + [PARTS[4]] * len(before)
    parts += [PARTS[5] if one["id"] in MET else PARTS[6] for one in after] + [PARTS[7]] * len(fresh)
    seen = {one["id"] for one in sixth} | {"santo_tomas", "rock_island"}
    last = [*sixth, *(one for one in seventh if one["id"] not in seen)]  # of a place that both have the first counts
    parts += [PARTS[5] if one["id"] in MET else PARTS[8] for one in last]
    parts += [PARTS[9]] * len(eighth)
    eighth = [one | {"id": OTHERS.get(one["id"], one["id"])} for one in since_1800(eighth)]
    every = [*first, *later, *before, *after, *fresh, *last, *eighth]
    return [one | spanned(one) | {"part": part} for one, part in zip(every, parts, strict=True)]


def spanned(one: Row) -> Row:
    """Return a start two days before the first record or earlier, and days that reach beyond the last; a start that is
    further away than a horizon may be long is moved."""
    found = [found for record in one["records"] for found in record["found"]]
    start = min(one["start"], min(each["from"] for each in found) - timedelta(days=2))
    end = max(one["start"] + timedelta(days=one["days"]), max(each["to"] for each in found) + timedelta(days=1))
    start = max(start, end - timedelta(days=LONGEST + 2))
    return {"start": start, "days": (end - start).days}


def since_1800(part: Any) -> Any:
    """Return a blockade with dates that the format holds: before 1800 they come 400 years later, a cycle of days."""
    if isinstance(part, dict):
        return {key: since_1800(value) for key, value in part.items()}
    if isinstance(part, list):
        return [since_1800(value) for value in part]
    return part.replace(year=part.year + 400) if isinstance(part, date) and part.year < 1800 else part


def exposed(one: Row) -> Row:
    """Return the share of people who are crowded, or not crowded and without what works no more."""
    crowded, working = one["inputs"]["crowded"], one["inputs"]["working"]
    pairs = {"value": "value", "low": "high", "high": "low"}
    return {end: round(1.0 - (1.0 - crowded[end]) * working[other], 3) for end, other in pairs.items()}


def write(one: Row, folder: Path, *, silent: bool = False) -> Path:
    """Write a blockade as a folder of the project's format, its record included, and return the folder."""
    (folder / "observed").mkdir(parents=True)
    inputs, place = one["inputs"], one["place"]
    parameters = {name: ends for name, ends in inputs.items() if "." in name}
    if not silent:
        parameters["care.exposed"] = exposed(one)
    lat, lon = place["latitude"], place["longitude"]
    scenario = {
        "format": 1, "id": one["id"], "title": one["title"], "time_zone": "UTC", "start": one["start"],
        "variants": {"base": {"as_of": one["start"] + timedelta(days=1), "note": "the first day"}},
        "default_variant": "base", "horizon": one["days"] - 2, "reference_policy": "as_sent", "bodies": place["group"],
        "rules": {"rations": "stretch"},
        "parameters": {
            name: {end: ends[end] for end in ("value", "low", "high") if end in ends} | {"evidence": "put"}
            for name, ends in parameters.items()
        },
        "window": {"west": lon - WINDOW, "south": lat - WINDOW, "east": lon + WINDOW, "north": lat + WINDOW},
    }  # fmt: skip
    policies = {
        "policies": [
            {"id": "as_sent", "title": "As sent", "summary": "What was sent, as a planner knew it.", "actions": []}
        ],
        "conditions": [{"id": "calm", "title": "Calm", "summary": "Nothing else changes.", "actions": []}],
    }
    for name, content in (("scenario.yaml", scenario), ("policies.yaml", policies)):
        (folder / name).write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    for name, rows in tables(one).items():
        if rows:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                columns = list(dict.fromkeys(key for row in rows for key in row))
                writer = csv.DictWriter(file, columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    return folder


def tables(one: Row) -> dict[str, list[Row]]:
    """Return the tables of a folder; tonnes are days or shares of what the people need."""
    inputs, place, put = one["inputs"], one["place"], {"evidence": "put"}
    people = inputs["people"]
    need = people["value"] * EATEN

    def tonnes(ends: Row, name: str) -> Row:
        return {name: f"{need * ends['value']:.6g}"} | {end: f"{need * ends[end]:.6g}" for end in ("low", "high")}

    sends = one["sends"] or [{"from": one["start"], "class": "commercial", "value": 0, "low": 0, "high": 0}]
    home = {
        "id": "town", "name": one["title"], "latitude": place["latitude"], "longitude": place["longitude"],
        "kind": "home", "exit": "", "population": people["value"], "low": people["low"], "high": people["high"],
        "porosity": place["porosity"], "pantry": inputs["pantry"]["value"], "pantry_low": inputs["pantry"]["low"],
        "pantry_high": inputs["pantry"]["high"],
    }  # fmt: skip
    world = {
        "id": "world", "name": "Outside", "latitude": place["latitude"] + 1, "longitude": place["longitude"],
        "kind": "outside", "exit": "release",
    }  # fmt: skip
    way = {
        "id": "way", "from": "world", "to": "town", "kind": "road", "km": 30, "kmh": 200,
        "regime": "commercial+humanitarian+medical", "controller": "them",
    }  # fmt: skip
    made = [inputs["output"]] if "output" in inputs else []
    deaths, bodies = records(one)
    return {
        "evidence": [
            {
                "id": "put", "quantity": "inputs as a planner would have put them", "said_by": "assumed",
                "note": f"{one['source']}; {one['checked']}",
            }
        ],
        "places": [home | put, world | put],
        "links": [way | put],
        "routes": [{"id": "way", "name": "The way in", "links": "way"}],
        "stocks": [{"place": "town", "commodity": "food", **tonnes(inputs["stock"], "tonnes"), **put}],
        "pipelines": [
            {
                "id": f"p{i}", "from": "world", "to": "town", "commodity": "food", **tonnes(send, "tonnes_per_day"),
                "starts": send["from"], "ends": send.get("to", ""), "class": send["class"], **put,
            }
            for i, send in enumerate(sends)
        ],
        "outputs": [
            {"place": "town", "commodity": "food", "share": one["value"], "low": one["low"], "high": one["high"], **put}
            for one in made
        ],
        "observed/deaths": deaths,
        "observed/bodies": bodies,
    }  # fmt: skip


def records(one: Row) -> tuple[list[Row], list[Row]]:
    """Return the rows of `observed/deaths.csv` and `observed/bodies.csv`."""
    deaths, bodies = [], []
    for record in one["records"]:
        for found in record["found"]:
            days = {"from": str(found["from"]), "to": str(found["to"])}
            if record["measure"] == "deaths":
                deaths.append(days | {"persons": found["value"], "policy": "as_sent"})
            else:
                measured = {"place": "town", "measure": record["measure"], "value": found["value"], "policy": "as_sent"}
                bodies.append(days | measured)
    return deaths, bodies


def play(
    one: Row, futures: int, seed: int, *, without: bool = False, silent: bool = False, exact: bool = False
) -> list[Row]:
    """Return one row per record of a blockade: the run and the naive forecast against it.

    Raises ValueError where a record lies outside the horizon.
    """
    with tempfile.TemporaryDirectory() as place:
        case = corridor.load(write(one, Path(place) / one["id"], silent=silent))
    if without:
        case = corridor.override(case, OFF)
    if exact:
        case = corridor.override(case, EXACT)
    recorded = {*hunger.RECORDED["deaths"], *hunger.RECORDED["bodies"]}
    ds = run(case, futures=futures, seed=seed, record=sorted(recorded), threads=1)
    rows = []
    deaths, bodies = records(one)
    for kind, naive, scored in (
        ("deaths", "as before", hunger.deaths(ds, deaths)), ("wasting", "no change", hunger.bodies(ds, bodies)),
    ):  # fmt: skip
        told = {name: [row for row in scored if row["forecast"] == name] for name in ("the run", naive)}
        rows += [
            row | {"blockade": one["id"], "kind": kind, "part": one["part"], "naive": usual["crps"]}
            for row, usual in zip(told["the run"], told[naive], strict=True)
        ]
    if len(rows) != len(deaths) + len(bodies):
        message = f"{one['id']}: a record lies outside the horizon"
        raise ValueError(message)
    return rows


def totals(rows: Sequence[Row]) -> list[Row]:
    """Return one row per group and kind: means in which every blockade weighs alike.

    `gain` is the naive score less ours, `error` its standard error over blockades.
    """
    out = []
    for part in PARTS:
        for kind in ("deaths", "wasting"):
            points = [row for row in rows if row["part"] == part and row["kind"] == kind]
            if not points:
                continue
            by = [
                np.mean([(p["crps"], p["naive"], p["coverage_80"]) for p in points if p["blockade"] == name], axis=0)
                for name in dict.fromkeys(p["blockade"] for p in points)
            ]
            crps, naive, inside = np.mean(by, axis=0)
            gains = np.array([one[1] - one[0] for one in by])
            error = gains.std(ddof=1) / np.sqrt(gains.size) if gains.size > 1 else np.nan
            out.append({
                "part": part, "kind": kind, "points": len(points), "blockades": len(by), "crps": crps, "naive": naive,
                "gain": gains.mean(), "error": error, "inside": inside,
                "points_inside": int(sum(p["coverage_80"] for p in points)),
            })  # fmt: skip
    return out


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(str(one) for one in line)} |\n" for line in lines)


def amount(kind: str, value: float) -> str:
    """Return deaths with three figures, wasting in percent."""
    return f"{float(f'{value:.3g}'):,.0f}" if kind == "deaths" else f"{100 * value:.1f} %"


def by_blockade(rows: Sequence[Row]) -> str:
    """Return the table of all records."""
    head = ("blockade", "what", "days", "record", "low", "median", "high", "inside", "CRPS", "naive")
    return table(head, (
        (
            f"`{r['blockade']}`", r.get("measure", "deaths"), f"{r['from']} to {r['to']}",
            *(amount(r["kind"], r[name]) for name in ("observed", "low_80", "median", "high_80")),
            "yes" if r["coverage_80"] else "**no**", f"{r['crps']:.3f}", f"{r['naive']:.3f}",
        )
        for r in sorted(rows, key=lambda r: -PARTS.index(r["part"]))
    ))  # fmt: skip


def summary(played: Mapping[str, Sequence[Row]]) -> str:
    """Return the table of totals of every variant that was played."""
    head = ("group", "what", "variant", "points", "blockades", "CRPS", "naive", "gain", "inside 80 %", "points inside")
    lines = [
        (PARTS.index(t["part"]), t["kind"], i, name, t)
        for i, (name, rows) in enumerate(played.items())
        for t in totals(rows)
    ]
    return table(head, (
        (
            PARTS[part], kind, name, t["points"], t["blockades"], f"{t['crps']:.3f}", f"{t['naive']:.3f}",
            f"{t['gain']:.3f} ± {t['error']:.3f}" if t["blockades"] > 1 else "–",
            f"{100 * t['inside']:.0f} %", f"{t['points_inside']} of {t['points']}",
        )
        for part, kind, _, name, t in sorted(lines, key=lambda line: (-line[0], line[1], line[2]))
    ))  # fmt: skip


def missed(rows: Sequence[Row]) -> str:
    """Return a list of the records outside their interval, and by what factor from its nearer end."""
    out = []
    for r in rows:
        if not r["coverage_80"]:
            above = r["observed"] > r["high_80"]
            end, words = (r["high_80"], "above") if above else (r["low_80"], "below")
            by = r["observed"] / end if above else end / r["observed"]
            out.append(f"- `{r['blockade']}`, {r['kind']} from {r['from']}: {words} by a factor of {by:.2f}\n")
    return "".join(out)


PAGE = """# Blockades and camps with a record

Made by `{command}`; change nothing here by hand.

{blockades} blockades and camps, their inputs written as a planner would have put them, played with {futures} futures,
seed {seed}, and scored against recorded deaths (logs: 0.69 is a factor of two) and wasting (share of children). Inputs
and records are recalled, not checked against the documents, and good to about a quarter: **no score here is finer than
that.** Supply is given as it came, with its range: this tests what the rules make of hunger, and is no forecast.
*Naive* is as before: people die as they did, children waste as they did. Whoever wrote the inputs knew how each ended.
The format reads no year before 1800: one place, of 1627, is played 400 years later.

The groups *unseen* were each written down, with their hash, by somebody who had seen no score, no page of
a rule and no result of the program, and played once before the rules were changed: *unseen until camps* before the
rule of camps ([deaths](rules/deaths.md)) came in, *unseen until their range* before its middle and range were learned
from all that had been seen, *unseen until supply* before exposure followed supply ([care](rules/care.md)), *unseen
until years differ* before a year's usual deaths were drawn and before the *discrepancy* of blockades
([deaths](rules/deaths.md)) was learned from all of them, *unseen* after that, but before that of
[children](rules/children.md). The page [care](rules/care.md) has what each scored when nobody had looked at
it, and those are the scores that test; the ones below are of rules that have seen them. Places that the rules had met
are apart, *met in other form*: three are bundled cases, one the region of a town learned from. *Written before* was
written before other changes.

The two numbers of the rule [care](rules/care.md) were chosen on the group *learned from*, and so was the form of what
holds where a folder does not say who is exposed; its scores are no test. The group *held out* was drawn by lot
beforehand, and first scored after rule and numbers stood. The rules have been changed six times since, each time by
what the group learned from and the bundled cases show, and the group held out was scored again: it had been seen, and
tests nothing any more. The *garrisons learned from* sized what men die of where they live packed
([deaths](rules/deaths.md)). {met} of the blockades learned from had been met before, some in sizing what people make up
when food fails ([rations](rules/rations.md)).

## Totals

Every blockade weighs alike. *gain*: naive less ours, ± its standard error over blockades; *inside*: records in the
80 % interval, asked 80 %. *without care*: the rule off. *no discrepancy*: that of deaths 1, of children 0.
*exposure not said*: folders that leave out `care.exposed`, as most do: who is exposed is then drawn, and follows from
food that no longer comes.

{summary}
## Each record, rule on

Low, median and high of 80 % of the futures; the test first. `gam` is weight-for-height below −2 z, `gam_muac` an arm
below 12.5 cm.

{rows}
## Outside the interval, rule on

Beside the nearer end of the interval.

{missed}
## Each record, exposure not said

{silent}
## Where inputs and records are recalled from

None was checked against the document. Recorded deaths are of all causes. No classification is claimed for any of them.

{sources}"""


def page(played: Mapping[str, Sequence[Row]], blockades: Sequence[Row], futures: int, seed: int, command: str) -> str:
    """Return the page."""
    rows = played["rule on"]
    sources = table(
        ("blockade", "is", "from", "days", "inputs", "record", "disputed"),
        (
            (
                f"`{one['id']}`", one["title"], one["start"], one["days"], one["source"],
                "; ".join(f"{record['measure']}: {record['source']}" for record in one["records"]),
                one.get("disputed", "–"),
            )
            for one in sorted(blockades, key=lambda one: -PARTS.index(one["part"]))
        ),
    )  # fmt: skip
    met = sum(one["met"] and one["part"] == PARTS[0] for one in blockades)
    return PAGE.format(
        command=command, blockades=len(blockades), futures=futures, seed=seed, met=met,
        summary=summary(played), rows=by_blockade(rows), missed=missed(rows),
        silent=by_blockade(played["exposure not said"]), sources=sources,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", choices=["care"], help="turn the rule off that was learned from these")
    parser.add_argument("--silent", action="store_true", help="leave out care.exposed")
    parser.add_argument("--only", help="one blockade")
    parser.add_argument("--set", action="append", default=[], help="a parameter of the rules: value, low and high")
    parser.add_argument("--futures", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="play all variants and write this page")
    given = parser.parse_args()
    blockades = panel()
    if given.only:
        blockades = [one for one in blockades if one["id"] == given.only]
        if not blockades:
            parser.error(f"no blockade {given.only}; there are {', '.join(one['id'] for one in panel())}")
    for text in given.set:
        name, _, numbers = text.partition("=")
        ends = dict(zip(("value", "low", "high"), map(float, numbers.split(",")), strict=True))
        blockades = [one | {"inputs": one["inputs"] | {name: ends}} for one in blockades]
    if given.write and (given.only or given.without or given.silent or given.set):
        parser.error("--write plays every blockade in every variant")
    asked = {"without": given.without == "care", "silent": given.silent}
    variants = VARIANTS if given.write else {" ".join(sys.argv[1:]) or "rule on": asked}
    played: dict[str, list[Row]] = {}
    for name, change in variants.items():
        played[name] = []
        for one in blockades:
            print(f"{name}: {one['id']}", file=sys.stderr, flush=True)
            played[name] += play(one, given.futures, given.seed, **change)
    if given.write:
        command = shlex.join(["python", "benchmarks/blockades.py", *sys.argv[1:]])
        given.write.write_text(page(played, blockades, given.futures, given.seed, command), encoding="utf-8")
    else:
        for rows in played.values():
            print(by_blockade(rows))
    print(summary(played), end="")


if __name__ == "__main__":
    main()
