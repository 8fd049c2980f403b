"""The files of a case without a row: headers to be filled, settings with a comment each."""

from __future__ import annotations

from corridor.scenario.write.template import FILES

SCENARIO = """\
# One crisis. Fill in what stands between quotes, and the days; docs/scenario-format.md explains each key.
format: 1
id: {id}
title: {title}
question: {question}
time_zone: UTC # such as Europe/Sarajevo
start: 2024-01-01 # the first day that is played; stocks and people are those of this day

# The last day of which anything is known; rows known later are not seen.
variants:
  base:
    as_of: 2024-02-15
default_variant: base
horizon: 60 # days after as_of

reference_policy: as_it_stands

no_voice:
  - "who has no voice in it"
cannot_tell:
  - "what it cannot tell"
"""

POLICIES = """\
# What is imposed. The first changes nothing, and the others are compared with it. Below it one to start from:
# take the marks # away, and name a row of pipelines.csv and one of evidence.csv.
policies:
  - id: as_it_stands
    title: As it stands
    summary: everything stays as it is on as_of
    actions: []
#  - id: more_aid
#    title: More aid
#    summary: what it does, in one line
#    actions:
#      - {do: force, target: pipelines.aid.tonnes_per_day, value: 30 t/day, from: +1, evidence: e_aid}

# What others may do, a hypothesis each.
conditions:
  - id: calm
    title: Nothing else changes
    summary: nothing else changes
    actions: []
"""


def _header(text: str) -> str:
    return text.split("\n", 1)[0] + "\n"


BLANK = {
    name: {"scenario.yaml": SCENARIO, "policies.yaml": POLICIES}.get(name) or _header(text)
    for name, text in FILES.items()
}
"""name -> text"""
