"""A small wider country as a folder: a town at war, a town on the way, two camps, a border."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "scenario.yaml": """format: 1
id: valley
title: A valley at war
time_zone: UTC
start: 2020-01-01
variants:
  early: {as_of: 2020-01-20}
  late: {as_of: 2020-02-09}
default_variant: late
horizon: 15
reference_policy: as_it_is
parameters:
  movement.new_per_day: {value: 40, low: 0, high: 120, evidence: guess}
""",
    "policies.yaml": """policies:
  - {id: as_it_is, title: As it is}
  - id: shut
    title: The border is shut
    actions:
      - {do: force, target: links.border.regime, value: closed}
  - id: second
    title: The far camp is shut
    actions:
      - {do: set, target: places.far.open, value: false, from: +3, until: +9}
conditions:
  - {id: same, title: As before}
  - id: nobody
    title: Nobody new
    actions:
      - {do: force, target: parameters.movement.new_per_day, value: 0}
""",
    "evidence.csv": """id,date,known,quantity,said_by,note
guess,2020,,newly displaced people,assumed,as in the weeks before
counts,2020,2020-01-01,people in camps,agency,
""",
    "places.csv": """id,name,latitude,longitude,kind,population,country,capacity,evidence
source,Source,10.0,20.0,town,90000,Home,,counts
between,Between,10.5,20.5,town,5000,Home,,counts
near,Near camp,10.9,20.8,camp,,Next,3000,counts
far,Far camp,12.0,21.5,camp,,Next,,counts
""",
    "links.csv": """id,from,to,km,kmh,regime,evidence
road,source,between,120,40,open,counts
border,between,near,60,40,open,counts
on,near,far,450,40,open,counts
""",
    "displaced.csv": """date,place,persons,evidence,known
2020-01-01,near,100,,
2020-01-01,*,100,,
2020-01-11,*,1100,,
2020-01-31,*,2100,,
2020-02-09,*,3900,,
""",
    "events.csv": """date,known,kind,target,value
2020-01-01,,violence,source,1
2020-01-01,,camp,far,closed
2020-01-08,,camp,far,open
2020-01-15,,violence,between,0.5
""",
}


def write_country(folder: Path) -> Path:
    """Write the folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
