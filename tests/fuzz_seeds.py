"""Small sound files of every reader, to be damaged: each holds at least one of everything its reader knows."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path

from corridor.exchange.book import new_book
from corridor.scenario.write.template import FILES

ACTORS = """\
meta: {id: gate, title: A gate, status_quo: {shut: 1}}
actors:
  KEEPER: {name: Keeper, options: [shut]}
  TOWN: {name: Town, rate: 0.5, options: [pay, leave]}
options:
  shut: {text: keep the gate shut}
  pay: {reversible: true}
  leave: {reversible: false}
infeasible: [{pay: 1, shut: 1}, {only_if: [leave, shut]}]
flags: {watched: 0}
variants: {early: {as_of: 2024-01-01, status_quo: {shut: 1}, without: [G], note: before}}
features: {road_open: "!shut", calm: "road_open iff pay", offensive: leave, settlement: pay}
preferences:
  KEEPER: [{id: K1, wants: pay, evidence: a_closure}, {id: K2, wants: "shut if !pay", strength: 0.4}]
  TOWN: [{id: T1, wants: road_open}]
stakes:
  TOWN: [{id: TK, while: "shut & !watched", worth: -1, low: -2, high: 0, evidence: [a_closure], note: hunger}]
packages: [{id: G, members: [KEEPER, TOWN], set: {shut: 0, pay: 1}, rate_per_week: 1, rate_multiplier: {leave: 2}}]
policies: {kept: {shut: 1}}
priors: {lambda: {median: 5}, rank_noise: {sd: "0.6 + 3*(1-strength)"}, foresight_h: {values: [0], probs: [1]}}
effects: [{id: opened, when: road_open, set: {links.gate.regime: open}}]
humanitarian_link: {feedback: "T1 grows, HalfNormal(0.5)"}
"""

OBSERVED = {
    "observed/population.csv": "name,persons,low,high\nthen,65000,58000,68000\nlater,61000,60000,62000\n",
    "observed/camps.csv": "date,place,persons\n2024-03-05,plainport,400\n",
    "observed/destination.csv": "date,place,share\n2024-03-05,plainport,0.5\n",
    "observed/exodus.csv": (
        "time,cumulative_arrivals,time_uncertainty_hours,kind,said_by\n"
        "2024-03-04T12:00:00+00:00,,,clock,agency\n2024-03-07T12:00:00+00:00,,,cut,\n2024-03-11T12:00:00Z,,,last,\n"
        "2024-03-05T12:00:00+00:00,400,2,reported,agency\n"
        "2024-03-06T12:00:00+00:00,6000,2,reported,agency\n"
        '2024-03-07T00:00:00+00:00,9000,,"reported, rounded",agency\n'
        "2024-03-08T12:00:00+00:00,36000,2,reported,agency\n"
        "2024-03-09T12:00:00+00:00,48000,2,reported,agency\n"
        "2024-03-11T12:00:00+00:00,58000,2,reported,agency\n"
    ),
    "observed/scarcity.csv": "date,commodity,level,after\n2024-03-10,flour,2,base\n",
    "observed/deliveries.csv": "from,to,quantity,tonnes\n2024-03-05,2024-03-08,cumulative,400\n",
}

CASE = {
    **{name: text.format(id="c", title="Two valleys", question="How long?") if name == "scenario.yaml" else text for name, text in FILES.items()},
    "actors.yaml": ACTORS,
    "calibrated.csv": "variant,place,commodity,tonnes,low,high,dist,evidence\nbase,*,flour,812,700,930,lognormal,\n",
    **OBSERVED,
}  # fmt: skip

FLEE = {
    "input_csv/locations.csv": (
        "#name,region,country,latitude,longitude,location_type,conflict_date,population\n"
        "War,R,Home,0.0,0.0,conflict_zone,0,5000\nTown,R,Home,0.0,0.5,town,,\n"
        "Alpha,R,Away,0.0,1.0,camp,,100\nBeta,R,Away,0.0,2.0,camp,,\n"
    ),
    "input_csv/routes.csv": "#name1,name2,distance,forced_redirection\nWar,Town,100,0\nTown,Alpha,100,\nTown,Beta,200,2\n",
    "input_csv/closures.csv": "#type,name1,name2,start,end\nlink,Town,Alpha,1,3\ncountry,Home,Away,0,1\nlocation,Beta,Town,2,-1\n",
    "input_csv/conflicts.csv": "#Day,War,Town\n0,1,0\n1,1,0\n2,1,0\n3,1,0\n4,1,0\n",
    "input_csv/sim_period.csv": "StartDate,2020-01-01\nLength,5\n",
    "input_csv/registration_corrections.csv": "Alpha,2020-01-05\n",
    "source_data/data_layout.csv": "total,total.csv\nAlpha,alpha.csv\nBeta,beta.csv\n",
    "source_data/total.csv": "2020-01-01,0\n2020-01-05,70\n",
    "source_data/alpha.csv": "2020-01-01,0\n2020-01-05,40\n",
    "source_data/beta.csv": "2020-01-01,10\n2020-01-03,20\n",
}

SETTINGS = """\
log_levels: {agent: 0}
spawn_rules: {take_from_population: true, insert_day0: true, conflict_spawn_decay: [1.0, 0.5]}
move_rules:
  max_move_speed: 360.0
  max_walk_speed: 35.0
  awareness_level: 1
  default_movechance: 0.3
optimisations: {hasten: 1.0}
"""

CONFLICT = json.dumps(
    {
        "decision_makers": ["A", "B"],
        "states": [{"id": "x", "name": "before"}, {"id": "y"}, "z"],
        "unilateral_moves": {"A": {"x": ["y"], "y": ["x"]}, "B": {"y": ["z"]}},
        "preference_best_to_worst": {"A": ["x", "y", "z"], "B": [["x", "y"], "z"]},
        "status_quo": "x",
    },
    indent=1,
)


def _parts() -> dict[str, str]:
    """Return the parts of a new case as a workbook, without those that tell the time."""
    with tempfile.TemporaryDirectory() as where:
        parts = zipfile.ZipFile(new_book(Path(where) / "case.xlsx")[0])
        with parts:
            return {name: parts.read(name).decode() for name in parts.namelist() if not name.startswith("docProps/")}


BOOK = _parts()
