"""The files of the synthetic case that `corridor new` writes. Invented places, every number assumed."""

from __future__ import annotations

SCENARIO = """\
# One crisis. Every other file of this folder belongs to it; docs/scenario-format.md explains each column.
format: 1
id: {id}
title: {title}
question: {question}
time_zone: UTC
start: 2024-01-01

# What could be known on a day. Rows known later than as_of are invisible to the variant.
variants:
  base:
    as_of: 2024-02-15
    note: four weeks after the gate was closed to commerce
default_variant: base
horizon: 60 # days after as_of

reference_policy: regime_held

# process -> rule; what is not named runs its default rule
rules:
  rations: stretch

parameters:
  leaving.ordinary_hazard:
    value: 0.00005
    low: 0.00001
    high: 0.0002
    evidence: a_leaving

# What a lorry of a mixed pipeline carries; what is missing to 1 is other goods.
mixes:
  market:
    flour: {{value: 0.33, low: 0.28, high: 0.38, evidence: a_loads}}
    groceries: {{value: 0.13, low: 0.10, high: 0.16, evidence: a_loads}}
    petrol: {{value: 0.10, low: 0.08, high: 0.12, evidence: a_loads}}
    medicine: {{value: 0.0015, low: 0.001, high: 0.002, evidence: a_loads}}
  relief:
    flour: {{value: 0.66, low: 0.60, high: 0.72, evidence: a_loads}}
    groceries: {{value: 0.26, low: 0.20, high: 0.32, evidence: a_loads}}
    medicine: {{value: 0.01, low: 0.005, high: 0.02, evidence: a_loads}}

window: {{west: 9.6, south: 45.6, east: 10.6, north: 46.4}}

no_voice:
  - the people of both towns
cannot_tell:
  - anything about a real place; every number here is invented
"""

PLACES = """\
id,name,names,latitude,longitude,kind,exit,population,low,high,evidence
plainport,Plainport,"Plainport (en, all sides)",45.70,10.00,outside,release,,,,
valleytown,Valleytown,"Valleytown (en, eastern) | Riverford (en, western)",46.00,10.00,home,,40000,36000,42000,a_people
hilltown,Hilltown,"Hilltown (en, all sides)",46.25,10.10,home,,25000,22000,26000,a_people
"""

LINKS = """\
id,from,to,km,tonnes_per_day,tonnes_per_day_low,tonnes_per_day_high,vehicles_per_hour,vehicles_per_hour_low,vehicles_per_hour_high,kmh,kmh_low,kmh_high,weather,regime,controller,evidence
gate,plainport,valleytown,35,300,200,400,240,150,330,50,40,60,0,open,western side,a_roads
mountain_road,valleytown,hilltown,30,150,100,200,180,120,240,35,25,45,0.03,open,eastern side,a_roads
"""

ROUTES = """\
id,name,links
south_road,South road,gate mountain_road
"""

STOCKS = """\
place,commodity,tonnes,low,high,evidence
*,flour,700,400,1000,a_stocks
*,groceries,200,120,300,a_stocks
*,petrol,90 t,50 t,140 t,a_stocks
*,medicine,5000 kg,3000 kg,8000 kg,a_stocks
"""

OUTPUTS = """\
place,commodity,share,low,high,evidence
*,groceries,0.15,0.05,0.30,a_stocks
"""

PIPELINES = """\
id,from,to,commodity,tonnes_per_day,low,high,starts,ends,class,evidence
commerce,plainport,*,market,80,70,90,,,commercial,a_deliveries
aid,plainport,*,relief,70 t/week,50 t/week,90 t/week,2024-01-25,,humanitarian,a_deliveries
airdrop,plainport,*,relief,5,3,6,policy,,humanitarian,a_deliveries
"""

RECEPTION = """\
place,registrations_per_hour,registrations_per_hour_low,registrations_per_hour_high,beds,beds_low,beds_high,evidence
plainport,300,150,500,8000,5000,12000,a_reception
"""

EVENTS = """\
date,known,kind,target,value,evidence,note
2024-01-18,2024-01-18,regime,gate,humanitarian+medical+people_out+people_in,a_closure,commerce is stopped at the gate
2024-02-01,2024-02-01,note,gate,both sides meet without result,a_closure,
"""

SIGNS = """\
date,known,kind,place,commodity,value,low,high,days,n,evidence,note
2024-02-10,2024-02-11,empty,*,petrol,3,,,4,,a_shops,
"""

POLICIES = """\
# What the analyst imposes, and hypotheses about what others do. +1 is the day after as_of.
policies:
  - id: regime_held
    title: Regime held
    summary: everything stays as it is on as_of
    actions: []
  - id: more_aid
    title: More aid
    summary: aid is tripled and goods are dropped from the air
    actions:
      - {do: force, target: pipelines.aid.tonnes_per_day, value: 30 t/day, from: +7, evidence: a_deliveries}
      - {do: add, target: pipelines.airdrop, from: +7, evidence: a_deliveries}
  - id: gate_open
    title: Gate open
    summary: the gate is open to all traffic
    actions:
      - {do: force, target: links.gate.regime, value: open, from: +1}

conditions:
  - id: calm
    title: Calm
    summary: nothing else changes
    actions: []
  - id: loss_of_control
    title: Loss of control
    summary: both towns change hands two weeks after as_of (a hypothesis)
    actions:
      - {do: force, target: places.*.release, from: +14}
"""

EVIDENCE = """\
id,date,known,quantity,value,low,high,unit,said_by,source_title,source_url,disputed_by,note
a_people,2024-01-01,,people in both towns,65000,58000,68000,person,assumed,,,,invented for this example
a_roads,2024-01-01,,capacity of the roads,,,,,assumed,,,,invented for this example
a_stocks,2024-01-01,,stocks and local output,,,,,assumed,,,,invented for this example
a_deliveries,2024-01-01,,deliveries,80,70,90,t/day,assumed,,,,invented for this example
a_loads,2024-01-01,,what lorries carry,,,,,assumed,,,,invented for this example
a_reception,2024-01-01,,reception in Plainport,,,,,assumed,,,,invented for this example
a_leaving,2024-01-01,,departures in peace,,,,,assumed,,,,invented for this example
a_closure,2024-01-18,2024-01-18,closure of the gate,,,,,assumed,,,,invented for this example
a_shops,2024-02-10,2024-02-11,filling stations are empty,3,,,days of cover,assumed,,,,invented for this example
"""

FILES = {
    "scenario.yaml": SCENARIO,
    "places.csv": PLACES,
    "links.csv": LINKS,
    "routes.csv": ROUTES,
    "stocks.csv": STOCKS,
    "outputs.csv": OUTPUTS,
    "pipelines.csv": PIPELINES,
    "reception.csv": RECEPTION,
    "events.csv": EVENTS,
    "signs.csv": SIGNS,
    "policies.yaml": POLICIES,
    "evidence.csv": EVIDENCE,
}
"""name -> text"""
